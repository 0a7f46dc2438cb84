"""A room at a desk: its rules and its languages on YouTube are real, its encoder is a switch."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from streaming.outputs.order import Order, Report
from streaming.outputs.vitals import Vitals
from streaming.room_keeper import cover_of
from streaming.youtube.credentials import Secret, Vault
from streaming.youtube.keeper import BroadcastKeeper
from streaming.youtube.ledger import pacific_day, project_of
from streaming.youtube.office import Office
from streaming.youtube.preflight import tone_hz
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from venue.base import Event
from venue.broadcast import Broadcast
from venue.broadcast_outputs import output_of, pushing
from venue.codec import decode_command, decode_events, encode_events
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant, Language, OutputId, SessionId
from venue.journal import youtube_quota_key
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, decide, open_room, replay
from venue.session import parse_session

SPEED = 20.0
"""Our clock runs so much faster, so that polls and deadlines take no time in a test."""

EN, ZH = Language("en"), Language("zh")
ORGANIZER = Actor(Role.ORGANIZER)
SESSION = {
    "id": "summit",
    "title": {"en": "Mayors' Summit", "zh-Hant": "市長高峰會"},
    "languages": ["en", "zh"],
    "youtube": {"privacy": "unlisted", "channels": {"en": "city-en", "zh": "city-zh"}},
}


class Clock:
    """Wall time, faster."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._at_ms = time.time() * 1000
        self.skipped_ms = 0

    def __call__(self) -> Instant:
        passed_ms = (time.monotonic() - self._began) * 1000 * SPEED
        return Instant(int(self._at_ms + passed_ms + self.skipped_ms))


@dataclass
class FakeOutput:
    """An output process that is asked how it is."""

    key: str
    clientid: str | None
    order: Order
    state: str = "running"
    last_error: str | None = None
    retries: int = 0
    began_s: float = field(default_factory=time.monotonic)

    @property
    def report(self) -> Report:
        tone = self.order.tone_hz if self.order.cover == "tone" else 0
        return Report(state=self.state, vitals=Vitals(tone_hz=tone, tone_ms=10_000))

    @property
    def sent_bytes(self) -> int:
        return int((time.monotonic() - self.began_s) * 400_000)


