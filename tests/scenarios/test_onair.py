"""From nothing to live on YouTube in two languages and back, by clicking: product and stand-in."""

import json
import re
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.fakes.ingest import wait_until
from tests.harness.browser import chromium
from tests.harness.product import running_product

pytestmark = pytest.mark.browser

STEP_MS = 40_000
TITLES = {
    "English channel": "Cities by the Water: a roundtable of mayors",
    "中文頻道": "臨水之城：市長圓桌會議",
}
Shown = list[dict[str, Any]]


def press(page: Page, label: str) -> None:
    """Press the one button of the flow, once it says this."""
    main = page.locator(".youtube .verb.big")
    expect(main).to_have_text(label, timeout=STEP_MS)
    main.click()


def agree(page: Page, label: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=label).click()


def seen_by(root: str) -> Callable[[], Shown]:
    """What the stand-in's own page is told: no word of the product's."""

    def ask() -> Shown:
        with urllib.request.urlopen(f"{root}_page/broadcasts", timeout=30) as answer:
            return list(json.load(answer))

    return ask


def lifecycles(shown: Shown) -> list[str]:
    return sorted(str(one["lifecycle"]) for one in shown)


def taken_back(page: Page) -> bool:
    """Press "back to the program" if it is there; whether panic is over."""
    back = page.locator(".panic-banner button")
    if back.count():
        # It goes as soon as an earlier press has worked.
        with suppress(TimeoutError):
            back.click(timeout=3_000)
    return back.count() == 0


def make_chinese_public(page: Page) -> None:
    """English stays unlisted: what is chosen for one language is no other's."""
    choice = page.get_by_role("combobox", name="Who may watch, Chinese")
    choice.select_option("public")
    expect(choice).to_have_value("public")


def test_the_desk_takes_two_languages_to_youtube_and_back(tmp_path: Path) -> None:
    options = {"demo": True, "youtube_standin": True}
    with running_product(tmp_path / "data", **options) as product, chromium() as browser:
        # The demo's document is there a moment after the server is ready.
        wait_until(lambda: "youtube          http" in product.log(), 40, "the demo's links")
        links = product.get("/demo.json")["links"]
        youtube = seen_by(links["youtube"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en")
        page.goto(links["moderator"])
        page.locator(".verbs").wait_for()
        page.keyboard.press("y")
        assert youtube() == []

        make_chinese_public(page)
        press(page, "Set up 2 languages")
        agree(page, "Set up publicly")
        press(page, "Preflight 2 languages")
        press(page, "Go live in 2 languages")
        # Nothing has gone live without the answer to the question.
        assert lifecycles(youtube()) == ["ready", "ready"]
        agree(page, "Go live in 2 languages")
        expect(page.locator(".yt-card.stage-live")).to_have_count(2, timeout=STEP_MS)

        live = youtube()
        assert lifecycles(live) == ["live", "live"]
        assert {one["channel"]: one["title"] for one in live} == TITLES
        privacies = {one["channel"]: one["privacy"] for one in live}
        assert privacies == {"English channel": "unlisted", "中文頻道": "public"}
        check_viewers_way(browser.new_page(locale="zh-TW"), links["audience"], live)

        page.keyboard.press("Shift+S")
        expect(page.get_by_role("alert").filter(has_text="PANIC")).to_be_visible()
        expect(page.get_by_text("YouTube shows the slate in silence").first).to_be_visible(
            timeout=STEP_MS
        )
        # A press within the moment in which the button changed its meaning does not count.
        wait_until(lambda: taken_back(page), 40, "the program again")
        assert lifecycles(youtube()) == ["live", "live"]

        press(page, "End 2 languages")
        agree(page, "End 2 languages")
        expect(page.locator(".yt-card.stage-ended")).to_have_count(2, timeout=STEP_MS)
        wait_until(lambda: lifecycles(youtube()) == ["complete"] * 2, 40, "both complete")


def check_viewers_way(audience: Page, address: str, live: Shown) -> None:
    """The Chinese broadcast is public and linked; the unlisted English one is not."""
    audience.goto(address)
    link = audience.locator(".youtube-link")
    chinese = next(one["id"] for one in live if one["privacy"] == "public")
    expect(link).to_have_attribute(
        "href", re.compile(f"watch\\?v={re.escape(chinese)}$"), timeout=STEP_MS
    )
    audience.locator(".sound-language[lang=en]").click()
    expect(link).to_have_count(0)
