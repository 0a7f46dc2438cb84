"""Whether all about YouTube can be seen and read on the desk: on a laptop, each sentence."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.harness.browser import words
from tests.web.test_youtube_words import codes
from tests.web_desk.conftest import OpenPage
from tests.web_desk.stub import Stub
from tests.web_desk.views import both, broadcast, now_ms, youtube
from tests.web_desk.youtube_panel import card, panel

pytestmark = pytest.mark.browser

SCREENS = [("en", 1366, 768), ("zh-Hant", 1366, 768), ("en", 1920, 1080), ("zh-Hant", 1920, 1080)]
LONGEST: dict[str, Any] = {
    "count": 12, "privacy": "unlisted", "reason": "userRequestsExceedRateLimit", "hours": 11,
    "heard": "zh", "used": 9_510, "daily": 10_000, "reserve": 500, "missing": 740,
    "error": "output.tls_untrusted", "retries": 3, "kbps": 1_850, "fps": 11, "seconds": 34,
    "ms": 400, "lufs": -38, "date": "Thu, Nov 26 11:35", "type": "videoIngestionUnheardOf",
    "status": 403, "channel": "UCabcdefghijklmnopqrstuv",
}  # fmt: skip
"""What sentences are filled with, as long as it gets; times and ``wanted`` below."""


@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_a_laptop_shows_how_every_language_stands(
    open_page: OpenPage, desk_stub: Stub, ui: str
) -> None:
    """Both heads and sentences at once, at each stage: nobody scrolls to find a trouble."""
    remarks = [
        {"about": "chat", "code": "youtube.chat_reading", "params": {"seconds": 20}},
        {"about": "captions", "code": "youtube.captions_sent", "params": {}},
    ]
    checks = [
        {"check": name, "state": state, "code": "", "params": {"seconds": 15, "wanted": 30}}
        for name, state in (("sign_in", "passed"), ("key", "passed"), ("taken", "waiting"))
    ]
    stages = {
        "prepared": both("prepared"),
        "checking": both("checking", checks=checks),
        "ready": both("ready", checks=checks[:2]),
        "live": youtube(
            broadcast("en", "live", remarks=remarks),
            broadcast("zh", "live", verdict="down", code="youtube.no_data_on_air"),
        ),
    }
    at = now_ms()
    samples = [[at - 60_000 * left, 800 + left, 5_000] for left in range(20, 0, -1)]
    figures = {"now": 840, "peak": 1_600, "peak_at": at, "mean": 1_220, "views": 5_000}
    desk_stub.viewers = [{**figures, "lang": lang, "samples": samples} for lang in ("en", "zh")]
    page = panel(open_page, desk_stub, both("off"), ui)
    for stage, view in stages.items():
        desk_stub.push(youtube=view)
        page.locator(f".yt-card.stage-{stage}").nth(1).wait_for()
        for lang in ("en", "zh"):
            assert _is_shown(page, lang), (stage, lang)
    panic = both("live", verdict="warning", code="youtube.panic", remarks=remarks)
    desk_stub.push(youtube={**panic, "panic": True})
    page.locator(".panic-banner").wait_for()
    assert _is_shown(page, "zh")
    assert page.evaluate(
        "[...document.querySelectorAll('.youtube .verb-label, .youtube .yt-rehearse')]"
        ".every((one) => one.scrollWidth <= one.clientWidth + 1)"
    )


def _is_shown(page: Page, lang: str) -> bool:
    """Whether a card's sentence ends above the end of the list."""
    shown: bool = page.evaluate(
        "(lang) => {"
        " const list = document.querySelector('.youtube .cards').getBoundingClientRect();"
        " const said = document.querySelector(`.yt-card[data-lang=${lang}] .yt-verdict`);"
        " return said.getBoundingClientRect().bottom <= list.bottom; }",
        lang,
    )
    return shown


def test_what_passed_is_counted_on_a_laptop_and_listed_behind_more(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    checks = [
        {"check": name, "state": state, "code": "", "params": {"seconds": 15, "wanted": 30}}
        for name, state in (("sign_in", "passed"), ("key", "passed"), ("taken", "waiting"))
    ]
    page = panel(open_page, desk_stub, both("checking", checks=checks))
    row = card(page, "en").get_by_role("listitem").filter(has_text="Signed in to the channel")
    expect(card(page, "en").get_by_text("2 of 3 checks passed")).to_be_visible()
    assert (row.bounding_box() or {})["height"] <= 1
    card(page, "en").get_by_role("button", name="More for English").click()
    assert (row.bounding_box() or {})["height"] > 10
    expect(card(page, "en").get_by_text("2 of 3 checks passed")).to_be_hidden()


def test_the_pill_leads_to_the_language_in_trouble(open_page: OpenPage, desk_stub: Stub) -> None:
    langs = ("en", "zh", "es", "fr", "ja")
    cards = [
        broadcast("en", "live") | {"lang": lang, "output": f"youtube-{lang}"} for lang in langs
    ]
    cards[-1] |= {"verdict": "down", "code": "youtube.no_data_on_air"}
    page = panel(open_page, desk_stub, youtube(*cards))
    assert not _is_shown(page, "ja")
    page.get_by_role("button", name="YouTube JA: trouble").click()
    page.wait_for_function(
        "() => { const bottom = (one) =>"
        " document.querySelector(one).getBoundingClientRect().bottom;"
        " return bottom('.yt-card[data-lang=ja] .yt-verdict') <= bottom('.youtube .cards'); }"
    )


def _verdicts() -> dict[str, dict[str, Any]]:
    """Every code of a verdict with what its sentence asks for; a wish is a word or a figure."""
    known, found = words("en"), {}
    for code in sorted(each for each in codes() if each.startswith("youtube.")):
        names = set(re.findall(r"\{(\w+)\}", known[code]))
        wanted = "private" if "privacy" in names else 25
        now = {"since": now_ms(), "until": now_ms(), "wanted": wanted}
        found[code] = {name: {**LONGEST, **now}[name] for name in names}
    return found


@pytest.mark.parametrize(("ui", "width", "height"), SCREENS)
def test_every_sentence_of_a_verdict_fits_its_card_and_is_filled(
    open_page: OpenPage, desk_stub: Stub, ui: str, width: int, height: int
) -> None:
    """Each code on a card of its own, all on one desk: no text is cut off, none has a gap."""
    verdicts = _verdicts()
    assert len(verdicts) > 130
    cards = [
        broadcast("en", "live", verdict="down", code=code, params=params)
        | {"lang": f"en-{chr(65 + place // 26)}{chr(65 + place % 26)}"}
        for place, (code, params) in enumerate(verdicts.items())
    ]
    size = {"width": width, "height": height}
    page = panel(open_page, desk_stub, youtube(*cards), ui, viewport=size)
    expect(page.locator(".yt-card")).to_have_count(len(verdicts))
    seen: list[tuple[str, bool]] = page.locator(".yt-card").evaluate_all(
        "cards => cards.map(card => [card.querySelector('.yt-verdict').textContent,"
        " [...card.querySelectorAll('p, span, dd, a, button, select, div')]"
        "  .some(one => !one.matches('.yt-title, .visually-hidden') &&"
        "   getComputedStyle(one).display !== 'inline' && one.scrollWidth > one.clientWidth + 1)])"
    )
    for code, (text, is_cut) in zip(verdicts, seen, strict=True):
        assert not is_cut, (code, text)
        assert not re.search(r"[{}]|undefined|NaN|null", text), (code, text)
        assert code not in text, code
