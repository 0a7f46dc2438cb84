"""Every page of a running session in every width, both languages, both themes: kept and judged.

The pictures are left in ``build/screenshots/`` for somebody to look at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.harness.browser import chromium, picture_moves
from tests.harness.product import Product, running_product
from tests.harness.screens import VARIANTS, look, shots_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DEADLINE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Venue:
    """The demo, running, and a browser to look at it."""

    product: Product
    browser: Browser

    def open(self, path: str) -> Page:
        context = self.browser.new_context(viewport={"width": 1366, "height": 768})
        context.set_default_timeout(DEADLINE_MS)
        page = context.new_page()
        address, _, ticket = path.partition("#")
        page.goto(f"{address}?ui=en" + (f"#{ticket}" if ticket else ""))
        return page


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    data = tmp_path_factory.mktemp("screens") / "data"
    with running_product(data, demo=True) as product, chromium() as browser:
        yield Venue(product, browser)


@pytest.fixture(scope="module")
def links(venue: Venue) -> dict[str, str]:
    found = venue.product.get("/demo.json")["links"]
    base = venue.product.base_url
    return {
        "lobby": f"{base}/",
        "audience": f"{base}/s/demo",
        "monitor": f"{base}/s/demo/program",
        "listen": f"{base}/s/demo/listen",
        "poster": f"{base}/s/demo/poster",
        "desk": found["moderator"],
        "delegate": found["delegates"][0],
        "room": found["room"],
        "interpreter": found["interpreters"]["zh"],
    }


def judged(page: Page, name: str) -> None:
    faults = look(page, name)
    assert len(shots_of(name)) >= len(VARIANTS)
    assert faults == []


@pytest.mark.parametrize(
    ("name", "ready"),
    [
        ("lobby", ".session"),
        ("audience", ".now b"),
        ("monitor", "h1"),
        ("poster", "svg.qr"),
        ("desk", ".verbs"),
    ],
)
def test_a_page_looks_right_everywhere(
    venue: Venue, links: dict[str, str], name: str, ready: str
) -> None:
    page = venue.open(links[name])
    page.locator(ready).first.wait_for()
    if name not in ("lobby", "poster"):
        picture_moves(page)
    judged(page, name)
    page.context.close()


def test_the_receiver_looks_right_everywhere_while_it_plays(
    venue: Venue, links: dict[str, str]
) -> None:
    page = venue.open(links["listen"])
    page.locator(".listen-language").nth(1).click()
    page.wait_for_function("() => document.querySelector('audio')?.currentTime > 0.5")
    judged(page, "listen")
    page.context.close()


@pytest.mark.parametrize("name", ["delegate", "room", "interpreter"])
def test_the_green_room_and_the_table_look_right_everywhere(
    venue: Venue, links: dict[str, str], name: str
) -> None:
    page = venue.open(links[name])
    join = page.locator(".check .primary:enabled")
    join.wait_for()
    judged(page, f"{name}-check")
    join.click()
    page.locator(".table, .console, .booth").wait_for()
    picture_moves(page)
    judged(page, name)
    page.context.close()
