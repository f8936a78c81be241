// Built by max_for_live/build.py from code/*.js and actions.json: change those, then build anew.

var parts = {};
var loaded_parts = {};

function part(name) {
    if (!loaded_parts[name]) {
        var module = { exports: {} };
        loaded_parts[name] = module;
        parts[name](module, part);
    }
    return loaded_parts[name].exports;
}
part.local = 1;

parts["table"] = function (module, require) {
module.exports = {
 "actions": [
  {
   "name": "Draft",
   "info": "Several quick sketches without control, as takes to choose from.",
   "request": {
    "kind": "draft",
    "use": "new"
   },
   "needs": [
    "bars"
   ]
  },
  {
   "name": "New Loop",
   "info": "A new loop; where a draft is selected, that one, now under lane, notes and settings.",
   "request": {
    "kind": "loop",
    "use": "new"
   },
   "needs": [
    "bars"
   ]
  },
  {
   "name": "Extend Loop",
   "info": "The clip stays and new bars follow that lead back to its beginning.",
   "request": {
    "kind": "loop",
    "use": "extend"
   },
   "needs": [
    "clip",
    "bars"
   ]
  },
  {
   "name": "Repair Loop",
   "info": "The clip's last beats are made anew, so that it loops.",
   "request": {
    "kind": "loop",
    "use": "repair"
   },
   "needs": [
    "clip"
   ]
  },
  {
   "name": "Continue",
   "info": "The music goes on after the clip, or comes before it; nothing loops.",
   "request": {
    "kind": "clip",
    "use": "continue",
    "side": "after"
   },
   "needs": [
    "clip",
    "bars"
   ]
  },
  {
   "name": "Fill Gap",
   "info": "Music between two clips, which both stay as they are.",
   "request": {
    "kind": "clip",
    "use": "fill"
   },
   "needs": [
    "clip",
    "next"
   ]
  },
  {
   "name": "Accompany",
   "info": "Players for a MIDI clip's notes, or for the harmony and groove of an audio clip.",
   "request": {
    "kind": "loop",
    "use": "new",
    "harmony": true,
    "roles": [
     "drums",
     "bass",
     "chords",
     "pad"
    ]
   },
   "needs": [
    "midi_or_clip"
   ]
  },
  {
   "name": "Re-do Bars",
   "info": "The selected bars of a loop once more; every other sample stays.",
   "request": {
    "kind": "loop",
    "use": "redo"
   },
   "needs": [
    "clip",
    "bars"
   ]
  },
  {
   "name": "Vary",
   "info": "The same clip, a little or a lot different.",
   "request": {
    "kind": "loop",
    "use": "vary",
    "amount": 0.3
   },
   "needs": [
    "clip"
   ]
  },
  {
   "name": "Song",
   "info": "A long form in sections, from markers or the settings; heard while the rest renders.",
   "request": {
    "kind": "clip",
    "use": "new"
   },
   "needs": [
    "sections"
   ]
  },
  {
   "name": "Cancel",
   "info": "Stop every job of this session; nothing is inserted.",
   "request": null,
   "needs": []
  },
  {
   "name": "Settings",
   "info": "What the next action renders; recalled from a selected result.",
   "request": null,
   "needs": []
  }
 ],
 "settings": [
  {
   "name": "prompt",
   "label": "Prompt",
   "type": "text",
   "default": "",
   "info": "Free words, matched to genre, mood, key and roles."
  },
  {
   "name": "genre",
   "label": "Genre",
   "type": "choice",
   "choices": "genres",
   "default": "",
   "info": "What kind of music; empty: from the prompt, or free."
  },
  {
   "name": "mood",
   "label": "Mood",
   "type": "choice",
   "choices": "moods",
   "default": "",
   "info": "How it feels; empty: from the prompt, or free."
  },
  {
   "name": "key",
   "label": "Key",
   "type": "choice",
   "choices": "keys",
   "default": "",
   "info": "Tonic and mode; empty: from the prompt, or free."
  },
  {
   "name": "roles",
   "label": "Roles",
   "type": "many",
   "choices": "roles",
   "default": [],
   "info": "Who plays; none chosen: everybody, or as the action has it."
  },
  {
   "name": "bars",
   "label": "Bars",
   "type": "number",
   "low": 0.25,
   "high": 64,
   "default": 4,
   "info": "How many new bars, where no time is selected."
  },
  {
   "name": "sections",
   "label": "Sections",
   "type": "text",
   "default": "",
   "info": "Of a Song without markers: 8 intro: drums only, -9 dB; 16 verse; 8 chorus: energetic."
  },
  {
   "name": "drafts",
   "label": "Drafts",
   "type": "whole",
   "low": 1,
   "high": 8,
   "default": 4,
   "info": "How many sketches Draft makes to choose from."
  },
  {
   "name": "variations",
   "label": "Variations",
   "type": "whole",
   "low": 1,
   "high": 8,
   "default": 1,
   "info": "How many takes of everything else."
  },
  {
   "name": "seed",
   "label": "Seed",
   "type": "whole",
   "low": 0,
   "high": 4294967295,
   "default": null,
   "info": "The same seed renders the same; empty: a new one every time."
  },
  {
   "name": "amount",
   "label": "Variation",
   "type": "number",
   "low": 0,
   "high": 1,
   "default": 0.3,
   "info": "How far Vary goes: 0 repeats, 1 is new."
  },
  {
   "name": "strength",
   "label": "Strength",
   "type": "number",
   "low": 0,
   "high": 1,
   "default": 1,
   "info": "How firmly lane, notes and groove hold."
  },
  {
   "name": "side",
   "label": "Continue",
   "type": "choice",
   "choices": [
    "after",
    "before"
   ],
   "default": "after",
   "info": "On which side of the clip Continue goes on."
  },
  {
   "name": "lane",
   "label": "Lane",
   "type": "choice",
   "choices": "lanes",
   "default": "",
   "info": "Which automation of the track is the intensity to follow; empty: none."
  },
  {
   "name": "groove",
   "label": "Groove",
   "type": "choice",
   "choices": [
    "",
    "grid",
    "midi",
    "clip"
   ],
   "default": "",
   "info": "Where the timing comes from: grid, notes, or the selected clip."
  },
  {
   "name": "preset",
   "label": "Preset",
   "type": "choice",
   "choices": "presets",
   "default": "default",
   "info": "How long and how thoroughly to optimise."
  },
  {
   "name": "match_level",
   "label": "Match level",
   "type": "switch",
   "default": true,
   "info": "Bring the result to the source's loudness."
  },
  {
   "name": "place",
   "label": "Result",
   "type": "choice",
   "choices": [
    "new track",
    "takes"
   ],
   "default": "new track",
   "info": "On a new track below the source's, or as takes of the clip."
  },
  {
   "name": "model",
   "label": "Model",
   "type": "choice",
   "choices": "models",
   "default": "",
   "info": "Which of the daemon's models renders; empty: its first."
  }
 ],
 "choices": {
  "genres": [
   "house",
   "techno",
   "hiphop",
   "lofi",
   "drum and bass",
   "pop",
   "rock",
   "funk",
   "jazz",
   "ambient"
  ],
  "moods": [
   "bright",
   "calm",
   "dark",
   "energetic",
   "melancholic",
   "tense"
  ],
  "keys": [
   "C major",
   "C# major",
   "D major",
   "Eb major",
   "E major",
   "F major",
   "F# major",
   "G major",
   "Ab major",
   "A major",
   "Bb major",
   "B major",
   "C minor",
   "C# minor",
   "D minor",
   "Eb minor",
   "E minor",
   "F minor",
   "F# minor",
   "G minor",
   "Ab minor",
   "A minor",
   "Bb minor",
   "B minor"
  ],
  "roles": [
   "drums",
   "bass",
   "chords",
   "lead",
   "pad"
  ],
  "presets": [
   "default",
   "teacher",
   "student",
   "ditto-2",
   "paper",
   "paper-mel",
   "paper-melody"
  ]
 }
};
};

