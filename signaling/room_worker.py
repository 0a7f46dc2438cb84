"""One room in one process: its host if this process owns it, else a reader of its journal.

    following --lease taken--> hosting --lease lost, journal conflict--> following

Either way ``room`` and ``seq`` are the room as this process knows it, and ``ready`` tells that they
are known at all.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Callable

import msgspec

from signaling.errors import JournalConflict, StoreUnavailable
from signaling.journal import RENEW_S, Journal
from signaling.metrics import Metrics
from signaling.room_host import Ack, RoomHost, refusal, wall_clock
from signaling.store import Store, StreamEntry
from signaling.vigil import watch_streaming
from venue import journal as keys
from venue.ids import SessionId
from venue.roles import SYSTEM, Actor
from venue.room import Room, replay
from venue.session import SessionDefinition

logger = logging.getLogger(__name__)

RETRY_S = 0.25
FOLLOW_BLOCK_MS = 500
INBOX_BLOCK_MS = 2000
INBOX_PAGE = 100
STALE_MS = 30_000
"""A person's command that waited longer has been given up by its sender."""
REPLIES_MAX = 1000

OnChange = Callable[[Room, int], None]


class _LeaseLost(Exception):
    """Another process owns the room."""


class RoomWorker:
    """Keeps one room alive in this process."""

    def __init__(
        self, store: Store, definition: SessionDefinition, process: str, metrics: Metrics
    ) -> None:
        self.definition = definition
        self.session = SessionId(definition.id)
        self.room: Room | None = None
        self.seq = 0
        self.host: RoomHost | None = None
        self.ready = asyncio.Event()
        self._store = store
        self._metrics = metrics
        self._journal = Journal(store, definition, process)
        self._listeners: list[OnChange] = []

    def listen(self, listener: OnChange) -> None:
        """Be told of every change, in order, on the loop; the call must be short."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Host or follow until cancelled."""
        while True:
            try:
                if await self._journal.take():
                    await self._be_host()
                else:
                    await self._follow()
            except StoreUnavailable:
                self._metrics.store_failures.inc()
                await asyncio.sleep(RETRY_S)
            except (JournalConflict, _LeaseLost):
                logger.warning("Room %s is written by another process", self.session)
                await asyncio.sleep(RETRY_S)
            # The edge of one room: it starts again from its journal, the others do not notice.
            except Exception:
                logger.exception("Room %s starts again from its journal", self.session)
                await asyncio.sleep(RETRY_S)

    async def close(self) -> None:
        """Let another process take over at once."""
        try:
            await self._journal.release()
        except StoreUnavailable:
            return

    def _changed(self, room: Room, seq: int) -> None:
        self.room, self.seq = room, seq
        self.ready.set()
        for listener in self._listeners:
            listener(room, seq)

    async def _be_host(self) -> None:
        loaded = await self._journal.load()
        alive = await self._journal.last_alive()
        host = RoomHost(self._journal, loaded, self._changed, self._metrics)
        self._changed(loaded.room, loaded.seq)
        latest = max((entry.at for entry in loaded.recent[-1:]), default=0)
        body = {"last_seen": max(alive or 0, latest) or wall_clock()}
        host.offer(f"restored-{secrets.token_hex(8)}", SYSTEM, "room.restored", body)
        self._metrics.rooms.inc()
        try:
            async with asyncio.TaskGroup() as group:
                self.host = host
                group.create_task(host.run())
                group.create_task(self._keep_lease(host))
                group.create_task(self._read_inbox(host))
                group.create_task(watch_streaming(self._store, self.session, host))
        except BaseExceptionGroup as failures:
            raise _first(failures) from None
        finally:
            self.host = None
            self._metrics.rooms.dec()

    async def _keep_lease(self, host: RoomHost) -> None:
        while True:
            try:
                if not await self._journal.renew(wall_clock()):
                    if not await self._journal.take():
                        raise _LeaseLost
                    # The lease had run out for a while: somebody may have come and gone.
                    host.doubt()
            except StoreUnavailable:
                self._metrics.store_failures.inc()
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(RENEW_S)

    async def _read_inbox(self, host: RoomHost) -> None:
        """Hand commands from elsewhere to the host; an entry is deleted once it is answered."""
        key, last = keys.inbox_key(self.session), "0-0"
        while True:
            try:
                entries = await self._store.read_stream(
                    key, last, count=INBOX_PAGE, block_ms=INBOX_BLOCK_MS
                )
                if entries:
                    await self._take_inbox(host, key, entries)
                    last = entries[-1][0]
            except StoreUnavailable:
                # What was not deleted is read again; its id keeps it from happening twice.
                last = "0-0"
                await asyncio.sleep(RETRY_S)

    async def _take_inbox(self, host: RoomHost, key: str, entries: list[StreamEntry]) -> None:
        pending: list[asyncio.Future[Ack]] = []
        for entry_id, fields in entries:
            if not fields.get(b"reply"):
                await host.room_in_inbox()
            # What comes after a fact that must be repeated may not overtake it.
            if any(_must_wait(answer) for answer in pending):
                break
            pending.append(_offered(host, entry_id, fields))
        answers = [await answer for answer in pending]
        commands: list[list[str | bytes | int]] = []
        unanswered = False
        for (entry_id, fields), ack in zip(entries, answers, strict=False):
            reply = fields.get(b"reply", b"")
            if not reply and not ack["ok"]:
                logger.info("A system command was refused: %s", _code(ack))
            if not reply and _code(ack) == "store.unavailable":
                unanswered = True
                continue
            if reply:
                words: list[str | bytes | int] = ["XADD", reply, "MAXLEN", "~", REPLIES_MAX, "*"]
                words += ["id", fields.get(b"id", b""), "ack", json.dumps(ack)]
                commands.append(words)
            commands.append(["XDEL", key, entry_id])
        if commands:
            await self._store.run_many(commands)
        if unanswered:
            raise StoreUnavailable("inbox")

    async def _follow(self) -> None:
        """Read the journal until this process may own the room."""
        loaded = await self._journal.load()
        room, seq = loaded.room, loaded.seq
        self._changed(room, seq)
        while not await self._journal.take():
            entries = await self._journal.wait_after(seq, FOLLOW_BLOCK_MS)
            for entry in entries:
                room, seq = replay(room, entry.events), entry.seq
            if entries:
                self._changed(room, seq)


def _offered(host: RoomHost, entry_id: str, fields: dict[bytes, bytes]) -> "asyncio.Future[Ack]":
    age_ms = wall_clock() - int(entry_id.partition("-")[0])
    if fields.get(b"reply") and age_ms > STALE_MS:
        return _known(refusal("room.timeout"))
    try:
        actor = msgspec.json.decode(fields[b"actor"], type=Actor)
        body = json.loads(fields[b"body"] or b"{}")
        op, name = fields[b"id"].decode(), fields[b"name"].decode()
    except (KeyError, ValueError, msgspec.DecodeError):
        logger.warning("An inbox entry could not be read")
        return _known(refusal("command.malformed"))
    return host.offer(op, actor, name, body)


def _must_wait(answer: "asyncio.Future[Ack]") -> bool:
    return answer.done() and _code(answer.result()) == "store.unavailable"


def _known(ack: Ack) -> "asyncio.Future[Ack]":
    answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
    answer.set_result(ack)
    return answer


def _code(ack: Ack) -> str | None:
    error = ack.get("error")
    return str(error["code"]) if isinstance(error, dict) else None


def _first(failures: BaseException) -> BaseException:
    while isinstance(failures, BaseExceptionGroup):
        failures = failures.exceptions[0]
    return failures
