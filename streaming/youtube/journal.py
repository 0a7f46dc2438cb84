"""A language's side of the journal: what it holds now, and what is to be kept before going on."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import msgspec

from streaming.youtube.calls import Made
from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.niceties import GAVE_WAY
from streaming.youtube.side import RoomSide
from venue.broadcast import Broadcast
from venue.broadcast_commands import Memory
from venue.ids import Language

log = logging.getLogger(__name__)

REPOST_S = 3.0


class Journal:
    """The broadcast of one language as the room's journal has it."""

    def __init__(self, lang: Language, side: RoomSide, changed: asyncio.Event) -> None:
        """``changed``: set by whoever reads the journal, whenever the room is another."""
        self._lang = lang
        self._side = side
        self._changed = changed

    def broadcast(self) -> Broadcast | None:
        """What is kept now; None: the room or the language is not known."""
        room = self._side.room
        return None if room is None else room.broadcasts.languages.get(self._lang)

    async def remember(self, memory: Memory) -> bool:
        """Have it kept, durably, before going on; False: another run has begun."""
        while True:
            broadcast = self.broadcast()
            if broadcast is None or broadcast.memory.marker != memory.marker:
                return False
            if broadcast.memory == memory:
                return True
            body = {"lang": self._lang, "memory": msgspec.to_builtins(memory)}
            self._side.post(f"broadcast:{self._lang}", "broadcast.remember", body)
            await self._kept(memory)

    async def _kept(self, memory: Memory) -> None:
        try:
            async with asyncio.timeout(REPOST_S):
                while (now := self.broadcast()) is not None and now.memory != memory:
                    if now.memory.marker != memory.marker:
                        return
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("%s/%s: the journal is slow", self._side.session, self._lang)

    async def unless_asked(self, doing: Coroutine[Any, Any, Made], broadcast: Broadcast) -> Made:
        """Do something that can wait, unless an operator speaks: then it is done another time.

        Raises:
            YouTubeError: It failed, or (``GAVE_WAY``) an operator asked for something.
        """
        work = asyncio.create_task(doing)
        try:
            while not work.done():
                now_wanted = self.broadcast()
                if now_wanted is None or now_wanted.asked_at != broadcast.asked_at:
                    raise YouTubeError(Kind.UNCERTAIN, GAVE_WAY)
                self._changed.clear()
                woken = asyncio.create_task(self._changed.wait())
                await asyncio.wait({work, woken}, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
            return await work
        finally:
            work.cancel()
            await asyncio.wait({work})
