// The device in a stand-in for Live, against a real daemon: what is asked for, and where it lands.
"use strict";

const assert = require("node:assert/strict");
const fs = require("fs");
const path = require("path");
const { after, afterEach, before, test } = require("node:test");
const { Daemon } = require("./daemon");
const { LiveSet } = require("./live_set");
const { Device } = require("./max");

const daemon = new Daemon();
const devices = [];
let file;

before(async () => {
    await daemon.start();
    file = path.join(daemon.results, "source.wav");
    fs.writeFileSync(file, "RIFF source");
});
after(() => daemon.stop());
afterEach(() => devices.splice(0).forEach((device) => device.close()));

/** A Set at 126 BPM with an audio and a MIDI track, and a device on the first. */
function studio(options) {
    const set = new LiveSet(options);
    set.song.values.tempo = 126;
    const audio = set.track("Beats");
    const midi = set.track("Keys", "midi");
    set.device = set.push(audio, "devices", set.object("Device", audio));
    const device = new Device(set, daemon.port);
    devices.push(device);
    return { set, audio, midi, device };
}

/** [beat, second] markers of a file at one tempo. */
function steady(bpm, beats = 16) {
    return [[0, 0], [beats, (beats * 60) / bpm], [beats + 1 / 32, ((beats + 1 / 32) * 60) / bpm]];
}

/** The least of every measure over a few tries, each within its bound in one of them: what else this
 * machine does costs some of the tries, not every one. */
async function quickest(measure, bounds, tries = 5) {
    const best = {};
    const over = () => Object.keys(bounds).filter((name) => !(best[name] <= bounds[name]));
    for (let count = 0; count < tries && over().length; count += 1) {
        Object.entries(await measure()).forEach(([name, value]) => {
            best[name] = Math.min(value, best[name] ?? Infinity);
        });
    }
    assert.deepEqual(over(), [], JSON.stringify(best));
    return best;
}

const done = (device) => /in the Set\.$/.test(device.status);

test("New Loop in Session: a warped clip of the right length, looping, beside the device's track", async () => {
    const { set, device } = studio();
    await device.ready();
    device.say("control", "bars", 2);
    device.say("control", "genre", 1);
    device.say("control", "prompt", "text", "warm", "house");
    device.say("control", "seed", "text", "2147483647");
    device.say("control", "role_bass", 1);
    device.say("control", "role_drums", 1);
    device.go("New Loop");
    await device.until(done);
    const asked = device.request();
    assert.deepEqual(
        [asked.kind, asked.use, asked.bars, asked.genre, asked.prompt, asked.seed],
        ["loop", "new", 2, "house", "warm house", 2147483647],
    );
    assert.deepEqual(asked.roles, ["drums", "bass"]);
    assert.deepEqual(asked.tempo, [0, 126]);
    assert.deepEqual(asked.meter, [0, 4, 4]);
    const track = set.song.lists.tracks[1];
    const clip = track.lists.clip_slots[0].children.clip;
    assert.equal(track.values.name, "ditto Beats");
    assert.equal(clip.values.name, "New Loop 2147483647 warm house");
    assert.deepEqual([clip.values.warping, clip.values.looping, clip.values.loop_end], [1, 1, 8]);
    assert.deepEqual(clip.markers.slice(0, 2), [[0, 0], [8, (8 * 60) / 126]]);
    assert.ok(clip.values.file_path.startsWith(daemon.results));
    assert.equal(set.undo.length, 1, "one step of the undo history");
});

