"""Whoever leaves is missed, whatever else goes on; time is the test's own."""

import asyncio
from typing import Any, cast

import pytest

from signaling.errors import ApiError
from signaling.people.presence import AWAY_AFTER_S, Presence, alive_key, connections_key
from signaling.router import Router
from signaling.store import Store
from tests.signaling.conftest import SESSION, until
from venue.ids import SeatId, SessionId

pytestmark = pytest.mark.redis

SPEAKER = SeatId("gdynia")
GONE = SessionId("taken-down")


class Rooms:
    """What rooms were told; one session is no more."""

    sessions: tuple[SessionId, ...] = ()

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def tell(self, session: SessionId, op: str, name: str, body: Any) -> dict[str, Any]:
        if session == GONE:
            raise ApiError(404, "session.unknown")
        self.told.append((body["seat"], body["presence"]))
        return {"ok": True}


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


async def test_a_speaker_who_leaves_is_missed_while_others_arrive_all_the_time(
    store: Store,
) -> None:
    rooms, clock = Rooms(), Clock()
    presence = Presence(store, cast(Router, rooms), "one", clock)
    working = asyncio.create_task(presence.run())
    arrivals = 0

    def crowd_comes() -> bool:
        nonlocal arrivals
        arrivals += 1
        presence.arrive(SESSION, SeatId(f"guest-{arrivals}"), f"sid-{arrivals}")
        return (SPEAKER, "away") in rooms.told

    presence.arrive(SESSION, SPEAKER, "page")
    await until(lambda: (SPEAKER, "online") in rooms.told, "online")
    presence.leave(SESSION, SPEAKER, "page", elsewhere=False)
    await until(lambda: crowd_comes() or arrivals > 20, "a crowd")
    assert (SPEAKER, "away") not in rooms.told, "a reload is not an absence"
    clock.now_s += AWAY_AFTER_S
    await until(crowd_comes, "away")
    working.cancel()


async def test_a_session_that_is_gone_keeps_no_other_room_from_being_told(store: Store) -> None:
    rooms = Rooms()
    presence = Presence(store, cast(Router, rooms), "one", Clock())
    presence.arrive(GONE, SeatId("nobody"), "page")
    presence.arrive(SESSION, SPEAKER, "page")
    working = asyncio.create_task(presence.run())
    await until(lambda: (SPEAKER, "online") in rooms.told, "online")
    working.cancel()


async def test_a_connection_that_ends_is_told_at_once_and_away_later(store: Store) -> None:
    rooms, clock = Rooms(), Clock()
    presence = Presence(store, cast(Router, rooms), "one", clock)
    working = asyncio.create_task(presence.run())
    presence.arrive(SESSION, SPEAKER, "page")
    await until(lambda: (SPEAKER, "online") in rooms.told, "online")
    presence.leave(SESSION, SPEAKER, "page", elsewhere=False)
    await until(lambda: rooms.told[-1] == (SPEAKER, "dropped"), "dropped")
    presence.arrive(SESSION, SPEAKER, "opened again")
    await until(lambda: rooms.told[-1] == (SPEAKER, "online"), "online again")
    presence.leave(SESSION, SPEAKER, "opened again", elsewhere=True)
    clock.now_s += AWAY_AFTER_S
    # Somebody else, so that the look was made.
    presence.arrive(SESSION, SeatId("guest"), "guest")
    await until(lambda: rooms.told[-1] == (SeatId("guest"), "online"), "the guest")
    assert [state for seat, state in rooms.told if seat == SPEAKER] == [
        "online",
        "dropped",
        "online",
    ]
    working.cancel()


async def test_a_seat_held_by_another_process_has_dropped_nothing(store: Store) -> None:
    rooms = Rooms()
    presence = Presence(store, cast(Router, rooms), "one", Clock())
    presence.arrive(SESSION, SPEAKER, "page")
    working = asyncio.create_task(presence.run())
    await until(lambda: (SPEAKER, "online") in rooms.told, "online")
    # Before this process heard of the newer page, it had taken the seat in the other.
    await store.run("HSET", connections_key(SESSION), SPEAKER, "two")
    await store.run("SET", alive_key("two"), 1)
    presence.leave(SESSION, SPEAKER, "page", elsewhere=False)
    presence.arrive(SESSION, SeatId("guest"), "guest")
    await until(lambda: (SeatId("guest"), "online") in rooms.told, "the guest")
    assert rooms.told == [(SPEAKER, "online"), (SeatId("guest"), "online")]
    working.cancel()
