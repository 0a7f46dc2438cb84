"""The rows of a preflight, the day's quota and the curve of viewers, as the desk shows them."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import broadcast, now_ms, output, program, youtube
from tests.web_desk.youtube_panel import card, panel

pytestmark = pytest.mark.browser

ROWS = ("sign_in", "quota", "privacy", "key", "target", "tone", "active", "health")


def check(name: str, state: str, code: str = "", **params: object) -> dict[str, Any]:
    return {"check": name, "state": state, "code": code, "params": params}


def checking(
    lang: str, *last: dict[str, Any], code: str = "checking", **params: str
) -> dict[str, Any]:
    known = {row["check"] for row in last}
    rows = [check(name, "passed") for name in ROWS if name not in known]
    verdict = "none" if code == "checking" else "bad"
    return broadcast(
        lang,
        "checking",
        verdict=verdict,
        code=f"youtube.{code}",
        params=params,
        checks=[*rows, *last],
    )


def quota(verdict: str, code: str, used: int, **more: object) -> dict[str, Any]:
    until = now_ms() + 3_600_000
    figures = {"used": used, "daily": 10_000, "reserve": 500}
    params = {**figures, "until": until, **more}
    return {
        **figures,
        "needed": 1_000,
        "resets_at": until,
        "verdict": verdict,
        "code": f"youtube.{code}",
        "params": params,
    }


@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_every_check_is_a_row_with_its_state_and_its_remedy(
    open_page: OpenPage, desk_stub: Stub, ui: str
) -> None:
    taken = check("taken", "waiting", seconds=15, wanted=30)
    nameless = check("target", "failed", "youtube.output_broken", error="output.unknown_host")
    mixed = check("tone", "failed", "youtube.other_language", heard="en")
    view = youtube(
        checking("en", taken),
        checking("zh", nameless, mixed, taken, code="output_broken", error="output.unknown_host"),
    )
    view = {**view, "quota": quota("warning", "quota_short", 8_650, missing=150)}
    page = panel(open_page, desk_stub, view, ui)
    rows = card(page, "en").locator(".yt-checks li")
    expect(rows).to_have_count(9)
    expect(rows.locator("nth=8")).to_contain_text(
        "15 of 30 s (waiting)" if ui == "en" else "15／30 秒 (等待中)"
    )
    failed = card(page, "zh").locator(".check-failed")
    # What the card's own sentence says is not repeated; the other failure has its remedy.
    expect(failed.locator(".remedy")).to_have_count(1)
    expect(failed.locator(".remedy")).to_contain_text(
        "gets the sound of English" if ui == "en" else "收到的是英文的聲音"
    )
    expect(page.locator(".yt-quota")).to_contain_text(
        "about 150 units are missing" if ui == "en" else "約缺 150 單位"
    )
    assert violations(page, ".youtube") == []


def test_viewers_have_a_curve_and_a_gone_streaming_process_a_banner(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    samples = [[now_ms() - 60_000 * left, 800 + 40 * left, 5000] for left in range(20, 0, -1)]
    desk_stub.viewers = [
        {"lang": "en", "now": 840, "peak": 1600, "peak_at": samples[0][0], "mean": 1220,
         "views": 5000, "samples": samples}
    ]  # fmt: skip
    view = {
        **youtube(broadcast("en", "live"), broadcast("zh", "live")),
        "quota": quota("good", "quota_lasts", 1_250),
    }
    page = panel(open_page, desk_stub, view)
    curve = card(page, "en").get_by_role("img", name="Viewers of English over time")
    expect(curve).to_be_hidden()  # a laptop is too low for it
    card(page, "en").get_by_role("button", name="More for English").click()
    expect(curve).to_be_visible()
    expect(card(page, "en").locator(".yt-figures")).to_contain_text("1,600")
    expect(card(page, "zh").locator(".curve")).to_have_count(0)
    expect(page.locator(".yt-quota")).to_contain_text("1,250 of 10,000 units used")
    # What carries another language than its broadcast can be taken out; what is right cannot.
    right = output("youtube-en", "rtmp", "en", "running")
    desk_stub.push(outputs=[right, output("youtube-zh", "rtmp", "en", "running")])
    page.get_by_role("button", name="Outputs").click()
    expect(page.locator(".output")).to_have_count(2)
    expect(page.locator(".output .act.quiet")).to_have_count(1)
    desk_stub.push(program=program(streaming_lost_since=now_ms()))
    expect(page.get_by_role("alert").filter(has_text="has not answered since")).to_be_visible()
    assert violations(page, ".head") == []
