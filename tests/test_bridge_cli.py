"""`ditto-bridge` as a shell script uses it, and a daemon that shares no disk."""

import asyncio
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ditto_bridge import remote
from ditto_bridge.cli import main
from ditto_bridge.spool import Spool
from ditto_bridge.stream import GrowingWav
from ditto_bridge.watch import Setup, Watcher
from probe import serving
from watching import reply_in, until


@pytest.fixture
def bridge(daemon, capsys):
    """Run the command; exit status, output, errors."""

    def run(*words):
        status = main(["--port", str(daemon.port), *map(str, words)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def far(monkeypatch):
    """No host shares a disk with this one."""
    monkeypatch.setattr(remote, "LOOPBACK", ())


def test_status(bridge):
    status, out, _ = bridge("status")
    assert status == 0
    assert out.startswith("state     ready")
    assert json.loads(bridge("status", "--json")[1])["restarts"] == 0


def test_nobody_there_is_a_sentence_and_a_status(capsys):
    assert main(["--port", "9", "status"]) == 1
    assert "ditto-daw serve" in capsys.readouterr().err


def test_render_from_flags(bridge, tmp_path):
    flags = ["--bars", 2, "--tempo", 123, "--seed", 7, "--roles", "drums,bass", "--prompt", "warm"]
    out = tmp_path / "new folder"
    status, said, shown = bridge(
        "render", *flags, "--variations", 2, "--out", out, "--set", "strength=0.5"
    )
    assert status == 0
    takes = [Path(line) for line in said.splitlines()]
    assert [take.parent for take in takes] == [out, out]
    assert all(take.is_file() for take in takes)
    assert "optimising\n" in shown


def test_render_says_what_can_be_heard_already(bridge, tmp_path):
    file = tmp_path / "song.json"
    file.write_text('{"kind": "clip", "sections": [{"bars": 1}, {"bars": 2}]}', encoding="utf-8")
    status, _, shown = bridge("render", file)
    assert status == 0
    assert re.findall(r"(\S+ to \S+) s to be heard", shown) == ["0.0 to 1.0", "1.0 to 2.0"]


@pytest.fixture
def song(tmp_path_factory):
    """The words before a song's, for a daemon whose takes and blocks are audio."""
    folder = tmp_path_factory.mktemp("song")
    with serving(folder, engine="patient:load") as daemon:
        yield ["--port", str(daemon.port), "render"]


SECTIONS = ["--sections", "1 intro: drums only; 1 verse; 2 chorus", "--tempo", "126"]


@pytest.mark.parametrize("near", [True, False], ids=["near", "far"])
def test_a_song_grows_in_a_file(song, tmp_path, capsys, monkeypatch, near):
    """Block by block, and in the end it is the take, sample for sample; also from elsewhere."""
    if not near:
        monkeypatch.setattr(remote, "LOOPBACK", ())
    lengths = []
    add = GrowingWav.add
    to = tmp_path / "song.wav"

    def watched(stream, path, begin):
        add(stream, path, begin)
        lengths.append(soundfile.info(to).frames)

    monkeypatch.setattr(GrowingWav, "add", watched)
    assert main([*song, *SECTIONS, "--out", str(tmp_path), "--stream", str(to)]) == 0
    (take,) = capsys.readouterr().out.splitlines()
    whole, rate = soundfile.read(take, dtype="float32")
    bar = 4 * 60 / 126 * rate
    assert lengths == [round(bar * bars) for bars in (1, 2, 4)]
    grown, grown_rate = soundfile.read(to, dtype="float32")
    assert grown_rate == rate
    assert np.array_equal(grown, whole)
    assert near or not list(tmp_path.glob("*block*")), "what was fetched to be heard is gone"


def test_a_song_is_a_stream_on_standard_output(song, tmp_path):
    command = [sys.executable, "-m", "ditto_bridge.cli", *song, *SECTIONS, "--stream", "-"]
    ran = subprocess.run([*command, "--out", tmp_path], capture_output=True, check=True, timeout=60)
    take = ran.stderr.decode().splitlines()[-1]
    whole, _ = soundfile.read(take, dtype="float32")
    assert ran.stdout[:4] + ran.stdout[8:12] == b"RIFFWAVE"
    start = ran.stdout.index(b"data") + 8
    assert ran.stdout[start:] == whole.tobytes()


def test_a_block_that_was_missed_comes_with_the_whole(tmp_path):
    audio = np.arange(1000, dtype=np.float32).reshape(500, 2) / 1000
    for name, part in (("take", audio), ("one", audio[:100]), ("three", audio[300:])):
        soundfile.write(tmp_path / f"{name}.wav", part, 48000, "FLOAT")
    with GrowingWav(str(tmp_path / "grown.wav")) as stream:
        stream.add(tmp_path / "one.wav", 0)
        stream.add(tmp_path / "three.wav", 300)
        stream.finish(tmp_path / "take.wav")
    assert np.array_equal(soundfile.read(tmp_path / "grown.wav", dtype="float32")[0], audio)


def test_a_song_that_fails_leaves_no_stream(song, tmp_path, capsys):
    to = tmp_path / "song.wav"
    assert main([*song, *SECTIONS, "--prompt", "refuse", "--stream", str(to)]) == 1
    assert not to.exists()
    assert main([*song, *SECTIONS, "--stream", str(tmp_path / "nowhere" / "song.wav")]) == 1
    assert "cannot be written" in capsys.readouterr().err.splitlines()[-1]


def test_render_from_json_with_a_flag_on_top(bridge, tmp_path, monkeypatch):
    curve = tmp_path / "lane.csv"
    curve.write_text("0,-3\n4,3\n", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"bars": 1, "genre": "house", "seed": 1}'))
    words = ("render", "-", "--seed", 3, "--json", "--quiet", "--curve", curve)
    status, said, shown = bridge(*words)
    assert (status, shown) == (0, "")
    assert json.loads(said)["takes"][0]["seed"] == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--bars", "1", "--genre", "polka"], "genre"),
        (["nowhere.json"], "cannot be read"),
        (["--bars", "1", "--set", "strength"], "FIELD=VALUE"),
        (["--bars", "1", "--curve", "nowhere.csv"], "cannot be read"),
        (["--bars", "1", "--prompt", "refuse"], "The clip cannot be read."),
    ],
)
def test_a_failure_is_a_sentence(bridge, words, sentence):
    status, said, shown = bridge("render", *words)
    assert (status, said) == (1, "")
    assert sentence in shown.splitlines()[-1]


