"""The examples do what they say: the scripts against a live daemon, the patch against the table."""

import re
import runpy
from importlib.resources import files
from pathlib import Path

import pytest
from probe import renders, serving

from ditto_daw.wire import messages
from ditto_daw.wire.messages import PORT

EXAMPLES = Path(__file__).parents[1] / "examples"
PATCH = EXAMPLES / "small_messages.pd"
KINDS = ("obj", "msg", "text")


def main_of(name):
    return runpy.run_path(str(EXAMPLES / name), run_name="example")["main"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def port(results):
    with serving(results) as launched:
        yield str(launched.port)


def test_a_loop_from_a_clip(port, results, tmp_path, capsys):
    clip = str(files("ditto_daw") / "material" / "clip.flac")
    made = tmp_path / "loop.wav"
    words = [clip, "--tempo", "100", "--bars", "8", "--out", str(made), "--port", port]
    assert main_of("loop_from_clip.py")(words) == 0
    assert f"{made}: {8 * 4 * 44100 * 60 // 100} samples" in capsys.readouterr().out
    assert made.stat().st_size > 0
    assert len(renders(results)) == 1


def test_a_loop_under_a_lane(port, capsys):
    words = [str(EXAMPLES / "lane.csv"), "--prompt", "house", "--seed", "5", "--port", port]
    assert main_of("loop_under_lane.py")(words) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()


def test_a_song_is_heard_while_it_renders(port, capsys):
    assert main_of("song.py")(["--seed", "5", "--port", port]) == 0
    *blocks, take = capsys.readouterr().out.splitlines()
    assert Path(take).is_file()
    assert len(blocks) == 6
    assert blocks[1].startswith("1 to 2 s, 2 of 6: ")
    assert all(Path(line.partition(": ")[2]).is_file() for line in blocks)


def test_draft_choose_control(port, capsys, tmp_path, monkeypatch):
    main = main_of("draft_choose_control.py")
    lane = str(EXAMPLES / "lane.csv")
    monkeypatch.chdir(tmp_path)
    assert main(["--port", port, "draft", "--prompt", "", "--tempo", "124", "--drafts", "3"]) == 0
    assert main(["--port", port, "choose", "draft-2.wav", "--lane", lane]) == 0
    assert main(["--port", port, "redo", "chosen.wav", "3", "4"]) == 0
    names = ["chosen.wav", "draft-0.wav", "draft-1.wav", "draft-2.wav", "redone.wav"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    told = capsys.readouterr()
    assert f"chosen.wav: {round(16 * 60 / 124 * 44100)} samples" in told.out
    assert main(["--port", port, "redo", lane, "3", "4"]) == 1
    assert "No latent" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["loop_from_clip.py", "loop_under_lane.py"])
def test_a_refusal_is_one_sentence(port, name, capsys):
    words = [str(EXAMPLES / "lane.csv"), "--tempo", "4", "--bars", "8", "--port", port]
    assert main_of(name)(words) == 1
    told = capsys.readouterr()
    assert "20" in told.err
    assert told.err.strip().count("\n") == 0


def entries():
    """Objects of the patch in their order, and its connections."""
    lines = [line.removesuffix(";") for line in PATCH.read_text(encoding="utf-8").splitlines()]
    objects = [line.split(" ", 4) for line in lines if line.split()[1] in KINDS]
    joined = [list(map(int, line.split()[2:])) for line in lines if line.startswith("#X connect")]
    return objects, joined


def test_the_patch_sends_messages_of_the_protocol():
    boxes = [words[4] for words in entries()[0] if words[1] == "msg"]
    sent = []
    for box in (box for box in boxes if box.startswith("set ")):
        for part in box.split(" \\, "):
            kind, *atoms = part.replace("\\$1", "1002").split()
            if kind == "set":
                (address,) = atoms
                continue
            assert kind == "list"
            values = [float(a) if re.fullmatch(r"-?[\d.]+", a) else a for a in atoms]
            messages.check(address, values)
            sent.append((address, values))
    assert ("/ditto/job/set", [1002.0, "bars", 4.0]) in sent
    assert {address for address, _ in sent} >= {"/ditto/hello", "/ditto/job/submit", "/ditto/ack"}
    assert f"connect 127.0.0.1 {PORT}" in boxes


def test_the_patch_is_wired():
    objects, joined = entries()
    touched = {end for one, _, other, _ in joined for end in (one, other)}
    drawn = {place for place, words in enumerate(objects) if words[1] != "text"}
    assert touched == drawn, "every box is joined to another, and to nothing that is not there"
