// A stand-in for Live: a Set in memory behind LiveAPI, strict where Live is silent. An unknown
// property, function or class, a wrong number or type of arguments, a write to what is read-only,
// anything said to an object that does not exist: all raise.
"use strict";

const fs = require("fs");
const { AUDIO, classes } = require("./live_model");

const SHADOW = 1 / 32;

class FakeDict {
    constructor() {
        this.held = {};
    }
    set(name, value) {
        this.held[name] = value;
    }
}

/** One Set. `version` [12, 1]: what may be inserted where depends on it. `drive`: how the paths of
 * files must begin; the only thing that, as in Live, is not raised but answered with nothing. */
class LiveSet {
    constructor({ version = [12, 1], undoSteps = true, drive = "" } = {}) {
        this.version = version;
        this.drive = drive;
        this.undoSteps = undoSteps;
        this.objects = new Map();
        this.calls = 0;
        this.outside = 0; // milliseconds inside of Live's own functions
        this.undo = [];
        this.open = null;
        this.app = this.object("Application", null, "live_app");
        this.child(this.app, "view", this.object("Application.View", this.app));
        this.app.children.view.values = { focused_document_view: "Session" };
        this.song = this.object("Song", null, "live_set");
        this.song.values = {
            tempo: 120, signature_numerator: 4, signature_denominator: 4, is_playing: 0,
            current_song_time: 0, loop: 0, loop_start: 0, loop_length: 16, file_path: "",
        };
        this.child(this.song, "view", this.object("Song.View", this.song));
        for (let count = 0; count < 8; count += 1) {
            this.push(this.song, "scenes", this.object("Scene", this.song));
        }
        this.song.children.view.children.selected_scene = this.song.lists.scenes[0];
    }

    object(name, parent, root = "") {
        const model = classes[name];
        const made = { id: this.objects.size + 1, class: name, model, parent, root };
        made.values = {};
        made.children = {};
        made.lists = Object.fromEntries(Object.keys(model.list ?? {}).map((list) => [list, []]));
        this.objects.set(made.id, made);
        return made;
    }

    child(parent, name, made) {
        parent.children[name] = made;
        made.parent = parent;
        made.at = name;
        return made;
    }

    push(parent, list, made, index = parent.lists[list].length) {
        parent.lists[list].splice(index, 0, made);
        made.parent = parent;
        made.in = list;
        return made;
    }

    track(name, kind = "audio", index = undefined) {
        const track = this.object("Track", this.song);
        const audio = kind === "audio";
        track.values = { name, is_frozen: 0, has_audio_input: audio ? 1 : 0, has_midi_input: audio ? 0 : 1 };
        this.push(this.song, "tracks", track, index);
        const mixer = this.child(track, "mixer_device", this.object("MixerDevice", track));
        this.child(mixer, "volume", this.object("DeviceParameter", mixer)).values = { value: 0.85, min: 0, max: 1 };
        this.song.lists.scenes.forEach(() => this.push(track, "clip_slots", this.object("ClipSlot", track)));
        return track;
    }

    /** A locator of the Arrangement. */
    locator(time, name) {
        const made = this.push(this.song, "cue_points", this.object("CuePoint", this.song));
        made.values = { time, name };
    }

    /** A clip with the properties given; `slot` number, or `at` [start, end] on the timeline. */
    clip(track, { slot = null, at = null, notes = null, ...values }) {
        const clip = this.object("Clip", track);
        clip.values = {
            name: "", looping: 1, loop_start: 0, loop_end: 4, start_marker: 0, end_marker: 4, is_playing: 0,
            playing_position: 0, is_audio_clip: notes ? 0 : 1, is_arrangement_clip: at ? 1 : 0,
            ...(at ? { start_time: at[0], end_time: at[1] } : { start_time: 0, end_time: 0 }),
            ...(notes ? {} : { gain: 0.4, pitch_coarse: 0, pitch_fine: 0, warp_mode: 0, warping: 1 }),
            ...values,
        };
        clip.notes = notes;
        clip.markers = values.markers ?? [[0, 0], [SHADOW, SHADOW / 2]];
        delete clip.values.markers;
        if (at) {
            this.push(track, "arrangement_clips", clip);
        } else {
            this.child(track.lists.clip_slots[slot], "clip", clip);
        }
        return clip;
    }

    select(clip) {
        this.song.children.view.children.detail_clip = clip;
    }

    show(view) {
        this.app.children.view.values.focused_document_view = view;
    }

    canonical(made) {
        if (made.root) {
            return made.root;
        }
        const own = made.in ? `${made.in} ${made.parent.lists[made.in].indexOf(made)}` : made.at;
        return `${this.canonical(made.parent)} ${own}`;
    }

