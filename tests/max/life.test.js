// What a producer sees when the daemon is missing, loading, killed or asked to stop.
"use strict";

const assert = require("node:assert/strict");
const fs = require("fs");
const { after, afterEach, before, test } = require("node:test");
const { Daemon } = require("./daemon");
const { LiveSet } = require("./live_set");
const { Device } = require("./max");

const daemon = new Daemon();
const devices = [];

before(() => daemon.start());
after(() => daemon.stop());
afterEach(() => devices.splice(0).forEach((device) => device.close()));

function studio(port = daemon.port, options = {}) {
    const set = options.set ?? new LiveSet();
    const track = set.track("Beats");
    set.device = set.push(track, "devices", set.object("Device", track));
    const device = new Device(set, port, options);
    devices.push(device);
    return { set, device };
}

function slow(device) {
    device.say("control", "prompt", "text", "slow");
    device.say("control", "preset", 0);
}

const inSet = (device) => /in the Set\.$/.test(device.status);

test("Cancel is acknowledged at once; nothing is inserted, the next job renders", async () => {
    const { set, device } = studio();
    await device.ready();
    slow(device);
    device.go("New Loop");
    await device.until((one) => /optimising/.test(one.status));
    device.say("press", "cancel");
    assert.equal(device.status, "Cancelling.");
    await device.until((one) => /^Cancelled/.test(one.status));
    assert.deepEqual([set.song.lists.tracks.length, set.undo], [1, []]);
    device.say("control", "prompt", "text", "");
    device.go("New Loop");
    await device.until(inSet);
});

test("A second Go waits for the first job's end, and says so", async () => {
    const { device } = studio();
    await device.ready();
    slow(device);
    device.go("New Loop");
    device.go("Draft");
    assert.match(device.status, /under way/);
    device.say("press", "cancel");
    await device.until((one) => /^Cancelled/.test(one.status));
});

test("The best so far is shown while it renders", async () => {
    const { device } = studio();
    await device.ready();
    device.say("control", "prompt", "text", "preview");
    device.go("New Loop");
    await device.until((one) => one.log.some((row) => row.join(" ") === "takes append best so far"));
    device.say("take", 0);
    assert.match(device.revealed[0][2], /^file:\/\//);
    await device.until(inSet);
});

test("Keep stops and keeps what there is", async () => {
    const { set, device } = studio();
    await device.ready();
    slow(device);
    device.say("control", "drafts", 8);
    device.go("Draft");
    await device.until((one) => /optimising/.test(one.status));
    device.say("press", "keep");
    await device.until(inSet);
    assert.ok(set.song.lists.tracks[1].lists.clip_slots[0].children.clip);
});

test("A daemon killed during a job: said within 2 s; after its restart the job goes on and ends", async () => {
    const { set, device } = studio();
    await device.ready();
    slow(device);
    device.say("control", "drafts", 6);
    device.go("Draft");
    await device.until((one) => /optimising/.test(one.status));
    const id = device.part("wire") && device.sent.find(([address]) => address === "/ditto/job/new")[1];
    await daemon.kill();
    const killed = Date.now();
    await device.until((one) => /^No daemon answers: the job waits/.test(one.status));
    console.log(`said after ${Date.now() - killed} ms`);
    assert.ok(Date.now() - killed <= 2000);
    await daemon.restart();
    await device.until(inSet, "the same job's takes");
    assert.ok(daemon.renders().filter((name) => name === id).length >= 1);
    assert.equal(set.song.lists.tracks.length, 2, "inserted once");
});

test("No daemon: a state with a way out; a job asked for meanwhile begins when one comes", async () => {
    await daemon.kill();
    const asked = [];
    const { device } = studio(daemon.port, { helper: (words, tell) => {
        asked.push(words);
        if (words[0] === "script") {
            setTimeout(() => tell("hello"), 10);
        }
    } });
    device.load();
    await device.until((one) => one.sent.filter(([address]) => address === "/ditto/hello").length > 1);
    device.go("New Loop");
    assert.match(device.status, /the job waits\. Press Start/);
    device.say("control", "command", "text", "/opt/ditto/bin/ditto-daw");
    device.say("press", "start");
    await device.until(() => asked.length === 2);
    assert.deepEqual(asked, [["script", "start"], ["start", "/opt/ditto/bin/ditto-daw"]]);
    await daemon.restart("load_slowly");
    await device.until((one) => /loads its model/.test(one.status));
    await device.until(inSet);
});

test("A model that cannot be loaded is said in the daemon's own words", async () => {
    const other = new Daemon();
    await other.start("load_never");
    const { device } = studio(other.port);
    device.load();
    await device.until((one) => /cannot render: .*the weights are not here/.test(one.status));
    device.close();
    await other.stop();
});

test("Two devices at once, both from the same copy: a token and a port each, and each its own result", async () => {
    const shared = {};
    const set = new LiveSet();
    const first = studio(daemon.port, { set, shared }).device;
    await first.ready();
    const second = studio(daemon.port, { set, shared, state: first.state }).device;
    await second.ready();
    const [one, two] = [first.held, second.held];
    assert.notEqual(one.token, two.token);
    assert.notEqual(first.sent[0][2], second.sent[0][2]);
    first.say("control", "prompt", "text", "one");
    second.say("control", "prompt", "text", "two");
    first.go("New Loop");
    second.go("New Loop");
    await Promise.all([first.until(inSet), second.until(inSet)]);
    const names = set.song.lists.tracks.flatMap((track) => track.lists.clip_slots)
        .map((slot) => slot.children.clip?.values.name).filter(Boolean);
    assert.deepEqual(names.map((name) => name.split(" ").pop()).sort(), ["one", "two"]);
});

test("A port that somebody else has is left to him", async () => {
    const { device } = studio();
    device.load();
    await device.until((one) => one.sent.length > 0);
    const taken = device.sent[0][2];
    const state = device.state;
    const again = new Device(device.set, daemon.port, { state });
    devices.push(again);
    again.load(); // the same token begins its search at the same port
    await again.until((one) => one.sent.length > 0);
    assert.notEqual(again.sent[0][2], taken);
    assert.ok(fs.existsSync(daemon.results));
});

test("What is lost on the way is sent again, message by message", async () => {
    const { device } = studio();
    await device.ready();
    const send = device.toDaemon.bind(device);
    let dropped = 0;
    device.toDaemon = (words) => {
        if (words[0].startsWith("/ditto/job") && dropped < 9 && (dropped += 1) % 2) {
            return;
        }
        send(words);
    };
    device.say("control", "genre", 3);
    device.go("New Loop");
    await device.until(inSet);
    assert.equal(device.request().genre, "hiphop");
    assert.equal(dropped, 9);
});
