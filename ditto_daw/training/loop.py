"""What every training run shares: a clock that survives restarts, a rate, an average, a log."""

from __future__ import annotations

import copy
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


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
        """Loads the last checkpoint into modules and optimizers, where there is one."""
        state = self.folder / "state.json"
        if not state.is_file():
            return
        saved = json.loads(state.read_text())
        self.step, self.spent = saved["step"], saved["spent"]
        for name, module in parts.items():
            module.load_state_dict(load_file(self.folder / f"{name}.safetensors"))
        for name, optimizer in optimizers.items():
            path = self.folder / f"{name}.optimizer"
            optimizer.load_state_dict(torch.load(path, weights_only=True))

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
        line |= {name: round(value, 5) for name, value in values.items()}
        print(json.dumps(line), flush=True)
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