test("Extend of a warped clip in the Arrangement: its span in the file, its own tempo, its place", async () => {
    const { set, audio, device } = studio();
    const clip = set.clip(audio, {
        at: [32, 40], file_path: file, loop_start: 4, loop_end: 12, start_marker: 4, end_marker: 12,
        markers: steady(100), gain: 0.7, pitch_coarse: 2, warp_mode: 4,
    });
    set.select(clip);
    set.show("Arranger");
    audio.children.mixer_device.children.volume.values.value = 0.6;
    await device.ready();
    device.go("Extend Loop");
    await device.until(done);
    const asked = device.request();
    assert.deepEqual([asked.use, asked["source.path"]], ["extend", file]);
    assert.equal(Number(asked["source.start"]), 2.4);
    assert.equal(Number(asked["source.end"]), 7.2);
    assert.deepEqual([asked["source.position"], asked["source.rate"], asked.position], [32, 1, 32]);
    assert.deepEqual([asked.bars, asked.tempo], [6, [32, 100]]);
    const track = set.song.lists.tracks[1];
    const [made] = track.lists.arrangement_clips;
    assert.equal(made.values.start_time, 32);
    assert.equal(track.children.mixer_device.children.volume.values.value, 0.6, "as loud as the source");
    assert.deepEqual([made.values.gain, made.values.pitch_coarse, made.values.warp_mode], [0.7, 2, 4]);
    assert.deepEqual(made.markers.slice(0, 2), [[0, 0], [24, 14.4]]);
});

test("An unwarped clip: seconds, its transposition as rate, and a result that plays as it is", async () => {
    const { set, audio, device } = studio();
    set.select(set.clip(audio, {
        at: [8, 20], file_path: file, warping: 0, gain: 0.9, looping: 0, loop_start: 1.25, loop_end: 3.75,
        start_marker: 1.25, pitch_coarse: 12,
    }));
    set.show("Arranger");
    await device.ready();
    device.say("control", "match_level", 0);
    device.go("Repair Loop");
    await device.until(done);
    const asked = device.request();
    assert.deepEqual([asked["source.start"], asked["source.end"]], ["1.25", "3.75"]);
    assert.deepEqual([asked["source.rate"], asked["source.position"]], [2, 8]);
    assert.deepEqual(asked.tempo, [0, 126]);
    const [made] = set.song.lists.tracks[1].lists.arrangement_clips;
    assert.deepEqual([made.values.warping, made.values.pitch_coarse, made.values.start_time], [0, 12, 8]);
    assert.equal(made.values.gain, 0.4, "as Live sets it");
});

test("Accompany with a MIDI clip: its notes between the loop's ends, muted ones left out", async () => {
    const { set, midi, device } = studio();
    const note = (start_time, pitch, more = {}) => ({
        note_id: pitch, start_time, pitch, duration: 1, velocity: 99.6, mute: 0, probability: 1, ...more,
    });
    const notes = [note(3, 50), note(5, 62, { duration: 9 }), note(4, 60), note(6, 64, { mute: 1 }), note(8, 65)];
    set.select(set.clip(midi, { slot: 2, notes, loop_start: 4, loop_end: 8 }));
    await device.ready();
    device.go("Accompany");
    await device.until(done);
    const asked = device.request();
    assert.deepEqual(asked.notes, [0, 1, 60, 100, 0, 1, 3, 62, 100, 0]);
    assert.deepEqual([asked.melody, asked.harmony, asked.bars, asked.position], ["top", 1, 1, 4]);
    assert.deepEqual(asked.roles, ["drums", "bass", "chords", "pad"]);
    const track = set.song.lists.tracks[2];
    assert.equal(track.values.name, "ditto Keys");
    assert.ok(track.lists.clip_slots[2].children.clip, "in the clip's own row");
});

test("Accompany of a recording follows its harmony and groove", async () => {
    const { set, audio, device } = studio();
    set.select(set.clip(audio, { slot: 0, file_path: file, loop_end: 8, markers: steady(126) }));
    await device.ready();
    device.go("Accompany");
    await device.until((one) => one.sent.some(([address]) => address === "/ditto/job/submit"));
    const asked = device.request();
    assert.equal(asked["follow.path"], file);
    assert.deepEqual(asked["follow.features"], ["harmony", "groove"]);
    await device.until((one) => !one.part("controller") || done(one) || !one.status.startsWith("Sending"));
});

