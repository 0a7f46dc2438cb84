"""A panel is recorded, ends, and is played from the archive's page in every sound."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from benchmarks import signals
from tests.harness import table
from tests.harness.browser import CHROMIUM, PLAIN, UNASKED_SOUND, words
from tests.harness.product import Crowd, Product, eventually, running_product

pytestmark = [pytest.mark.browser, pytest.mark.media]

ANA_HZ, BO_HZ, WU_HZ = 440, 620, 1010
LOUD_DBFS = -42.0
"""A tone at or above this is heard."""
ERROR_S = 0.5
"""How far a chapter may be from what it names."""
LIMIT_S = 30.0
SLOW_S = 1.5
BOOTH = """
[[seats]]
seat = "wu"
name = "Wu Mei-Ling"
role = "interpreter"
booth = ["zh"]
"""
SPECTRUM = """async (tones) => {
  const video = document.querySelector("video");
  if (!window.analyser) {
    const context = new AudioContext();
    window.analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaElementSource(video).connect(window.analyser).connect(context.destination);
  }
  const { analyser } = window;
  await analyser.context.resume();
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const width = analyser.context.sampleRate / analyser.fftSize;
  return tones.map((hz) => levels[Math.round(hz / width)]);
}"""


def test_the_archive_plays_every_sound_and_its_chapters_lead_to_who_spoke(tmp_path: Path) -> None:
    with running_product(tmp_path / "data", program="640x360@25") as product:
        product.import_session(table.TOML + BOOTH)
        asyncio.run(show(product))


async def show(product: Product) -> None:
    people: dict[str, Mapping[str, str]] = {
        "ana": {"role": "delegate", "seat": "ana"},
        "bo": {"role": "delegate", "seat": "bo"},
        "wu": {"role": "interpreter", "seat": "wu"},
        "desk": {"role": "moderator", "name": "Mo"},
    }
    tickets = await table.tickets_for(product, people)
    tones = {"ana": ANA_HZ, "bo": BO_HZ, "wu": WU_HZ}
    crowd = [{"ticket": tickets[seat], "tone_hz": hz} for seat, hz in tones.items()]
    async with product.connect(tickets["desk"]) as desk, Crowd(product.base_url, crowd) as joined:
        await table.on_stage(desk, "ana", "bo")
        await desk.until(
            lambda view: bool(table.media_of(view, "wu")["microphone"]), LIMIT_S, "wu's microphone"
        )
        await joined.command(2, "booth.ready", {})
        await joined.command(2, "booth.on", {})
        await desk.command("floor.open")
        await desk.command("onair.start")
        await desk.until(
            lambda view: "running" in table.output_states(view, "recording").values(),
            LIMIT_S,
            "recording",
        )
        for seat, text in (("ana", "Where will the night ferries land?"), ("bo", "")):
            turn = await table.give_floor(desk, seat)
            if text:
                question = await table.show_question(desk, text)
                await table.pictures_later(joined, 50)
                await desk.command("question.answered", {"question": question})
            await table.pictures_later(joined, 50)
            await table.end_speech(desk, turn)
        await desk.command("onair.stop")
    told = await ready(product, tickets["desk"])
    judge_chapters(product, told)
    await play(f"{product.base_url}/s/{table.SESSION}/archive?ui=en#ticket={tickets['desk']}")


async def ready(product: Product, ticket: str) -> dict[str, Any]:
    """What the archive says once it is ready."""
    told: dict[str, Any] = {}

    async def is_ready() -> bool:
        path = f"/api/sessions/{table.SESSION}/archive"
        told.update(await asyncio.to_thread(product.get, path, ticket))
        return bool(told["state"] == "ready")

    await eventually(is_ready, LIMIT_S, "the archive")
    return told


def judge_chapters(product: Product, told: Mapping[str, Any]) -> None:
    """Every turn's chapter is where its speaker begins to be heard."""
    (part,) = told["parts"]
    recording = product.data_dir / "recordings" / table.SESSION / f"{part['name']}.mkv"
    step_s = 0.05
    levels = signals.tone_levels(signals.read_sound(recording), [ANA_HZ, BO_HZ], step_s)
    chapters = {(each["kind"], each["name"]): each for each in told["chapters"]}
    for name, hz in (("Ana Ferreira", ANA_HZ), ("林博文", BO_HZ)):
        begins, _ = signals.runs_of(levels, hz, LOUD_DBFS)[0]
        chapter = chapters["turn", name]
        assert abs(chapter["at_ms"] / 1000 - begins * step_s) < ERROR_S
    asked = chapters["question", "Lia"]
    assert asked["text"] == "Where will the night ferries land?"
    assert asked["until_ms"] > asked["at_ms"] > chapters["turn", "Ana Ferreira"]["at_ms"]


async def play(address: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[*PLAIN, UNASKED_SOUND],
        )
        page = await browser.new_page(viewport={"width": 1366, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        for slow in ("**/*hls*", "**/index.m3u8"):
            await jump_before_the_player_is_there(page, address, slow)
        await page.goto(address)
        await jump(page, "Ana Ferreira")
        assert "ticket" not in page.url
        await hear(page, ANA_HZ, not_hz=WU_HZ)
        await choose(page, words("en")["archive.sound"], "中文")
        await jump(page, "Ana Ferreira")
        await hear(page, WU_HZ, not_hz=BO_HZ)
        await choose(page, words("en")["archive.sound"], words("en")["listen.floor"])
        await jump(page, "林博文")
        await hear(page, BO_HZ, not_hz=WU_HZ)
        assert errors == []
        await browser.close()


async def jump_before_the_player_is_there(page: Page, address: str, slow: str) -> None:
    """Press a chapter while something of the player is still on its way; it must be played."""

    async def late(route: Route) -> None:
        await asyncio.sleep(SLOW_S)
        await route.continue_()

    await page.route(slow, late)
    await page.goto(address)
    at_s = await jump(page, "林博文")
    began_s = await page.evaluate("() => document.querySelector('video').played.start(0)")
    assert began_s > at_s - 0.1, "nothing before it was played"
    await page.unroute(slow)
    await page.goto("about:blank")


async def jump(page: Page, name: str) -> float:
    """Press a chapter; the picture must be there and go on.  Gives where it begins, in seconds."""
    link = page.locator(".chapter.turn", has_text=name).locator("a")
    await link.click(timeout=LIMIT_S * 1000)
    at_s = float((await link.get_attribute("href") or "").removeprefix("#t="))
    await expect(page.locator(".chapter.now", has_text=name)).to_be_visible(timeout=LIMIT_S * 1000)

    async def goes_on() -> bool:
        now_s = await page.evaluate("() => document.querySelector('video').currentTime")
        return bool(at_s < now_s < at_s + 3)

    await eventually(goes_on, LIMIT_S, f"{name} plays")
    return at_s


async def choose(page: Page, group: str, sound: str) -> None:
    choice = page.get_by_role("group", name=group, exact=True)
    await choice.get_by_role("button", name=sound, exact=True).click()


async def hear(page: Page, hz: int, *, not_hz: int) -> None:
    """One tone is heard, and by far louder than the other."""

    async def is_heard() -> bool:
        wanted, other = await page.evaluate(SPECTRUM, [hz, not_hz])
        return bool(wanted is not None and wanted > -55 and wanted > other + 20)

    await eventually(is_heard, LIMIT_S, f"{hz} Hz and not {not_hz} Hz")
