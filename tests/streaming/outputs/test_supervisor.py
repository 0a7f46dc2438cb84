"""The supervisor, with real processes, a real server and a real target."""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from streaming.engine_keeper import restart_delay_s
from streaming.follower import follow
from streaming.store import StreamingStore, connect
from streaming.supervisor import Supervisor, SupervisorConfig
from tests.fakes.ingest import RtmpIngest
from tests.fakes.valkey import Valkey
from venue import journal as keys
from venue.codec import decode_command, encode_room, encode_session
from venue.ids import CommandId, Instant, OutputId, SessionId
from venue.roles import Actor, Role
from venue.room import Room, decide, open_room, replay
from venue.session import parse_session

pytestmark = pytest.mark.media

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

    async def states(self, output: str) -> list[object]:
        """The states an output was reported in, repeats left out."""
        told = [fact for fact in await self.facts("output.state") if fact["output"] == output]
        states: list[object] = []
        for fact in told:
            if states[-1:] != [fact["state"]]:
                states.append(fact["state"])
        return states

    def configuration(self) -> dict[str, str]:
        run_dir = self.directory / "run"
        run_dir.mkdir(exist_ok=True)
        return {
            "redis_url": self.server.url,
            "run_dir": str(run_dir),
            "data_dir": str(self.directory / "data"),
            "process_id": "streaming-test",
        }


@pytest.fixture
async def house() -> AsyncIterator[House]:
    # Paths of Unix sockets are short by law.
    with tempfile.TemporaryDirectory(prefix="rt-") as directory:
        server = Valkey(Path(directory))
        server.start()
        made = House(Path(directory), server)
        await made.begin()
        yield made
        await made.redis.aclose()
        server.kill()


@pytest.fixture
async def supervisor(house: House) -> AsyncIterator[Supervisor]:
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


def output_state(supervisor: Supervisor, output: str) -> str:
    room = supervisor.rooms.get(SESSION)
    keeper = room.outputs.get(OutputId(output)) if room is not None else None
    return "" if keeper is None else keeper.state


async def test_on_air_everything_runs_and_a_dead_target_comes_back(
    house: House, supervisor: Supervisor, tmp_path: Path
) -> None:
    first, second = RtmpIngest(tmp_path / "a"), RtmpIngest(tmp_path / "b")
    first.start()
    second.start()
    try:
        await house.add_output("english", first.url("k"), "en")
        await house.add_output("chinese", second.url("k"), "zh-Hant")
        await house.do("onair.start")
        for output in ("english", "chinese", "hls", "recording"):
            await until(lambda output=output: output_state(supervisor, output) == "running")
        keeper = supervisor.rooms[SESSION].outputs[OutputId("english")]
        await until(lambda: keeper.retry.progressed)
        other = supervisor.rooms[SESSION].outputs[OutputId("chinese")].pid
        first.kill()
        await until(lambda: keeper.state == "retrying")
        first.start()
        await until(lambda: keeper.state == "running")
        assert keeper.retry.retries >= 1
        assert supervisor.rooms[SESSION].outputs[OutputId("chinese")].pid == other
        await house.do("onair.stop")
        await until(lambda: not supervisor.rooms[SESSION].outputs)
        await until(lambda: not supervisor.rooms[SESSION].facts.waiting)
        told = await house.states("english")
        assert told == ["starting", "running", "retrying", "running", "finished"]
        assert (await house.facts("engine.state"))[-1] == {"state": "up"}
        metrics = Path(house.configuration()["run_dir"]) / "metrics-streaming.prom"
        assert 'rotunda_engine_up{session="summit"} 1' in metrics.read_text()
    finally:
        first.kill()
        second.kill()


async def test_a_killed_engine_comes_back_and_outputs_hold_on(
    house: House, supervisor: Supervisor
) -> None:
    await house.do("onair.start")
    await until(lambda: output_state(supervisor, "hls") == "running")
    room = supervisor.rooms[SESSION]
    before, writer = room.engine.pid, room.outputs[OutputId("hls")].pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    await until(lambda: room.engine.pid not in (None, before))
    assert room.engine.restarts == 1
    assert room.outputs[OutputId("hls")].pid == writer
    async with asyncio.timeout(60):
        while (await house.facts("engine.state"))[-1] != {"state": "up"}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_target_that_was_never_there_fails_and_says_why(
    house: House, supervisor: Supervisor
) -> None:
    await house.add_output("wrong", "rtmp://127.0.0.1:1/live/key")
    await house.do("onair.start")
    await until(lambda: output_state(supervisor, "wrong") == "failed")
    await until(lambda: not supervisor.rooms[SESSION].facts.waiting)
    told = [fact for fact in await house.facts("output.state") if fact["output"] == "wrong"]
    assert told[-1]["error"] == "output.refused"
    await house.do("output.remove", output="wrong")
    await until(lambda: OutputId("wrong") not in supervisor.rooms[SESSION].outputs)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_no_child_outlives_the_supervisor(house: House, end: signal.Signals) -> None:
    await house.do("onair.start")
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streaming", stdin=asyncio.subprocess.PIPE
    )
    assert running.stdin is not None
    running.stdin.write(json.dumps(house.configuration()).encode())
    running.stdin.close()
    family = psutil.Process(running.pid)
    await until(lambda: len(family.children()) >= 3)
    children = family.children(recursive=True)
    running.send_signal(end)
    async with asyncio.timeout(10):
        status = await running.wait()
    assert status == (0 if end == signal.SIGTERM else -signal.SIGKILL)
    await until(lambda: not any(child.is_running() for child in children), 10)
    if end == signal.SIGTERM:
        assert await house.redis.get(keys.streaming_key(SESSION)) is None


async def test_the_follower_tells_every_change_and_gets_over_a_gap(house: House) -> None:
    rooms: list[Room] = []

    async def listen() -> None:
        async for room in follow(house.redis, SESSION):
            rooms.append(room)

    listening = asyncio.create_task(listen())
    await until(lambda: rooms == [house.room])
    await house.do("onair.start")
    await until(lambda: rooms[-1] == house.room)
    # Entries that this follower will never see: they are in the snapshot only.
    await house.do("onair.stop")
    house.seq += 5
    snapshot = b'{"seq": %d, "room": %s}' % (house.seq, encode_room(house.room))
    await house.redis.set(keys.snapshot_key(SESSION), snapshot)
    await house.do("onair.start")
    await until(lambda: rooms[-1] == house.room)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


def test_an_engine_is_restarted_at_once_and_then_slower() -> None:
    delays = [restart_delay_s(crashes) for crashes in range(1, 8)]
    assert delays == [0.0, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
