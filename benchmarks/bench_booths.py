"""How soon a booth is helped: a lost interpreter's partner, and a lost headset's stand-in.

    python -m benchmarks.bench_booths [--rounds 5]

Two interpreters in real browsers.  ``killed_s`` runs from ``kill -9`` of the browser on air until
the partner's page offers the microphone, ``killed_room_s`` until the room has decided it and told
a desk of it; ``closed_s`` from the order to close its page;
``reloaded_s`` from a reload, after which the partner must be asked as well.
``standin_gap_s`` is the longest that no packet of sound left the page on air while its headset was
unplugged and another microphone opened; the engine takes 1.6 s without one for a loss, and 0.7 s
without any packet once the page has lost its connection as well.  Devices
are Chromium's fake ones: real ones open slower, Bluetooth by far.

Each figure has its limit in the same line; exit status 1: one was over it.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from playwright.async_api import Page, Playwright, async_playwright

from benchmarks import measure
from rotunda.demo.link import Link
from tests.harness import table
from tests.harness.booths import Booth, booth
from tests.harness.product import Product, running_product
from tests.scenarios.test_booths import OAKES_HZ, SEATS, WU_HZ
from tests.web.test_booth_devices import BENCH

LIMITS = {"killed_s": 2.0, "closed_s": 2.0, "reloaded_s": 2.0, "standin_gap_s": 1.6}
WAIT_S = 40.0
STEADY_S = 2.0
OFFERED = ".handover[data-handing='lost']"
WATCH = """
  window.peers = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.peers.push(this); }
  };
  // When a packet of sound has left since the last look, each 10 ms.
  window.longestGap = async (act, watch_ms) => {
    const sent = async () => {
      let packets = 0;
      for (const peer of window.peers) {
        if (peer.connectionState !== "connected") continue;
        for (const one of (await peer.getStats()).values()) {
          if (one.type === "outbound-rtp" && one.kind === "audio") packets += one.packetsSent;
        }
      }
      return packets;
    };
    let before = await sent(), last_ms = performance.now(), longest_ms = 0;
    const end_ms = last_ms + watch_ms;
    setTimeout(act, 300);
    while (performance.now() < end_ms) {
      await new Promise((next) => setTimeout(next, 10));
      const now = await sent(), now_ms = performance.now();
      if (now === before) continue;
      longest_ms = Math.max(longest_ms, now_ms - last_ms);
      [before, last_ms] = [now, now_ms];
    }
    return Math.max(longest_ms, performance.now() - last_ms) / 1000;
  };
"""


class Bench:
    """A session with two interpreters, and the desk that watches them."""

    def __init__(
        self,
        product: Product,
        playwright: Playwright,
        scratch: Path,
        desk: Link,
        tickets: Mapping[str, str],
    ) -> None:
        self._product, self._playwright, self._scratch = product, playwright, scratch
        self._desk, self._tickets = desk, tickets

    async def _active(self, seat: str | None) -> None:
        await self._desk.until(
            lambda view: bool(view["booths"][0]["active"] == seat), WAIT_S, f"{seat} on air"
        )

    async def _asked(self) -> float:
        """When the room has asked the partner."""
        await self._desk.until(
            lambda view: view["booths"][0]["handover"] is not None, WAIT_S, "a partner asked"
        )
        return time.monotonic()

    async def one_round(self) -> dict[str, float]:
        """Every loss once; the browser that was lost comes back new."""
        link = f"{self._product.base_url}/join#"
        figures: dict[str, float] = {}
        async with booth(
            self._playwright, self._scratch, link + self._tickets["oakes"], OAKES_HZ, "en"
        ) as partner:
            await partner.enter()
            for name in ("killed_s", "closed_s", "reloaded_s"):
                async with booth(
                    self._playwright, self._scratch, link + self._tickets["wu"], WU_HZ, "en",
                    BENCH + WATCH if name == "reloaded_s" else "",
                ) as own:  # fmt: skip
                    await own.enter()
                    await own.page.keyboard.press("m")
                    await self._active("wu")
                    await asyncio.sleep(STEADY_S)
                    if name == "reloaded_s":
                        gap = await own.page.evaluate("longestGap(() => plug('laptop'), 4000)")
                        figures["standin_gap_s"] = gap
                        await self._active("wu")
                    asked = asyncio.create_task(self._asked())
                    began_s, seen_s = await lose(name, own, partner.page)
                    figures[name] = seen_s - began_s
                    if name == "killed_s":
                        figures["killed_room_s"] = await asked - began_s
                    await self._active(None)
                await partner.page.keyboard.press("Escape")
        return figures


async def lose(how: str, own: Booth, partner: Page) -> tuple[float, float]:
    """Lose whoever is on air; give when, and when the partner reads the offer."""
    own.page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    seen = asyncio.create_task(_offered(partner))
    await asyncio.sleep(0)
    began_s = time.monotonic()
    if how == "killed_s":
        # Not the time in which the processes are looked for.
        whole = await asyncio.to_thread(own.processes)
        began_s = time.monotonic()
        for process in whole:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    elif how == "closed_s":
        await own.page.close()
    else:
        await own.page.reload(wait_until="commit")
    return began_s, await seen


async def _offered(partner: Page) -> float:
    # At every frame; a locator looks twice a second when it has waited for a while.
    await partner.wait_for_function(
        "offered => document.querySelector(offered)", arg=OFFERED, timeout=WAIT_S * 1000
    )
    return time.monotonic()


async def run(rounds: int) -> list[dict[str, float]]:
    """Start the product and lose interpreters."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,
        running_product(Path(scratch) / "data") as product,
    ):
        product.import_session(table.TOML + SEATS)
        people = {
            "wu": {"role": "interpreter", "seat": "wu"},
            "oakes": {"role": "interpreter", "seat": "oakes"},
            "desk": {"role": "moderator", "name": "Mo"},
        }
        tickets = await table.tickets_for(product, people)
        async with product.connect(tickets["desk"]) as desk, async_playwright() as playwright:
            bench = Bench(product, playwright, Path(scratch), desk, tickets)
            return [await bench.one_round() for _ in range(rounds)]


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    rounds = asyncio.run(run(options.rounds))
    over = [name for name, limit in LIMITS.items() if any(one[name] > limit for one in rounds)]
    measure.report("booths", rounds, {"limits": LIMITS, "over": over})
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
