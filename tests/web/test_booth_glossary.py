"""The glossary that a session's booths share, by keyboard as an interpreter uses it."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.harness.screens import FAULTS, TOUCH_PX
from tests.web import canned_booth
from tests.web.booth_page import OFFERED, said, sit
from tests.web.canned_booth import OWN, booth, term
from tests.web.conftest import AXE
from tests.web.stub_server import Document, StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BUS = term("night bus", {"zh-Hant": "夜間公車"}, note="runs from midnight to five")
BUDGET = term("participatory budget", {"fr": "budget participatif", "zh-Hant": "參與式預算"})
METRO = term("Métropole", {"fr": "métropole"}, kind="body")
ICLEI = term("ICLEI", {"zh": "地方政府永續發展協會"}, kind="body")
TERMS = [METRO, ICLEI, BUDGET, BUS]


async def open_glossary(page: Page, stub: StubServer, *terms: Document, **sections: Any) -> None:
    await sit(page, stub, booth(OWN), glossary=list(terms or TERMS), **sections)
    await page.keyboard.press("g")
    await expect(page.get_by_label("Find a term")).to_be_focused()


async def shown(page: Page) -> list[str]:
    return await page.locator(".term-head b").all_inner_texts()


async def test_what_is_asked_now_comes_first_then_what_the_booth_has_words_for(
    page: Page, stub: StubServer
) -> None:
    await open_glossary(page, stub)
    # "How will the night buses be paid for?"; nobody in this booth needs the French one.
    assert await shown(page) == ["night bus", "ICLEI", "participatory budget", "Métropole"]
    first = page.locator(".term").first
    await expect(first).to_have_class("term named")
    await expect(first).to_contain_text("now")
    budget = page.locator(".term", has_text="participatory budget")
    await expect(budget.locator(".term-says").first).to_contain_text("參與式預算")


NAMED = {
    "Our night buses run late": ["night bus"],
    "Fortnight business": [],
    "夜間公車怎麼辦？": ["night bus"],
    "Ask ICLEI.": ["ICLEI"],
    "ask the metropole": ["Métropole"],
}


async def test_a_term_is_named_by_its_words_in_any_language(page: Page, stub: StubServer) -> None:
    await open_glossary(page, stub, questions=[])
    # Nobody is at the list, so it follows.
    await page.keyboard.press("Escape")
    for text, named in NAMED.items():
        asked = {**canned_booth.view()["questions"][0], "text": text, "translations": {}}
        await stub.change({"questions": [asked]})
        await expect(page.locator(".asked-question")).to_contain_text(text)
        await expect(page.locator(".term.named .term-head b")).to_have_text(named)


async def test_the_item_of_the_programme_names_terms_by_its_clock(
    page: Page, stub: StubServer
) -> None:
    session = canned_booth.view()["session"]
    agenda = [
        {"at": "00:00", "title": {"en": "Opening", "fr": "Budget participatif"}},
        {"at": "23:59", "title": {"en": "ICLEI"}},
    ]
    started = {**session, "starts_at": None, "agenda": agenda}
    await page.clock.set_fixed_time("2026-11-26T12:00:00Z")
    await open_glossary(page, stub, questions=[], session=started)
    await expect(page.locator(".term.named .term-head b")).to_have_text(["participatory budget"])


async def test_typing_filters_without_accents_and_the_arrows_go_through_what_is_left(
    page: Page, stub: StubServer
) -> None:
    await open_glossary(page, stub)
    await page.keyboard.type("metropole")
    await expect(page.locator(".term")).to_have_count(1)
    await page.get_by_label("Find a term").fill("b")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".term").first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".term").nth(1)).to_be_focused()
    # On a term the booth's keys are the booth's.
    await page.keyboard.press("1")
    await stub.heard("booth.signal")
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_label("Find a term")).to_be_focused()


async def test_what_is_not_found_is_written_down_for_every_booth(
    page: Page, stub: StubServer
) -> None:
    added = term("sponge city", {"zh-Hant": "海綿城市"}, entry="a.1", name="Wu Mei-Ling")
    stub.answers["glossary.add"] = {"ok": True, "seq": 20, "entry": "a.1"}
    await open_glossary(page, stub)
    await page.keyboard.type("sponge city")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Term", exact=True)).to_be_focused()
    await expect(page.get_by_label("Term", exact=True)).to_have_value("sponge city")
    await page.keyboard.press("Tab")
    await page.keyboard.type("海綿城市")
    # The microphone's key works in the middle of a word.
    await page.keyboard.press("F8")
    await stub.heard("booth.off")
    await page.keyboard.press("Enter")
    await stub.heard("glossary.add")
    body = {"term": "sponge city", "says": {"zh-Hant": "海綿城市"}, "note": "", "kind": "term"}
    # The microphone is given back until the room shows it, so more of that may follow.
    assert [one for one in said(stub) if one[0] != "booth.off"] == [("glossary.add", body)]
    await stub.change({"glossary": [*TERMS, added]})
    await expect(page.locator(".term-form")).to_have_count(0)
    await expect(page.locator(".term", has_text="sponge city")).to_contain_text("by Wu Mei-Ling")


async def test_a_term_is_corrected_from_the_version_that_was_seen(
    page: Page, stub: StubServer
) -> None:
    await open_glossary(page, stub)
    await page.keyboard.type("night")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_label("Note", exact=True).fill("also on Sundays")
    theirs = {**BUS, "version": 1, "says": {"zh-Hant": "夜班公車"}, "name": "Odile"}
    await stub.change({"glossary": [METRO, ICLEI, BUDGET, theirs]})
    await expect(page.locator(".term-meanwhile")).to_have_text(
        "Odile now has: night bus · 夜班公車"
    )
    await page.get_by_label("Note", exact=True).press("Enter")
    await expect(page.locator(".term-refused")).to_contain_text("Save again to put yours")
    assert "glossary.correct" not in [name for name, _ in stub.commands]
    await page.get_by_label("Note", exact=True).press("Enter")
    await stub.heard("glossary.correct")
    body = {"entry": "f.night bus", "version": 1, "term": "night bus", "kind": "term"}
    says = {"zh-Hant": "夜間公車"}
    assert said(stub)[-1] == (
        "glossary.correct",
        {**body, "says": says, "note": "also on Sundays"},
    )
    # Back at the term, where the letters are the booth's keys again.
    await expect(page.locator(".term", has_text="night bus")).to_be_focused()


async def test_a_refusal_keeps_what_was_written(page: Page, stub: StubServer) -> None:
    error = {"code": "glossary.duplicate", "params": {"term": "Night Bus"}}
    stub.answers["glossary.add"] = {"ok": False, "error": error}
    await open_glossary(page, stub)
    await page.keyboard.press("Escape")
    await page.keyboard.press("w")
    # Whoever is in a hurry does not wait for the form.
    await page.keyboard.type("night  bus")
    await page.keyboard.press("Enter")
    await expect(page.locator(".term-refused")).to_have_text("“Night Bus” is in the list already.")
    await expect(page.get_by_label("Term", exact=True)).to_have_value("night  bus")
    # Another panel in its place takes nothing of it away.
    await page.keyboard.press("Shift+Tab")
    await page.get_by_role("button", name="Devices").click()
    await page.locator(".device-panel").wait_for()
    await page.get_by_role("button", name="Devices").click()
    await expect(page.get_by_label("Term", exact=True)).to_have_value("night  bus")


async def test_escape_leaves_the_form_and_calls_no_hand_over_off(
    page: Page, stub: StubServer
) -> None:
    waiting = booth(OWN, handover=canned_booth.handover("offer", OWN, None))
    await open_glossary(page, stub, booths=[waiting])
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Remove").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator(".term-form")).to_have_count(0)
    assert said(stub) == []


async def test_a_removed_term_can_be_put_back(page: Page, stub: StubServer) -> None:
    await open_glossary(page, stub)
    await page.locator(".term", has_text="ICLEI").click()
    await page.get_by_role("button", name="Remove").click()
    await stub.heard("glossary.remove")
    assert said(stub)[-1] == ("glossary.remove", {"entry": "f.iclei", "version": 0})
    await stub.change({"glossary": [METRO, BUDGET, BUS]})
    await expect(page.get_by_text("Removed: ICLEI")).to_be_visible()
    await page.get_by_role("button", name="Put back").click()
    await stub.heard("glossary.add")
    says = {"zh": "地方政府永續發展協會"}
    assert said(stub)[-1] == (
        "glossary.add",
        {"term": "ICLEI", "says": says, "note": "", "kind": "body"},
    )


async def test_nothing_moves_under_a_finger(page: Page, stub: StubServer) -> None:
    await open_glossary(page, stub)
    await page.keyboard.press("ArrowDown")
    before = await shown(page)
    asked = {**canned_booth.view()["questions"][0], "text": "What does ICLEI say?"}
    await stub.change({"questions": [asked]})
    await expect(page.locator(".asked-question")).to_contain_text("ICLEI")
    assert await shown(page) == before
    await page.keyboard.press("n")
    await expect(page.locator(".term-head b").first).to_have_text("ICLEI")


@pytest.mark.parametrize(
    ("language", "width_px", "height_px"), [("en", 1366, 768), ("zh-Hant", 390, 844)]
)
async def test_axe_finds_nothing_in_the_glossary(
    page: Page, stub: StubServer, language: str, width_px: int, height_px: int
) -> None:
    await page.set_viewport_size({"width": width_px, "height": height_px})
    await sit(page, stub, booth(OWN), language, glossary=TERMS)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    for act in (None, "w"):
        if act is not None:
            await page.keyboard.press(act)
            await page.locator(".term-form").wait_for()
        script = FAULTS.read_text(encoding="utf-8")
        assert await page.evaluate(script, [width_px <= 390, TOUCH_PX]) == [], act
        assert await violations(page) == [], act


async def test_escape_leaves_the_list_and_enter_is_the_hand_overs_again(
    page: Page, stub: StubServer
) -> None:
    await open_glossary(page, stub)
    await page.keyboard.press("Enter")
    await expect(page.locator(".term").first).to_be_focused()
    await stub.change({"booths": [OFFERED]})
    await expect(page.locator(".handover")).to_have_attribute("data-handing", "offered")
    await page.keyboard.press("Escape")
    await expect(page.locator(".term:focus")).to_have_count(0)
    await page.keyboard.press("Enter")
    await stub.heard("booth.accept")
    assert [name for name, _ in said(stub)] == ["booth.accept"]
