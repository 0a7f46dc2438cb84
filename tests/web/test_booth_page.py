"""Who is on air, as the interpreter's page shows it, and how it changes hands."""

import re
from collections.abc import Mapping

import pytest
from playwright.async_api import Page, expect

from tests.harness.screens import FAULTS, TOUCH_PX
from tests.web import canned, canned_booth
from tests.web.booth_page import (
    ASKED,
    BY_HAND,
    FREE,
    LOST,
    OFFERED,
    OFFERING,
    OWN_ON_AIR,
    PARTNER_ON_AIR,
    TAKEN_OFF,
    check,
    handing,
    said,
    sit,
)
from tests.web.canned_booth import OWN, PARTNER, booth, handover
from tests.web.conftest import AXE
from tests.web.stub_server import Document, StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

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


async def test_who_offered_in_vain_is_told_so_for_half_a_minute(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, booth(OWN, handover=handover("offer", OWN, PARTNER)))
    words = page.locator(".handover-words")
    await expect(words).to_contain_text("You offered the microphone")

    def unheeded(cause: str, ago_ms: int = 0) -> Document:
        return {"by": OWN, "cause": cause, "at": canned.now_ms() - ago_ms}

    await stub.change({"booths": [booth(OWN, unheeded=unheeded("declined"))]})
    await expect(words).to_have_text("Your partner said not now; the microphone stays where it is.")
    await expect(page.get_by_role("button", name="Offer the microphone")).to_be_enabled()
    await stub.change({"booths": [booth(OWN, unheeded=unheeded("timeout", ago_ms=28_000))]})
    await expect(words).to_have_text("Nobody answered; the microphone stays where it is.")
    await expect(words).to_have_text("The microphone changes hands only when both agree.")
    others = {**unheeded("declined"), "by": PARTNER}
    await stub.change({"booths": [booth(OWN, unheeded=others, minutes=5)]})
    await expect(page.locator(".lamp-shift")).to_contain_text("on air for 5:")
    await expect(words).to_have_text("The microphone changes hands only when both agree.")


async def test_a_long_shift_is_remarked_on(page: Page, stub: StubServer) -> None:
    await sit(page, stub, booth(OWN, minutes=21))
    shift = page.locator(".lamp-shift")
    await expect(shift).to_contain_text(re.compile(r"on air for 21:\d\d"))
    await expect(shift).to_contain_text("Over 20 minutes")
    await stub.change({"booths": [booth(OWN, minutes=31)]})
    await expect(shift).to_contain_text("Over 30 minutes")


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


STATES = {"free": FREE, "on_air": OWN_ON_AIR, "offered": OFFERED, "lost": LOST, "taken": TAKEN_OFF}
STATES["by_hand"] = BY_HAND


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
async def test_all_signals_and_what_takes_one_back_are_seen_on_a_small_laptop(
    page: Page, stub: StubServer, language: str
) -> None:
    await page.set_viewport_size({"width": 1366, "height": 768})
    await sit(page, stub, FREE, language)
    for name, shown in STATES.items():
        await stub.change({"booths": [shown]})
        await page.locator(f'.handover[data-handing="{handing(shown)}"]').wait_for()
        back = page.locator(".signal-back")
        assert await back.evaluate("node => node.getBoundingClientRect().bottom") <= 768, name
        await expect(back).to_be_in_viewport(ratio=1)


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
