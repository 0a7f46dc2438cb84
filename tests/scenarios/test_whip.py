"""WHIP and WHEP with an encoder and a player that are not ours: libwebrtc, in Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.harness import table
from tests.harness.browser import CHROMIUM, DEVICES, UNASKED_SOUND
from tests.harness.product import Product, running_product

pytestmark = pytest.mark.browser

PUBLISH = """async ([session, ticket]) => {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const pc = (window.pc = new RTCPeerConnection());
  for (const track of media.getTracks()) pc.addTransceiver(track, { direction: "sendonly" });
  return await offer(pc, `/whip/${session}`, ticket);
}"""
WATCH = """async ([session]) => {
  const pc = (window.pc = new RTCPeerConnection());
  const video = (window.video = document.createElement("video"));
  video.muted = true;
  pc.ontrack = ({ track, streams }) => {
    if (track.kind === "video") video.srcObject = new MediaStream([track]);
    if (track.kind === "video") video.play();
  };
  pc.addTransceiver("audio", { direction: "recvonly" });
  pc.addTransceiver("video", { direction: "recvonly" });
  return await offer(pc, `/whep/${session}?lang=en`, null);
}"""
OFFER = """() => void (window.offer = async (pc, door, ticket) => {
  await pc.setLocalDescription(await pc.createOffer());
  const headers = { "Content-Type": "application/sdp" };
  if (ticket) headers.Authorization = `Bearer ${ticket}`;
  const answer = await fetch(door, { method: "POST", headers, body: pc.localDescription.sdp });
  const sdp = await answer.text();
  if (answer.status === 201) await pc.setRemoteDescription({ type: "answer", sdp });
  return { status: answer.status, location: answer.headers.get("Location"), sdp };
})"""
GREEN_IN_THE_MIDDLE = """() => {
  const { video } = window;
  if (!video.videoWidth) return false;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const at = [Math.floor(canvas.width * 0.3), Math.floor(canvas.height * 0.5), 1, 1];
  const [red, green, blue] = context.getImageData(...at).data;
  return green > 90 && red < 90 && blue < 90;
}"""


@asynccontextmanager
async def pages(product: Product) -> AsyncIterator[tuple[Page, Page]]:
    """Two pages of one origin with a fake camera, whose picture is green."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*DEVICES, UNASKED_SOUND]
        )
        opened = []
        for _ in range(2):
            page = await chromium.new_page()
            await page.goto(f"{product.base_url}/")
            await page.evaluate(OFFER)
            opened.append(page)
        yield opened[0], opened[1]
        await chromium.close()


async def test_a_foreign_encoder_feeds_the_room_and_a_foreign_player_sees_it(
    tmp_path: Path,
) -> None:
    with running_product(tmp_path) as product:
        product.import_session(table.TOML)
        tickets = await table.tickets_for(
            product, {"desk": {"role": "moderator"}, "room": {"role": "room", "seat": "room"}}
        )
        async with product.connect(tickets["desk"]) as desk, pages(product) as (encoder, player):
            await desk.until(lambda view: view["program"]["engine"] == "up", 60, "engine")
            published = await encoder.evaluate(PUBLISH, [table.SESSION, tickets["room"]])
            assert published["status"] == 201
            await desk.until(lambda view: _link(view) == "good", 30, "the feed")
            # Off stage until somebody brings it on.
            assert "room" not in desk.view["program"]["stage"]
            watched = await player.evaluate(WATCH, [table.SESSION])
            assert watched["status"] == 201
            await player.wait_for_function("() => window.video.videoWidth > 0", timeout=30_000)
            assert not await player.evaluate(GREEN_IN_THE_MIDDLE)
            await desk.command("stage.bring", {"seat": "room"})
            await player.wait_for_function(GREEN_IN_THE_MIDDLE, timeout=30_000)
            ended = await encoder.evaluate(
                "([door, ticket]) => fetch(door, { method: 'DELETE', headers:"
                " { Authorization: `Bearer ${ticket}` } }).then((answer) => answer.status)",
                [published["location"], tickets["room"]],
            )
            assert ended in (200, 204)
            await desk.until(lambda view: _link(view) in ("none", "lost"), 30, "its end")


def _link(view: dict[str, object]) -> str:
    seats = view["seats"]
    assert isinstance(seats, list)
    return next(str(seat["media"]["link"]) for seat in seats if seat["seat"] == "room")
