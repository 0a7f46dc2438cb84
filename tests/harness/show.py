"""A show in two languages on YouTube: the whole product in its processes, the stand-in in ours.

The stand-in outlives every process of the product, as YouTube does, and says by itself what each
broadcast is and has received; the desk is what the product says of it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from rotunda.demo.link import Link, View
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, Timings, YouTubeStandIn
from tests.fakes.youtube.flv import FlvReader
from tests.fakes.youtube.model import Broadcast, Stream
from tests.harness import table
from tests.harness.product import Crowd, Product, eventually, running_product
from tests.streaming.youtube.desk import settings_for

LANGUAGES = ("en", "zh")
CHANNELS = {"en": EN_CHANNEL, "zh": ZH_CHANNEL}
TONES_HZ = {"en": 440, "zh": 550}
"""What a preflight sends in each language."""

WHISTLES_HZ = {"bo": 6200, "wu": 5200}
"""Who speaks, above everything that a voice of the load client has."""

FINE = frozenset(
    f"youtube.{each}"
    for each in ("live", "encoder_slow", "packets_late", "pictures_stopped", "silent")
)
"""What a desk may say of a language that nothing has befallen: tests may be more than a machine
can do in time, and then the desk says so."""

FOR_EVER_S = 3600.0
STEP_S = 60.0
"""A patient limit for everything that is a matter of seconds."""

TOML = (
    table.TOML.replace('languages = ["en", "zh"]', 'languages = ["en", "zh"]\npublic = false')
    + """
[[seats]]
seat = "wu"
name = "Wu Mei-Ling"
role = "interpreter"
language = "zh"
booth = ["zh"]

[youtube]
privacy = "unlisted"
channels = { en = "city-en", zh = "city-zh" }
"""
)

ROLES = {
    "desk": {"role": "moderator", "name": "Mo"},
    "ana": {"role": "delegate", "seat": "ana"},
    "bo": {"role": "delegate", "seat": "bo"},
    "wu": {"role": "interpreter", "seat": "wu"},
}
PEOPLE = ("ana", "bo", "wu")


@dataclass(slots=True)
class Show:
    """What a test has of a show."""

    product: Product
    standin: YouTubeStandIn
    tickets: dict[str, str]

    @asynccontextmanager
    async def desk(self) -> AsyncIterator["ShowDesk"]:
        async with self.product.connect(self.tickets["desk"]) as link:
            yield ShowDesk(self, link)

    def crowd(self) -> Crowd:
        """Ana flashes and beeps, Bo speaks, Wu interprets into Chinese."""
        people = [
            {"ticket": self.tickets["ana"], "marks": True},
            {"ticket": self.tickets["bo"], "voice_hz": 110, "tone_hz": WHISTLES_HZ["bo"]},
            {"ticket": self.tickets["wu"], "voice_hz": 210, "tone_hz": WHISTLES_HZ["wu"]},
        ]
        return Crowd(self.product.base_url, people)

    # What YouTube has.

    def broadcasts(self, lang: str) -> list[Broadcast]:
        """Every broadcast that its channel ever had."""

        def mine() -> list[Broadcast]:
            held = self.standin.state.broadcasts.values()
            return [one for one in held if one.snippet.channel_id == CHANNELS[lang]]

        return self.standin.run(mine)

    def broadcast(self, lang: str) -> Broadcast:
        """The only broadcast of a channel."""
        (only,) = self.broadcasts(lang)
        return only

    def stream(self, lang: str) -> Stream:
        """The only stream of a channel."""

        def mine() -> list[Stream]:
            held = self.standin.state.streams.values()
            return [one for one in held if one.channel_id == CHANNELS[lang]]

        (only,) = self.standin.run(mine)
        return only

    def lifecycles(self) -> dict[str, list[str]]:
        return {lang: [one.lifecycle.value for one in self.broadcasts(lang)] for lang in LANGUAGES}

    def recordings(self, lang: str) -> list[Path]:
        """What each connection of a language sent, oldest first, whatever its key was."""
        assert self.standin.ingest is not None
        stream, state = self.stream(lang), self.standin.state
        names = [name for held in state.recordings.values() for name in held]
        mine = sorted(name for name in names if name.startswith(f"{stream.id}_"))
        paths = (self.standin.ingest.directory / "flv" / f"{name}.flv" for name in mine)
        return [path for path in paths if path.exists()]

    def media_s(self, lang: str) -> float:
        """How far the newest connection has come, in its own time."""
        reader = FlvReader()
        for path in self.recordings(lang)[-1:]:
            reader.feed(path.read_bytes())
        return reader.last_ms / 1000

    def happen(self, fault: str, lang: str) -> object:
        """Let something befall a language's stream at once; ``Faults`` says what there is."""
        stream, work = self.stream(lang).id, getattr(self.standin.faults, fault)
        return self.standin.run(lambda: work(stream))

    def refuse(self, lang: str, *, refused: bool) -> None:
        """Whether YouTube takes pushes to a language's key."""
        stream = self.stream(lang).id
        self.standin.run(lambda: self.standin.faults.refuse_publish(stream, refused=refused))

    @contextmanager
    def frozen(self, *langs: str) -> Iterator[None]:
        """Nothing comes through of what is pushed to these languages; connections stay."""
        ingest = self.standin.ingest
        assert ingest is not None
        keys = [self.stream(lang).key for lang in langs]
        self.standin.run(lambda: [ingest.plain.freeze(key) for key in keys])
        try:
            yield
        finally:
            self.standin.run(ingest.plain.thaw)

    @contextmanager
    def slow(self, lang: str, bytes_per_s: float) -> Iterator[None]:
        """No more than so much comes through of what is pushed to a language."""
        ingest, key = self.standin.ingest, self.stream(lang).key
        assert ingest is not None
        self.standin.run(lambda: ingest.plain.pace(key, bytes_per_s))
        try:
            yield
        finally:
            self.standin.run(lambda: ingest.plain.pace(key, None))

    @contextmanager
    def strange_certificate(self) -> Iterator[None]:
        """The ingest shows a certificate that nobody has signed, until the end."""
        assert self.standin.ingest is not None
        self.standin.ingest.present(trusted=False)
        try:
            yield
        finally:
            self.standin.ingest.present(trusted=True)

    @contextmanager
    def no_network(self) -> Iterator[None]:
        """Neither bytes nor answers come through, and nobody says why, until the end."""
        ingest, faults = self.standin.ingest, self.standin.faults
        assert ingest is not None
        ingest.tls.accept_delay_s = FOR_EVER_S
        self.standin.run(lambda: faults.add("hang", count=None))
        try:
            with self.frozen(*LANGUAGES):
                yield
        finally:
            ingest.tls.accept_delay_s = 0.0
            self.standin.run(faults.clear)

    def unfed_s(self) -> float:
        """How long both broadcasts have been live without data."""
        now_s = self.standin.state.clock.now_s()
        held = [one for lang in LANGUAGES for one in self.broadcasts(lang)]
        live = [one.unfed_since_s for one in held if one.lifecycle.value == "live"]
        return min((0.0 if since is None else now_s - since) for since in live)

    def channel(self, lang: str) -> str:
        return CHANNELS[lang]

    def sign_in(self) -> None:
        """Sign in to both channels, as ``rotunda youtube login`` does."""
        settings_for(self.standin, self.product.data_dir)

    def pusher_pids(self) -> list[int]:
        """The processes that push to YouTube, found by whom they are connected to."""
        port = int(self.standin.state.addresses.rtmps.rpartition(":")[2].partition("/")[0])
        found = []
        for pid in self.product.pids("streaming.outputs"):
            with suppress(psutil.Error):
                connections = psutil.Process(pid).net_connections()
                if any(each.raddr and each.raddr.port == port for each in connections):
                    found.append(pid)
        return found

    async def plays(self, lang: str, seconds: float, limit_s: float = STEP_S) -> None:
        """Wait until so much more has arrived, on the newest connection or a newer one."""
        known, begun_s = len(self.recordings(lang)), self.media_s(lang)

        def enough() -> bool:
            newer = len(self.recordings(lang)) > known
            return self.media_s(lang) >= (0 if newer else begun_s) + seconds

        await eventually(enough, limit_s, f"{seconds} s more in {lang}")


