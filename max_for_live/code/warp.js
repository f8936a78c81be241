// Warp markers: where a beat of the clip lies in its file, and how fast the file's beats go.
// Markers are [{beat_time: quarters of the clip, sample_time: seconds of the file}, ...], as Live
// gives them: at least two, the last one a shadow that only carries the tempo on.

var SAME = 1e-7;

function sorted(markers) {
    return markers.slice().sort(function (a, b) {
        return a.beat_time - b.beat_time;
    });
}

// The two markers whose line holds the beat; beyond the ends, the nearest two.
function segment(markers, beat) {
    var at = 0;
    while (at < markers.length - 2 && markers[at + 1].beat_time <= beat) {
        at += 1;
    }
    return [markers[at], markers[at + 1]];
}

function slope(pair) {
    return (pair[1].sample_time - pair[0].sample_time) / (pair[1].beat_time - pair[0].beat_time);
}

// Whether a list of markers says anything: two beats apart, time going on.
function usable(markers) {
    var clean = sorted(markers);
    for (var at = 1; at < clean.length; at += 1) {
        if (!(slope([clean[at - 1], clean[at]]) > 0) || !isFinite(slope([clean[at - 1], clean[at]]))) {
            return false;
        }
    }
    return clean.length > 1;
}

// Seconds into the file at a beat of the clip.
function seconds(markers, beat) {
    var pair = segment(sorted(markers), beat);
    return pair[0].sample_time + (beat - pair[0].beat_time) * slope(pair);
}

// The file's own tempo between two beats of the clip: [[quarter, bpm], ...], steps on a timeline
// where the beat `from` lies at `position`. Rendered at these tempos, a result lies on the file's
// beats, sample for sample, and the clip's warping maps both to the song alike.
function tempos(markers, from, to, position) {
    var clean = sorted(markers);
    var steps = [[position, 60 / slope(segment(clean, from))]];
    clean.forEach(function (marker, at) {
        if (marker.beat_time <= from || marker.beat_time >= to || at === clean.length - 1) {
            return;
        }
        var bpm = 60 / slope([marker, clean[at + 1]]);
        if (Math.abs(bpm / steps[steps.length - 1][1] - 1) > SAME) {
            steps.push([position + marker.beat_time - from, bpm]);
        }
    });
    return steps.map(function (step) {
        return [step[0], Math.round(step[1] * 1e9) / 1e9];
    });
}

// Markers [[beat, seconds], ...] for a result of so many quarters that was rendered on these tempo
// steps: its beginning, every change of tempo inside, its end.
function pins(steps, position, quarters) {
    var end = position + quarters;
    var marks = [[0, 0]];
    var bpm = steps[0][1];
    var at = position;
    var passed = 0;
    steps.concat([[end, 0]]).forEach(function (step) {
        if (step[0] > position && step[0] <= end) {
            passed += ((step[0] - at) * 60) / bpm;
            at = step[0];
            marks.push([at - position, passed]);
        }
        if (step[0] < end) {
            bpm = step[1];
        }
    });
    return marks;
}

module.exports = { pins: pins, seconds: seconds, tempos: tempos, usable: usable };
