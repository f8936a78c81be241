"""The paper's tables: what they are made of, the journal, and every one of them on a tiny model."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny import tiny_model

from ditto_daw.diffusion.presets import PRESETS
from ditto_daw.errors import BadRequest, FileMissing
from ditto_daw.evaluate import run
from ditto_daw.evaluate.base import EXPERIMENTS, FIGURES, TABLES, Outcome, Trial, options
from ditto_daw.evaluate.columns import COLUMNS
from ditto_daw.evaluate.experiments import reuse, variance
from ditto_daw.evaluate.experiments.control import task_of
from ditto_daw.evaluate.journal import Journal
from ditto_daw.evaluate.kept import seam
from ditto_daw.evaluate.lab import Lab, Settings
from ditto_daw.evaluate.paper import TABLE_5, TABLE_7
from ditto_daw.evaluate.prompt import Prompt
from ditto_daw.evaluate.recorded import clips
from ditto_daw.evaluate.tables import table_5, table_7
from ditto_daw.evaluate.tasks import scene
from ditto_daw.models import vocoder

K, FRAMES = 2, 96


def shorten(patch):
    for name, preset in PRESETS.items():
        few = min(preset.steps, 2)
        decode = None if preset.decode is None else 2
        patch.setitem(
            PRESETS, name, replace(preset, steps=few, decode=decode, plain_steps=2, warmup=0)
        )


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Every preset through at most 2 steps."""
    shorten(monkeypatch)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "tiny.safetensors"
    tiny_model().save(path)
    return path


def settings(tmp_path, **fields):
    return Settings(n=1, frames=FRAMES, iterations=K, sheets=tmp_path / "no-sheets.json", **fields)


@pytest.fixture
def lab(tmp_path):
    return Lab(tiny_model(), settings(tmp_path), tmp_path)


def asked(tmp_path, weights, *tables, **fields):
    own = vars(settings(tmp_path)) | {"out": tmp_path / "out", "weights": weights, **fields}
    return run.Options(tables=tables, device="cpu", **own)


def test_the_paper_s_tables_and_figures_are_all_here():
    assert set(TABLES) == {str(number) for number in range(1, 12) if number != 4}
    assert set(FIGURES) == {"4", *(f"figure-{number}" for number in (3, 6, 7, 8, 9, 10))}


@pytest.mark.parametrize("name", sorted(TABLES, key=int))
def test_a_table_names_what_there_is(name):
    table = TABLES[name]()
    for block in table.blocks:
        assert set(block.columns) <= set(COLUMNS)
        labels = [entry.label for entry in block.entries]
        assert len(set(labels)) == len(labels)
        assert not block.against or block.against in labels
        for entry in block.entries:
            assert entry.trial.experiment in EXPERIMENTS
            assert set(entry.paper) <= set(block.columns)
    told = [entry.paper for block in table.blocks for entry in block.entries if entry.paper]
    assert told, "a table of the paper shows the paper's numbers"


def test_every_pair_has_a_prompt_of_its_own():
    prompts = [Prompt.of(number) for number in range(60)]
    assert len(set(prompts)) == 60
    assert prompts[0].caption == "A house bright song at 84 beats per minute"
    assert {prompt.genre for prompt in prompts[:10]} == set(range(10))


