"""The text of a broadcast, with the marker that finds it again.  Pure."""

import hashlib
import re
from datetime import UTC, datetime

from msgspec.structs import replace

from streaming.youtube.shapes import BroadcastText, LiveBroadcast, LiveStream
from streaming.youtube.steps import Found
from venue.announcement import description_of, rehearsed
from venue.broadcast import Broadcast, start_of
from venue.broadcast_commands import Memory
from venue.ids import Instant, Language, SessionId
from venue.session import SessionDefinition

NEWS = 25
"""YouTube's category *News & Politics*."""

SOONEST_MS = 60_000
"""YouTube refuses a start that is past when the request arrives."""

_MARK = re.compile(r"\[rotunda:([0-9a-f]+-\d+)\]\s*$")


def mark_of(memory: Memory) -> str:
    """The marker of this attempt of this run."""
    return f"{memory.marker}-{memory.attempt}"


def stream_title(session: SessionId, lang: Language, mark: str) -> str:
    """Finds our stream among the channel's: one for each session and language, never shared.

    ``mark`` is the installation's: another one, for trying things out, has the same sessions.
    """
    return f"Rotunda {session} {lang} ({mark})"


def wish_of(broadcast: Broadcast, session: SessionDefinition) -> str:
    """Digest of what the broadcast should say; another programme is another wish."""
    text = _said(broadcast, session)
    return _digest(
        text.title,
        text.description,
        str(start_of(broadcast, session) or ""),
        text.latency,
        str(text.captions),
    )


def details_of(broadcast: Broadcast, session: SessionDefinition) -> str:
    """Digest of what only the video can say; empty: nothing, of a rehearsal."""
    if broadcast.rehearsal:
        return ""
    text = _said(broadcast, session)
    return _digest(str(text.category), text.text_language, text.spoken_language)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def text_of(broadcast: Broadcast, session: SessionDefinition, now: Instant) -> BroadcastText:
    """What is sent to YouTube."""
    text = _said(broadcast, session)
    mark = f"[rotunda:{mark_of(broadcast.memory)}]"
    planned = 0 if broadcast.rehearsal else start_of(broadcast, session) or 0
    scheduled = max(planned, now + SOONEST_MS)
    return replace(
        text,
        description=f"{text.description}\n\n{mark}".strip(),
        scheduled_at=rfc3339(Instant(scheduled)),
    )


def _said(broadcast: Broadcast, session: SessionDefinition) -> BroadcastText:
    """What is said whenever it is said: without marker and start."""
    youtube, lang = session.youtube, broadcast.lang
    return BroadcastText(
        title=rehearsed(broadcast.title, lang) if broadcast.rehearsal else broadcast.title,
        description=description_of(broadcast.description, session, lang),
        scheduled_at="",
        privacy=broadcast.privacy,
        made_for_kids=made_for_kids(session),
        latency=youtube.latency if youtube else "normal",
        captions=bool(youtube and youtube.captions and broadcast.lang in session.captioned),
        category=youtube.category if youtube else NEWS,
        text_language=youtube.text_languages.get(lang, lang) if youtube else lang,
        spoken_language=youtube.spoken_languages.get(lang, lang) if youtube else lang,
    )


def made_for_kids(session: SessionDefinition) -> bool:
    """What a channel must declare."""
    return bool(session.youtube and session.youtube.made_for_kids)


def rfc3339(at: Instant) -> str:
    """A time as YouTube writes it.

    >>> rfc3339(Instant(1_795_334_400_000))
    '2026-11-22T08:00:00Z'
    """
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ours(broadcasts: tuple[LiveBroadcast, ...], mark: str) -> tuple[Found, ...]:
    """Broadcasts with a marker."""
    return tuple(
        Found(each.id, each.snippet.published_at, bound=bool(each.content_details.bound_stream_id))
        for each in broadcasts
        if (marked := _MARK.search(each.snippet.description)) and marked.group(1) == mark
    )


def streams_of(streams: tuple[LiveStream, ...], title: str) -> tuple[str, ...]:
    """Ids of streams with a title, oldest first."""
    mine = [each for each in streams if each.snippet.title == title]
    return tuple(each.id for each in sorted(mine, key=lambda each: each.snippet.published_at))
