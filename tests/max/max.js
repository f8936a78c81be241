// Max around the device's own file: inlet, outlets, Task, Global, sockets. The processor time of
// every callback is taken, without what the stand-ins take, and the calls to Live in it counted.
"use strict";

const dgram = require("dgram");
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const { decode, encode } = require("./osc");
const { FakeDict } = require("./live_set");

const CODE = path.join(__dirname, "..", "..", "max_for_live", "ditto-daw.js");
const PACKET = 4096;
/** What ECMAScript 5 has not: taken away, so that the device's code cannot lean on it. */
const NEWER = `
    ["find", "findIndex", "findLast", "fill", "includes", "flat", "flatMap", "at", "from", "of"]
        .forEach(function (name) { delete Array.prototype[name]; delete Array[name]; });
    ["includes", "startsWith", "endsWith", "padStart", "padEnd", "repeat", "matchAll", "replaceAll"]
        .forEach(function (name) { delete String.prototype[name]; });
    ["assign", "entries", "values", "fromEntries", "is"]
        .forEach(function (name) { delete Object[name]; });
    ["log10", "log2", "sign", "trunc", "hypot", "cbrt", "fround"]
        .forEach(function (name) { delete Math[name]; });
    ["isFinite", "isInteger", "parseFloat"].forEach(function (name) { delete Number[name]; });
    delete globalThis.Promise; delete globalThis.Map; delete globalThis.Set; delete globalThis.Symbol;
`;

/** Milliseconds of processor time. */
function taken(work) {
    const begin = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
}

/** One instance of the device in a Set. `shared`: Max's globals, common to all instances. */
class Device {
    constructor(set, daemonPort, { state = "", shared = {}, helper = null } = {}) {
        this.set = set;
        this.shown = {};
        this.log = [];
        this.sent = [];
        this.heard = [];
        this.times = [];
        this.outside = 0;
        this.state = state;
        this.helper = helper;
        this.revealed = [];
        this.timers = new Set();
        this.open = true;
        this.out = dgram.createSocket("udp4");
        this.daemonPort = daemonPort;
        this.selfPort = 0;
        this.context = this.build(shared);
    }

    build(shared) {
        const device = this;
        const context = vm.createContext({
            post() {},
            outlet: (number, ...words) => {
                device.outside += taken(() => device.outlet(number, words.flat()));
            },
            messnamed: (...words) => device.revealed.push(words),
            arrayfromargs: (args) => Array.prototype.slice.call(args),
            LiveAPI: this.set.api(),
            Dict: FakeDict,
            Global: function () {
                return shared;
            },
            Task: function (work) {
                return device.task(this, work);
            },
        });
        vm.runInContext(NEWER, context);
        vm.runInContext(fs.readFileSync(CODE, "utf8"), context, { filename: CODE });
        return context;
    }

    task(self, work) {
        const run = (again) => {
            if (this.open) {
                this.timed("task", work);
                again?.();
            }
        };
        let timer = null;
        self.schedule = (ms) => {
            timer = setTimeout(() => run(), ms);
            this.timers.add(timer);
        };
        self.repeat = () => {
            timer = setInterval(() => run(), self.interval);
            this.timers.add(timer);
        };
        self.cancel = () => clearInterval(timer);
        return self;
    }

    timed(what, work) {
        const calls = this.set.calls;
        const outside = this.outside + this.set.outside;
        const ms = taken(work) - (this.outside + this.set.outside - outside);
        this.times.push([what, ms, this.set.calls - calls]);
    }

    /** A message into the device's inlet, as Max hands it on. */
    say(name, ...args) {
        const handler = name in this.context && !name.startsWith("/") ? name : "anything";
        this.context.messagename = name;
        this.timed(name, () => this.context[handler](...args));
    }

    /** Live has loaded the device: first the state that the Set holds, then the bang. */
    load() {
        if (this.state) {
            this.say("state", "ditto", this.state);
        }
        this.say("loaded");
        return this;
    }

