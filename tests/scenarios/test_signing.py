"""Two signers in real browsers share one place in the picture, judged by what is played."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import av
import numpy as np
import pytest
from playwright.async_api import Playwright, async_playwright, expect

from rotunda.demo.link import Link, View
from streaming.picture.canvas import planes_of
from streaming.picture.layout import Plan, arrange
from tests.harness import table
from tests.harness.booths import DEADLINE_MS, Booth, opened
from tests.harness.product import Crowd, Product, eventually, running_product
from tests.streaming.picture.coded import BLUE, RED, Yuv, close, colour_at
from venue.ids import SeatId
from venue.scene import Layout

pytestmark = [pytest.mark.browser, pytest.mark.media, pytest.mark.timeout(180)]

WIDTH_PX, HEIGHT_PX = 640, 360
DEADLINE_S = 25.0
SEATS = """
[[seats]]
seat = "mei"
name = "Hsu Mei-Fang"
role = "interpreter"
booth = ["sgn-tss"]

[[seats]]
seat = "kai"
name = "Chang Kai"
role = "interpreter"
booth = ["sgn-tss"]
"""
PLACE_SHOWS = """([who, x, y, width, height]) => {
  const video = document.querySelector(".booth-picture video");
  if (!video?.videoWidth) return false;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(video, 0, 0, width, height);
  const [red, , blue] = canvas.getImageData(x, y, 1, 1).data;
  const seen = red > 150 && blue < 90 ? "mei" : blue > 150 && red < 90 ? "kai" : "card";
  return seen === who;
}"""


class Signer(Booth):
    """One signer's browser, whose camera sees one colour."""

    async def sees(self, who: str) -> None:
        """Wait until the program on this page has a signer, or a card, in the place."""
        spot = spot_of(plan_of(Layout.GALLERY))
        size = [WIDTH_PX, HEIGHT_PX]
        await self.page.wait_for_function(PLACE_SHOWS, arg=[who, *spot, *size], timeout=DEADLINE_MS)


