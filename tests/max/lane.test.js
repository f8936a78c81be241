// The lane: heard from the Intensity parameter, drawn, and read from a saved Set.
"use strict";

const assert = require("node:assert/strict");
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const { after, afterEach, before, test } = require("node:test");
const helper = require("../../max_for_live/helper.js");
const { Daemon } = require("./daemon");
const { LiveSet } = require("./live_set");
const { Device } = require("./max");

const daemon = new Daemon();
const devices = [];

before(() => daemon.start());
after(() => daemon.stop());
afterEach(() => devices.splice(0).forEach((device) => device.close()));

function studio(options = {}) {
    const set = new LiveSet();
    const track = set.track("Beats");
    set.device = set.push(track, "devices", set.object("Device", track));
    const device = new Device(set, daemon.port, options);
    devices.push(device);
    return { set, track, device };
}

/** Live plays: `place(beats)` moves whatever moves, the automation moves Intensity. */
function play(set, device, bpm, place, automation) {
    const begin = Date.now();
    set.song.values.is_playing = 1;
    const timer = setInterval(() => {
        const beats = ((Date.now() - begin) * bpm) / 60000;
        place(beats);
        device.say("intensity", automation(beats));
    }, 4);
    return () => clearInterval(timer);
}

const ramp = (beats) => 0.2 + 0.6 * ((beats % 4) / 4);

test("Intensity automated in the Arrangement becomes the curve of the job, point for point", async () => {
    const { set, device } = studio();
    Object.assign(set.song.values, { loop: 1, loop_start: 16, loop_length: 4, current_song_time: 14 });
    set.show("Arranger");
    await device.ready();
    device.say("press", "listen");
    assert.match(device.status, /Play the loop/);
    const stop = play(set, device, 240, (beats) => {
        set.song.values.current_song_time = 16 + (beats % 4);
    }, ramp);
    await device.until((one) => /one pass of the loop\.$/.test(one.status), "one pass");
    stop();
    device.say("control", "lane", 1);
    device.go("New Loop");
    await device.until((one) => /in the Set\.$/.test(one.status));
    const asked = device.request();
    assert.deepEqual([asked["curve.unit"], asked.bars, asked.position], ["unit", 1, 16]);
    const points = asked.points;
    assert.ok(points.length >= 4);
    assert.deepEqual([points[0], points[points.length - 2]], [0, 4]);
    for (let at = 0; at < points.length; at += 2) {
        if (points[at] > 0.2 && points[at] < 3.8) {
            assert.ok(Math.abs(points[at + 1] - ramp(points[at])) < 0.04, `${points[at]}: ${points[at + 1]}`);
        }
    }
});

test("A clip envelope in Session is heard against the clip's own loop, from wherever it plays", async () => {
    const { set, track, device } = studio();
    const clip = set.clip(track, { slot: 0, file_path: "/a.wav", loop_start: 2, loop_end: 4, is_playing: 1 });
    set.select(clip);
    await device.ready();
    device.say("press", "listen");
    const stop = play(set, device, 240, (beats) => {
        clip.values.playing_position = 2 + ((beats + 1.3) % 2);
    }, (beats) => ((beats + 1.3) % 2 < 1 ? 0.25 : 0.75));
    await device.until((one) => /one pass of the loop\.$/.test(one.status), "one pass");
    stop();
    const { points, quarters } = device.held.curve;
    assert.equal(quarters, 2);
    const at = device.part("curve").valueAt;
    assert.ok(Math.abs(at(points, 0.5) - 0.25) < 0.02);
    assert.ok(Math.abs(at(points, 1.5) - 0.75) < 0.02);
    assert.equal(device.shown.shape.length, 2, "and the display shows it");
});

test("A clip of the Arrangement that is played through once, and one that counts in seconds", async () => {
    const { set, track, device } = studio();
    set.show("Arranger");
    set.select(set.clip(track, { at: [8, 10], file_path: "/a.wav", loop_end: 2, looping: 0 }));
    await device.ready();
    device.say("press", "listen");
    let stop = play(set, device, 120, (beats) => {
        set.song.values.current_song_time = 7 + beats;
    }, (beats) => (beats < 2 ? 0.1 : 0.9));
    await device.until((one) => /one pass of the loop\.$/.test(one.status), "played through");
    stop();
    const at = device.part("curve").valueAt;
    assert.ok(Math.abs(at(device.held.curve.points, 0.4) - 0.1) < 0.02);
    assert.ok(Math.abs(at(device.held.curve.points, 1.6) - 0.9) < 0.02);
    const clip = set.clip(track, { slot: 0, file_path: "/a.wav", warping: 0, loop_end: 1, is_playing: 1 });
    set.select(clip);
    device.say("press", "listen");
    stop = play(set, device, 120, (beats) => {
        clip.values.playing_position = (beats / 2) % 1; // seconds, at 120 BPM
    }, (beats) => (beats % 2) / 2);
    await device.until((one) => one.held.curve.quarters === 2 && !one.context.lane.pass, "seconds");
    stop();
    assert.ok(Math.abs(at(device.held.curve.points, 1) - 0.5) < 0.04);
});