parts["warp"] = function (module, require) {
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
};

parts["curve"] = function (module, require) {
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
};

parts["wire"] = function (module, require) {
// A request as OSC messages for the daemon: small ones, each far below 8 kB, see docs/osc.md.
// Max's OSC has 32-bit numbers only, so what must be exact travels as text: "12.345678901".

var ROWS = 40;
var DIGITS = 12;
// Fields whose numbers are places in time; others, such as strength, are plain numbers.
var EXACT = /^((source|follow|next|redo)\..+|position|bars)$/;
var LISTS = {
    "midi.notes": "/ditto/job/notes",
    "curve.points": "/ditto/job/points",
    "tempo.tempos": "/ditto/job/tempo",
    "tempo.meters": "/ditto/job/meter"
};

// A number as Max may send it without loss: whole ones stay, others become decimal text.
function spell(value) {
    if (typeof value !== "number" || (value === Math.round(value) && Math.abs(value) <= 2147483647)) {
        return value;
    }
    return value.toFixed(DIGITS).replace(/\.?0+$/, "");
}

function flat(value) {
    return typeof value === "boolean" ? (value ? 1 : 0) : value;
}

// Every leaf of the request as [dotted name, value].
function leaves(request) {
    var found = [];
    Object.keys(request).forEach(function (name) {
        var value = request[name];
        if (value === null || value === undefined) {
            return;
        }
        if (typeof value === "object" && !Array.isArray(value)) {
            Object.keys(value).forEach(function (inner) {
                if (value[inner] !== null && value[inner] !== undefined) {
                    found.push([name + "." + inner, value[inner]]);
                }
            });
        } else {
            found.push([name, value]);
        }
    });
    return found;
}

function rows(address, id, list, exact) {
    var of = Math.max(1, Math.ceil(list.length / ROWS));
    var messages = [];
    for (var piece = 0; piece < of; piece += 1) {
        messages.push(message(address, piece, part(id, piece, of, list, exact)));
    }
    return messages;
}

function part(id, piece, of, list, exact) {
    return function () {
        var args = [id, piece, of];
        list.slice(piece * ROWS, (piece + 1) * ROWS).forEach(function (row) {
            row.forEach(function (cell) {
                args.push(exact ? spell(cell) : cell);
            });
        });
        return args;
    };
}

// `key` is what the daemon's /ditto/job/ok will name; `args` makes the arguments when they are sent.
function message(address, piece, args) {
    return { address: address, key: address + " " + piece, args: args };
}

// The messages that build a job.
function building(id, request) {
    var messages = [
        message("/ditto/job/new", 0, function () {
            return [id];
        })
    ];
    leaves(request).forEach(function (leaf) {
        var address = LISTS[leaf[0]];
        if (address) {
            var exact = leaf[0] === "tempo.tempos";
            messages = messages.concat(rows(address, id, leaf[1], exact));
            return;
        }
        var values = Array.isArray(leaf[1]) ? leaf[1] : [leaf[1]];
        messages.push(
            message("/ditto/job/set", 0, function () {
                return [id, leaf[0]].concat(values.map(EXACT.test(leaf[0]) ? spell : flat));
            })
        );
    });
    return messages;
}

module.exports = { building: building, spell: spell };
};

