"""A browser, a stub server and pages of it."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.harness.browser import CHROMIUM, DEVICES
from tests.harness.web_files import WEB, door
from tests.web_desk.stub import Stub
from tests.web_desk.views import audience_view, desk_view

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
OpenPage = Callable[..., Page]


# Not longer than this package: its loop would be in the way of others' own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(DEVICES))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def doors() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Addresses for the stubs of all tests, or the browser would load every file anew."""
    with door() as desk, door() as audience:
        yield desk, audience


@pytest.fixture
def desk_stub(doors: tuple[socket.socket, socket.socket]) -> Iterator[Stub]:
    stub = Stub(doors[0], desk_view()).start()
    yield stub
    stub.stop()


@pytest.fixture
def audience_stub(doors: tuple[socket.socket, socket.socket]) -> Iterator[Stub]:
    stub = Stub(doors[1], audience_view()).start()
    yield stub
    stub.stop()


@pytest.fixture(scope="package")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """One for most pages: a new one would begin with an empty cache."""
    context = browser.new_context(locale="en")
    yield context
    context.close()


@pytest.fixture
def open_page(browser: Browser, shared: BrowserContext) -> Iterator[OpenPage]:
    """Open an address with nothing stored from an earlier test; a script error fails the test.

    ``viewport`` and ``color_scheme`` are the page's; with ``timezone_id`` or ``alone`` it has a
    context of its own.
    """
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    errors: list[str] = []

    def opened(
        url: str, *, alone: bool = False, color_scheme: Any = None, viewport: Any = None, **own: Any
    ) -> Page:
        context = shared
        if alone or own:
            context = browser.new_context(locale="en", **own)
            contexts.append(context)
        page = context.new_page()
        if not pages and url.startswith("http"):
            forget(page, url)
        pages.append(page)
        page.set_viewport_size(viewport or {"width": 1366, "height": 768})
        page.emulate_media(color_scheme=color_scheme)
        page.set_default_timeout(30_000)  # busy machines are slow, not wrong
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield opened
    for page in pages:
        page.close()
    for context in contexts:
        context.close()
    assert errors == []


def stand_still(page: Page) -> None:
    """From now on no time passes between presses, however slow the machine."""
    page.evaluate("(at_ms) => { performance.now = () => at_ms; }", 60_000)


def forget(page: Page, url: str) -> None:
    """Remove what earlier pages stored for this address."""
    origin = "/".join(url.split("/")[:3])
    forgotten = {"origin": origin, "storageTypes": "cookies,indexeddb,local_storage"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", forgotten)


def violations(page: Page, within: str = "html") -> list[str]:
    """What axe-core finds wrong in a part of the page, in a line each."""
    assert AXE.exists(), "axe-core is missing: npm ci in web/"
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    # A colour on its way from one to another is neither.
    page.evaluate(
        "document.getAnimations().filter(one => one instanceof CSSTransition)"
        ".forEach(one => one.finish())"
    )
    # Without preload: it waits ten seconds for the metadata of a video that never plays here.
    options = "{resultTypes: ['violations'], preload: false}"
    found = page.evaluate(f"part => axe.run(part, {options})", within)
    return [
        f"{item['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for item in found["violations"]
        for node in item["nodes"]
    ]