@pytest.mark.parametrize("part", ["outpaint-1", "inpaint-1", "loop"])
def test_known_music_is_where_the_task_keeps_it(lab, part):
    asked = scene(lab, Trial("control", part))
    music, mask = lab.known(0, FRAMES), asked.controls[0].mask
    target, count = asked.controls[0].target, int(mask.sum())
    assert torch.equal(asked.known.mask, mask.reshape(-1, 4).all(dim=1))
    expected = {
        "outpaint-1": (music[:, -count:],),
        "inpaint-1": (music[:, mask],),
        "loop": (music[:, -count // 2 :], music[:, : count // 2]),
    }[part]
    assert torch.equal(target[:, mask], torch.cat(expected, dim=1))
    assert not asked.condition.context.any()


def test_beside_known_music_only_what_is_new_is_asked(lab):
    intensity, reference = scene(lab, Trial("control", "intensity+outpaint-1")).controls
    assert torch.equal(intensity.mask, ~reference.mask)
    assert (intensity.weight, reference.weight) == (1 / 40, 1.0)


def test_a_seam_is_a_jump_beyond_the_others():
    mel = np.cumsum(np.full((160, 100), 0.01, np.float32), axis=1)
    assert seam(mel, [50]) == pytest.approx(1.0, rel=1e-3)
    mel[:, 50:] += 0.1
    assert seam(mel, [50]) == pytest.approx(11.0, rel=1e-2)
    assert seam(mel, [80]) == pytest.approx(1.0, rel=1e-2)


def test_an_unknown_name_is_one_sentence(tmp_path, weights):
    with pytest.raises(BadRequest, match='no table "12"; choose among 1, 2, 3'):
        run.main(asked(tmp_path, weights, "12"))
    with pytest.raises(FileMissing, match="no recording"):
        clips(tmp_path)


def test_all_methods_of_a_pair_begin_alike(lab):
    trials = [Trial("control", "intensity", name, "teacher", 3) for name in ("plain", "ditto")]
    one, other = (task_of(lab, trial, lab.preset(trial), scene(lab, trial)) for trial in trials)
    assert torch.equal(one.latent, other.latent)
    assert torch.equal(one.controls[0].target, other.controls[0].target)
    assert not torch.equal(one.latent, lab.latent(4))


class TestJournal:
    trial = Trial("control", "intensity", "ditto", "teacher", 2, options(steps=4))
    outcome = Outcome({"intensity": 1.5, "rho": None}, (0.1, 0.2))

    def test_what_was_done_is_found_again_under_the_same_circumstances(self, tmp_path):
        path = tmp_path / "journal.jsonl"
        Journal(path, {"model": "a", "seed": 1}).add(self.trial, self.outcome, 2.0)
        assert Journal(path, {"seed": 1, "model": "a"}).find(self.trial) == self.outcome
        assert Journal(path, {"model": "b", "seed": 1}).find(self.trial) is None
        again = Journal(path, {"model": "a", "seed": 1})
        assert again.find(self.trial.at(3)) is None
        assert again.find(replace(self.trial, options=())) is None

    def test_a_line_that_was_cut_off_is_done_again(self, tmp_path):
        path = tmp_path / "journal.jsonl"
        journal = Journal(path, {})
        journal.add(self.trial, self.outcome, 2.0)
        journal.add(self.trial.at(3), self.outcome, 2.0)
        path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
        again = Journal(path, {})
        assert again.find(self.trial) == self.outcome
        assert again.find(self.trial.at(3)) is None
        again.add(self.trial.at(3), self.outcome, 2.0)
        assert Journal(path, {}).find(self.trial.at(3)) == self.outcome

    def test_an_outcome_whose_file_is_gone_is_done_again(self, tmp_path):
        journal = Journal(tmp_path / "journal.jsonl", {})
        (tmp_path / "x").touch()
        journal.add(self.trial, replace(self.outcome, files={"latents": "x"}), 1.0)
        assert journal.find(self.trial)
        (tmp_path / "x").unlink()
        assert journal.find(self.trial) is None

    def test_what_is_absent_is_not_written(self, tmp_path):
        journal = Journal(tmp_path / "journal.jsonl", {})
        journal.add(self.trial, Outcome(absent="no adapter"), 0.0)
        assert journal.find(self.trial).absent == "no adapter"
        assert Journal(journal.path, {}).find(self.trial) is None


def test_every_row_gets_its_first_trial_then_all_about_the_same_time(lab, monkeypatch):
    cheap, dear = (Trial("control", "intensity", name) for name in ("cheap", "dear"))
    monkeypatch.setattr(lab, "calls_of", lambda trial: 10 if trial.method == "dear" else 1)
    trials = [one.at(number) for number in range(25) for one in (dear, cheap)]
    order = [(trial.method, trial.number) for trial in run.in_turn(lab, trials)]
    assert order[:2] == [("cheap", 0), ("dear", 0)]
    assert order.index(("dear", 1)) == 20  # after as much time: cheap ones 1 to 18, or so


def test_when_the_time_is_over_every_row_says_that_it_was_not_run(tmp_path, weights):
    assert run.main(asked(tmp_path, weights, "6", minutes=0.0)) == 0
    told = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    rows = told["tables"]["6"]["blocks"][0]["rows"]
    assert all(re.fullmatch(r"not run: \d+ (s|min) a pair", row["absent"]) for row in rows)
    assert " a pair (paper 0.617)" in (tmp_path / "out" / "results.md").read_text(encoding="utf-8")


def test_a_table_ended_half_way_goes_on_to_the_same_table(tmp_path, weights, monkeypatch, capsys):
    def result(name):
        text = (tmp_path / name / "results.json").read_text(encoding="utf-8")
        rows = [row for block in json.loads(text)["tables"]["6"]["blocks"] for row in block["rows"]]
        return {
            (row["trial"]["task"], row["label"]): [
                {k: v for k, v in one.items() if "seconds" not in k}
                for one in row["trials"].values()
            ]
            for row in rows
        }

    few = ("ditto-2",)
    assert run.main(asked(tmp_path, weights, "6", out=tmp_path / "whole", methods=few)) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "trials to do, about" in told
    real, done = Lab.outcome, []

    def ended(self, trial):
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(trial)
        return real(self, trial)

    monkeypatch.setattr(Lab, "outcome", ended)
    assert run.main(asked(tmp_path, weights, "6", out=tmp_path / "parts", methods=few)) == 0
    assert sum(map(len, result("parts").values())) <= 1
    monkeypatch.setattr(Lab, "outcome", real)
    assert run.main(asked(tmp_path, weights, "6", out=tmp_path / "parts", methods=few)) == 0
    assert result("parts") == result("whole")


@pytest.fixture(scope="module")
def everything(tmp_path_factory, weights):
    """One run of all tables and figures, with one pair each."""
    folder = tmp_path_factory.mktemp("everything")
    with pytest.MonkeyPatch.context() as patch:
        shorten(patch)
        patch.setattr(vocoder, "PROJECTIONS", 1)
        patch.setattr(variance, "BATCH", 2)
        patch.setattr(reuse, "BATCH", 1)
        patch.setattr(table_5, "TABLE_5", {1: TABLE_5[20], 2: TABLE_5[50]})
        some = {key: TABLE_7[key] for key in ((6, 1.0), (24, 4.0))}
        patch.setattr(table_7, "TABLE_7", some)
        assert run.main(asked(folder, weights, "all", iterations=1)) == 0
    return folder / "out"


def test_every_row_of_every_table_is_filled(everything):
    told = json.loads((everything / "results.json").read_text(encoding="utf-8"))["tables"]
    assert set(told) == set(TABLES)
    for number, table in told.items():
        for block in table["blocks"]:
            for row in block["rows"]:
                where = f"table {number}, {block['title']}, {row['label']}"
                assert row["n"] == 1 or row["label"] == "Music ControlNet", f"{where}: {row}"
                assert row["n"] or "ditto" in row["absent"], where
                first = next(iter(row["ours"].values()))["value"]
                assert not row["n"] or first is not None, where


def test_the_document_has_the_paper_s_numbers_and_all_pictures(everything):
    text = (everything / "results.md").read_text(encoding="utf-8")
    for number in ("0.719", "40.8", "81.4 %", "0.0072", "5.78", "576"):
        assert f"(paper {number})" in text
    pictures = re.findall(r"\]\((pictures/[^)]+)\)", text)
    assert len(pictures) >= 12
    for name in pictures:
        assert (everything / name).read_bytes().startswith(b"\x89PNG")
    assert "Not run." not in text


def test_the_listening_page_holds_what_could_be_rendered(everything):
    key = json.loads((everything / "listening-key.json").read_text(encoding="utf-8"))
    heard = {(one["task"], one["method"]) for one in key["stimuli"].values()}
    assert heard == {
        *(("intensity", name) for name in ("ditto", "freedom")),
        *(("melody", name) for name in ("ditto", "freedom")),
        *(("outpaint-2", name) for name in ("ditto", "freedom", "md-50")),
    }
    page = (everything / "listening.html").read_text(encoding="utf-8")
    assert all(name in page for name in key["stimuli"])
