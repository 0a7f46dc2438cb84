"""The sign-language interpreter's page: what it asks for and shows, what leaves its camera."""

import pytest
from playwright.async_api import Page, expect

from tests.harness.screens import FAULTS, TOUCH_PX
from tests.web import canned_booth
from tests.web.booth_page import said
from tests.web.canned_booth import OWN, PARTNER, booth, handover
from tests.web.conftest import AXE
from tests.web.stub_server import Document, StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WATCH_SENT = """
  window.asked = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wishes) => {
    window.asked.push(Object.keys(wishes).join());
    return ask(wishes);
  };
  const replace = RTCRtpSender.prototype.replaceTrack;
  RTCRtpSender.prototype.replaceTrack = function (track) {
    window.last = track;
    return replace.call(this, track);
  };
"""
SENDS = "window.last?.kind === 'video'"


def team(active: str | None = None, **changes: object) -> Document:
    """Two signers of one sign language."""
    shown = booth(active, **changes)  # type: ignore[arg-type]
    people = [{**one, "microphone": False, "camera": True} for one in shown["interpreters"]]
    named = {"booth": "sgn-tss", "languages": ["sgn-tss"], "signing": True, "interpreters": people}
    return {**shown, "into": "sgn-tss" if active else None, **named}


def view(shown: Document) -> Document:
    base = canned_booth.view(shown)
    return {**base, "you": {**base["you"], "booth": "sgn-tss"}}


async def check(page: Page, stub: StubServer, shown: Document, language: str = "en") -> None:
    stub.view = view(shown)
    await page.add_init_script(WATCH_SENT)
    await page.goto(f"{stub.address}/join?ui={language}#interpreter-1")
    await page.locator(".booth-enter").wait_for()


async def sit(page: Page, stub: StubServer, shown: Document, language: str = "en") -> None:
    """Pass the picture check; then the team is what it is to be."""
    await check(page, stub, team(ready=()), language)
    await page.locator(".booth-enter .primary:enabled").click()
    await page.locator(".booth").wait_for()
    await stub.change({"booths": [shown]})


OFFERED = team(PARTNER, handover=handover("offer", PARTNER, None))
LOST = team(ready=(OWN,), handover=handover("lost", PARTNER, None))


async def test_the_check_asks_for_a_camera_and_no_microphone_and_waits_for_the_picture(
    page: Page, stub: StubServer
) -> None:
    blind = team(ready=())
    blind["interpreters"][0]["camera"] = False
    await check(page, stub, blind)
    await expect(page.locator(".booth-missing")).to_have_text("Your picture is being connected.")
    assert await page.evaluate("window.asked") == ["video"]
    await stub.change({"booths": [team(ready=())]})
    await expect(page.locator(".booth-enter .primary")).to_be_enabled()
    await expect(page.locator(".own-picture video")).to_be_visible()


async def test_a_page_that_finds_itself_in_the_picture_shows_nobody_and_gives_the_place_back(
    page: Page, stub: StubServer
) -> None:
    await check(page, stub, team(OWN))
    await stub.heard("booth.ready")
    assert stub.commands[0] == ("booth.ready", {"ready": False})
    assert not await page.evaluate(SENDS)
    await stub.change({"booths": [team(ready=())]})
    await page.wait_for_function(SENDS)


async def test_the_light_says_who_is_seen_and_the_slate_hides(page: Page, stub: StubServer) -> None:
    await sit(page, stub, team())
    light = page.locator(".lamp")
    await expect(light).to_contain_text("READY, nobody signs")
    await stub.change({"booths": [team(OWN)]})
    await expect(light).to_contain_text("IN THE PICTURE")
    await expect(page.get_by_role("button", name="Leave the picture")).to_be_visible()
    await stub.change({"program": {**view(team())["program"], "layout": "slate"}})
    await expect(light).to_have_attribute("data-lamp", "slate")
    await page.keyboard.press("c")
    await page.keyboard.press("m")
    await stub.heard("booth.off")
    assert said(stub) == [("booth.off", {})], "there is no cough to hold"
    await page.wait_for_function("window.last === null")


@pytest.mark.parametrize(("width_px", "language"), [(360, "en"), (1366, "zh-Hant")])
async def test_a_partner_takes_the_place_by_keyboard_and_axe_finds_nothing(
    page: Page, stub: StubServer, width_px: int, language: str
) -> None:
    await page.set_viewport_size({"width": width_px, "height": 768})
    await check(page, stub, team(ready=()), language)
    await page.locator(".booth-enter .primary:enabled").wait_for()
    await page.add_script_tag(path=AXE)
    faults = FAULTS.read_text(encoding="utf-8")
    assert await violations(page) == []
    assert await page.evaluate(faults, [width_px <= 360, TOUCH_PX]) == []
    await page.locator(".booth-enter .primary").click()
    for shown, kind in ((team(OWN), "may_offer"), (OFFERED, "offered"), (LOST, "lost")):
        await stub.change({"booths": [shown]})
        await page.locator(f'.handover[data-handing="{kind}"]').wait_for()
        assert await violations(page) == [], kind
        assert await page.evaluate(faults, [width_px <= 360, TOUCH_PX]) == [], kind
    await page.keyboard.press("Enter")
    await stub.heard("booth.accept")
