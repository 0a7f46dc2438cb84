"""A real browser against the real engine process."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import async_playwright

from tests.fakes.valkey import Valkey
from tests.harness.browser import CHROMIUM, DEVICES
from tests.streaming.engine.support import engine

pytestmark = pytest.mark.browser

OFFER = """async (noMain) => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640}});
  const pc = window.pc = new RTCPeerConnection({bundlePolicy: "max-bundle"});
  pc.addTransceiver(stream.getAudioTracks()[0], {direction: "sendrecv"});
  pc.addTransceiver(stream.getVideoTracks()[0], {direction: "sendonly"});
  const down = pc.addTransceiver("video", {direction: "recvonly"});
  if (noMain) {
    const codecs = RTCRtpReceiver.getCapabilities("video").codecs;
    down.setCodecPreferences(codecs.filter(c => !(c.sdpFmtpLine || "").includes("=4d")));
  }
  window.video = document.createElement("video");
  video.muted = true; video.autoplay = true; document.body.append(video);
  pc.ontrack = event => { if (event.track.kind === "video") {
    video.srcObject = new MediaStream([event.track]); } };
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}"""

FIGURES = """async () => {
  const found = {};
  for (const report of (await pc.getStats()).values()) {
    if (report.type === "inbound-rtp") found[report.kind + "In"] = report;
    if (report.type === "outbound-rtp") found[report.kind + "Out"] = report;
    if (report.type === "codec") found[report.id] = report.mimeType + " " + report.sdpFmtpLine;
  }
  found.codec = found[(found.videoIn || {}).codecId] || "";
  return found;
}"""


@pytest.mark.parametrize("no_main", [False, True], ids=["H.264 Main", "VP8"])
async def test_a_browser_sends_and_sees_the_program(valkey: Valkey, no_main: bool) -> None:
    async with engine(valkey) as running, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[*DEVICES, "--allow-loopback-in-peer-connection"],
        )
        page = await (await browser.new_context(permissions=["camera", "microphone"])).new_page()
        await page.goto("file:///")  # a secure context; about:blank is none
        offer = await page.evaluate(OFFER, no_main)
        body = {"peer": "p", "seat": "mayor", "kind": "browser", "language": "en", "sdp": offer}
        answer = await running.open(body)
        await page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer)
        figures: dict[str, Any] = {}
        async with asyncio.timeout(30):
            while (
                figures.get("videoIn", {}).get("framesDecoded", 0) < 60
                or figures["audioIn"]["packetsReceived"] <= 50
            ):
                await asyncio.sleep(0.2)
                figures = await page.evaluate(FIGURES)
        assert ("4d001f" in figures["codec"]) is not no_main
        # Not how often it froze: that is the machine's, which decodes beside other tests.
        assert figures["videoIn"]["packetsLost"] == figures["audioIn"]["packetsLost"] == 0
        async with asyncio.timeout(20):
            while (await running.status())["picture"]["decoded"] < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert (await running.status())["peers"][0]["link"] == "good"
        await browser.close()