    resolve(path) {
        const words = String(path).split(" ");
        if (words[0] === "id") {
            return this.objects.get(Number(words[1])) ?? null;
        }
        let made = { live_set: this.song, live_app: this.app, this_device: this.device }[words[0]];
        if (made === undefined) {
            throw new Error(`no path begins with ${words[0]}`);
        }
        for (let at = 1; at < words.length && made; at += 1) {
            const word = words[at];
            if (word === "canonical_parent") {
                made = made.parent;
            } else if (word in made.lists) {
                at += 1;
                made = made.lists[word][Number(words[at])] ?? null;
            } else if (made.model.child && word in made.model.child) {
                made = made.children[word] ?? null;
            } else {
                throw new Error(`${made.class} has no ${word}`);
            }
        }
        return made;
    }

    can(made, name) {
        const [major, minor] = this.version;
        const late = { "ClipSlot create_audio_clip": 0, "Track create_audio_clip": 1 };
        const lanes = { "Track create_take_lane": 1, "TakeLane create_audio_clip": 1 };
        const needs = { ...late, ...lanes }[`${made.class} ${name}`];
        if (name.endsWith("_undo_step") && !this.undoSteps) {
            return false;
        }
        return name in made.model.functions && (needs === undefined || (major >= 12 && minor >= needs));
    }

    /** The LiveAPI constructor of this Set. */
    api() {
        const set = this;
        return function LiveAPI(path) {
            set.calls += 1;
            return new Handle(set, set.resolve(path));
        };
    }
}

class Handle {
    constructor(set, made) {
        this.set_ = set;
        this.made = made;
    }

    get id() {
        return this.made ? String(this.made.id) : "0";
    }

    get path() {
        return this.made ? `"${this.set_.canonical(this.made)}"` : '""';
    }

    get info() {
        const made = this.there();
        const { properties, functions } = made.model;
        return [
            `id ${made.id}`,
            `type ${made.class}`,
            ...Object.entries(properties).map(([name, [type]]) => `property ${name} ${type}`),
            ...Object.keys(functions).filter((name) => this.set_.can(made, name)).map((name) => `function ${name}`),
            "done",
        ].join("\n");
    }

    there() {
        this.set_.calls += 1;
        if (!this.made) {
            throw new Error("this LiveAPI object refers to nothing");
        }
        return this.made;
    }

    property(name, access) {
        const made = this.there();
        const known = made.model.properties[name];
        if (!known || (made.class === "Clip" && !made.values.is_audio_clip && AUDIO.includes(name))) {
            throw new Error(`${made.class} has no property ${name}`);
        }
        if (!known[1].includes(access)) {
            throw new Error(`${made.class} ${name} is read-only`);
        }
        return [made, known[0]];
    }

    get(name) {
        const made = this.there();
        if (name in made.lists) {
            return made.lists[name].flatMap((each) => ["id", each.id]);
        }
        this.property(name, "r");
        if (name === "warp_markers") {
            const rows = made.markers.map(([beat_time, sample_time]) => ({ beat_time, sample_time }));
            return [JSON.stringify({ warp_markers: rows })];
        }
        if (name === "has_clip") {
            return [made.children.clip ? 1 : 0];
        }
        if (made.values[name] === undefined) {
            throw new Error(`this ${made.class} was given no ${name}`);
        }
        return [made.values[name]];
    }

    set(name, value) {
        const [made, type] = this.property(name, "w");
        const good = {
            bool: value === 0 || value === 1,
            int: Number.isInteger(value),
            number: Number.isFinite(value),
            string: typeof value === "string",
        }[type];
        if (!good) {
            throw new Error(`${made.class} ${name} cannot be ${String(value)}`);
        }
        made.values[name] = value;
        this.set_.changed(`set ${made.class} ${name}`);
    }

    getcount(list) {
        const made = this.there();
        if (!(list in made.lists)) {
            throw new Error(`${made.class} has no list ${list}`);
        }
        return made.lists[list].length;
    }

    call(name, ...args) {
        const begin = process.cpuUsage();
        try {
            return this.called(name, ...args);
        } finally {
            const { user, system } = process.cpuUsage(begin);
            this.set_.outside += (user + system) / 1000;
        }
    }

    called(name, ...args) {
        const made = this.there();
        if (!this.set_.can(made, name)) {
            throw new Error(`${made.class} of this Live has no function ${name}`);
        }
        const arity = [made.model.functions[name]].flat();
        if (args.length < arity[0] || args.length > arity[arity.length - 1]) {
            throw new Error(`${name} does not take ${args.length} arguments`);
        }
        if (!name.startsWith("get_")) {
            this.set_.changed(`call ${name}`);
        }
        return FUNCTIONS[name](this.set_, made, ...args);
    }
}

LiveSet.prototype.changed = function (what) {
    if (/undo_step$/.test(what)) {
        return;
    }
    (this.open ?? this.undo[this.undo.push([]) - 1]).push(what);
};

