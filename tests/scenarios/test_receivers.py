"""A phone in the hall: sound in the language that was chosen, and another without a gap."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from rotunda.demo.link import Link
from tests.fakes.relay import coturn
from tests.harness import table
from tests.harness.browser import CHROMIUM, PLAIN
from tests.harness.product import Crowd, Product, running_product

pytestmark = [pytest.mark.browser, pytest.mark.media, pytest.mark.timeout(180)]

ANA_HZ, BOOTH_HZ = 440, 700
ANA, BOOTH = 0, 1
LOUD_DB, GONE_DB = -50, -65
DEADLINE_MS = 40_000
SECRET = "shared with the relay"

SEATS = """
[[seats]]
seat = "wu"
name = "Wu Mei-Ling"
role = "interpreter"
booth = ["zh"]
"""

EARS = """
  window.connections = [];
  const Native = RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
  let heard = null, analyser = null;
  window.level = (hz) => {
    const media = document.querySelector("audio, video");
    if (!media || media.paused) return -100;
    if (heard !== (media.srcObject ?? media)) {
      heard = media.srcObject ?? media;
      const context = new AudioContext();
      void context.resume();
      analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0.5 });
      const source = media.srcObject
        ? context.createMediaStreamSource(heard) : context.createMediaElementSource(media);
      source.connect(analyser);
    }
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const at = Math.round(hz * analyser.fftSize / analyser.context.sampleRate);
    return Math.max(...bins.slice(at - 1, at + 2));
  };
  window.candidate = async () => {
    const reports = await window.connections[0].getStats();
    const pairs = [...reports.values()].filter((one) => one.type === "candidate-pair");
    const pair = pairs.find((one) => one.nominated);
    return reports.get(pair.localCandidateId);
  };
  window.inbound = async () => {
    const [connection] = window.connections;
    const reports = [...(await connection.getStats()).values()];
    return reports.find((report) => report.type === "inbound-rtp");
  };
"""


UNTOUCHED = """
  // A click by a script is no touch.  The test must ask the page nothing: that would be one.
  new MutationObserver(() => {
    const find = (part) => document.querySelector(part);
    if (find(".listen-hear")) console.log("wants a touch");
    else if (!find(".listen-sound")) find(".listen-language")?.click();
  }).observe(document, { childList: true, subtree: true });
"""


BEHIND_A_WALL = """
  const Open = RTCPeerConnection;
  window.RTCPeerConnection = class extends Open {
    constructor(options) { super({ ...options, iceTransportPolicy: "relay" }); }
  };
"""
"""Nothing but the relay gets through."""


@asynccontextmanager
async def phone(*scripts: str) -> AsyncIterator[Page]:
    """A browser that wants a touch before it plays sound."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=list(PLAIN),
        )
        page = await browser.new_page(viewport={"width": 360, "height": 740})
        page.set_default_timeout(DEADLINE_MS)
        for script in (EARS, *scripts):
            await page.add_init_script(script)
        yield page
        await browser.close()


async def hears(page: Page, hz: int, *, not_hz: int | None = None) -> None:
    """Wait until a tone is heard, and another is not."""
    gone = "true" if not_hz is None else f"window.level({not_hz}) < {GONE_DB}"
    await page.wait_for_function(f"() => window.level({hz}) > {LOUD_DB} && {gone}")


def test_a_receiver_plays_what_is_chosen_and_changes_without_a_gap(tmp_path: Path) -> None:
    with coturn(SECRET) as port:
        relay = {"ROTUNDA_TURN_URLS": f"turn:127.0.0.1:{port}", "ROTUNDA_TURN_SECRET": SECRET}
        run(tmp_path / "data", relay)


def run(data: Path, settings: dict[str, str]) -> None:
    with running_product(data, settings=settings) as product:
        product.import_session(table.TOML + SEATS)
        asyncio.run(listen(product))


async def listen(product: Product) -> None:
    tickets = await table.tickets_for(
        product,
        {
            "ana": {"role": "delegate", "seat": "ana"},
            "wu": {"role": "interpreter", "seat": "wu"},
            "desk": {"role": "moderator", "name": "Mo"},
            "chair": {"role": "moderator", "name": "Lin"},
        },
    )
    people = [
        {"ticket": tickets["ana"], "tone_hz": ANA_HZ},
        {"ticket": tickets["wu"], "tone_hz": BOOTH_HZ},
    ]
    async with (
        product.connect(tickets["desk"]) as desk,
        Crowd(product.base_url, people) as crowd,
        phone() as page,
    ):
        await speak(desk, crowd)
        address = f"{product.base_url}/s/{table.SESSION}/listen?ui=en"
        await choose_before_any_touch(page, address)
        await change_language(page)
        await come_back_after_a_call(page)
        await hear_through_the_relay(address)
        await choose_at_the_desk(f"{product.base_url}/join?ui=en#{tickets['chair']}")
        await desk.command("onair.start")
        await change_language_of_the_broadcast(page, f"{product.base_url}/s/{table.SESSION}?ui=en")


