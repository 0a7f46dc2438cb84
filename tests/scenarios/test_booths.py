"""Two interpreters in real browsers take turns; a delegate who listens to Chinese hears each."""

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]
import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from rotunda.demo.link import Link, View
from tests.harness import table
from tests.harness.browser import CHROMIUM
from tests.harness.product import Crowd, Product, eventually, running_product

pytestmark = [pytest.mark.browser, pytest.mark.media, pytest.mark.timeout(180)]

ANA_HZ, WU_HZ, OAKES_HZ = 440, 700, 1010
SAMPLE_RATE_HZ = 48_000
LOUD_DBFS, GONE_DBFS = -42.0, -52.0
LATELY = 6
"""Quarter seconds of what was heard last; the interpreters' tones pause for less."""
ANA, BO = 0, 1
DEADLINE_S = 40.0
DEADLINE_MS = 40_000

SEATS = """
[[seats]]
seat = "wu"
name = "Wu Mei-Ling"
role = "interpreter"
booth = ["zh", "en"]

[[seats]]
seat = "oakes"
name = "Graham Oakes"
role = "interpreter"
booth = ["zh", "en"]

[[glossary]]
term = "ferry"
says = { zh = "渡輪" }
"""


@dataclass(frozen=True, slots=True)
class Booth:
    """One interpreter's browser."""

    page: Page
    mark: str

    def kill(self) -> None:
        """kill -9 the whole browser, as a crash does."""
        for process in psutil.process_iter(["cmdline"]):
            if self.mark in (process.info["cmdline"] or []):
                for each in [*process.children(recursive=True), process]:
                    with suppress(psutil.NoSuchProcess):
                        each.kill()

    async def enter(self) -> None:
        ready = self.page.locator(".booth-enter .primary:enabled")
        await ready.click(timeout=2 * DEADLINE_MS)
        await self.lamp("free")

    async def lamp(self, kind: str) -> None:
        light = self.page.locator(f'.lamp[data-lamp="{kind}"]')
        await expect(light).to_be_visible(timeout=DEADLINE_MS)

    async def handing(self, kind: str) -> None:
        card = self.page.locator(f'.handover[data-handing="{kind}"]')
        await expect(card).to_be_visible(timeout=DEADLINE_MS)


