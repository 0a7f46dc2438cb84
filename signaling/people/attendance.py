"""How many watch a session, over all processes."""

import asyncio
import time
from collections.abc import Mapping

from signaling.config import Config
from signaling.errors import StoreUnavailable
from signaling.people.channel import Channel
from signaling.store import Store
from venue import journal as keys
from venue.ids import SessionId
from venue.roles import Role

EVERY_S = 2.0
STALE_S = 10.0
Channels = Mapping[tuple[SessionId, Role], Channel]


async def count_audience(store: Store, config: Config, channels: Channels) -> None:
    """Tell the others how many are here, and every channel how many there are.  For ever."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            for session in {session for session, _ in channels}:
                await _count(store, config.process_id, channels, session)
        except StoreUnavailable:
            continue


async def _count(store: Store, process: str, channels: Channels, session: SessionId) -> None:
    mine = channels.get((session, Role.AUDIENCE))
    key = f"{keys.PREFIX}room:{session}:audience"
    now_s = int(time.time())
    await store.run("HSET", key, process, f"{0 if mine is None else len(mine.members)}:{now_s}")
    rows: dict[bytes, bytes] = await store.run("HGETALL", key)
    parts = [value.decode().partition(":") for value in rows.values()]
    total = sum(int(count) for count, _, at in parts if now_s - int(at) <= STALE_S)
    for role in Role:
        known = channels.get((session, role))
        if known is not None:
            known.audience = total
