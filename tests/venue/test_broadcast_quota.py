"""The day's quota in one sentence."""

import pytest

from venue.broadcast_commands import QuotaSight
from venue.broadcast_quota import quota_view
from venue.ids import Instant

pytestmark = pytest.mark.unit


def said(used: int, needed: int, *, spent: bool = False) -> tuple[str, str, object]:
    sight = QuotaSight(used, 10_000, 500, needed, Instant(9), spent)
    view = quota_view(sight)
    assert view is not None
    return view.verdict, view.code, view.params.get("missing")


def test_what_is_left_is_weighed_against_what_is_to_come() -> None:
    assert said(1_000, 8_500) == ("good", "youtube.quota_lasts", None)
    assert said(1_000, 8_700) == ("warning", "youtube.quota_short", 200)
    assert said(9_500, 0) == ("bad", "youtube.quota_reserve", None)
    assert said(10_000, 0) == ("bad", "youtube.quota_gone", None)
    assert said(100, 0, spent=True) == ("bad", "youtube.quota_gone", None)
    assert quota_view(None) is None
