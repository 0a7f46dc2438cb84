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
from venue.ids import Instant, SessionId
from venue.journal import streaming_key
from venue.roles import SYSTEM

logger = logging.getLogger(__name__)

LOOK_S: Final = 1.0
LOST_MS: Final = 3_000
"""Without a lease for so long; a lease alone outlives its holder by up to six seconds."""

FIRST_MS: Final = 20_000
"""Two services that start together do not start in the same moment."""


async def watch_streaming(store: Store, session: SessionId, host: RoomHost) -> None:
    """Tell the room when its streaming process stops answering, and when it answers again."""
    seen, patience_ms = wall_clock(), FIRST_MS
    while True:
        try:
            held = await store.run("EXISTS", streaming_key(session))
        except StoreUnavailable:
            # Nobody can renew anything now.
            seen = wall_clock()
        else:
            now = wall_clock()
            if held:
                seen, patience_ms = now, LOST_MS
            lost = not held and now - seen >= patience_ms
            if lost != (host.room.program.streaming_lost_since is not None) and (lost or held):
                _tell(host, seen if lost else None)
        await asyncio.sleep(LOOK_S)


def _tell(host: RoomHost, since: Instant | None) -> None:
    logger.warning("Streaming of a room %s", "answers again" if since is None else "is silent")
    body = {"lost_since": since}
    # The answer is of no interest: what did not reach the room is told again at the next look.
    host.offer(f"vigil-{secrets.token_hex(8)}", SYSTEM, "streaming.state", body)
