"""A stub server and a real Chromium for the pages' tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.web.stub_server import StubServer

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest_asyncio.fixture(loop_scope="session")
async def stub() -> AsyncIterator[StubServer]:
    server = StubServer()
    server.address = await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that fails its test when a script throws."""
    context = await browser.new_context(
        viewport={"width": 1366, "height": 768}, reduced_motion="reduce"
    )
    opened = await context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    await context.close()
    assert problems == []


async def take_seat(
    page: Page, stub: StubServer, language: str = "en", who: str = "delegate"
) -> None:
    """Open the link, pass the green room."""
    await page.goto(f"{stub.address}/join?ui={language}#{who}-1")
    await page.locator(".check .primary:enabled").click()
    await page.locator(".console, .table").wait_for()