parts["link"] = function (module, require) {
// The line to the daemon: who is there, one job at a time, and what to do about silence.
// Nothing here waits. `tick` is called ten times a second, `heard` with every reply; both return
// at once. What a producer should see goes to `tell(event, data)`.

var wire = require("wire");

var HELLO_EVERY = 500;
var IDLE_ASK = 2000;
var IDLE_MISSING = 5000;
var BUSY_ASK = 400;
var BUSY_MISSING = 1200;
var RESEND = 300;
var WINDOW = 48;
var WORDS = 600;
var ENDS = { "/ditto/job/done": 1, "/ditto/job/cancelled": 1, "/ditto/job/fail": 1 };

// send(address, args): one message to the daemon. now(): milliseconds.
function Link(send, now, tell) {
    this.send = send;
    this.now = now;
    this.tell = tell;
    this.token = "";
    this.port = 0;
    this.state = "missing";
    this.note = "";
    this.job = null;
    this.orphan = "";
    this.capabilities = {};
    this.lastHeard = -1e9;
    this.lastAsked = -1e9;
}

Link.prototype.open = function (token, port) {
    this.token = token;
    this.port = port;
    this.hello();
};

Link.prototype.hello = function () {
    this.lastAsked = this.now();
    this.send("/ditto/hello", [this.token, this.port]);
};

Link.prototype.busy = function () {
    return this.job !== null;
};

// Begin a job. Some messages are always under way; when one is lost, it goes message by message.
Link.prototype.submit = function (id, request) {
    this.job = {
        id: id,
        messages: wire.building(id, request),
        phase: "building",
        slow: false,
        takes: {},
        cancelling: false
    };
    if (this.state !== "missing") {
        this.build();
    }
};

Link.prototype.build = function () {
    var job = this.job;
    job.phase = "building";
    job.next = 0;
    job.open = {};
    job.left = 0;
    this.advance();
};

// Send what may be sent now: so much that a callback stays short, in slow mode one message.
Link.prototype.advance = function () {
    var job = this.job;
    var most = job.slow ? 1 : WINDOW;
    var words = 0;
    while (job.next < job.messages.length && job.left < most && words < WORDS) {
        var message = job.messages[job.next];
        job.next += 1;
        job.open[message.key] = (job.open[message.key] || 0) + 1;
        job.left += 1;
        var args = message.args();
        words += args.length;
        this.send(message.address, args);
    }
    if (job.left === 0) {
        job.phase = "submitting";
        this.send("/ditto/job/submit", [job.id]);
    }
    job.sent = this.now();
};

Link.prototype.cancel = function () {
    if (!this.job) {
        return;
    }
    if (this.state === "missing" || this.job.phase === "building") {
        this.orphan = this.job.id;
        this.send("/ditto/job/cancel", [this.job.id]);
        this.end("cancelled", {});
    } else if (!this.job.cancelling) {
        this.job.cancelling = true;
        this.job.sent = this.now();
        this.send("/ditto/job/cancel", [this.job.id]);
        this.tell("cancelling", {});
    }
};

// Stop and keep the best so far.
Link.prototype.keep = function () {
    if (this.job && this.job.phase === "running") {
        this.send("/ditto/job/keep", [this.job.id]);
    }
};

Link.prototype.tick = function () {
    var now = this.now();
    var silent = now - this.lastHeard;
    if (this.state !== "missing" && silent > (this.job ? BUSY_MISSING : IDLE_MISSING)) {
        this.become("missing", "");
    }
    if (this.state === "missing") {
        if (now - this.lastAsked >= HELLO_EVERY) {
            this.hello();
        }
        return;
    }
    if (this.job && now - this.job.sent >= RESEND) {
        this.repeat();
    }
    var pause = this.job || this.state === "loading" ? BUSY_ASK : IDLE_ASK;
    if (silent >= pause && now - this.lastAsked >= pause) {
        this.lastAsked = now;
        if (this.job && this.job.phase === "running") {
            this.send("/ditto/job/state", [this.job.id]);
        } else {
            this.send("/ditto/status", []);
        }
    } else if (this.state === "loading" && now - this.lastAsked >= pause) {
        this.lastAsked = now;
        this.send("/ditto/status", []);
    }
};

// What was not answered is sent again; a job that lost something is built anew, one by one, because
// the answers to /ditto/job/set cannot be told apart.
Link.prototype.repeat = function () {
    if (this.job.cancelling) {
        this.job.sent = this.now();
        this.send("/ditto/job/cancel", [this.job.id]);
    } else if (this.job.phase === "submitting") {
        this.job.sent = this.now();
        this.send("/ditto/job/submit", [this.job.id]);
    } else if (this.job.phase === "building") {
        this.job.slow = true;
        this.build();
    }
};

Link.prototype.become = function (state, note) {
    if (state !== this.state || note !== this.note) {
        this.state = state;
        this.note = note;
        this.tell("state", { state: state, note: note });
    }
};

Link.prototype.end = function (how, data) {
    data.id = this.job.id;
    this.job = null;
    this.tell(how, data);
};

// One reply of the daemon.
Link.prototype.heard = function (address, args) {
    var was = this.state;
    this.lastHeard = this.now();
    if (address === "/ditto/hello.reply") {
        this.become(args[3], "");
        if (was === "missing") {
            this.resume();
        }
    } else if (address === "/ditto/capability") {
        this.capabilities[args[0]] = args.slice(1);
        if (args[0] === "models") {
            this.tell("models", { names: args.slice(1) });
        }
    } else if (address === "/ditto/status.reply") {
        this.become(args[0], args[6] || "");
    } else if (address === "/ditto/fail") {
        this.refused(args);
    } else if (this.job && args[0] === this.job.id) {
        this.news(address, args);
    } else if (ENDS[address]) {
        this.send("/ditto/ack", [args[0]]); // repeated: the first acknowledgement was lost
    }
};

// The daemon is (again) there: a new one knows nothing, an old one has gone on.
Link.prototype.resume = function () {
    if (this.orphan) {
        this.send("/ditto/job/cancel", [this.orphan]);
        this.orphan = "";
    }
    if (this.job && this.job.phase === "building") {
        this.build();
    } else if (this.job) {
        this.job.sent = this.now();
        this.send("/ditto/job/state", [this.job.id]);
    }
};

Link.prototype.news = function (address, args) {
    var job = this.job;
    if (address === "/ditto/job/ok") {
        this.answered(args[1] + " " + args[2]);
    } else if (address === "/ditto/job/accepted") {
        if (job.phase !== "running") {
            job.phase = "running";
            this.tell("accepted", { place: args[2] });
        }
    } else if (address === "/ditto/job/progress") {
        job.phase = "running";
        this.tell("progress", { stage: args[1], step: args[2], of: args[3], seconds: args[4] });
    } else if (address === "/ditto/job/preview") {
        this.tell("preview", { path: args[1] });
    } else if (address === "/ditto/job/block" && args[1] === 0) {
        this.tell("block", { number: args[2], of: args[3], path: args[4] });
    } else if (address === "/ditto/job/take") {
        this.take(args);
    } else if (address === "/ditto/job/done") {
        this.done(args[1]);
    } else if (address === "/ditto/job/cancelled") {
        this.send("/ditto/ack", [job.id]);
        this.end("cancelled", {});
    } else if (address === "/ditto/job/fail") {
        this.send("/ditto/ack", [job.id]);
        this.end("failed", { code: args[1], sentence: args[3] });
    }
};

Link.prototype.answered = function (key) {
    var job = this.job;
    if (job.phase === "building" && job.open[key]) {
        job.open[key] -= 1;
        job.left -= 1;
        this.advance();
    }
};

Link.prototype.take = function (args) {
    var known = this.job.takes[args[1]];
    var take = { number: args[1], path: args[2], samples: args[4], rate: args[5], seed: args[6] };
    this.job.takes[args[1]] = take;
    if (!known) {
        this.tell("take", take);
    }
};

// The end, once every take that belongs to it has arrived; they are repeated with it until then.
Link.prototype.done = function (count) {
    var takes = this.job.takes;
    var list = Object.keys(takes).map(function (number) {
        return takes[number];
    });
    if (list.length < count) {
        return;
    }
    list.sort(function (a, b) {
        return a.number - b.number;
    });
    this.send("/ditto/ack", [this.job.id]);
    this.end("done", { takes: list });
};

Link.prototype.refused = function (args) {
    var command = args[0];
    var code = args[2];
    if (!this.job || args[1] !== this.job.id || command === "/ditto/job/keep") {
        return;
    }
    if (code === "no_hello") {
        this.hello();
        this.job.sent = this.now();
    } else if (command === "/ditto/job/cancel") {
        this.end("cancelled", {});
    } else if (code === "unknown_job") {
        if (this.job.cancelling) {
            this.end("cancelled", {});
        } else if (command === "/ditto/job/state") {
            this.build(); // a daemon that was started anew: the same id renders once
        }
    } else if (this.job.phase === "building" && args[3] === "id") {
        this.job.left = 0; // it has this job already
        this.job.next = this.job.messages.length;
        this.advance();
    } else {
        this.end("failed", { code: code, sentence: args[4] });
    }
};

module.exports = { Link: Link };
};

