import pytest
from playwright.async_api import Page, expect

from tests.web import canned, canned_booth
from tests.web.conftest import AXE, take_seat
from tests.web.stub_server import StubServer
from tests.web.test_delegate_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def room(stub: StubServer) -> StubServer:
    you = canned.you(role="room", seat="room", name="Conference room 會議廳")
    queue = [canned.queued("gdynia"), canned.queued("edinburgh")]
    floor = canned.floor(current=canned.current("vysocina"), queue=queue)
    stub.view = canned.view(you=you, outputs=canned.outputs(), floor=floor)
    return stub


async def test_the_technician_ends_the_turn_of_a_speaker_in_the_room(
    page: Page, room: StubServer
) -> None:
    await take_seat(page, room, who="room")
    await page.get_by_role("button", name="Jihlava has finished").click()
    await room.heard("floor.end")
    assert room.commands[-1] == ("floor.end", {"turn": "t-vysocina"})


async def test_the_technician_puts_a_speaker_of_the_room_on_the_list(
    page: Page, room: StubServer
) -> None:
    await take_seat(page, room, who="room")
    await page.get_by_label("Speaker in the room").fill("Dr. Lin 林博士")
    await page.keyboard.press("Enter")
    await room.heard("floor.add_for")
    assert room.commands[-1] == ("floor.add_for", {"name": "Dr. Lin 林博士", "source": "room"})


async def test_a_failing_output_is_told_in_words(page: Page, room: StubServer) -> None:
    await take_seat(page, room, who="room")
    outputs = page.get_by_label("Outputs")
    await expect(outputs).to_contain_text("Trying again")
    await expect(outputs).to_contain_text("The platform takes no data.")


async def test_the_wall_shows_who_speaks_who_is_next_and_a_clock(
    page: Page, room: StubServer
) -> None:
    await page.goto(f"{room.address}/s/mayors-1/program?ui=en")
    await expect(page.get_by_role("heading", name="Governor of Vysočina")).to_be_visible()
    await expect(page.locator(".after")).to_contain_text("Deputy Mayor of Gdynia")
    height_px = await page.locator(".wall-clock b").evaluate("node => node.offsetHeight")
    assert height_px > 0.15 * 768
    assert await page.locator("video").evaluate("node => node.muted")


@pytest.mark.parametrize(("width_px", "language"), [(360, "zh-Hant"), (1366, "en")])
async def test_axe_finds_nothing_in_the_room(
    page: Page, room: StubServer, language: str, width_px: int
) -> None:
    assert AXE.exists(), "axe-core is missing: npm ci in web/"
    await page.set_viewport_size({"width": width_px, "height": 768})
    await take_seat(page, room, language, who="room")
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []
    # A page that has only just been laid out may be wider for a moment.
    await page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    await page.goto(f"{room.address}/s/mayors-1/program?ui={language}")
    await page.locator(".wall").wait_for()
    await page.add_script_tag(path=AXE)
    assert await violations(page) == []


async def test_the_technician_listens_in_with_one_click_and_sees_the_level(
    page: Page, room: StubServer
) -> None:
    room.view["booths"] = [canned_booth.booth(canned_booth.OWN)]
    await take_seat(page, room, who="room")
    button = page.get_by_role("button", name="Listen in to Chinese")
    async with page.expect_request(lambda request: request.method == "POST") as asked:
        await button.click()
    assert (await asked.value).url.endswith("/whep/mayors-1?lang=zh-Hant")
    await expect(button).to_have_attribute("aria-pressed", "true")
    level = page.locator(".listen-in", has=button).locator(".meter > i")
    await expect(level).to_have_attribute("style", "--level: 0;")
    await room.sio.emit("levels", {canned_booth.OWN: -24.0})
    await expect(level).to_have_attribute("style", "--level: 60;")
    await page.get_by_role("button", name="Stop listening in").click()
    await expect(button).to_have_attribute("aria-pressed", "false")


async def test_the_hall_s_loudspeakers_play_the_language_that_is_chosen(
    page: Page, room: StubServer
) -> None:
    await take_seat(page, room, who="room")
    await page.get_by_label("Sound for the hall's loudspeakers").select_option("zh-Hant")
    await room.heard("listen")
    assert room.commands[-1] == ("listen", {"lang": "zh-Hant"})
