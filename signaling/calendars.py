"""Sessions as a calendar (RFC 5545), with the public link of each language.

Nothing but what anybody may see: the links are those of ``watch_links``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Conference, Event

from venue.announcement import title_of
from venue.ids import Instant, Language
from venue.session import SessionDefinition
from venue.wire_youtube import WatchView

PRODUCT = "-//Rotunda//EN"
AGAIN = timedelta(hours=1)
"""Links appear and go: whoever subscribes looks again after so long."""

ROUND_ABOUT = timedelta(days=400)
"""The rules of a zone are written out for so long before and after the sessions."""

OWN_NAMES: Mapping[str, str] = {"en": "English", "zh": "中文"}


@dataclass(frozen=True, slots=True)
class Item:
    """A session with a start, and where it can be watched on YouTube."""

    session: SessionDefinition
    starts_at: Instant
    watch: Sequence[WatchView]


def calendar_of(
    items: Sequence[Item], base_url: str, lang: Language, now: Instant, name: str
) -> bytes:
    """The file; ``lang`` is the language of titles."""
    events = [_event(item, base_url, lang, now) for item in items]
    calendar = Calendar.new(
        prodid=PRODUCT, name=name, refresh_interval=AGAIN, subcomponents=events, uid=base_url
    )
    if items:
        starts = [_moment(item.starts_at, item.session) for item in items]
        first, last = min(starts) - ROUND_ABOUT, max(starts) + ROUND_ABOUT
        calendar.add_missing_timezones(first.date(), last.date())
    return bytes(calendar.to_ical())


def _event(item: Item, base_url: str, lang: Language, now: Instant) -> Event:
    session, page = item.session, f"{base_url}/s/{item.session.id}"
    ends_at = session.ends_at
    return Event.new(
        uid=f"{session.id}@{urlsplit(base_url).hostname}",
        summary=title_of(session, lang),
        start=_moment(item.starts_at, session),
        end=None if ends_at is None else _moment(Instant(ends_at), session),
        stamp=datetime.fromtimestamp(now // 1000, UTC),
        description="\n".join(
            [*(f"{_own_name(each.lang)}: {each.url}" for each in item.watch), page]
        ),
        url=page,
        conferences=[
            Conference(each.url, feature="VIDEO", label=_own_name(each.lang), language=each.lang)
            for each in item.watch
        ],
    )


def _own_name(lang: Language) -> str:
    return OWN_NAMES.get(lang.partition("-")[0], lang)


def _moment(at: Instant, session: SessionDefinition) -> datetime:
    """In the event's zone, so that it stays there when the zone's rules change."""
    try:
        zone = ZoneInfo(session.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return datetime.fromtimestamp(at / 1000, zone)
