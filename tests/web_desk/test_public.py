"""The audience's page and the programme."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import SESSION, program, question, session

pytestmark = pytest.mark.browser


def audience(open_page: OpenPage, stub: Stub, ui: str = "en", **options: object) -> Page:
    page = open_page(f"{stub.url}/s/{SESSION}?ui={ui}", **options)
    page.locator(".audience").wait_for()
    return page


def test_a_viewer_supports_a_question_and_takes_it_back(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    page = audience(open_page, audience_stub)
    page.get_by_role("button", name="Support this question: Will the night buses").click()
    assert audience_stub.wait_for(1) == [("question.vote", {"question": "q5"})]
    voted = [
        {**one, "voted": True, "votes": 13} if one["question"] == "q5" else one
        for one in audience_stub.view["questions"]
    ]
    audience_stub.push(questions=voted)
    pressed = page.get_by_role("button", name="Will the night buses", pressed=True)
    expect(pressed).to_contain_text("13")


def test_a_viewer_asks_with_name_and_country(open_page: OpenPage, audience_stub: Stub) -> None:
    page = audience(open_page, audience_stub)
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_label("Your question").fill("Too short")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Country or city").fill("Brazil")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("At least 10 characters")
    assert audience_stub.commands == []
    page.get_by_label("Your question").fill("How do you keep the parks open at night?")
    expect(page.get_by_text("40 of 400")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    text = "How do you keep the parks open at night?"
    body = {"text": text, "lang": "en", "attribution": "Ana", "country": "Brazil"}
    assert audience_stub.wait_for(1) == [("question.submit", body)]
    expect(page.get_by_text("Thank you.")).to_be_visible()


def test_the_author_reads_why_a_question_was_rejected(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    page = audience(open_page, audience_stub)
    mine = page.get_by_role("listitem").filter(has_text="When will the bridge")
    expect(mine).to_contain_text("Not published")
    expect(mine).to_contain_text("Not about this session")


def test_new_questions_wait_behind_a_bar(open_page: OpenPage, audience_stub: Stub) -> None:
    page = audience(open_page, audience_stub)
    rows = page.get_by_role("button", name="Support this question")
    expect(rows).to_have_count(3)
    new = question("q30", "approved", "A question with very many votes?", votes=999)
    audience_stub.push(questions=[new, *audience_stub.view["questions"]])
    bar = page.get_by_role("button", name="1 new question")
    expect(bar).to_be_visible()
    expect(rows).to_have_count(3)
    bar.click()
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("999")


def test_afterwards_an_answered_question_leads_to_its_answer_in_the_recording(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    audience_stub.view["program"] = program(on_air=False, on_air_since=None)
    audience_stub.archive = {"state": "ready", "chapters": [{"question": "q7", "at_ms": 400_500}]}
    page = audience(open_page, audience_stub)
    way = page.get_by_role("link", name="Watch the answer: Who pays for all this")
    expect(way).to_have_attribute("href", f"/s/{SESSION}/archive#t=400.5")
    expect(page.locator(".q-answer")).to_have_count(1)
    assert violations(page) == []
    audience_stub.push(program=program())
    expect(way).to_have_count(0)


def test_a_question_is_read_in_the_readers_language_with_what_was_asked(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    text = "Who pays for all this in the end?"
    translated = question("q7", "answered", text, translations={"zh": "最後由誰來支付？"})
    audience_stub.view["questions"] = [translated]
    page = audience(open_page, audience_stub, ui="zh-Hant")
    row = page.locator(".q")
    expect(row.locator("p")).to_have_text(["最後由誰來支付？", text])
    page.locator(".lang-switch").click()
    expect(row.locator("p")).to_have_text([text])


def test_the_speaker_is_named_in_the_readers_language_with_the_own_name(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    words = {"zh": {"name": "第戎市長", "title": "市長", "city": "第戎", "country": "法國"}}
    audience_stub.view["floor"]["current"] |= {"words": words, "name": "Mayor of Dijon"}
    now = audience(open_page, audience_stub, ui="zh-Hant").locator(".now")
    expect(now.locator("b")).to_have_text("第戎市長")
    expect(now.locator("small").first).to_have_text("Mayor of Dijon · 市長 · 第戎 · 法國")


def test_before_the_broadcast_both_zones_and_the_day_are_shown(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    audience_stub.view["program"] = program(on_air=False)
    # 17:00 UTC: noon in New York, one in the morning of the next day in Taipei.
    audience_stub.view["session"] = session(starts_at=1_795_194_000_000)
    page = audience(open_page, audience_stub, timezone_id="America/New_York")
    waiting = page.get_by_role("region", name="The broadcast")
    expect(waiting).to_contain_text("12:00")
    expect(waiting).to_contain_text("01:00")
    expect(waiting).to_contain_text("+1 day")


def test_a_lost_connection_is_said(open_page: OpenPage, audience_stub: Stub) -> None:
    page = audience(open_page, audience_stub, alone=True)
    page.context.set_offline(True)
    audience_stub.drop()
    expect(page.get_by_text("Connection lost.")).to_be_visible()


def test_the_interface_language_is_a_switch(open_page: OpenPage, audience_stub: Stub) -> None:
    page = audience(open_page, audience_stub)
    page.get_by_role("button", name="中文").first.click()
    expect(page.get_by_role("heading", name="提問", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-Hant"


def listed(**changes: object) -> dict[str, object]:
    whole = {**session(), "on_air": False, **changes}
    names = ("id", "title", "languages", "timezone", "starts_at", "accent", "on_air")
    return {name: whole[name] for name in names}


def test_the_programme_lists_what_is_live_and_what_comes(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    audience_stub.sessions = [listed(on_air=True), listed(id="s2", title={"en": "Energy"})]
    page = open_page(f"{audience_stub.url}/")
    expect(page.get_by_role("link", name="Watch Mayors' Summit")).to_have_attribute(
        "href", f"/s/{SESSION}"
    )
    expect(page.get_by_role("heading", name="Energy")).to_be_visible()


def test_an_empty_programme_says_so(open_page: OpenPage, audience_stub: Stub) -> None:
    page = open_page(f"{audience_stub.url}/")
    expect(page.get_by_text("No sessions yet")).to_be_visible()


@pytest.mark.parametrize(("scheme", "ui"), [("light", "zh-Hant"), ("dark", "en")])
def test_axe_finds_nothing_on_the_public_pages(
    open_page: OpenPage, audience_stub: Stub, ui: str, scheme: str
) -> None:
    audience_stub.sessions = [listed(on_air=True), listed(id="s2")]
    page = audience(open_page, audience_stub, ui, color_scheme=scheme)
    page.locator(".ask-invite .button").click()
    assert violations(page) == []
    page.goto(f"{audience_stub.url}/?ui={ui}")
    page.locator(".session").first.wait_for()
    assert violations(page) == []


def test_the_player_is_fetched_again_when_the_line_broke(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    page = open_page("about:blank")
    lost: list[str] = []

    def lose_once(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.request.url)
            route.abort()

    page.route("**/vendor/hls.mjs", lose_once)
    with page.expect_response("**/vendor/hls.mjs") as fetched:
        page.goto(f"{audience_stub.url}/s/summit-1?ui=en")
    assert fetched.value.ok
    assert len(lost) == 1
