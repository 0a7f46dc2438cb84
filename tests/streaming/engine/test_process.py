"""The real engine process: WebRTC in, program picture and sound out, facts and lease in Redis."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from redis.asyncio import Redis

from streaming.store import connect
from tests.fakes.valkey import Valkey
from tests.streaming.rtc.support import stock_client, until
from venue.codec import decode_command, encode_room
from venue.ids import CommandId, Instant, SessionId
from venue.journal import hints_key, inbox_key, media_key, snapshot_key
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, decide, evolve, open_room
from venue.session import SeatDefinition, SessionDefinition

pytestmark = pytest.mark.media

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


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    server = Valkey(Path(tempfile.mkdtemp(prefix="vk")))
    server.start()
    yield server
    server.remove()


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


@pytest.mark.parametrize("main", [True, False], ids=["program by H.264", "return by VP8"])
async def test_a_delegate_sends_and_receives_the_program_with_sound(
    valkey: Valkey, main: bool
) -> None:
    async with engine(valkey) as running:
        wish = {
            "send_audio": True, "send_video": "VP8", "size": [320, 180], "receive_video": True,
            "offer_main": main,
        }  # fmt: skip

        async def answer(number: int, sdp: str) -> str:
            peer = {"peer": f"p{number}", "seat": "mayor", "role": "delegate", "kind": "browser"}
            return await running.open({**peer, "language": "en", "sdp": sdp, "tracks": {}})

        async with stock_client(wish, answer) as client:
            await until(lambda: client.figure("frames") >= 25, "program pictures decoded")
            await until(lambda: client.figure("sounds") >= 50, "sound decoded")
            if main:
                assert client.figure("width") == 640
            async with asyncio.timeout(20):
                while (await running.status())["picture"]["decoded"] < 20:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            peer = (await running.status())["peers"][0]
            assert peer["return"] == ("h264" if main else "vp8")
            async with asyncio.timeout(10):
                while not any(body.get("camera") for _, body in await running.facts()):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        names = [name for name, _ in await running.facts()]
        assert names[0] == "engine.state"
        async with running.http.get("http://engine/metrics") as metrics:
            assert "rotunda_engine_peers" in await metrics.text()


async def test_the_door_refuses_what_it_cannot_answer(valkey: Valkey) -> None:
    async with engine(valkey) as running:
        body = {"peer": "p", "kind": "browser", "sdp": "not an offer"}
        async with running.http.post("http://engine/peers", json=body) as answer:
            assert answer.status == 422
            assert (await answer.json())["error"]["code"] == "media.sdp_invalid"
        async with running.http.post("http://engine/peers", json={"peer": 1}) as answer:
            assert answer.status == 400
        async with running.http.delete("http://engine/peers/nobody") as answer:
            assert answer.status == 404
            assert (await answer.json())["error"]["code"] == "media.unknown_peer"


async def test_the_engine_orders_the_uplink_its_tile_needs(valkey: Valkey) -> None:
    async with engine(valkey) as running:
        channel = running.redis.pubsub()
        await channel.subscribe(hints_key(SESSION))
        wish = {"send_audio": True, "send_video": "VP8"}

        async def answer(_number: int, sdp: str) -> str:
            return await running.open({"peer": "p", "seat": "mayor", "sdp": sdp, "kind": "browser"})

        seen: list[dict[str, Any]] = []

        def ordered() -> bool:
            kinds = [hint["body"].get("kind") for hint in seen]
            return "uplink" in kinds and any(hint["event"] == "levels" for hint in seen)

        async with stock_client(wish, answer), asyncio.timeout(20):
            while not ordered():
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=1)
                if message is not None:
                    seen.append(json.loads(message["data"]))
        uplink = next(hint for hint in seen if hint["body"].get("kind") == "uplink")
        assert uplink["to"] == "mayor"
        assert uplink["body"]["max_kbps"] >= 1500
        await channel.aclose()
