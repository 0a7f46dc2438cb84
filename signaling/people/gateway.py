"""Socket.IO: people come in, commands go to rooms, changes come back.

The library is untyped; this module is the only one that touches it.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any, cast

import socketio
from engineio.packet import Packet

from signaling.config import Config
from signaling.engine_door import EngineDoors, new_peer
from signaling.errors import ApiError, StoreUnavailable
from signaling.limits import Buckets, Limits, address_of
from signaling.metrics import Metrics
from signaling.people.attendance import count_audience
from signaling.people.channel import Channel
from signaling.people.garbage import filter_garbage
from signaling.people.line import SocketLine
from signaling.people.origin import own_pages
from signaling.people.person import Line, Person, packet
from signaling.people.presence import Presence
from signaling.people.votes import VERBS as VOTES
from signaling.people.votes import Votes
from signaling.plain import storable
from signaling.room_host import Ack, refusal
from signaling.router import Router
from signaling.store import Store
from signaling.tickets import Admission, Ticket, TicketOffice, revoked_seat
from venue import journal as keys
from venue.ids import SeatId, SessionId, VoterId
from venue.roles import Actor, Role
from venue.room import Room
from venue.staging import listening_of
from venue.views import Viewer

logger = logging.getLogger(__name__)

MESSAGE_MAX_BYTES = 256 * 1024
OP_MAX_CHARS = 80
NAME_MAX_CHARS = 80
SDP_MAX_CHARS = 128 * 1024
QUESTION_BURST, QUESTION_PERIOD_S = 3, 30.0
DESK = frozenset({Role.ORGANIZER, Role.MODERATOR, Role.ROOM})
TRACKS = frozenset({"camera", "microphone", "screen"})
HINTS = frozenset({"media", "levels"})


class Gateway:
    """The Socket.IO door."""

    def __init__(
        self,
        config: Config,
        store: Store,
        router: Router,
        office: TicketOffice,
        admission: Admission,
        engines: EngineDoors,
        metrics: Metrics,
        limits: Limits,
    ) -> None:
        self._config = config
        self._store = store
        self._router = router
        self._office = office
        self._admission = admission
        self._engines = engines
        self._metrics = metrics
        self._limits = limits
        self._people: dict[str, Person] = {}
        self._channels: dict[tuple[SessionId, Role], Channel] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._asking = Buckets(QUESTION_BURST, QUESTION_PERIOD_S, time.monotonic)
        self.presence = Presence(store, router, config.process_id)
        self.votes = Votes(store, router)
        self.server = self._make_server()
        router.listen(self._on_room)

    def _make_server(self) -> Any:
        server = socketio.AsyncServer(
            async_mode="aiohttp",
            # In order, one message of a client at a time.
            async_handlers=False,
            transports=["websocket"],
            cors_allowed_origins=own_pages(self._config.public_url),
            ping_interval=10,
            ping_timeout=8,
            max_http_buffer_size=MESSAGE_MAX_BYTES,
            logger=False,
            engineio_logger=False,
        )
        filter_garbage(server.eio.logger, self._metrics)
        server.on("connect", self._on_connect)
        server.on("disconnect", self._on_disconnect)
        server.on("command", self._on_command)
        server.on("resync", self._on_resync)
        server.on("media", self._on_media)
        return server

    async def run(self) -> None:
        """Keep presence, votes, hints and the count of viewers going until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.presence.run())
            group.create_task(self.votes.run())
            group.create_task(self._read_hints())
            group.create_task(count_audience(self._store, self._config, self._channels))

    # --- coming and going

    async def _on_connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        request = environ["aiohttp.request"]
        line = SocketLine(self.server, sid, request.transport)
        forwarded = request.headers.get("X-Forwarded-For", "")
        address = address_of(request.remote, forwarded, self._config.proxies)
        try:
            known = auth if isinstance(auth, dict) and storable(auth) else {}
            person = await self._admit(sid, line, known, address)
        except ApiError as error:
            raise self._refused(error.code, error.params) from None
        except StoreUnavailable:
            raise self._refused("server.unavailable", {}) from None
        self._people[sid] = person
        self.votes.arrive(person)
        # After the library has told the client that it is connected.
        asyncio.get_running_loop().call_soon(self._welcome, person)

    def _refused(self, code: str, params: Mapping[str, Any]) -> Exception:
        self._metrics.refused.labels(code).inc()
        body = {"code": code, "params": dict(params)}
        return cast(Exception, socketio.exceptions.ConnectionRefusedError(code, body))

    async def _admit(self, sid: str, line: Line, auth: Mapping[str, Any], address: str) -> Person:
        if auth.get("ticket"):
            ticket = await self._ticket(auth["ticket"], address)
            await self._router.room(ticket.session)
            await self._router.ensure_seat(ticket.session, ticket.definition)
            person = self._seated(sid, line, ticket)
        else:
            self._limits.spend("visit", address)
            person = await self._viewer(sid, line, auth)
        await self.votes.recall(person, await self._router.room(person.session))
        return person

    async def _ticket(self, raw: object, address: str) -> Ticket:
        try:
            ticket = await self._admission.admit(raw)
        except ApiError:
            self._limits.spend("refusal", address)
            raise
        if ticket.seat is None:
            self._limits.spend("visit", address)
        else:
            self._limits.spend("join", f"{ticket.session}|{ticket.seat}")
        return ticket

    def _seated(self, sid: str, line: Line, ticket: Ticket) -> Person:
        actor = ticket.actor
        if actor.voter is None:
            actor = Actor(actor.role, None, VoterId(f"ticket:{ticket.id}"), actor.name)
        viewer = Viewer(actor.role, actor.seat, actor.voter, actor.name)
        return Person(sid, ticket.session, actor, viewer, line, ticket.id)

    async def _viewer(self, sid: str, line: Line, auth: Mapping[str, Any]) -> Person:
        session = auth.get("session")
        if not isinstance(session, str):
            raise ApiError(401, "ticket.missing")
        definition = await self._router.definition(SessionId(session))
        if not definition.public:
            raise ApiError(401, "ticket.missing")
        if len(self._people) >= self._config.audience_max:
            raise ApiError(503, "audience.full")
        token = auth.get("device")
        voter = self._office.read_device(token, session)
        if voter is None:
            voter, token = self._office.issue_device(session)
        given = auth.get("name")
        name = " ".join(given.split())[:NAME_MAX_CHARS] if isinstance(given, str) else ""
        actor = Actor(Role.AUDIENCE, None, voter, name)
        viewer = Viewer(Role.AUDIENCE, None, voter, name, str(token))
        return Person(sid, SessionId(session), actor, viewer, line)

    def _welcome(self, person: Person) -> None:
        if person.sid not in self._people:
            return
        if person.seat is not None:
            self._take_seat(person, person.seat)
        channel = self._channel(person.session, person.role)
        channel.join(person)
        self._metrics.people.labels(person.role.value).inc()

    def _take_seat(self, person: Person, seat: SeatId) -> None:
        """The newest connection wins its seat, here and in every other process."""
        self._replace(person.session, seat, person.sid)
        self.presence.arrive(person.session, seat, person.sid)
        body = {"seat": seat, "sid": person.sid}
        self._start(self._hint(person.session, "replaced", body))

    def _replace(self, session: SessionId, seat: SeatId, newest: str) -> None:
        for other in tuple(self._people.values()):
            if other.session == session and other.seat == seat and other.sid != newest:
                other.replaced = True
                self._end(other, "replaced")

    def _end(self, person: Person, reason: str) -> None:
        """Say why, then close."""
        body = json.dumps({"kind": "gone", "reason": reason}).encode()
        person.line.queue(packet("media", body))
        self._cut_off(person)

    def _cut_off(self, person: Person) -> None:
        self._start(self.server.disconnect(person.sid))

    async def _on_disconnect(self, sid: str, *_reason: Any) -> None:
        person = self._people.pop(sid, None)
        if person is None:
            return
        self.votes.leave(person)
        if person.welcomed:
            self._metrics.people.labels(person.role.value).dec()
        self._channel(person.session, person.role).leave(person)
        if person.seat is not None:
            self.presence.leave(person.session, person.seat, sid, elsewhere=person.replaced)

    # --- what people say

    async def _on_command(self, sid: str, message: Any = None, *_more: Any) -> Ack:
        person = self._people.get(sid)
        if person is None:
            return refusal("connection.closed")
        if not isinstance(message, dict) or set(message) - {"id", "name", "body"}:
            return refusal("command.malformed", {"field": ""})
        if not storable(message):
            return refusal("command.malformed", {"field": "body"})
        op, name, body = message.get("id"), message.get("name"), message.get("body", {})
        if not isinstance(op, str) or not 1 <= len(op) <= OP_MAX_CHARS:
            return refusal("command.malformed", {"field": "id"})
        if not isinstance(name, str) or len(name) > OP_MAX_CHARS:
            return refusal("command.malformed", {"field": "name"})
        if not isinstance(body, dict):
            return refusal("command.malformed", {"field": "body"})
        try:
            self._limits.spend("command", person.counted_as)
            return await self._answer(person, op, name, body)
        except StoreUnavailable:
            return refusal("store.unavailable")
        except ApiError as error:
            return refusal(error.code, error.params)
        # The edge of one message: its sender gets an answer, the connection goes on.
        except Exception:
            logger.exception("A command could not be answered")
            return refusal("room.failed")

    async def _answer(self, person: Person, op: str, name: str, body: dict[str, Any]) -> Ack:
        if name in VOTES:
            return await self.votes.cast(person, op, name, body)
        if name != "question.submit":
            return await self._router.submit(person.session, op, person.actor, name, body)
        who = f"{person.session}|{person.viewer.voter}"
        wait_s = self._asking.take(who)
        if wait_s and person.role is Role.AUDIENCE:
            return refusal("question.too_many", {"retry_after_s": wait_s})
        ack = await self._router.submit(person.session, op, person.actor, name, body)
        if not ack["ok"]:
            self._asking.give_back(who)
        return ack

    async def _on_resync(self, sid: str, *_nothing: Any) -> Any:
        person = self._people.get(sid)
        if person is None or not person.welcomed:
            return refusal("connection.closed")
        try:
            self._limits.spend("command", person.counted_as)
        except ApiError as error:
            self._cut_off(person)
            return refusal(error.code, error.params)
        snapshot = json.loads(self._channel(person.session, person.role).snapshot(person))
        # No change may overtake the snapshot it builds on.
        person.line.hold()
        return snapshot

    async def _on_media(self, sid: str, message: Any = None, *_more: Any) -> Ack:
        person = self._people.get(sid)
        if person is None:
            return refusal("connection.closed")
        try:
            return await self._offer(person, message)
        except StoreUnavailable:
            return refusal("store.unavailable")
        except ApiError as error:
            return refusal(error.code, error.params)

    async def _offer(self, person: Person, message: Any) -> Ack:
        if person.seat is None:
            raise ApiError(403, "role.forbidden", {"verb": "media", "role": person.role.value})
        if not isinstance(message, dict) or message.get("kind") != "offer" or not storable(message):
            raise ApiError(422, "media.malformed", {"field": "kind"})
        sdp, tracks = message.get("sdp"), message.get("tracks", {})
        if not isinstance(sdp, str) or not sdp.startswith("v=0") or len(sdp) > SDP_MAX_CHARS:
            raise ApiError(422, "media.sdp_invalid")
        if not isinstance(tracks, dict) or not set(map(str, tracks.values())) <= TRACKS:
            raise ApiError(422, "media.malformed", {"field": "tracks"})
        self._limits.spend("media", person.counted_as)
        room = await self._router.room(person.session)
        seat = room.seats.get(person.seat)
        body = {
            "peer": new_peer(person.ticket_id),
            "seat": person.seat,
            "role": person.role.value,
            "kind": "browser",
            "language": "floor" if seat is None else listening_of(room, seat),
            "sdp": sdp,
            "tracks": tracks,
        }
        answer = await self._engines.offer(person.session, body)
        return {"ok": True, "sdp": answer["sdp"], "peer": answer.get("peer", body["peer"])}

    # --- what people are told

    def _on_room(self, session: SessionId, room: Room, seq: int) -> None:
        for role in Role:
            channel = self._channels.get((session, role))
            if channel is not None:
                channel.update(room, seq)

    def _channel(self, session: SessionId, role: Role) -> Channel:
        channel = self._channels.get((session, role))
        if channel is None:
            channel = Channel(role, self._metrics, self._cut_off)
            self._channels[(session, role)] = channel
            self._router.refresh(session)
        return channel

    # --- what other processes tell

    async def _hint(self, session: SessionId, event: str, body: object) -> None:
        try:
            await self._router.hint(session, "all", event, body)
        except StoreUnavailable:
            self._metrics.hints_dropped.inc()

    async def _read_hints(self) -> None:
        pattern = keys.hints_key(SessionId("*"))
        while True:
            try:
                async for session, hint in self._store.messages(pattern):
                    self._on_hint(session, hint)
            except StoreUnavailable:
                await asyncio.sleep(0.5)

    def _on_hint(self, channel: str, raw: bytes) -> None:
        prefix, _, suffix = keys.hints_key(SessionId("*")).partition("*")
        session = SessionId(channel.removeprefix(prefix).removesuffix(suffix))
        try:
            hint = json.loads(raw)
            to, event, body = str(hint["to"]), hint["event"], hint["body"]
        except (ValueError, KeyError, TypeError):
            self._metrics.hints_dropped.inc()
            return
        if event == "replaced":
            self._replace(session, SeatId(str(body.get("seat"))), str(body.get("sid")))
        elif event == "revoked":
            self._revoked(session, str(body.get("mark")))
        elif event == "voted":
            self.votes.mark(session, body)
        elif event in HINTS:
            self._deliver(session, to, packet(event, json.dumps(body).encode()))

    def _deliver(self, session: SessionId, to: str, what: Packet) -> None:
        for person in tuple(self._people.values()):
            if person.session != session or not person.welcomed:
                continue
            at_desk = to == "desk" and person.role in DESK
            if (at_desk or to == "all" or person.seat == to) and person.line.queue(what) < 0:
                self._metrics.hints_dropped.inc()

    def _revoked(self, session: SessionId, mark: str) -> None:
        for person in tuple(self._people.values()):
            marks = (person.ticket_id, revoked_seat(session, person.seat))
            if person.session == session and person.ticket_id and mark in marks:
                self._end(person, "revoked")

    # --- tasks

    def _start(self, work: Any) -> None:
        """Run something short beside; kept until done, its failure is logged."""
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._leaving.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._leaving.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("A parting task failed", exc_info=task.exception())
