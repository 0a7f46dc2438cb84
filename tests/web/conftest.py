"""A stub server and a real Chromium for the pages' tests."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.harness.browser import CHROMIUM, DEVICES, UNASKED_SOUND
from tests.harness.web_files import WEB, door
from tests.web.stub_server import StubServer

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def listening() -> Iterator[socket.socket]:
    """One address for the stubs of all tests, or the browser would load every file anew."""
    with door() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def stub(listening: socket.socket) -> AsyncIterator[StubServer]:
    server = StubServer()
    await server.start(listening)
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*DEVICES, UNASKED_SOUND]
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """One for all pages: a new one would begin with an empty cache."""
    opened = await browser.new_context(
        viewport={"width": 1366, "height": 768}, reduced_motion="reduce"
    )
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, stub: StubServer) -> AsyncIterator[Page]:
    """A page that fails its test when a script throws; nothing is stored from an earlier one."""
    opened = await context.new_page()
    session = await context.new_cdp_session(opened)
    forgotten = {"origin": stub.address, "storageTypes": "cookies,indexeddb,local_storage"}
    await session.send("Storage.clearDataForOrigin", forgotten)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    await opened.close()
    assert problems == []


async def take_seat(
    page: Page, stub: StubServer, language: str = "en", who: str = "delegate"
) -> None:
    """Open the link, pass the green room."""
    await page.goto(f"{stub.address}/join?ui={language}#{who}-1")
    await page.locator(".check .primary:enabled").click()
    await page.locator(".console, .table").wait_for()
