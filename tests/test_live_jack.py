"""MIDI and sound through a real JACK server, without a sound card."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from jack import RATE, jack_server
from probe import renders
from watching import until

from ditto_daw.files.midifile import notes_from_file

pytestmark = pytest.mark.system("jackd", "jack_connect", "jack_lsp", "jack_disconnect")

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "ditto_daw.cli"]


@pytest.fixture(scope="module")
def jack():
    """The server's environment, for this process as well."""
    with jack_server() as environment, pytest.MonkeyPatch.context() as patch:
        for name in ("JACK_DEFAULT_SERVER", "JACK_NO_START_SERVER"):
            patch.setenv(name, environment[name])
        yield environment


@pytest.fixture
def keys(jack):
    """A keyboard: a virtual port of this process."""
    rtmidi = pytest.importorskip("rtmidi")
    port = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "keyboard")
    port.open_virtual_port("keys")
    yield port
    port.close_port()
    port.delete()


def recording(jack, *words):
    process = subprocess.Popen(
        [*COMMAND, "midi", "record", *words],
        env=jack,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert "listening to" in process.stdout.readline()
    return process


def end_of(process):
    said = process.stdout.read()
    assert process.wait(30) == 0, said
    return said


def play_scale(keys, tempo, beats):
    """MIDI clock and Start, then a note on every quarter, half a quarter long."""
    step = 60 / tempo / 24
    begun = time.monotonic() + 0.1
    keys.send_message([0xFA])
    for tick in range(24 * beats + 2):
        time.sleep(max(0.0, begun + tick * step - time.monotonic()))
        keys.send_message([0xF8])
        if tick < 24 * beats and tick % 24 == 0:
            keys.send_message([0x90, 60 + tick // 24, 100])
        elif tick % 24 == 12:
            keys.send_message([0x80, 60 + tick // 24, 0])


def test_a_melody_under_the_clock_of_another_machine(jack, keys, tmp_path):
    file = tmp_path / "melody.mid"
    words = ["--from", "keyboard", "--clock", "--bars", "2", "--count-in", "0"]
    process = recording(jack, str(file), *words, "--quantise", "1/8")
    play_scale(keys, 126, 8)
    said = end_of(process)
    tempo = float(said.rsplit(", ", 1)[1].split()[0])
    assert tempo == pytest.approx(126, rel=0.01)
    notes = notes_from_file(file)
    assert [(note.start, note.pitch) for note in notes] == [(n, 60 + n) for n in range(8)]
    assert {note.length for note in notes} <= {0.5, 1.0}


def test_a_lane_by_a_port_of_its_own_straight_to_the_daemon(jack, daemon, results, tmp_path):
    """Another program connects to the port that `record` makes."""
    rtmidi = pytest.importorskip("rtmidi")
    before = renders(results)
    file = tmp_path / "lane.csv"
    words = ["--cc", "7", "--tempo", "240", "--bars", "1", "--count-in", "0.25"]
    words += ["--submit", "house", "--port", str(daemon.port)]
    process = recording(jack, str(file), *words)
    knob = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "knob")
    port = next(n for n, name in enumerate(knob.get_ports()) if name.startswith("ditto-daw"))
    knob.open_port(port)
    for value in (127, 64, 0):
        knob.send_message([0xB0, 7, value])
        time.sleep(0.3)
    said = end_of(process)
    knob.close_port()
    knob.delete()
    rows = np.loadtxt(file, delimiter=",")
    assert rows[0].tolist() == [0, 1]
    assert np.all(np.diff(rows[:, 0]) >= 0)
    assert set(rows[:, 1]) <= {1, 0.5039, 0}
    assert len(rows) >= 2
    assert len(renders(results)) == len(before) + 1
    assert said.strip().endswith(".wav")


def test_the_example_makes_a_loop_of_what_is_played(jack, keys, daemon, tmp_path):
    example = HERE.parent / "examples" / "melody_from_keyboard.py"
    words = ["keyboard", "--tempo", "240", "--bars", "1", "--port", str(daemon.port)]
    process = subprocess.Popen(
        [sys.executable, str(example), *words, "--out", str(tmp_path / "loop.wav")],
        env=jack,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "listening to" in process.stdout.readline()
    time.sleep(1.1)  # the bar of count-in
    for message in ([0x90, 60, 100], [0x80, 60, 0]):
        keys.send_message(message)
        time.sleep(0.1)
    assert "loop.wav: 1 notes" in end_of(process)
    assert (tmp_path / "loop.wav").stat().st_size > 0


def test_ports_are_listed(jack, keys):
    done = subprocess.run(
        [*COMMAND, "midi", "ports"], env=jack, capture_output=True, text=True, check=True
    )
    assert "keyboard:keys" in done.stdout


def test_a_note_starts_a_job(jack, keys, daemon, results, tmp_path):
    request = tmp_path / "loop.json"
    request.write_text(json.dumps({"bars": 1, "prompt": "house"}))
    line = [*COMMAND, "midi", "trigger", f"60={request}", "--from", "keyboard"]
    process = subprocess.Popen(
        [*line, "--port", str(daemon.port)], env=jack, stdout=subprocess.PIPE, text=True
    )
    assert "listening" in process.stdout.readline()
    for pitch in (59, 60):
        keys.send_message([0x90, pitch, 100])
    said = process.stdout.readline()
    assert said.startswith("note 60: job ")
    until(lambda: said.split()[-1] in renders(results))
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


def test_fifty_wraps_through_a_duplex_stream(jack):
    """A loop that is no multiple of the block; every frame that comes back is the successor of the
    one before."""
    line = [sys.executable, str(HERE / "jack.py"), "4801", "50"]
    done = subprocess.run(line, env=jack, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"frames": 50 * 4801 + 1, "gaps": 0, "silent": 0}


def test_play_is_heard_and_ends(jack, tmp_path):
    path = tmp_path / "loop.wav"
    soundfile.write(path, np.full(4801, 0.5), RATE, "FLOAT")
    line = [*COMMAND, "play", str(path), "--bars", "1", "--seconds", "1.5"]
    done = subprocess.run(line, env=jack, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "▶ 1 loop.wav" in done.stdout
    assert "-6.0 dB" in done.stdout
