"""A small session in the tests' Ardour: clip and notes, actions, and what is saved of it."""

from __future__ import annotations

import json
from pathlib import Path

import mido
import numpy as np
import soundfile
from ditto_bridge.spool import write_json
from watching import until

from ditto_daw.units import TempoMap

RATE, TEMPO = 48000, 126
CLIP_BARS = 2
LENGTH = TempoMap(((0, TEMPO),)).length(0, 4 * CLIP_BARS, RATE)


def a_clip(folder):
    """A recorded loop in stereo where there is one beside the checkout, else a chord."""
    path = folder / "clip.wav"
    real = Path(__file__).parents[2] / "shared" / "data" / "real" / "loop_garzul.flac"
    if real.exists():
        audio, rate = soundfile.read(real, always_2d=True)
    else:
        rate = RATE
        wave = np.sin(2 * np.pi * np.outer(np.arange(2 * RATE * 4) / rate, (220, 331)))
        audio = 0.3 * wave
    if audio.shape[1] == 1:
        audio = np.repeat(audio, 2, axis=1)
    whole = -(-2 * LENGTH // len(audio))
    soundfile.write(path, np.tile(audio, (whole, 1))[: 2 * LENGTH], RATE, "FLOAT")
    return path


def a_melody(folder):
    """Eight quarters upwards, on MIDI channel 3."""
    file, track = mido.MidiFile(ticks_per_beat=480), mido.MidiTrack()
    file.tracks.append(track)
    for number in range(8):
        track.append(mido.Message("note_on", note=60 + number, velocity=90, channel=2, time=0))
        track.append(mido.Message("note_off", note=60 + number, channel=2, time=480))
    path = folder / "melody.mid"
    file.save(path)
    return path


def remember(ardour, settings):
    """Whole at once: ditto's hook may be reading."""
    write_json(ardour.session / "ditto.json", {"settings": settings, "jobs": []})


def memory(ardour):
    return json.loads((ardour.session / "ditto.json").read_text())


def sidecars(ardour):
    return set(ardour.session.rglob("*.ditto.json"))


def press(ardour, action):
    """Press, wait for the result; what its sidecar tells."""
    before = sidecars(ardour)
    ardour.press(action)
    new = until(lambda: sidecars(ardour) - before, 90)
    return json.loads(new.pop().read_text())


def placed(root, name):
    """(playlist, region) of every region of this name on a track of the saved session."""
    playlists = root.find("Playlists")
    found = ((each, region) for each in playlists for region in each.findall("Region"))
    return [(each.get("name"), region) for each, region in found if region.get("name") == name]


def tracks(root):
    return [route.get("name") for route in root.find("Routes")]
