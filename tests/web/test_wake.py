"""A screen that must not sleep while somebody sits at the table."""

import asyncio

import pytest
from playwright.async_api import Page

from tests.web import canned_booth
from tests.web.conftest import take_seat
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCREEN = """
  window.locks = [];
  const take = async () => {
    const lock = { released: false, release: async () => { lock.released = true; } };
    window.locks.push(lock);
    return lock;
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request: take } });
  window.look = (hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    // As browsers do: a hidden page loses what it held.
    if (hidden) window.locks.forEach((lock) => { lock.released = true; });
    document.dispatchEvent(new Event("visibilitychange"));
  };
"""
HELD = "window.locks.filter((lock) => !lock.released).length === {}"


async def test_the_screen_stays_on_at_the_table_and_sleeps_again_after(
    page: Page, stub: StubServer
) -> None:
    await page.add_init_script(SCREEN)
    await take_seat(page, stub)
    await page.wait_for_function(HELD.format(1))
    await page.evaluate("window.look(true)")
    await page.wait_for_function(HELD.format(0))
    await page.evaluate("window.look(false)")
    await page.wait_for_function(HELD.format(1))
    await page.get_by_role("button", name="Leave").click()
    await page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    await page.wait_for_function(HELD.format(0))


async def test_the_booths_light_stays_on(page: Page, stub: StubServer) -> None:
    await page.add_init_script(SCREEN)
    stub.view = canned_booth.view(canned_booth.booth(ready=()))
    await page.goto(f"{stub.address}/join?ui=en#interpreter-1")
    await page.locator(".booth-enter .primary:enabled").wait_for()
    assert await page.evaluate(HELD.format(0))
    await page.locator(".booth-enter .primary").click()
    await page.wait_for_function(HELD.format(1))
    await page.evaluate("window.look(true)")
    await page.evaluate("window.look(false)")
    await page.wait_for_function(HELD.format(1))


async def test_a_phone_that_wakes_up_asks_for_media_at_once(page: Page, stub: StubServer) -> None:
    await page.add_init_script(SCREEN)
    await page.clock.install()
    await take_seat(page, stub)
    # No engine: every offer is refused, and the pauses grow to some ten seconds.
    while len(stub.offers) < 8:
        await page.clock.run_for(4_000)
    offers = len(stub.offers)
    await page.evaluate("window.look(false)")
    async with asyncio.timeout(5):
        while len(stub.offers) == offers:  # noqa: ASYNC110  # the page brings it about
            await asyncio.sleep(0.02)
