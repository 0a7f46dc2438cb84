"""What helps an interpreter beside the sound: notes, glossary, the desk, signals, speakers."""

import pytest
from playwright.async_api import Page, expect

from tests.web import canned_booth
from tests.web.booth_page import FREE, OWN_ON_AIR, said, sit
from tests.web.canned_booth import OWN, PARTNER, booth, signal
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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


async def test_a_wrong_signal_is_taken_back(page: Page, stub: StubServer) -> None:
    await sit(page, stub, booth(OWN, signals=[signal("no_sound", PARTNER)]))
    back = page.locator(".signal-back")
    await expect(back).to_be_disabled()
    await stub.change({"booths": [booth(OWN, signals=[signal("no_sound", OWN)])]})
    await expect(back).to_contain_text("Take back: No sound")
    await page.keyboard.press("0")
    await stub.heard("booth.signal")
    assert said(stub) == [("booth.signal", {"signal": "no_sound", "on": False})]


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
