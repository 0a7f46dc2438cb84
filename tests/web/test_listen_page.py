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


async def test_after_a_reload_it_hears_what_it_heard_until_it_is_switched_off(
    page: Page, hall: StubServer
) -> None:
    pressed = page.locator('.listen-language[aria-pressed="true"]')
    await page.goto(hall.address + LISTEN.format("en"))
    await page.locator(".listen-language", has_text="English").click()
    await page.reload()
    await expect(pressed).to_contain_text("English")
    await expect(page.get_by_role("region", name="Sound")).to_be_visible()
    await page.get_by_role("button", name="Sound off").click()
    await page.reload()
    await expect(page.locator(".listen-language").first).to_be_visible()
    await expect(pressed).to_have_count(0)


async def test_captions_are_those_of_what_is_heard_and_none_of_long_ago(
    page: Page, hall: StubServer
) -> None:
    now = canned.now_ms()
    lines = {
        "en": [
            {"number": 1, "text": "Said long ago.", "at": now - 600_000},
            {"number": 2, "text": "The ferries are back.", "at": now - 1_000},
        ],
        "zh-Hant": [{"number": 3, "text": "渡輪回來了。", "at": now - 1_000}],
    }
    hall.view["session"] |= {"captions": ["en", "zh-Hant"]}
    hall.view["captions"] = lines
    hall.view["floor"] |= {"spoken": "zh-Hant"}
    await page.goto(hall.address + LISTEN.format("en"))
    await page.locator(".listen-language", has_text="English").click()
    read = page.locator(".listen-captions li")
    await expect(read).to_have_text(["The ferries are back."])
    await page.locator(".listen-language", has_text="Original").click()
    await expect(read).to_have_text(["渡輪回來了。"])
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []


async def test_between_two_speakers_nobody_is_said_to_be_missing(
    page: Page, hall: StubServer
) -> None:
    booth = {
        "booth": "zh", "languages": ["zh-Hant", "en"], "into": "zh-Hant", "state": "on_air",
        "active": None, "since": None, "silent_since": None, "handover": None, "interpreters": [],
        "signals": [], "messages": [], "signing": False, "output": None,
    }  # fmt: skip
    hall.view["booths"] = [booth]
    hall.view["floor"] |= {"spoken": None}
    await page.goto(hall.address + LISTEN.format("en"))
    english = page.locator(".listen-language", has_text="English")
    await expect(english).to_contain_text("Interpreted when needed")
    await hall.change({"floor": hall.view["floor"] | {"spoken": "fr"}})
    await expect(english).to_contain_text("No interpreter at the moment")


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
