"""A question is given in the other languages of the program."""

import pytest
from playwright.sync_api import Page, expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import question

pytestmark = pytest.mark.browser

TEXT = "How do you share vaccines between regions?"
IN_CHINESE = "各地區之間如何分配疫苗？"


def dialog(open_page: OpenPage, stub: Stub, **translations: str) -> Page:
    stub.view["questions"] = [question("q4", "shortlisted", TEXT, translations=translations)]
    page = open_page(f"{stub.url}/join?ui=en#ticket")
    page.locator(".desk").wait_for()
    page.get_by_role("tab", name="Next").click()
    page.get_by_role("button", name="Translate").click()
    expect(page.get_by_label("Chinese")).to_be_focused()
    return page


def test_what_is_typed_is_sent_for_its_language_and_the_dialog_closes(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = dialog(open_page, desk_stub)
    assert violations(page, "dialog") == []
    page.keyboard.insert_text(IN_CHINESE)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("dialog")).to_have_count(0)
    sent = [("question.translate", {"question": "q4", "lang": "zh", "text": IN_CHINESE})]
    assert desk_stub.wait_for(1) == sent


def test_a_translation_is_read_again_and_can_be_taken_back(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = dialog(open_page, desk_stub, zh=IN_CHINESE)
    expect(page.locator(".q-other")).to_have_text(IN_CHINESE)
    expect(page.get_by_label("Chinese")).to_have_value(IN_CHINESE)
    page.get_by_label("Chinese").fill("")
    page.get_by_role("button", name="Save").click()
    sent = [("question.translate", {"question": "q4", "lang": "zh", "text": ""})]
    assert desk_stub.wait_for(1) == sent


def test_a_refusal_keeps_what_was_typed(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.answer = lambda name, body: {"ok": False, "error": {"code": "question.too_long"}}
    page = dialog(open_page, desk_stub)
    page.keyboard.insert_text(IN_CHINESE)
    page.get_by_role("button", name="Save").click()
    assert desk_stub.wait_for(1)
    expect(page.get_by_label("Chinese")).to_have_value(IN_CHINESE)
