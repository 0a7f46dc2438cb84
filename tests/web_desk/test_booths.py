"""Booths as the desk, the room and the listeners see them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web import canned_booth
from tests.web.canned import now_ms
from tests.web.canned_booth import NAMES, OWN, PARTNER, handover, signal
from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import SESSION, desk_view, floor, program, session, you

pytestmark = pytest.mark.browser


def booth(active: str | None = None, **changes: Any) -> dict[str, Any]:
    """A booth of Chinese and English, named as this session names its languages."""
    into = "zh" if active else None
    named = {"booth": "zh", "languages": ["zh", "en"], "into": into}
    return canned_booth.booth(active, **{**named, **changes})


def desk(open_page: OpenPage, stub: Stub, ui: str = "en", **options: object) -> Page:
    page = open_page(f"{stub.url}/join?ui={ui}#ticket", **options)
    page.locator(".verbs").wait_for()
    return page


def booths_panel(page: Page) -> Any:
    page.locator(".side-switch").nth(2).click()
    return page.locator(".booth-card")


def test_a_signal_stands_at_the_desk_until_it_is_seen(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    desk_stub.push(booths=[booth(OWN, signals=[signal("no_sound", OWN)])])
    card = page.locator(".booth-alarm")
    expect(card).to_contain_text("中文–EN: No sound")
    expect(card).to_contain_text(NAMES[OWN])
    expect(page.get_by_role("button", name="Booths")).to_contain_text("1")
    card.get_by_role("button", name="Seen").click()
    body = {"booth": "zh", "signal": "no_sound"}
    assert desk_stub.wait_for(1) == [("booth.signal_seen", body)]
    desk_stub.push(booths=[booth(OWN)])
    expect(card).to_have_count(0)


def test_one_press_pauses_for_the_interpreters_and_another_tells_the_speaker(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    verbs = ["floor.pause", "booth.pass_on"]
    desk_stub.view["you"] = you("moderator", may=verbs)
    page = desk(open_page, desk_stub)
    raised = [signal("no_sound", OWN), signal("slow_down", OWN)]
    desk_stub.push(booths=[booth(OWN, signals=raised)])
    page.get_by_role("button", name="Tell Dijon").click()
    page.get_by_role("button", name="Pause for interpretation").click()
    assert desk_stub.wait_for(2) == [
        ("booth.pass_on", {"booth": "zh", "signal": "slow_down"}),
        ("floor.pause", {"turn": "t1", "reason": "interpretation"}),
    ]
    assert violations(page) == []
    desk_stub.push(floor=floor("held"))
    expect(page.get_by_role("button", name="Pause for interpretation")).to_have_count(0)
    expect(page.get_by_role("button", name="Tell Dijon")).to_have_count(0)


def test_the_speaker_is_asked_to_slow_down_for_some_seconds(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.page = "delegate"
    desk_stub.view = desk_view(you=you("delegate", seat="dijon", turn="t1", tally="on_air"))
    page = open_page(f"{desk_stub.url}/join?ui=en#ticket")
    page.locator(".check .primary:enabled").click()
    said = page.get_by_text("speak more slowly")
    page.locator(".tally").wait_for()
    current = floor()["current"]
    old = {**current, "asked": {"signal": "slow_down", "at": now_ms() - 60_000}}
    desk_stub.push(floor=floor(current=old))
    expect(said).to_have_count(0)
    just_now = {**current, "asked": {"signal": "slow_down", "at": now_ms()}}
    desk_stub.push(floor=floor(current=just_now))
    expect(said).to_be_visible()
    desk_stub.push(floor=floor(current={**just_now, "seat": "gdynia"}))
    expect(said).to_have_count(0)


def test_a_silent_booth_is_told(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    desk_stub.push(booths=[booth(OWN, silent_since=now_ms() - 15_000)])
    expect(page.locator(".booth-alarm.silent")).to_contain_text("is on air and silent")
    expect(page.locator(".booth-alarm.silent")).to_contain_text("For 0:1")


def test_a_language_nobody_interprets_is_an_alarm_on_every_tab(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["booths"] = [booth()]
    page = desk(open_page, desk_stub)
    just_now = [{"lang": "zh", "since": now_ms() + 3_600_000}]
    desk_stub.push(program=program(missed=just_now), booths=[booth(silent_since=now_ms())])
    page.locator(".booth-alarm.silent").wait_for()
    alarm = page.get_by_text("Chinese is not interpreted")
    expect(alarm).to_have_count(0)
    desk_stub.push(program=program(missed=[{"lang": "zh", "since": now_ms() - 6_000}]))
    for tab in ("Outputs", "Questions"):
        page.get_by_role("button", name=tab).first.click()
        expect(alarm).to_be_visible()
    pill = page.locator(".pill.health[data-lang=zh]")
    expect(pill).to_contain_text("not interpreted")
    assert violations(page) == []
    pill.click()
    expect(page.locator(".booth-card")).to_be_visible()


def test_the_desk_sees_who_gives_into_what(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.view["booths"] = [booth(OWN, minutes=12.01, handover=handover("offer", OWN, None))]
    card = booths_panel(desk(open_page, desk_stub))
    expect(card).to_contain_text("on air · into Chinese · 12:0")
    expect(card).to_contain_text(f"{NAMES[OWN]} offers the microphone")
    expect(card).not_to_contain_text("weak link")
    desk_stub.push(booths=[booth(OWN, weak=(OWN,))])
    expect(card.locator(".booth-person.is-on_air")).to_contain_text("weak link")
    desk_stub.push(booths=[booth(None, ready=(), away=(PARTNER,))])
    expect(card).to_contain_text("nobody is ready")
    expect(card).to_contain_text("not here")
    expect(card.get_by_role("button", name="Put")).to_have_count(0)


def test_the_desk_puts_a_ready_interpreter_on_air_and_takes_one_off(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["booths"] = [booth(OWN)]
    page = desk(open_page, desk_stub)
    booths_panel(page)
    page.get_by_role("button", name=f"Put on air: {NAMES[PARTNER]}").click()
    page.get_by_role("button", name=f"Take off air: {NAMES[OWN]}").click()
    assert desk_stub.wait_for(2) == [
        ("booth.set_active", {"booth": "zh", "seat": PARTNER}),
        ("booth.set_active", {"booth": "zh", "seat": None}),
    ]


def test_the_desk_sees_who_signs_and_takes_them_out_of_the_picture(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    named = {"booth": "sgn-tss", "languages": ["sgn-tss"], "into": "sgn-tss", "signing": True}
    lost = {"active": None, "state": "ready", "handover": handover("lost", OWN, None), **named}
    desk_stub.view["booths"] = [booth(OWN, **named)]
    page = desk(open_page, desk_stub)
    card = booths_panel(page)
    expect(card).to_contain_text("Booth Taiwan Sign Language")
    expect(card.locator(".booth-state")).to_contain_text("in the picture · 7:1")
    page.get_by_role("button", name=f"Take out of the picture: {NAMES[OWN]}").click()
    desk_stub.push(booths=[booth(**lost)])
    expect(card).to_contain_text(f"{NAMES[OWN]} was lost; the place is kept and offered")
    card.get_by_role("button", name="Cancel").click()
    assert desk_stub.wait_for(2) == [
        ("booth.set_active", {"booth": "sgn-tss", "seat": None}),
        ("booth.cancel", {"booth": "sgn-tss"}),
    ]


def test_the_desk_says_what_is_spoken(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.view["booths"] = [booth(OWN)]
    page = desk(open_page, desk_stub)
    choice = page.get_by_label("Dijon speaks")
    expect(choice).to_have_value("fr")
    choice.select_option("zh")
    assert desk_stub.wait_for(1) == [("floor.speaks", {"turn": "t1", "lang": "zh"})]
    desk_stub.push(floor=floor("idle", voice="chair", spoken="en", chair_open=True))
    chair = page.get_by_label(re.compile("speaks"))
    expect(chair).to_have_value("en")
    chair.select_option("zh")
    assert desk_stub.wait_for(2)[-1] == ("floor.speaks", {"seat": "chair", "lang": "zh"})


def test_a_speaker_of_the_room_is_added_with_a_language(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["booths"] = [booth(OWN)]
    page = desk(open_page, desk_stub)
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Chen")
    dialog.get_by_label("Speaks").select_option("zh")
    dialog.get_by_role("button", name="Add to the queue").click()
    body = {"name": "Chen", "delegation": "", "lang": "zh", "source": "room"}
    assert desk_stub.wait_for(1) == [("floor.add_for", body)]


def test_a_booths_message_stands_at_the_desk_until_it_is_seen_or_answered(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    asked = [canned_booth.message(NAMES[OWN], "Which Springfield?", desk=False)]
    desk_stub.push(booths=[booth(OWN, messages=asked)])
    card = page.locator(".booth-alarm.wrote")
    expect(card.get_by_role("alert")).to_have_text("Booth 中文–EN writes: “Which Springfield?”")
    booths = page.get_by_role("button", name="Booths")
    expect(booths).to_contain_text("! 1")
    asked.append(canned_booth.message(NAMES[OWN], "And which mayor?", desk=False, ago_ms=30_000))
    desk_stub.push(booths=[booth(OWN, messages=asked)])
    expect(card).to_contain_text("2 new")
    card.get_by_role("button", name="Seen").click()
    expect(card).to_have_count(0)
    expect(booths).not_to_contain_text("!")
    asked.append(canned_booth.message(NAMES[OWN], "Hello?", desk=False, ago_ms=20_000))
    desk_stub.push(booths=[booth(OWN, messages=asked)])
    booths_panel(page)
    line = page.get_by_role("button", name="Line to booth")
    expect(line).to_contain_text("1 new")
    card.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("textbox", name="Write to this booth")).to_be_focused()
    page.keyboard.type("The one in Ohio")
    page.keyboard.press("Enter")
    body = {"text": "The one in Ohio", "booth": "zh"}
    assert desk_stub.wait_for(1) == [("booth.say", body)]
    asked.append(canned_booth.message("Mo", "The one in Ohio", desk=True, ago_ms=0))
    desk_stub.push(booths=[booth(OWN, messages=asked)])
    expect(card).to_have_count(0)
    expect(line).not_to_contain_text("new")


def test_the_desk_writes_to_a_booth(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.view["booths"] = [booth(OWN, messages=list(canned_booth.LINE))]
    page = desk(open_page, desk_stub)
    booths_panel(page)
    page.get_by_role("button", name="Line to booth").click()
    expect(page.get_by_role("log")).to_contain_text("Thank you, we have them.")
    field = page.get_by_role("textbox", name="Write to this booth")
    field.fill("New speaker next")
    field.press("Enter")
    body = {"booth": "zh", "text": "New speaker next"}
    assert desk_stub.wait_for(1) == [("booth.say", body)]
    expect(field).to_have_value("")


def test_the_room_sees_signals_and_what_is_interpreted(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.page = "room"
    shown = booth(OWN, signals=[signal("closer_to_microphone")])
    desk_stub.view = desk_view(
        booths=[shown], floor=floor(spoken="en"), you=you("room", seat="chair")
    )
    page = open_page(f"{desk_stub.url}/join?ui=en#ticket")
    page.locator(".check .primary:enabled").click()
    expect(page.locator(".room-language").first).to_contain_text("spoken now")
    expect(page.locator(".room-language").last).to_contain_text("interpreted now")
    page.locator(".booth-alarm").get_by_role("button", name="Seen").click()
    body = {"booth": "zh", "signal": "closer_to_microphone"}
    assert desk_stub.wait_for(1) == [("booth.signal_seen", body)]
    page.get_by_role("button", name=f"Put on air: {NAMES[PARTNER]}").click()
    put = ("booth.set_active", {"booth": "zh", "seat": PARTNER})
    assert desk_stub.wait_for(2)[-1] == put
    page.get_by_role("button", name="Line to booth").click()
    page.get_by_role("textbox", name="Write to this booth").fill("New microphone")
    page.keyboard.press("Enter")
    said = ("booth.say", {"booth": "zh", "text": "New microphone"})
    assert desk_stub.wait_for(3)[-1] == said


def test_a_delegate_reads_what_is_interpreted(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.page = "delegate"
    desk_stub.view = desk_view(booths=[booth(OWN)], you=you("delegate", seat="gdynia"))
    page = open_page(f"{desk_stub.url}/join?ui=en#ticket")
    page.locator(".check .primary:enabled").click()
    choice = page.get_by_label("Listen to")
    expect(choice.locator("option[value=zh]")).to_have_text("Chinese · interpreted now")
    not_now = "English · floor, not interpreted"
    expect(choice.locator("option[value=en]")).to_have_text(not_now)
    expect(choice.locator("option[value=floor]")).to_have_text("Floor (original)")


def test_a_viewer_reads_what_is_interpreted(open_page: OpenPage, audience_stub: Stub) -> None:
    public = booth(None, interpreters=[], ready=())
    audience_stub.view["booths"] = [public]
    page = open_page(f"{audience_stub.url}/s/{SESSION}?ui=en")
    chinese = page.locator(".sound-language").last
    expect(chinese).to_contain_text("floor, not interpreted")
    audience_stub.push(booths=[{**public, "state": "on_air", "into": "zh"}])
    expect(chinese).to_contain_text("interpreted now")
    expect(page.locator(".signed-now")).to_have_count(0)
    signing = {"booth": "sgn-tss", "languages": ["sgn-tss"], "into": "sgn-tss", "signing": True}
    audience_stub.push(booths=[{**public, **signing, "state": "on_air"}])
    expect(page.locator(".signed-now")).to_have_text("Taiwan Sign Language in the picture")


def test_without_booths_nothing_is_said_of_them(open_page: OpenPage, audience_stub: Stub) -> None:
    page = open_page(f"{audience_stub.url}/s/{SESSION}?ui=en")
    expect(page.locator(".sound-language").first).to_have_text("English")


@pytest.mark.parametrize(("width_px", "ui"), [(360, "zh-Hant"), (1366, "en")])
def test_axe_finds_nothing_in_the_panel_of_booths(
    open_page: OpenPage, desk_stub: Stub, ui: str, width_px: int
) -> None:
    signals = [signal("slow_down"), signal("missed_name", OWN)]
    wrote = [canned_booth.message(NAMES[OWN], "Which Springfield?", desk=False)]
    shown = booth(OWN, signals=signals, silent_since=now_ms() - 20_000, messages=wrote)
    idle = booth(None, booth="fr", languages=["fr"], ready=())
    idle["interpreters"][0]["relay"] = "en"
    languages = ["en", "zh", "fr"]
    desk_stub.view = desk_view(
        booths=[shown, idle], session=session(languages=languages), floor=floor()
    )
    page = desk(open_page, desk_stub, ui, viewport={"width": width_px, "height": 768})
    booths_panel(page)
    page.locator(".booth-line .act.quiet").first.click()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_desk_listens_in_to_a_booth_with_one_click(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["booths"] = [booth(OWN)]
    page = desk(open_page, desk_stub)
    card = booths_panel(page)
    button = card.get_by_role("button", name="Listen in to Chinese")
    with page.expect_request(lambda request: request.method == "POST") as asked:
        button.click()
    assert asked.value.url.endswith(f"/whep/{SESSION}?lang=zh")
    expect(button).to_have_attribute("aria-pressed", "true")
    desk_stub.emit("levels", {OWN: -24.0})
    level = card.locator(".listen-in").filter(has_text="Chinese").locator(".meter > i")
    expect(level).to_have_attribute("style", "--level: 60;")
    poster = page.get_by_role("link", name="QR code for the hall")
    expect(poster).to_have_attribute("href", f"/s/{SESSION}/poster#ticket")