parts["live"] = function (module, require) {
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
};

parts["actions"] = function (module, require) {
// The actions and settings that every host offers, from bridge/ditto_bridge/actions.json, and how
// the device's controls speak of them: a menu as the number of its item, a switch as 0 or 1.

var table = require("table");

var rendering = table.actions.filter(function (action) {
    return action.request !== null;
});

function named(name) {
    return (
        rendering.filter(function (action) {
            return action.name === name;
        })[0] || null
    );
}

// The items of a setting's menu; "" stands for whatever comes.
function items(setting) {
    var choices = setting.choices;
    if (typeof choices !== "string") {
        return choices;
    }
    var known = table.choices[choices] || [];
    return setting["default"] === "" ? [""].concat(known) : known;
}

// What a setting can be is known only now: the daemon has told.
function offer(choices, values) {
    table.choices[choices] = values;
}

function row(name) {
    return table.settings.filter(function (setting) {
        return setting.name === name;
    })[0];
}

function defaults() {
    var settings = {};
    table.settings.forEach(function (setting) {
        settings[setting.name] = setting["default"];
    });
    settings.roles = [];
    settings.lane = false;
    return settings;
}

function copy(settings) {
    return JSON.parse(JSON.stringify(settings));
}

// What of the settings is not as at first; `restored` makes the whole of it again.
function changes(settings) {
    var first = defaults();
    var changed = {};
    Object.keys(settings).forEach(function (name) {
        if (JSON.stringify(settings[name]) !== JSON.stringify(first[name])) {
            changed[name] = settings[name];
        }
    });
    return copy(changed);
}

function restored(changed) {
    var settings = defaults();
    Object.keys(changed).forEach(function (name) {
        settings[name] = changed[name];
    });
    return copy(settings);
}

// A control's value into the settings; names that are no setting are let pass.
function put(settings, name, value) {
    var role = /^role_(.+)$/.exec(name);
    var setting = row(name);
    if (role) {
        settings.roles = table.choices.roles.filter(function (each) {
            return each === role[1] ? Boolean(value) : settings.roles.indexOf(each) >= 0;
        });
    } else if (name === "lane" || (setting && setting.type === "switch")) {
        settings[name] = Boolean(value);
    } else if (setting && setting.type === "choice") {
        settings[name] = items(setting)[value];
    } else if (setting) {
        settings[name] = setting.type === "whole" ? Math.round(value) : value;
    }
}

// Every control's value for these settings: [[name, value], ...].
function faces(settings) {
    var found = [];
    table.settings.forEach(function (setting) {
        var value = settings[setting.name];
        if (setting.name === "roles") {
            table.choices.roles.forEach(function (role) {
                found.push(["role_" + role, value.indexOf(role) >= 0 ? 1 : 0]);
            });
        } else if (setting.name === "lane" || setting.type === "switch") {
            found.push([setting.name, value ? 1 : 0]);
        } else if (setting.type === "choice") {
            found.push([setting.name, Math.max(0, items(setting).indexOf(value))]);
        } else if (setting.type === "number" || (setting.type === "whole" && value !== null)) {
            found.push([setting.name, value]);
        }
    });
    return found.filter(function (face) {
        return face[0] !== "seed"; // a text, because no live parameter holds its 32 bits
    });
}

module.exports = {
    changes: changes,
    copy: copy,
    defaults: defaults,
    faces: faces,
    list: table.actions,
    named: named,
    offer: offer,
    put: put,
    rendering: rendering,
    restored: restored
};
};

