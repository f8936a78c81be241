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
