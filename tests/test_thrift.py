"""When memory runs out: less at once, then elsewhere, then a sentence; nothing is left behind."""

from pathlib import Path

import pytest
import torch
from tiny import asked, tiny_model

from ditto_daw.errors import OutOfMemory
from ditto_daw.events import Done, Progress, Ready
from ditto_daw.models.unet import UNet
from ditto_daw.rendering.engine import Engine
from ditto_daw.rendering.thrift import is_out_of_memory, thrifty

CUDA = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB.")


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (CUDA, True),
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory of it"), False),
    ],
)
def test_what_counts(error, memory):
    assert is_out_of_memory(error) == memory


class Small:
    """A render for at most so many variations; notes what it was asked."""

    def __init__(self, most, error=CUDA):
        self.most, self.error, self.asked = most, error, []

    def __call__(self, request):
        self.asked.append((request.variations, request.seed))
        yield Progress("reading", 0, 1)
        if request.variations > self.most:
            raise self.error
        takes = tuple(f"take {request.seed + n}" for n in range(request.variations))
        for number, take in enumerate(takes):
            yield Ready(number, take)
        yield Done(takes)


def stages(events):
    return [event.stage for event in events if isinstance(event, Progress)]


def test_enough_is_enough(tmp_path):
    small = Small(4)
    events = list(thrifty(asked(tmp_path, variations=3), small))
    assert (small.asked, stages(events)) == ([(3, 5)], ["reading"])


def test_one_by_one_gives_the_same_seeds(tmp_path):
    small = Small(1)
    events = list(thrifty(asked(tmp_path, variations=3), small))
    assert small.asked == [(3, 5), (1, 5), (1, 6), (1, 7)]
    assert [event.number for event in events if isinstance(event, Ready)] == [0, 1, 2]
    assert events[-1] == Done(("take 5", "take 6", "take 7"))
    assert "again, one variation at a time" in stages(events)


def test_then_elsewhere_with_the_same_seed(tmp_path):
    small, large = Small(0), Small(8)
    events = list(thrifty(asked(tmp_path, seed=None, variations=2), small, large))
    seeds = {seed for _, seed in small.asked[:2] + large.asked}
    assert len(seeds) == 1
    assert None not in seeds
    assert len(events[-1].takes) == 2
    assert "again, on the CPU" in stages(events)


def test_then_a_sentence(tmp_path):
    with pytest.raises(OutOfMemory, match="shorter") as failure:
        list(thrifty(asked(tmp_path, variations=2), Small(0), Small(0)))
    assert failure.value.argument == "bars"


def test_another_error_is_not_tried_again(tmp_path):
    small = Small(0, ZeroDivisionError("no bars"))
    with pytest.raises(ZeroDivisionError):
        list(thrifty(asked(tmp_path, variations=2), small, Small(8)))
    assert len(small.asked) == 1


def test_the_engine_goes_on_and_leaves_no_half_result(tmp_path, monkeypatch):
    real, calls = UNet.forward, set()

    def narrow(self, x, *rest, **named):
        calls.add(len(x))
        if len(x) > 1:
            raise CUDA
        return real(self, x, *rest, **named)

    monkeypatch.setattr(UNet, "forward", narrow)
    engine = Engine(tiny_model(), folder=tmp_path)
    curve = {"points": [[0, -3], [4, 3]], "unit": "db"}
    request = asked(tmp_path, variations=2, curve=curve, iterations=1)
    *_, done = engine.render(request)
    assert calls == {2, 1}
    assert sorted(Path(take.path).name for take in done.takes) == sorted(
        path.name for path in tmp_path.glob("*.wav")
    )
    assert [take.seed for take in done.takes] == [5, 6]
    engine.close()
