// The parts that only compute: warp markers, and what every action asks for.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { LiveSet } = require("./live_set");
const { Device } = require("./max");

const device = new Device(new LiveSet(), 9);
const warp = device.part("warp");
const requests = device.part("request");
const actions = device.part("actions");
const SONG = { tempo: 120, numerator: 4, denominator: 4, time: 0, brace: null, file: "" };
const BENT = [
    { beat_time: 0, sample_time: 0.5 }, { beat_time: 4, sample_time: 2.5 },
    { beat_time: 8, sample_time: 5.7 }, { beat_time: 8.03125, sample_time: 5.725 },
];

test.after(() => device.close());

/** Values of the device's world as ours, to be compared. */
const plain = (value) => JSON.parse(JSON.stringify(value));

function clip(more) {
    return {
        audio: true, arrangement: true, looping: false, warped: false, file: "/a.wav", track: 0, slot: 0,
        from: 0, to: 8, marker: 0, start: 16, end: 32, coarse: 0, fine: 0, gain: 0.4, ...more,
    };
}

function ask(name, settings = {}, selection = {}, curve = null) {
    const all = { ...plain(actions.defaults()), ...settings };
    const seen = {
        song: SONG, arrangement: true, clip: null, notes: [], next: null, known: false, tempo: null, locators: [],
        ...selection,
    };
    return plain(requests.make(actions.named(name), all, seen, curve));
}

function refusal(...words) {
    try {
        ask(...words);
    } catch (error) {
        return error.sentence;
    }
    return "";
}

test("Warp markers: seconds on both sides of every marker, and the file's tempo as steps", () => {
    assert.equal(warp.seconds(BENT, 2), 1.5);
    assert.equal(warp.seconds(BENT, 6), 4.1);
    assert.equal(Math.round(warp.seconds(BENT, -1) * 1e9), 0);
    assert.deepEqual(plain(warp.tempos(BENT, 2, 8, 100)), [[100, 120], [102, 75]]);
    assert.deepEqual(plain(warp.tempos(BENT, 5, 8, 0)), [[0, 75]]);
    assert.ok(!warp.usable([{ beat_time: 0, sample_time: 0 }]));
    assert.ok(!warp.usable([{ beat_time: 0, sample_time: 1 }, { beat_time: 1, sample_time: 1 }]));
});

test("A result's own markers follow from the tempo steps it was rendered on", () => {
    assert.deepEqual(plain(warp.pins([[100, 120], [102, 75]], 100, 10)), [[0, 0], [2, 1], [10, 7.4]]);
    assert.deepEqual(plain(warp.pins([[0, 120]], 32, 4)), [[0, 0], [4, 2]]);
    assert.deepEqual(plain(warp.pins([[0, 120], [34, 60]], 32, 4)), [[0, 0], [2, 1], [4, 3]]);
});

test("Continue goes on after the clip, or comes before it", () => {
    const selection = { clip: clip({}) };
    const after = ask("Continue", { bars: 2 }, selection);
    assert.deepEqual(
        [after.request.kind, after.request.use, after.request.side, after.request.bars, after.place.position],
        ["clip", "continue", "after", 6, 16],
    );
    const before = ask("Continue", { bars: 2, side: "before" }, selection);
    assert.deepEqual([before.request.bars, before.request.position, before.place.quarters], [6, 8, 24]);
    assert.equal(before.request.source.position, 16);
});

test("Fill Gap joins two clips of the track; the gap comes from the timeline", () => {
    const next = clip({ file: "/b.wav", start: 36, end: 40, from: 1, to: 3 });
    const made = ask("Fill Gap", {}, { clip: clip({}), next });
    assert.deepEqual(made.request.next, { path: "/b.wav", start: 1, end: 3 });
    assert.deepEqual([made.request.kind, made.request.use, made.request.bars], ["clip", "fill", 6]);
    assert.match(refusal("Fill Gap", {}, { clip: clip({}) }), /second audio clip/);
    assert.match(refusal("Fill Gap", {}, { clip: clip({}), next: clip({ start: 32 }) }), /one beat/);
    const fast = clip({ start: 36, coarse: 12 });
    assert.match(refusal("Fill Gap", {}, { clip: clip({}), next: fast }), /different speeds/);
});

test("Re-do Bars takes the bars under the loop brace, else the last ones", () => {
    const held = { clip: clip({}) };
    assert.deepEqual(ask("Re-do Bars", { bars: 1 }, held).request.redo, { start: 3, end: 4 });
    const song = { ...SONG, brace: { start: 20, length: 8 } };
    assert.deepEqual(ask("Re-do Bars", {}, { ...held, song }).request.redo, { start: 1, end: 3 });
    const away = { ...SONG, brace: { start: 64, length: 8 } };
    assert.match(refusal("Re-do Bars", {}, { ...held, song: away }), /loop brace/);
});