def test_ctrl_c_cancels(daemon, results):
    words = ["render", "--bars", "1", "--prompt", "slow", "--iterations", "500"]
    job = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ditto_bridge.cli",
            "--port",
            str(daemon.port),
            *words,
            "--set",
            "id=interrupted",
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert job.stderr.readline() == b"optimising\n"
    job.send_signal(signal.SIGINT)
    out, _ = job.communicate(timeout=20)
    assert (job.returncode, out) == (130, b"")
    assert not list(results.glob("interrupted*"))


def test_files_travel_where_no_disk_is_shared(bridge, far, tmp_path):
    """The clip goes as an asset, and the takes come into the folder, under free names."""
    clip = tmp_path / "clip.wav"
    clip.write_bytes(b"RIFF, as far as the fake engine cares")
    here = tmp_path / "here"
    here.mkdir()
    (here / "far-0.wav").write_bytes(b"an earlier one")
    words = ("--use", "repair", "--clip", clip, "--set", "id=far", "--variations", 2)
    _, said, _ = bridge("render", *words, "--out", here)
    assert said.splitlines() == [str(here / "far-0-2.wav"), str(here / "far-1.wav")]
    assert (here / "far-0-2.wav").read_bytes() == b"RIFF far 0" * 1000


def test_a_missing_clip_is_said_before_it_is_sent(bridge, far):
    status, _, shown = bridge("render", "--use", "repair", "--clip", "nowhere.wav")
    assert status == 1
    assert "There is no file" in shown


def test_the_watcher_fetches_where_no_disk_is_shared(daemon, far, tmp_path):
    spool = Spool(tmp_path / "spool")
    clip = tmp_path / "clip.wav"
    clip.write_bytes(os.urandom(100_000))
    out = tmp_path / "project"
    request = {"use": "repair", "source": {"path": str(clip)}, "output": {"folder": str(out)}}

    async def watch():
        task = asyncio.ensure_future(Watcher(Setup(spool.folder, port=daemon.port)).run())
        spool.submit("fetched", request)
        reply = await asyncio.to_thread(reply_in, spool, "fetched", "done")
        task.cancel()
        return reply

    (take,) = asyncio.run(watch())["takes"]
    assert Path(take["path"]) == out / "fetched-0.wav"
    assert spool.read_daemon()["state"] == "no_bridge"


def test_the_watcher_fetches_blocks_while_the_rest_renders(tmp_path, far):
    """A host reads them from this disk, though the daemon is elsewhere."""
    spool = Spool(tmp_path / "spool")
    song = {"kind": "clip", "prompt": "slow", "iterations": 1, "sections": "1 a; 1 b"}
    there = tmp_path / "there"

    def a_block():
        reply = spool.read_reply("heard")
        return reply and reply["state"] == "running" and reply["blocks"]

    async def watch(port):
        task = asyncio.ensure_future(Watcher(Setup(spool.folder, port=port)).run())
        spool.submit("heard", song)
        (first, *_) = await asyncio.to_thread(until, a_block)
        early = soundfile.info(first["path"]).frames
        reply = await asyncio.to_thread(reply_in, spool, "heard", "done")
        task.cancel()
        return first, early, reply

    with serving(there, engine="patient:load") as daemon:
        first, early, reply = asyncio.run(watch(daemon.port))
    assert Path(first["path"]).parent == spool.folder / "heard"
    assert early == first["end"] - first["begin"]
    assert [block["number"] for block in reply["blocks"]] == [0, 1]
