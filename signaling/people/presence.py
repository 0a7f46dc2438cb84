"""Which seats have a connection: told to the room, with patience for reloads.

    connect -> online at once     the last connection ends -> dropped at once
                                  and none comes for 3 s -> away

Facts are sent until the room has taken them.  After a restart the owner's process also looks for
seats that are still marked online but whose connection died with the process that held it.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from signaling.errors import ApiError, StoreUnavailable
from signaling.router import Router
from signaling.store import Store
from venue.ids import SeatId, SessionId
from venue.journal import PREFIX
from venue.room import Room

logger = logging.getLogger(__name__)

AWAY_AFTER_S = 3.0
LOOK_EVERY_S = 1.0
ALIVE_MS = 6000

Place = tuple[SessionId, SeatId]
State = Literal["online", "dropped", "away"]


def connections_key(session: SessionId) -> str:
    """Hash: seat to the process that holds its connection."""
    return f"{PREFIX}room:{session}:connections"


def alive_key(process: str) -> str:
    return f"{PREFIX}process:{process}"


class Presence:
    """Connections of seats in this process."""

    def __init__(
        self,
        store: Store,
        router: Router,
        process: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._router = router
        self._process = process
        self._clock = clock
        self._here: dict[Place, str] = {}
        self._left_at_s: dict[Place, float] = {}
        self._wanted: dict[Place, State] = {}
        self._orphans: dict[Place, float] = {}
        self._wake = asyncio.Event()

    def holder(self, session: SessionId, seat: SeatId) -> str | None:
        """The connection that holds a seat here."""
        return self._here.get((session, seat))

    def arrive(self, session: SessionId, seat: SeatId, sid: str) -> None:
        place = (session, seat)
        self._here[place] = sid
        self._left_at_s.pop(place, None)
        self._want(place, "online")

    def leave(self, session: SessionId, seat: SeatId, sid: str, *, elsewhere: bool) -> None:
        """A connection ended; if the seat went on ``elsewhere`` that is nobody's absence."""
        place = (session, seat)
        if self._here.get(place) != sid:
            return
        del self._here[place]
        if not elsewhere:
            self._left_at_s[place] = self._clock()
            self._want(place, "dropped")

    async def run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            self._wake.clear()
            # Each time: where somebody arrives every moment, others leave all the same.
            self._look_for_absent()
            try:
                await self._store.run("SET", alive_key(self._process), 1, "PX", ALIVE_MS)
                await self._tell_rooms()
                await self._look_for_orphans()
            except StoreUnavailable:
                await asyncio.sleep(LOOK_EVERY_S)

    def _want(self, place: Place, state: State) -> None:
        self._wanted[place] = state
        self._wake.set()

    def _look_for_absent(self) -> None:
        now_s = self._clock()
        for place, left_at_s in tuple(self._left_at_s.items()):
            if now_s - left_at_s >= AWAY_AFTER_S:
                del self._left_at_s[place]
                self._want(place, "away")

    async def _tell_rooms(self) -> None:
        for place, state in tuple(self._wanted.items()):
            session, seat = place
            if state == "online":
                await self._store.run("HSET", connections_key(session), seat, self._process)
            elif await self._held_elsewhere(session, seat):
                del self._wanted[place]
                continue
            body = {"seat": seat, "presence": state}
            op = f"presence-{secrets.token_hex(8)}"
            if not await self._told(session, op, body):
                continue
            if self._wanted.get(place) == state:
                del self._wanted[place]

    async def _told(self, session: SessionId, op: str, body: object) -> bool:
        """Whether the room has answered; one that is no more needs to know nothing."""
        try:
            ack = await self._router.tell(session, op, "seat.presence", body)
        except ApiError:
            return True
        code = None if ack["ok"] else ack["error"]["code"]
        return code not in ("store.unavailable", "room.busy", "room.timeout")

    async def _held_elsewhere(self, session: SessionId, seat: SeatId) -> bool:
        holder = await self._store.run("HGET", connections_key(session), seat)
        if holder is None or holder.decode() == self._process:
            return False
        return bool(await self._store.run("EXISTS", alive_key(holder.decode())))

    async def _look_for_orphans(self) -> None:
        """Seats of rooms owned here whose connection died with its process."""
        now_s, seen = self._clock(), set[Place]()
        for session in self._router.sessions:
            worker = await self._router.worker(session)
            if worker.host is None or worker.room is None:
                continue
            for seat in _online(worker.room):
                place = (session, seat)
                if place in self._here or place in self._left_at_s or place in self._wanted:
                    continue
                if await self._held_elsewhere(session, seat):
                    continue
                seen.add(place)
                since_s = self._orphans.setdefault(place, now_s)
                if now_s - since_s >= AWAY_AFTER_S:
                    self._want(place, "away")
        self._orphans = {place: at for place, at in self._orphans.items() if place in seen}


def _online(room: Room) -> list[SeatId]:
    return [seat_id for seat_id, seat in room.seats.items() if seat.presence == "online"]
