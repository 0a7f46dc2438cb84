"""A broadcast for which the file names another channel is moved only when somebody agrees."""

import pytest
from playwright.sync_api import Page, expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import View, broadcast, youtube
from tests.web_desk.youtube_panel import card, dialog, main_button, panel

pytestmark = pytest.mark.browser

NOTED = [{"about": "channel", "code": "youtube.channel_moved", "params": {"channel": "city-new"}}]
WORDS = {
    "en": ("Move it", "Move Chinese to the other channel?"),
    "zh-Hant": ("移過去", "要將中文移到另一個頻道嗎？"),
}


def moved(stage: str = "prepared") -> View:
    """Chinese is to go elsewhere."""
    return youtube(broadcast("en", "prepared"), broadcast("zh", stage, remarks=NOTED))


def ask(page: Page) -> None:
    main_button(page).click()
    expect(dialog(page)).to_be_visible()


@pytest.mark.parametrize("ui", list(WORDS))
def test_moving_says_that_the_old_link_dies_and_asks(
    open_page: OpenPage, desk_stub: Stub, ui: str
) -> None:
    page = panel(open_page, desk_stub, moved(), ui)
    do, text = WORDS[ui]
    expect(card(page, "zh").locator(".yt-remarks .needs")).to_contain_text("city-new")
    ask(page)
    expect(dialog(page)).to_contain_text(text)
    assert violations(page) == []
    assert desk_stub.commands == []
    dialog(page).get_by_role("button", name=do).click()
    assert desk_stub.wait_for(1) == [("broadcast.prepare", {"langs": ["zh"]})]
    expect(dialog(page)).to_have_count(0)


def test_without_agreement_nothing_is_moved(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, moved())
    for key in ("Enter", "Escape", "Space"):
        ask(page)
        # What is under the finger at first moves nothing.
        expect(dialog(page).get_by_role("button", name="Cancel")).to_be_focused()
        page.keyboard.press(key)
        expect(dialog(page)).to_have_count(0)
    assert desk_stub.commands == []


def test_what_is_public_is_asked_about_by_the_link_that_dies(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    shown = youtube(broadcast("zh", "prepared", privacy="public", remarks=NOTED))
    page = panel(open_page, desk_stub, shown)
    ask(page)
    expect(dialog(page)).to_contain_text("its link will be dead")


def test_what_has_begun_stays_where_it_is(open_page: OpenPage, desk_stub: Stub) -> None:
    later = [{**NOTED[0], "code": "youtube.channel_later"}]
    page = panel(open_page, desk_stub, youtube(broadcast("zh", "live", remarks=later)))
    expect(main_button(page)).to_have_text("End Chinese")
    expect(page.get_by_role("button", name="Set up")).to_have_count(0)


def test_once_it_is_moved_the_button_goes_on(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, moved())
    ask(page)
    dialog(page).get_by_role("button", name="Move it").click()
    desk_stub.wait_for(1)
    desk_stub.push(youtube=youtube(broadcast("en", "prepared"), broadcast("zh", "clearing")))
    expect(card(page, "zh").locator(".stage-pill")).to_be_visible()
    desk_stub.push(youtube=youtube(broadcast("en", "prepared"), broadcast("zh", "prepared")))
    expect(main_button(page)).to_have_text("Preflight 2 languages")