test("Vary inverts a clip of the user's, and starts from the latent of a result", () => {
    const own = ask("Vary", { amount: 0.6 }, { clip: clip({}) }).request;
    assert.deepEqual([own.use, own.amount, own.source.path, own.from], ["vary", 0.6, "/a.wav", undefined]);
    const result = ask("Vary", {}, { clip: clip({}), known: true }).request;
    assert.deepEqual([result.from, result.source], [{ path: "/a.wav" }, undefined]);
});

test("New Loop: the brace in the Arrangement, the selected draft's latent, a MIDI clip's notes", () => {
    const song = { ...SONG, brace: { start: 8, length: 12 }, numerator: 3 };
    const open = ask("New Loop", {}, { song });
    assert.deepEqual([open.request.bars, open.request.position, open.request.tempo.meters], [4, 8, [[0, 3, 4]]]);
    const draft = ask("New Loop", {}, { clip: clip({}), known: true }).request;
    assert.deepEqual([draft.from, draft.bars], [{ path: "/a.wav" }, 4]);
    const midi = clip({ audio: false, file: undefined });
    const sung = ask("New Loop", { groove: "midi" }, { clip: midi, notes: [[0, 1, 60, 99, 0]] }).request;
    assert.deepEqual([sung.midi.notes.length, sung.groove, sung.bars], [1, "midi", 2]);
});

test("Groove of the selected recording, roles that were chosen, and a curve stretched to the result", () => {
    const curve = { points: [[0, 0], [8, 1]], quarters: 8, unit: "unit" };
    const made = ask("New Loop", { groove: "clip", roles: ["bass"] }, { clip: clip({}) }, curve).request;
    assert.deepEqual([made.follow.path, made.follow.features, made.roles], ["/a.wav", ["groove"], ["bass"]]);
    assert.deepEqual(made.curve.points, [[0, 0], [16, 1]]);
    const jump = { points: [[0, 0], [4, 0], [4, 1]], quarters: 8, unit: "unit" };
    const quarters = ask("New Loop", {}, {}, jump).request.curve.points.map(([quarter]) => quarter);
    assert.deepEqual(quarters, [0, 8, 8 + 1 / 1024]);
    assert.equal(ask("Draft", {}, {}, curve).request.curve, undefined);
    const players = ask("Accompany", { roles: ["lead"] }, { clip: clip({}) }).request;
    assert.deepEqual(players.roles, ["lead"]);
});

test("A looping clip begins where its loop first sounds", () => {
    const place = (more) => ask("Vary", {}, { clip: clip({ looping: true, ...more }) }).request.source.position;
    const markers = [{ beat_time: 0, sample_time: 0 }, { beat_time: 8, sample_time: 4 }];
    assert.equal(place({ from: 4, to: 8, marker: 2, warped: true, markers }), 18);
    assert.equal(place({ from: 4, to: 8, marker: 5, warped: true, markers }), 19);
    assert.equal(place({ arrangement: false, from: 4, to: 8, warped: true, markers }), 4);
});

test("The state stays short enough for one symbol, and keeps the newest results", () => {
    const store = device.part("store");
    const state = store.fresh("live-abc");
    const settings = { prompt: "warm house in C minor", seed: 2147483647, genre: "house" };
    for (let count = 0; count < 300; count += 1) {
        store.remember(state, `/r/loop-new-${count}.wav`, { action: "New Loop", settings });
    }
    const word = store.write(state);
    const back = store.read(word, "live-other");
    assert.ok(word.length <= 30000);
    assert.ok(back.results.length >= 90, `${back.results.length}`);
    assert.equal(store.recall(back, "C:\\Samples\\loop-new-299.wav").action, "New Loop");
    assert.equal(store.recall(back, "/r/loop-new-0.wav"), null);
    assert.deepEqual(plain(store.read("%E0%A4%A", "mine")), plain(store.fresh("mine")));
    assert.deepEqual([back.token, back.version], ["live-abc", 1]);
});

test("What the table says of every action, every request has", () => {
    const selection = { clip: clip({}), next: clip({ start: 40, end: 48 }) };
    for (const action of plain(actions.rendering)) {
        const { request } = ask(action.name, { sections: "8 verse" }, selection);
        for (const [name, value] of Object.entries(action.request)) {
            assert.deepEqual(request[name], value, `${action.name} ${name}`);
        }
    }
});
