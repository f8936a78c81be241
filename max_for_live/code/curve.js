// Curves of intensity: lists of [quarter, value], quarters from the beginning of the result.

var MOST_POINTS = 128;
var GRID = 0.125;
var HAIR = 1 / 1024;

function byQuarter(a, b) {
    return a[0] - b[0];
}

// The value of a curve at a quarter; level beyond its ends.
function valueAt(points, quarter) {
    if (quarter <= points[0][0]) {
        return points[0][1];
    }
    for (var at = 1; at < points.length; at += 1) {
        if (quarter <= points[at][0]) {
            var a = points[at - 1];
            var b = points[at];
            return b[0] === a[0] ? b[1] : a[1] + ((b[1] - a[1]) * (quarter - a[0])) / (b[0] - a[0]);
        }
    }
    return points[points.length - 1][1];
}

// The same curve with fewer points: those that lie within `slack` of their neighbours' line go.
function thin(points, slack) {
    var kept = [points[0]];
    var from = 0;
    for (var at = 2; at < points.length; at += 1) {
        var line = [points[from], points[at]];
        for (var between = from + 1; between < at; between += 1) {
            if (Math.abs(valueAt(line, points[between][0]) - points[between][1]) > slack) {
                kept.push(points[at - 1]);
                from = at - 1;
                break;
            }
        }
    }
    if (points.length > 1) {
        kept.push(points[points.length - 1]);
    }
    return kept.length > MOST_POINTS ? thin(points, slack * 2) : kept;
}

// A curve of one length, stretched to another. Where it jumps, two points share a quarter; the
// daemon wants one value at each, so the second moves on by a hair.
function stretch(points, from, to) {
    var last = -1;
    return points.map(function (point) {
        last = Math.max((point[0] / from) * to, last + HAIR);
        return [last, point[1]];
    });
}

// One pass of a loop of so many quarters, heard while Live plays. `add` takes the place in the loop
// and the value there, as often as it is called; `done` turns true once the whole loop was heard.
function Pass(quarters) {
    this.quarters = quarters;
    this.heard = [];
    this.last = null;
    this.run = 0;
}

Pass.prototype.add = function (place, value) {
    var inside = ((place % this.quarters) + this.quarters) % this.quarters;
    if (this.last !== null) {
        var step = inside - this.last;
        var forward = step < -this.quarters / 2 ? step + this.quarters : step;
        if (forward < 0 || forward > this.quarters / 4) {
            this.heard = []; // somebody has jumped elsewhere: listen anew from there
            this.run = 0;
        } else {
            this.run += forward;
        }
    }
    this.last = inside;
    this.heard.push([inside, value]);
};

Pass.prototype.done = function () {
    return this.run >= this.quarters;
};

Pass.prototype.share = function () {
    return Math.min(1, this.run / this.quarters);
};

// The curve that was heard, on a grid that its beginning and end belong to.
Pass.prototype.points = function () {
    var loop = this.heard.slice().sort(byQuarter);
    var first = loop[0];
    var last = loop[loop.length - 1];
    loop.unshift([last[0] - this.quarters, last[1]]);
    loop.push([first[0] + this.quarters, first[1]]);
    var points = [];
    var steps = Math.ceil(this.quarters / GRID);
    for (var step = 0; step <= steps; step += 1) {
        var quarter = Math.min(step * GRID, this.quarters);
        points.push([quarter, valueAt(loop, quarter)]);
    }
    return thin(points, 0.005);
};

module.exports = { Pass: Pass, stretch: stretch, thin: thin, valueAt: valueAt };
