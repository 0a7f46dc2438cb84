"""The panel of YouTube on the desk, opened and found."""

from typing import Any

from playwright.sync_api import Locator, Page

from tests.web_desk.conftest import OpenPage
from tests.web_desk.stub import Stub

STAGES = (
    "off", "preparing", "prepared", "checking", "ready", "starting", "live", "stopped", "ending",
    "ended", "clearing",
)  # fmt: skip
BOTH = ["en", "zh"]


def panel(open_page: OpenPage, stub: Stub, view: Any, ui: str = "en", **options: object) -> Page:
    stub.view["youtube"] = view
    page = open_page(f"{stub.url}/join?ui={ui}#ticket", **options)
    page.locator(".verbs").wait_for()
    page.keyboard.press("y")
    page.locator(".youtube, .side .empty").first.wait_for()
    return page


def main_button(page: Page) -> Locator:
    return page.locator(".youtube .verb.big")


def card(page: Page, lang: str) -> Locator:
    return page.locator(f".yt-card[data-lang={lang}]")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")
