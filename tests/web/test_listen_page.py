"""The receiver, while there is no sound: what it says and when it tries again."""

import pytest
from playwright.async_api import Page, expect

from tests.web import canned
from tests.web.conftest import AXE
from tests.web.stub_server import StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LISTEN = "/s/mayors-1/listen?ui={}"


@pytest.fixture
def hall(stub: StubServer) -> StubServer:
    stub.view = canned.view(you=None)
    return stub


async def choose(page: Page, hall: StubServer, language: str = "en") -> None:
    await page.goto(hall.address + LISTEN.format(language))
    await page.locator(".listen-language").first.click()


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (503, "media.full", "All receivers are in use"),
        (503, "media.unavailable", "There is no sound to hear yet"),
        (429, "request.too_many", "Many are joining at this moment"),
    ],
)
async def test_what_keeps_the_sound_away_is_said(
    page: Page, hall: StubServer, status: int, code: str, says: str
) -> None:
    hall.whep_refusal = (status, code, "10")
    await choose(page, hall)
    await expect(page.get_by_role("region", name="Sound")).to_contain_text(says)


async def test_it_tries_again_when_the_door_said_and_no_sooner(
    page: Page, hall: StubServer
) -> None:
    hall.whep_refusal = (503, "media.full", "60")
    await page.clock.install()
    await choose(page, hall)
    await expect(page.get_by_role("region", name="Sound")).to_contain_text(
        "All receivers are in use"
    )
    await page.clock.fast_forward(50_000)
    await expect(page.get_by_role("region", name="Sound")).to_contain_text(
        "All receivers are in use"
    )
    assert hall.whep_offers == 1
    hall.whep_refusal = (503, "media.unavailable", "1")
    await page.clock.fast_forward(45_000)
    await expect(page.get_by_role("region", name="Sound")).to_contain_text(
        "There is no sound to hear yet"
    )
    assert hall.whep_offers == 2


async def test_a_ticket_that_is_worth_nothing_is_not_tried_again_unless_asked(
    page: Page, hall: StubServer
) -> None:
    hall.whep_refusal = (401, "ticket.revoked", "1")
    await page.clock.install()
    await choose(page, hall)
    again = page.get_by_role("button", name="Try again")
    await expect(page.get_by_role("region", name="Sound")).to_contain_text("withdrawn")
    await page.clock.fast_forward(60_000)
    assert hall.whep_offers == 1
    async with page.expect_response(lambda answer: answer.request.method == "POST"):
        await again.click()
    assert hall.whep_offers == 2


@pytest.mark.parametrize(("width_px", "language"), [(360, "zh-Hant"), (1366, "en")])
async def test_axe_finds_nothing_on_the_receiver(
    page: Page, hall: StubServer, language: str, width_px: int
) -> None:
    await page.set_viewport_size({"width": width_px, "height": 768})
    hall.whep_refusal = (401, "ticket.revoked", "1")
    await choose(page, hall, language)
    await page.locator(".listen-state:not(:empty)").wait_for()
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []
    await page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
