"""The interpreter's page: what it shows, what it sends, and what leaves its microphone."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.harness.screens import FAULTS, TOUCH_PX
from tests.web import canned, canned_booth
from tests.web.canned_booth import OWN, PARTNER, booth, handover, signal
from tests.web.conftest import AXE
from tests.web.stub_server import Document, StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WATCH_SENT = """
  window.sent = [];
  const replace = RTCRtpSender.prototype.replaceTrack;
  RTCRtpSender.prototype.replaceTrack = function (track) {
    if (track?.kind === "audio") window.sent.push(track);
    return replace.call(this, track);
  };
"""
IS_OPEN = "window.sent.at(-1)?.enabled === true"

FREE = booth()
OWN_ON_AIR = booth(OWN)
PARTNER_ON_AIR = booth(PARTNER)


ANSWER = """
  async (sdp) => {
    // With a microphone of its own the page tells its real addresses.
    await navigator.mediaDevices.getUserMedia({ audio: true });
    const pc = new RTCPeerConnection();
    (window.peers ??= []).push(pc);
    await pc.setRemoteDescription({ type: "offer", sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    while (pc.iceGatheringState !== "complete") await new Promise((next) => setTimeout(next, 20));
    return pc.localDescription.sdp;
  }
"""


@pytest_asyncio.fixture(loop_scope="session")
async def engine(stub: StubServer, browser: Browser) -> AsyncIterator[None]:
    """A peer that answers, so that the page's media connects: another page, not our own stack."""
    context = await browser.new_context()
    other = await context.new_page()
    await other.goto(f"{stub.address}/")

    async def answer(message: Document) -> Document:
        sdp = await other.evaluate(ANSWER, message["sdp"])
        return {"ok": True, "sdp": sdp, "peer": "p1"}

    stub.answer_media = answer
    yield
    await context.close()


async def check(page: Page, stub: StubServer, language: str = "en") -> None:
    """Open the page; it begins at the sound check."""
    await page.add_init_script(WATCH_SENT)
    await page.goto(f"{stub.address}/join?ui={language}#interpreter-1")
    await page.locator(".booth-enter .primary:enabled").wait_for()


async def sit(
    page: Page, stub: StubServer, own_booth: Document, language: str = "en", **sections: Any
) -> None:
    """Pass the sound check; then the booth becomes what it is to be."""
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub, language)
    await page.locator(".booth-enter .primary").click()
    await page.locator(".booth").wait_for()
    await stub.change({"booths": [own_booth], **sections})


def said(stub: StubServer) -> list[tuple[str, Document]]:
    """What the person did; being ready is the page's own."""
    return [command for command in stub.commands if command[0] != "booth.ready"]


async def test_opening_the_page_takes_back_what_an_older_one_had(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(OWN_ON_AIR)
    await check(page, stub)
    await stub.heard("booth.ready")
    # The stub's booth never follows, so it is told again.
    assert all(command == ("booth.ready", {"ready": False}) for command in stub.commands)
    assert not await page.evaluate(IS_OPEN)


async def test_the_sound_check_waits_until_the_microphone_arrives(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(booth(ready=(), away=(OWN,)))
    await page.goto(f"{stub.address}/join?ui=en#interpreter-1")
    await expect(page.locator(".booth-missing")).to_have_text(
        "Your microphone is being connected.", timeout=15_000
    )
    ready = page.get_by_role("button", name="I am ready")
    await expect(ready).to_be_disabled()
    await stub.change({"booths": [booth(ready=())]})
    await expect(ready).to_be_enabled()


async def test_ready_is_said_once_the_microphone_flows_and_again_after_a_loss(
    page: Page, stub: StubServer, engine: None
) -> None:
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub)
    await page.get_by_role("button", name="I am ready").click()
    await stub.heard("booth.ready")
    assert stub.commands[0] == ("booth.ready", {"ready": True})
    await stub.change({"booths": [booth(ready=(), away=(OWN,))]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "connecting")
    stub.commands.clear()
    await stub.change({"booths": [booth(ready=())]})
    await stub.heard("booth.ready")
    assert {name for name, _ in stub.commands} == {"booth.ready"}


LAMPS: Mapping[str, tuple[Document, str, str]] = {
    "free": (FREE, "READY, nobody on air", "待命，無人播出"),
    "partner": (PARTNER_ON_AIR, "Graham Oakes is on air", "Graham Oakes播出中"),
    "on_air": (OWN_ON_AIR, "ON AIR", "播出中"),
    "muted": (booth(OWN, state="muted"), "COUGH", "咳嗽靜音"),
    "floor": (booth(OWN, into=None), "floor is heard", "聽眾聽原音"),
    "taken_off": (booth(taken_off={OWN: "desk"}), "Press M to go on", "主控台已停止您的播出"),
    "connecting": (booth(ready=(), away=(OWN,)), "Not ready yet", "尚未就緒"),
}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("lamp", LAMPS)
async def test_the_light_says_where_one_stands(
    page: Page, stub: StubServer, lamp: str, language: str
) -> None:
    shown, english, chinese = LAMPS[lamp]
    await sit(page, stub, shown, language)
    light = page.locator(".lamp")
    await expect(light).to_have_attribute("data-lamp", lamp)
    await expect(light).to_contain_text(english if language == "en" else chinese)


TAKEN_OFF = booth(taken_off={OWN: "lost"})
COUNT_TONES = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    window.tones += 1;
    return start.call(this, at);
  };
"""


async def test_who_is_taken_off_the_air_is_told_until_they_have_seen_it(
    page: Page, stub: StubServer
) -> None:
    await page.add_init_script(COUNT_TONES)
    await sit(page, stub, OWN_ON_AIR)
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")
    gone = booth(ready=(), taken_off={OWN: "lost"})
    await stub.change({"booths": [gone]})
    light = page.locator(".lamp.taken")
    await expect(light).to_contain_text("TAKEN OFF AIR")
    await expect(light).to_contain_text("Your link was lost. You are being connected again.")
    await page.wait_for_function("window.tones > 0")
    # Back again it says so still, and how to go on.
    await stub.change({"booths": [TAKEN_OFF]})
    await expect(light).to_contain_text("Press M to go on.")
    assert said(stub) == []
    await page.keyboard.press("m")
    await stub.heard("booth.on")
    await page.keyboard.press("Escape")
    await stub.heard("booth.off_noted")
    await stub.change({"booths": [booth(PARTNER, taken_off={OWN: "desk"})]})
    await expect(light).to_contain_text("The desk took you off the air. Graham Oakes is on air now")
    await expect(page.get_by_role("button", name="Partner on air")).to_be_disabled()
    await stub.change({"booths": [PARTNER_ON_AIR]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "partner")
    assert await page.evaluate("window.tones") == 2


async def test_leaving_the_air_by_oneself_makes_no_sound(page: Page, stub: StubServer) -> None:
    await page.add_init_script(COUNT_TONES)
    await sit(page, stub, OWN_ON_AIR)
    await page.get_by_role("button", name="Leave the air").click()
    await stub.change({"booths": [FREE]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "free")
    assert await page.evaluate("window.tones") == 0


OFFERED = booth(PARTNER, handover=handover("offer", PARTNER, None))
ASKED = booth(OWN, handover=handover("request", PARTNER, OWN))
LOST = booth(ready=(OWN,), away=(PARTNER,), handover=handover("lost", PARTNER, None))
OFFERING = booth(OWN, handover=handover("offer", OWN, None))


@pytest.mark.parametrize(
    ("shown", "key", "name", "body"),
    [
        (FREE, "m", "booth.on", {}),
        (OWN_ON_AIR, "m", "booth.off", {}),
        (OWN_ON_AIR, "h", "booth.offer", {}),
        (PARTNER_ON_AIR, "h", "booth.request", {}),
        (OFFERED, "h", "booth.accept", {}),
        (OFFERED, "Enter", "booth.accept", {}),
        (ASKED, "Enter", "booth.accept", {}),
        (LOST, "Enter", "booth.accept", {}),
        (OFFERING, "Escape", "booth.cancel", {}),
        (OFFERED, "Escape", "booth.cancel", {}),
        (PARTNER_ON_AIR, "1", "booth.signal", {"signal": "slow_down"}),
        (PARTNER_ON_AIR, "2", "booth.signal", {"signal": "no_sound"}),
        (OWN_ON_AIR, "3", "booth.signal", {"signal": "missed_name"}),
        (OWN_ON_AIR, "4", "booth.signal", {"signal": "closer_to_microphone"}),
    ],
)
async def test_a_key_does_what_the_page_shows(
    page: Page, stub: StubServer, shown: Document, key: str, name: str, body: Document
) -> None:
    await sit(page, stub, shown)
    await expect(page.locator(".booth-speakers")).to_be_visible()
    await page.locator(f'.handover[data-handing="{handing(shown)}"]').wait_for()
    await page.keyboard.press(key)
    await stub.heard(name)
    assert said(stub) == [(name, body)]


def handing(shown: Document) -> str:
    """What the hand-over card must show before a key is pressed."""
    waiting = shown["handover"]
    if waiting is None:
        active = shown["active"]
        return "free" if active is None else "may_offer" if active == OWN else "may_request"
    if waiting["by"] == OWN:
        return "offer_waits"
    return {"offer": "offered", "request": "asked", "lost": "lost"}[waiting["kind"]]


async def test_nothing_leaves_the_microphone_but_on_air_and_not_while_coughing(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, FREE)
    assert not await page.evaluate(IS_OPEN)
    await stub.change({"booths": [OWN_ON_AIR]})
    await page.wait_for_function(IS_OPEN)
    await page.keyboard.down("c")
    await page.wait_for_function(f"!({IS_OPEN})")
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "muted")
    await page.keyboard.up("c")
    await page.wait_for_function(IS_OPEN)
    await stub.heard("booth.cough", times=2)
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")
    assert said(stub) == [("booth.cough", {"on": True}), ("booth.cough", {"on": False})]
    await stub.change({"booths": [PARTNER_ON_AIR]})
    await page.wait_for_function(f"!({IS_OPEN})")


async def test_the_microphone_closes_here_before_the_room_answers(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, OWN_ON_AIR)
    await page.wait_for_function(IS_OPEN)
    await page.get_by_role("button", name="Leave the air").click()
    assert not await page.evaluate(IS_OPEN)
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "closing")


async def test_the_cough_button_works_while_it_is_held(page: Page, stub: StubServer) -> None:
    await sit(page, stub, OWN_ON_AIR)
    button = page.get_by_role("button", name="Cough")
    await button.hover()
    await page.mouse.down()
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "muted")
    await page.mouse.up()
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")


async def test_typing_commands_nothing_but_the_two_keys_work_even_then(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, FREE)
    await page.keyboard.press("n")
    notes = page.get_by_role("textbox", name="Notes")
    await expect(notes).to_be_focused()
    await page.keyboard.type("mch1 harbour")
    assert said(stub) == []
    await page.keyboard.press("F8")
    await stub.heard("booth.on")
    await page.keyboard.press("Escape")
    await expect(notes).not_to_be_focused()
    await page.reload()
    await page.locator(".booth-enter .primary:enabled").click()
    await expect(notes).to_have_value("mch1 harbour")


async def test_the_glossary_is_filtered_by_typing(page: Page, stub: StubServer) -> None:
    await sit(page, stub, FREE)
    await page.keyboard.press("g")
    await page.keyboard.type("海綿")
    terms = page.locator(".term")
    await expect(terms).to_have_count(1)
    await expect(terms).to_contain_text("sponge city")
    await page.get_by_label("Find a term").fill("zebra")
    await expect(page.get_by_text("No term with these letters.")).to_be_visible()


async def test_the_line_to_the_desk_goes_both_ways(page: Page, stub: StubServer) -> None:
    await sit(page, stub, FREE)
    await expect(page.get_by_role("log")).to_contain_text("Slides in five minutes.")
    card = page.locator(".booth-line.fresh")
    await expect(card).to_contain_text("2 new")
    await page.keyboard.press("l")
    await expect(card).to_have_count(0)
    await page.keyboard.type("Which slides?")
    await page.keyboard.press("Enter")
    await stub.heard("booth.say")
    assert said(stub) == [("booth.say", {"text": "Which slides?"})]
    await expect(page.get_by_label("Write to the desk").last).to_have_value("")
    await page.keyboard.press("Escape")
    own = canned_booth.message(canned_booth.NAMES[OWN], "Which slides?", desk=False, ago_ms=9000)
    told = canned_booth.message("Mo", "The ones of Dijon.", desk=True, ago_ms=0)
    you = canned_booth.view()["you"]
    await stub.change({"you": {**you, "line": [*canned_booth.LINE, own, told]}})
    await expect(card).to_contain_text("1 new")
    await page.reload()
    await page.locator(".booth-enter .primary:enabled").click()
    await expect(card).to_contain_text("1 new")


async def test_a_signal_is_sent_and_then_seen(page: Page, stub: StubServer) -> None:
    await sit(page, stub, booth(OWN, signals=[signal("no_sound", OWN)]))
    key = page.locator(".signal-keys").get_by_role("button", name="No sound")
    await expect(key).to_contain_text("sent")
    await stub.change({"booths": [OWN_ON_AIR]})
    await expect(key).to_contain_text("seen")


async def test_speakers_are_named_as_they_are_said(page: Page, stub: StubServer) -> None:
    await sit(page, stub, FREE)
    now = page.locator(".speaker.now")
    await expect(now).to_contain_text("dee-ZHON; 第戎")
    await expect(now).to_contain_text("English")
    await expect(page.locator(".speaker").nth(1)).to_contain_text("How will the night buses")
    await expect(page.locator(".speaker").nth(2)).to_contain_text("VIH-so-chee-na")


async def test_nothing_of_the_seat_is_said_of_a_speaker_whom_the_desk_has_named(
    page: Page, stub: StubServer
) -> None:
    floor = canned_booth.view()["floor"]
    named = {"name": "Lin Chia-Lung", "city": "Hualien", "country": "", "title": ""}
    turns = {"current": {**floor["current"], **named}, "queue": [{**floor["queue"][0], **named}]}
    await sit(page, stub, FREE, floor={**floor, **turns})
    now = page.locator(".speaker.now")
    await expect(now).to_contain_text("Lin Chia-Lung")
    await expect(now.locator("p").last).to_have_text("Hualien")
    await expect(page.locator(".speaker-spelling")).to_have_count(0)
    # Who has a seat of their own is known by it, wherever they speak from.
    dijon = next(seat for seat in stub.view["seats"] if seat["seat"] == "dijon")
    elsewhere = {**floor["current"], **named, "seat": "room", "name": dijon["name"]}
    await stub.change({"floor": {**floor, "current": elsewhere}})
    await expect(now).to_contain_text("dee-ZHON; 第戎")


async def test_a_question_is_read_in_the_booths_languages(page: Page, stub: StubServer) -> None:
    asked = canned_booth.view()["questions"][0]
    translations = {"zh-Hant": "夜間公車的經費從哪裡來？", "fr": "Qui paiera ?"}
    await sit(page, stub, FREE, questions=[{**asked, "translations": translations}])
    question = page.locator(".asked-question")
    await expect(question).to_contain_text("How will the night buses")
    await expect(question.locator("[lang='zh-Hant']")).to_have_text("夜間公車的經費從哪裡來？")
    await expect(question).not_to_contain_text("Qui paiera")


async def test_a_wrong_signal_is_taken_back(page: Page, stub: StubServer) -> None:
    await sit(page, stub, booth(OWN, signals=[signal("no_sound", PARTNER)]))
    back = page.locator(".signal-back")
    await expect(back).to_be_disabled()
    await stub.change({"booths": [booth(OWN, signals=[signal("no_sound", OWN)])]})
    await expect(back).to_contain_text("Take back: No sound")
    await page.keyboard.press("0")
    await stub.heard("booth.signal")
    assert said(stub) == [("booth.signal", {"signal": "no_sound", "on": False})]


THIRD = {
    **booth(OWN)["interpreters"][1], "seat": "booth-3", "name": "Third",
}  # fmt: skip


async def test_of_two_partners_one_is_offered_the_microphone(page: Page, stub: StubServer) -> None:
    mine = booth(OWN)
    await sit(page, stub, {**mine, "interpreters": [*mine["interpreters"], THIRD]})
    await page.get_by_role("button", name="Offer Third the microphone").click()
    await stub.heard("booth.offer")
    assert said(stub)[-1] == ("booth.offer", {"to": "booth-3"})
    asks = booth("booth-3", handover=handover("request", PARTNER, "booth-3"))
    await stub.change({"booths": [{**asks, "interpreters": [*asks["interpreters"], THIRD]}]})
    card = page.locator(".handover")
    await expect(card).to_contain_text("Graham Oakes asks for the microphone")
    declined = {**handover("offer", "booth-3", None), "declined": [OWN]}
    offers = booth("booth-3", handover=declined)
    await stub.change({"booths": [{**offers, "interpreters": [*offers["interpreters"], THIRD]}]})
    await expect(card).to_contain_text("You said not now")
    await expect(card.get_by_role("button", name="Not now")).to_have_count(0)


async def test_a_long_shift_is_remarked_on(page: Page, stub: StubServer) -> None:
    await sit(page, stub, booth(OWN, minutes=21))
    shift = page.locator(".lamp-shift")
    await expect(shift).to_contain_text(re.compile(r"on air for 21:\d\d"))
    await expect(shift).to_contain_text("Over 20 minutes")
    await stub.change({"booths": [booth(OWN, minutes=31)]})
    await expect(shift).to_contain_text("Over 30 minutes")


async def test_a_weak_link_is_told_to_both(page: Page, stub: StubServer, engine: None) -> None:
    await sit(page, stub, OWN_ON_AIR)
    pill = page.locator(".booth-top .pill").first
    await expect(pill).to_have_text("Sound connected")
    await stub.change({"booths": [booth(OWN, weak=(OWN, PARTNER))]})
    await expect(pill).to_have_text("Weak link: gaps for listeners")
    await expect(page.locator(".booth-said")).to_contain_text("Your link is weak")
    await expect(page.locator(".partner-row")).to_contain_text("weak link")
    await stub.change({"booths": [OWN_ON_AIR]})
    await expect(pill).to_have_text("Sound connected")
    await expect(page.locator(".partner-row")).not_to_contain_text("weak link")


async def test_an_interpreter_chooses_what_to_hear(page: Page, stub: StubServer) -> None:
    french = {**booth("booth-3"), "booth": "fr", "languages": ["fr"], "into": "fr"}
    languages = ["en", "zh-Hant", "fr"]
    session = {**canned_booth.view()["session"], "languages": languages}
    await sit(page, stub, FREE, session=session)
    await stub.change({"booths": [FREE, french]})
    await page.locator("#booth-source").select_option("fr")
    await stub.heard("booth.relay")
    assert said(stub) == [("booth.relay", {"lang": "fr"})]


async def test_a_seat_that_the_desk_muted_is_opened_by_its_owner_only(
    page: Page, stub: StubServer
) -> None:
    you = {**canned_booth.view()["you"], "muted": True}
    # The sound still arrives, so the seat is ready as before.
    await sit(page, stub, FREE, you=you)
    await expect(page.get_by_role("button", name="Go on air")).to_be_disabled()
    await page.get_by_role("button", name="Open it again").click()
    await stub.heard("self.mute")
    assert said(stub) == [("self.mute", {"muted": False})]


async def test_a_lost_line_is_said_and_coming_back_takes_nothing(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, PARTNER_ON_AIR)
    stub.refusing = True
    await stub.drop_everybody()
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "offline")
    stub.refusing = False
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "partner", timeout=15_000)
    assert said(stub) == []


BY_HAND = booth(OWN, into="en", output="en")


async def test_the_output_is_chosen_by_a_key_and_given_back_by_the_same(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, OWN_ON_AIR)
    output = page.locator(".output")
    await expect(output.get_by_role("button", name="Chinese")).to_have_class(re.compile("gives"))
    await expect(output).to_contain_text("Automatic")
    await page.keyboard.press("b")
    await stub.heard("booth.output")
    assert said(stub)[-1] == ("booth.output", {"lang": "en"})
    await stub.change({"booths": [BY_HAND], "floor": canned.floor(spoken="en")})
    english = output.get_by_role("button", name="English")
    await expect(english).to_have_attribute("aria-pressed", "true")
    # Nobody is left with a choice they have forgotten.
    await expect(output).to_contain_text("the speaker speaks English too")
    stub.commands.clear()
    await english.click()
    await stub.heard("booth.output")
    assert said(stub)[-1] == ("booth.output", {"lang": None})


async def test_off_the_air_no_output_can_be_chosen(page: Page, stub: StubServer) -> None:
    await sit(page, stub, PARTNER_ON_AIR)
    await expect(page.locator(".output").get_by_role("button", name="English")).to_be_disabled()
    await page.keyboard.press("b")
    await page.keyboard.press("s")
    await stub.heard("floor.speaks")
    assert [name for name, _ in said(stub)] == ["floor.speaks"]


async def test_the_booth_says_what_is_spoken(page: Page, stub: StubServer) -> None:
    await sit(page, stub, OWN_ON_AIR)
    await page.keyboard.press("s")
    await stub.heard("floor.speaks")
    assert said(stub)[-1] == ("floor.speaks", {"turn": "t-dijon", "lang": "zh-Hant"})
    between = canned.floor(floor="idle", current=None, voice="vysocina", spoken="zh-Hant")
    await stub.change({"floor": between})
    choice = page.get_by_label(re.compile("speaks"))
    await expect(choice).to_have_value("zh-Hant")
    stub.commands.clear()
    await choice.select_option("en")
    await stub.heard("floor.speaks")
    assert said(stub)[-1] == ("floor.speaks", {"seat": "vysocina", "lang": "en"})


STATES = {"free": FREE, "on_air": OWN_ON_AIR, "offered": OFFERED, "lost": LOST, "taken": TAKEN_OFF}
STATES["by_hand"] = BY_HAND


@pytest.mark.parametrize(("width_px", "language"), [(360, "zh-Hant"), (1366, "en")])
async def test_axe_finds_nothing_in_the_booth(
    page: Page, stub: StubServer, language: str, width_px: int
) -> None:
    assert AXE.exists(), "axe-core is missing: npm ci in web/"
    await page.set_viewport_size({"width": width_px, "height": 768})
    await sit(page, stub, FREE, language)
    await page.add_script_tag(path=AXE)
    script = FAULTS.read_text(encoding="utf-8")
    for name, shown in STATES.items():
        await stub.change({"booths": [shown]})
        await page.locator(f'.handover[data-handing="{handing(shown)}"]').wait_for()
        assert await violations(page) == [], name
        assert await page.evaluate(script, [width_px <= 360, TOUCH_PX]) == [], name
    await page.keyboard.press("d")
    await page.locator(".device-panel").wait_for()
    assert await violations(page) == []
    assert await page.evaluate(script, [width_px <= 360, TOUCH_PX]) == []


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
async def test_axe_finds_nothing_in_the_sound_check(
    page: Page, stub: StubServer, language: str
) -> None:
    stub.view = canned_booth.view(booth(ready=()))
    await page.set_viewport_size({"width": 360, "height": 740})
    await check(page, stub, language)
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []
    script = FAULTS.read_text(encoding="utf-8")
    assert await page.evaluate(script, [True, TOUCH_PX]) == []


async def test_a_link_without_a_booth_says_so(page: Page, stub: StubServer) -> None:
    stub.view = canned_booth.view(you=canned.you(role="interpreter", seat="x"))
    await page.goto(f"{stub.address}/join?ui=en#interpreter-1")
    await expect(page.get_by_role("heading", name="Your link names no booth")).to_be_visible()


async def test_keys_reach_the_partners_voice_the_source_and_the_volume(
    page: Page, stub: StubServer
) -> None:
    french = {**booth("booth-3"), "booth": "fr", "languages": ["fr"], "into": "fr"}
    session = {**canned_booth.view()["session"], "languages": ["en", "zh-Hant", "fr"]}
    await sit(page, stub, PARTNER_ON_AIR, session=session)
    await stub.change({"booths": [PARTNER_ON_AIR, french]})
    await expect(page.locator(".hear-partner")).to_be_enabled()
    await page.keyboard.press("p")
    await expect(page.locator(".hear-partner")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("p")
    await expect(page.locator(".hear-partner")).to_have_attribute("aria-pressed", "false")
    volume = page.locator(".volume input")
    before = int(await volume.input_value())
    await page.keyboard.press("+")
    await page.keyboard.press("+")
    await page.keyboard.press("-")
    await expect(volume).to_have_value(str(before + 5))
    await page.keyboard.press("r")
    await expect(page.locator("#booth-source")).to_be_focused()


async def test_the_floor_stays_beside_the_partner_whatever_they_give_into(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, PARTNER_ON_AIR)
    button = page.locator(".hear-partner")
    await button.click()
    await expect(page.get_by_label("Partner's volume")).to_have_value("25")
    assert not await page.locator(".program video").evaluate("node => node.muted")
    # The speaker changes language twice; nobody asked to stop hearing the partner.
    await stub.change({"booths": [booth(PARTNER, into=None)]})
    await expect(page.locator(".partner-row")).to_contain_text("on air")
    await stub.change({"booths": [booth(PARTNER, into="en")]})
    await expect(button).to_have_attribute("aria-pressed", "true")
    await stub.change({"booths": [OWN_ON_AIR]})
    await expect(button).to_have_attribute("aria-pressed", "false")


async def test_one_key_goes_from_floor_to_relay_and_each_has_its_volume(
    page: Page, stub: StubServer
) -> None:
    french = {**booth("booth-3"), "booth": "fr", "languages": ["fr"], "into": "fr"}
    session = {**canned_booth.view()["session"], "languages": ["en", "zh-Hant", "fr"]}
    await sit(page, stub, FREE, session=session)
    await stub.change({"booths": [FREE, french]})
    now = page.locator(".hear-now")
    await expect(now).to_contain_text("Floor")
    volume = page.locator(".volume input")
    await page.keyboard.press("-")
    await expect(volume).to_have_value("55")
    await page.keyboard.press("t")
    await stub.heard("booth.relay")
    assert said(stub) == [("booth.relay", {"lang": "fr"})]
    relaying = booth()
    relaying["interpreters"][0]["relay"] = "fr"
    await stub.change({"booths": [relaying, french]})
    await expect(now).to_contain_text("Relay: French")
    await expect(volume).to_have_value("60")
    await page.keyboard.press("+")
    await page.keyboard.press("t")
    await stub.change({"booths": [FREE, french]})
    await expect(volume).to_have_value("55")
    assert said(stub)[-1] == ("booth.relay", {"lang": "floor"})
