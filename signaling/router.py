"""Where a room is: here, or behind its inbox.

Every process can answer for every room: it reads all journals, and writes those it owns.
"""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

import msgspec

from signaling.errors import ApiError, StoreUnavailable
from signaling.metrics import Metrics
from signaling.room_host import Ack, refusal
from signaling.room_worker import RETRY_S, RoomWorker
from signaling.store import Store
from venue import codec, views
from venue import journal as keys
from venue.broadcast_view import watch_links
from venue.ids import SessionId
from venue.roles import SYSTEM, Actor
from venue.room import Room
from venue.session import SeatDefinition, SessionDefinition
from venue.wire import View
from venue.wire_youtube import WatchView

logger = logging.getLogger(__name__)

SESSIONS_EVERY_S = 1.0
READY_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 8.0
STREAMING_TIMEOUT_S = 45.0
"""It asks Google twice, with time limits of its own."""

INBOX_MAX = 10_000
WAITING_MAX = 2000

OnRoomChange = Callable[[SessionId, Room, int], None]


class Router:
    """Finds rooms and brings commands to them."""

    def __init__(self, store: Store, process: str, metrics: Metrics) -> None:
        self._store = store
        self._process = process
        self._metrics = metrics
        self._workers: dict[SessionId, RoomWorker] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._listeners: list[OnRoomChange] = []

    def listen(self, listener: OnRoomChange) -> None:
        self._listeners.append(listener)

    async def run(self, started: asyncio.Event) -> None:
        """Keep every session's room alive until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._tasks = group
                group.create_task(self._watch_sessions(started))
                group.create_task(self._read_replies())
        finally:
            self._tasks = None
            async with asyncio.timeout(2):
                for worker in self._workers.values():
                    await worker.close()

    @property
    def sessions(self) -> tuple[SessionId, ...]:
        return tuple(self._workers)

    async def worker(self, session: SessionId) -> RoomWorker:
        """A room that is known to this process.

        Raises:
            ApiError: 404 ``session.unknown``.
            StoreUnavailable: the room cannot be read yet.
        """
        worker = self._workers.get(session)
        if worker is None:
            worker = await self._open(session)
        if not worker.ready.is_set():
            try:
                async with asyncio.timeout(READY_TIMEOUT_S):
                    await worker.ready.wait()
            except TimeoutError:
                raise StoreUnavailable("room") from None
        return worker

    async def room(self, session: SessionId) -> Room:
        worker = await self.worker(session)
        assert worker.room is not None
        return worker.room

    async def definition(self, session: SessionId) -> SessionDefinition:
        worker = self._workers.get(session) or await self._open(session)
        return worker.definition if worker.room is None else worker.room.session

    async def definitions(self) -> list[SessionDefinition]:
        return [await self.definition(session) for session in self._workers]

    def on_air(self, session: SessionId) -> bool:
        worker = self._workers.get(session)
        room = None if worker is None else worker.room
        return room is not None and room.program.on_air_since is not None

    def watch_links(self, session: SessionId) -> tuple[WatchView, ...]:
        """Where the session can be watched on YouTube; only what is public there."""
        worker = self._workers.get(session)
        room = None if worker is None else worker.room
        return () if room is None else watch_links(room)

    def refresh(self, session: SessionId) -> None:
        """Tell the listeners of a room as it is now."""
        worker = self._workers.get(session)
        if worker is not None and worker.room is not None:
            self._changed(session, worker.room, worker.seq)

    def project(self, room: Room, viewer: views.Viewer) -> View:
        return views.project(room, viewer)

    async def submit(
        self, session: SessionId, op: str, actor: Actor, name: str, body: object
    ) -> Ack:
        """Have a command decided, wherever its room is.

        Raises:
            ApiError: 404 ``session.unknown``.
        """
        began_s = time.monotonic()
        try:
            worker = await self.worker(session)
            if worker.host is not None:
                ack = await worker.host.offer(op, actor, name, body)
            else:
                ack = await self._forward(session, op, actor, name, body)
        except StoreUnavailable:
            ack = refusal("store.unavailable")
        self._metrics.command_s.observe(time.monotonic() - began_s)
        self._metrics.commands.labels("accepted" if ack["ok"] else "refused").inc()
        return ack

    async def tell(self, session: SessionId, op: str, name: str, body: object) -> Ack:
        """Send a system command."""
        return await self.submit(session, op, SYSTEM, name, body)

    async def ensure_seat(self, session: SessionId, definition: SeatDefinition | None) -> None:
        """Have the seat of a ticket at the table.

        Raises:
            ApiError: 503, when the room could not take it.
        """
        if definition is None:
            return
        room = await self.room(session)
        if definition.id in room.seats:
            return
        body = {"definition": msgspec.to_builtins(definition)}
        ack = await self.tell(session, f"seat-{definition.seat}", "seat.add", body)
        if not ack["ok"]:
            raise ApiError(503, str(ack["error"]["code"]), ack["error"]["params"])

    async def hint(self, session: SessionId, to: str, event: str, body: object) -> None:
        """Tell all processes something that may be lost."""
        message = json.dumps({"to": to, "event": event, "body": body})
        await self._store.run("PUBLISH", keys.hints_key(session), message)

    async def _open(self, session: SessionId) -> RoomWorker:
        raw = await self._store.run("HGET", keys.SESSIONS, session)
        if raw is None:
            raise ApiError(404, "session.unknown")
        return self._start(codec.decode_session(raw))

    def _start(self, definition: SessionDefinition) -> RoomWorker:
        session = SessionId(definition.id)
        known = self._workers.get(session)
        if known is not None:
            return known
        if self._tasks is None:
            raise StoreUnavailable("router")
        worker = RoomWorker(self._store, definition, self._process, self._metrics)
        worker.listen(lambda room, seq: self._changed(session, room, seq))
        self._workers[session] = worker
        self._tasks.create_task(worker.run())
        return worker

    def _changed(self, session: SessionId, room: Room, seq: int) -> None:
        for listener in self._listeners:
            listener(session, room, seq)

    async def _watch_sessions(self, started: asyncio.Event) -> None:
        while True:
            try:
                found: dict[bytes, bytes] = await self._store.run("HGETALL", keys.SESSIONS)
                for raw in found.values():
                    await self._start_readable(raw)
                started.set()
            except StoreUnavailable:
                self._metrics.store_failures.inc()
            await asyncio.sleep(SESSIONS_EVERY_S)

    async def _start_readable(self, raw: bytes) -> None:
        try:
            definition = codec.decode_session(raw)
        except msgspec.DecodeError:
            logger.warning("A session definition could not be read")
            return
        worker = self._start(definition)
        if worker.host is None or worker.room is None or worker.room.session == definition:
            return
        # Imported again while the room is open: its host tells the room.
        body = {"definition": msgspec.to_builtins(definition)}
        await self.tell(worker.session, f"import-{secrets.token_hex(8)}", "session.update", body)

    async def _forward(
        self, session: SessionId, op: str, actor: Actor, name: str, body: object
    ) -> Ack:
        fields: list[str | bytes | int] = ["name", name, "actor", msgspec.json.encode(actor)]
        fields += ["body", json.dumps(body)]
        return await self._ask(keys.inbox_key(session), op, fields, ANSWER_TIMEOUT_S)

    async def ask_streaming(self, session: SessionId, body: object) -> Ack:
        """Have the streaming supervisor of a session do something for its channels."""
        try:
            holder: bytes | None = await self._store.run("GET", keys.streaming_key(session))
            if holder is None:
                return refusal("streaming.missing")
            key, op = keys.requests_key(holder.decode()), secrets.token_hex(12)
            return await self._ask(key, op, ["body", json.dumps(body)], STREAMING_TIMEOUT_S)
        except StoreUnavailable:
            return refusal("store.unavailable")

    async def _ask(
        self, key: str, op: str, fields: list[str | bytes | int], timeout_s: float
    ) -> Ack:
        if op in self._waiting or len(self._waiting) >= WAITING_MAX:
            return refusal("room.busy")
        answer = self._waiting[op] = asyncio.get_running_loop().create_future()
        words: list[str | bytes | int] = ["XADD", key, "MAXLEN", "~", INBOX_MAX, "*", "id", op]
        words += [*fields, "reply", keys.replies_key(self._process)]
        try:
            await self._store.run(*words)
            async with asyncio.timeout(timeout_s):
                ack: Ack = await answer
            return ack
        except TimeoutError:
            return refusal("room.timeout")
        finally:
            del self._waiting[op]

    async def _read_replies(self) -> None:
        key, last = keys.replies_key(self._process), "$"
        while True:
            try:
                if last == "$":
                    newest = await self._store.last_entries(key, 1)
                    last = newest[0][0] if newest else "0-0"
                for entry_id, fields in await self._store.read_stream(key, last):
                    last = entry_id
                    self._answer(fields)
            except StoreUnavailable:
                await asyncio.sleep(RETRY_S)

    def _answer(self, fields: dict[bytes, bytes]) -> None:
        answer = self._waiting.get(fields.get(b"id", b"").decode("utf-8", "replace"))
        try:
            ack: Any = json.loads(fields.get(b"ack", b""))
        except ValueError:
            return
        if answer is not None and not answer.done() and isinstance(ack, dict) and "ok" in ack:
            answer.set_result(ack)
