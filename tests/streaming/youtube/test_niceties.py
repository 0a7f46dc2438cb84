"""What hinders no show: how often it is tried, and what people are told."""

import pytest

from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.niceties import GAVE_WAY, TRIES, Niceties
from venue.ids import Instant

pytestmark = pytest.mark.unit

NOW = Instant(1_000_000)


def test_what_may_pass_is_tried_a_few_times_with_growing_rests() -> None:
    niceties, rests = Niceties(), []
    lost = YouTubeError(Kind.UNCERTAIN, "timeout")
    for _ in range(TRIES - 1):
        assert niceties.failed("thumbnail", lost, NOW)
        assert niceties.rest_until is not None
        rests.append(niceties.rest_until - NOW)
    assert rests == sorted(set(rests))
    assert niceties.notes == ()
    assert not niceties.failed("thumbnail", lost, NOW)
    assert niceties.notes == ("youtube.thumbnail_failed",)


def test_giving_way_to_an_operator_is_no_failure() -> None:
    niceties = Niceties()
    for _ in range(TRIES + 1):
        assert niceties.failed("thumbnail", YouTubeError(Kind.UNCERTAIN, GAVE_WAY), NOW)
    assert niceties.rest_until is None


@pytest.mark.parametrize(
    ("verb", "kind", "note"),
    [
        ("thumbnail", Kind.OPERATOR, "youtube.thumbnail_forbidden"),
        ("thumbnail", Kind.BUG, "youtube.thumbnail_refused"),
        ("thumbnail", Kind.QUOTA, "youtube.thumbnail_failed"),
        ("describe", Kind.OPERATOR, "youtube.undescribed"),
    ],
)
def test_a_refusal_is_told_at_once_until_it_works(verb: str, kind: Kind, note: str) -> None:
    niceties = Niceties()
    assert not niceties.failed(verb, YouTubeError(kind, "why"), NOW)
    assert niceties.notes == (note,)
    # A new process knows from the room what people were told.
    later = Niceties(niceties.notes)
    assert later.notes == (note,)
    later.done(verb)
    assert later.notes == ()
