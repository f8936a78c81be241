"""What the model sees of a window at once: stretches that it has learnt, each under the words of
its section."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from ditto_daw.diffusion.joint import Joint, Span
from ditto_daw.models.base import Model, Network
from ditto_daw.rendering.plan import Plan
from ditto_daw.requests.request import Request
from ditto_daw.requests.sections import samples_of, worded

Told = Callable[[Request, int, int], Network]
"""The network under a request's words, for frames [first, last)."""


def seen(plan: Plan, model: Model, told: Told) -> Network:
    """The network of a plan: one for all of it, or several that are averaged."""
    views = plan.part.views if plan.part else ((0, plan.length),)
    words = [words_at(plan, sum(view) // 2) for view in views]
    if len(views) == 1 or not model.divides:
        return told(words[len(views) // 2], 0, plan.frames)
    spans = tuple(_span(view, plan, model.frame_multiple) for view in views)
    networks = tuple(told(own, *span) for own, span in zip(words, spans, strict=True))
    return Joint(networks, spans, model.hop)


def words_at(plan: Plan, sample: int) -> Request:
    """The request with the words of the section that a sample of the plan lies in."""
    sections, start = plan.request.sections, plan.part.start if plan.part else 0
    begun = sum(at <= start + sample for at in samples_of(plan.request, plan.origin, plan.rate))
    return worded(plan.request, sections[max(0, begun - 1)]) if sections else plan.request


def _span(view: tuple[int, int], plan: Plan, multiple: int) -> Span:
    """Frames [first, last) around a view's samples, both multiples of what the model needs."""
    first, last = (sample * plan.frames / (plan.length * multiple) for sample in view)
    return int(first) * multiple, min(ceil(last) * multiple, plan.frames)
