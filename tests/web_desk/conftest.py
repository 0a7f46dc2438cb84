"""A browser, a stub server and pages of it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web_desk.stub import WEB, Stub
from tests.web_desk.views import audience_view, desk_view

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
OpenPage = Callable[..., Page]


# Not longer than a module: its loop would be in the way of other modules' own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        yield launched
        launched.close()


@pytest.fixture
def desk_stub() -> Iterator[Stub]:
    stub = Stub(desk_view()).start()
    yield stub
    stub.stop()


@pytest.fixture
def audience_stub() -> Iterator[Stub]:
    stub = Stub(audience_view()).start()
    yield stub
    stub.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open an address in a fresh context; a script error on the page fails the test."""
    contexts = []
    errors: list[str] = []

    def opened(url: str, **options: object) -> Page:
        settings = {"viewport": {"width": 1366, "height": 768}, "locale": "en", **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # busy machines are slow, not wrong
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


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
