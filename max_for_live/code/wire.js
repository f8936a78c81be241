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
