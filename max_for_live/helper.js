// The device's helper process, run by Max's node.script: what Max's own JavaScript cannot do without
// standing still. It unpacks the saved Set for its envelopes, and starts the daemon.

"use strict";

const fs = require("fs");
const zlib = require("zlib");
const { spawn } = require("child_process");

const TAG = /<(\/?)([\w.]+)((?:\s+[\w.:]+="[^"]*")*)\s*(\/?)>/g;
const TRACKS = /^(Audio|Midi|Group|Return|Main|Master|PreHear)Track$/;
const WRAPPERS = new Set(["Timeable", "ParameterValue"]);
const MOST_BYTES = 1 << 29;
const TEMPO_GRID = 0.25;
const QUIETEST = 1e-4;

function attribute(text, name) {
    const found = new RegExp(`\\s${name}="([^"]*)"`).exec(text);
    return found ? unescaped(found[1]) : null;
}

function unescaped(text) {
    const names = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
    return text
        .replace(/&#x([0-9a-f]+);/gi, (_, digits) => String.fromCodePoint(parseInt(digits, 16)))
        .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)))
        .replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => names[name]);
}

/** Every envelope of a Set's XML: {track, clip, parameter, tag, low, high, events: [[beat, value]]}.
 * Events before the song begins lie at beat 0; curved segments count as straight lines. */
function parse(xml) {
    const stack = [];
    const targets = new Map();
    const found = [];
    const up = (test) => [...stack].reverse().find((element) => test(element.tag));
    for (const [, closing, tag, attributes, alone] of xml.matchAll(TAG)) {
        if (closing) {
            stack.pop();
            continue;
        }
        const value = attribute(attributes, "Value");
        const parent = stack[stack.length - 1];
        if (tag === "EffectiveName" && up((name) => TRACKS.test(name))) {
            up((name) => TRACKS.test(name)).name ??= value;
        } else if ((tag === "Name" || tag === "ParameterName") && parent && value !== null) {
            parent.name ??= value;
        } else if ((tag === "Min" || tag === "Max") && parent?.tag === "MidiControllerRange") {
            stack[stack.length - 2][tag] = Number(value);
        } else if (tag === "AutomationTarget" || tag === "ModulationTarget") {
            const owner = stack[stack.length - 2];
            targets.set(attribute(attributes, "Id"), { element: parent, owner });
        } else if (tag === "PointeeId" && found.length && parent?.tag === "EnvelopeTarget") {
            found[found.length - 1].pointee ??= value;
        } else if (tag === "FloatEvent" && found.length) {
            const time = Math.max(0, Number(attribute(attributes, "Time")));
            const events = found[found.length - 1].events;
            if (events.length && events[events.length - 1][0] === 0 && time === 0) {
                events.pop(); // only the last one before the song counts
            }
            events.push([time, Number(value)]);
        }
        if (tag === "AutomationEnvelope" || tag === "ClipEnvelope") {
            const clip = up((name) => name === "AudioClip" || name === "MidiClip");
            found.push({ track: up((name) => TRACKS.test(name)), clip, events: [] });
        }
        if (!alone) {
            stack.push({ tag });
        }
    }
    return found.filter((one) => one.events.length && targets.has(one.pointee)).map((one) => named(one, targets));
}

function named(one, targets) {
    const { element, owner } = targets.get(one.pointee);
    const parameter = WRAPPERS.has(element.tag) ? owner.name || owner.tag : element.tag;
    return {
        track: one.track?.name || one.track?.tag || "",
        clip: one.clip ? one.clip.name || "clip" : null,
        parameter,
        tag: element.tag,
        low: element.Min ?? 0,
        high: element.Max ?? 1,
        events: one.events,
    };
}

function valueAt(events, beat) {
    const next = events.findIndex(([time]) => time > beat);
    if (next < 1) {
        return next === 0 ? events[0][1] : events[events.length - 1][1];
    }
    const [[before, low], [after, high]] = [events[next - 1], events[next]];
    return low + ((high - low) * (beat - before)) / (after - before);
}

