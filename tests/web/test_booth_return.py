"""A booth's page that is opened again says so, and then the older one was no loss."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.web import canned_booth
from tests.web.booth_page import check
from tests.web.canned_booth import OWN, PARTNER, booth
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOST = booth(ready=(PARTNER,), taken_off={OWN: "lost"})


async def test_a_page_that_was_missed_says_once_that_it_is_at_the_check(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(LOST)
    await check(page, stub)
    await stub.heard("booth.ready")
    await stub.change({"booths": [booth(ready=(PARTNER,))]})
    await expect(page.locator(".booth-taken")).to_have_count(0)
    await page.locator(".booth-enter .primary").click()
    await page.locator(".booth").wait_for()
    assert stub.commands == [("booth.ready", {"ready": False})]


async def test_what_the_desk_has_done_is_not_undone_by_opening_the_page(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(booth(ready=(PARTNER,), taken_off={OWN: "desk"}))
    await check(page, stub)
    await expect(page.locator(".booth-taken")).to_be_visible()
    assert stub.commands == []


async def test_a_link_that_breaks_under_an_open_page_is_no_return(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub)
    await page.locator(".booth-enter .primary").click()
    await page.locator(".booth").wait_for()
    await stub.change({"booths": [LOST]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "taken_off")
    assert ("booth.ready", {"ready": False}) not in stub.commands


async def test_a_page_that_is_left_says_so_at_once(page: Page, stub: StubServer) -> None:
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub)
    await page.locator(".booth-enter .primary").click()
    await page.locator(".booth").wait_for()
    await stub.change({"booths": [booth(OWN)]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")
    stub.commands.clear()
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.goto("about:blank")
    await stub.heard("booth.ready")
    assert stub.commands == [("booth.ready", {"ready": False})]
