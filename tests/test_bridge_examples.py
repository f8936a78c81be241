"""The shell script against a live daemon; REAPER's session; the way to a first loop is short."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

EXAMPLES = Path(__file__).parents[1] / "examples"
SESSION = EXAMPLES / "reaper_session.RPP"


@pytest.mark.system("bash")
def test_the_shell_script(daemon, tmp_path, monkeypatch):
    command = tmp_path / "ditto-bridge"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ditto_bridge.cli "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("DITTO_PORT", str(daemon.port))
    words = ["bash", EXAMPLES / "loops.sh", "dark techno", "130", tmp_path / "out"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    *drafts, loop, again = (Path(path) for path in re.findall(r"(/\S+\.wav)", done.stdout))
    assert len(drafts) == 4
    assert all(path.is_file() for path in (*drafts, loop, again))


@pytest.mark.system("bash")
def test_the_shell_script_without_a_daemon(tmp_path):
    done = subprocess.run(
        ["bash", EXAMPLES / "loops.sh"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0


def test_the_session_for_reaper():
    """Blocks close, the clip is where it says, and clip and notes are as long as four bars."""
    lines = SESSION.read_text(encoding="utf-8").splitlines()
    assert sum(line.lstrip().startswith("<") for line in lines) == sum(
        line.strip() == ">" for line in lines
    )
    text = "\n".join(lines)
    tempo = float(re.search(r"TEMPO (\S+) 4 4", text)[1])
    clip = SESSION.parent / re.search(r'FILE "(.*)"', text)[1]
    lengths = {float(length) for length in re.findall(r"LENGTH (\S+)", text)}
    assert lengths == {4 * 240 / tempo}
    assert soundfile.info(clip).duration >= 4 * 240 / tempo
    ticks = sum(int(delta) for delta in re.findall(r"^ *E (\d+) ", text, re.MULTILINE))
    assert ticks == 16 * 960


@pytest.mark.parametrize("host", ["bridge/reaper", "bridge/ardour", "max_for_live"])
def test_the_first_loop_takes_five_steps_or_fewer(host):
    text = (EXAMPLES.parent / host / "README.md").read_text(encoding="utf-8")
    steps = re.search(r"## (?:The|To the) first loop\n(.*?)\n## ", text, re.DOTALL)[1]
    numbers = [int(number) for number in re.findall(r"^(\d)\. ", steps, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 1 <= len(numbers) <= 5
