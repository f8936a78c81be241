// The lane: the curve of intensity in the device's display, and the three ways to make one. Drawn
// with the mouse; heard from the Intensity parameter while Live plays the loop once; read from an
// envelope of the saved Set, which the helper process unpacks.

var curves = require("curve");
var live = require("live");
var requests = require("request");

var EVERY = 20;
var NEARLY = 0.9;

function Lane(controller) {
    this.controller = controller;
    this.env = controller.env;
    this.intensity = 0.5;
    this.pass = null;
    this.drawing = null;
    this.asked = null;
}

Lane.prototype.show = function () {
    var env = this.env;
    var curve = this.controller.state.curve;
    env.show("shape", "clear");
    if (!curve) {
        return;
    }
    var values = curve.points.map(function (point) {
        return point[1];
    });
    var low = curve.unit === "unit" ? 0 : Math.min.apply(null, values) - 3;
    var high = curve.unit === "unit" ? 1 : Math.max.apply(null, values) + 3;
    env.show("shape", "setrange", low, high);
    env.show("shape", "setdomain", curve.quarters);
    curve.points.forEach(function (point) {
        env.show("shape", point[0], point[1]);
    });
};

Lane.prototype.keep = function (points, quarters, unit) {
    this.controller.state.curve = { points: points, quarters: quarters, unit: unit };
    this.controller.save();
};

// The display hands over its points after the mouse: begin, point x y, ..., end.
Lane.prototype.drawn = function (what, x, y) {
    if (what === "begin") {
        this.drawing = [];
    } else if (what === "point" && this.drawing) {
        this.drawing.push([x, y]);
    } else if (what === "end" && this.drawing) {
        var held = this.controller.state.curve;
        var points = this.drawing;
        this.drawing = null;
        points.sort(function (a, b) {
            return a[0] - b[0];
        });
        if (points.length) {
            this.keep(points, held ? held.quarters : 1, held ? held.unit : "unit");
        }
    }
};

// The loop whose one pass counts: the selected clip's, else the brace or so many bars from zero.
Lane.prototype.loop = function () {
    var selection = this.controller.look();
    var song = selection.song;
    if (selection.clip) {
        var start = requests.positionOf(selection.clip, song);
        return { clip: selection.clip, start: start, quarters: requests.quartersOf(selection.clip, song) };
    }
    var brace = selection.arrangement ? song.brace : null;
    var bars = this.controller.settings.bars * requests.barQuarters(song);
    return {
        clip: null,
        start: brace ? brace.start : 0,
        quarters: brace ? brace.length : bars
    };
};

Lane.prototype.listen = function () {
    var loop = this.loop();
    this.quarters = loop.quarters;
    this.ear = live.ear(this.env.Api, loop.clip, loop.start, loop.quarters);
    this.pass = new curves.Pass(loop.quarters);
    this.controller.status("Play the loop: one pass of Intensity is heard.");
    this.hear();
};

Lane.prototype.stop = function () {
    if (this.pass) {
        this.pass = null;
        this.controller.status("Stopped listening; the lane is as it was.");
    }
};

Lane.prototype.hear = function () {
    var self = this;
    if (!this.pass) {
        return;
    }
    var place = this.ear();
    if (place !== null) {
        this.pass.add(place, this.intensity);
        this.env.show("progress", this.pass.share());
    }
    var through = place === null && this.pass.share() > NEARLY;
    if (this.pass.done() || through) {
        this.keep(this.pass.points(), this.quarters, "unit");
        this.pass = null;
        this.ear = null;
        this.env.show("progress", 0);
        this.controller.status("The lane is what Intensity did in one pass of the loop.");
        this.show();
        return;
    }
    this.env.later(EVERY, function () {
        self.hear();
    });
};

// Ask the helper for the envelopes of the saved Set.
Lane.prototype.readSet = function () {
    var file = live.song(this.env.Api).file;
    if (!file) {
        this.controller.status("Save the Set first: its envelopes are read from the file.");
        return;
    }
    this.controller.status("Reading the saved Set.");
    this.env.helper("read", file);
};

// One of the envelopes was chosen from the menu.
Lane.prototype.choose = function (number) {
    var loop = this.loop();
    var clip = loop.clip;
    var within = clip && !clip.arrangement ? clip.from : 0;
    this.asked = loop;
    this.env.helper("points", number, loop.start, loop.start + loop.quarters, within);
};

// The helper answers.
Lane.prototype.told = function (what, words) {
    if (what === "begin") {
        this.env.show("envelopes", "clear");
    } else if (what === "envelope") {
        this.env.show("envelopes", "append", words[0]);
    } else if (what === "tempo") {
        this.controller.tempo = pairs(words);
    } else if (what === "end") {
        var many = words[0] + (words[0] === 1 ? " envelope" : " envelopes");
        this.controller.status(many + " in the saved Set: choose one from the menu.");
    } else if (what === "points" && this.asked) {
        this.keep(pairs(words.slice(1)), this.asked.quarters, words[0]);
        this.show();
        this.controller.status("The lane is the envelope as it was last saved.");
    } else if (what === "says") {
        this.controller.status(words[0]);
    }
};

function pairs(flat) {
    var rows = [];
    for (var at = 0; at + 1 < flat.length; at += 2) {
        rows.push([flat[at], flat[at + 1]]);
    }
    return rows;
}

module.exports = { Lane: Lane };