parts["song"] = function (module, require) {
// The sections of a song, as one line that the daemon reads: from the Arrangement's locators under the
// loop brace, or as it was typed. See docs/osc.md; bridge/lua/sections.lua does the same elsewhere.

var NEAR = 0.125; // bars: a locator so near to another, or to an end of the song, lies on it
var EXAMPLE = "8 intro: drums only; 16 verse; 8 chorus: energetic";
var ROUND = 10000;

function round(bars) {
    return Math.round(bars * ROUND) / ROUND;
}

// The line for a span of bars, locators [[bar, name], ...] counted from its beginning; "" where no
// locator lies in it.
function line(locators, bars) {
    var found = [{ from: 0, name: "" }];
    var sorted = locators.slice().sort(function (one, other) {
        return one[0] - other[0];
    });
    sorted.forEach(function (locator) {
        var open = found[found.length - 1];
        if (locator[0] <= open.from + NEAR) {
            open.name = locator[1];
        } else if (locator[0] < bars - NEAR) {
            found.push({ from: locator[0], name: locator[1] });
        }
    });
    if (found.length === 1 && !found[0].name) {
        return "";
    }
    return found
        .map(function (one, number) {
            var to = number + 1 < found.length ? found[number + 1].from : bars;
            return round(to - one.from) + " " + one.name.replace(/;/g, ",");
        })
        .join("; ");
}

// How many bars the sections of a line have together; null where one does not say.
function barsOf(text) {
    var sum = 0;
    var whole = text.split(";").every(function (part) {
        var found = /^\s*(\d+(?:\.\d+)?)(?:\/(\d+))?/.exec(part);
        if (found) {
            sum += Number(found[1]) / Number(found[2] || 1);
        }
        return found || !/\S/.test(part);
    });
    return whole && sum > 0 ? sum : null;
}

// A sentence where a typed line cannot be what is asked for; `room`: bars under the brace, or null.
function problem(text, room) {
    var bars = barsOf(text);
    if (bars === null) {
        return "Every section begins with its number of bars, as in: " + EXAMPLE + ".";
    }
    if (room !== null && Math.abs(bars - room) > NEAR) {
        return "The sections have " + round(bars) + " bars and the loop brace " + round(room) + ": make them the same.";
    }
    return "";
}

var NONE = "Set the loop brace in the Arrangement over locators, or type Sections in Settings, such as: " + EXAMPLE + ".";

module.exports = { NONE: NONE, barsOf: barsOf, line: line, problem: problem };
};

parts["request"] = function (module, require) {
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
};

parts["insert"] = function (module, require) {
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
};

parts["store"] = function (module, require) {
// What the device keeps with the Set: its token, what live.* parameters cannot hold, and what its
// results were made with. One word without spaces, quotes or commas, so that no Max object that it
// passes through can take it apart; bounded, because Max's symbols are.

var MOST = 30000;

function fresh(token) {
    return { version: 1, token: token, count: 0, prompt: "", seed: "", sections: "", model: "", command: "", curve: null, results: [] };
}

// The state as one word; the oldest results go where it would be too long.
function write(state) {
    var word = encodeURIComponent(JSON.stringify(state));
    while (word.length > MOST && state.results.length) {
        state.results.shift();
        word = encodeURIComponent(JSON.stringify(state));
    }
    return word;
}

// The state that a word holds; a fresh one where it is not ours.
function read(word, token) {
    var state = fresh(token);
    try {
        var held = JSON.parse(decodeURIComponent(word));
        Object.keys(state).forEach(function (name) {
            if (held && typeof held[name] === typeof state[name]) {
                state[name] = held[name];
            }
        });
    } catch (error) {
        return state; // an empty or foreign word: begin anew
    }
    return state;
}

function fileName(path) {
    return String(path).split(/[\\/]/).pop();
}

// Remember what a file was made with. Known again by its name, wherever Live has copied it.
function remember(state, path, made) {
    made.file = fileName(path);
    state.results = state.results.filter(function (result) {
        return result.file !== made.file;
    });
    state.results.push(made);
}

// What a file was made with, or null.
function recall(state, path) {
    var name = fileName(path);
    return (
        state.results.filter(function (result) {
            return result.file === name;
        })[0] || null
    );
}

module.exports = { fresh: fresh, read: read, recall: recall, remember: remember, write: write };
};

