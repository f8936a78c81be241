"""How a gap becomes windows: all of it, once, each beside what is known by then."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ditto_daw.rendering.brief import MODEL_HOP, MODEL_RATE
from ditto_daw.rendering.windows import MARGIN_FRAMES, TOGETHER, Gap, windows_of

MULTIPLE = 16
RATES = (44_100, 48_000, 96_000)
seconds = st.floats(0.3, 200)


def made_of(before, made, after, overlap, rate, lines=()):
    gap = Gap(round(before * rate), round((before + made) * rate), round(before * rate), 0)
    gap = Gap(gap.begin, gap.end, gap.before, round(after * rate))
    lines = np.array([round(line * rate) for line in lines], dtype=np.int64)
    return gap, windows_of(gap, round(overlap * rate), rate, MULTIPLE, lines)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([0.0, 0.3, 2.5, 60.0]),
    seconds,
    st.sampled_from([0.0, 0.3, 2.5, 60.0]),
    st.floats(0.5, 12),
    st.sampled_from(RATES),
)
def test_windows_make_the_whole_gap_once_and_each_beside_known_audio(
    before, made, after, overlap, rate
):
    gap, windows = made_of(before, made, after, overlap, rate)
    spans = sorted((one.first, one.last) for one in windows)
    assert [spans[0][0], spans[-1][1]] == [gap.begin, gap.end]
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    known = [(gap.begin - gap.before, gap.begin), (gap.end, gap.end + gap.after)]
    hop = MODEL_HOP * rate / MODEL_RATE
    for number, one in enumerate(windows):
        end = one.begin + one.length
        assert one.begin <= one.first < one.last <= end
        assert one.frames % MULTIPLE == 0
        assert abs(one.length - one.frames * hop) <= MULTIPLE * hop / 2
        left = any(first < one.first == last for first, last in known)
        right = any(one.last == first < last for first, last in known)
        assert left or right or (number == 0 and not gap.before and not gap.after)
        if not right:
            assert end - one.last >= int(MARGIN_FRAMES * hop)
        if right and not left:
            assert one.first - one.begin >= int(MARGIN_FRAMES * hop)
        known.append((one.first, one.last))


def test_a_window_reaches_over_its_overlap_and_no_further_than_a_frame_multiple():
    gap, (only,) = made_of(30, 8, 0, 2, 44_100)
    assert gap.begin - only.begin == 2 * 44_100
    gap, (only,) = made_of(30, 8, 30, 2, 44_100)
    assert 0 <= gap.begin - only.begin - 2 * 44_100 < MULTIPLE * MODEL_HOP


def test_a_gap_between_short_clips_takes_all_of_them():
    _, (only,) = made_of(0.5, 1, 0.7, 2, 48_000)
    assert (only.begin, only.begin + only.length) == (0, round(2.2 * 48_000))


@pytest.mark.parametrize(("before", "after"), [(20, 0), (0, 20), (20, 20)])
def test_windows_meet_at_bar_lines_and_run_outwards_from_what_is_kept(before, after):
    bars = [1.9 * number for number in range(80)]
    gap, windows = made_of(before, 100, after, 2, 44_100, bars)
    inner = {edge for one in windows for edge in (one.first, one.last)} - {gap.begin, gap.end}
    assert inner <= {round(bar * 44_100) for bar in bars}
    firsts = [one.first for one in windows]
    assert firsts == sorted(firsts, reverse=not before)
    views = [view for one in windows for view in one.views]
    assert max(end - begin for begin, end in views) < 20 * 44_100
    assert max(len(one.views) for one in windows) == TOGETHER
    edges = {cut for one in windows for cut in cuts_of(one)}
    assert edges <= {round(bar * 44_100) for bar in bars}


@pytest.mark.parametrize("before", [0, 20])
def test_views_meet_where_sections_begin_and_hold_a_section_each(before):
    sections = [0, before + 8, before + 40, before + 41.5, before + 99.9]
    at = [round(line * 44_100) for line in sections]
    gap = Gap(before * 44_100, (before + 100) * 44_100, before * 44_100, 0)
    bars = np.round(1.9 * 44_100 * np.arange(70)).astype(np.int64)
    windows = windows_of(gap, 2 * 44_100, 44_100, MULTIPLE, bars, sections=at)
    edges = {cut for one in windows for cut in (one.first, one.last, *cuts_of(one))}
    assert set(at[1:4]) <= edges
    assert at[4] not in edges
    for one in windows:
        assert one.views[0][0] == one.begin
        assert one.views[-1][1] == one.begin + one.length
        assert len(one.views) <= TOGETHER
        assert all(left[1] > right[0] for left, right in pairwise(one.views))


def test_a_short_clip_of_one_section_is_one_view():
    _, (only,) = made_of(0, 20, 0, 2, 44_100)
    assert only.views == ((only.begin, only.begin + only.length),)


def cuts_of(window):
    """Where the views of a window meet."""
    return [round((left[1] + right[0]) / 2) for left, right in pairwise(window.views)]


def test_a_model_that_sees_ten_seconds_gets_no_longer_window():
    gap = Gap(10 * 44_100, 70 * 44_100, 10 * 44_100, 20 * 44_100)
    windows = windows_of(gap, 2 * 44_100, 44_100, 1, np.array([], dtype=np.int64), longest=10.24)
    assert max(window.length for window in windows) <= 10.24 * 44_100
    assert all(len(window.views) == 1 for window in windows)
    assert (windows[0].first, windows[-1].last) == (gap.begin, gap.end)
