"""Sits at the interpreter's page, and says what it did."""

from typing import Any

from playwright.async_api import Page

from tests.web import canned_booth
from tests.web.canned_booth import OWN, PARTNER, booth, handover
from tests.web.stub_server import Document, StubServer

WATCH_SENT = """
  window.sent = [];
  const replace = RTCRtpSender.prototype.replaceTrack;
  RTCRtpSender.prototype.replaceTrack = function (track) {
    if (track?.kind === "audio") window.sent.push(track);
    return replace.call(this, track);
  };
"""
IS_OPEN = "window.sent.at(-1)?.enabled === true"
FREE = booth()
OWN_ON_AIR = booth(OWN)
PARTNER_ON_AIR = booth(PARTNER)
TAKEN_OFF = booth(taken_off={OWN: "lost"})
OFFERED = booth(PARTNER, handover=handover("offer", PARTNER, None))
ASKED = booth(OWN, handover=handover("request", PARTNER, OWN))
LOST = booth(ready=(OWN,), away=(PARTNER,), handover=handover("lost", PARTNER, None))
OFFERING = booth(OWN, handover=handover("offer", OWN, None))
BY_HAND = booth(OWN, into="en", output="en")


async def check(page: Page, stub: StubServer, language: str = "en") -> None:
    """Open the page; it begins at the sound check."""
    await page.add_init_script(WATCH_SENT)
    await page.goto(f"{stub.address}/join?ui={language}#interpreter-1")
    await page.locator(".booth-enter .primary:enabled").wait_for()


async def sit(
    page: Page, stub: StubServer, own_booth: Document, language: str = "en", **sections: Any
) -> None:
    """Pass the sound check; then the booth becomes what it is to be."""
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub, language)
    await page.locator(".booth-enter .primary").click()
    await page.locator(".booth").wait_for()
    await stub.change({"booths": [own_booth], **sections})


def said(stub: StubServer) -> list[tuple[str, Document]]:
    """What the person did; being ready is the page's own."""
    return [command for command in stub.commands if command[0] != "booth.ready"]


def handing(shown: Document) -> str:
    """What the hand-over card must show before a key is pressed."""
    waiting = shown["handover"]
    if waiting is None:
        active = shown["active"]
        return "free" if active is None else "may_offer" if active == OWN else "may_request"
    if waiting["by"] == OWN:
        return "offer_waits"
    return {"offer": "offered", "request": "asked", "lost": "lost"}[waiting["kind"]]
