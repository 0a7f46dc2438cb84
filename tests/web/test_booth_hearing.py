"""What an interpreter hears, and into which language they give."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.web import canned, canned_booth
from tests.web.booth_page import (
    BY_HAND,
    FREE,
    OWN_ON_AIR,
    PARTNER_ON_AIR,
    said,
    sit,
)
from tests.web.canned_booth import PARTNER, booth
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_interpreter_chooses_what_to_hear(page: Page, stub: StubServer) -> None:
    french = {**booth("booth-3"), "booth": "fr", "languages": ["fr"], "into": "fr"}
    languages = ["en", "zh-Hant", "fr"]
    session = {**canned_booth.view()["session"], "languages": languages}
    await sit(page, stub, FREE, session=session)
    await stub.change({"booths": [FREE, french]})
    await page.locator("#booth-source").select_option("fr")
    await stub.heard("booth.relay")
    assert said(stub) == [("booth.relay", {"lang": "fr"})]


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
