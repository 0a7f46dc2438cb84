"""YouTube on the desk: one flow, one button, and nothing public or over by accident."""

import pytest
from playwright.sync_api import expect

from tests.web_desk.conftest import OpenPage, stand_still, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import both, broadcast, program, youtube
from tests.web_desk.youtube_panel import BOTH, STAGES, card, dialog, main_button, panel

pytestmark = pytest.mark.browser


def test_a_session_without_a_channel_has_no_panel(open_page: OpenPage, desk_stub: Stub) -> None:
    page = open_page(f"{desk_stub.url}/join?ui=en#ticket")
    page.locator(".verbs").wait_for()
    expect(page.get_by_role("button", name="Outputs")).to_be_visible()
    expect(page.get_by_role("button", name="YouTube")).to_have_count(0)


@pytest.mark.parametrize(
    ("stage", "label"),
    [
        ("off", "Set up 2 languages"),
        ("preparing", "Setting up…"),
        ("prepared", "Preflight 2 languages"),
        ("checking", "Checking…"),
        ("ready", "Go live in 2 languages"),
        ("starting", "Starting…"),
        ("live", "End 2 languages"),
        ("stopped", "Set up 2 languages"),
        ("ending", "Ending…"),
        ("ended", "Set up 2 languages"),
        ("clearing", "Taking down…"),
    ],
)
def test_the_one_button_says_what_it_will_do_next(
    open_page: OpenPage, desk_stub: Stub, stage: str, label: str
) -> None:
    page = panel(open_page, desk_stub, both(stage))
    expect(main_button(page)).to_have_text(label)
    waits = label.endswith("…")
    assert main_button(page).is_disabled() == waits


@pytest.mark.parametrize(
    ("stage", "command"), [("off", "broadcast.prepare"), ("prepared", "broadcast.preflight")]
)
def test_what_nobody_can_see_is_done_without_a_question(
    open_page: OpenPage, desk_stub: Stub, stage: str, command: str
) -> None:
    page = panel(open_page, desk_stub, both(stage))
    main_button(page).click()
    assert desk_stub.wait_for(1) == [(command, {"langs": BOTH})]


def test_setting_up_in_public_asks_first(open_page: OpenPage, desk_stub: Stub) -> None:
    zh = broadcast("zh", "off", privacy="public")
    page = panel(open_page, desk_stub, youtube(broadcast("en", "off"), zh))
    main_button(page).click()
    expect(dialog(page)).to_contain_text("Set up Chinese publicly? Everybody can find the page")
    assert desk_stub.commands == []
    dialog(page).get_by_role("button", name="Set up publicly").click()
    assert desk_stub.wait_for(1) == [("broadcast.prepare", {"langs": BOTH})]