parts["controller"] = function (module, require) {
// The device: from a pressed button to a clip in the Set. Everything that Max does for it comes in
// through `env`, so that the same code runs in Node against a stand-in for Live:
//   Api            LiveAPI
//   send(address, args)   an OSC message to the daemon
//   show(words...)        to the device's face
//   save(text)            to be kept with the Set
//   helper(words...)      to the helper process: reads the saved Set, starts the daemon
//   net(words...)         to the sockets: "listen" port; "self" message
//   now(), later(ms, f), random(), claim(token), reveal(path), dict(object)

var actions = require("actions");
var insert = require("insert");
var live = require("live");
var requests = require("request");
var store = require("store");
var Link = require("link").Link;

var FIRST_PORT = 7800;
var PORTS = 1000;
var PORT_PATIENCE = 300;
var MOST_SEED = 2147483647;
var BEATS_AT_ONCE = 4;

function Controller(env) {
    var self = this;
    this.env = env;
    this.state = store.fresh("");
    this.settings = actions.defaults();
    this.action = actions.list[0];
    this.port = 0;
    this.tried = 0;
    this.selection = null;
    this.job = null;
    this.reading = false;
    this.tempo = [];
    this.takes = [];
    this.link = new Link(env.send, env.now, function (event, data) {
        self.told(event, data);
    });
}

// The device has loaded and LiveAPI may be used. `text`: what was saved with the Set.
Controller.prototype.start = function (text) {
    this.saved = text;
    this.state = store.read(text, this.newToken());
    if (!this.env.claim(this.state.token)) {
        this.state.token = this.newToken(); // this device is a copy of one that runs
        this.env.claim(this.state.token);
    }
    this.settings.prompt = this.state.prompt;
    this.settings.seed = seedOf(this.state.seed);
    this.settings.sections = this.state.sections;
    this.settings.model = this.state.model;
    this.env.show("prompt", "set", this.state.prompt);
    this.env.show("seed", "set", this.state.seed);
    this.env.show("sections", "set", this.state.sections);
    this.env.show("command", "set", this.state.command);
    this.status("Looking for the daemon.");
    this.tryPort();
};

Controller.prototype.newToken = function () {
    return "live-" + Math.floor(this.env.random() * 0x7fffffff).toString(36) + this.env.now().toString(36);
};

// Take a port that nobody has: open it, then see whether a message to it arrives here.
Controller.prototype.tryPort = function () {
    var start = 0;
    for (var at = 0; at < this.state.token.length; at += 1) {
        start = (start * 31 + this.state.token.charCodeAt(at)) % PORTS;
    }
    this.port = 0;
    this.trial = FIRST_PORT + ((start + this.tried) % PORTS);
    this.tried += 1;
    this.triedAt = this.env.now();
    this.env.net("listen", this.trial);
    this.env.net("self", "port", this.trial);
    this.env.net("self", "/ditto/self", this.state.token);
};

// Ten times a second.
Controller.prototype.tick = function () {
    if (this.port) {
        this.link.tick();
    } else if (this.trial && this.env.now() - this.triedAt > PORT_PATIENCE) {
        this.tryPort();
    }
};

// An OSC message has arrived on our port.
Controller.prototype.heard = function (address, args) {
    if (address !== "/ditto/self") {
        this.link.heard(address, args);
    } else if (args[0] === this.state.token && !this.port) {
        this.port = this.trial;
        this.save();
        this.link.open(this.state.token, this.port);
    }
};

Controller.prototype.save = function () {
    var word = store.write(this.state);
    if (word !== this.saved) {
        this.saved = word; // a parameter of Live: every change may be a step of its undo history
        this.env.save(word);
    }
};

Controller.prototype.status = function (text) {
    this.env.show("status", text);
};

// A control of the device has a new value.
Controller.prototype.set = function (name, value) {
    if (name === "action") {
        this.action = actions.rendering[value] || this.action;
    } else if (name === "command") {
        this.state.command = value;
        this.save();
    } else if (name === "seed" || name === "prompt" || name === "sections") {
        this.state[name] = value;
        this.settings[name] = name === "seed" ? seedOf(value) : value;
        this.save();
    } else {
        actions.put(this.settings, name, value);
        if (name === "model") {
            this.state.model = this.settings.model || "";
            this.save();
        }
    }
};

// The daemon tells what it has loaded. There is nothing to choose where it is one.
Controller.prototype.offer = function (names) {
    var env = this.env;
    var several = names.length > 1 ? names : [];
    actions.offer("models", several);
    this.settings.model = several.indexOf(this.state.model) < 0 ? "" : this.state.model;
    env.show("model", "clear");
    ["any"].concat(several).forEach(function (name) {
        env.show("model", "append", name);
    });
    env.show("model", "set", several.indexOf(this.settings.model) + 1);
};

function seedOf(text) {
    var number = Number(text);
    return /^\s*\d{1,10}\s*$/.test(text) && number <= MOST_SEED ? number : null;
}

// What is selected in Live now, all but a clip's notes.
Controller.prototype.look = function () {
    var Api = this.env.Api;
    var clip = live.selectedClip(Api);
    var selection = {
        song: live.song(Api),
        arrangement: live.inArrangement(Api),
        clip: clip,
        notes: [],
        next: null,
        known: Boolean(clip && clip.audio && store.recall(this.state, clip.file)),
        locators: this.action.name === "Song" ? live.locators(Api) : [],
        tempo: null
    };
    if (clip && clip.audio && this.action.name === "Fill Gap") {
        selection.next = live.nextClip(Api, clip);
    }
    if (this.tempo.length && (clip ? clip.arrangement : selection.arrangement)) {
        selection.tempo = this.tempo;
    }
    return selection;
};

// The Go button.
Controller.prototype.go = function () {
    if (this.link.busy() || this.reading) {
        this.status("A render is under way: wait for it, or press Cancel.");
        return;
    }
    var selection = this.look();
    if (selection.clip && !selection.clip.audio) {
        this.reading = true;
        this.read(selection, selection.clip.from);
    } else {
        this.ask(selection);
    }
};

// A clip's notes, some beats at a time: Live goes on in between.
Controller.prototype.read = function (selection, from) {
    var self = this;
    var clip = selection.clip;
    var to = Math.min(from + BEATS_AT_ONCE, clip.to);
    selection.notes = selection.notes.concat(live.notes(this.env.Api, clip, from, to));
    this.env.later(1, function () {
        if (to < clip.to) {
            self.read(selection, to);
        } else {
            self.reading = false;
            self.ask(selection);
        }
    });
};

// Build the request and send it off.
Controller.prototype.ask = function (selection) {
    var made;
    try {
        var curve = this.settings.lane ? this.state.curve : null;
        made = requests.make(this.action, this.wanted(), selection, curve);
    } catch (error) {
        if (!(error instanceof requests.Missing)) {
            throw error;
        }
        this.status(error.sentence);
        return;
    }
    this.state.count += 1;
    var id = this.state.token.slice(-10) + "-" + this.state.count;
    this.job = { action: this.action, settings: actions.copy(this.settings), place: made.place };
    this.job.place.track = made.place.clip ? made.place.clip.track : this.ownTrack();
    this.job.place.slot = made.place.clip ? made.place.clip.slot : this.scene();
    this.save();
    this.env.show("progress", 0);
    this.link.submit(id, made.request);
    this.status(this.link.state === "missing" ? MISSING_BUSY : "Sending " + this.action.name + ".");
};

// The settings, with a seed in any case: the daemon's own ones need more bits than Max's OSC has.
Controller.prototype.wanted = function () {
    var settings = actions.copy(this.settings);
    if (settings.seed === null) {
        settings.seed = Math.floor(this.env.random() * (MOST_SEED - 8));
    }
    return settings;
};

// Where results go when nothing is selected: beside the track that this device is on.
Controller.prototype.ownTrack = function () {
    var track = live.at(this.env.Api, "this_device canonical_parent");
    var found = /tracks (\d+)/.exec(String(track.path));
    return found ? Number(found[1]) : -1;
};

Controller.prototype.scene = function () {
    var scene = live.at(this.env.Api, "live_set view selected_scene");
    var found = /scenes (\d+)/.exec(String(scene.path));
    return found ? Number(found[1]) : 0;
};

Controller.prototype.cancel = function () {
    this.link.cancel();
};

Controller.prototype.keep = function () {
    this.link.keep();
};

var MISSING = "No daemon answers: press Start, or run `ditto-daw serve`.";
var MISSING_BUSY = "No daemon answers: the job waits. Press Start, or run `ditto-daw serve`.";
var STATES = {
    loading: "The daemon is there and loads its model.",
    ready: "Ready."
};

// What the link tells.
Controller.prototype.told = function (event, data) {
    if (event === "state") {
        if (data.state === "missing") {
            this.status(this.link.busy() ? MISSING_BUSY : MISSING);
        } else {
            this.status(STATES[data.state] || "The daemon cannot render: " + data.note);
        }
    } else if (event === "accepted") {
        this.status(data.place > 0 ? "Accepted; " + data.place + " before it." : "Accepted.");
    } else if (event === "progress") {
        this.progress(data);
    } else if (event === "preview") {
        this.takes = [data];
        this.env.show("takes", "clear");
        this.env.show("takes", "append", "best so far");
    } else if (event === "block") {
        this.part(data);
    } else if (event === "models") {
        this.offer(data.names);
    } else if (event === "cancelling") {
        this.status("Cancelling.");
    } else if (event === "cancelled") {
        this.finish("Cancelled; nothing was inserted.");
    } else if (event === "failed") {
        this.finish(data.sentence);
    } else if (event === "done") {
        this.done(data.takes);
    }
};

Controller.prototype.progress = function (data) {
    var left = data.seconds >= 0 ? ", " + Math.ceil(data.seconds) + " s left" : "";
    this.env.show("progress", data.of > 0 ? data.step / data.of : 0);
    this.status(data.stage + " " + data.step + " of " + data.of + left);
};

// A part of a song that can be heard while the rest renders: shown to be dragged, because every clip
// that a device inserts is a step of Live's undo history.
Controller.prototype.part = function (data) {
    if (data.number === 0) {
        this.takes = [];
        this.env.show("takes", "clear");
    }
    this.takes.push(data);
    this.env.show("takes", "append", "part " + (data.number + 1) + " of " + data.of);
};

Controller.prototype.finish = function (text) {
    this.job = null;
    this.env.show("progress", 0);
    this.status(text);
};

// The takes are here: insert them outside of the network's callback.
Controller.prototype.done = function (takes) {
    var self = this;
    var job = this.job;
    this.env.show("progress", 1);
    this.env.later(1, function () {
        self.place(job, takes);
    });
};

Controller.prototype.place = function (job, takes) {
    var self = this;
    var names = takes.map(function (take) {
        return (job.action.name + " " + take.seed + " " + job.settings.prompt).trim();
    });
    takes.forEach(function (take) {
        var settings = actions.copy(job.settings);
        settings.seed = take.seed;
        var made = { action: job.action.name, settings: actions.changes(settings) };
        store.remember(self.state, take.path, made);
    });
    this.save();
    this.env.show("takes", "clear");
    takes.forEach(function (take, number) {
        self.env.show("takes", "append", names[number]);
    });
    this.takes = takes;
    var options = { names: names, place: job.settings.place, title: job.action.name };
    options.level = job.settings.match_level;
    options.dict = this.env.dict;
    var outcome = insert.insert(this.env.Api, takes, job.place, options);
    if (outcome.shown.length) {
        this.env.reveal(outcome.shown[0]);
    }
    this.finish(outcome.why || takes.length + (takes.length === 1 ? " take is" : " takes are") + " in the Set.");
};

// Show the file of a take of the last job, for dragging.
Controller.prototype.reveal = function (number) {
    if (this.takes && this.takes[number]) {
        this.env.reveal(this.takes[number].path);
    }
};

// The settings and the seed that the selected result was made with, back into the controls.
Controller.prototype.recall = function () {
    var clip = live.selectedClip(this.env.Api);
    var made = clip && clip.audio ? store.recall(this.state, clip.file) : null;
    if (!made) {
        this.status("Select a clip that this device has rendered, then press Recall.");
        return;
    }
    this.settings = actions.restored(made.settings);
    this.action = actions.named(made.action) || this.action;
    this.state.prompt = this.settings.prompt;
    this.state.seed = String(this.settings.seed);
    this.state.sections = this.settings.sections;
    this.save();
    this.env.show("action", actions.rendering.indexOf(this.action));
    this.env.show("prompt", "set", this.state.prompt);
    this.env.show("seed", "set", this.state.seed);
    this.env.show("sections", "set", this.state.sections);
    var env = this.env;
    actions.faces(this.settings).forEach(function (face) {
        env.show(face[0], face[1]);
    });
    this.status("The settings of " + made.action + " " + this.state.seed + " are back.");
};

module.exports = { Controller: Controller };
};

