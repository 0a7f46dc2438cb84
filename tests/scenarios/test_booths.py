"""Two interpreters in real browsers take turns; a delegate who listens to Chinese hears each."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from rotunda.demo.link import Link, View
from tests.harness import table
from tests.harness.booths import Booth, booth
from tests.harness.product import Crowd, Product, eventually, running_product

pytestmark = [pytest.mark.browser, pytest.mark.media, pytest.mark.timeout(180)]

ANA_HZ, WU_HZ, OAKES_HZ = 440, 700, 1010
LOUD_DBFS, GONE_DBFS = -42.0, -52.0
LATELY = 6
"""Quarter seconds of what was heard last; the interpreters' tones pause for less."""
ANA, BO = 0, 1
DEADLINE_S = 40.0
DEADLINE_MS = 40_000

SEATS = """
[[seats]]
seat = "wu"
name = "Wu Mei-Ling"
role = "interpreter"
booth = ["zh", "en"]

[[seats]]
seat = "oakes"
name = "Graham Oakes"
role = "interpreter"
booth = ["zh", "en"]

[[glossary]]
term = "ferry"
says = { zh = "渡輪" }
"""

SOCKETS = """
  const sockets = new Set(), Real = window.WebSocket;
  window.mayConnect = true;
  window.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      sockets.add(this);
      if (!window.mayConnect) this.close();
    }
  };
  window.cut = () => {
    window.mayConnect = false;
    for (const socket of sockets) socket.close();
  };
"""


async def active(desk: Link, seat: str | None, state: str) -> View:
    """Wait until the booth is in somebody's hands."""

    def there(view: View) -> bool:
        found = view["booths"][0]
        return bool(found["active"] == seat and found["state"] == state)

    return await desk.until(there, DEADLINE_S, f"{seat} {state}")


async def heard(crowd: Crowd, hz: int) -> None:
    """Wait until Bo has been sent a tone."""

    async def there() -> bool:
        return max(step[hz] for step in (await crowd.hear(BO, [hz]))[-LATELY:]) > LOUD_DBFS

    await eventually(there, DEADLINE_S, f"{hz} Hz heard")


async def gone(crowd: Crowd, hz: int) -> None:
    """Wait until Bo is sent nothing of a tone."""

    async def there() -> bool:
        return max(step[hz] for step in (await crowd.hear(BO, [hz]))[-LATELY:]) < GONE_DBFS

    await eventually(there, DEADLINE_S, f"{hz} Hz gone")


def test_a_booth_works_and_survives_a_dead_browser(tmp_path: Path) -> None:
    with running_product(tmp_path / "data") as product:
        product.import_session(table.TOML + SEATS)
        asyncio.run(interpret(product, tmp_path))


async def interpret(product: Product, scratch: Path) -> None:
    tickets = await table.tickets_for(
        product,
        {
            "ana": {"role": "delegate", "seat": "ana"},
            "bo": {"role": "delegate", "seat": "bo"},
            "wu": {"role": "interpreter", "seat": "wu"},
            "oakes": {"role": "interpreter", "seat": "oakes"},
            "desk": {"role": "moderator", "name": "Mo"},
        },
    )
    people = [
        {"ticket": tickets["ana"], "tone_hz": ANA_HZ},
        {"ticket": tickets["bo"], "keep_sound": True},
    ]
    link = f"{product.base_url}/join#"
    async with (
        product.connect(tickets["desk"]) as desk,
        Crowd(product.base_url, people) as crowd,
        async_playwright() as playwright,
        booth(playwright, scratch, link + tickets["wu"], WU_HZ, "en", SOCKETS) as wu,
        booth(playwright, scratch, link + tickets["oakes"], OAKES_HZ, "zh-Hant") as oakes,
    ):
        await asyncio.gather(wu.enter(), oakes.enter())
        await crowd.command(BO, "listen", {"lang": "zh"})
        await desk.command("floor.open")
        await table.give_floor(desk, "ana")
        await go_on_air_and_cough(desk, crowd, wu)
        await lose_signaling(desk, crowd, wu)
        await hand_over(desk, crowd, wu, oakes)
        await lose_the_partner(desk, crowd, wu, oakes)
        await reload(desk, crowd, wu)


async def go_on_air_and_cough(desk: Link, crowd: Crowd, wu: Booth) -> None:
    # Nobody is heard for being ready.
    assert max(step[WU_HZ] for step in await crowd.hear(BO, [WU_HZ])) < GONE_DBFS
    await wu.page.keyboard.press("m")
    view = await active(desk, "wu", "on_air")
    assert view["booths"][0]["into"] == "zh"
    await wu.lamp("on_air")
    await heard(crowd, WU_HZ)
    await wu.page.keyboard.down("c")
    await active(desk, "wu", "muted")
    await gone(crowd, WU_HZ)
    await wu.page.keyboard.up("c")
    await active(desk, "wu", "on_air")
    await heard(crowd, WU_HZ)


async def lose_signaling(desk: Link, crowd: Crowd, wu: Booth) -> None:
    """Media goes on while signaling does not, and so does the booth."""
    before = (await active(desk, "wu", "on_air"))["booths"][0]
    await wu.page.evaluate("cut()")
    await desk.until(lambda view: not is_online(view, "wu"), DEADLINE_S, "away")
    await heard(crowd, WU_HZ)
    await wu.page.evaluate("mayConnect = true")
    await desk.until(lambda view: is_online(view, "wu"), DEADLINE_S, "back")
    after = (await active(desk, "wu", "on_air"))["booths"][0]
    assert after["since"] == before["since"], "never off the air"
    await wu.lamp("on_air")


def is_online(view: View, seat: str) -> bool:
    return any(one["online"] for one in view["booths"][0]["interpreters"] if one["seat"] == seat)


async def hand_over(desk: Link, crowd: Crowd, wu: Booth, oakes: Booth) -> None:
    await wu.page.keyboard.press("h")
    await wu.handing("offer_waits")
    await oakes.handing("offered")
    await active(desk, "wu", "on_air")
    await oakes.page.keyboard.press("Enter")
    await active(desk, "oakes", "on_air")
    await wu.lamp("partner")
    await heard(crowd, OAKES_HZ)
    await gone(crowd, WU_HZ)


async def lose_the_partner(desk: Link, crowd: Crowd, wu: Booth, oakes: Booth) -> None:
    oakes.kill()
    await active(desk, None, "ready")
    await wu.handing("lost")
    await wu.page.keyboard.press("Enter")
    await active(desk, "wu", "on_air")
    await heard(crowd, WU_HZ)


async def reload(desk: Link, crowd: Crowd, wu: Booth) -> None:
    """Whoever reloads is at the sound check, not on air."""
    wu.page.on("dialog", lambda dialog: dialog.accept())
    await wu.page.reload()
    await active(desk, None, "off")
    await gone(crowd, WU_HZ)
    await expect(wu.page.locator(".booth-enter .primary:enabled")).to_be_visible(
        timeout=DEADLINE_MS
    )
