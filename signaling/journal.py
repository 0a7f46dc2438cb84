"""A room's journal: compare-and-append, replay, snapshots, and who may write.

The sequence number is the fencing token.  An append names the last sequence number its writer has
seen and is refused as a whole if the journal ends anywhere else, so an owner that was paused for a
minute can write nothing after its successor has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from signaling.errors import JournalConflict
from signaling.store import Store
from venue import codec
from venue import journal as keys
from venue.ids import Instant, SessionId
from venue.journal import Entry
from venue.room import Room, open_room, replay
from venue.session import SessionDefinition

LEASE_MS = 6000
RENEW_S = 2.0
SNAPSHOT_EVERY = 200
ACKS_KEPT = 2000
PAGE = 500


class _Snapshot(msgspec.Struct, frozen=True):
    seq: int
    room: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Loaded:
    """A room as its journal tells it."""

    room: Room
    seq: int
    recent: tuple[Entry, ...]
    """The newest entries, oldest first: the answers that repeats must get."""


class Journal:
    """The journal of one room."""

    def __init__(self, store: Store, definition: SessionDefinition, holder: str) -> None:
        self.session = SessionId(definition.id)
        self._definition = definition
        self._store = store
        self._holder = holder
        self._key = keys.journal_key(self.session)

    async def take(self) -> bool:
        """Become the owner, or stay it."""
        owner = keys.owner_key(self.session)
        return await self._store.take_lease(owner, self._holder, LEASE_MS)

    async def renew(self, now: Instant) -> bool:
        """Stay the owner and note that the room is alive."""
        owner = keys.owner_key(self.session)
        if not await self._store.renew_lease(owner, self._holder, LEASE_MS):
            return False
        await self._store.run("SET", self._alive_key, now)
        return True

    async def release(self) -> None:
        await self._store.release_lease(keys.owner_key(self.session), self._holder)

    async def last_alive(self) -> Instant | None:
        """When an owner last renewed."""
        raw = await self._store.run("GET", self._alive_key)
        return None if raw is None else Instant(int(raw))

    async def load(self) -> Loaded:
        """Read the snapshot and replay what came after it."""
        raw = await self._store.run("GET", keys.snapshot_key(self.session))
        room, seq = open_room(self._definition), 0
        if raw is not None:
            snapshot = msgspec.json.decode(raw, type=_Snapshot)
            room, seq = codec.decode_room(bytes(snapshot.room)), snapshot.seq
        while entries := await self.entries_after(seq):
            for entry in entries:
                room, seq = replay(room, entry.events), entry.seq
        recent = await self._store.last_entries(self._key, ACKS_KEPT)
        return Loaded(room, seq, tuple(keys.decode_entry(*row) for row in recent))

    async def entries_after(self, seq: int, count: int = PAGE) -> tuple[Entry, ...]:
        rows = await self._store.range_stream(self._key, f"({seq}-0", "+", count)
        return tuple(keys.decode_entry(*row) for row in rows)

    async def wait_after(self, seq: int, block_ms: int) -> tuple[Entry, ...]:
        """Entries after ``seq``, waiting a while for the first."""
        rows = await self._store.read_stream(self._key, f"{seq}-0", block_ms=block_ms)
        return tuple(keys.decode_entry(*row) for row in rows)

    async def append(self, after_seq: int, entries: Sequence[Entry]) -> None:
        """Make entries durable, all or none.

        Raises:
            JournalConflict: the journal ends elsewhere; nothing was written.
            StoreUnavailable: the outcome is unknown; only reading the journal tells.
        """
        fields = [
            {
                name: value.encode() if isinstance(value, str) else value
                for name, value in keys.encode_entry(entry).items()
            }
            for entry in entries
        ]
        if await self._store.append(self._key, after_seq, fields) is not None:
            raise JournalConflict(self.session)

    async def snapshot(self, room: Room, seq: int) -> None:
        raw = msgspec.json.encode(_Snapshot(seq, msgspec.Raw(codec.encode_room(room))))
        await self._store.run("SET", keys.snapshot_key(self.session), raw)

    @property
    def _alive_key(self) -> str:
        return f"{keys.PREFIX}room:{self.session}:alive"