parts["lane"] = function (module, require) {
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
};

// Max's side: messages from the patcher in, messages to the patcher out. Built into ditto-daw.js
// by build.py; ES5, because Live 11's `js` knows nothing newer.

inlets = 1;
outlets = 5;
autowatch = 0;

var TO_DAEMON = 0;
var TO_FACE = 1;
var TO_STATE = 2;
var TO_HELPER = 3;
var TO_NET = 4;
var TICK = 100;

var saved = "";
var controller = null;
var lane = null;
var ticker = null;
var tasks = [];
var helping = false;
var waiting = [];
var shared = new Global("ditto_daw");

function words(number, list) {
    outlet(number, list);
}

// The helper process runs only once somebody needs it; what it is asked before it says hello waits.
function ask(list) {
    if (helping) {
        words(TO_HELPER, list);
        return;
    }
    waiting.push(list);
    words(TO_HELPER, ["script", "start"]);
}

function make() {
    var Controller = part("controller").Controller;
    var Lane = part("lane").Lane;
    controller = new Controller({
        Api: LiveAPI,
        send: function (address, args) {
            words(TO_DAEMON, [address].concat(args));
        },
        show: function () {
            words(TO_FACE, arrayfromargs(arguments));
        },
        save: function (text) {
            words(TO_STATE, ["ditto", text]);
        },
        helper: function () {
            ask(arrayfromargs(arguments));
        },
        net: function () {
            words(TO_NET, arrayfromargs(arguments));
        },
        now: function () {
            return new Date().getTime();
        },
        later: later,
        random: Math.random,
        claim: claim,
        dict: function (object) {
            var made = new Dict();
            Object.keys(object).forEach(function (name) {
                made.set(name, object[name]);
            });
            return made;
        },
        reveal: function (path) {
            var folder = String(path).replace(/\\/g, "/").replace(/\/[^/]*$/, "");
            messnamed("max", "launchbrowser", "file://" + (folder.charAt(0) === "/" ? "" : "/") + folder);
        }
    });
    lane = new Lane(controller);
}

