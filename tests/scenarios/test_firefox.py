"""A delegate in Firefox, which sends and takes VP8: Debian's build has no H.264."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.harness import table
from tests.harness.browser import words
from tests.harness.firefox import FirefoxPage, firefox
from tests.harness.product import Product, eventually, running_product

pytestmark = pytest.mark.browser

PICTURE_S = 40.0
PROGRAM = "document.querySelector('section.program video')"


async def engine_status(product: Product) -> dict[str, Any]:
    """What the engine says of itself on its unix socket."""
    run = json.loads((product.data_dir / "run.json").read_text(encoding="utf-8"))
    sockets = Path(urlsplit(run["redis_url"]).path).parent
    door = str(sockets / f"engine-{table.SESSION}.sock")
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(door)) as http,
        http.get("http://engine/status") as answer,
    ):
        status: dict[str, Any] = await answer.json()
        return status


async def peer_of(product: Product, seat: str) -> dict[str, Any]:
    peers = (await engine_status(product))["peers"]
    return next((peer for peer in peers if peer["seat"] == seat and peer["connected"]), {})


async def take_seat(page: FirefoxPage) -> None:
    """Through the green room to the table."""
    await page.press(".check .primary")
    standing = words("en")["standing.off"]
    await page.until(
        f"document.querySelector('.tally')?.innerText.includes({json.dumps(standing)})",
        20,
        "the table",
    )


async def test_a_delegate_in_firefox_is_seen_and_heard_and_sees_the_program(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        product.import_session(table.TOML)
        link = product.link(table.SESSION, "delegate", seat="ana")
        desk_ticket = product.ticket(table.SESSION, "moderator", name="Mo")
        address, _, ticket = link.partition("#")
        async with firefox(tmp_path / "profile") as browser, product.connect(desk_ticket) as desk:
            page = await browser.open(f"{address}?ui=en#{ticket}")
            await take_seat(page)
            # Its picture and its sound arrive, by what the engine counts and the desk is told.
            await desk.until(
                lambda view: (
                    table.media_of(view, "ana")["camera"]
                    and table.media_of(view, "ana")["microphone"]
                ),
                PICTURE_S,
                "camera and microphone of Firefox",
            )
            before = await peer_of(product, "ana")
            assert (before["kind"], before["return"]) == ("browser", "vp8")

            async def sends_more() -> bool:
                now = await peer_of(product, "ana")
                return bool(now and now["packets_in"] > before["packets_in"] + 50)

            await eventually(sends_more, 40, "more packets from Firefox")
            # The program plays: it has a size, and its time goes on.
            await page.until(f"{PROGRAM}.videoWidth > 0", PICTURE_S, "the program's picture")
            begun_s = await page.evaluate(f"{PROGRAM}.currentTime")
            await page.until(f"{PROGRAM}.currentTime > {begun_s + 1}", 40, "the program goes on")
            # Called, it has the floor: sound of Firefox opens the turn by itself.
            await table.give_floor(desk, "ana")
            floor = words("en")["standing.floor"]
            await page.until(
                f"document.querySelector('.tally').innerText.includes({json.dumps(floor)})",
                20,
                "Firefox says that it has the floor",
            )
