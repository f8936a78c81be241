"""The listening test: the page holds every stimulus and no name, its answers fill table 4."""

import base64
import io
import json
import re

import numpy as np
import pytest
import soundfile

from ditto_daw import signal
from ditto_daw.errors import BrokenFile
from ditto_daw.evaluate.listening import Stimulus, page_and_key, preference, scores_of

METHODS = ("ditto", "freedom", "md-50")
QUESTIONS = {"intensity": "How good is it?", "outpaint-2": "And this?"}


@pytest.fixture(scope="module")
def stimuli():
    rng = np.random.default_rng(0)
    return [
        Stimulus(task, number, method, rng.uniform(-0.5, 0.5, 2000).astype(np.float32))
        for task in QUESTIONS
        for number in range(2)
        for method in METHODS
    ]


@pytest.fixture(scope="module")
def made(stimuli):
    page, key = page_and_key(stimuli, QUESTIONS)
    told = re.search(r'<script type="application/json" id="stimuli">(.*)</script>', page)
    return page, json.loads(told[1]), json.loads(key)


def test_every_stimulus_is_in_the_page_as_it_sounds(stimuli, made):
    _, told, key = made
    assert len(told["groups"]) == 4
    known = {(one.task, one.number, one.method): one.audio for one in stimuli}
    for group in told["groups"]:
        assert len(group["sounds"]) == len(METHODS)
        of = {
            (key["stimuli"][s["id"]]["task"], key["stimuli"][s["id"]]["number"])
            for s in group["sounds"]
        }
        assert len(of) == 1
        assert group["question"] == QUESTIONS[next(iter(of))[0]]
        for sound in group["sounds"]:
            data = base64.b64decode(sound["src"].removeprefix("data:audio/flac;base64,"))
            audio, rate = soundfile.read(io.BytesIO(data))
            assert rate == signal.RATE
            wanted = known.pop(tuple(key["stimuli"][sound["id"]].values()))
            assert np.allclose(audio, wanted, atol=2 / 32768)
    assert not known


def test_the_page_is_blind_and_needs_nothing_else(made):
    page, told, _ = made
    text = re.sub(r"base64,[A-Za-z0-9+/=]*", "", page)
    assert not any(method in text for method in METHODS)
    assert not re.search(r"https?://|src=\"(?!data:)", text)
    assert "Math.random" in text
    assert "download" in text
    orders = {tuple(sorted(s["id"] for s in group["sounds"])) for group in told["groups"]}
    assert orders == {tuple(s["id"] for s in group["sounds"]) for group in told["groups"]}


def answers(folder, made, name, score, **fields):
    """A file as the page saves it; score: of a method, in a group of a number."""
    _, told, key = made
    scores = [
        {
            "group": group["id"],
            "stimulus": sound["id"],
            "position": place,
            "score": score(**key["stimuli"][sound["id"]]),
        }
        for group in told["groups"]
        for place, sound in enumerate(group["sounds"])
    ]
    path = folder / name
    path.write_text(json.dumps({"page": told["page"], "scores": scores} | fields), encoding="utf-8")
    return path


@pytest.fixture
def key(tmp_path, made):
    path = tmp_path / "key.json"
    path.write_text(json.dumps(made[2]), encoding="utf-8")
    return path


def test_answers_become_wins_and_differences(tmp_path, made, key):
    def one(task, number, method):
        return {"ditto": 70, "freedom": 60 if number else 80, "md-50": 70}[method]

    def other(task, number, method):
        return {"ditto": 90, "freedom": 40, "md-50": 70}[method]

    files = [answers(tmp_path, made, "a.json", one), answers(tmp_path, made, "b.json", other)]
    scores = scores_of(files, key)
    found = preference(scores, "intensity", "ditto", "freedom")
    assert (found.wins, found.difference, found.n) == (0.75, 25.0, 4)
    assert found.error == pytest.approx(np.std([-10, 10, 50, 50], ddof=1) / 2)
    assert preference(scores, "intensity", "ditto", "md-50").wins == 0.75  # ties are halves
    assert preference(scores, "intensity", "ditto", "doodl") is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"page": "another"}, "answers another page"),
        ({"scores": [{"stimulus": "nobody", "score": 3}]}, "no answers"),
        ({"scores": None}, "no answers"),
    ],
)
def test_answers_that_are_none_are_one_sentence(tmp_path, made, key, change, told):
    path = answers(tmp_path, made, "bad.json", lambda **of: 50, **change)
    with pytest.raises(BrokenFile, match=told):
        scores_of([path], key)


def test_a_score_beyond_the_scale_is_refused(tmp_path, made, key):
    path = answers(tmp_path, made, "loud.json", lambda **of: 101)
    with pytest.raises(BrokenFile, match="a score of 101"):
        scores_of([path], key)
