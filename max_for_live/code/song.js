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