def test_going_live_names_the_consequence_and_expects_what_was_shown(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    zh = broadcast("zh", "ready", privacy="public")
    page = panel(open_page, desk_stub, youtube(broadcast("en", "ready"), zh))
    main_button(page).click()
    asked = dialog(page)
    expect(asked).to_contain_text("Go live in English and Chinese?")
    expect(asked.get_by_role("listitem").nth(0)).to_contain_text("unlisted: whoever has the link")
    expect(asked.get_by_role("listitem").nth(1)).to_contain_text("public: everybody can find")
    expect(asked.get_by_role("listitem").nth(1)).to_contain_text("市長高峰會")
    # Somebody makes it public while the question stands: what was read is what is expected.
    desk_stub.push(youtube=both("ready", privacy="public"))
    expect(card(page, "en").get_by_role("combobox", include_hidden=True)).to_have_value("public")
    asked.get_by_role("button", name="Go live in 2 languages").click()
    assert desk_stub.wait_for(2) == [
        ("broadcast.live", {"expect": "unlisted", "langs": ["en"], "on_air": True}),
        ("broadcast.live", {"expect": "public", "langs": ["zh"], "on_air": True}),
    ]


def test_going_live_may_begin_with_the_slate(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.view["program"] = program(on_air=False)
    page = panel(open_page, desk_stub, both("ready"))
    main_button(page).click()
    expect(dialog(page)).to_contain_text("The program goes on air")
    dialog(page).get_by_label("Begin with the slate").check()
    dialog(page).get_by_role("button", name="Go live in 2 languages").click()
    body = {"expect": "unlisted", "langs": BOTH, "on_air": False}
    assert desk_stub.wait_for(1) == [("broadcast.live", body)]


def test_a_refusal_is_said_in_words_beside_the_button(open_page: OpenPage, desk_stub: Stub) -> None:
    params = {"lang": "en", "privacy": "public"}
    error = {"code": "broadcast.changed", "params": params}
    desk_stub.answer = lambda name, body: {"ok": False, "error": error}
    page = panel(open_page, desk_stub, both("prepared"))
    main_button(page).click()
    said = page.locator(".yt-say")
    expect(said).to_contain_text("Somebody has just changed this broadcast, so nothing was done.")


def test_ending_names_languages_and_viewers(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, both("live"))
    main_button(page).click()
    question = "End the English and the Chinese broadcast for 2,077 viewers?"
    expect(dialog(page)).to_contain_text(question)
    dialog(page).get_by_role("button", name="Stay live").click()
    assert desk_stub.commands == []
    main_button(page).click()
    dialog(page).get_by_role("button", name="End 2 languages").click()
    assert desk_stub.wait_for(1) == [("broadcast.end", {"langs": BOTH})]


def test_languages_go_their_own_ways(open_page: OpenPage, desk_stub: Stub) -> None:
    view = youtube(broadcast("en", "live"), broadcast("zh", "off"))
    page = panel(open_page, desk_stub, view)
    expect(main_button(page)).to_have_text("End English")
    card(page, "zh").get_by_role("button", name="Set up Chinese").click()
    assert desk_stub.wait_for(1) == [("broadcast.prepare", {"langs": ["zh"]})]
    desk_stub.push(youtube=youtube(broadcast("en", "live"), broadcast("zh", "ready")))
    expect(main_button(page)).to_have_text("Go live in Chinese")
    card(page, "en").get_by_role("button", name="End English").click()
    expect(dialog(page)).to_contain_text("End the English broadcast for 1,204 viewers?")
    dialog(page).get_by_role("button", name="End English").click()
    assert desk_stub.wait_for(2)[1] == ("broadcast.end", {"langs": ["en"]})


def test_panic_is_one_press_and_shows(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, both("live"))
    stand_still(page)
    page.keyboard.press("Shift+S")
    assert desk_stub.wait_for(1) == [("broadcast.panic", {"on": True})]
    desk_stub.push(youtube={**both("live"), "panic": True})
    expect(page.get_by_role("alert").filter(has_text="PANIC")).to_be_visible()
    # A second press of an impatient hand does not take it back.
    page.locator(".verb.panic").click()
    page.keyboard.press("e")
    assert [name for name, _ in desk_stub.wait_for(2)] == ["broadcast.panic", "floor.end"]


def test_panic_is_taken_back_by_one_press(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, {**both("live"), "panic": True})
    page.locator(".panic-banner").get_by_role("button", name="Back to the program").click()
    assert desk_stub.wait_for(1) == [("broadcast.panic", {"on": False})]


def test_panic_is_in_reach_beside_the_questions(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, both("live"))
    page.get_by_role("button", name="Questions").click()
    page.locator(".top").get_by_role("button", name="Panic").click()
    assert desk_stub.wait_for(1) == [("broadcast.panic", {"on": True})]


def test_who_may_watch_changes_at_once_where_nothing_is_there_yet(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = panel(open_page, desk_stub, both("off"))
    choice = page.get_by_role("combobox", name="Who may watch, Chinese")
    choice.select_option("private")
    body = {"privacy": "private", "expect": "unlisted", "langs": ["zh"]}
    assert desk_stub.wait_for(1) == [("broadcast.privacy", body)]
    expect(choice).to_have_value("unlisted")


def test_nothing_is_made_public_without_a_question(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, both("live"))
    page.get_by_role("combobox", name="Who may watch, English").select_option("public")
    expect(dialog(page)).to_contain_text("Make English public? Everybody can find it")
    assert desk_stub.commands == []
    dialog(page).get_by_role("button", name="Make it public").click()
    body = {"privacy": "public", "expect": "unlisted", "langs": ["en"]}
    assert desk_stub.wait_for(1) == [("broadcast.privacy", body)]


def test_the_whole_show_by_keyboard(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, both("ready"))
    main_button(page).focus()
    page.keyboard.press("Enter")
    dialog(page).wait_for()
    expect(dialog(page).get_by_role("button", name="Not yet")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(main_button(page)).to_be_focused()
    assert desk_stub.commands == []
    page.keyboard.press("Enter")
    dialog(page).wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert [name for name, _ in desk_stub.wait_for(1)] == ["broadcast.live"]


def test_a_dialog_closed_and_opened_at_once_is_open(open_page: OpenPage, desk_stub: Stub) -> None:
    page = panel(open_page, desk_stub, both("ready"))
    main_button(page).click()
    dialog(page).wait_for()
    # Faster than the browser tells of the closing.
    main_button(page).evaluate(
        "(node) => { document.querySelector('dialog').close(); node.click(); }"
    )
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    expect(dialog(page)).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert [name for name, _ in desk_stub.wait_for(1)] == ["broadcast.live"]


@pytest.mark.parametrize("width_px", [360, 768, 1366, 1920])
def test_nothing_is_wider_than_the_screen(
    open_page: OpenPage, desk_stub: Stub, width_px: int
) -> None:
    size = {"width": width_px, "height": 800}
    page = panel(open_page, desk_stub, {**both("live"), "panic": True}, viewport=size)
    inside = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(inside)
    desk_stub.push(youtube=both("live"))
    expect(page.locator(".panic-banner")).to_have_count(0)
    assert page.evaluate(inside)
    assert page.locator(".air").bounding_box()["x"] + 100 < width_px  # type: ignore[index]


@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_axe_finds_nothing_at_any_stage(open_page: OpenPage, desk_stub: Stub, ui: str) -> None:
    page = panel(open_page, desk_stub, both("off"), ui)
    # Two stages at a look: one in each language.
    for en, zh in zip(STAGES[::2], (*STAGES[1::2], "live"), strict=True):
        view = youtube(broadcast("en", en), broadcast("zh", zh))
        desk_stub.push(youtube={**view, "panic": zh == "live"})
        page.locator(f".yt-card.stage-{zh}[data-lang=zh]").wait_for()
        assert violations(page, ".youtube") == [], (en, zh)
    for stage in ("ready", "live"):
        desk_stub.push(youtube={**both(stage), "panic": True})
        page.locator(f".yt-card.stage-{stage}").nth(1).wait_for()
        assert violations(page, ".head") == [], stage
        main_button(page).click()
        assert violations(page, "dialog") == [], stage
        page.keyboard.press("Escape")


def test_a_rehearsal_is_told_apart_from_the_show_and_begun_and_ended_as_one(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = panel(open_page, desk_stub, both("prepared", privacy="public"))
    page.get_by_role("button", name="Rehearse privately", exact=True).click()
    assert desk_stub.wait_for(1)[-1] == ("broadcast.rehearse", {"langs": BOTH})
    private = {"privacy": "private", "rehearsal": True}
    desk_stub.push(youtube=both("ready", **private))
    expect(card(page, "en")).to_contain_text("Rehearsal: private")
    expect(page.get_by_role("button", name="Rehearse privately", exact=True)).to_have_count(0)
    expect(page.get_by_label("Who may watch, English")).to_be_disabled()
    main_button(page).click()
    expect(dialog(page)).to_contain_text("The audience page shows nothing of it.")
    expect(dialog(page).get_by_role("checkbox")).to_have_count(0)
    dialog(page).get_by_role("button", name="Begin the rehearsal").click()
    verb, body = desk_stub.wait_for(2)[-1]
    assert (verb, body["expect"]) == ("broadcast.live", "private")
    desk_stub.push(youtube=both("live", **private))
    expect(card(page, "en").locator(".stage-pill")).to_have_text("rehearsing")
    expect(page.locator(".yt-pill")).to_have_text("YouTube rehearsal")
    main_button(page).click()
    expect(dialog(page)).to_contain_text("What is set up comes back, with its link.")
    expect(dialog(page)).to_contain_text("End the rehearsal in English and Chinese?")
    dialog(page).get_by_role("button", name="End the rehearsal").click()
    assert desk_stub.wait_for(3)[-1] == ("broadcast.end", {"langs": BOTH})
