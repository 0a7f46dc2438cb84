"""One list call for all languages of a room on a channel."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from streaming.youtube.client import YouTube
from streaming.youtube.errors import YouTubeError
from streaming.youtube.shapes import LiveBroadcast, LiveStream, Video
from venue.ids import Instant, Language

log = logging.getLogger(__name__)

SHARE_MS = 1_000
"""A look so young is shared; languages that looked together go on looking together."""

VIEWERS_MS = 60_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What one language wants to see."""

    channel: str
    broadcast: str
    stream: str
    beside: str = ""
    """Another broadcast, seen along with it."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What one call showed of a channel."""

    at: Instant
    """When the call began."""
    ids: frozenset[str]
    broadcasts: Mapping[str, LiveBroadcast]
    streams: Mapping[str, LiveStream]


@dataclass(slots=True)
class _Channel:
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    glance: Glance | None = None
    counted_at: int = 0


class Watch:
    """The languages of one room, looked at together."""

    def __init__(self, clock: Callable[[], Instant]) -> None:
        self.videos: dict[str, Video] = {}
        self._clock = clock
        self._asked: dict[Language, Asked] = {}
        self._channels: dict[str, _Channel] = {}

    def ask(self, lang: Language, asked: Asked) -> None:
        """Say what a language will want to see."""
        self._asked[lang] = asked

    def seen(self, lang: Language) -> tuple[LiveBroadcast | None, LiveStream | None]:
        """The language's broadcast and stream as last seen, if they were."""
        asked = self._asked.get(lang)
        channel = None if asked is None else self._channels.get(asked.channel)
        if asked is None or channel is None or channel.glance is None:
            return None, None
        glance = channel.glance
        return glance.broadcasts.get(asked.broadcast), glance.streams.get(asked.stream)

    async def look(
        self, client: YouTube, lang: Language, not_before: Instant, *, reserved: bool
    ) -> Glance:
        """See a channel as it was at ``not_before`` or later.

        Raises:
            YouTubeError: The call failed.
        """
        mine = self._asked[lang]
        wanted = {each for each in (mine.broadcast, mine.stream) if each}
        channel = self._channels.setdefault(mine.channel, _Channel())
        not_before = Instant(max(not_before, self._clock() - SHARE_MS))
        async with channel.looking:
            known = channel.glance
            if known is None or known.at < not_before or not wanted <= known.ids:
                known = channel.glance = await self._glance(client, mine.channel, reserved)
            return known

    async def _glance(self, client: YouTube, channel: str, reserved: bool) -> Glance:
        asked = [each for each in self._asked.values() if each.channel == channel]
        named = {each.broadcast for each in asked} | {each.beside for each in asked}
        broadcasts = sorted(named - {""})
        streams = sorted({each.stream for each in asked} - {""})
        at = self._clock()
        # Not a task group: what fails is the one error, not a group of them.
        first, second = await asyncio.gather(
            _broadcasts(client, broadcasts, reserved), _streams(client, streams, reserved)
        )
        return Glance(
            at,
            frozenset((*broadcasts, *streams)),
            {each.id: each for each in first},
            {each.id: each for each in second},
        )

    async def count(self, client: YouTube, channel: str, live: frozenset[str]) -> tuple[Video, ...]:
        """Count viewers of a channel's live broadcasts, once a minute; what was counted now."""
        state, now = self._channels.setdefault(channel, _Channel()), self._clock()
        if not live or now - state.counted_at < VIEWERS_MS:
            return ()
        state.counted_at = now
        try:
            videos = await client.videos(sorted(live))
        except YouTubeError as error:
            log.warning("Viewers are not counted: %s", error)
            return ()
        self.videos.update({video.id: video for video in videos})
        return tuple(videos)


async def _broadcasts(client: YouTube, ids: list[str], reserved: bool) -> tuple[LiveBroadcast, ...]:
    return await client.broadcasts(ids, reserved=reserved) if ids else ()


async def _streams(client: YouTube, ids: list[str], reserved: bool) -> tuple[LiveStream, ...]:
    return await client.streams(ids, reserved=reserved) if ids else ()