test("1,200 notes travel in packets below 4 kB and arrive whole", async () => {
    const notes = Array.from({ length: 1200 }, (_, at) => ({
        start_time: at / 40, duration: 1 / 40, pitch: 36 + (at % 60), velocity: 1 + (at % 127), mute: 0,
    }));
    const best = await quickest(async () => {
        const { set, midi, device } = studio();
        set.select(set.clip(midi, { slot: 0, notes, loop_end: 32 }));
        await device.ready();
        device.go("Accompany");
        await device.until(done);
        assert.equal(device.request().notes.length, 1200 * 5);
        return { slowest: Math.max(...device.times.map(([, ms]) => ms)) };
    }, { slowest: 5 });
    console.log("with 1,200 notes", best);
});

test("Variations: the first on the new track, the others in take lanes; in Session one below the other", async () => {
    const { set, device } = studio();
    await device.ready();
    set.show("Arranger");
    set.song.values.current_song_time = 9.5;
    device.say("control", "variations", 3);
    device.go("New Loop");
    await device.until(done);
    const track = set.song.lists.tracks[1];
    assert.deepEqual(track.lists.arrangement_clips.map((clip) => clip.values.start_time), [12]);
    const lanes = track.lists.take_lanes.flatMap((lane) => lane.lists.arrangement_clips);
    assert.deepEqual(lanes.map((clip) => clip.values.start_time), [12, 12]);
    set.show("Session");
    device.say("control", "drafts", 2);
    device.go("Draft");
    await device.until((one) => /^2 takes/.test(one.status));
    const slots = set.song.lists.tracks[1].lists.clip_slots;
    assert.deepEqual(slots.map((slot) => Boolean(slot.children.clip)).slice(0, 3), [true, true, false]);
    assert.equal(device.request().kind, "draft");
});

test("A Live that cannot insert shows the file for dragging and says so", async () => {
    const { set, device } = studio({ version: [11, 3], undoSteps: false });
    await device.ready();
    device.go("New Loop");
    await device.until((one) => /drag/.test(one.status));
    assert.equal(set.song.lists.tracks.length, 2);
    assert.deepEqual(set.undo, []);
    assert.deepEqual(device.revealed, [["max", "launchbrowser", `file://${daemon.results}`]]);
});

test("A Mac whose Live wants paths from the drive on; a Live that takes no file at all", async () => {
    for (const [drive, view, inserted] of [
        ["/Volumes/Macintosh HD", "Session", 1], ["/Volumes/Macintosh HD", "Arranger", 1], ["Nowhere:", "Session", 0],
    ]) {
        const { set, device } = studio({ drive });
        set.show(view);
        await device.ready();
        device.go("New Loop");
        await device.until((one) => done(one) || /drag it/.test(one.status));
        const made = set.song.lists.tracks.flatMap(({ lists }) => [
            ...lists.clip_slots.filter((slot) => slot.children.clip), ...lists.arrangement_clips,
        ]);
        assert.equal(made.length, inserted, drive);
        assert.equal(set.song.lists.tracks.length, 2 + inserted, "no empty track is left");
        assert.equal(device.revealed.length, 1 - inserted);
    }
});

test("As takes of the clip's own track: lanes in the Arrangement, the slots below in Session", async () => {
    const { set, audio, midi, device } = studio();
    const more = { file_path: file, markers: steady(126) };
    set.select(set.clip(audio, { at: [32, 36], ...more }));
    set.show("Arranger");
    await device.ready();
    device.say("control", "place", 1);
    device.go("Vary");
    await device.until(done);
    const [lane] = audio.lists.take_lanes;
    assert.equal(lane.lists.arrangement_clips[0].values.start_time, 32);
    assert.equal(lane.values.name, lane.lists.arrangement_clips[0].values.name);
    set.select(set.clip(audio, { slot: 0, ...more }));
    set.clip(audio, { slot: 1, ...more });
    device.go("Repair Loop");
    await device.until((one) => one.log.filter(([name]) => name === "takes").length === 4);
    await device.until(done);
    assert.match(audio.lists.clip_slots[2].children.clip.values.name, /^Repair Loop/);
    set.select(set.clip(midi, { slot: 0, notes: [{ start_time: 0, duration: 1, pitch: 60, velocity: 90, mute: 0 }] }));
    device.go("Accompany");
    await device.until(() => set.song.lists.tracks.length === 3);
    await device.until(done);
    assert.equal(set.song.lists.tracks[2].values.name, "ditto Keys", "a MIDI track takes no audio");
});

