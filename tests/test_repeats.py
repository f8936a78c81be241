import pytest

from ditto_daw.server.repeats import FIRST_SECONDS, MOST_SECONDS, MOST_TIMES, Repeats


def test_ever_more_slowly_and_not_for_ever():
    repeats = Repeats()
    repeats.add("a", 0.0)
    times, now = [], 0.0
    for _ in range(100):
        wait = repeats.seconds(now, 60.0)
        now += wait
        times += [now for _ in repeats.due(now)]
    gaps = [late - early for early, late in zip([0.0, *times], times, strict=False)]
    assert gaps[:3] == pytest.approx([FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS])
    assert max(gaps) == MOST_SECONDS
    assert len(times) == MOST_TIMES
    assert repeats.seconds(now, 60.0) == 60.0


def test_acknowledged_is_over():
    repeats = Repeats()
    repeats.add("a", 0.0)
    repeats.add("b", 0.0)
    repeats.acknowledge("a")
    repeats.acknowledge("never there")
    assert list(repeats.due(1.0)) == ["b"]


def test_asked_for_again_begins_anew():
    repeats = Repeats()
    repeats.add("a", 0.0)
    assert list(repeats.due(0.6)) == ["a"]
    repeats.add("a", 0.7)
    assert repeats.seconds(0.7, 60.0) == pytest.approx(FIRST_SECONDS)
    assert list(repeats.due(0.8)) == []
