"""Moderator, two delegates and the audience in real Chromium, in both interface languages."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.harness import table
from tests.harness.browser import button, chromium, pattern, picture_moves, press
from tests.harness.product import Product, running_product

pytestmark = pytest.mark.browser

DEADLINE_MS = 40_000
QUESTIONS = {"en": "When does the first ferry leave?", "zh-Hant": "第一班渡輪幾點開出呢請問？"}


@dataclass(frozen=True, slots=True)
class House:
    """A running product, a browser, and where pictures of the pages go."""

    product: Product
    browser: Browser
    links: dict[str, str]
    shots: Path

    def open(self, path: str, language: str) -> Page:
        context = self.browser.new_context(viewport={"width": 1366, "height": 768})
        context.set_default_timeout(DEADLINE_MS)
        page = context.new_page()
        address, _, ticket = path.partition("#")
        page.goto(f"{address}?ui={language}" + (f"#{ticket}" if ticket else ""))
        return page

    def shoot(self, page: Page, name: str) -> None:
        page.screenshot(path=self.shots / f"{name}.png")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    scratch = tmp_path_factory.mktemp("browser")
    shots = scratch / "shots"
    shots.mkdir()
    expect.set_options(timeout=DEADLINE_MS)
    with running_product(scratch / "data") as product, chromium() as browser:
        product.import_session(table.TOML)
        links = {
            "desk": product.link(table.SESSION, "moderator", name="Mo"),
            "ana": product.link(table.SESSION, "delegate", seat="ana"),
            "bo": product.link(table.SESSION, "delegate", seat="bo"),
            "audience": f"{product.base_url}/s/{table.SESSION}",
        }
        yield House(product, browser, links, shots)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_a_session_runs_from_hand_to_speech_to_answered_question(
    house: House, language: str
) -> None:
    desk = house.open(house.links["desk"], language)
    ana = house.open(house.links["ana"], language)
    bo = house.open(house.links["bo"], language)
    audience = house.open(house.links["audience"], language)
    try:
        take_seats(ana, bo, language)
        speak(house, desk, ana, language)
        ask(house, desk, audience, language)
        for name, page in {"desk": desk, "ana": ana, "bo": bo, "audience": audience}.items():
            assert page.locator("html").get_attribute("lang") == language
            house.shoot(page, f"{name}-{language}")
    finally:
        for page in (desk, ana, bo, audience):
            page.context.close()


def take_seats(ana: Page, bo: Page, language: str) -> None:
    for page in (ana, bo):
        press(page, language, "check.join")
    for page in (ana, bo):
        expect(page.get_by_text(pattern(language, "standing.off")).first).to_be_visible()
        picture_moves(page)


def speak(house: House, desk: Page, ana: Page, language: str) -> None:
    """Ana raises her hand, is called, speaks, and finishes."""
    opened = button(desk, language, "verb.list.open")
    if opened.is_visible():
        opened.click()
    press(ana, language, "act.raise")
    expect(ana.get_by_text(pattern(language, "standing.next")).first).to_be_visible()
    press(desk, language, "verb.call")
    has_floor = ana.get_by_text(pattern(language, "standing.floor")).first
    start = button(ana, language, "act.start")
    # A called seat whose sound already arrives is started by the room itself.
    expect(start.or_(has_floor).first).to_be_visible()
    if start.is_visible():
        with suppress(PlaywrightError):
            start.click(timeout=2_000)
    expect(has_floor).to_be_visible()
    expect(desk.get_by_text(pattern(language, "floor.speaking")).first).to_be_visible()
    house.shoot(ana, f"ana-speaking-{language}")
    house.shoot(desk, f"desk-speaking-{language}")
    press(ana, language, "act.finish")
    expect(ana.get_by_text(pattern(language, "standing.off")).first).to_be_visible()


def ask(house: House, desk: Page, audience: Page, language: str) -> None:
    """Somebody asks; the question reaches the screen and is answered."""
    text = QUESTIONS[language]
    press(audience, language, "ask.open")
    audience.locator("#ask-text").fill(text)
    audience.locator("#ask-name").fill("Ines")
    audience.locator("#ask-country").fill("Porto")
    press(audience, language, "ask.send")
    expect(audience.get_by_text(pattern(language, "mine.pending")).first).to_be_visible()
    for tab, act in (
        ("tab.pending", "questions.do.approve"),
        ("tab.approved", "questions.do.shortlist"),
        ("tab.next", "questions.do.next"),
        ("tab.next", "questions.do.live"),
    ):
        desk.get_by_role("tab", name=pattern(language, tab)).click()
        row = desk.locator("article.q", has_text=text)
        row.get_by_role("button", name=pattern(language, act)).first.click()
    expect(audience.get_by_text(pattern(language, "mine.live")).first).to_be_visible()
    house.shoot(audience, f"audience-live-{language}")
    live = desk.locator("article.q.live", has_text=text)
    live.get_by_role("button", name=pattern(language, "questions.do.answered")).first.click()
    expect(audience.get_by_text(pattern(language, "mine.answered")).first).to_be_visible()


def test_nothing_of_a_moderator_reaches_the_audience(house: House) -> None:
    """What a public viewer is sent holds neither outputs nor waiting questions."""

    async def look() -> dict[str, object]:
        from rotunda.demo.link import Link

        async with Link(house.product.base_url, {"session": table.SESSION}) as link:
            return link.view

    # On a thread: the browser's own loop runs on this one.
    with ThreadPoolExecutor(1) as thread:
        view = thread.submit(asyncio.run, look()).result()
    assert view["outputs"] in ([], ())
    questions = view["questions"]
    assert isinstance(questions, list)
    assert all(asked["state"] not in ("pending", "rejected") for asked in questions)