// Once, soon. A Task that nobody holds may be collected before its time.
function later(ms, work) {
    var task = new Task(function () {
        tasks.splice(tasks.indexOf(task), 1);
        work();
    });
    tasks.push(task);
    task.schedule(ms);
}

// Tokens of the devices that run in this Live: a copied device must not speak for its original.
function claim(token) {
    if (shared[token]) {
        return false;
    }
    shared[token] = 1;
    return true;
}

// live.thisdevice: the device is complete, LiveAPI may be used.
function loaded() {
    if (controller) {
        return;
    }
    make();
    controller.start(saved);
    lane.show();
    ticker = new Task(function () {
        controller.tick();
    });
    ticker.interval = TICK;
    ticker.repeat();
}

// The state that the Set holds, as "ditto WORD", before `loaded`; later ones are our own echo.
function state(mark, word) {
    if (!controller && mark === "ditto") {
        saved = String(word);
    }
}

// A control's name and value; texts come as the word "text" and what follows.
function control() {
    var list = arrayfromargs(arguments);
    var name = list.shift();
    if (list[0] === "text") {
        list = [list.slice(1).join(" ")];
    }
    if (controller) {
        controller.set(name, list[0]);
    }
}

function press(name) {
    if (!controller) {
        return;
    }
    if (name === "start") {
        lane.env.helper("start", controller.state.command || "ditto-daw");
    } else if (name === "listen" || name === "stop") {
        lane[name]();
    } else if (name === "readset") {
        lane.readSet();
    } else {
        controller[name](); // go, cancel, keep, recall
    }
}

function intensity(value) {
    if (lane) {
        lane.intensity = value;
    }
}

function drawn(what, x, y) {
    if (lane) {
        lane.drawn(what, x, y);
    }
}

function envelope(number) {
    if (lane) {
        lane.choose(number);
    }
}

function take(number) {
    if (controller) {
        controller.reveal(number);
    }
}

function helper() {
    var list = arrayfromargs(arguments);
    if (list[0] === "hello") {
        helping = true;
        waiting.splice(0).forEach(function (asked) {
            words(TO_HELPER, asked);
        });
    } else if (lane) {
        lane.told(list[0], list.slice(1));
    }
}

// Whatever else comes are the daemon's replies: their address is the message's name.
function anything() {
    if (controller && messagename.charAt(0) === "/") {
        controller.heard(messagename, arrayfromargs(arguments));
    }
}

function notifydeleted() {
    if (ticker) {
        ticker.cancel();
    }
    if (controller) {
        shared[controller.state.token] = 0;
    }
}

words.local = ask.local = make.local = claim.local = later.local = 1;