@dataclass(slots=True)
class ShowDesk:
    """The moderator's desk of a show."""

    show: Show
    link: Link

    def seen(self, lang: str, view: View | None = None) -> dict[str, Any]:
        """What the desk shows of a language."""
        shown = (view or self.link.view)["youtube"]["broadcasts"]
        return next(dict(one) for one in shown if one["lang"] == lang)

    def codes(self) -> dict[str, str]:
        return {lang: str(self.seen(lang)["code"]) for lang in LANGUAGES}

    async def until(
        self, holds: Callable[[dict[str, dict[str, Any]]], bool], what: str, limit_s: float = STEP_S
    ) -> None:
        """Wait until what the desk shows of the languages is right."""
        try:
            await self.link.until(
                lambda view: holds({lang: self.seen(lang, view) for lang in LANGUAGES}),
                limit_s,
                what,
            )
        except TimeoutError:
            raise AssertionError(f"not within {limit_s} s: {what}; {self.codes()}") from None

    async def says(self, limit_s: float = STEP_S, **codes: str) -> None:
        """Wait until the desk says these sentences, each of a language."""

        def said(seen: dict[str, dict[str, Any]]) -> bool:
            return all(seen[lang]["code"] == f"youtube.{code}" for lang, code in codes.items())

        await self.until(said, str(codes), limit_s)

    async def to_preflight(self) -> None:
        await self.link.command("broadcast.preflight")
        await self.says(en="ready", zh="ready")

    async def to_live(self) -> None:
        await self.link.command("broadcast.live", {"expect": "unlisted"})
        await self.says(en="live", zh="live")

    async def seat_everybody(self, crowd: Crowd) -> str:
        """Ana has the picture and the floor, Wu the microphone of the booth; gives Ana's turn."""
        booth = PEOPLE.index("wu")
        await self.link.until(
            lambda view: bool(table.media_of(view, "wu")["microphone"]),
            table.PATIENCE_S,
            "Wu's microphone",
        )
        await crowd.command(booth, "booth.ready")
        await crowd.command(booth, "booth.on")
        await self.link.command("floor.open")
        await table.on_stage(self.link, "ana")
        return await table.give_floor(self.link, "ana")


@contextmanager
def running_show(
    scratch: Path,
    timings: Timings | None = None,
    program: str = "640x360@25",
    session: str = TOML,
) -> Iterator[Show]:
    """The product with both channels signed in, and the stand-in; nothing is on YouTube yet."""
    data = scratch / "data"
    data.mkdir(parents=True)
    with YouTubeStandIn(scratch / "youtube", timings=timings) as standin:
        signed_in = settings_for(standin, data)
        settings = {
            "ROTUNDA_YOUTUBE_ROOT": standin.root_url,
            "ROTUNDA_YOUTUBE_STANDIN": "1",
            "ROTUNDA_CA_FILE": str(standin.authority),
            "ROTUNDA_SECRET": signed_in.secret,
        }
        with running_product(data, program=program, settings=settings) as product:
            product.import_session(session)
            tickets = asyncio.run(table.tickets_for(product, ROLES))
            yield Show(product, standin, tickets)