function inserted(set, track, path, where) {
    if (!fs.existsSync(path)) {
        throw new Error(`no file ${path}`);
    }
    if (track.values.has_midi_input || track.values.is_frozen) {
        throw new Error("audio clips go onto audio tracks that are not frozen");
    }
    return set.clip(track, { ...where, file_path: path, name: "from file", loop_end: 3.7 });
}

const FUNCTIONS = {
    begin_undo_step(set) {
        set.open = [];
        set.undo.push(set.open);
    },
    end_undo_step(set) {
        set.open = null;
    },
    create_audio_track(set, song, index) {
        const made = set.track("Audio", "audio", index === -1 ? undefined : index);
        return ["id", made.id];
    },
    create_midi_track(set, song, index) {
        return ["id", set.track("MIDI", "midi", index === -1 ? undefined : index).id];
    },
    delete_track(set, song, index) {
        song.lists.tracks.splice(index, 1);
    },
    create_scene(set, song, index) {
        const at = index === -1 ? song.lists.scenes.length : index;
        const made = set.push(song, "scenes", set.object("Scene", song), at);
        song.lists.tracks.forEach((track) => set.push(track, "clip_slots", set.object("ClipSlot", track), at));
        return ["id", made.id];
    },
    create_take_lane(set, track) {
        const lane = set.push(track, "take_lanes", set.object("TakeLane", track));
        lane.values.name = "";
        return ["id", lane.id];
    },
    create_audio_clip(set, made, spelling, position) {
        if (!spelling.startsWith(set.drive)) {
            return [];
        }
        const path = spelling.slice(set.drive.length);
        if (made.class === "ClipSlot") {
            if (made.children.clip) {
                throw new Error("the slot has a clip");
            }
            const slot = made.parent.lists.clip_slots.indexOf(made);
            return ["id", inserted(set, made.parent, path, { slot }).id];
        }
        if (!(position >= 0)) {
            throw new Error("a clip begins at 0 or later");
        }
        const track = made.class === "TakeLane" ? made.parent : made;
        const clip = inserted(set, track, path, { at: [position, position + 3.7] });
        if (made !== track) {
            track.lists.arrangement_clips.pop();
            set.push(made, "arrangement_clips", clip);
        }
        return ["id", clip.id];
    },
    create_clip(set, slot, length) {
        if (slot.children.clip || !slot.parent.values.has_midi_input || !(length > 0)) {
            throw new Error("an empty clip needs a free slot of a MIDI track and a length");
        }
        const at = slot.parent.lists.clip_slots.indexOf(slot);
        set.clip(slot.parent, { slot: at, notes: [], loop_end: length, end_marker: length });
    },
    add_new_notes(set, clip, { notes }) {
        notes.forEach(({ pitch, start_time, duration, velocity = 100, mute = 0 }) => {
            if (!Number.isInteger(pitch) || !(start_time >= 0) || !(duration > 0)) {
                throw new Error("a note has pitch, start_time and duration");
            }
            const note_id = clip.notes.length + 1;
            clip.notes.push({ note_id, pitch, start_time, duration, velocity, mute, probability: 1 });
        });
    },
    get_notes_extended(set, clip, pitch, pitches, from, span) {
        if (!clip.notes) {
            throw new Error("no MIDI clip");
        }
        const notes = clip.notes.filter((note) => note.start_time >= from && note.start_time < from + span);
        return JSON.stringify({ notes });
    },
    add_warp_marker(set, clip, dict) {
        if (!(dict instanceof FakeDict)) {
            throw new Error("add_warp_marker wants a Dict");
        }
        const { beat_time: beat, sample_time: time } = dict.held;
        if (clip.markers.some((marker) => Math.abs(marker[1] - time) < 1e-9)) {
            throw new Error("there is a marker at that second");
        }
        clip.markers.splice(-1, 0, [beat, time]);
        settle(clip);
    },
    move_warp_marker(set, clip, beat, distance) {
        marker(clip, beat)[0] += distance;
        settle(clip);
    },
    remove_warp_marker(set, clip, beat) {
        clip.markers.splice(clip.markers.indexOf(marker(clip, beat)), 1);
        settle(clip);
    },
};

function marker(clip, beat) {
    const found = clip.markers.slice(0, -1).find((each) => Math.abs(each[0] - beat) < 1e-9);
    if (!found) {
        throw new Error(`no warp marker at beat ${beat}`);
    }
    return found;
}

/** The shadow marker follows the last one, a 32nd later at the same tempo. */
function settle(clip) {
    const real = clip.markers.slice(0, -1).sort((a, b) => a[0] - b[0]);
    const [before, last] = real.length > 1 ? real.slice(-2) : [[0, 0], [1, 0.5]];
    const slope = (last[1] - before[1]) / (last[0] - before[0]);
    const end = real[real.length - 1];
    clip.markers = [...real, [end[0] + SHADOW, end[1] + SHADOW * slope]];
}

module.exports = { FakeDict, LiveSet };
