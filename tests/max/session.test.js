// The example's device lays a small Set into Live, and the device works in it.
"use strict";

const assert = require("node:assert/strict");
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const { after, before, test } = require("node:test");
const { Daemon } = require("./daemon");
const { FakeDict, LiveSet } = require("./live_set");
const { Device, NEWER } = require("./max");

const ROOT = path.join(__dirname, "..", "..");
const EXAMPLE = path.join(ROOT, "examples", "live_session.amxd");
const daemon = new Daemon();

before(() => daemon.start());
after(() => daemon.stop());

/** The code in the frozen device: the last of its files, before the list of them. */
function code() {
    const data = fs.readFileSync(EXAMPLE);
    const list = 32 + Number(data.readBigUInt64BE(40));
    return data.subarray(data.indexOf("// Built by"), list).toString("utf8");
}

/** Press build in a Set; what it says. */
function build(set, filepath = EXAMPLE) {
    const said = [];
    const context = vm.createContext({
        LiveAPI: set.api(), Dict: FakeDict, patcher: { filepath }, outlet: (number, words) => said.push(words),
    });
    vm.runInContext(NEWER, context);
    vm.runInContext(code(), context);
    context.build();
    return Array.from(said[0]);
}

test("A clip that loops over four bars at 100 BPM and a bass line, in one step", async () => {
    const set = new LiveSet();
    assert.match(build(set)[1], /^There it is/);
    assert.equal(set.song.values.tempo, 100);
    const [audio, midi] = set.song.lists.tracks;
    const clip = audio.lists.clip_slots[0].children.clip;
    assert.ok(fs.existsSync(clip.values.file_path));
    assert.deepEqual([clip.values.warping, clip.values.looping, clip.values.loop_end], [1, 1, 16]);
    assert.deepEqual(clip.markers.slice(0, 2), [[0, 0], [16, 9.6]]);
    const notes = midi.lists.clip_slots[0].children.clip;
    assert.deepEqual(notes.notes.map((note) => [note.start_time, note.pitch]), [[0, 57], [4, 60], [8, 55], [12, 58]]);
    assert.equal(set.undo.length, 1);

    set.device = set.push(audio, "devices", set.object("Device", audio));
    const device = new Device(set, daemon.port);
    await device.ready();
    for (const [made, action, bars] of [[clip, "Extend Loop", 8], [notes, "Accompany", 4]]) {
        set.select(made);
        device.log.length = 0;
        device.go(action);
        await device.until(({ log }) => log.some(([, text]) => /in the Set\.$/.test(text)), action);
        assert.equal(device.request().bars, bars);
    }
    device.close();
});

test("On a Mac, Max's path; where Live cannot, a sentence", () => {
    const set = new LiveSet();
    assert.match(build(set, `Macintosh HD:${EXAMPLE}`)[1], /^There it is/);
    assert.match(build(new LiveSet({ version: [11, 3] }))[1], /no function create_audio_clip/);
});
