"""The loop player by itself: every frame once, takes changed on the bar, meters; and no sound."""

import builtins
import io
import sys

import numpy as np
import pytest
import soundfile
from rich.console import Console

from ditto_daw import cli
from ditto_daw.errors import BadRequest
from ditto_daw.live.loop_player import LoopPlayer
from ditto_daw.live.play import meter, view


def counting(frames, channels=1, first=0):
    """Every sample says which frame it is; exact in 32-bit floats up to 2^24."""
    return np.repeat(np.arange(first, first + frames, dtype=np.float32)[:, None], channels, axis=1)


@pytest.mark.parametrize("frames", [1, 5, 441, 4801])
def test_fifty_wraps_without_a_dropped_or_doubled_frame(frames):
    player = LoopPlayer([counting(frames)])
    rng = np.random.default_rng(4)
    heard = []
    while player.wraps < 50:
        block = np.empty((int(rng.integers(0, 700)), 1), np.float32)
        player.fill(block)
        heard.append(block[:, 0])
    sequence = np.concatenate(heard)
    assert np.array_equal(sequence, np.arange(len(sequence)) % frames)
    assert player.wraps == len(sequence) // frames


def test_takes_change_on_the_bar():
    """Bars of 33.3 frames: their lines lie at 33, 67 and 100."""
    player = LoopPlayer([counting(100), counting(100, first=1000)], bars=3)
    out = np.empty((10, 1), np.float32)
    player.fill(out)
    player.choose(1)
    player.choose(7)
    assert (player.playing, player.chosen) == (0, 1)
    out = np.empty((30, 1), np.float32)
    player.fill(out)
    assert np.array_equal(out[:, 0], [*range(10, 33), *range(1033, 1040)])
    assert (player.playing, player.bar) == (1, 1)
    out = np.empty((50, 1), np.float32)
    player.fill(out)
    player.choose(0)
    player.fill(out)
    assert np.array_equal(out[:, 0], [*range(1090, 1100), *range(40)])
    assert player.bars == 3


@pytest.mark.parametrize(("have", "want", "heard"), [(1, 2, [3, 3]), (2, 1, [4]), (2, 2, [3, 5])])
def test_channels_are_fitted(have, want, heard):
    take = np.array([[3, 5]], np.float32)[:, :have]
    out = np.empty((4, want), np.float32)
    LoopPlayer([take]).fill(out)
    assert np.array_equal(out, [heard] * 4)


def test_meters():
    take = np.array([[0.5, 0], [-1, 0]] * 50, np.float32)
    player = LoopPlayer([take], bars=1)
    player.fill(np.empty((100, 2), np.float32))
    assert player.level.peak == (1.0, 0.0)
    assert player.level.rms[0] == pytest.approx(np.sqrt(0.625))
    drawn = io.StringIO()
    Console(file=drawn, width=80).print(view(player, ["a [loud] take.wav"]))
    assert "▶ 1 a [loud] take.wav" in drawn.getvalue()
    assert "bar 1 of 1, round 2" in drawn.getvalue()
    assert "   0.0 dB" in drawn.getvalue()
    assert "-inf dB" in drawn.getvalue()
    assert meter(1.0, 1.0).startswith("[red]")
    assert meter(0.5, 0.25).count("█") == 24  # -12 dB of a meter of 32 cells and 48 dB


def test_what_is_no_loop_is_refused():
    for takes, bars in (
        ([counting(4), counting(5)], 1),
        ([counting(4), counting(4, 2)], 1),
        ([counting(0)], 1),
        ([counting(4)], 5),
        ([counting(4)], 0),
    ):
        with pytest.raises(BadRequest):
            LoopPlayer(takes, bars)


@pytest.fixture
def loop(tmp_path):
    path = tmp_path / "loop.wav"
    soundfile.write(path, counting(480) / 480, 48000, "FLOAT")
    return str(path)


def absent(monkeypatch, name, error):
    """As where a package, or the library that it needs, is not installed."""
    real = builtins.__import__

    def importing(wanted, *more):
        if wanted == name:
            raise error
        return real(wanted, *more)

    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(builtins, "__import__", importing)


@pytest.mark.parametrize("error", [ImportError("no sounddevice"), OSError("PortAudio not found")])
def test_without_portaudio(monkeypatch, capsys, loop, error):
    absent(monkeypatch, "sounddevice", error)
    assert cli.main(["play", loop]) == 1
    said = capsys.readouterr().err
    assert said == f"ditto-daw: No sound system plays this here ({error}).\n"


def test_without_a_device(monkeypatch, capsys, loop):
    sounddevice = pytest.importorskip("sounddevice")

    def none(*_):
        raise sounddevice.PortAudioError("Error querying device -1")

    monkeypatch.setattr(sounddevice, "query_devices", none)
    assert cli.main(["play", loop]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("words", [["ports"], ["record", "x.mid"]])
def test_without_midi(monkeypatch, capsys, words):
    rtmidi = pytest.importorskip("rtmidi")

    def none(*_):
        raise SystemError("no sequencer")

    monkeypatch.setattr(rtmidi, "MidiIn", none)
    assert cli.main(["midi", *words]) == 1
    said = capsys.readouterr().err
    assert said == "ditto-daw: No MIDI system answers on this machine (no sequencer).\n"
    absent(monkeypatch, "rtmidi", ImportError("no rtmidi"))
    assert cli.main(["midi", *words]) == 1
    assert "(no rtmidi)" in capsys.readouterr().err