test("A jump makes it listen anew; Stop leaves the lane as it was", async () => {
    const { device } = studio();
    await device.ready();
    const { Pass } = device.part("curve");
    const pass = new Pass(4);
    [0, 0.5, 1, 3.5, 0, 0.5].forEach((place) => pass.add(place, 0.5));
    assert.equal(pass.share(), 0.25);
    [1.2, 2, 2.8, 3.4].forEach((place) => pass.add(place, 0.5));
    assert.ok(!pass.done());
    pass.add(3.6, 0.5);
    assert.ok(pass.done());
    device.say("press", "listen");
    device.say("press", "stop");
    assert.match(device.status, /as it was/);
    assert.equal(device.held.curve, null);
});

test("A curve drawn in the display is stretched to the result and kept with the Set", async () => {
    const { set, device } = studio();
    await device.ready();
    device.say("drawn", "begin");
    [[0.5, 1], [0, 0], [1, 0.25]].forEach(([x, y]) => device.say("drawn", "point", x, y));
    device.say("drawn", "end");
    device.say("control", "lane", 1);
    device.say("control", "bars", 2);
    device.go("New Loop");
    await device.until((one) => /in the Set\.$/.test(one.status));
    assert.deepEqual(device.request().points, [0, 0, 4, 1, 8, 0.25]);
    const again = new Device(set, daemon.port, { state: device.state });
    devices.push(again);
    again.load();
    assert.deepEqual(again.log.filter(([name]) => name === "shape").slice(-3).map((row) => row.slice(1)), [
        [0, 0], [0.5, 1], [1, 0.25],
    ]);
});

const SET = `<?xml version="1.0" encoding="UTF-8"?>
<Ableton Creator="Ableton Live 12.1"><LiveSet><Tracks><AudioTrack Id="1">
<Name><EffectiveName Value="Beats &amp; more" /><UserName Value="" /></Name>
<AutomationEnvelopes><Envelopes>
<AutomationEnvelope Id="0"><EnvelopeTarget><PointeeId Value="11" /></EnvelopeTarget><Automation><Events>
<FloatEvent Id="0" Time="-63072000" Value="1" /><FloatEvent Id="1" Time="16" Value="1" />
<FloatEvent Id="2" Time="20" Value="0.1" /></Events></Automation></AutomationEnvelope>
<AutomationEnvelope Id="1"><EnvelopeTarget><PointeeId Value="12" /></EnvelopeTarget><Automation><Events>
<FloatEvent Id="0" Time="-63072000" Value="20" /><FloatEvent Id="1" Time="16" Value="20" />
<FloatEvent Id="2" Time="20" Value="60" /></Events></Automation></AutomationEnvelope>
</Envelopes></AutomationEnvelopes>
<DeviceChain><Mixer><Volume><LomId Value="0" /><MidiControllerRange><Min Value="0.0003" /><Max Value="2" />
</MidiControllerRange><AutomationTarget Id="11"><LockEnvelope Value="0" /></AutomationTarget>
<ModulationTarget Id="13" /></Volume></Mixer>
<MainSequencer><ClipSlotList><ClipSlot Id="0"><Value><AudioClip Id="0" Time="0"><Name Value="Break" />
<Envelopes><Envelopes><ClipEnvelope Id="0"><EnvelopeTarget><PointeeId Value="13" /></EnvelopeTarget>
<Automation><Events><FloatEvent Id="0" Time="-63072000" Value="0.5" /><FloatEvent Id="1" Time="4" Value="1" />
</Events></Automation></ClipEnvelope></Envelopes></Envelopes></AudioClip></Value></ClipSlot></ClipSlotList>
</MainSequencer><Devices><MxDeviceAudioEffect Id="0"><ParameterList><ParameterList>
<MxDFloatParameter Id="0"><Name Value="Intensity" /><Timeable><MidiControllerRange><Min Value="10" />
<Max Value="110" /></MidiControllerRange><AutomationTarget Id="12" /></Timeable></MxDFloatParameter>
</ParameterList></ParameterList></MxDeviceAudioEffect></Devices></DeviceChain></AudioTrack></Tracks>
<MainTrack><Name><EffectiveName Value="Main" /></Name><AutomationEnvelopes><Envelopes>
<AutomationEnvelope Id="0"><EnvelopeTarget><PointeeId Value="8" /></EnvelopeTarget><Automation><Events>
<FloatEvent Id="0" Time="-63072000" Value="120" /><FloatEvent Id="1" Time="8" Value="120" />
<FloatEvent Id="2" Time="8" Value="124" /><FloatEvent Id="3" Time="9" Value="128" /></Events></Automation>
</AutomationEnvelope></Envelopes></AutomationEnvelopes><DeviceChain><Mixer><Tempo>
<AutomationTarget Id="8" /></Tempo></Mixer></DeviceChain></MainTrack></LiveSet></Ableton>`;

