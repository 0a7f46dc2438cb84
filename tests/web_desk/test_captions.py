"""Captions: the captioner's page, and the viewer's button."""

import pytest
from playwright.sync_api import Page, expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import SESSION, now_ms, session

pytestmark = pytest.mark.browser

LONG = (
    "The ferries run through the night, and the harbour stays open for them, which is why the "
    "city pays for light, for people, and for the pilots."
)


def captioner(open_page: OpenPage, stub: Stub, ui: str = "en", **options: object) -> Page:
    stub.page = "captioner"
    page = open_page(f"{stub.url}/join?ui={ui}#ticket", **options)
    page.locator(".captioner").wait_for()
    return page


def test_what_is_typed_goes_out_in_lines_that_fit_a_screen(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    page = captioner(open_page, audience_stub)
    field = page.get_by_label("What is said, in English")
    expect(field).to_be_focused()
    page.keyboard.type(f"Good morning.  {LONG}")
    page.keyboard.press("Enter")
    expect(field).to_have_value("")
    sent = audience_stub.wait_for(2)
    assert [name for name, _ in sent] == ["caption.say"] * len(sent)
    lines = [body["text"] for _, body in sent]
    assert " ".join(lines) == f"Good morning. {LONG}"[: len(" ".join(lines))]
    assert all(len(line) <= 84 for line in lines)
    assert not any(line.endswith(" ") or line.startswith(" ") for line in lines)


def test_lines_pasted_together_follow_one_another_in_order(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    page = captioner(open_page, audience_stub)
    page.get_by_label("What is said, in English").fill("One.\n\nTwo.\nThree.")
    page.get_by_role("button", name="Send").click()
    sent = audience_stub.wait_for(3)
    assert [body for _, body in sent] == [
        {"lang": "en", "text": text} for text in ("One.", "Two.", "Three.")
    ]


def test_the_lines_sent_last_are_shown_and_a_refusal_is_said(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    audience_stub.answer = lambda name, body: {
        "ok": False, "error": {"code": "caption.not_planned"},
    }  # fmt: skip
    page = captioner(open_page, audience_stub)
    lines = [{"number": 7, "text": "Seven.", "at": now_ms()}]
    audience_stub.push(captions={"en": lines})
    expect(page.get_by_role("list", name="Sent last")).to_contain_text("Seven.")
    page.get_by_label("What is said, in English").fill("Eight.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("no captions in that language")


def test_whoever_writes_a_language_hears_it(open_page: OpenPage, audience_stub: Stub) -> None:
    """Not the floor: while it speaks another language, only the interpreter can be written down."""
    audience_stub.view = {**audience_stub.view, "session": session(captions=["en", "zh"])}
    page = captioner(open_page, audience_stub)
    for lang, name in (("zh", "Chinese"), ("en", "English")):
        with page.expect_request(lambda asked, lang=lang: asked.url.endswith(f"?lang={lang}")):  # type: ignore[misc]
            page.get_by_role("button", name=name, exact=True).click()


def test_the_field_and_what_is_said_of_it_are_in_view_on_a_laptop(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    audience_stub.view = {**audience_stub.view, "session": session(captions=["en", "zh"])}
    page = captioner(open_page, audience_stub)
    lines = [{"number": each, "text": f"Line {each}.", "at": now_ms()} for each in (1, 2, 3)]
    audience_stub.push(captions={"en": lines})
    expect(page.get_by_text("Line 3.")).to_be_in_viewport(ratio=1)
    for part in (page.get_by_role("button", name="Send"), page.get_by_role("status")):
        expect(part).to_be_in_viewport(ratio=1)


def test_a_session_without_captions_says_so(open_page: OpenPage, audience_stub: Stub) -> None:
    audience_stub.view = {**audience_stub.view, "session": session(captions=[])}
    page = captioner(open_page, audience_stub)
    expect(page.get_by_text("no captions planned")).to_be_visible()


@pytest.mark.parametrize(
    ("ui", "width", "scheme"), [("en", 1366, "dark"), ("zh-Hant", 360, "light")]
)
def test_the_captioners_page_is_accessible(
    open_page: OpenPage, audience_stub: Stub, ui: str, width: int, scheme: str
) -> None:
    page = captioner(
        open_page, audience_stub, ui, viewport={"width": width, "height": 740}, color_scheme=scheme
    )
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_viewer_has_captions_where_the_language_has_them(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    page = open_page(f"{audience_stub.url}/s/{SESSION}?ui=en")
    button = page.get_by_role("button", name="Captions")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="中文").last.click()
    expect(button).to_be_hidden()
