"""What fewer steps cost: every decoder's distance to music against the teacher's."""

from __future__ import annotations

from collections.abc import Iterator

from ditto_daw.measures.distance import statistics
from ditto_daw.report.quality.base import Goal, Line, percent, row
from ditto_daw.report.quality.decoders import DECODERS, GOALS, TEACHER
from ditto_daw.report.quality.workshop import Workshop, mels_of
from ditto_daw.report.quality.yardstick import pieces_of


@row(order=70, seconds=lambda given: 10 + 2.0 * given.n)
def decoders(shop: Workshop) -> Iterator[Line]:
    """Ratios of the kernel distance, under the same conditions and from the same latents."""
    groups = pieces_of(shop.asked)
    scales = shop.yardstick.scales
    teacher = statistics(mels_of(shop.sampled(TEACHER)))
    for name, decoder in DECODERS.items():
        if name == TEACHER or not decoder.possible(shop.model):
            continue
        mels = shop.sample_mels if name == shop.settings.decoder else mels_of(shop.sampled(name))
        made = statistics(mels)
        one, other = (scales[kind].ratio(made, teacher, groups) for kind in ("kernel", "frechet"))
        sides = (shop.yardstick.shares(side, groups)["kernel"] for side in (made, teacher))
        shares = [percent(side) for side in sides]
        yield Line(
            f"distance to music, {name} ÷ {TEACHER}",
            one.share,
            one.low,
            one.high,
            len(groups),
            "×",
            Goal("≤", GOALS[name]) if name in GOALS else None,
            shop.seed_text,
            f"kernel {shares[0]} against {shares[1]} of the genres' distance; Fréchet"
            f" {other.share:.2f} × [{other.low:.2f}, {other.high:.2f}]",
        )
