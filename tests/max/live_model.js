// The part of the Live Object Model that the device may use, class by class, as its reference at
// docs.cycling74.com/apiref/lom has it. Whatever is not written here raises in the stand-in.
// property: [type, "r" or "rw"]; function: number of arguments, or [least, most].
"use strict";

const AUDIO = {
    file_path: ["string", "r"],
    gain: ["number", "rw"],
    pitch_coarse: ["int", "rw"],
    pitch_fine: ["number", "rw"],
    sample_rate: ["number", "r"],
    warp_markers: ["string", "r"],
    warp_mode: ["int", "rw"],
    warping: ["bool", "rw"],
};

module.exports = {
    AUDIO: Object.keys(AUDIO),
    classes: {
        Application: { child: { view: "Application.View" }, properties: {}, functions: {} },
        "Application.View": {
            properties: { focused_document_view: ["string", "r"] },
            functions: { show_view: 1 },
        },
        Song: {
            child: { view: "Song.View" },
            list: { tracks: "Track", scenes: "Scene", return_tracks: "Track", cue_points: "CuePoint" },
            properties: {
                current_song_time: ["number", "rw"],
                file_path: ["string", "r"],
                is_playing: ["bool", "rw"],
                loop: ["bool", "rw"],
                loop_length: ["number", "rw"],
                loop_start: ["number", "rw"],
                signature_denominator: ["int", "rw"],
                signature_numerator: ["int", "rw"],
                tempo: ["number", "rw"],
            },
            functions: {
                begin_undo_step: 0,
                create_audio_track: [0, 1],
                create_midi_track: [0, 1],
                create_scene: 1,
                delete_track: 1,
                end_undo_step: 0,
            },
        },
        "Song.View": {
            child: { detail_clip: "Clip", selected_track: "Track", selected_scene: "Scene" },
            properties: { follow_song: ["bool", "rw"] },
            functions: {},
        },
        CuePoint: { properties: { name: ["string", "rw"], time: ["number", "r"] }, functions: { jump: 0 } },
        Scene: { properties: { name: ["string", "rw"] }, functions: {} },
        DeviceParameter: {
            properties: { max: ["number", "r"], min: ["number", "r"], value: ["number", "rw"] },
            functions: {},
        },
        MixerDevice: { child: { volume: "DeviceParameter" }, properties: {}, functions: {} },
        Track: {
            child: { mixer_device: "MixerDevice" },
            list: {
                arrangement_clips: "Clip",
                clip_slots: "ClipSlot",
                devices: "Device",
                take_lanes: "TakeLane",
            },
            properties: {
                has_audio_input: ["bool", "r"],
                has_midi_input: ["bool", "r"],
                is_frozen: ["bool", "r"],
                name: ["string", "rw"],
            },
            functions: { create_audio_clip: 2, create_take_lane: 0 },
        },
        TakeLane: {
            list: { arrangement_clips: "Clip" },
            properties: { name: ["string", "rw"] },
            functions: { create_audio_clip: 2 },
        },
        ClipSlot: {
            child: { clip: "Clip" },
            properties: { has_clip: ["bool", "r"] },
            functions: { create_audio_clip: 1, create_clip: 1 },
        },
        Clip: {
            properties: {
                ...AUDIO,
                end_marker: ["number", "rw"],
                end_time: ["number", "r"],
                is_arrangement_clip: ["bool", "r"],
                is_audio_clip: ["bool", "r"],
                is_playing: ["bool", "rw"],
                loop_end: ["number", "rw"],
                loop_start: ["number", "rw"],
                looping: ["bool", "rw"],
                name: ["string", "rw"],
                playing_position: ["number", "r"],
                start_marker: ["number", "rw"],
                start_time: ["number", "r"],
            },
            functions: {
                add_new_notes: 1,
                add_warp_marker: 1,
                get_notes_extended: 4,
                move_warp_marker: 2,
                remove_warp_marker: 1,
            },
        },
        Device: { child: {}, properties: { name: ["string", "rw"] }, functions: {} },
    },
};
