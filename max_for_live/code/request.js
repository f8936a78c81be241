// From an action, the settings and what is selected in Live to a request, and where its result goes.

var warp = require("warp");
var curves = require("curve");
var songs = require("song");

var LEAST_GAP = 1;

// What is missing, as a sentence for the status line.
function Missing(sentence) {
    this.sentence = sentence;
}

function missing(sentence) {
    throw new Missing(sentence);
}

function barQuarters(song) {
    return (song.numerator * 4) / song.denominator;
}

// Play rate of an unwarped clip: its transposition changes its speed.
function speed(clip) {
    return Math.pow(2, (clip.coarse + clip.fine / 100) / 12);
}

// Length of the clip's loop or content in quarters of the song.
function quartersOf(clip, song) {
    var length = clip.to - clip.from;
    return clip.audio && !clip.warped ? (length / speed(clip)) * (song.tempo / 60) : length;
}

// Where on the song's timeline the clip's content begins. In Session a clip counts from its own
// beat 0, which Live launches on a bar.
function positionOf(clip, song) {
    if (!clip.arrangement) {
        return clip.audio && !clip.warped ? 0 : clip.from;
    }
    if (!clip.looping) {
        return clip.start;
    }
    var ahead = clip.from - clip.marker;
    var quarters = quartersOf(clip, song);
    return clip.start + (ahead < 0 ? ahead + quarters * Math.ceil(-ahead / quarters) : ahead);
}

// The span of the file: seconds.
function spanOf(clip) {
    if (!clip.warped) {
        return { start: clip.from, end: clip.to };
    }
    if (!warp.usable(clip.markers)) {
        missing("This clip's warp markers cannot be read: consolidate the clip, then try again.");
    }
    var start = warp.seconds(clip.markers, clip.from);
    var end = warp.seconds(clip.markers, clip.to);
    return { start: Math.max(0, start), end: end };
}

// The tempo map in which the file's own beats lie: of the song for an unwarped clip, of the warp
// markers for a warped one.
function tempoOf(clip, song, position, saved) {
    var meters = [[0, song.numerator, song.denominator]];
    if (clip && clip.warped) {
        return { tempos: warp.tempos(clip.markers, clip.from, clip.to, position), meters: meters };
    }
    return { tempos: saved && saved.length ? saved : [[0, song.tempo]], meters: meters };
}

function sourceOf(clip, song) {
    var span = spanOf(clip);
    return {
        path: clip.file,
        start: span.start,
        end: span.end,
        position: positionOf(clip, song),
        rate: clip.warped ? 1 : speed(clip)
    };
}

// Fields that every action takes from the settings, where they say anything.
function common(settings) {
    var fields = {};
    ["prompt", "genre", "mood", "key", "model"].forEach(function (name) {
        if (settings[name]) {
            fields[name] = settings[name];
        }
    });
    if (settings.roles.length) {
        fields.roles = settings.roles;
    }
    if (settings.seed !== null) {
        fields.seed = settings.seed;
    }
    if (settings.preset && settings.preset !== "default") {
        fields.preset = settings.preset;
    }
    if (settings.strength !== 1) {
        fields.strength = settings.strength;
    }
    fields.variations = settings.variations;
    return fields;
}

// action: one of actions.json. selection: {clip, next, notes, song, arrangement, known, tempo,
// locators} where `known` says that the clip is a result of this device, `tempo` is the tempo map of
// the saved Set or null, and `locators` are the Arrangement's, [[beat, name], ...]. curve: {points, quarters, unit} or null. Throws Missing.
// Returns {request, place}; place: {position, quarters, clip, arrangement, warp, loops}: where the
// result goes, its markers [[beat, seconds], ...], and whether it shall loop in its slot.
function make(action, settings, selection, curve) {
    var request = common(settings);
    Object.keys(action.request).forEach(function (name) {
        if (name !== "roles" || !request.roles) {
            request[name] = action.request[name];
        }
    });
    var place = BUILD[action.name](request, settings, selection);
    place.arrangement = place.clip ? place.clip.arrangement : selection.arrangement;
    request.position = place.position;
    request.tempo = tempoOf(place.clip, selection.song, place.position, selection.tempo);
    place.warp = warp.pins(request.tempo.tempos, place.position, place.quarters);
    place.loops = request.kind !== "clip" && !place.arrangement;
    follow(request, settings, selection);
    if (curve && request.kind !== "draft") {
        var points = curves.stretch(curve.points, curve.quarters, place.quarters);
        request.curve = { points: points, unit: curve.unit };
    }
    return { request: request, place: place };
}

