"""Is anybody streaming this room?  The host looks at the lease that a streaming process renews.

A process that is dead or frozen cannot say so itself: what it said last would stand for ever.
"""

import asyncio
import logging
import secrets
from typing import Final

from signaling.errors import StoreUnavailable
from signaling.room_host import RoomHost, wall_clock
from signaling.store import Store
from venue.broadcast import ON_YOUTUBE
from venue.ids import Instant, SessionId
from venue.journal import streaming_key
from venue.roles import SYSTEM
from venue.room import Room

logger = logging.getLogger(__name__)

LOOK_S: Final = 1.0
LOST_MS: Final = 6_000
"""Without a renewal, which is due every second, for so long."""

FIRST_MS: Final = 20_000
"""Two services that start together do not start in the same moment."""

SAME_MS: Final = 250
"""By so much the end of a lease that nobody renews seems to move from one look to the next."""


class Vigil:
    """From one look at the lease to the next.  Pure."""

    def __init__(self, now: Instant, in_use: bool) -> None:
        """``in_use``: somebody streamed the room before; what is shown of it is of that time."""
        self._seen = now
        self._patience_ms = FIRST_MS
        self._unproved = in_use
        self.held = False
        """At the last look somebody was seen to stream."""
        self._ends: Instant | None = None
        self._first = True

    def look(self, ends: Instant | None, now: Instant) -> Instant | None:
        """Since when nobody streams; ``ends``: when the lease runs out, None: there is none."""
        self.held = ends is not None and self._is_held(ends)
        if self.held:
            self._seen, self._patience_ms, self._unproved = now, LOST_MS, False
        self._ends, self._first = ends, False
        if self._unproved:
            return self._seen if ends is None or now - self._seen >= LOST_MS else None
        return self._seen if now - self._seen >= self._patience_ms else None

    def _is_held(self, ends: Instant) -> bool:
        """A lease that is there at the first look may be what a killed process has left."""
        if self._ends is None:
            return not (self._first and self._unproved)
        return ends > self._ends + SAME_MS

    def blind(self, now: Instant) -> None:
        """Nobody can renew anything now."""
        self._seen = now


async def watch_streaming(store: Store, session: SessionId, host: RoomHost) -> None:
    """Tell the room when its streaming process stops answering, and when it answers again."""
    vigil = Vigil(wall_clock(), _in_use(host.room))
    while True:
        try:
            left_ms = await store.run("PTTL", streaming_key(session))
        except StoreUnavailable:
            vigil.blind(wall_clock())
        else:
            now = wall_clock()
            since = vigil.look(Instant(now + left_ms) if left_ms > 0 else None, now)
            told = host.room.program.streaming_lost_since is not None
            if (since is not None and not told) or (told and vigil.held):
                _tell(host, since)
        await asyncio.sleep(LOOK_S)


def _in_use(room: Room) -> bool:
    known = room.broadcasts.languages.values()
    on_youtube = any(each.sight.lifecycle in ON_YOUTUBE for each in known)
    return on_youtube or room.program.on_air_since is not None


def _tell(host: RoomHost, since: Instant | None) -> None:
    logger.warning("Streaming of a room %s", "answers again" if since is None else "is silent")
    body = {"lost_since": since}
    # The answer is of no interest: what did not reach the room is told again at the next look.
    host.offer(f"vigil-{secrets.token_hex(8)}", SYSTEM, "streaming.state", body)
