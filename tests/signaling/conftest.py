import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import socketio
from aiohttp import web

from signaling.app import create_app
from signaling.config import Config
from signaling.store import Store
from signaling.tickets import Ticket, TicketOffice
from tests.fakes.engine_door import FakeEngineDoor
from tests.fakes.valkey import Valkey
from venue import codec
from venue import journal as keys
from venue.ids import SeatId, SessionId
from venue.roles import Role
from venue.session import SeatDefinition, SessionDefinition

SESSION = SessionId("summit")
SECRET = "a secret of the tests, long enough to sign with"
DEADLINE_S = 15.0
OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
SDP = {"Content-Type": "application/sdp"}

DEFINITION = SessionDefinition(
    id=SESSION,
    title={"en": "Mayors' summit", "zh-Hant": "市長高峰會"},
    languages=("en", "zh"),
    seats=(
        SeatDefinition("chair", "Chair", role=Role.MODERATOR),
        SeatDefinition("gdynia", "Aleksandra", city="Gdynia", country="Poland"),
        SeatDefinition("taipei", "Wen", city="Taipei", country="Taiwan", language="zh"),
        SeatDefinition("hall", "Hall", role=Role.ROOM, place="room"),
    ),
)


async def until(condition: Callable[[], Any], what: str = "the condition") -> Any:
    """Wait for something another task or process does."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not (value := condition()):
        assert time.monotonic() < deadline_s, f"{what} never came true"
        await asyncio.sleep(0.01)
    return value


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    server = Valkey(Path(tempfile.mkdtemp(prefix="rotunda-")))
    server.start()
    yield server
    server.remove()


@pytest_asyncio.fixture
async def store(valkey: Valkey) -> AsyncIterator[Store]:
    opened = Store(valkey.url)
    yield opened
    await opened.close()


@dataclass
class Client:
    """A person's end of Socket.IO, keeping the view as a page does."""

    io: socketio.AsyncClient
    view: dict[str, Any] = field(default_factory=dict)
    seq: int = -1
    gaps: int = 0
    events: list[tuple[str, Any]] = field(default_factory=list)
    sent: int = 0

    def take_snapshot(self, body: dict[str, Any]) -> None:
        self.events.append(("snapshot", body))
        self.view, self.seq = body["view"], body["seq"]

    def take_change(self, body: dict[str, Any]) -> None:
        self.events.append(("change", body))
        if body["prev"] != self.seq:
            self.gaps += 1
        self.view, self.seq = {**self.view, **body["patch"]}, body["seq"]

    def take_media(self, body: dict[str, Any]) -> None:
        self.events.append(("media", body))

    async def command(self, name: str, body: Any = None, op: str | None = None) -> dict[str, Any]:
        self.sent += 1
        message = {"id": op or f"{self.io.sid}-{self.sent}", "name": name, "body": body or {}}
        return await self.call("command", message)

    async def call(self, event: str, body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self.io.call(event, body, timeout=12)
        return answer

    def media(self) -> list[Any]:
        return [body for event, body in self.events if event == "media"]


@dataclass
class House:
    """One signaling process inside the test, with what a test needs around it."""

    config: Config
    app: web.Application
    url: str
    http: aiohttp.ClientSession
    office: TicketOffice
    clients: list[Client] = field(default_factory=list)

    def ticket(self, role: Role, seat: str | None = None, **changes: Any) -> str:
        now_s = int(time.time())
        ticket = Ticket(
            id=f"{role.value}-{seat}",
            session=SESSION,
            role=role,
            seat=None if seat is None else SeatId(seat),
            name=changes.pop("name", "Somebody"),
            expires_at_s=now_s + 3600,
            issued_at_s=now_s,
        )
        return self.office.issue(replace(ticket, **changes))

    def bearer(self, role: Role, seat: str | None = None, **changes: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.ticket(role, seat, **changes)}"}

    async def connect(self, auth: dict[str, Any]) -> Client:
        client = Client(socketio.AsyncClient(reconnection=False))
        client.io.on("snapshot", client.take_snapshot)
        client.io.on("change", client.take_change)
        client.io.on("media", client.take_media)
        self.clients.append(client)
        await client.io.connect(self.url, auth=auth, transports=["websocket"], wait_timeout=10)
        await until(lambda: client.view, "the snapshot")
        return client

    async def sit(self, role: Role, seat: str | None = None, **changes: Any) -> Client:
        return await self.connect({"ticket": self.ticket(role, seat, **changes)})

    async def watch(self, **auth: Any) -> Client:
        return await self.connect({"session": SESSION, **auth})


HouseMaker = Callable[..., Any]


@pytest_asyncio.fixture
async def make_house(valkey: Valkey, store: Store, tmp_path: Path) -> AsyncIterator[HouseMaker]:
    """Open any number of processes on the same Redis."""
    await store.run("HSET", keys.SESSIONS, SESSION, codec.encode_session(DEFINITION))
    runners: list[web.AppRunner] = []
    houses: list[House] = []

    async def make(process: str = "one", **changes: Any) -> House:
        web_dir = tmp_path / "web"
        web_dir.mkdir(exist_ok=True)
        config = Config(
            redis_url=valkey.url,
            data_dir=tmp_path,
            run_dir=tmp_path,
            secret=SECRET,
            process_id=process,
            web_dir=changes.pop("web_dir", web_dir),
            require_streaming=False,
            **changes,
        )
        app = create_app(config)
        app_runner = web.AppRunner(app, access_log=None)
        runners.append(app_runner)
        await app_runner.setup()
        site = web.TCPSite(app_runner, "127.0.0.1", 0)
        await site.start()
        port = app_runner.addresses[0][1]
        url = f"http://127.0.0.1:{port}"
        house = House(config, app, url, aiohttp.ClientSession(url), TicketOffice(SECRET))
        houses.append(house)
        return house

    yield make
    for house in houses:
        for client in house.clients:
            await client.io.disconnect()
        await house.http.close()
    for app_runner in runners:
        await app_runner.cleanup()


@pytest_asyncio.fixture
async def house(make_house: HouseMaker) -> House:
    made: House = await make_house()
    return made


@pytest_asyncio.fixture
async def engine(store: Store, tmp_path: Path) -> AsyncIterator[FakeEngineDoor]:
    door = FakeEngineDoor(Path(tempfile.mkdtemp(prefix="rotunda-")) / "engine.sock")
    await door.start()
    lease = {"holder": "engine", "address": f"unix:{door.path}", "generation": 1}
    await store.run("SET", keys.media_key(SESSION), json.dumps(lease))
    yield door
    await door.close()


async def code_of(answer: Any) -> str:
    return str((await answer.json())["error"]["code"])


async def publish(house: House, **headers: str) -> Any:
    bearer = house.bearer(Role.ROOM, "hall")
    return await house.http.post(
        f"/whip/{SESSION}", data=OFFER, headers={**bearer, **SDP, **headers}
    )