// Groove: from the grid, the notes, or the selected recording.
function follow(request, settings, selection) {
    if (settings.groove === "grid" || (settings.groove === "midi" && request.midi)) {
        request.groove = settings.groove;
    } else if (settings.groove === "clip" && !request.follow && audioClip(selection)) {
        request.follow = heard(selection, ["groove"]);
    }
}

function audioClip(selection) {
    return selection.clip && selection.clip.audio ? selection.clip : null;
}

function heard(selection, features) {
    var source = sourceOf(selection.clip, selection.song);
    source.features = features;
    return source;
}

function needClip(selection, verb) {
    return audioClip(selection) || missing("Select an audio clip to " + verb + ", then try again.");
}

function barsText(quarters, song) {
    return quarters / barQuarters(song);
}

// A place that no clip defines: the loop brace in the Arrangement, else so many bars from here.
function open(request, settings, selection) {
    var song = selection.song;
    var brace = selection.arrangement ? song.brace : null;
    var bar = barQuarters(song);
    var quarters = brace ? brace.length : settings.bars * bar;
    var here = selection.arrangement ? Math.ceil(song.time / bar - 1e-6) * bar : 0;
    request.bars = barsText(quarters, song);
    return { position: brace ? brace.start : here, quarters: quarters, clip: null };
}

// A place for a song: under the loop brace and its locators, else as long as the typed sections.
function sung(request, settings, selection) {
    var bar = barQuarters(selection.song);
    var brace = selection.arrangement ? selection.song.brace : null;
    var room = brace ? brace.length / bar : null;
    var line = brace
        ? songs.line(
              selection.locators.map(function (locator) {
                  return [(locator[0] - brace.start) / bar, locator[1]];
              }),
              room
          )
        : "";
    if (!line && settings.sections) {
        var problem = songs.problem(settings.sections, room);
        line = problem ? missing(problem) : settings.sections;
    }
    if (!line && !brace) {
        missing(songs.NONE);
    }
    var place = open(request, settings, selection);
    if (line) {
        delete request.bars; // the sections have them
        request.sections = line;
        place.quarters = brace ? brace.length : songs.barsOf(line) * bar;
    }
    return place;
}

// A place as long as the selected clip, beginning with it.
function along(request, clip, song) {
    var quarters = quartersOf(clip, song);
    request.bars = barsText(quarters, song);
    return { position: positionOf(clip, song), quarters: quarters, clip: clip };
}

function withNotes(request, selection) {
    if (!selection.notes.length) {
        missing("The selected MIDI clip has no notes between its loop's beginning and end.");
    }
    request.midi = { notes: selection.notes };
    request.melody = "top";
}

// The clip stays and new bars follow, or come before it.
function longer(request, settings, selection, verb) {
    var song = selection.song;
    var clip = needClip(selection, verb);
    var bar = barQuarters(song);
    var old = quartersOf(clip, song);
    var whole = old + settings.bars * bar;
    if (request.use === "extend") {
        whole = Math.ceil(whole / bar - 0.02) * bar; // a loop has whole bars
    } else {
        request.side = settings.side;
    }
    var before = request.side === "before" ? whole - old : 0;
    request.source = sourceOf(clip, song);
    request.bars = barsText(whole, song);
    return { position: request.source.position - before, quarters: whole, clip: clip };
}

