"""What a broadcast says, changed at the desk: nothing typed is lost, nobody's words are undone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import both, broadcast, youtube

pytestmark = pytest.mark.browser

REST_MS = 700
"""A little longer than the desk takes two presses of one verb for one (`acts.js`)."""
START_MS = 1_795_240_800_000
CHANGED = {"ok": False, "error": {"code": "broadcast.changed", "params": {"lang": "en"}}}


def form(open_page: OpenPage, stub: Stub, stage: str = "prepared", ui: str = "en") -> Locator:
    """The open form of English."""
    stub.view["youtube"] = both(stage, scheduled_at=START_MS)
    page = open_page(f"{stub.url}/join?ui={ui}#ticket")
    page.locator(".verbs").wait_for()
    page.keyboard.press("y")
    page.locator(".yt-card[data-lang=en] .yt-open-edit").click()
    asked = page.get_by_role("dialog")
    asked.wait_for()
    return asked


def page_of(asked: Locator) -> Page:
    return asked.page


def test_only_what_was_changed_is_sent_by_keyboard(open_page: OpenPage, desk_stub: Stub) -> None:
    asked = form(open_page, desk_stub)
    page = page_of(asked)
    expect(asked.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(", live")
    expect(asked.locator("#title-left")).to_have_text("80 characters left")
    page.keyboard.press("Enter")
    body = {"lang": "en", "version": 0, "title": "Mayors' Summit, live"}
    assert desk_stub.wait_for(1) == [("broadcast.edit", body)]
    expect(asked).to_have_count(0)
    expect(page.locator(".yt-say")).to_have_text("Saved: English")


def test_the_start_is_typed_by_the_event_s_clock(open_page: OpenPage, desk_stub: Stub) -> None:
    zone = "America/New_York"
    desk_stub.view["session"] = {**desk_stub.view["session"], "timezone": zone}
    asked = form(open_page, desk_stub)
    start = asked.get_by_label("Start")
    expect(start).to_have_value("2026-11-21T01:00")
    start.fill("2027-03-14T03:30")
    asked.get_by_role("button", name="Save").click()
    # Half an hour after the clocks have been put forward.
    body = {"lang": "en", "version": 0, "scheduled_at": 1_805_009_400_000}
    assert desk_stub.wait_for(1) == [("broadcast.edit", body)]


def test_too_much_is_said_while_one_types_and_not_sent(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    asked = form(open_page, desk_stub)
    words = asked.get_by_label("Your words")
    words.fill("市" * 1_634)
    expect(asked.locator("#description-left")).to_contain_text("2 bytes too many")
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert")).to_contain_text("4902 bytes long. YouTube takes 4900")
    expect(words).to_be_focused()
    words.fill("a < b")
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert")).to_contain_text("refuses the signs < and >")
    words.fill("")
    asked.get_by_label("Title", exact=True).fill(" ")
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert")).to_have_text("It needs a title.")
    assert desk_stub.commands == []


def test_who_was_overtaken_keeps_what_they_typed(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.answer = lambda name, body: CHANGED
    asked = form(open_page, desk_stub)
    asked.get_by_label("Title", exact=True).fill("Mine")
    theirs = {"version": 4, "title": "Theirs", "description": "And more."}
    zh = broadcast("zh", "prepared")
    desk_stub.push(youtube=youtube(broadcast("en", "prepared", **theirs), zh))
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert")).to_contain_text("Somebody else has just changed it")
    expect(asked.locator(".yt-theirs")).to_contain_text("Theirs")
    expect(asked.get_by_label("Title", exact=True)).to_have_value("Mine")
    desk_stub.answer = lambda name, body: {"ok": True, "seq": 1}
    # A press that follows the change of the button's meaning at once is taken for the former one.
    asked.page.wait_for_timeout(REST_MS)
    asked.get_by_role("button", name="Save mine all the same").click()
    assert [body["version"] for _, body in desk_stub.wait_for(2)] == [0, 4]
    assert desk_stub.commands[1][1] == {"lang": "en", "version": 4, "title": "Mine"}


@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_axe_finds_nothing_before_the_show_and_in_it(
    open_page: OpenPage, desk_stub: Stub, ui: str
) -> None:
    asked = form(open_page, desk_stub, "live", ui)
    asked.locator("summary").click()
    expect(asked.locator("input[type=datetime-local]")).to_be_disabled()
    asked.locator("input[name=title]").fill("")
    asked.locator("button[type=submit]").click()
    expect(asked.get_by_role("alert")).not_to_be_empty()
    assert violations(page_of(asked), "dialog") == []
