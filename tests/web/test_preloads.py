"""No module of a page is found late: all that it loads were named to the browser beforehand."""

import pytest
from playwright.async_api import Browser

from tests.web import canned_booth
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MODULES = """
  () => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)
    .filter((path) => /\\.m?js$/.test(path))
"""
NAMED = """
  () => [...document.querySelectorAll("link[rel=modulepreload]")]
    .map(({ href }) => new URL(href).pathname)
"""


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/join?ui=en#delegate-1", ".check .primary:enabled"),
        ("/join?ui=en#room-1", ".check .primary:enabled"),
        ("/join?ui=en#interpreter-1", ".booth-enter"),
        ("/join?ui=en#moderator-1", ".desk"),
        ("/join?ui=en#captioner-1", "main"),
        ("/s/summit/listen?ui=en", "main"),
        ("/s/summit/program?ui=en", "video"),
    ],
)
async def test_every_module_was_named(
    browser: Browser, stub: StubServer, path: str, shows: str
) -> None:
    if "interpreter" in path:
        stub.view = canned_booth.view()
    # What a page takes from the cache it does not count.
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(stub.address + path)
    await page.locator(shows).first.wait_for(state="attached")
    await page.wait_for_load_state("networkidle")
    loaded, named = set(await page.evaluate(MODULES)), set(await page.evaluate(NAMED))
    assert len(named) > 30
    # The player of HLS is asked for where it plays.
    assert loaded - {"/static/-/vendor/hls.mjs"} == named
    await context.close()
