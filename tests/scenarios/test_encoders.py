"""The room's feed from encoders that are not ours: GStreamer and FFmpeg, one after another.

Judged by what a real nginx-rtmp received of the program, and by the engine's own figures.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import redis.asyncio

from benchmarks import signals
from rotunda.demo.link import Link
from tests.fakes.ingest import RtmpIngest
from tests.harness import table
from tests.harness.product import ROOT, Product, eventually, running_product
from venue import journal as keys
from venue.ids import SessionId

pytestmark = pytest.mark.media

LOUD_DBFS = -38.0
PICTURES = 50


@dataclass(frozen=True, slots=True)
class Encoder:
    """A foreign encoder and what it shows and plays."""

    name: str
    colour: str
    hz: int

    @property
    def rgb(self) -> tuple[int, int, int]:
        red, green, blue = bytes.fromhex(self.colour)
        return red, green, blue


ENCODERS = (
    Encoder("gstreamer-h264", "2030c8", 440),
    Encoder("gstreamer-vp8", "c81e1e", 620),
    Encoder("ffmpeg", "1eaa28", 870),
)


@dataclass(frozen=True, slots=True)
class Received:
    """What came of all encoders, in their order."""

    figures: Mapping[str, Mapping[str, int]]
    """By encoder: decoded pictures, and packets of sound that were played."""
    colours: list[tuple[int, int, int]]
    levels: list[dict[float, float]]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Received]:
    assert shutil.which("gst-inspect-1.0"), "GStreamer is not installed"
    scratch = tmp_path_factory.mktemp("encoders")
    ingest = RtmpIngest(scratch)
    ingest.start()
    try:
        # libnice has no loopback candidates: the feed comes over another address of the machine.
        with running_product(scratch / "data") as product:
            yield asyncio.run(feed_room(product, ingest, certificate(scratch)))
    finally:
        ingest.kill()


def certificate(directory: Path) -> tuple[str, str]:
    """FFmpeg's own is on a curve that browsers and we refuse; see docs/operations.md."""
    path, key = directory / "whip.pem", directory / "whip.key"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=w"
    files = ["-keyout", str(key), "-out", str(path)]
    subprocess.run(["openssl", *words.split(), *files], check=True, capture_output=True)
    return str(path), str(key)


async def feed_room(product: Product, ingest: RtmpIngest, files: tuple[str, str]) -> Received:
    product.import_session(table.TOML)
    tickets = await table.tickets_for(
        product, {"desk": {"role": "moderator"}, "room": {"role": "room", "seat": "room"}}
    )
    figures = {}
    # No page is open: the encoder alone brings the engine up.
    async with publishing(product, ENCODERS[0], tickets["room"], files):
        await eventually(lambda: playing(product), 60, "an engine for the encoder alone")
    async with product.connect(tickets["desk"]) as desk:
        await desk.until(lambda view: view["program"]["engine"] == "up", 60, "engine")
        body = {"kind": "rtmp", "url": ingest.url("en"), "lang": "en"}
        path = f"/api/sessions/{table.SESSION}/outputs"
        await asyncio.to_thread(product.request, "POST", path, tickets["desk"], body)
        await desk.command("floor.mode", {"mode": "panel_open"})
        await desk.command("stage.scene", {"layout": "gallery"})
        await desk.command("onair.start")
        for encoder in ENCODERS:
            async with publishing(product, encoder, tickets["room"], files):
                figures[encoder.name] = await watched(product, desk, encoder)
                before = ingest.received_bytes("en")
                await eventually(
                    lambda before=before: ingest.received_bytes("en") > before + 400_000,  # type: ignore[misc]
                    30,
                    f"the program with {encoder.name}",
                )
        await desk.command("onair.stop")
        await desk.until(lambda view: not view["program"]["on_air"], table.PATIENCE_S, "off air")
    ingest.kill()
    (recording,) = ingest.recordings("en")
    middle = (160, 90, 320, 120)
    return Received(
        figures,
        [
            signals.region_rgb(picture, middle)
            for _, picture in signals.read_pictures(recording, every_s=0.5)
        ],
        signals.tone_levels(
            signals.read_sound(recording), [encoder.hz for encoder in ENCODERS], step_s=0.25
        ),
    )