test("Envelopes of a saved Set: names, faders in dB about their mean, ranges, clips, the tempo", () => {
    const found = helper.parse(SET);
    const names = found.map(({ track, clip, parameter }) => [track, clip, parameter]);
    assert.deepEqual(names, [
        ["Beats & more", null, "Volume"], ["Beats & more", null, "Intensity"],
        ["Beats & more", "Break", "Volume"], ["Main", null, "Tempo"],
    ]);
    const fader = helper.curve(found[0], 16, 20);
    assert.equal(fader.unit, "db");
    assert.deepEqual(fader.points.map(([q, v]) => [q, Math.round(v * 1e6) / 1e6]), [[0, 10], [4, -10]]);
    assert.deepEqual(helper.curve(found[1], 18, 22).points, [[0, 0.3], [2, 0.5], [4, 0.5]]);
    assert.deepEqual(helper.tempos(found), [
        [0, 120], [8, 124.5], [8.25, 125.5], [8.5, 126.5], [8.75, 127.5], [9, 128],
    ]);
});

test("Read Set: the helper unpacks the file, one envelope becomes the lane, its tempo the job's", async () => {
    const file = path.join(daemon.results, "song.als");
    fs.writeFileSync(file, zlib.gzipSync(SET));
    let table = null;
    const { set, device } = studio({
        helper: ([name, ...words], tell) => {
            if (name === "script") {
                table = helper.handlers((...told) => tell(...told));
                setTimeout(() => tell("hello"), 5);
            } else {
                table[name](...words);
            }
        },
    });
    set.show("Arranger");
    Object.assign(set.song.values, { loop: 1, loop_start: 16, loop_length: 4 });
    await device.ready();
    device.say("press", "readset");
    assert.match(device.status, /Save the Set first/);
    set.song.values.file_path = file;
    device.say("press", "readset");
    await device.until((one) => /choose one/.test(one.status));
    assert.deepEqual(device.log.filter(([name]) => name === "envelopes").map((row) => row[2]), [
        undefined, "Beats & more / Volume", "Beats & more / Intensity", "Beats & more / Break / Volume", "Main / Tempo",
    ]);
    device.say("envelope", 1);
    device.say("control", "lane", 1);
    device.go("New Loop");
    await device.until((one) => /in the Set\.$/.test(one.status));
    const asked = device.request();
    assert.deepEqual(asked.points.map((cell) => Math.round(cell * 1e6) / 1e6), [0, 0.1, 4, 0.5]);
    assert.deepEqual(asked.tempo.slice(0, 4), [0, 120, 8, "124.5"]);
    table.read(path.join(daemon.results, "absent.als"));
    assert.match(device.status, /cannot be read/);
});

test("Start runs the daemon's program, and says when there is none", async () => {
    const flag = path.join(daemon.results, "started");
    const program = path.join(daemon.results, "program.sh");
    fs.writeFileSync(program, `#!/bin/sh\necho "$@" > "${flag}"\n`, { mode: 0o755 });
    const said = [];
    const table = helper.handlers((...words) => said.push(words.join(" ")));
    table.start(program);
    table.start("/nowhere/ditto-daw");
    const end = Date.now() + 3000;
    while ((said.length < 2 || !fs.existsSync(flag) || !fs.readFileSync(flag, "utf8")) && Date.now() < end) {
        await new Promise((done) => setTimeout(done, 10));
    }
    assert.deepEqual(said.sort(), ["says /nowhere/ditto-daw cannot be started: give its full path under Settings.",
        "says The daemon starts."]);
    assert.equal(fs.readFileSync(flag, "utf8").trim(), "serve");
});
