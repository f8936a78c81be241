"""What every training run shares: a clock that survives restarts, a rate, an average, a log."""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ditto_daw.training.config import Training


def place(name: str) -> torch.device:
    """The device of a name; "auto" is CUDA where there is one. CUDA then multiplies in TF32."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
    return device


def half(device: torch.device) -> torch.autocast:
    """Networks compute in bfloat16 within this context."""
    return torch.autocast(device.type, torch.bfloat16)


class Average:
    """Exponential moving average of a module's weights, warmed up so that it starts quickly."""

    def __init__(self, module: nn.Module, decay: float = 0.999) -> None:
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, module: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for mean, value in zip(self.module.parameters(), module.parameters(), strict=True):
            mean.lerp_(value, 1.0 - decay)


def load_older(module: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Loads weights; what the module has learnt to do since they were written stays untrained."""
    new = module.state_dict().keys() - tensors.keys()
    if any(not name.startswith("jump.") for name in new):
        raise ValueError(f"the checkpoint lacks {', '.join(sorted(new))}")
    module.load_state_dict(module.state_dict() | tensors)


def _load_optimizer(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Loads the moments; parameters that came at the module's end since then begin with none."""
    for saved, group in zip(state["param_groups"], optimizer.param_groups, strict=True):
        saved["params"] = list(range(len(group["params"])))
    optimizer.load_state_dict(state)


class Run:
    """A training run in a folder: resumes where it stopped, and ends after its minutes.

    The learning rate follows the clock: a short warm-up, then a cosine down to a twentieth at the
    end of the minutes, so that a run of any length ends settled.
    """

    def __init__(self, folder: Path, minutes: float, rate: float) -> None:
        self.folder, self.budget, self.rate = folder, 60.0 * minutes, rate
        self.step, self.spent, self._tick = 0, 0.0, 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self, parts: dict[str, nn.Module], optimizers: dict[str, Any]) -> None:
        """Loads the last checkpoint into modules and optimizers, where there is one.

        What came to the run since then, and has no file yet, begins anew.
        """
        kept = self.folder / "state.json"
        if not kept.is_file():
            return
        saved = json.loads(kept.read_text())
        self.step, self.spent = saved["step"], saved["spent"]
        for name, module in parts.items():
            path = self.folder / f"{name}.safetensors"
            if path.is_file():
                load_older(module, load_file(path))
        for name, optimizer in optimizers.items():
            path = self.folder / f"{name}.optimizer"
            if path.is_file():
                state = torch.load(path, map_location="cpu", weights_only=True)
                _load_optimizer(optimizer, state)

    def save(self, parts: dict[str, nn.Module], optimizers: dict[str, Any]) -> None:
        """Writes a checkpoint, each file under a temporary name first."""
        for name, module in parts.items():
            path = self.folder / f"{name}.safetensors"
            tensors = {key: value.contiguous() for key, value in module.state_dict().items()}
            save_file(tensors, path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
        for name, optimizer in optimizers.items():
            path = self.folder / f"{name}.optimizer"
            torch.save(optimizer.state_dict(), path.with_suffix(".part"))
            path.with_suffix(".part").replace(path)
        state = {"step": self.step, "spent": self.spent}
        (self.folder / "state.json").write_text(json.dumps(state))

    def advance(self) -> bool:
        """Counts one step and the time it took; false once the minutes are over."""
        now = time.monotonic()
        self.spent += now - self._tick if self._tick else 0.0
        self._tick = now
        self.step += 1
        return self.spent < self.budget

    def descend(self, model: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
        """One step down the loss at this moment's rate, with the gradient's norm at most 1."""
        for group in optimizer.param_groups:
            group["lr"] = self.learning_rate()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    def learning_rate(self) -> float:
        """Rate at this moment of the clock."""
        done = min(1.0, self.spent / self.budget)
        warm = min(1.0, (self.step + 1) / 200)
        return self.rate * warm * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))

    def log(self, **values: float) -> None:
        """One JSON line with step, minutes and the values, to the screen and to log.jsonl."""
        line = {"step": self.step, "minutes": round(self.spent / 60, 2)}
        line |= {name: float(f"{value:.5g}") for name, value in values.items()}
        print(json.dumps(line), flush=True)
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


class Learner:
    """A network with its optimizer and average, as the run's last checkpoint left them.

    `optimizers` and `others`, modules that are not trained here, belong to the checkpoint too.
    """

    def __init__(
        self,
        model: nn.Module,
        training: Training,
        run: Run,
        device: torch.device,
        optimizers: dict[str, torch.optim.Optimizer] | None = None,
        **others: nn.Module,
    ) -> None:
        self.model, self.run, self.training = model.to(device), run, training
        self.average = Average(self.model, training.average)
        self.adam = torch.optim.AdamW(
            self.model.parameters(),
            training.rate,
            betas=training.betas,
            weight_decay=training.weight_decay,
        )
        self._parts = {"model": self.model, "average": self.average.module} | others
        self._optimizers = {"adam": self.adam} | (optimizers or {})
        run.resume(self._parts, self._optimizers)
        run.log(budget=training.minutes, rate=training.rate, seed=training.seed)

    def save(self) -> None:
        """Writes the checkpoint."""
        self.run.save(self._parts, self._optimizers)

    def learn(
        self, losses: Callable[[], dict[str, Tensor]], check: Callable[[Path], dict[str, float]]
    ) -> None:
        """Steps until the run's minutes are over.

        `losses` gives the value to descend as "loss", and others that are only logged; `check` the
        figures of a checkpoint, and its picture at the path it is given.
        """
        recent: list[dict[str, Tensor]] = []
        going = True
        while going:
            found = losses()
            self.run.descend(self.model, self.adam, found["loss"])
            self.average.update(self.model, self.run.step)
            recent.append({name: value.detach() for name, value in found.items()})
            going = self.run.advance()
            if self.run.step % self.training.log_every == 0 or not going:
                # Read here and not at every step, so that a GPU is never waited for in between.
                means = {n: float(torch.stack([r[n] for r in recent]).mean()) for n in recent[0]}
                self.run.log(**means, rate=self.run.learning_rate())
                recent.clear()
            if self.run.step % self.training.save_every == 0 or not going:
                self.save()
                grids = self.run.folder / "grids"
                grids.mkdir(exist_ok=True)
                self.run.log(**check(grids / f"step-{self.run.step:07d}.png"))
