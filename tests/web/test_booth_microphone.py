"""What leaves an interpreter's microphone, and when they are ready to give it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.web import canned_booth
from tests.web.booth_page import FREE, IS_OPEN, OWN_ON_AIR, PARTNER_ON_AIR, check, said, sit
from tests.web.canned_booth import OWN, PARTNER, booth
from tests.web.stub_server import Document, StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ANSWER = """
  async (sdp) => {
    // With a microphone of its own the page tells its real addresses.
    await navigator.mediaDevices.getUserMedia({ audio: true });
    const pc = new RTCPeerConnection();
    (window.peers ??= []).push(pc);
    await pc.setRemoteDescription({ type: "offer", sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    while (pc.iceGatheringState !== "complete") await new Promise((next) => setTimeout(next, 20));
    return pc.localDescription.sdp;
  }
"""


@pytest_asyncio.fixture(loop_scope="session")
async def engine(stub: StubServer, browser: Browser) -> AsyncIterator[None]:
    """A peer that answers, so that the page's media connects: another page, not our own stack."""
    context = await browser.new_context()
    other = await context.new_page()
    await other.goto(f"{stub.address}/")

    async def answer(message: Document) -> Document:
        sdp = await other.evaluate(ANSWER, message["sdp"])
        return {"ok": True, "sdp": sdp, "peer": "p1"}

    stub.answer_media = answer
    yield
    await context.close()


async def test_opening_the_page_takes_back_what_an_older_one_had(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(OWN_ON_AIR)
    await check(page, stub)
    await stub.heard("booth.ready")
    # The stub's booth never follows, so it is told again.
    assert all(command == ("booth.ready", {"ready": False}) for command in stub.commands)
    assert not await page.evaluate(IS_OPEN)


async def test_the_sound_check_waits_until_the_microphone_arrives(
    page: Page, stub: StubServer
) -> None:
    stub.view = canned_booth.view(booth(ready=(), away=(OWN,)))
    await page.goto(f"{stub.address}/join?ui=en#interpreter-1")
    await expect(page.locator(".booth-missing")).to_have_text(
        "Your microphone is being connected.", timeout=15_000
    )
    ready = page.get_by_role("button", name="I am ready")
    await expect(ready).to_be_disabled()
    await stub.change({"booths": [booth(ready=())]})
    await expect(ready).to_be_enabled()


async def test_ready_is_said_once_the_microphone_flows_and_again_after_a_loss(
    page: Page, stub: StubServer, engine: None
) -> None:
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub)
    await page.get_by_role("button", name="I am ready").click()
    await stub.heard("booth.ready")
    assert stub.commands[0] == ("booth.ready", {"ready": True})
    await stub.change({"booths": [booth(ready=(), away=(OWN,))]})
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "connecting")
    stub.commands.clear()
    await stub.change({"booths": [booth(ready=())]})
    await stub.heard("booth.ready")
    assert {name for name, _ in stub.commands} == {"booth.ready"}


async def test_nothing_leaves_the_microphone_but_on_air_and_not_while_coughing(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, FREE)
    assert not await page.evaluate(IS_OPEN)
    await stub.change({"booths": [OWN_ON_AIR]})
    await page.wait_for_function(IS_OPEN)
    await page.keyboard.down("c")
    await page.wait_for_function(f"!({IS_OPEN})")
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "muted")
    await page.keyboard.up("c")
    await page.wait_for_function(IS_OPEN)
    await stub.heard("booth.cough", times=2)
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")
    assert said(stub) == [("booth.cough", {"on": True}), ("booth.cough", {"on": False})]
    await stub.change({"booths": [PARTNER_ON_AIR]})
    await page.wait_for_function(f"!({IS_OPEN})")


async def test_the_microphone_closes_here_before_the_room_answers(
    page: Page, stub: StubServer
) -> None:
    await sit(page, stub, OWN_ON_AIR)
    await page.wait_for_function(IS_OPEN)
    await page.get_by_role("button", name="Leave the air").click()
    assert not await page.evaluate(IS_OPEN)
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "closing")


async def test_the_cough_button_works_while_it_is_held(page: Page, stub: StubServer) -> None:
    await sit(page, stub, OWN_ON_AIR)
    button = page.get_by_role("button", name="Cough")
    await button.hover()
    await page.mouse.down()
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "muted")
    await page.mouse.up()
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")


async def test_a_weak_link_is_told_to_both(page: Page, stub: StubServer, engine: None) -> None:
    await sit(page, stub, OWN_ON_AIR)
    pill = page.locator(".booth-top .pill").first
    await expect(pill).to_have_text("Sound connected")
    await stub.change({"booths": [booth(OWN, weak=(OWN, PARTNER))]})
    await expect(pill).to_have_text("Weak link: gaps for listeners")
    await expect(page.locator(".booth-said")).to_contain_text("Your link is weak")
    await expect(page.locator(".partner-row")).to_contain_text("weak link")
    await stub.change({"booths": [OWN_ON_AIR]})
    await expect(pill).to_have_text("Sound connected")
    await expect(page.locator(".partner-row")).not_to_contain_text("weak link")


async def test_a_seat_that_the_desk_muted_is_opened_by_its_owner_only(
    page: Page, stub: StubServer
) -> None:
    you = {**canned_booth.view()["you"], "muted": True}
    # The sound still arrives, so the seat is ready as before.
    await sit(page, stub, FREE, you=you)
    await expect(page.get_by_role("button", name="Go on air")).to_be_disabled()
    await page.get_by_role("button", name="Open it again").click()
    await stub.heard("self.mute")
    assert said(stub) == [("self.mute", {"muted": False})]
