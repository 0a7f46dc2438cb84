"""What Prometheus is told of a session on YouTube."""

import pytest
from msgspec.structs import replace

from streaming.youtube import gauges
from venue.broadcast import Broadcast, Broadcasts
from venue.broadcast_commands import ChannelSight, Memory, QuotaSight, Sight
from venue.ids import Instant, Language, SessionId
from venue.room import open_room
from venue.session import parse_session

pytestmark = pytest.mark.unit

EN, ZH = Language("en"), Language("zh")
LIVE = Broadcast(
    lang=EN,
    channel="city-en",
    privacy="public",
    title="Summit",
    wanted="live",
    memory=Memory(marker="m", broadcast="video", stream="stream"),
    sight=Sight(lifecycle="live", verdict="warning", code="youtube.panic", viewers=412),
)
PREPARED = replace(LIVE, lang=ZH, sight=Sight(lifecycle="ready", verdict="good", viewers=3))


def told(broadcasts: Broadcasts) -> list[str]:
    session = {"id": "summit", "title": {"en": "Summit"}, "languages": ["en", "zh"]}
    room = replace(open_room(parse_session(session)), broadcasts=broadcasts)
    return [name + row for name, row in gauges.rows(SessionId("summit"), room)]


def test_a_session_that_does_not_go_there_has_none() -> None:
    assert told(Broadcasts()) == []


def test_each_language_has_its_verdict_and_what_is_live_its_viewers() -> None:
    assert told(Broadcasts(languages={EN: LIVE, ZH: PREPARED})) == [
        'rotunda_youtube_verdict{session="summit",lang="en"} 2',
        'rotunda_youtube_live{session="summit",lang="en"} 1',
        'rotunda_youtube_viewers{session="summit",lang="en"} 412',
        'rotunda_youtube_verdict{session="summit",lang="zh"} 1',
        'rotunda_youtube_live{session="summit",lang="zh"} 0',
    ]


def test_sign_ins_say_whether_they_serve_and_until_when() -> None:
    channels = {
        "city-en": ChannelSight("UC1", "City", "warning", "x", expires_at=Instant(1_795_000_000)),
        "city-zh": ChannelSight("UC2", "City", "bad", "youtube.sign_in"),
    }
    assert told(Broadcasts(channels=channels)) == [
        'rotunda_youtube_signed_in{session="summit",channel="city-en"} 1',
        'rotunda_youtube_sign_in_ends_seconds{session="summit",channel="city-en"} 1795000',
        'rotunda_youtube_signed_in{session="summit",channel="city-zh"} 0',
    ]


@pytest.mark.parametrize(("spent", "left"), [(False, 1500), (True, 0)])
def test_the_quota_says_what_is_left_before_the_reserve(spent: bool, left: int) -> None:
    quota = QuotaSight(8000, 10_000, 500, 100, Instant(0), spent=spent)
    assert told(Broadcasts(quota=quota)) == [
        'rotunda_youtube_quota_used_units{session="summit"} 8000',
        f'rotunda_youtube_quota_left_units{{session="summit"}} {left}',
    ]
