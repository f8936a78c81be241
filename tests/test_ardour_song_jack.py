"""A song that is played while it renders, through a real sound server: what comes out of Ardour is
the whole, sample for sample, over the joins of its blocks and while the whole takes their place."""

from __future__ import annotations

import re
import subprocess
import time

import numpy as np
import pytest
import soundfile
from ardour_host import Ardour
from ardour_session import RATE, TEMPO, a_clip, a_melody, memory, remember, sidecars
from ditto_bridge.spool import read_json
from jack import jack_server
from probe import serving
from watching import until, watching

pytestmark = [
    pytest.mark.system("ardour", "Xvfb", "xdotool", "jackd", "jack_rec", "jack_lsp"),
    pytest.mark.timeout(300),
]

PERIOD, MOST_LOST = 1024, 6
"""Of the sound server, in samples; and how many of them may be silent because it was late, which it
is wherever it happens to be: not at every join."""
BEAT = 60 / TEMPO * RATE
START = int(2 * 4 * BEAT)
RULER = """
local locations = Session:locations ()
local function at (halves)
  return Temporal.timepos_t.from_ticks (halves * 2 * Temporal.ticks_per_beat)
end
for half = 4, 7 do locations:add_range (at (half), at (half + 1)):set_name ("part " .. half) end
Editor:set_loop_range (at (4), at (14), "loop")
Editor:access_action ("Editor", "select-loop-range")
return Editor:get_selection ().time:start_sample ()
"""
LOCATE = """
Session:request_locate ({start}, false, ARDOUR.LocateTransportDisposition.MustStop,
  ARDOUR.TransportRequestSource.TRS_UI)
return "located"
"""
ROLL = "Session:request_roll (ARDOUR.TransportRequestSource.TRS_UI) return 'rolls'"
SECONDS = 14
OURS = re.compile("ditto.*audio_out")
"""What our track plays into; Ardour announces it a moment after the track is there."""
DECLICK, FADE = 4096, 64
"""Samples in which Ardour fades: the transport as it starts, and a region at its end."""


def ports(environment, *words):
    line = ["jack_lsp", *words]
    return subprocess.run(
        line, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def test_nothing_is_heard_of_joins_and_of_the_exchange(tmp_path):
    spool = tmp_path / "spool"
    spool.mkdir()
    with (
        jack_server(PERIOD) as environment,
        serving(spool, engine="patient:load") as daemon,
        watching(spool, daemon.port),
        Ardour(tmp_path, spool, jack=environment) as ardour,
    ):
        ardour.example(a_clip(tmp_path), a_melody(tmp_path), TEMPO)
        remember(ardour, {"prompt": "slow", "seed": 3})
        until(lambda: ardour.probe(RULER) == str(START))
        assert ardour.probe(LOCATE.format(start=START)) == "located"
        ardour.press("Song")
        until(lambda: any(len(job.get("blocks", [])) >= 2 for job in memory(ardour)["jobs"]), 60)
        outs = until(lambda: [name for name in ports(environment) if OURS.search(name)])
        line = ["jack_rec", "-f", str(tmp_path / "heard.wav"), "-d", str(SECONDS), "-b", "32"]
        with subprocess.Popen([*line, *outs], env=environment) as recorder:
            until(lambda: any("jackrec" in name for name in ports(environment, "-c")))
            time.sleep(0.5)
            assert ardour.probe(ROLL) == "rolls"
            (sidecar,) = until(lambda: sidecars(ardour), 60)
            at = int(ardour.probe("return Session:transport_sample ()") or 0) - START
            recorder.wait(60)
        told = read_json(sidecar)
    whole = soundfile.read(told["take"]["path"])[0][:, 0]
    heard = soundfile.read(tmp_path / "heard.wav")[0][:, 0]
    assert 0 < at < len(whole), "the whole came while the song was played"
    first = int(np.flatnonzero(np.abs(heard) > 1e-6)[0])
    offset = min(
        range(first - 200, first + 200),
        key=lambda zero: np.abs(heard[zero + DECLICK :][:4000] - whole[DECLICK:][:4000]).max(),
    )
    assert first > 0, "recorded from before the beginning"
    inner = slice(DECLICK, len(whole) - FADE)
    heard, whole = heard[offset : offset + len(whole)][inner], whole[inner]
    other = np.abs(heard - whole) >= 1e-6
    lost = other & (heard == 0.0)
    assert not (other & ~lost).any()
    assert lost.sum() <= MOST_LOST * PERIOD
    joins = [int(BEAT * 2 * part) - DECLICK for part in (1, 2)]
    assert any(not lost[join - FADE : join + FADE].any() for join in joins)
