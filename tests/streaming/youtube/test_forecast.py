"""What a session will still cost of the day's quota."""

from typing import Any

import msgspec
import pytest

from streaming.youtube.budget import needed, writes_left
from streaming.youtube.ledger import next_midnight
from venue.broadcast import Broadcast
from venue.broadcast_commands import Memory, Sight
from venue.ids import Instant, Language
from venue.session import parse_session

pytestmark = pytest.mark.unit

HOUR_MS = 3_600_000
NOW = Instant(1_795_300_000_000)
MIDNIGHT = next_midnight(NOW)
BLANK = Broadcast(lang=Language("en"), channel="city-en", privacy="unlisted", title="Summit")
MADE = Memory(marker="m", stream="S", broadcast="B", described=True)
LIVE = msgspec.structs.replace(
    BLANK,
    wanted="live",
    memory=msgspec.structs.replace(MADE, aired=True),
    sight=Sight(lifecycle="live"),
)


def session(**more: Any) -> Any:
    definition = {"id": "s", "title": {"en": "Summit"}, "languages": ["en", "zh"]}
    return parse_session({**definition, **more})


def test_calls_that_are_still_to_come() -> None:
    assert writes_left(BLANK) == 7
    prepared = msgspec.structs.replace(BLANK, wanted="prepared", memory=MADE)
    assert writes_left(prepared) == 2
    assert writes_left(LIVE) == 1
    over = msgspec.structs.replace(LIVE, wanted="ended", sight=Sight(lifecycle="complete"))
    assert writes_left(over) == 0


def test_a_longer_show_and_more_channels_need_more() -> None:
    until = session(starts_at=NOW, ends_at=NOW + 2 * HOUR_MS)
    one = needed(until, [LIVE], NOW, NOW + 10 * HOUR_MS)
    assert one == 50 + 2 * 200
    other = msgspec.structs.replace(LIVE, lang=Language("zh"), channel="city-zh")
    assert needed(until, [LIVE, other], NOW, NOW + 10 * HOUR_MS) == 2 * one
    # Languages that share a channel are looked at together.
    shared = msgspec.structs.replace(other, channel="city-en")
    assert needed(until, [LIVE, shared], NOW, NOW + 10 * HOUR_MS) == one + 50


def test_only_todays_part_counts() -> None:
    long = session(starts_at=NOW, ends_at=NOW + 20 * HOUR_MS)
    assert needed(long, [LIVE], NOW, NOW + HOUR_MS) == 50 + 200
    tomorrow = session(starts_at=MIDNIGHT + HOUR_MS, ends_at=MIDNIGHT + 3 * HOUR_MS)
    assert needed(tomorrow, [BLANK], NOW, MIDNIGHT) == 0


def test_a_show_that_runs_over_is_expected_to_go_on() -> None:
    past = session(starts_at=NOW - 3 * HOUR_MS, ends_at=NOW - HOUR_MS)
    assert needed(past, [LIVE], NOW, NOW + 10 * HOUR_MS) == 50 + 100
