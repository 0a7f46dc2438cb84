"""What tasks beside the video of one language have in common: chat, posts, captions.

None of them matters to the broadcast: each has a task of its own, waits for nobody, and a fault
in it is one remark at the desk.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from streaming.youtube.client import CAPTIONS
from streaming.youtube.office import Office
from streaming.youtube.side import RoomSide
from streaming.youtube.watch import Watch
from venue.broadcast import Broadcast
from venue.broadcast_outputs import program_since
from venue.exchange import Exchange, Remark, of
from venue.ids import Instant, Language
from venue.room import Room
from venue.session import YouTubeDefinition
from venue.wire_youtube import RemarkSubject

log = logging.getLogger(__name__)

LOOK_MS = 2_000
"""What is seen of a broadcast wakes nobody: it is looked for so often."""

REPOST_S = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """A live broadcast as its language sees it."""

    room: Room
    youtube: YouTubeDefinition
    broadcast: Broadcast
    chat: str
    key: str

    captions: bool
    """The broadcast was made to take them."""

    @property
    def video(self) -> str:
        """The broadcast's id."""
        return self.broadcast.memory.broadcast

    @property
    def shown_since(self) -> Instant | None:
        """Since when viewers have had the program; None: they see the slate."""
        since = program_since(self.broadcast, self.room.program.on_air_since)
        return None if self.room.broadcasts.panic else since

    def __repr__(self) -> str:
        return f"Place({self.video!r})"


class Aside:
    """One task; subclasses say what about."""

    about: ClassVar[RemarkSubject]

    def __init__(self, lang: Language, side: RoomSide, office: Office, watch: Watch) -> None:
        self.lang = lang
        self.changed = asyncio.Event()
        self._side = side
        self._office = office
        self._watch = watch
        self._clock = office.clock

    async def run(self) -> None:
        """Work until cancelled."""
        raise NotImplementedError

    def live(self) -> Broadcast | None:
        """The language's broadcast, while it is on YouTube and nobody wants to end it."""
        room = self._side.room
        known = None if room is None else room.broadcasts.languages.get(self.lang)
        on_air = known is not None and (known.wanted, known.sight.lifecycle) == ("live", "live")
        return known if on_air else None

    def place(self) -> Place | None:
        """Where we are; None: it is not live, or was not seen yet."""
        room, broadcast = self._side.room, self.live()
        video, stream = self._watch.seen(self.lang)
        if room is None or room.session.youtube is None or broadcast is None or video is None:
            return None
        if video.id != broadcast.memory.broadcast:
            return None
        key = "" if stream is None else stream.cdn.ingestion_info.stream_name
        return Place(
            room,
            room.session.youtube,
            broadcast,
            video.snippet.live_chat_id,
            key,
            video.content_details.closed_captions_type == CAPTIONS,
        )

    def exchange(self, video: str) -> Exchange:
        """What the journal remembers of a broadcast."""
        room = self._side.room
        return of({} if room is None else room.exchanges, self.lang, video)

    def say(self, code: str, **params: str | int) -> None:
        """Have the desk say it; without a code there is nothing to say any more."""
        room, remark = self._side.room, Remark(code, params)
        if room is None:
            return
        known = room.exchanges.get(self.lang, Exchange()).remarks.get(self.about, Remark())
        if known != remark:
            about = f"remark:{self.lang}:{self.about}"
            body = {"lang": self.lang, "about": self.about, "remark": msgspec.to_builtins(remark)}
            self._side.post(about, "exchange.seen", body)

    async def idle(self) -> None:
        """Wait for something to happen in the room or, while it is live, to be seen."""
        await self.pause(None if self.live() is None else Instant(self._clock() + LOOK_MS))

    async def pause(self, until: Instant | None) -> None:
        """Wait for a change in the room, and not beyond a time."""
        self.changed.clear()
        limit_s = None
        if until is not None:
            limit_s = max(0.0, (until - self._clock()) / 1000 / self._office.speed)
        try:
            async with asyncio.timeout(limit_s):
                await self.changed.wait()
        except TimeoutError:
            return

    async def noted(
        self,
        verb: str,
        body: Mapping[str, Any],
        *,
        done: Callable[[], bool],
        wanted: Callable[[], bool],
    ) -> bool:
        """Have the journal keep something before going on; False: it is not wanted any more."""
        while wanted():
            if done():
                return True
            self._side.post(f"{verb}:{self.lang}", verb, {"lang": self.lang, **body})
            try:
                async with asyncio.timeout(REPOST_S):
                    while wanted() and not done():
                        self.changed.clear()
                        await self.changed.wait()
            except TimeoutError:
                log.warning("%s/%s: the journal is slow", self._side.session, self.lang)
        return False
