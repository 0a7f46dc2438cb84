"""The room as the journal tells it, for those who do what it says and never write it."""

import logging
from collections.abc import AsyncIterator

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from streaming.store import pause
from venue.codec import decode_room, decode_session
from venue.ids import SessionId
from venue.journal import SESSIONS, decode_entry, journal_key, snapshot_key
from venue.room import Room, open_room, replay

log = logging.getLogger(__name__)

BLOCK_MS = 4000
"""Below the client's socket timeout."""

PAGE = 500
RETRY_S = 0.25


class _Snapshot(msgspec.Struct):
    seq: int
    room: msgspec.Raw


class JournalGap(Exception):
    """Entries are missing: read the snapshot again."""


async def follow(redis: "Redis", session: SessionId) -> AsyncIterator[Room]:
    """Yield the room now and after every change; never ends.

    Changes that come together are yielded once.  While Redis is away the room stands still; after
    a gap it is read anew.
    """
    seq, room = 0, None
    while True:
        try:
            if room is None:
                seq, room = await _load(redis, session)
                if room is None:
                    await pause(RETRY_S)
                    continue
                yield room
            seq, changed = await _wait(redis, session, seq, room)
            if changed is not room:
                room = changed
                yield room
        except JournalGap:
            log.warning("Entries of the journal of %s are gone; reading the snapshot", session)
            room = None
        except (RedisError, OSError) as error:
            log.warning("The journal of %s cannot be read: %s", session, type(error).__name__)
            await pause(RETRY_S)


async def _load(redis: "Redis", session: SessionId) -> tuple[int, Room | None]:
    """The snapshot, or the room before its first event; None: there is no such session."""
    raw = await redis.get(snapshot_key(session))
    if raw is not None:
        snapshot = msgspec.json.decode(raw, type=_Snapshot)
        return snapshot.seq, decode_room(bytes(snapshot.room))
    definition = await redis.hget(SESSIONS, session)
    return 0, None if definition is None else open_room(decode_session(definition))


async def _wait(redis: "Redis", session: SessionId, seq: int, room: Room) -> tuple[int, Room]:
    """Apply what came after ``seq``, waiting for it.

    Raises:
        JournalGap: What came next is not there any more.
    """
    key = journal_key(session)
    answer = await redis.xread({key: f"{seq}-0"}, count=PAGE, block=BLOCK_MS)
    for _, rows in streams(answer):
        for entry_id, fields in rows:
            entry = decode_entry(entry_id, fields)
            if entry.seq != seq + 1:
                raise JournalGap
            room, seq = replay(room, entry.events), entry.seq
    return seq, room


def streams(answer: object) -> list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]:
    """XREAD's answer, which is a list in RESP2 and a mapping in RESP3."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [(key, [row for page in pages for row in page]) for key, pages in answer.items()]
    assert isinstance(answer, list)
    return answer
