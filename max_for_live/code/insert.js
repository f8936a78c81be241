// Results into the Set: on a new track beside the source, or as takes of the source's own track.
// Live before 12.0.5 (Session) or 12.1 (Arrangement) cannot: then the files are shown for dragging.

var live = require("live");

var MAC_DRIVE = "/Volumes/Macintosh HD";

// Runs `work` as one step of Live's undo history, where this Live lets a device say so.
function oneStep(Api, work) {
    var set = live.at(Api, "live_set");
    var can = live.has(set, "function", "begin_undo_step") && live.has(set, "function", "end_undo_step");
    if (can) {
        set.call("begin_undo_step");
    }
    try {
        return work();
    } finally {
        if (can) {
            set.call("end_undo_step");
        }
    }
}

// takes: [{path, samples, rate, seed}]. place: see request.js. options: {names, place, title,
// level, dict}; level: as loud as the source; dict(object) makes a Max Dict.
// Returns {inserted: how many, shown: paths that could not be inserted, why: sentence or ""}.
function insert(Api, takes, place, options) {
    var outcome = { inserted: 0, shown: [], why: "" };
    if (!takes.length) {
        return outcome;
    }
    oneStep(Api, function () {
        var target = null;
        try {
            target = targetTrack(Api, place, options);
            takes.forEach(function (take, number) {
                var made = place.arrangement
                    ? onTimeline(Api, target, place, take, number, options)
                    : inSlot(Api, target, place, take, number);
                dress(made, place, options.names[number], options);
                outcome.inserted += 1;
            });
        } catch (error) {
            if (!error.cannot) {
                throw error;
            }
            outcome.why = error.cannot;
            if (target && target.fresh && !outcome.inserted) {
                live.at(Api, "live_set").call("delete_track", target.index);
            }
        }
    });
    outcome.shown = takes.slice(outcome.inserted).map(function (take) {
        return take.path;
    });
    return outcome;
}

function cannot(sentence) {
    var error = new Error(sentence);
    error.cannot = sentence;
    throw error;
}

// The path of the track that gets the results: the source's own for takes, else a new one.
function targetTrack(Api, place, options) {
    var set = live.at(Api, "live_set");
    var own = "live_set tracks " + place.track;
    var source = place.track >= 0 ? live.at(Api, own) : null;
    var probe = source && live.exists(source) ? source : live.at(Api, "live_set tracks 0");
    var able = place.arrangement
        ? live.has(probe, "function", "create_audio_clip")
        : live.has(live.at(Api, "live_set tracks 0 clip_slots 0"), "function", "create_audio_clip");
    if (!able) {
        cannot("This version of Live cannot insert files: drag them from the folder that opens.");
    }
    if (options.place === "takes" && usableAudio(source)) {
        return { path: own, fresh: false };
    }
    var index = place.track >= 0 ? place.track + 1 : set.getcount("tracks");
    set.call("create_audio_track", index);
    var made = live.at(Api, "live_set tracks " + index);
    var name = source && live.exists(source) ? live.get(source, "name") : options.title;
    made.set("name", "ditto " + name);
    if (options.level && source && live.exists(source)) {
        sameFader(Api, own, "live_set tracks " + index);
    }
    return { path: "live_set tracks " + index, fresh: true, index: index };
}

function sameFader(Api, from, to) {
    var volume = live.get(live.at(Api, from + " mixer_device volume"), "value");
    var fader = live.at(Api, to + " mixer_device volume");
    if (live.get(fader, "value") !== volume) {
        fader.set("value", volume);
    }
}

function usableAudio(track) {
    return (
        track &&
        live.exists(track) &&
        live.get(track, "has_audio_input") &&
        !live.get(track, "has_midi_input") &&
        !live.get(track, "is_frozen")
    );
}

// The Arrangement: the first result on the new track, every further one in a take lane.
function onTimeline(Api, target, place, take, number, options) {
    var track = live.at(Api, target.path);
    if (place.position < 0) {
        cannot("The result would begin before the song: drag it from the folder that opens.");
    }
    if (target.fresh && number === 0) {
        return clipAt(Api, track, take.path, place.position);
    }
    if (!live.has(track, "function", "create_take_lane")) {
        cannot("This version of Live has no take lanes: drag the other takes from the folder.");
    }
    var lanes = track.getcount("take_lanes");
    track.call("create_take_lane");
    var lane = live.at(Api, target.path + " take_lanes " + lanes);
    lane.set("name", options.names[number]);
    return clipAt(Api, lane, take.path, place.position);
}