class Desk:
    """The room's writer and the room's side for its languages."""

    def __init__(self, standin: YouTubeStandIn, session: Mapping[str, Any] = SESSION) -> None:
        self.session = SessionId("summit")
        self.clock = Clock()
        self.room: Room = open_room(parse_session(session))
        self.journal: list[Event] = []
        self.outputs: dict[OutputId, FakeOutput] = {}
        self.targets: dict[OutputId, str] = {}
        self.encoding = True
        self.keeper: BroadcastKeeper | None = None
        self.refusals: set[str] = set()
        """Codes that facts of ours were answered with."""
        self.frozen = False
        """The journal takes nothing."""
        self.lost: set[str] = set()
        """Names of what it did not take."""
        self.reconnected: list[OutputId] = []
        self._standin = standin
        self._ops = 0
        self.do("engine.state", SYSTEM, state="up")

    def do(self, verb: str, actor: Actor = ORGANIZER, **body: Any) -> tuple[Event, ...]:
        """A command, from an operator unless said otherwise."""
        self._ops += 1
        op = CommandId(f"op-{self._ops}")
        events = decide(self.room, actor, decode_command(verb, body), self.clock(), op)
        stored = decode_events(encode_events(events))
        self.room = replay(self.room, stored)
        self.journal.extend(stored)
        if events and self.keeper is not None:
            self.keeper.changed()
        self.pump()
        return events

    def post(self, about: str, name: str, body: Mapping[str, Any]) -> None:
        if self.frozen:
            self.lost.add(name)
            return
        loop = asyncio.get_running_loop()
        loop.call_soon(self._take, name, dict(body))

    def _take(self, name: str, body: dict[str, Any]) -> None:
        try:
            self.do(name, SYSTEM, **body)
        except CommandRejected as refusal:
            self.refusals.add(refusal.code)

    def output(self, output: OutputId) -> FakeOutput | None:
        return self.outputs.get(output)

    def reconnect(self, output: OutputId) -> None:
        self.reconnected.append(output)
        self._end(output)
        self.pump()

    async def target(self, output: OutputId, lang: Language, url: str) -> None:
        self.targets[output] = url
        if output not in self.room.program.outputs:
            body = {"output": output, "lang": lang, "target": "rtmp://127.0.0.1/live2/***"}
            self.post(f"add:{output}", "output.add", body)
        self.pump()

    def pump(self) -> None:
        """Do what the room keeper would: run the outputs that are wanted."""
        wanted = pushing(self.room.broadcasts, self.room.session) if self.encoding else frozenset()
        for output in set(self.outputs) - wanted:
            self._end(output)
        for output in wanted & self.targets.keys():
            key = self.targets[output].rpartition("/")[2]
            running = self.outputs.get(output)
            if running is not None and running.key != key:
                self._end(output)
                running = None
            if running is None and (sender := self._standin.push(key)) is not None:
                self.outputs[output] = FakeOutput(key, sender, self._order(output))
        for output, running in self.outputs.items():
            cover = cover_of(self.room, output)
            running.order = msgspec.structs.replace(running.order, cover=cover)

    def _order(self, output: OutputId) -> Order:
        known = self.room.program.outputs.get(output)
        languages = self.room.session.output_languages
        lang = known.lang if known else next(one for one in languages if output_of(one) == output)
        return Order(
            session="summit",
            output=output,
            kind="rtmp",
            tap="",
            lang=lang,
            url=self.targets[output],
            tone_hz=tone_hz(languages, lang),
        )

    def _end(self, output: OutputId) -> None:
        gone = self.outputs.pop(output)
        if gone.clientid is not None:
            self._standin.unpush(gone.clientid)

    def broadcast(self, lang: Language = EN) -> Broadcast:
        return self.room.broadcasts.languages[lang]

    def lifecycle(self, lang: Language = EN) -> str:
        known = self.room.broadcasts.languages.get(lang)
        return known.sight.lifecycle if known else ""

    async def until(self, holds: Callable[[], bool], what: str, limit_s: float = 30) -> None:
        deadline = time.monotonic() + limit_s
        while not holds():
            assert time.monotonic() < deadline, f"not within {limit_s} s: {what}; {self.state()}"
            await asyncio.sleep(0.01)

    def state(self) -> str:
        return str(
            [
                (each.lang, each.wanted, each.memory, each.sight)
                for each in self.room.broadcasts.languages.values()
            ]
        )


def settings_for(
    standin: YouTubeStandIn,
    directory: Path,
    timeout_s: float = 3,
    secret: str = "a secret of the house",
) -> YouTubeSettings:
    """Our settings for a stand-in, with both channels signed in."""
    settings = YouTubeSettings(
        data_dir=str(directory),
        secret=secret,
        root=standin.root_url,
        standin=True,
        timeout_s=timeout_s,
    )
    vault = Vault(settings)
    for channel, alias in ((EN_CHANNEL, "city-en"), (ZH_CHANNEL, "city-zh")):
        issued = standin.token(channel)
        held = Secret(issued["client_id"], issued["client_secret"], issued["refresh_token"])
        vault.keep(channel, alias, alias, held, Instant(int(time.time() * 1000)))
    return settings


def quota_key(standin: YouTubeStandIn, desk: Desk) -> str:
    """Where our own count of today's units is."""
    project = project_of(standin.state.tokens.client_id)
    return youtube_quota_key(project, pacific_day(desk.clock()))


@asynccontextmanager
async def keeping(desk: Desk, settings: YouTubeSettings, redis: "Redis") -> AsyncIterator[Office]:
    """Our process: everything it knows is gone at the end, the room stays."""
    office = Office(settings, redis, desk.clock, SPEED)
    desk.keeper = BroadcastKeeper(desk, office)
    working = asyncio.create_task(desk.keeper.run())
    try:
        yield office
    finally:
        assert desk.keeper.restarts == 0, "a language crashed"
        assert desk.refusals <= {"broadcast.stale", "exchange.stale", "output.exists"}
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        desk.keeper = None
        office.close()