/** An envelope between two beats as an intensity curve: {unit, points: [[quarter, value]]}, faders in
 * dB about their mean, everything else from 0 to 1. At most `most` points. */
function curve(envelope, from, to, most = 128) {
    const inside = envelope.events.filter(([time]) => time > from && time < to);
    const step = Math.ceil(inside.length / (most - 2)) || 1;
    const ends = [from, to].map((beat) => [beat, valueAt(envelope.events, beat)]);
    const events = [ends[0], ...inside.filter((_, at) => at % step === 0), ends[1]];
    const beats = events.map(([beat]) => beat);
    const raw = events.map(([, value]) => value);
    const fader = envelope.tag === "Volume";
    const range = envelope.high - envelope.low || 1;
    const values = raw.map((value) =>
        fader
            ? 20 * Math.log10(Math.max(value, QUIETEST))
            : Math.min(1, Math.max(0, (value - envelope.low) / range)),
    );
    const mean = fader ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
    const points = beats.map((beat, at) => [beat - from, values[at] - mean]);
    return { unit: fader ? "db" : "unit", points };
}

/** The song's tempo automation as steps [[quarter, bpm]]; ramps in steps of a sixteenth. Empty where
 * the tempo stays. */
function tempos(envelopes, most = 400) {
    const tempo = envelopes.find((one) => one.tag === "Tempo" && one.clip === null);
    if (!tempo || tempo.events.length < 2) {
        return [];
    }
    const steps = [];
    tempo.events.forEach(([time, bpm], at) => {
        const next = tempo.events[at + 1];
        if (next && next[0] === time) {
            return; // a jump: what comes after it counts
        }
        const grid = next && next[1] !== bpm ? TEMPO_GRID : Infinity;
        const end = next ? next[0] : time;
        for (let beat = time; beat < end || beat === time; beat += grid) {
            const middle = Math.min(beat + grid / 2, end);
            const value = grid === Infinity ? bpm : valueAt(tempo.events, middle);
            if (!steps.length || steps[steps.length - 1][1] !== value) {
                steps.push([beat, value]);
            }
        }
    });
    return steps.slice(0, most);
}

function read(file) {
    const packed = fs.readFileSync(file);
    const plain = packed[0] === 0x1f ? zlib.gunzipSync(packed, { maxOutputLength: MOST_BYTES }) : packed;
    return parse(plain.toString("utf8"));
}

function label(envelope) {
    return [envelope.track, envelope.clip, envelope.parameter].filter(Boolean).join(" / ");
}

/** The messages that the device may send, and what goes back through `tell`. */
function handlers(tell) {
    let held = [];
    return {
        read(file) {
            try {
                held = read(file);
            } catch (error) {
                tell("says", `The saved Set cannot be read: ${error.message}.`);
                return;
            }
            tell("begin");
            held.forEach((envelope) => tell("envelope", label(envelope)));
            tell("tempo", ...tempos(held).flat());
            tell("end", held.length);
        },
        points(number, from, to, within) {
            const envelope = held[number];
            if (!envelope) {
                tell("says", "Press Read Set first: no envelope of that number is known.");
                return;
            }
            const start = envelope.clip === null ? from : within;
            const { unit, points } = curve(envelope, start, start + to - from);
            tell("points", unit, ...points.flat());
        },
        start(command) {
            const daemon = spawn(command, ["serve"], { detached: true, stdio: "ignore" });
            daemon.on("error", () =>
                tell("says", `${command} cannot be started: give its full path under Settings.`),
            );
            daemon.on("spawn", () => tell("says", "The daemon starts."));
            daemon.unref();
        },
    };
}

function inMax() {
    try {
        return require("max-api");
    } catch {
        return null; // only Max provides it
    }
}

const max = inMax();
if (max) {
    const table = handlers((...words) => max.outlet(...words));
    Object.entries(table).forEach(([name, handler]) => max.addHandler(name, handler));
    max.outlet("hello");
}

module.exports = { curve, handlers, parse, tempos };
