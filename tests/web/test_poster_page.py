"""The code for those in the hall, read as a camera reads it."""

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import AXE
from tests.web.stub_server import StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCAN = """async (decoder) => {
  const { default: decode } = await import(decoder);
  const drawn = new XMLSerializer().serializeToString(document.querySelector("svg.qr"));
  const picture = new Image(600, 600);
  picture.src = "data:image/svg+xml," + encodeURIComponent(
    drawn.replace("<svg", '<svg width="600" height="600" xmlns="http://www.w3.org/2000/svg"'));
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 600 });
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, 600, 600);
  return decode(context.getImageData(0, 0, 600, 600));
}"""
DECODER = "/static/-/node_modules/qr/decode.js"


@pytest.mark.parametrize("public", [True, False])
async def test_the_code_leads_to_the_receiver_and_gives_away_no_desk(
    page: Page, stub: StubServer, public: bool
) -> None:
    stub.public = public
    await page.goto(f"{stub.address}/s/mayors-1/poster?ui=en#room-1")
    await page.locator("svg.qr").wait_for()
    link = f"{stub.address}/s/mayors-1/listen"
    assert await page.evaluate(SCAN, DECODER) == link + ("" if public else "#of.the.hall")
    assert page.url == f"{stub.address}/s/mayors-1/poster?ui=en"
    await expect(page.get_by_text("用您的語言收聽")).to_be_visible()
    await expect(page.get_by_text("is not public")).to_have_count(0 if public else 1)
    # A second look, as after a reload, needs the link no more.
    await page.reload()
    await expect(page.get_by_role("img", name="QR code of")).to_be_visible()


@pytest.mark.parametrize(("width_px", "language"), [(360, "zh-Hant"), (1366, "en")])
async def test_axe_finds_nothing_on_the_poster(
    page: Page, stub: StubServer, language: str, width_px: int
) -> None:
    stub.public = False
    await page.set_viewport_size({"width": width_px, "height": 768})
    await page.goto(f"{stub.address}/s/mayors-1/poster?ui={language}#room-1")
    await page.locator("svg.qr").wait_for()
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []
    await page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


async def test_the_session_s_page_leads_those_in_the_room_to_the_receiver(
    page: Page, stub: StubServer
) -> None:
    await page.goto(f"{stub.address}/s/mayors-1?ui=en")
    link = page.get_by_role("link", name="In the room? Listen on your phone")
    await expect(link).to_have_attribute("href", "/s/mayors-1/listen")
