// The example's side of Max: lays a small Set to try ditto-daw with into the one that is open. A
// clip and a bass line of four bars at 100 BPM, in the first row of two new tracks. Built into
// examples/live_session.amxd by build.py.

inlets = 1;
outlets = 5;
autowatch = 0;

var TEMPO = 100;
var QUARTERS = 16;
var CLIP = "ditto_daw/material/clip.flac";
var BASS = [57, 60, 55, 58];
var files = this.patcher;

// The checkout, two folders up from this device; a Mac's Max puts the drive before it.
function checkout() {
    var path = String(files.filepath).replace(/\\/g, "/").replace(/^[^\/:]{2,}:\//, "/");
    return path.replace(/[^\/]*\/[^\/]*$/, "");
}

function say(text) {
    outlet(0, ["set", text]);
}

// A new track at the end, and its first row.
function slotOf(Api, make, name) {
    var set = part("live").at(Api, "live_set");
    var path = "live_set tracks " + set.getcount("tracks");
    set.call(make, -1);
    part("live").at(Api, path).set("name", name);
    return path + " clip_slots 0";
}

function audio(Api) {
    var insert = part("insert");
    var slot = slotOf(Api, "create_audio_track", "Clip");
    var clip = insert.clipInSlot(Api, slot, checkout() + CLIP);
    clip.set("name", "clip");
    clip.set("warping", 1);
    insert.pin(clip, [[0, 0], [QUARTERS, QUARTERS * 60 / TEMPO]], dict);
    insert.loop(clip, QUARTERS);
}

function notes(Api) {
    var slot = slotOf(Api, "create_midi_track", "Bass line");
    part("live").at(Api, slot).call("create_clip", QUARTERS);
    var clip = part("live").at(Api, slot + " clip");
    clip.set("name", "bass line");
    clip.call("add_new_notes", {
        notes: BASS.map(function (pitch, bar) {
            return { pitch: pitch, start_time: 4 * bar, duration: 3.75, velocity: 96 };
        })
    });
}

function dict(object) {
    var made = new Dict();
    Object.keys(object).forEach(function (name) {
        made.set(name, object[name]);
    });
    return made;
}

function build() {
    try {
        part("insert").oneStep(LiveAPI, function () {
            part("live").at(LiveAPI, "live_set").set("tempo", TEMPO);
            audio(LiveAPI);
            notes(LiveAPI);
        });
        say("There it is. Put ditto-daw.amxd onto the track Clip, select a clip, press Go.");
    } catch (error) {
        say(error.cannot || String(error.message || error));
    }
}

checkout.local = say.local = slotOf.local = audio.local = notes.local = dict.local = 1;
