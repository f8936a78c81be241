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