@asynccontextmanager
async def publishing(
    product: Product, encoder: Encoder, ticket: str, files: tuple[str, str]
) -> AsyncIterator[None]:
    """Run one encoder; it ends by itself when its input does."""
    door = f"{product.base_url}/whip/{table.SESSION}"
    kind, _, coder = encoder.name.partition("-")
    shown = (encoder.colour, str(encoder.hz))
    if kind == "gstreamer":
        script = str(ROOT / "tests" / "fakes" / "gst_whip.py")
        command = ["/usr/bin/python3", script, door, coder, *shown]
    else:
        command = [sys.executable, "-m", "tests.fakes.ffmpeg_whip", door, *files, *shown]
    with (product.data_dir / f"{encoder.name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=ROOT
        )
    assert process.stdin is not None
    process.stdin.write(ticket.encode() + b"\n")
    try:
        yield
        process.stdin.close()
        async with asyncio.timeout(table.PATIENCE_S):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def watched(product: Product, desk: Link, encoder: Encoder) -> dict[str, int]:
    """Wait for the feed; count what the engine decodes and plays of it."""
    log = product.data_dir / f"{encoder.name}.log"

    def live(view: dict[str, Any]) -> bool:
        media = table.media_of(view, "room")
        return bool(media["camera"] and media["microphone"] and media["link"] == "good")

    try:
        await desk.until(live, table.PATIENCE_S, "the feed")
    except TimeoutError:
        pytest.fail(f"{encoder.name} does not arrive: {log.read_text()[-2000:]}")
    await desk.command("stage.bring", {"seat": "room"})
    before = await counters(product)
    after = dict(before)

    async def enough() -> bool:
        after.update(await counters(product))
        return after["pictures"] - before["pictures"] > PICTURES and after["sounds"] > PICTURES

    try:
        await eventually(enough, table.PATIENCE_S, f"pictures and sound of {encoder.name}")
    except AssertionError as error:
        pytest.fail(f"{error}; first {before}, last {after}; {log.read_text()[-2000:]}")
    return {"pictures": after["pictures"] - before["pictures"], "sounds": after["sounds"]}


async def playing(product: Product) -> bool:
    """Whether there is an engine that plays the room's sound."""
    try:
        return (await counters(product))["sounds"] > 0
    except (TypeError, aiohttp.ClientError):
        return False  # no engine yet, or it has only just begun


async def counters(product: Product) -> dict[str, int]:
    """Of the engine's own status: all pictures decoded, and the packets of the seat's sound."""
    note = json.loads((product.data_dir / "run.json").read_text())
    store = redis.asyncio.Redis.from_url(note["redis_url"])
    lease = json.loads(await store.get(keys.media_key(SessionId(table.SESSION))))
    await store.aclose()
    connector = aiohttp.UnixConnector(path=lease["address"].removeprefix("unix:"))
    async with (
        aiohttp.ClientSession(connector=connector) as client,
        client.get("http://engine/status") as answer,
    ):
        status = await answer.json()
    sound = (status["sound"]["sources"] or {}).get("room", {})
    played = sound["counters"]["received"] if sound.get("playing") else 0
    return {"pictures": status["picture"]["decoded"], "sounds": played}


def test_the_engine_decodes_pictures_and_sound_of_every_encoder(received: Received) -> None:
    assert set(received.figures) == {encoder.name for encoder in ENCODERS}
    for figures in received.figures.values():
        assert figures["pictures"] > PICTURES
        assert figures["sounds"] > PICTURES


def test_the_program_shows_every_encoder_in_its_turn(received: Received) -> None:
    seen = [
        encoder.name
        for colour in received.colours
        for encoder in ENCODERS
        if signals.looks_like(colour, encoder.rgb)
    ]
    order = list(dict.fromkeys(seen))
    assert order == [encoder.name for encoder in ENCODERS], received.colours
    assert all(seen.count(name) >= 2 for name in order)


def test_the_program_holds_the_tone_of_every_encoder(received: Received) -> None:
    for encoder in ENCODERS:
        loudest = max(step[encoder.hz] for step in received.levels)
        assert loudest > LOUD_DBFS, f"{encoder.name}: {loudest:.0f} dBFS"