// Session: the source's row, or the selected scene's, and the free slots below it.
function inSlot(Api, target, place, take, number) {
    var set = live.at(Api, "live_set");
    var row = number === 0 ? place.slot : place.used + 1;
    var slot;
    for (;;) {
        while (row >= set.getcount("scenes")) {
            set.call("create_scene", -1);
        }
        slot = live.at(Api, target.path + " clip_slots " + row);
        if (!live.get(slot, "has_clip")) {
            break;
        }
        row += 1;
    }
    place.used = row;
    return clipInSlot(Api, target.path + " clip_slots " + row, take.path);
}

// A file's new clip in a free slot.
function clipInSlot(Api, slot, path) {
    return clipOf(
        path,
        function (spelling) {
            live.at(Api, slot).call("create_audio_clip", spelling);
        },
        function () {
            return live.at(Api, slot + " clip");
        }
    );
}

// The new clip of a file. `make` gives a path to Live, `find` answers with what came of it. On a
// Mac, Live's reference wants paths to begin with the drive; so that is tried where Live, which only
// prints an error then, takes the plain one badly.
function clipOf(path, make, find) {
    var spellings = path.charAt(0) === "/" && path.indexOf("/Volumes/") ? [path, MAC_DRIVE + path] : [path];
    for (var at = 0; at < spellings.length; at += 1) {
        var clip = find(make(spellings[at]));
        if (live.exists(clip)) {
            return clip;
        }
    }
    return cannot("Live did not take the file: drag it from the folder that opens.");
}

// The same on a track or lane, which answer with the clip's id.
function clipAt(Api, holder, path, position) {
    return clipOf(
        path,
        function (spelling) {
            return holder.call("create_audio_clip", spelling, position);
        },
        function (answer) {
            return live.at(Api, "id " + (live.ids(Array.isArray(answer) ? answer : [])[0] || 0));
        }
    );
}

// Name, level, pitch and warping of the new clip. A result lies in the file time of its source: an
// unwarped one plays as it is, a warped one gets the source's speed from two markers.
function dress(clip, place, name, options) {
    var source = place.clip && place.clip.audio ? place.clip : null;
    clip.set("name", name);
    if (source && options.level) {
        clip.set("gain", source.gain);
    }
    if (source) {
        clip.set("pitch_coarse", source.coarse);
        clip.set("pitch_fine", source.fine);
    }
    var warped = source ? source.warped : !place.arrangement;
    clip.set("warping", warped ? 1 : 0);
    if (!warped) {
        return;
    }
    if (source) {
        clip.set("warp_mode", source.mode);
    }
    pin(clip, place.warp, options.dict);
    if (place.loops) {
        loop(clip, place.quarters);
    }
}

// Let a clip loop from its beginning over so many quarters.
function loop(clip, quarters) {
    clip.set("looping", 1);
    clip.set("loop_end", quarters);
    clip.set("loop_start", 0);
    clip.set("end_marker", quarters);
    clip.set("start_marker", 0);
}

// Lay the markers [[beat, seconds], ...] onto a clip that Live has warped by its own guess: markers
// of Live's at the same second are moved there, others are added (Live wants a Max Dict for that),
// what else it set goes away.
function pin(clip, wanted, dict) {
    var text = live.get(clip, "warp_markers");
    var held = JSON.parse(text).warp_markers.slice(0, -1);
    wanted.forEach(function (mark) {
        var same = held.filter(function (marker) {
            return Math.abs(marker.sample_time - mark[1]) < 1e-6;
        })[0];
        if (!same) {
            clip.call("add_warp_marker", dict({ beat_time: mark[0], sample_time: mark[1] }));
        } else if (same.beat_time !== mark[0]) {
            clip.call("move_warp_marker", same.beat_time, mark[0] - same.beat_time);
        }
    });
    held.forEach(function (marker) {
        var meant = wanted.some(function (mark) {
            return Math.abs(marker.sample_time - mark[1]) < 1e-6;
        });
        if (!meant) {
            clip.call("remove_warp_marker", marker.beat_time);
        }
    });
}

module.exports = { clipInSlot: clipInSlot, insert: insert, loop: loop, oneStep: oneStep, pin: pin };
