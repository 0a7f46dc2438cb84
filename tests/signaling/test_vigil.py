"""A streaming process that is dead or frozen is told to the desk, by whoever still lives."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from signaling.store import Store
from tests.fakes.valkey import Valkey
from tests.signaling.conftest import SESSION, Client, HouseMaker, until
from venue import journal as keys
from venue.roles import Role

pytestmark = pytest.mark.redis


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
