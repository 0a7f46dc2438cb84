"""A real engine process and what it needs, for tests."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from redis.asyncio import Redis

from streaming.store import connect
from tests.fakes.valkey import Valkey
from venue.codec import decode_command, encode_room
from venue.ids import CommandId, Instant, SessionId
from venue.journal import inbox_key, media_key, snapshot_key
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, decide, evolve, open_room
from venue.session import SeatDefinition, SessionDefinition

SESSION = SessionId("summit")


def room_on_stage() -> Room:
    """A room whose delegate is live, on stage and has an open microphone."""
    seats = (
        SeatDefinition("mayor", "Ana Prova", city="Porto"),
        SeatDefinition("chair", "Chair", role=Role.MODERATOR),
    )
    room = open_room(SessionDefinition("summit", {"en": "Summit"}, ("en",), seats=seats))
    media = {"camera": True, "microphone": True, "link": "good"}
    chair = Actor(Role.MODERATOR, seat="chair")
    steps: list[tuple[Actor, str, dict[str, Any]]] = [
        (SYSTEM, "seat.presence", {"seat": "mayor", "presence": "online"}),
        (SYSTEM, "media.state", {"seat": "mayor", **media}),
        (chair, "stage.bring", {"seat": "mayor"}),
        (chair, "floor.mode", {"mode": "panel_open"}),
    ]  # fmt: skip
    for number, (actor, name, body) in enumerate(steps):
        command = decode_command(name, body)
        op = CommandId(f"op{number}")
        for event in decide(room, actor, command, Instant(int(time.time() * 1000)), op):
            room = evolve(room, event)
    return room


class EngineProcess:
    """A running engine and the way to its door."""

    def __init__(self, redis: "Redis", http: aiohttp.ClientSession, pid: int) -> None:
        self.redis = redis
        self.http = http
        self.pid = pid

    async def open(self, body: dict[str, Any]) -> str:
        async with self.http.post("http://engine/peers", json=body) as answer:
            assert answer.status == 201, await answer.text()
            return (await answer.json())["sdp"]

    async def status(self) -> dict[str, Any]:
        async with self.http.get("http://engine/status") as answer:
            return await answer.json()

    async def facts(self) -> list[tuple[str, dict[str, Any]]]:
        rows = await self.redis.xrange(inbox_key(SESSION))
        return [(f[b"name"].decode(), json.loads(f[b"body"])) for _, f in rows]


@asynccontextmanager
async def engine(valkey: Valkey) -> AsyncIterator[EngineProcess]:
    run_dir = Path(tempfile.mkdtemp(prefix="rt"))
    redis = connect(valkey.url)
    snapshot = {"seq": 0, "room": msgspec.Raw(encode_room(room_on_stage()))}
    await redis.set(snapshot_key(SESSION), msgspec.json.encode(snapshot))
    order = {
        "session": SESSION, "redis_url": valkey.url, "run_dir": str(run_dir), "udp_ports": [0, 0],
        "bind_host": "127.0.0.1", "process_id": "test", "data_dir": str(run_dir),
        "program": {"width_px": 640, "height_px": 360, "fps": 25, "bitrate_kbps": 800},
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streaming.engine", stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    await process.stdin.drain()
    lease: dict[str, Any] = {}
    async with asyncio.timeout(30):
        while not lease:
            assert process.returncode is None
            lease = json.loads(await redis.get(media_key(SESSION)) or b"{}")
            await asyncio.sleep(0.05)
    connector = aiohttp.UnixConnector(lease["address"].removeprefix("unix:"))
    try:
        async with aiohttp.ClientSession(connector=connector) as http:
            yield EngineProcess(redis, http, process.pid)
        process.terminate()
        async with asyncio.timeout(10):
            assert await process.wait() == 0
        assert await redis.get(media_key(SESSION)) is None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await redis.aclose()
        shutil.rmtree(run_dir, ignore_errors=True)
