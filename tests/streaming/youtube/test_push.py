"""The whole product side of streaming against the stand-in: supervisor, output processes, RTMPS."""

import asyncio
import contextlib
import json
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from msgspec.structs import replace

from streaming.room_keeper import RoomKeeper
from streaming.store import StreamingStore, connect
from streaming.supervisor import Supervisor, SupervisorConfig
from tests.fakes.valkey import Valkey
from tests.fakes.youtube import Timings, YouTubeStandIn
from tests.streaming.outputs.house import SESSION, House, until
from tests.streaming.youtube.desk import settings_for
from venue import journal as keys
from venue.broadcast import Broadcast, stage_of
from venue.codec import decode_command
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant, Language, OutputId
from venue.roles import Actor
from venue.room import decide, open_room, replay
from venue.session import parse_session

pytestmark = pytest.mark.media

EN, ZH = Language("en"), Language("zh-Hant")
PREFLIGHT_S = 4.0
NO_DATA_S = 3.0
OUTPUTS = (OutputId("youtube-en"), OutputId("youtube-zh-hant"))


class WritingHouse(House):
    """Writes the room as signaling would: operators' commands and the facts of the inbox."""

    def __init__(self, directory: Path, server: Valkey) -> None:
        super().__init__(directory, server)
        channels = {"en": "city-en", "zh-Hant": "city-zh"}
        self.definition = parse_session(
            {
                "id": SESSION,
                "title": {"en": "Summit", "zh-Hant": "市長高峰會"},
                "languages": ["en", "zh-Hant"],
                "youtube": {"privacy": "unlisted", "channels": channels},
            }
        )
        self.room = open_room(self.definition)
        self._writing = asyncio.Lock()

    async def do(self, verb: str, **body: object) -> None:
        async with self._writing:
            await super().do(verb, **body)

    async def serve_inbox(self) -> None:
        last = b"0"
        while True:
            answer: Any = await self.redis.xread({keys.inbox_key(SESSION): last}, block=500)
            for _, rows in answer or ():
                for entry_id, fields in rows:
                    await self._take(fields)
                    last = entry_id

    async def _take(self, fields: dict[bytes, bytes]) -> None:
        actor = msgspec.json.decode(fields[b"actor"], type=Actor)
        async with self._writing:
            now, op = Instant(int(time.time() * 1000)), CommandId(fields[b"id"].decode())
            try:
                command = decode_command(fields[b"name"].decode(), json.loads(fields[b"body"]))
                events = decide(self.room, actor, command, now, op)
            except CommandRejected:
                return
            if not events:
                return
            self.seq += 1
            self.room = replay(self.room, events)
            entry = keys.Entry(self.seq, op, actor, now, events, {})
            await self.redis.xadd(
                keys.journal_key(SESSION), keys.encode_entry(entry), id=f"{self.seq}-0"
            )

    def broadcast(self, lang: Language) -> Broadcast | None:
        return self.room.broadcasts.languages.get(lang)

    async def reach(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; otherwise say where everything stood."""
        try:
            await until(holds, 60)
        except AssertionError:
            languages = self.room.broadcasts.languages.values()
            raise AssertionError(str([(each.memory, each.sight) for each in languages])) from None

    def codes(self) -> list[str]:
        return [each.sight.code for each in self.room.broadcasts.languages.values()]

    def lifecycles(self) -> list[str]:
        return [each.sight.lifecycle for each in self.room.broadcasts.languages.values()]


@pytest.fixture
def ingesting() -> Iterator[YouTubeStandIn]:
    timings = Timings(start_delay_s=0.2, activate_delay_s=0.3, deactivate_delay_s=0.3)
    with YouTubeStandIn(timings=timings) as running:
        yield running


@pytest.fixture
async def house(ingesting: YouTubeStandIn) -> AsyncIterator[WritingHouse]:
    with tempfile.TemporaryDirectory(prefix="rt-") as directory:
        server = Valkey(Path(directory))
        server.start()
        made = WritingHouse(Path(directory), server)
        made.authorities = str(ingesting.authority)
        await made.begin()
        serving = asyncio.create_task(made.serve_inbox())
        yield made
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await made.redis.aclose()
        server.kill()


@contextlib.asynccontextmanager
async def streaming(house: WritingHouse, standin: YouTubeStandIn) -> AsyncIterator[Supervisor]:
    document = house.configuration()
    settings = settings_for(standin, house.directory, timeout_s=10)
    settings = msgspec.structs.replace(settings, preflight_s=PREFLIGHT_S, no_data_s=NO_DATA_S)
    store = StreamingStore(connect(house.server.url), document["process_id"])
    config = SupervisorConfig(**document, youtube=settings)
    made = Supervisor(config, dict(document), store, "tests.fakes.engine_process")
    working = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await store.redis.aclose()


async def go_live(house: WritingHouse, room: RoomKeeper) -> None:
    """From set up to the program in both languages, by way of the tones of the check."""
    await house.do("broadcast.preflight")
    await house.reach(lambda: house.codes() == ["youtube.ready"] * 2)
    assert house.room.program.on_air_since is None
    assert set(room.outputs) == set(OUTPUTS)
    assert [room.outputs[each].order.cover for each in OUTPUTS] == ["tone"] * 2
    await house.do("broadcast.live", expect="unlisted")
    await house.reach(lambda: house.lifecycles() == ["live"] * 2)
    await house.reach(lambda: {each.order.cover for each in room.outputs.values()} == {"program"})
    await house.reach(lambda: house.codes() == ["youtube.live"] * 2)


async def break_pushes(house: WritingHouse, room: RoomKeeper, ingesting: YouTubeStandIn) -> None:
    """Each way a push can be lost, and YouTube keeps the broadcast."""
    pid = room.outputs[OUTPUTS[0]].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await house.reach(lambda: room.outputs[OUTPUTS[0]].retry.retries >= 1)
    # YouTube hangs up on the other.
    stream = house.room.broadcasts.languages[ZH].memory.stream
    ingesting.run(lambda: ingesting.faults.hang_up(stream))
    await house.reach(lambda: room.outputs[OUTPUTS[1]].retry.retries >= 1)
    # One stands still without a word: it is found out and replaced.
    await house.reach(lambda: room.outputs[OUTPUTS[0]].state == "running")
    retries, pid = room.outputs[OUTPUTS[0]].retry.retries, room.outputs[OUTPUTS[0]].pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    await house.reach(lambda: room.outputs[OUTPUTS[0]].retry.retries > retries)
    await house.reach(lambda: {room.outputs[each].state for each in OUTPUTS} == {"running"})
    await house.reach(lambda: house.codes() == ["youtube.live"] * 2)


async def panic_and_back(house: WritingHouse, room: RoomKeeper) -> None:
    await house.do("broadcast.panic", on=True)
    await house.reach(lambda: {room.outputs[each].order.cover for each in OUTPUTS} == {"slate"})
    await house.do("broadcast.panic", on=False)
    await house.reach(lambda: house.codes() == ["youtube.live"] * 2)


async def end_late(house: WritingHouse, room: RoomKeeper, ingesting: YouTubeStandIn) -> None:
    """YouTube does not end it: viewers see nothing more of the room all the same."""
    faults = ingesting.faults
    ingesting.run(lambda: faults.add("error", "liveBroadcasts.transition", count=None))
    await house.do("broadcast.end")
    await house.reach(lambda: {room.outputs[each].order.cover for each in OUTPUTS} == {"slate"})
    await house.reach(lambda: house.codes() == ["youtube.end_in_studio"] * 2)
    assert house.lifecycles() == ["live"] * 2
    assert {room.outputs[each].order.cover for each in OUTPUTS} == {"slate"}
    assert house.room.program.on_air_since is not None
    ingesting.run(faults.clear)
    await house.reach(lambda: house.lifecycles() == ["complete"] * 2)
    # The room is on air still, YouTube gets no more.
    await house.reach(lambda: set(room.outputs) == {"hls", "recording"})


async def test_a_show_with_real_pushes_survives_what_happens_to_them(
    house: WritingHouse, ingesting: YouTubeStandIn
) -> None:
    def broadcasts() -> list[str]:
        return [house.room.broadcasts.languages[lang].memory.broadcast for lang in (EN, ZH)]

    async with streaming(house, ingesting) as supervisor:
        await house.reach(lambda: SESSION in supervisor.rooms)
        room = supervisor.rooms[SESSION]
        await go_live(house, room)
        metrics = Path(house.configuration()["run_dir"]) / "metrics-streaming.prom"
        verdict = 'rotunda_youtube_verdict{session="summit",lang="en"} 1'
        await house.reach(lambda: verdict in metrics.read_text().splitlines())
        before = broadcasts()
        await break_pushes(house, room, ingesting)
        lines = [" ".join(each.cmdline()) for each in psutil.Process().children(recursive=True)]
        secrets = [stream.key for stream in ingesting.state.streams.values()]
        assert any("streaming.outputs" in line for line in lines)
        assert not [line for line in lines for key in secrets if key in line]
        await panic_and_back(house, room)
        await end_late(house, room, ingesting)
    assert broadcasts() == before
    dump = [path for path in house.directory.glob("appendonlydir/*") if path.is_file()]
    assert any(b"broadcast.remember" in path.read_bytes() for path in dump)
    assert not [key for key in secrets for path in dump if key.encode() in path.read_bytes()]
    assert set(before) == set(ingesting.state.broadcasts)
    assert ingesting.log.count("liveBroadcasts.transition", applied=True) == 4
    for lang in (EN, ZH):
        key = ingesting.state.streams[house.room.broadcasts.languages[lang].memory.stream].key
        assert len(ingesting.recordings(key)) >= 2


async def test_a_second_connection_carries_the_broadcast_alone(
    house: WritingHouse, ingesting: YouTubeStandIn
) -> None:
    youtube = house.definition.youtube
    assert youtube is not None
    house.definition = replace(house.definition, youtube=replace(youtube, backup=True))
    house.room = open_room(house.definition)
    await house.begin()
    main, backup = OUTPUTS[0], OutputId("youtube-en-backup")
    async with streaming(house, ingesting) as supervisor:
        await house.do("broadcast.live", expect="unlisted", langs=["en"])
        await house.reach(lambda: house.lifecycles() == ["live"])
        (stream,) = ingesting.state.streams.values()
        await house.reach(
            lambda: sorted(each.backup for each in stream.publishers.values()) == [False, True]
        )
        room = supervisor.rooms[SESSION]
        # The operator's network loses the main way: the other goes on, and the desk says so.
        await house.do("output.remove", output=main)
        await house.reach(lambda: [each.backup for each in stream.publishers.values()] == [True])
        assert room.outputs[backup].state == "running"
        assert stream.active
        await house.do("broadcast.end")
        await house.reach(lambda: house.lifecycles() == ["complete"])
        await house.reach(lambda: backup not in room.outputs)


async def test_each_language_has_its_tone_on_its_own_key_and_a_swapped_one_is_found_out(
    house: WritingHouse, ingesting: YouTubeStandIn
) -> None:
    async with streaming(house, ingesting):
        # Somebody's target by the name of the English one, with the Chinese sound.
        await house.do("output.add", output=OUTPUTS[0], lang=ZH, target="rtmp://elsewhere/***")
        await house.do("broadcast.preflight")
        await house.reach(lambda: house.codes() == ["youtube.other_language", "youtube.ready"])
        rows = {row.check: row for row in house.room.broadcasts.languages[EN].sight.checks}
        assert (rows["tone"].state, rows["tone"].params) == ("failed", {"heard": ZH})
        assert {row.state for name, row in rows.items() if name != "tone"} <= {"passed", "waiting"}
        assert stage_of(house.room.broadcasts.languages[EN]) == "checking"
        assert stage_of(house.room.broadcasts.languages[ZH]) == "ready"

        await house.do("output.remove", output=OUTPUTS[0])
        await house.reach(lambda: house.codes() == ["youtube.ready"] * 2)
        assert {row.state for row in house.room.broadcasts.languages[EN].sight.checks} == {"passed"}
        # What each key received at last, as a decoder of its own hears it, bears that out.
        streams = [house.room.broadcasts.languages[lang].memory.stream for lang in (EN, ZH)]
        keys_of = [ingesting.state.streams[each].key for each in streams]
        files = [ingesting.recordings(each)[-1] for each in keys_of]
        await house.reach(lambda: all(pitch_hz(file) > 0 for file in files))
        assert [round(pitch_hz(file) / 10) for file in files] == [44, 55]
        await house.do("broadcast.cancel")
        await house.reach(lambda: not ingesting.state.broadcasts)


async def test_what_youtube_never_gets_is_sent_over_another_connection(
    house: WritingHouse, ingesting: YouTubeStandIn
) -> None:
    async with streaming(house, ingesting) as supervisor:
        await house.do("broadcast.prepare")
        await house.reach(lambda: house.codes() == ["youtube.prepared"] * 2)
        stream, other = (house.room.broadcasts.languages[lang].memory.stream for lang in (EN, ZH))
        ingesting.run(lambda: ingesting.faults.hold_ready(stream))
        await house.do("broadcast.preflight")
        key = ingesting.state.streams[stream].key
        await house.reach(lambda: len(ingesting.recordings(key)) >= 2)
        told = [fact["error"] for fact in await house.told(OUTPUTS[0])]
        assert set(told) == {None, "output.no_data"}
        ingesting.run(lambda: ingesting.faults.hold_ready(stream, held=False))
        await house.reach(lambda: house.codes() == ["youtube.ready"] * 2)
        assert supervisor.rooms[SESSION].outputs[OUTPUTS[1]].retries == 0
        assert len(ingesting.recordings(ingesting.state.streams[other].key)) == 1


@pytest.mark.soak
async def test_what_goes_wrong_in_what_is_sent_is_said_and_taken_back(
    house: WritingHouse, ingesting: YouTubeStandIn
) -> None:
    wrong = house.directory / "run" / f"tap-{SESSION}.wrong"
    async with streaming(house, ingesting):
        await house.do("broadcast.live", expect="unlisted")
        await house.do("floor.chair", open=True)
        await house.reach(lambda: house.codes() == ["youtube.live"] * 2)
        for word, code in (
            ("no_pictures", "youtube.pictures_stopped"),
            ("slow", "youtube.encoder_slow"),
            ("silence", "youtube.quiet"),
        ):
            wrong.write_text(word)
            await house.reach(lambda code=code: house.codes() == [code] * 2)  # type: ignore[misc]
            wrong.unlink()
            await house.reach(lambda: house.codes() == ["youtube.live"] * 2)


def pitch_hz(recording: Path) -> float:
    """The strongest frequency of the last second of a recording; 0: there is no second yet."""
    import av
    import numpy as np

    samples: list[Any] = []
    with av.open(str(recording)) as container:
        for frame in container.decode(audio=0):
            samples.append(frame.to_ndarray()[0])
    if not samples or sum(map(len, samples)) < 96_000:
        return 0.0
    last = np.concatenate(samples)[-48_000:]
    return float(np.argmax(np.abs(np.fft.rfft(last))))
