"""The process as it is really started, and really killed."""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signaling.journal import Journal
from signaling.store import Store
from signaling.tickets import TicketOffice
from tests.fakes.valkey import Valkey
from tests.signaling.conftest import DEFINITION, SECRET, SESSION, House, until
from venue import codec
from venue import journal as keys
from venue.roles import Role

pytestmark = pytest.mark.redis


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(valkey: Valkey, directory: Path, port: int) -> asyncio.subprocess.Process:
    document = {
        "redis_url": valkey.url,
        "data_dir": str(directory),
        "run_dir": str(directory),
        "host": "127.0.0.1",
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "secret": SECRET,
        "demo": None,
        "turn": None,
        "process_id": "signaling",
        "web_dir": str(directory),
        "require_streaming": False,
    }
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling", stdin=pipe, stderr=pipe
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(document).encode())
    process.stdin.close()
    return process


async def ready(http: aiohttp.ClientSession) -> None:
    for _ in range(1500):
        try:
            async with http.get("/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.01)
    raise AssertionError("the process never became ready")


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    valkey: Valkey, store: Store, tmp_path: Path
) -> None:
    await store.run("HSET", keys.SESSIONS, SESSION, codec.encode_session(DEFINITION))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = await start(valkey, tmp_path, port)
    async with aiohttp.ClientSession(url) as http:
        await ready(http)
        people: Any = None
        house = House(people, people, url, http, TicketOffice(SECRET))
        chair = await house.sit(Role.MODERATOR, "chair")
        acknowledged = []
        for number in range(30):
            verb = "onair.start" if number % 2 == 0 else "onair.stop"
            ack = await chair.command(verb, {}, op=str(number))
            acknowledged.append(ack)
        process.kill()
        await process.wait()
        await until(lambda: not chair.io.connected, "the end of the connection")
        process = await start(valkey, tmp_path, port)
        await ready(http)
        again = await house.sit(Role.MODERATOR, "chair")
        for number, ack in enumerate(acknowledged):
            assert await again.command("onair.start", {}, op=str(number)) == ack
        entries = await Journal(store, DEFINITION, "reader").entries_after(0)
        assert {entry.op for entry in entries} >= {str(number) for number in range(30)}
        for client in house.clients:
            await client.io.disconnect()
        process.terminate()
        _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert SECRET not in errors.decode()


async def test_a_configuration_that_cannot_be_used_ends_the_process_with_a_reason() -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling", stdin=pipe, stderr=pipe
    )
    _, errors = await process.communicate(b'{"port": 1}')
    assert process.returncode == 2
    assert b"configuration" in errors