    outlet(number, words) {
        for (const word of words) {
            if (typeof word !== "string" && !Number.isFinite(word)) {
                throw new Error(`outlet ${number}: ${String(word)} is no atom of Max`);
            }
        }
        [this.toDaemon, this.toFace, this.toState, this.toHelper, this.toNet][number].call(this, words);
    }

    toDaemon(words) {
        const packet = encode(words);
        if (packet.length > PACKET) {
            throw new Error(`${words[0]} has ${packet.length} bytes`);
        }
        this.sent.push(words);
        this.out.send(packet, this.daemonPort, "127.0.0.1");
    }

    toFace([name, ...words]) {
        this.shown[name] = words;
        this.log.push([name, ...words]);
    }

    toState(words) {
        if (/[\s,;"\\]/.test(words.join("")) || words[1].length > 32000) {
            throw new Error("the state must survive as one symbol");
        }
        this.state = words[1];
        this.say("state", ...words);
    }

    toHelper(words) {
        this.helper?.(words, (...told) => this.open && this.say("helper", ...told));
    }

    toNet([what, ...words]) {
        if (what === "listen") {
            this.in?.close();
            this.in = dgram.createSocket("udp4");
            this.in.on("error", () => {}); // taken: Max prints a line to its console
            this.in.on("message", (packet) => this.arrived(packet));
            this.in.bind(words[0], "127.0.0.1");
        } else if (words[0] === "port") {
            this.selfPort = words[1];
        } else {
            // Max's sockets open at once; node's a moment later
            setTimeout(() => this.open && this.out.send(encode(words), this.selfPort, "127.0.0.1"), 20);
        }
    }

    arrived(packet) {
        if (!this.open) {
            return;
        }
        const [address, ...args] = decode(packet);
        this.heard.push([address, ...args]);
        this.say(address, ...args);
    }

    /** What the Set keeps. */
    get held() {
        return JSON.parse(decodeURIComponent(this.state));
    }

    get status() {
        return (this.shown.status ?? [""])[0];
    }

    /** Wait until `test` is true of this device; an error names what it waited for. */
    async until(test, what = String(test), ms = 20000) {
        const end = Date.now() + ms;
        while (!test(this)) {
            if (Date.now() > end) {
                const said = this.log.filter(([name]) => name === "status").slice(-6);
                throw new Error(`waited for ${what}; said ${JSON.stringify(said)}`);
            }
            await new Promise((done) => setTimeout(done, 5));
        }
        return this;
    }

    /** Loaded, and the daemon is ready. */
    async ready() {
        this.load();
        return this.until((device) => device.status === "Ready.", "Ready.");
    }

    /** Choose an action by name and press Go. */
    go(name) {
        this.say("control", "action", this.menu().indexOf(name));
        this.say("press", "go");
    }

    /** The names in the action menu. */
    menu() {
        return Array.from(this.part("actions").rendering, (action) => action.name);
    }

    part(name) {
        return this.context.part(name);
    }

    /** What the last job asked for, field by field, from the messages that were sent. */
    request() {
        const begun = this.sent.findLastIndex(([address]) => address === "/ditto/job/new");
        const fields = {};
        for (const [address, id, ...words] of this.sent.slice(begun)) {
            if (address === "/ditto/job/set") {
                fields[words[0]] = words.length > 2 ? words.slice(1) : words[1];
            } else if (/points|notes|tempo|meter/.test(address)) {
                const name = address.split("/").pop();
                fields[name] = [...(fields[name] ?? []), ...words.slice(2)];
            }
        }
        return fields;
    }

    close() {
        if (this.open) {
            this.context.notifydeleted();
            this.open = false;
            this.timers.forEach((timer) => clearInterval(timer));
            this.out.close();
            this.in?.close();
        }
    }
}

module.exports = { CODE, Device, NEWER };
