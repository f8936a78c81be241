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