async def speak(desk: Link, crowd: Crowd) -> None:
    """Ana has the floor, Wu interprets into Chinese."""

    def sounding(view: dict[str, object]) -> bool:
        return all(table.media_of(view, seat)["microphone"] for seat in ("ana", "wu"))

    await desk.until(sounding, table.PATIENCE_S, "microphones")
    await crowd.command(BOOTH, "booth.ready")
    await crowd.command(BOOTH, "booth.on")
    await desk.command("floor.open")
    await table.give_floor(desk, "ana")


async def choose_before_any_touch(page: Page, address: str) -> None:
    await page.add_init_script(UNTOUCHED)
    async with page.expect_console_message(lambda message: message.text == "wants a touch"):
        await page.goto(address)
    hear = page.get_by_role("button", name="Tap to hear")
    await expect(hear).to_be_visible()
    assert await page.evaluate(f"window.level({ANA_HZ})") == -100
    await hear.click()
    await expect(hear).to_be_hidden()
    await expect(page.get_by_text("You hear Original")).to_be_visible()
    await hears(page, ANA_HZ, not_hz=BOOTH_HZ)


async def change_language(page: Page) -> None:
    before = await page.evaluate("window.inbound()")
    await page.get_by_role("button", name="中文").filter(has_text="Interpreted").click()
    await hears(page, BOOTH_HZ)
    await expect(page.get_by_text("You hear Chinese")).to_be_visible()
    await page.get_by_role("button", name="Original").click()
    await hears(page, ANA_HZ, not_hz=BOOTH_HZ)
    after = await page.evaluate("window.inbound()")
    # The stream went on: one connection, one numbering, nothing missing in it.
    assert await page.evaluate("window.connections.length") == 1
    assert (after["id"], after["ssrc"]) == (before["id"], before["ssrc"])
    assert after["packetsReceived"] > before["packetsReceived"]
    assert after["packetsLost"] == before["packetsLost"]


async def come_back_after_a_call(page: Page) -> None:
    """A phone call pauses what plays; it goes on when somebody looks at the page again."""
    await page.evaluate("document.querySelector('audio').pause()")
    await expect(page.get_by_role("button", name="Tap to hear")).to_be_visible()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await hears(page, ANA_HZ)
    assert await page.evaluate("navigator.mediaSession.metadata.title") == "Original"
    await page.wait_for_function("() => navigator.mediaSession.playbackState === 'playing'")


async def hear_through_the_relay(address: str) -> None:
    async with phone(BEHIND_A_WALL) as page:
        await page.goto(address)
        await page.get_by_role("button", name="Original").click()
        await hears(page, ANA_HZ)
        pair = await page.evaluate("window.candidate()")
        assert pair["candidateType"] == "relay"


async def choose_at_the_desk(link: str) -> None:
    async with phone() as page:
        await page.set_viewport_size({"width": 1366, "height": 768})
        await page.goto(link)
        await page.get_by_role("button", name="Sound on").click()
        await hears(page, ANA_HZ, not_hz=BOOTH_HZ)
        await page.get_by_label("Listen to").select_option("zh")
        await hears(page, BOOTH_HZ)


async def change_language_of_the_broadcast(page: Page, address: str) -> None:
    """On the viewers' page the sound changes beside a picture that plays on."""
    playlists: list[str] = []
    page.on("request", lambda request: playlists.append(request.url))
    await page.goto(address)
    await page.get_by_role("button", name="Sound on").click()
    await hears(page, ANA_HZ, not_hz=BOOTH_HZ)
    before_s = await page.evaluate("document.querySelector('video').currentTime")
    playlists.clear()
    await page.get_by_role("button", name="中文").filter(has_text="Interpreted").click()
    await hears(page, BOOTH_HZ)
    assert await page.evaluate("document.querySelector('video').currentTime") > before_s
    assert not [url for url in playlists if url.endswith("/index.m3u8") and "/video/" not in url]
