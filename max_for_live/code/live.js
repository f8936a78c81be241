// What is selected in Live, read through its object model. Every function makes a counted handful
// of calls and changes nothing. `Api` is Max's LiveAPI.

// A property that is one value; LiveAPI hands it over as a list of one.
function get(api, name) {
    var value = api.get(name);
    return Array.isArray(value) ? value[0] : value;
}

function at(Api, path) {
    return new Api(path);
}

function exists(api) {
    return String(api.id) !== "0";
}

// Whether this Live's object has such a function or property: versions differ.
function has(api, kind, name) {
    return new RegExp("(^|\\n)" + kind + " " + name + "( |\\n|$)").test(api.info);
}

// Ids out of a list of children: ["id", 3, "id", 4] is [3, 4].
function ids(list) {
    return (list || []).filter(function (word) {
        return word !== "id";
    });
}

function path(api) {
    return String(api.path).replace(/"/g, "");
}

function parsed(text) {
    var whole = Array.isArray(text) ? text[0] : text;
    return typeof whole === "string" ? JSON.parse(whole) : whole;
}

// Tempo, meter, and the time that the loop brace selects (null when it is off).
function song(Api) {
    var set = at(Api, "live_set");
    var on = get(set, "loop");
    return {
        tempo: get(set, "tempo"),
        numerator: get(set, "signature_numerator"),
        denominator: get(set, "signature_denominator"),
        time: get(set, "current_song_time"),
        brace: on ? { start: get(set, "loop_start"), length: get(set, "loop_length") } : null,
        file: has(set, "property", "file_path") ? get(set, "file_path") : ""
    };
}

// The Arrangement's locators: [[beat, name], ...].
function locators(Api) {
    return ids(at(Api, "live_set").get("cue_points")).map(function (id) {
        var point = at(Api, "id " + id);
        return [get(point, "time"), String(get(point, "name"))];
    });
}

// Whether the Arrangement is what the producer looks at.
function inArrangement(Api) {
    return get(at(Api, "live_app view"), "focused_document_view") === "Arranger";
}

// The clip in Live's detail view, or null. Times are quarters (beats in Live's words), for an
// unwarped clip seconds of its file: loop_start and loop_end follow `warping`.
function selectedClip(Api) {
    var clip = at(Api, "live_set view detail_clip");
    return exists(clip) ? readClip(clip) : null;
}

function readClip(clip) {
    var place = path(clip);
    var audio = Boolean(get(clip, "is_audio_clip"));
    var read = {
        id: String(clip.id),
        audio: audio,
        name: String(get(clip, "name")),
        arrangement: Boolean(get(clip, "is_arrangement_clip")),
        track: Number((/tracks (\d+)/.exec(place) || [0, -1])[1]),
        slot: Number((/clip_slots (\d+)/.exec(place) || [0, -1])[1]),
        looping: Boolean(get(clip, "looping")),
        from: get(clip, "loop_start"),
        to: get(clip, "loop_end"),
        marker: get(clip, "start_marker"),
        start: 0,
        end: 0
    };
    if (read.arrangement) {
        read.start = get(clip, "start_time");
        read.end = get(clip, "end_time");
    }
    return audio ? withAudio(read, clip) : read;
}

function withAudio(read, clip) {
    read.file = String(get(clip, "file_path"));
    read.warped = Boolean(get(clip, "warping"));
    read.gain = get(clip, "gain");
    read.coarse = get(clip, "pitch_coarse");
    read.fine = get(clip, "pitch_fine");
    if (read.warped) {
        read.mode = get(clip, "warp_mode");
        read.markers = parsed(clip.get("warp_markers")).warp_markers;
    }
    return read;
}

// The notes of a MIDI clip that begin between two of its beats, muted ones left out: rows of start
// and length (quarters from the loop's beginning), pitch, velocity, channel.
function notes(Api, clip, from, to) {
    var held = at(Api, "id " + clip.id);
    if (!exists(held)) {
        return [];
    }
    var found = parsed(held.call("get_notes_extended", 0, 128, from, to - from)).notes;
    return found
        .filter(function (note) {
            return !note.mute;
        })
        .map(function (note) {
            var velocity = Math.max(1, Math.min(127, Math.round(note.velocity)));
            var length = Math.min(note.duration, clip.to - note.start_time);
            return [note.start_time - clip.from, length, note.pitch, velocity, 0];
        })
        .sort(function (a, b) {
            return a[0] - b[0] || a[2] - b[2];
        });
}

// The clip after this one on its track: later in the Arrangement, or in a slot below.
function nextClip(Api, clip) {
    var track = at(Api, "live_set tracks " + clip.track);
    var found = null;
    if (clip.arrangement) {
        var list = ids(track.get("arrangement_clips")).map(String);
        var place = list.indexOf(clip.id);
        found = place >= 0 && place + 1 < list.length ? at(Api, "id " + list[place + 1]) : null;
    } else {
        var below = "live_set tracks " + clip.track + " clip_slots " + (clip.slot + 1);
        var slot = at(Api, below);
        found = exists(slot) && get(slot, "has_clip") ? at(Api, below + " clip") : null;
    }
    var next = found && exists(found) ? readClip(found) : null;
    return next && next.audio ? next : null;
}

// A function that tells where in the loop Live plays now, in quarters from the loop's beginning;
// null while it stands. It is called often, so it keeps its two LiveAPI objects.
function ear(Api, clip, start, quarters) {
    var set = at(Api, "live_set");
    var played = clip && !clip.arrangement ? at(Api, "id " + clip.id) : null;
    return function () {
        if (!get(set, "is_playing")) {
            return null;
        }
        if (played) {
            var inside = (get(played, "playing_position") - clip.from) / (clip.to - clip.from);
            return get(played, "is_playing") ? inside * quarters : null;
        }
        var place = get(set, "current_song_time") - start;
        return clip && (place < 0 || place >= quarters) ? null : place;
    };
}

module.exports = {
    at: at,
    ear: ear,
    exists: exists,
    get: get,
    has: has,
    ids: ids,
    inArrangement: inArrangement,
    locators: locators,
    nextClip: nextClip,
    notes: notes,
    selectedClip: selectedClip,
    song: song
};
