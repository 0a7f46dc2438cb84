"""A streaming process that is dead or frozen is told to the desk, by whoever still lives."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from signaling.store import Store
from signaling.vigil import FIRST_MS, LOST_MS, Vigil
from tests.fakes.valkey import Valkey
from tests.signaling.conftest import SESSION, Client, HouseMaker, until
from venue import journal as keys
from venue.ids import Instant
from venue.roles import Role

pytestmark = pytest.mark.redis


RENEWED = Instant(6_000)
"""How long a lease lasts after each renewal."""


def seen(looks: list[tuple[int, int | None]], in_use: bool = False) -> list[int | None]:
    """What each look says; of moments, and of the ends that the lease has then."""
    vigil = Vigil(Instant(0), in_use)
    return [vigil.look(None if ends is None else Instant(ends), Instant(at)) for at, ends in looks]


def test_a_first_streaming_process_has_time_to_begin() -> None:
    assert seen([(0, None), (FIRST_MS - 1, None), (FIRST_MS, None)]) == [None, None, 0]


def test_a_lease_that_is_renewed_no_more_says_that_its_holder_is_gone() -> None:
    looks = [(at, at + RENEWED) for at in range(0, 10_000, 1_000)]
    assert set(seen(looks)) == {None}
    # Its holder dies; what runs out seems to move by some milliseconds from look to look.
    left = [(9_000 + after, 9_000 + RENEWED + after % 7) for after in range(1_000, 6_000, 1_000)]
    gone = [(9_000 + LOST_MS, None), (20_000, None), (21_000, 21_000 + RENEWED)]
    assert seen([*looks, *left, *gone])[-4:] == [None, 9_000, 9_000, None]


def test_after_a_restart_a_room_on_air_is_unwatched_until_somebody_takes_it() -> None:
    assert seen([(0, None), (4_000, 4_000 + RENEWED)], in_use=True) == [0, None]
    # What a killed process has left is no proof of another.
    left = [(0, 2_500), (1_000, 2_500), (2_000, 2_500), (3_000, None)]
    assert seen(left, in_use=True) == [None, None, None, 0]
    # One that was never away goes on renewing.
    looks = [(0, 5_500), (1_000, 6_500), (2_000, 7_500)]
    assert seen([*looks, (7_000, 7_500), (8_000, None)], in_use=True) == [None] * 4 + [2_000]


async def leased(store: Store) -> None:
    """Wait until a streaming process has begun."""
    for _ in range(600):
        if await store.run("EXISTS", keys.streaming_key(SESSION)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody streams")


def lost_since(client: Client) -> object:
    return client.view["program"]["streaming_lost_since"]


async def test_the_desk_learns_that_streaming_fell_silent_and_that_it_is_back(
    make_house: HouseMaker, store: Store
) -> None:
    await store.run("SET", keys.streaming_key(SESSION), "streaming", "PX", 2_500)
    house = await make_house()
    desk = await house.sit(Role.MODERATOR, "chair")
    assert lost_since(desk) is None
    # Its lease runs out: nobody renews it.
    await until(lambda: lost_since(desk) is not None, "the loss")
    await store.run("SET", keys.streaming_key(SESSION), "streaming", "PX", 60_000)
    await until(lambda: lost_since(desk) is None, "the return")


@pytest.mark.soak
async def test_a_frozen_streaming_process_is_said_and_goes_on_when_it_thaws(
    make_house: HouseMaker, store: Store, valkey: Valkey, tmp_path: Path
) -> None:
    document = {
        "redis_url": valkey.url,
        "run_dir": str(tmp_path),
        "data_dir": str(tmp_path),
        "process_id": "streaming",
    }
    house = await make_house()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streaming", stdin=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(document).encode())
        process.stdin.close()
        desk = await house.sit(Role.MODERATOR, "chair")
        await leased(store)
        os.kill(process.pid, signal.SIGSTOP)
        await until(lambda: lost_since(desk) is not None, "the loss")
        os.kill(process.pid, signal.SIGCONT)
        await until(lambda: lost_since(desk) is None, "the return")
    finally:
        process.kill()
        await process.wait()
