"""What viewers and desks see while a process of ours dies by kill -9, on air."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]
import pytest
from socketio.exceptions import SocketIOError

from benchmarks import signals
from rotunda.demo.link import Link, Refused
from tests.fakes.ingest import RtmpIngest
from tests.harness import table
from tests.harness.product import Crowd, Product, eventually, running_product

pytestmark = pytest.mark.media

BACK_S = 60.0
"""Everything comes back in seconds; a busy machine may take this long."""


@dataclass(frozen=True, slots=True)
class OnAir:
    """A session on air in two languages, each to a target of its own."""

    product: Product
    tickets: dict[str, str]
    targets: dict[str, RtmpIngest]

    def received(self, language: str) -> int:
        return self.targets[language].received_bytes(language)

    def connections(self, language: str) -> int:
        return len(self.targets[language].recordings(language))

    async def flows(self, language: str, limit_s: float = BACK_S) -> None:
        """The target receives more than it had."""
        had = self.received(language)
        await eventually(lambda: self.received(language) > had + 20_000, limit_s, "bytes flow")

    def output_pid(self, language: str) -> int:
        """The process that feeds a target, found by its connection."""
        port = self.targets[language].port
        for pid in self.product.pids("streaming.outputs"):
            with suppress(psutil.Error):
                connections = psutil.Process(pid).net_connections()
                if any(each.raddr and each.raddr.port == port for each in connections):
                    return pid
        raise AssertionError(f"nobody feeds {language}")

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Link]:
        async with self.product.connect(self.tickets["desk"]) as link:
            yield link


@pytest.fixture(scope="module")
def on_air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnAir]:
    scratch = tmp_path_factory.mktemp("crash")
    targets = {language: RtmpIngest(scratch / language) for language in ("en", "zh")}
    try:
        for target in targets.values():
            target.directory.mkdir()
            target.start()
        with running_product(scratch / "data") as product:
            yield asyncio.run(go_on_air(product, targets))
    finally:
        for target in targets.values():
            target.kill()


async def go_on_air(product: Product, targets: dict[str, RtmpIngest]) -> OnAir:
    product.import_session(table.TOML)
    tickets = await table.tickets_for(
        product,
        {
            "desk": {"role": "moderator", "name": "Mo"},
            "ana": {"role": "delegate", "seat": "ana"},
            "bo": {"role": "delegate", "seat": "bo"},
        },
    )
    state = OnAir(product, tickets, targets)
    async with state.desk() as desk:
        for language, target in targets.items():
            body = {"kind": "rtmp", "url": target.url(language), "lang": language}
            path = f"/api/sessions/{table.SESSION}/outputs"
            await asyncio.to_thread(product.request, "POST", path, tickets["desk"], body)
        await desk.command("floor.open")
        await desk.command("onair.start")
        await desk.until(
            lambda view: list(table.output_states(view).values()) == ["running"] * 2,
            BACK_S,
            "outputs",
        )
    return state


@asynccontextmanager
async def seated(on_air: OnAir) -> AsyncIterator[tuple[Link, Crowd, str]]:
    """A desk, a delegate on stage who has the floor, and the turn."""
    person = {"ticket": on_air.tickets["ana"], "tone_hz": 440, "rgb": (200, 30, 30)}
    async with on_air.desk() as desk, Crowd(on_air.product.base_url, [person]) as crowd:
        await table.on_stage(desk, "ana")
        turn = await table.give_floor(desk, "ana")
        try:
            yield desk, crowd, turn
        finally:
            with suppress(Refused, TimeoutError):
                await desk.command("floor.end", {"turn": turn})


async def rejoin(crowd: Crowd) -> None:
    """Join again, as a page does, until it works."""

    async def joined() -> bool:
        return await crowd.rejoin(0) is not None

    await eventually(joined, BACK_S, "joined again")


async def test_a_killed_engine_costs_a_slate_and_nothing_else(on_air: OnAir) -> None:
    async with seated(on_air) as (desk, crowd, turn):
        connections = on_air.connections("en")
        on_air.product.kill("streaming.engine")
        await desk.until(lambda view: view["program"]["engine"] != "up", BACK_S, "engine down")
        await on_air.flows("en")
        await desk.until(lambda view: view["program"]["engine"] == "up", BACK_S, "engine up")
        assert desk.view["program"]["on_air"]
        assert desk.view["floor"]["current"]["turn"] == turn, "the turn is kept"
        assert desk.view["program"]["stage"] == ["ana"]
        await rejoin(crowd)
        await table.pictures_later(crowd, 25)
        await on_air.flows("en")
        assert on_air.connections("en") == connections, "the target saw one connection"
    newest = on_air.targets["en"].recordings("en")[-1]
    times_s = (await asyncio.to_thread(signals.read_video, newest)).times_s
    assert list(times_s) == sorted(times_s), "time never goes back"


async def test_a_killed_signaling_loses_no_turn_and_no_packet_on_air(on_air: OnAir) -> None:
    async with seated(on_air) as (desk, _, turn):
        snapshots, connections = desk.snapshots, on_air.connections("en")
        on_air.product.kill("-m signaling")
        await on_air.flows("en")
        await desk.until(lambda _: desk.snapshots > snapshots, BACK_S, "desk is back")
        assert desk.view["floor"]["current"]["turn"] == turn
        assert desk.view["program"]["on_air"]
        assert on_air.connections("en") == connections
        await desk.command("floor.pause", {"turn": turn, "reason": "chair"})
        await desk.until(lambda view: view["floor"]["floor"] == "held", BACK_S, "held")


async def test_what_was_acknowledged_survives_a_killed_store(on_air: OnAir) -> None:
    async with on_air.desk() as desk:
        connections = on_air.connections("en")
        body = {"text": "Does the ferry run in winter?", "lang": "en"}
        await desk.command("question.submit", body)
        on_air.product.kill("valkey-server")
        await on_air.flows("en")
        await answers_again(desk)
    async with on_air.desk() as desk:
        assert any(asked["text"] == body["text"] for asked in desk.view["questions"])
        assert desk.view["program"]["on_air"]
        assert on_air.connections("en") == connections


async def answers_again(desk: Link) -> None:
    """Say something until the store has taken it."""

    async def takes_it() -> bool:
        try:
            await desk.command("question.submit", {"text": "Are you back?", "lang": "en"})
        except (Refused, TimeoutError, SocketIOError):
            return False
        return True

    await eventually(takes_it, BACK_S, "the room answers")


async def test_a_killed_output_comes_back_and_its_neighbour_never_notices(on_air: OnAir) -> None:
    english, chinese = on_air.connections("en"), on_air.connections("zh")
    psutil.Process(on_air.output_pid("en")).kill()
    await eventually(lambda: on_air.connections("en") > english, BACK_S, "connected again")
    await on_air.flows("en")
    await on_air.flows("zh")
    assert on_air.connections("zh") == chinese
    video = await asyncio.to_thread(signals.read_video, on_air.targets["en"].recordings("en")[-1])
    assert video.key_times_s[0] == video.times_s[0], "begins with a key frame"


async def test_a_killed_target_is_tried_again_while_the_other_goes_on(on_air: OnAir) -> None:
    async with on_air.desk() as desk:
        chinese = on_air.connections("zh")
        on_air.targets["en"].kill()
        await desk.until(
            lambda view: table.output_states(view)["en"] in ("retrying", "degraded", "starting"),
            BACK_S,
            "trouble is shown",
        )
        await on_air.flows("zh")
        on_air.targets["en"].start()
        await desk.until(
            lambda view: table.output_states(view)["en"] == "running", BACK_S, "running again"
        )
        await on_air.flows("en")
        assert on_air.connections("zh") == chinese
        assert desk.view["program"]["on_air"]
