"""The program's picture as large as the screen, by keyboard alone."""

import pytest
from playwright.async_api import Page, expect

from tests.harness.screens import FAULTS, TOUCH_PX
from tests.web import canned_booth
from tests.web.booth_page import ASKED, LOST, OFFERED, OWN_ON_AIR, handing, said, sit
from tests.web.canned_booth import OWN, booth
from tests.web.conftest import AXE
from tests.web.stub_server import StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ALWAYS = (".lamp", "#booth-keys", ".key-big.cough", ".own-level", ".partner-row")
"""What an interpreter on air may never lose sight of."""
BESIDE = (".booth-top .lang-switch", ".booth-speakers", ".hear-card", ".booth-aside", ".output")
IS_FULL = "document.fullscreenElement !== null"


async def share(page: Page) -> float:
    """How much of the window is picture."""
    found: float = await page.evaluate(
        """() => {
          const picture = document.querySelector(".booth-picture");
          const { width, height } = picture.getBoundingClientRect();
          return (width * height) / (innerWidth * innerHeight);
        }"""
    )
    return found


async def enlarge(page: Page) -> None:
    """Keys that come while Chromium without a window fills the screen are lost, so wait for it."""
    await page.keyboard.press("f")
    await expect(page.locator(".booth.large")).to_have_count(1)
    await page.wait_for_function(IS_FULL)


async def test_one_key_makes_the_picture_large_and_escape_leaves(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, OWN_ON_AIR)
    before = await share(page)
    await enlarge(page)
    for part in ALWAYS:
        await expect(page.locator(part)).to_be_in_viewport(ratio=1)
    for part in BESIDE:
        await expect(page.locator(part)).to_be_hidden()
    assert await share(page) > max(0.6, 2 * before)
    await page.keyboard.press("Escape")
    await expect(page.locator(".booth.large")).to_have_count(0)
    await page.wait_for_function(f"!({IS_FULL})")
    await expect(page.locator(".booth-aside")).to_be_visible()
    assert said(stub) == []


async def test_the_booths_keys_work_beside_the_large_picture(page: Page, stub: StubServer) -> None:
    await sit(page, stub, OWN_ON_AIR)
    await enlarge(page)
    await page.keyboard.down("c")
    await stub.heard("booth.cough")
    await stub.change({"booths": [booth(OWN, state="muted")]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "muted")
    await page.keyboard.up("c")
    await stub.heard("booth.cough", times=2)
    await stub.change({"booths": [OFFERED]})
    await expect(page.locator(".handover")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("h")
    await stub.heard("booth.accept")
    # What is raised stays in sight until the desk has seen it.
    raised = [canned_booth.signal("no_sound", OWN)]
    await stub.change({"booths": [booth(OWN, signals=raised)]})
    await expect(page.locator(".signal.waits")).to_be_in_viewport(ratio=1)


OVERLAPS = """
  () => {
    const words = document.querySelector(".handover-words");
    const range = document.createRange();
    range.selectNodeContents(words);
    const said = range.getBoundingClientRect();
    const acts = document.querySelector(".handover-acts").getBoundingClientRect();
    return said.bottom > acts.top + 1 && said.right > acts.left + 1;
  }
"""


@pytest.mark.parametrize("width_px", [1110, 1366, 1600, 1920])
async def test_what_the_partner_asks_is_not_covered_by_the_answer(
    page: Page, stub: StubServer, width_px: int
) -> None:
    await page.set_viewport_size({"width": width_px, "height": 768})
    await sit(page, stub, OFFERED)
    await enlarge(page)
    for asked in (OFFERED, ASKED, LOST):
        await stub.change({"booths": [asked]})
        await expect(page.locator(".handover")).to_have_attribute("data-handing", handing(asked))
        assert not await page.evaluate(OVERLAPS), handing(asked)


async def test_escape_first_leaves_the_large_picture_then_calls_off(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, booth(OWN, handover=canned_booth.handover("offer", OWN, None)))
    await enlarge(page)
    await page.keyboard.press("Escape")
    await expect(page.locator(".booth.large")).to_have_count(0)
    await page.wait_for_function("!document.fullscreenElement")
    assert said(stub) == []
    await page.keyboard.press("Escape")
    await stub.heard("booth.cancel")


async def test_who_leaves_before_the_screen_is_full_is_not_kept_in_it(
    page: Page, stub: StubServer
) -> None:
    await page.add_init_script(
        "const request = Element.prototype.requestFullscreen;"
        "Element.prototype.requestFullscreen = async function () {"
        " await new Promise((go) => { window.fillScreen = go; });"
        " await request.call(this); window.wasFull = true; };"
    )
    await sit(page, stub, OWN_ON_AIR)
    await page.keyboard.press("f")
    await expect(page.locator(".booth.large")).to_have_count(1)
    await page.keyboard.press("f")
    await expect(page.locator(".booth.large")).to_have_count(0)
    await page.evaluate("window.fillScreen()")
    await page.wait_for_function("window.wasFull && !document.fullscreenElement")


@pytest.mark.parametrize(("key", "label"), [("g", "Find a term"), ("l", "Write to the desk")])
async def test_a_key_to_a_field_leaves_and_goes_there(
    page: Page, stub: StubServer, key: str, label: str
) -> None:
    await sit(page, stub, OWN_ON_AIR)
    await enlarge(page)
    if key == "l":
        await expect(page.get_by_role("button", name="2 new from the desk")).to_be_visible()
    await page.keyboard.press(key)
    await expect(page.get_by_label(label).last).to_be_focused()
    await expect(page.locator(".booth.large")).to_have_count(0)


async def test_without_a_full_screen_the_picture_fills_the_window(
    page: Page, stub: StubServer
) -> None:
    await page.add_init_script("Element.prototype.requestFullscreen = undefined")
    await sit(page, stub, OWN_ON_AIR)
    large = page.get_by_role("button", name="Large")
    await large.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".booth.large")).to_have_count(1)
    await page.keyboard.press("f")
    await expect(page.locator(".booth.large")).to_have_count(0)
    await expect(large).to_be_focused()


@pytest.mark.parametrize(
    ("language", "width_px", "height_px"), [("en", 1366, 768), ("zh-Hant", 390, 844)]
)
async def test_axe_finds_nothing_beside_the_large_picture(
    page: Page, stub: StubServer, language: str, width_px: int, height_px: int
) -> None:
    await page.set_viewport_size({"width": width_px, "height": height_px})
    await sit(page, stub, OWN_ON_AIR, language)
    await enlarge(page)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    script = FAULTS.read_text(encoding="utf-8")
    assert await page.evaluate(script, [width_px <= 390, TOUCH_PX]) == []
    assert await violations(page) == []
    for part in ALWAYS:
        await expect(page.locator(part)).to_be_in_viewport(ratio=1)