test("Settings and seed come back from a result, also after the Set was saved and loaded", async () => {
    const { set, device } = studio();
    await device.ready();
    device.say("control", "bars", 3);
    device.say("control", "prompt", "text", "dark");
    device.say("control", "seed", "text", "77");
    device.go("New Loop");
    await device.until(done);
    const made = set.song.lists.tracks[1].lists.clip_slots[0].children.clip;
    made.values.file_path = `/elsewhere/Project/Samples/${path.basename(made.values.file_path)}`;
    set.select(made);
    const again = new Device(set, daemon.port, { state: device.state });
    device.close();
    devices.push(again);
    await again.ready();
    again.say("control", "bars", 8);
    again.say("press", "recall");
    assert.deepEqual([again.shown.bars, again.shown.prompt, again.shown.seed], [[3], ["set", "dark"], ["set", "77"]]);
    assert.equal(again.menu()[again.shown.action[0]], "New Loop");
});

test("What is missing is one sentence, and nothing is sent", async () => {
    const { set, midi, device } = studio();
    await device.ready();
    for (const name of ["Extend Loop", "Repair Loop", "Continue", "Fill Gap", "Re-do Bars", "Vary", "Accompany"]) {
        device.go(name);
        assert.match(device.status, /[Ss]elect an? /, name);
    }
    set.select(set.clip(midi, { slot: 0, notes: [], loop_end: 4 }));
    device.go("Accompany");
    await device.until((one) => /no notes/.test(one.status));
    assert.ok(!device.sent.some(([address]) => address.startsWith("/ditto/job")));
});

test("Every action is a request that the daemon takes", async () => {
    const { set, audio, device } = studio();
    const first = set.clip(audio, {
        at: [32, 40], file_path: file, loop_end: 8, end_marker: 8, looping: 0, markers: steady(126),
    });
    set.clip(audio, {
        at: [48, 56], file_path: file, loop_end: 8, end_marker: 8, looping: 0, markers: steady(126),
    });
    set.select(first);
    set.show("Arranger");
    await device.ready();
    device.say("control", "sections", "text", "1 verse; 1 chorus");
    for (const name of device.menu()) {
        device.log.length = 0;
        device.go(name);
        await device.until((one) => !one.part("controller").busy && !one.context.controller.link.busy(), name);
        await device.until((one) => !/^(Sending|Accepted|optimising)/.test(one.status), name);
        assert.match(device.status, /in the Set\.$/, `${name}: ${device.status}`);
    }
});

test("A refusal of the daemon is shown in its own words", async () => {
    const { set, audio, device } = studio();
    set.select(set.clip(audio, { slot: 0, file_path: "/nowhere/gone.wav", markers: steady(126) }));
    await device.ready();
    device.go("Repair Loop");
    await device.until((one) => /gone\.wav/.test(one.status));
    assert.equal(set.song.lists.tracks.length, 2);
});

/** Five jobs: milliseconds to "Accepted" and in the slowest callback, most calls to Live in one. */
async function fiveJobs() {
    const { set, device } = studio();
    await device.ready();
    const waits = [];
    for (let count = 0; count < 5; count += 1) {
        const accepted = (one) => one.log.filter(([name, text]) =>
            name === "status" && /^Accepted/.test(text)).length;
        const before = accepted(device);
        const begin = Date.now();
        device.go("New Loop");
        await device.until((one) => accepted(one) > before, "one more that is accepted");
        waits.push(Date.now() - begin);
        await device.until(done);
    }
    assert.equal(set.song.lists.tracks.length, 7);
    const most = (column) => Math.max(...device.times.map((row) => row[column]));
    return { accepted: Math.min(...waits), median: waits.sort((a, b) => a - b)[2], slowest: most(1), calls: most(2) };
}

test("From Go to accepted within 250 ms; no callback holds Live for 5 ms or 80 calls", async () => {
    console.log("five jobs", await quickest(fiveJobs, { accepted: 250, slowest: 5, calls: 80 }));
});
