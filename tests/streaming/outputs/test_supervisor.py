"""The supervisor, with real processes, a real server and a real target."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from streaming.engine_keeper import restart_delay_s
from streaming.follower import follow
from streaming.room_keeper import wants_engine
from streaming.supervisor import Supervisor
from tests.fakes.ingest import RtmpIngest
from tests.streaming.outputs.house import SESSION, House, output_state, until
from venue import journal as keys
from venue.codec import encode_room
from venue.ids import OutputId, SeatId
from venue.presence import Media
from venue.room import Room, open_room
from venue.session import parse_session

pytestmark = pytest.mark.media


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
        # A former version left the address plain: it was read, and lies there no more.
        lying = await house.redis.hgetall(keys.outputs_key(SESSION))
        assert set(lying) == {b"english", b"chinese"}
        assert not [raw for raw in lying.values() if b"rtmp://" in raw]
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


async def test_an_engine_starts_for_an_encoder_that_waits(
    house: House, supervisor: Supervisor
) -> None:
    await until(lambda: SESSION in supervisor.rooms)
    engine = supervisor.rooms[SESSION].engine
    assert not engine.running
    await house.redis.set(keys.engine_wanted_key(SESSION), 1, px=60_000)
    await until(lambda: engine.running)


def test_a_feed_alone_wants_an_engine() -> None:
    session = parse_session(
        {
            "id": "summit",
            "title": {"en": "Summit"},
            "languages": ["en"],
            "seats": [{"seat": "hall", "name": "Hall", "role": "room", "place": "room"}],
        }
    )
    empty = open_room(session)
    hall = empty.seats[SeatId("hall")]
    fed = replace(hall, media=Media(camera=True, link="good"))
    lost = replace(hall, media=Media(camera=True, link="lost"))
    assert not wants_engine(empty)
    assert wants_engine(replace(empty, seats={SeatId("hall"): fed}))
    assert not wants_engine(replace(empty, seats={SeatId("hall"): lost}))


async def test_a_target_that_was_never_there_says_why_and_is_tried_until_it_is(
    house: House, supervisor: Supervisor, tmp_path: Path
) -> None:
    late = RtmpIngest(tmp_path / "late")
    await house.add_output("late", late.url("key"))
    await house.add_output("wrong", "http://127.0.0.1/no-target")
    await house.do("onair.start")
    for output in ("late", "wrong"):
        await until(lambda output=output: output_state(supervisor, output) == "failed")
    room = supervisor.rooms[SESSION]
    await until(lambda: room.outputs[OutputId("late")].retries >= 3)
    assert output_state(supervisor, "late") == "failed"
    assert room.outputs[OutputId("wrong")].retries == 0
    await until(lambda: not room.facts.waiting)
    told = {output: (await house.told(output))[-1] for output in ("late", "wrong")}
    assert (told["late"]["error"], told["late"]["trying"]) == ("output.refused", True)
    assert (told["wrong"]["error"], told["wrong"]["trying"]) == ("output.bad_url", False)
    late.start()
    try:
        await house.do("output.retry", output="late")
        await until(lambda: output_state(supervisor, "late") == "running")
        # One that works is connected to anew as well, by another process.
        pid = room.outputs[OutputId("late")].pid
        await house.do("output.retry", output="late")
        await until(lambda: output_state(supervisor, "late") == "retrying")
        await until(lambda: output_state(supervisor, "late") == "running")
        assert room.outputs[OutputId("late")].pid != pid
        assert late.publishes("key") == 2
    finally:
        late.kill()
    await house.do("output.remove", output="wrong")
    await until(lambda: OutputId("wrong") not in room.outputs)


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
