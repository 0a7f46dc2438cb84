"""An interpreter's browser, whose microphone says one tone or whose camera sees one colour."""

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]
from playwright.async_api import Page, Playwright, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.harness.browser import CHROMIUM, DEVICES, UNASKED_SOUND

SAMPLE_RATE_HZ = 48_000
DEADLINE_MS = 40_000
AGAIN_MS = 2_000


@dataclass(frozen=True, slots=True)
class Booth:
    """One interpreter's browser."""

    page: Page
    mark: str
    """An argument that is this browser's alone."""

    def processes(self) -> list[psutil.Process]:
        """The whole browser."""
        return [
            each
            for process in psutil.process_iter(["cmdline"])
            if self.mark in (process.info["cmdline"] or [])
            for each in [*process.children(recursive=True), process]
        ]

    def kill(self) -> None:
        """kill -9 the whole browser, as a crash does."""
        for each in self.processes():
            with suppress(psutil.NoSuchProcess):
                each.kill()

    async def enter(self) -> None:
        # Until the room misses an older page of the seat, its microphone is taken for this one's;
        # then the button rests again, and a press that falls into that is pressed again.
        pressed = self.page.locator(".booth-enter .primary:enabled")
        passed = self.page.locator(".lamp")
        async with asyncio.timeout(2 * DEADLINE_MS / 1000):
            while not await passed.is_visible():
                with suppress(PlaywrightTimeout):
                    await pressed.click(timeout=AGAIN_MS)
                    await passed.wait_for(timeout=AGAIN_MS)
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
    playwright: Playwright, scratch: Path, link: str, hz: int, language: str, script: str = ""
) -> AsyncIterator[Booth]:
    """A browser whose microphone says a tone; ``script`` runs before the page's own."""
    sound = scratch / f"{hz}.wav"
    write_bursts(sound, hz)
    mark = f"--use-file-for-fake-audio-capture={sound}"
    async with opened(playwright, link, mark, language, script) as made:
        yield made


@asynccontextmanager
async def opened(
    playwright: Playwright, link: str, mark: str, language: str, script: str = ""
) -> AsyncIterator[Booth]:
    """A browser of its own at a booth's page; ``mark`` says what its device plays."""
    browser = await playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=[*DEVICES, UNASKED_SOUND, mark]
    )
    try:
        page = await browser.new_page(viewport={"width": 1366, "height": 768})
        await page.add_init_script(script)
        address, _, ticket = link.partition("#")
        await page.goto(f"{address}?ui={language}#{ticket}")
        yield Booth(page, mark)
    finally:
        with suppress(Exception):  # It may have been killed on purpose.
            await browser.close()