def write_camera(path: Path, colour: Yuv) -> None:
    """A second of one colour, with a line that moves so that the encoder has work."""
    width, height = 640, 480
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H480 F25:1 Ip A1:1 C420jpeg\n")
        for index in range(25):
            luma = np.full((height, width), colour[0], np.uint8)
            luma[index * 4 : index * 4 + 2] = 16
            half = (height // 2, width // 2)
            u, v = (np.full(half, value, np.uint8) for value in colour[1:])
            file.write(b"FRAME\n" + luma.tobytes() + u.tobytes() + v.tobytes())


@asynccontextmanager
async def signer(
    playwright: Playwright, scratch: Path, link: str, colour: Yuv, language: str
) -> AsyncIterator[Signer]:
    camera = scratch / f"{language}.y4m"
    write_camera(camera, colour)
    mark = f"--use-file-for-fake-video-capture={camera}"
    async with opened(playwright, link, mark, language) as booth:
        yield Signer(booth.page, booth.mark)


class Viewer:
    """Plays what the audience plays, and looks at one picture of it."""

    def __init__(self, product: Product, scratch: Path) -> None:
        self._root = f"{product.base_url}/hls/{table.SESSION}/video"
        self._file = scratch / "newest.mp4"

    async def newest(self) -> av.VideoFrame:
        """The last picture of the newest segment."""
        async with aiohttp.ClientSession(raise_for_status=True) as http:

            async def get(name: str) -> bytes:
                async with http.get(f"{self._root}/{name}") as answer:
                    return await answer.read()

            lines = (await get("index.m3u8")).decode().split("\n")
            segments = [line for line in lines if line and not line.startswith("#")]
            (start,) = {line for line in lines if line.startswith("#EXT-X-MAP")}
            head = await get(start.split('"')[1])
            self._file.write_bytes(head + await get(segments[-1]))
        with av.open(str(self._file)) as container:
            return list(container.decode(video=0))[-1]

    async def until(self, what: str, plan: Plan, colour: Yuv) -> av.VideoFrame:
        """Wait until the signer's place shows a colour."""
        found: list[av.VideoFrame] = []

        async def there() -> bool:
            try:
                frame = await self.newest()
            except aiohttp.ClientError:
                return False  # There is no playlist yet.
            found[:] = [frame]
            return close(colour_at(frame, *spot_of(plan)), colour, 30)

        await eventually(there, 2 * DEADLINE_S, what)
        return found[0]


def plan_of(layout: Layout) -> Plan:
    """Where everything stands with two delegates and a signer."""
    seats = (SeatId("ana"), SeatId("bo"))
    return arrange(layout, seats, WIDTH_PX, HEIGHT_PX, question=False, signer=True)


def spot_of(plan: Plan) -> tuple[int, int]:
    """A spot of the signer's place where a card is plain."""
    assert plan.signer is not None
    place = plan.signer
    return place.x_px + place.width_px // 4, place.y_px + place.height_px * 3 // 4


async def active(desk: Link, seat: str | None) -> View:
    return await desk.until(
        lambda view: bool(view["booths"]) and view["booths"][0]["active"] == seat,
        DEADLINE_S,
        f"{seat} has the place",
    )


def test_signers_share_one_place_and_survive_a_dead_browser(tmp_path: Path) -> None:
    with running_product(tmp_path / "data", program=f"{WIDTH_PX}x{HEIGHT_PX}@25") as product:
        product.import_session(table.TOML + SEATS)
        asyncio.run(sign(product, tmp_path))


async def sign(product: Product, scratch: Path) -> None:
    people: Mapping[str, Mapping[str, str]] = {
        "ana": {"role": "delegate", "seat": "ana"},
        "bo": {"role": "delegate", "seat": "bo"},
        "mei": {"role": "interpreter", "seat": "mei"},
        "kai": {"role": "interpreter", "seat": "kai"},
        "desk": {"role": "moderator", "name": "Mo"},
    }
    tickets = await table.tickets_for(product, people)
    delegates: list[dict[str, Any]] = [{"ticket": tickets["ana"]}, {"ticket": tickets["bo"]}]
    link, viewer = f"{product.base_url}/join#", Viewer(product, scratch)
    async with (
        product.connect(tickets["desk"]) as desk,
        Crowd(product.base_url, delegates),
        async_playwright() as playwright,
        signer(playwright, scratch, link + tickets["mei"], RED, "en") as mei,
        signer(playwright, scratch, link + tickets["kai"], BLUE, "zh-Hant") as kai,
    ):
        await table.on_stage(desk, "ana", "bo")
        await desk.command("onair.start")
        await asyncio.gather(mei.enter(), kai.enter())
        await step_in(desk, viewer, mei)
        await hand_over(desk, mei, kai)
        await lose_the_partner(desk, mei, kai)
        await reload(desk, mei)


async def step_in(desk: Link, viewer: Viewer, mei: Signer) -> None:
    """Nobody is seen for being ready; whoever steps in is seen beside everybody else."""
    assert desk.view["booths"][0]["into"] is None
    await mei.page.keyboard.press("m")
    await active(desk, "mei")
    await mei.lamp("on_air")
    plan = plan_of(Layout.GALLERY)
    frame = await viewer.until("the signer is seen", plan, RED)
    for tile in plan.tiles:
        part = planes_of(frame).part(tile.rect)
        assert not close(colour_at(frame, tile.rect.x_px + 40, tile.rect.y_px + 40), RED, 30)
        assert int(part.y.max()) > 16


async def hand_over(desk: Link, mei: Signer, kai: Signer) -> None:
    """The place changes hands when both agree, and stays where it is in another layout."""
    await mei.page.keyboard.press("h")
    await kai.handing("offered")
    await active(desk, "mei")
    await kai.page.keyboard.press("Enter")
    await active(desk, "kai")
    await mei.lamp("partner")
    await desk.command("stage.scene", {"layout": "side_by_side"})
    await mei.sees("kai")


async def lose_the_partner(desk: Link, mei: Signer, kai: Signer) -> None:
    kai.kill()
    view = await active(desk, None)
    assert view["booths"][0]["handover"]["kind"] == "lost"
    await mei.handing("lost")
    await mei.sees("card")
    await mei.page.keyboard.press("Enter")
    await active(desk, "mei")
    await mei.sees("mei")


async def reload(desk: Link, mei: Signer) -> None:
    """Whoever reloads is at the check, not in the picture; however long it took, it was no loss."""
    mei.page.on("dialog", lambda dialog: dialog.accept())
    await mei.page.reload()
    await active(desk, None)
    enter = mei.page.locator(".booth-enter .primary:enabled")
    await expect(enter).to_be_visible(timeout=DEADLINE_MS)
    await mei.enter()
    assert desk.view["booths"][0]["active"] is None
