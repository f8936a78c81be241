"""Figures of a result in several windows: what each of them achieved, put together."""

from __future__ import annotations

from typing import Any

from ditto_daw.rendering.figures import POINTS

Part = tuple[int, dict[str, Any]]
"""Samples that a window contributes, and its figures."""


def gathered(parts: list[Part]) -> dict[str, Any]:
    """The figures of all windows as those of one result.

    What was achieved is the mean, each window counted by its length; curves follow one another;
    of peaks and latents it is the worst, and crossings are listed with their window's number.
    """
    told: dict[str, Any] = {}
    names = dict.fromkeys(name for _, figures in parts for name in figures)
    for name in names:
        values = [(weight, figures[name]) for weight, figures in parts if name in figures]
        if isinstance(values[0][1], dict) and "achieved" in values[0][1]:
            told[name] = _achieved(values)
    told["latent"] = {
        "norm": max((f["latent"]["norm"] for _, f in parts), key=lambda norm: abs(norm - 1.0)),
        "correlation": max(f["latent"]["correlation"] for _, f in parts),
    }
    told["crossings"] = [
        one | {"window": number}
        for number, (_, figures) in enumerate(parts)
        for one in figures["crossings"]
    ]
    if "model" in parts[0][1]:
        told["model"] = parts[0][1]["model"]
    told["peak"] = max(figures["peak"] for _, figures in parts)
    stopped = [(f["stopped_at"], f["steps"]) for _, f in parts if "stopped_at" in f]
    if stopped:
        told["stopped_at"], told["steps"] = stopped[0]
    return told


def _achieved(values: list[Part]) -> dict[str, Any]:
    """One objective over all windows that had it."""
    told: dict[str, Any] = {}
    for name in values[0][1]:
        found = [(weight, value[name]) for weight, value in values if value.get(name) is not None]
        first = found[0][1] if found else None
        if isinstance(first, list):
            whole = [each for _, value in found for each in value]
            most = min(POINTS, len(whole))
            told[name] = [whole[number * len(whole) // most] for number in range(most)]
        elif isinstance(first, int | float) and not isinstance(first, bool):
            total = sum(weight for weight, _ in found)
            told[name] = sum(weight * value for weight, value in found) / total
        else:
            told[name] = first
    return told
