"""Other people's OSC clients drive a whole job: liblo, Pd, and node with and without a library."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import pytest
from probe import Probe, renders

from ditto_daw.wire.messages import PORT

HERE = Path(__file__).parent
PATCH = HERE.parent / "examples" / "small_messages.pd"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class Program:
    """A program whose words are read as they come."""

    def __init__(self, command, log):
        self.log = log
        with log.open("wb") as sink:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()

    def wait(self, word, seconds=10.0):
        """The first line with the word in it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.said():
                if word in line:
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no {word!r} in {self.said()[-20:]}")


def acknowledged(probe, job):
    """The job has ended, and nobody has to be told any more."""
    probe.say("/ditto/job/state", id=job)
    assert probe.hear("/ditto/job/state.reply", id=job.rpartition("/")[2])["state"] == "done"


@pytest.mark.system("oscsend", "oscdump")
def test_liblo_s_tools(daemon, results, tmp_path):
    """Every oscsend comes from a port of its own: the token before the id says whose job it is."""
    here = free_port()

    def send(address, types="", *values):
        command = ["oscsend", "127.0.0.1", str(daemon.port), address]
        subprocess.run([*command, *([types] if types else []), *map(str, values)], check=True)

    with Program(["oscdump", "-L", str(here)], tmp_path / "dump") as dump:
        time.sleep(0.1)  # until its socket is open
        send("/ditto/hello", "si", "liblo", here)
        dump.wait("/ditto/hello.reply")
        job = "liblo/tune"
        send("/ditto/job/new", "s", job)
        send("/ditto/job/set", "ssi", job, "bars", 2)
        send("/ditto/job/set", "ssss", job, "roles", "drums", "bass")
        send("/ditto/job/tempo", "siiff", job, 0, 1, 0, 124)
        send("/ditto/job/points", "siiffff", job, 0, 1, 0, 0.25, 8, 0.75)
        send("/ditto/job/set", "sss", job, "curve.unit", "unit")
        send("/ditto/job/submit", "s", job)
        dump.wait("/ditto/job/accepted")
        dump.wait("/ditto/job/progress")
        take = dump.wait("/ditto/job/take")
        assert f"{results}/tune-0.wav" in take
        assert f" {round(8 * 60 / 124 * 44100)} 44100 " in take
        dump.wait("/ditto/job/done")
        send("/ditto/ack", "s", job)
    assert "tune" in renders(results)
    assert not [line for line in dump.said() if "/fail" in line]


@pytest.mark.system("pd")
def test_the_pd_patch_renders_and_acknowledges(daemon, results, tmp_path):
    text = PATCH.read_text(encoding="utf-8")
    assert f"connect 127.0.0.1 {PORT}" in text
    patch = tmp_path / "patch.pd"
    patch.write_text(text.replace(str(PORT), str(daemon.port)), encoding="utf-8")
    before = len(renders(results))
    command = ["pd", "-nogui", "-noaudio", "-nomidi", "-nosleep", "-send", "render bang"]
    with Program([*command, str(patch)], tmp_path / "said") as pd:
        accepted = pd.wait("job accepted")
        job = accepted.split("accepted ")[1].split()[0]
        assert "job take" in pd.wait(f"take {job} 0")
        pd.wait(f"job done {job} 1")
        probe = Probe(daemon.port, "pd-example")
        acknowledged(probe, job)
        time.sleep(0.5)
        told = sum("job done" in line for line in pd.said())
        assert told <= 2, "acknowledged: not told for ever"
        probe.close()
    assert renders(results)[before:] == [job]
    assert not [line for line in pd.said() if "ditto fail" in line or "error" in line]


@pytest.mark.system("node")
@pytest.mark.parametrize("script", ["peer.js", "osc_js.js"])
def test_node(daemon, script):
    paths = dict(os.environ)
    if script == "osc_js.js":
        paths["NODE_PATH"] = node_modules()
        found = subprocess.run(["node", "-e", "require.resolve('osc')"], env=paths)
        if found.returncode:
            pytest.skip("the npm package osc is not installed (npm install -g osc)")
    ran = subprocess.run(
        ["node", str(HERE / "max" / script), str(daemon.port)],
        env=paths,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr
    (take,) = json.loads(ran.stdout)
    assert take["samples"] == round(8 * 60 / 124.5 * 44100)
    assert Path(take["path"]).is_file()


def node_modules():
    """Where npm keeps what was installed for everybody."""
    try:
        said = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, timeout=20)
    except OSError:
        return os.environ.get("NODE_PATH", "")
    return os.pathsep.join(filter(None, [os.environ.get("NODE_PATH"), said.stdout.strip()]))
