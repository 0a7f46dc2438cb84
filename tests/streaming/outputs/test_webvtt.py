"""Captions as WebVTT."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.mediatime import VIDEO_CLOCK_HZ, Ticks90k
from streaming.outputs.webvtt import CueList, reading_s
from streaming.packets import Caption
from venue.ids import Language

pytestmark = pytest.mark.unit

EN = Language("en")
PLACE = " line:-5"
"""Above the captions in the picture."""


def said(text: str, at_s: float) -> Caption:
    return Caption(EN, text, Ticks90k(int(at_s * VIDEO_CLOCK_HZ)))


def cues(segment: str) -> list[tuple[str, str]]:
    """(times, text) of each cue."""
    blocks = segment.strip().split("\n\n")[1:]
    lines = [block.split("\n") for block in blocks]
    assert all(times.endswith(PLACE) for times, _ in lines)
    return [(times.removesuffix(PLACE), text) for times, text in lines]


def test_a_line_stands_in_every_segment_it_reaches_into() -> None:
    track = CueList()
    track.take(said("Good morning to all of you.", 3601.0))
    first = track.segment(3600.0, 3602.0)
    assert first.startswith("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n")
    text = "Good morning to all of you."
    assert cues(first) == [("01:00:01.000 --> 01:00:02.000", text)]
    assert cues(track.segment(3602.0, 3604.0)) == [("01:00:02.000 --> 01:00:04.000", text)]
    assert cues(track.segment(3604.0, 3606.0)) == [("01:00:04.000 --> 01:00:04.120", text)]
    assert cues(track.segment(3606.0, 3608.0)) == []


def test_a_new_line_takes_the_place_of_the_one_before() -> None:
    track = CueList()
    track.take(said("The first of two lines", 10.0))
    track.take(said("and the second", 11.0))
    assert [text for _, text in cues(track.segment(10.0, 12.0))] == [
        "The first of two lines",
        "and the second",
    ]
    assert cues(track.segment(10.0, 12.0))[0][0].endswith("00:00:11.000")


def test_a_line_that_comes_late_is_shown_from_the_first_segment_not_yet_written() -> None:
    track = CueList()
    track.segment(10.0, 12.0)
    track.take(said("Late", 10.5))
    assert cues(track.segment(12.0, 14.0))[0][0].startswith("00:00:12.000")


def test_markup_in_a_line_is_text() -> None:
    track = CueList()
    track.take(said("a < b & <i>c</i> --> d", 1.0))
    assert cues(track.segment(0.0, 2.0))[0][1] == "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt; --&gt; d"


def test_chinese_is_read_more_slowly_than_its_length_says() -> None:
    assert reading_s("臺中市長開始發言") > reading_s("8 letter")
    assert reading_s("x" * 400) == reading_s("y" * 4000)


@given(
    st.lists(
        st.tuples(st.floats(0, 12), st.text("ab中 c", min_size=1, max_size=30).filter(str.strip)),
        max_size=40,
    )
)
def test_a_player_never_has_two_lines_at_once(lines: list[tuple[float, str]]) -> None:
    """Lines come while segments are written, some late; a player keeps every cue it was given."""
    track = CueList()
    waiting = sorted(lines, key=lambda line: line[0])
    spans = []
    for begin_s in range(0, 24, 2):
        while waiting and waiting[0][0] < begin_s + 3:
            at_s, text = waiting.pop(0)
            track.take(said(text, at_s))
        segment = cues(track.segment(begin_s, begin_s + 2))
        spans += [tuple(time.split(" --> ")) for time, _ in segment]
    assert all(begin <= end for begin, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
