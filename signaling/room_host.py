"""The only writer of a room: one task, one bounded inbox, one timer.

For each command: decide, append to the journal, evolve, publish, answer - in that order, so that
an answer that says yes is durable.  Commands that wait together are appended together.  When an
append's outcome is unknown the host answers ``store.unavailable``, also to all that wait by then (a
repeat must not be overtaken by what followed it), and before it writes again it reads the journal;
a repeat of the command then gets its true answer.
"""

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from signaling.errors import JournalConflict, StoreUnavailable
from signaling.journal import ACKS_KEPT, SNAPSHOT_EVERY, Journal, Loaded
from signaling.metrics import Metrics
from venue import codec
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant
from venue.journal import Entry
from venue.roles import SYSTEM, Actor
from venue.room import Room, decide, next_deadline, replay, result_of

logger = logging.getLogger(__name__)

INBOX_MAX = 1000
BATCH_MAX = 64
TICK_PAUSE_S = 0.25
"""A deadline that stays due is asked for no more often than this."""

Ack = dict[str, Any]
Clock = Callable[[], Instant]
OnChange = Callable[[Room, int], None]


def wall_clock() -> Instant:
    return Instant(time.time_ns() // 1_000_000)


def refusal(code: str, params: dict[str, Any] | None = None) -> Ack:
    return {"ok": False, "error": {"code": code, "params": params or {}}}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A command on its way, and where its answer goes."""

    op: str
    actor: Actor
    name: str
    body: object
    answer: "asyncio.Future[Ack]"


@dataclass(slots=True)
class _Draft:
    """A batch that has been decided but not yet written."""

    room: Room
    seq: int
    entries: list[Entry] = field(default_factory=list)
    answers: list[tuple[Envelope, Ack]] = field(default_factory=list)
    fresh: dict[str, Ack] = field(default_factory=dict)


def answer_key(actor: Actor, op: str) -> str:
    """Whose command an id is: two people may choose the same one."""
    return f"{actor.role.value}|{actor.seat or ''}|{actor.voter or ''}|{op}"


class RoomHost:
    """Decides for one room until it is cancelled or finds that it is not the owner."""

    def __init__(
        self,
        journal: Journal,
        loaded: Loaded,
        on_change: OnChange,
        metrics: Metrics,
        clock: Clock = wall_clock,
    ) -> None:
        self.room = loaded.room
        self.seq = loaded.seq
        self._journal = journal
        self._on_change = on_change
        self._metrics = metrics
        self._clock = clock
        self._inbox: asyncio.Queue[Envelope] = asyncio.Queue(INBOX_MAX)
        self._taken = asyncio.Event()
        self._acks: OrderedDict[str, Ack] = OrderedDict()
        self._doubtful = False
        self._latest = Instant(0)
        self._ticked_at_s = 0.0
        self._snapshot_seq = loaded.seq
        self._remember_entries(loaded.recent)

    def offer(self, op: str, actor: Actor, name: str, body: object) -> "asyncio.Future[Ack]":
        """Queue a command; a full inbox answers ``room.busy`` at once."""
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        try:
            self._inbox.put_nowait(Envelope(op, actor, name, body, answer))
        except asyncio.QueueFull:
            answer.set_result(refusal("room.busy"))
        return answer

    async def room_in_inbox(self) -> None:
        """Wait until the inbox takes a command; for facts, which nobody repeats."""
        while self._inbox.full():
            self._taken.clear()
            await self._taken.wait()

    def doubt(self) -> None:
        """Read the journal before the next write: somebody may have written meanwhile."""
        self._doubtful = True

    async def run(self) -> None:
        """Serve the inbox for ever.

        Raises:
            JournalConflict: another process writes this room.
        """
        try:
            while True:
                await self._handle(await self._next_batch())
        finally:
            self._refuse_waiting()

    async def _next_batch(self) -> list[Envelope]:
        deadline = next_deadline(self.room)
        if deadline is None:
            batch = [await self._inbox.get()]
        else:
            due_s = (deadline - self._clock()) / 1000
            pause_s = TICK_PAUSE_S - (time.monotonic() - self._ticked_at_s)
            try:
                async with asyncio.timeout(max(0.0, due_s, pause_s)):
                    batch = [await self._inbox.get()]
            except TimeoutError:
                self._ticked_at_s = time.monotonic()
                batch = [self._own("room.tick", {})]
        while len(batch) < BATCH_MAX and not self._inbox.empty():
            batch.append(self._inbox.get_nowait())
        self._taken.set()
        return batch

    def _own(self, name: str, body: object) -> Envelope:
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        return Envelope(f"host-{secrets.token_hex(8)}", SYSTEM, name, body, answer)

    async def _handle(self, batch: list[Envelope]) -> None:
        try:
            await self._write(batch)
        except StoreUnavailable:
            self._metrics.store_failures.inc()
            self._doubtful = True
            self._refuse_waiting()
        finally:
            # Also when this host is cancelled or superseded: nobody waits for ever.
            for envelope in batch:
                _settle(envelope, refusal("store.unavailable"))

    async def _write(self, batch: list[Envelope]) -> None:
        if self._doubtful:
            await self._catch_up()
        draft = self._draft(batch)
        if draft.entries:
            try:
                await self._journal.append(self.seq, draft.entries)
            except JournalConflict:
                self._metrics.conflicts.inc()
                raise
            self._metrics.entries.inc(len(draft.entries))
            self.room, self.seq = draft.room, draft.seq
            self._on_change(self.room, self.seq)
        for key, ack in draft.fresh.items():
            self._remember(key, ack)
        for envelope, ack in draft.answers:
            _settle(envelope, ack)
        if self.seq - self._snapshot_seq >= SNAPSHOT_EVERY:
            await self._journal.snapshot(self.room, self.seq)
            self._snapshot_seq = self.seq

    async def _catch_up(self) -> None:
        """Read what the journal has beyond what this host knows: its own lost answers, mostly."""
        while entries := await self._journal.entries_after(self.seq):
            for entry in entries:
                self.room, self.seq = replay(self.room, entry.events), entry.seq
            self._remember_entries(entries)
            self._on_change(self.room, self.seq)
        self._doubtful = False

    def _draft(self, batch: list[Envelope]) -> _Draft:
        draft = _Draft(self.room, self.seq)
        for envelope in batch:
            key = answer_key(envelope.actor, envelope.op)
            ack = self._acks.get(key) or draft.fresh.get(key)
            if ack is None:
                ack = self._judge(draft, envelope)
                draft.fresh[key] = ack
            draft.answers.append((envelope, ack))
        return draft

    def _judge(self, draft: _Draft, envelope: Envelope) -> Ack:
        now = self._latest = Instant(max(self._clock(), self._latest))
        op, actor = CommandId(envelope.op), envelope.actor
        try:
            command = codec.decode_command(envelope.name, envelope.body)
            events = decide(draft.room, actor, command, now, op)
            after = replay(draft.room, events)
            result = result_of(draft.room, after, actor, command, events)
        except CommandRejected as rejected:
            return refusal(rejected.code, dict(rejected.params))
        # The edge of one command: a fault of the rules costs its sender an answer, not the room.
        except Exception:
            logger.exception("A command of room %s broke the rules", self._journal.session)
            return refusal("room.failed")
        if events:
            draft.seq += 1
            draft.room = after
            draft.entries.append(Entry(draft.seq, op, actor, now, events, result))
        return {"ok": True, "seq": draft.seq, **result}

    def _remember_entries(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            ack = {"ok": True, "seq": entry.seq, **entry.result}
            self._remember(answer_key(entry.actor, entry.op), ack)
            self._latest = Instant(max(self._latest, entry.at))

    def _remember(self, key: str, ack: Ack) -> None:
        self._acks[key] = ack
        self._acks.move_to_end(key)
        while len(self._acks) > ACKS_KEPT:
            self._acks.popitem(last=False)

    def _refuse_waiting(self) -> None:
        while not self._inbox.empty():
            _settle(self._inbox.get_nowait(), refusal("store.unavailable"))
        self._taken.set()


def _settle(envelope: Envelope, ack: Ack) -> None:
    if not envelope.answer.done():
        envelope.answer.set_result(ack)
