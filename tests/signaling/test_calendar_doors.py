"""Calendar files, read back by the library that calendars are read with."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from msgspec.structs import replace

from signaling.doors.base import SERVICES
from signaling.store import Store
from tests.signaling.conftest import DEFINITION, SESSION, House, HouseMaker, code_of, until
from venue import codec
from venue import journal as keys
from venue.roles import Role
from venue.session import SessionDefinition, YouTubeDefinition

pytestmark = pytest.mark.redis

URL = "https://summit.example"
STARTS_AT = 1_795_240_800_000
"""14:00 on 21 November 2026 in Taipei, an hour after midnight in New York."""

PLANNED = replace(
    DEFINITION,
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + 5_400_000,
    timezone="Asia/Taipei",
    youtube=YouTubeDefinition("public", {"en": "city-en", "zh": "city-zh"}),
)


async def plan(store: Store, *definitions: SessionDefinition) -> None:
    for each in definitions:
        await store.run("HSET", keys.SESSIONS, each.id, codec.encode_session(each))


async def read(house: House, path: str) -> tuple[Calendar, list[Event]]:
    async with house.http.get(path) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(await answer.read())
    assert isinstance(calendar, Calendar)
    assert calendar.get_missing_tzids() == set()
    return calendar, list(calendar.events)


async def prepared(house: House, lang: str, privacy: str = "public") -> None:
    """The streaming side made a broadcast in this language and saw it."""
    router = house.app[SERVICES].router
    room = await router.room(SESSION)
    marker = room.broadcasts.languages[lang].memory.marker  # type: ignore[index]
    memory = {"marker": marker, "broadcast": f"video-{lang}"}
    sight = {"lifecycle": "ready", "privacy": privacy}
    for name, body in (
        ("broadcast.remember", {"lang": lang, "memory": memory}),
        ("broadcast.seen", {"lang": lang, "marker": marker, "sight": sight}),
    ):
        ack = await router.tell(SESSION, f"{name} {lang} {privacy}", name, body)
        assert ack["ok"], ack


def links(event: Event) -> dict[str, str]:
    return {one.params["LABEL"]: str(one) for one in _several(event.get("CONFERENCE", []))}


def _several(found: Any) -> list[Any]:
    return list(found) if isinstance(found, list) else [found]


async def test_a_session_stands_in_its_own_zone(make_house: HouseMaker, store: Store) -> None:
    await plan(store, PLANNED)
    house = await make_house(public_url=URL)
    calendar, [event] = await read(house, f"/s/{SESSION}/calendar.ics?lang=zh-Hant")
    assert str(event["SUMMARY"]) == "市長高峰會"
    assert event.start.strftime("%Y-%m-%d %H:%M") == "2026-11-21 14:00"
    assert event["DTSTART"].params["TZID"] == "Asia/Taipei"
    assert event.start.utcoffset() == timedelta(hours=8)
    assert event.start.astimezone(ZoneInfo("America/New_York")).hour == 1
    assert event.end - event.start == timedelta(minutes=90)
    assert str(event["UID"]) == f"{SESSION}@summit.example"
    assert str(event["URL"]) == f"{URL}/s/{SESSION}"
    assert links(event) == {}
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["Asia/Taipei"]


async def test_each_language_s_public_link_is_in_it(make_house: HouseMaker, store: Store) -> None:
    await plan(store, PLANNED)
    house = await make_house(public_url=URL)
    desk = await house.sit(Role.MODERATOR, "chair")
    assert (await desk.command("broadcast.prepare"))["ok"]
    await prepared(house, "en")
    await prepared(house, "zh", "unlisted")
    _, [event] = await read(house, "/calendar.ics")
    assert links(event) == {"English": "https://www.youtube.com/watch?v=video-en"}
    await prepared(house, "zh")
    _, [event] = await read(house, "/calendar.ics")
    expected = {lang: f"https://www.youtube.com/watch?v=video-{lang}" for lang in ("en", "zh")}
    assert links(event) == {"English": expected["en"], "中文": expected["zh"]}
    said = str(event["DESCRIPTION"]).splitlines()
    assert said == [f"English: {expected['en']}", f"中文: {expected['zh']}", f"{URL}/s/{SESSION}"]


async def test_closed_and_undated_sessions_are_left_out(
    make_house: HouseMaker, store: Store
) -> None:
    closed = replace(PLANNED, id="closed", public=False)
    undated = replace(DEFINITION, id="undated")
    later = replace(
        PLANNED, id="later", timezone="Nowhere/Zone", starts_at=STARTS_AT + 1, ends_at=None
    )
    await plan(store, later, PLANNED, closed, undated)
    house = await make_house(public_url=URL)
    await until(lambda: len(house.app[SERVICES].router.sessions) == 4, "all sessions")
    _, events = await read(house, "/calendar.ics")
    assert [str(each["UID"]) for each in events] == [
        "summit@summit.example",
        "later@summit.example",
    ]
    assert events[1].start.utcoffset() == timedelta(0)
    for path, code in (("closed", "ticket.missing"), ("undated", "calendar.no_time")):
        answer = await house.http.get(f"/s/{path}/calendar.ics")
        assert await code_of(answer) == code
    answer = await house.http.get("/s/nothing/calendar.ics")
    assert await code_of(answer) == "session.unknown"
