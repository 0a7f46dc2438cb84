"""A dialog that is asked for while the last one is still closing opens, and stays."""

import pytest
from playwright.async_api import Page, expect

from tests.web import canned
from tests.web.conftest import take_seat
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLOSED = """
  // As Escape does: the browser tells of it later, when the next key may have come already.
  const box = document.querySelector("dialog");
  const told = new Promise((done) => box.addEventListener("close", () => setTimeout(done)));
  box.requestClose();
"""
BY_A_FAST_HAND = f"""async (opener) => {{ {CLOSED} opener.click(); await told; }}"""


@pytest.mark.parametrize("who", ["delegate", "room"])
async def test_a_fast_hand_opens_the_next_dialog_before_the_last_has_closed(
    page: Page, stub: StubServer, who: str
) -> None:
    if who == "room":
        stub.view = canned.view(you=canned.you(role="room", seat="room", name="Hall"))
    await take_seat(page, stub, who=who)
    opener = page.get_by_role("button", name="Devices").first
    await opener.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    for _ in range(3):
        await opener.evaluate(BY_A_FAST_HAND)
        await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_another_dialog_may_be_the_next(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    await page.get_by_role("button", name="Devices").first.click()
    leave = page.get_by_role("button", name="Leave").first
    await leave.evaluate(BY_A_FAST_HAND)
    await expect(page.get_by_role("dialog")).to_have_count(1)
    await expect(page.get_by_role("dialog")).to_contain_text("Leave")


async def test_a_press_beside_a_dialog_closes_it(page: Page, stub: StubServer) -> None:
    await take_seat(page, stub)
    await page.get_by_role("button", name="Devices").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("heading").click()
    await expect(dialog).to_be_visible()
    await page.mouse.click(5, 5)
    await expect(dialog).to_have_count(0)
