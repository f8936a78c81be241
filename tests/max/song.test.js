// A song: its sections from locators or as they are typed, its parts before the whole, its model.
"use strict";

const assert = require("node:assert/strict");
const { after, afterEach, before, test } = require("node:test");
const { Daemon } = require("./daemon");
const { LiveSet } = require("./live_set");
const { Device } = require("./max");

const daemon = new Daemon();
const devices = [];
const done = (device) => /in the Set\.$/.test(device.status);

before(() => daemon.start());
after(() => daemon.stop());
afterEach(() => devices.splice(0).forEach((device) => device.close()));

/** The Arrangement of a Set at 126 BPM, and a device on its only track. */
async function studio(state = "") {
    const set = new LiveSet();
    set.song.values.tempo = 126;
    const audio = set.track("Beats");
    set.device = set.push(audio, "devices", set.object("Device", audio));
    set.show("Arranger");
    const device = new Device(set, daemon.port);
    device.state = state || device.state;
    devices.push(device);
    await device.ready();
    return { set, device };
}

/** What a menu holds now. */
function menu(device, name) {
    const said = device.log.filter(([each]) => each === name).map(([, ...words]) => words);
    const from = said.findLastIndex(([word]) => word === "clear");
    return said.slice(from + 1).filter(([word]) => word === "append").map(([, text]) => text);
}

test("Locators under the loop brace are the sections; parts can be heard before the whole", async () => {
    const { set, device } = await studio();
    Object.assign(set.song.values, { loop: 1, loop_start: 8, loop_length: 40 });
    [[0, "intro: drums only, -9 dB"], [16, "verse: calm"], [32, "chorus; loud"], [60, "late"]].forEach(
        ([time, name]) => set.locator(time, name),
    );
    device.say("control", "sections", "text", "99 is not looked at");
    device.go("Song");
    await device.until(done);
    const asked = device.request();
    assert.equal(asked.sections, "2 intro: drums only, -9 dB; 4 verse: calm; 4 chorus, loud");
    assert.deepEqual([asked.kind, asked.use, asked.position, asked.bars], ["clip", "new", 8, undefined]);
    const track = set.song.lists.tracks[1];
    const [made] = track.lists.arrangement_clips;
    assert.deepEqual([made.values.start_time, made.values.warping, made.values.looping], [8, 0, 1]);
    assert.equal(set.undo.length, 1, "parts are no steps of the undo history");
    const shown = device.log.filter(([name, word]) => name === "takes" && word === "append").map((row) => row[2]);
    assert.deepEqual(shown.slice(0, 3), ["part 1 of 3", "part 2 of 3", "part 3 of 3"]);
    assert.deepEqual(menu(device, "takes").length, 1, "then the take alone");
});

test("Typed sections begin at the next bar and are kept with the Set", async () => {
    const { set, device } = await studio();
    set.song.values.current_song_time = 5;
    device.say("control", "sections", "text", "1 intro: drums only; 3/2 verse");
    device.go("Song");
    await device.until(done);
    assert.deepEqual([device.request().sections, device.request().position], ["1 intro: drums only; 3/2 verse", 8]);
    assert.equal(device.held.sections, "1 intro: drums only; 3/2 verse");
});

test("What is missing is said, and nothing is sent", async () => {
    const { set, device } = await studio();
    const refused = async (pattern) => {
        device.go("Song");
        await device.until((one) => pattern.test(one.status));
    };
    await refused(/Set the loop brace/);
    device.say("control", "sections", "text", "verse; 8 chorus");
    await refused(/begins with its number of bars/);
    device.say("control", "sections", "text", "8 verse");
    Object.assign(set.song.values, { loop: 1, loop_length: 16 });
    await refused(/8 bars and the loop brace 4/);
    assert.ok(!device.sent.some(([address]) => address.startsWith("/ditto/job")));
});

test("A model is chosen where there are several, and remembered", async () => {
    const { device } = await studio();
    assert.deepEqual(menu(device, "model"), ["any"]);
    device.say("/ditto/capability", "models", "one", "two");
    assert.deepEqual(menu(device, "model"), ["any", "one", "two"]);
    device.say("control", "model", 2);
    device.go("New Loop");
    await device.until(done);
    assert.equal(device.request().model, "two");
    const again = (await studio(device.state)).device;
    again.go("New Loop");
    await again.until(done);
    assert.equal(again.request().model, undefined, "this daemon has one");
    again.say("/ditto/capability", "models", "one", "two");
    assert.deepEqual(again.shown.model, ["set", 2]);
});