// The same length again: repaired, varied, or some of its bars re-made.
function same(request, selection, verb) {
    var clip = needClip(selection, verb);
    var quarters = quartersOf(clip, selection.song);
    request.source = sourceOf(clip, selection.song);
    return { position: request.source.position, quarters: quarters, clip: clip };
}

// The bars that the loop brace selects of the clip; else its last ones.
function redoBars(settings, selection, place) {
    var song = selection.song;
    var whole = place.quarters / barQuarters(song);
    var brace = place.clip.arrangement ? song.brace : null;
    var start = Math.max(0, whole - settings.bars);
    var end = whole;
    if (brace) {
        start = Math.max(0, (brace.start - place.position) / barQuarters(song));
        end = Math.min(whole, (brace.start + brace.length - place.position) / barQuarters(song));
    }
    if (end <= start) {
        missing("Set the Arrangement's loop brace over the bars of the clip to make once more.");
    }
    return { start: start, end: end };
}

function fill(request, selection) {
    var song = selection.song;
    var clip = needClip(selection, "fill the gap after");
    var next = selection.next;
    if (!next) {
        missing("Fill Gap needs a second audio clip: the next one on the same track.");
    }
    var old = quartersOf(clip, song);
    var from = positionOf(clip, song);
    var gap = clip.arrangement ? next.start - (from + old) : selection.gap;
    if (gap < LEAST_GAP - 1e-6) {
        missing("There must be at least one beat between the two clips.");
    }
    if (Math.abs(pace(clip, song) / pace(next, song) - 1) > 1e-3) {
        missing("The two clips play at different speeds: consolidate both, then fill the gap.");
    }
    request.source = sourceOf(clip, song);
    var span = spanOf(next);
    request.next = { path: next.file, start: span.start, end: span.end };
    var whole = old + gap + quartersOf(next, song);
    request.bars = barsText(whole, song);
    return { position: from, quarters: whole, clip: clip };
}

// Seconds of the file per quarter of the song.
function pace(clip, song) {
    var span = spanOf(clip);
    return (span.end - span.start) / quartersOf(clip, song);
}

var BUILD = {
    Draft: function (request, settings, selection) {
        request.variations = settings.drafts;
        return open(request, settings, selection);
    },
    Song: sung,
    "New Loop": function (request, settings, selection) {
        var clip = selection.clip;
        if (clip && clip.audio && selection.known) {
            request.from = { path: clip.file };
            return along(request, clip, selection.song);
        }
        if (clip && !clip.audio && selection.notes.length) {
            withNotes(request, selection);
            return along(request, clip, selection.song);
        }
        return open(request, settings, selection);
    },
    "Extend Loop": function (request, settings, selection) {
        return longer(request, settings, selection, "extend");
    },
    "Repair Loop": function (request, settings, selection) {
        return same(request, selection, "repair");
    },
    Continue: function (request, settings, selection) {
        return longer(request, settings, selection, "continue");
    },
    "Fill Gap": function (request, settings, selection) {
        selection.gap = settings.bars * barQuarters(selection.song);
        return fill(request, selection);
    },
    Accompany: function (request, settings, selection) {
        var clip = selection.clip || missing("Select a MIDI clip or an audio clip to accompany.");
        if (clip.audio) {
            request.follow = heard(selection, ["harmony", "groove"]);
        } else {
            withNotes(request, selection);
        }
        return along(request, clip, selection.song);
    },
    "Re-do Bars": function (request, settings, selection) {
        var place = same(request, selection, "make some bars of once more");
        request.redo = redoBars(settings, selection, place);
        return place;
    },
    Vary: function (request, settings, selection) {
        var place = same(request, selection, "vary");
        if (selection.known) {
            request.from = { path: request.source.path };
            delete request.source;
        }
        request.amount = settings.amount;
        return place;
    }
};

module.exports = {
    BUILD: BUILD,
    Missing: Missing,
    barQuarters: barQuarters,
    make: make,
    positionOf: positionOf,
    quartersOf: quartersOf
};
