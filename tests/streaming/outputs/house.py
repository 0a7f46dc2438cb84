"""Redis with one session, and a real supervisor that keeps its engine and outputs."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from streaming.output_keeper import OutputKeeper
from streaming.store import StreamingStore, connect
from streaming.supervisor import Supervisor, SupervisorConfig
from tests.fakes.valkey import Valkey
from venue import journal as keys
from venue.codec import decode_command, encode_session
from venue.ids import CommandId, Instant, OutputId, SessionId
from venue.roles import Actor, Role
from venue.room import decide, open_room, replay
from venue.session import parse_session

SESSION = SessionId("summit")
ORGANIZER = Actor(Role.ORGANIZER)


async def until(holds: Callable[[], bool], limit_s: float = 90) -> None:
    """Poll until something holds; other processes have to do it."""
    deadline_s = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline_s, f"not within {limit_s} s"
        await asyncio.sleep(0.02)


class House:
    """Redis with one session, and this test as the writer of its room."""

    def __init__(self, directory: Path, server: Valkey) -> None:
        self.directory = directory
        self.data_dir = directory / "data"
        self.authorities = ""
        self.server = server
        self.redis = connect(server.url)
        self.definition = parse_session(
            {"id": SESSION, "title": {"en": "Summit"}, "languages": ["en", "zh-Hant"]}
        )
        self.room = open_room(self.definition)
        self.seq = 0

    async def begin(self) -> None:
        await self.redis.hset(keys.SESSIONS, SESSION, encode_session(self.definition))

    async def do(self, verb: str, **body: object) -> None:
        """Decide, append, evolve."""
        now, op = Instant(int(time.time() * 1000)), CommandId(f"op-{self.seq}")
        events = decide(self.room, ORGANIZER, decode_command(verb, body), now, op)
        self.seq += 1
        self.room = replay(self.room, events)
        entry = keys.Entry(self.seq, op, ORGANIZER, now, events, {})
        fields = keys.encode_entry(entry)
        await self.redis.xadd(keys.journal_key(SESSION), fields, id=f"{self.seq}-0")

    async def add_output(self, output: str, url: str, lang: str = "en") -> None:
        secret = json.dumps({"kind": "rtmp", "url": url, "lang": lang})
        await self.redis.hset(keys.outputs_key(SESSION), output, secret)
        await self.do("output.add", output=output, lang=lang, target="rtmp://redacted")

    async def facts(self, name: str) -> list[dict[str, object]]:
        rows = await self.redis.xrange(keys.inbox_key(SESSION))
        return [json.loads(row[b"body"]) for _, row in rows if row[b"name"] == name.encode()]

    async def told(self, output: str) -> list[dict[str, object]]:
        """What was reported of an output."""
        return [fact for fact in await self.facts("output.state") if fact["output"] == output]

    async def states(self, output: str) -> list[object]:
        """The states an output was reported in, repeats left out."""
        states: list[object] = []
        for fact in await self.told(output):
            if states[-1:] != [fact["state"]]:
                states.append(fact["state"])
        return states

    def configuration(self) -> dict[str, str]:
        run_dir = self.directory / "run"
        run_dir.mkdir(exist_ok=True)
        return {
            "redis_url": self.server.url,
            "run_dir": str(run_dir),
            "data_dir": str(self.data_dir),
            "process_id": "streaming-test",
            "authorities": self.authorities,
        }


@asynccontextmanager
async def supervising(house: House) -> AsyncIterator[Supervisor]:
    """Supervise the house, with a test's program instead of an engine."""
    document = house.configuration()
    store = StreamingStore(connect(house.server.url), document["process_id"])
    made = Supervisor(
        SupervisorConfig(**document), dict(document), store, "tests.fakes.engine_process"
    )
    working = asyncio.create_task(made.run())
    yield made
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await store.redis.aclose()


def keeper_of(supervisor: Supervisor, output: str) -> OutputKeeper | None:
    room = supervisor.rooms.get(SESSION)
    return room.outputs.get(OutputId(output)) if room is not None else None


def output_state(supervisor: Supervisor, output: str) -> str:
    keeper = keeper_of(supervisor, output)
    return "" if keeper is None else keeper.state