def write_bursts(path: Path, hz: int) -> None:
    """A tone in bursts: one that never pauses is noise to a browser, and suppressed."""
    time_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    gate = (time_s % 0.5 < 0.3) * np.minimum(1, np.minimum(time_s % 0.5, 0.3 - time_s % 0.5) / 0.02)
    sound = (0.4 * 32767 * gate * np.sin(2 * np.pi * hz * time_s)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(sound.tobytes())


@asynccontextmanager
async def booth(
    playwright: Playwright, scratch: Path, link: str, hz: int, language: str
) -> AsyncIterator[Booth]:
    """A browser of its own, whose microphone says one tone."""
    sound = scratch / f"{hz}.wav"
    write_bursts(sound, hz)
    mark = f"--use-file-for-fake-audio-capture={sound}"
    browser = await playwright.chromium.launch(
        executable_path=str(CHROMIUM),
        args=[
            "--no-sandbox",
            "--disable-background-networking",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
            mark,
        ],
    )
    try:
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        address, _, ticket = link.partition("#")
        await page.goto(f"{address}?ui={language}#{ticket}")
        yield Booth(page, mark)
    finally:
        with suppress(Exception):  # It may have been killed on purpose.
            await browser.close()


async def active(desk: Link, seat: str | None, state: str) -> View:
    """Wait until the booth is in somebody's hands."""

    def there(view: View) -> bool:
        found = view["booths"][0]
        return bool(found["active"] == seat and found["state"] == state)

    return await desk.until(there, DEADLINE_S, f"{seat} {state}")


async def heard(crowd: Crowd, hz: int) -> None:
    """Wait until Bo has been sent a tone."""

    async def there() -> bool:
        return max(step[hz] for step in (await crowd.hear(BO, [hz]))[-LATELY:]) > LOUD_DBFS

    await eventually(there, DEADLINE_S, f"{hz} Hz heard")


async def gone(crowd: Crowd, hz: int) -> None:
    """Wait until Bo is sent nothing of a tone."""

    async def there() -> bool:
        return max(step[hz] for step in (await crowd.hear(BO, [hz]))[-LATELY:]) < GONE_DBFS

    await eventually(there, DEADLINE_S, f"{hz} Hz gone")


def test_a_booth_works_and_survives_a_dead_browser(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        product.import_session(table.TOML + SEATS)
        asyncio.run(interpret(product, tmp_path))


async def interpret(product: Product, scratch: Path) -> None:
    tickets = await table.tickets_for(
        product,
        {
            "ana": {"role": "delegate", "seat": "ana"},
            "bo": {"role": "delegate", "seat": "bo"},
            "wu": {"role": "interpreter", "seat": "wu"},
            "oakes": {"role": "interpreter", "seat": "oakes"},
            "desk": {"role": "moderator", "name": "Mo"},
        },
    )
    people = [
        {"ticket": tickets["ana"], "tone_hz": ANA_HZ},
        {"ticket": tickets["bo"], "keep_sound": True},
    ]
    link = f"{product.base_url}/join#"
    async with (
        product.connect(tickets["desk"]) as desk,
        Crowd(product.base_url, people) as crowd,
        async_playwright() as playwright,
        booth(playwright, scratch, link + tickets["wu"], WU_HZ, "en") as wu,
        booth(playwright, scratch, link + tickets["oakes"], OAKES_HZ, "zh-Hant") as oakes,
    ):
        await asyncio.gather(wu.enter(), oakes.enter())
        await crowd.command(BO, "listen", {"lang": "zh"})
        await desk.command("floor.open")
        await table.give_floor(desk, "ana")
        await go_on_air_and_cough(desk, crowd, wu)
        await hand_over(desk, crowd, wu, oakes)
        await lose_the_partner(desk, crowd, wu, oakes)
        await reload(desk, crowd, wu)


async def go_on_air_and_cough(desk: Link, crowd: Crowd, wu: Booth) -> None:
    # Nobody is heard for being ready.
    assert max(step[WU_HZ] for step in await crowd.hear(BO, [WU_HZ])) < GONE_DBFS
    await wu.page.keyboard.press("m")
    view = await active(desk, "wu", "on_air")
    assert view["booths"][0]["into"] == "zh"
    await wu.lamp("on_air")
    await heard(crowd, WU_HZ)
    await wu.page.keyboard.down("c")
    await active(desk, "wu", "muted")
    await gone(crowd, WU_HZ)
    await wu.page.keyboard.up("c")
    await active(desk, "wu", "on_air")
    await heard(crowd, WU_HZ)


async def hand_over(desk: Link, crowd: Crowd, wu: Booth, oakes: Booth) -> None:
    await wu.page.keyboard.press("h")
    await wu.handing("offer_waits")
    await oakes.handing("offered")
    await active(desk, "wu", "on_air")
    await oakes.page.keyboard.press("Enter")
    await active(desk, "oakes", "on_air")
    await wu.lamp("partner")
    await heard(crowd, OAKES_HZ)
    await gone(crowd, WU_HZ)


async def lose_the_partner(desk: Link, crowd: Crowd, wu: Booth, oakes: Booth) -> None:
    oakes.kill()
    await active(desk, None, "ready")
    await wu.handing("lost")
    await wu.page.keyboard.press("Enter")
    await active(desk, "wu", "on_air")
    await heard(crowd, WU_HZ)


async def reload(desk: Link, crowd: Crowd, wu: Booth) -> None:
    """Whoever reloads is at the sound check, not on air."""
    wu.page.on("dialog", lambda dialog: dialog.accept())
    await wu.page.reload()
    await active(desk, None, "off")
    await gone(crowd, WU_HZ)
    await expect(wu.page.locator(".booth-enter .primary:enabled")).to_be_visible(
        timeout=DEADLINE_MS
    )
