"""What Prometheus is told of a room on YouTube.  Pure; neither secrets nor people are in it."""

from collections.abc import Mapping
from typing import Final

from venue.broadcast import Broadcasts
from venue.ids import SessionId
from venue.room import Room
from venue.wire_youtube import BroadcastVerdict

LEVELS: Final[Mapping[BroadcastVerdict, int]] = {
    "none": 0,
    "good": 1,
    "warning": 2,
    "bad": 3,
    "down": 4,
}

NAMES: Final = (
    "rotunda_youtube_signed_in",
    "rotunda_youtube_sign_in_ends_seconds",
    "rotunda_youtube_quota_used_units",
    "rotunda_youtube_quota_left_units",
    "rotunda_youtube_verdict",
    "rotunda_youtube_live",
    "rotunda_youtube_viewers",
)


def rows(session: SessionId, room: Room) -> list[tuple[str, str]]:
    """Gauges of one room: each a name of ``NAMES``, with its labels and figure."""
    broadcasts, of = room.broadcasts, f'session="{session}"'
    return [*_of_channels(broadcasts, of), *_of_quota(broadcasts, of), *_of_languages(room, of)]


def _of_channels(broadcasts: Broadcasts, of: str) -> list[tuple[str, str]]:
    found = []
    for channel, sight in broadcasts.channels.items():
        labels = f'{{{of},channel="{channel}"}}'
        found.append(("rotunda_youtube_signed_in", f"{labels} {int(sight.verdict != 'bad')}"))
        if sight.expires_at is not None:
            ends = f"{labels} {sight.expires_at // 1000}"
            found.append(("rotunda_youtube_sign_in_ends_seconds", ends))
    return found


def _of_quota(broadcasts: Broadcasts, of: str) -> list[tuple[str, str]]:
    """Left is what is neither spent nor the reserve."""
    quota = broadcasts.quota
    if quota is None:
        return []
    left = 0 if quota.spent else max(0, quota.daily - quota.reserve - quota.used)
    return [
        ("rotunda_youtube_quota_used_units", f"{{{of}}} {quota.used}"),
        ("rotunda_youtube_quota_left_units", f"{{{of}}} {left}"),
    ]


def _of_languages(room: Room, of: str) -> list[tuple[str, str]]:
    found = []
    for lang, broadcast in room.broadcasts.languages.items():
        labels, sight = f'{{{of},lang="{lang}"}}', broadcast.sight
        live = sight.lifecycle == "live"
        found.append(("rotunda_youtube_verdict", f"{labels} {LEVELS[sight.verdict]}"))
        found.append(("rotunda_youtube_live", f"{labels} {int(live)}"))
        if live and sight.viewers is not None:
            found.append(("rotunda_youtube_viewers", f"{labels} {sight.viewers}"))
    return found
