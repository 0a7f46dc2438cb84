"""From the button to live on YouTube in two languages, and back after a lost push.

    python -m benchmarks.bench_onair [--rounds 5]

The demo at 640x360 goes live on the stand-in for YouTube.  ``live_s`` runs from ``broadcast.live``,
after a preflight, until both languages are live by the stand-in's own word, less the time that the
stand-in itself spends in ``liveStarting``.  ``back_s`` runs from the moment the ingest closes both
connections until bytes of both have arrived on new ones.  ``gap_ms`` is the longest that nothing
arrived in one language while the push of the other was closed and came back.  ``end_s`` runs from
``broadcast.end`` until both are complete.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import measure
from rotunda.demo.link import Link
from tests.harness.product import eventually, running_product

START_DELAY_S = 2.0
"""How long the stand-in, run by itself, stays in ``liveStarting``."""
LOOK_S = 0.02
LIMIT_S = 60.0
PREVIEW_BYTES = 10_000
"""More than the headers that a fresh connection begins with."""
STEADY_S = 5.0
"""Between going live and losing the push: a connection that has worked."""

Shown = list[dict[str, Any]]


class StandIn:
    """The stand-in as another process sees it."""

    def __init__(self, http: aiohttp.ClientSession, root: str) -> None:
        self._http, self._root = http, root

    async def _json(self, path: str) -> Any:
        async with self._http.get(self._root + path) as answer:
            return await answer.json()

    async def lifecycles(self) -> list[str]:
        """Of the newest broadcast of each language."""
        newest: dict[str, str] = {}
        for one in await self._json("_page/broadcasts"):
            newest.setdefault(one["channel"], one["lifecycle"])
        return list(newest.values())

    async def hang_up(self, *, but_first: bool = False) -> None:
        """Close every connection, once; ``but_first``: the first language's stays."""
        for stream in (await self._json("_ctl/state"))["streams"][int(but_first) :]:
            order = {"happen": "hang_up", "id": stream["id"]}
            async with self._http.post(f"{self._root}_ctl/faults", json=order) as answer:
                answer.raise_for_status()

    async def streams(self) -> list[str]:
        """Ids, in the order in which they were made."""
        return [stream["id"] for stream in (await self._json("_ctl/state"))["streams"]]

    async def recordings(self) -> dict[str, str]:
        """Language's channel to its newest recording."""
        shown = await self._json("_page/broadcasts")
        return {
            one["channel"]: one["recordings"][-1] for one in reversed(shown) if one["recordings"]
        }

    async def arrived(self, recording: str) -> int:
        """Bytes of a connection so far."""
        async with self._http.head(self._root + recording.lstrip("/")) as answer:
            return int(answer.headers.get("Content-Length", 0)) if answer.status == 200 else 0


async def seconds_until(holds: Callable[[], Awaitable[bool]], what: str) -> float:
    """How long it takes until something outside holds."""
    began_s = time.monotonic()
    while not await holds():
        if time.monotonic() - began_s > LIMIT_S:
            raise TimeoutError(what)
        await asyncio.sleep(LOOK_S)
    return time.monotonic() - began_s


def both(standin: StandIn, lifecycle: str) -> Callable[[], Awaitable[bool]]:
    """Whether both languages are in this state."""

    async def holds() -> bool:
        return await standin.lifecycles() == [lifecycle] * 2

    return holds


async def one_round(desk: Link, standin: StandIn) -> dict[str, float]:
    """One broadcast from preflight to its end."""

    def stages(view: dict[str, Any]) -> set[str]:
        return {one["stage"] for one in view["youtube"]["broadcasts"]}

    await desk.command("broadcast.preflight")
    await desk.until(lambda view: stages(view) == {"ready"}, LIMIT_S, "ready")
    await desk.command("broadcast.live", {"expect": "unlisted"})
    live_s = await seconds_until(both(standin, "live"), "live") - START_DELAY_S
    await asyncio.sleep(STEADY_S)

    before = await standin.recordings()
    await standin.hang_up()

    async def are_back() -> bool:
        now = await standin.recordings()
        if any(now[channel] == before[channel] for channel in before):
            return False
        return all([await standin.arrived(each) > PREVIEW_BYTES for each in now.values()])

    back_s = await seconds_until(are_back, "bytes")
    assert await both(standin, "live")(), "a lost push ended a broadcast"
    await desk.until(lambda view: stages(view) == {"live"}, LIMIT_S, "live at the desk")
    await asyncio.sleep(STEADY_S)
    gap_ms = await neighbours_gap_ms(standin)
    await desk.until(lambda view: stages(view) == {"live"}, LIMIT_S, "live at the desk")
    await desk.command("broadcast.end")
    end_s = await seconds_until(both(standin, "complete"), "complete")
    await desk.until(lambda view: stages(view) == {"ended"}, LIMIT_S, "ended")
    return {"live_s": live_s, "back_s": back_s, "gap_ms": gap_ms, "end_s": end_s}


async def neighbours_gap_ms(standin: StandIn) -> float:
    """Close one language's push; how long nothing came in the other until it was back for long."""
    first = (await standin.streams())[0]
    recordings = await standin.recordings()
    (mine,) = [each for each in recordings.values() if f"/{first}_" in each]
    await standin.hang_up(but_first=True)
    known, came_s, longest_s = await standin.arrived(mine), time.monotonic(), 0.0
    until_s = came_s + STEADY_S
    while (now_s := time.monotonic()) < until_s:
        arrived = await standin.arrived(mine)
        if arrived > known:
            known, came_s = arrived, now_s
        longest_s = max(longest_s, now_s - came_s)
        await asyncio.sleep(LOOK_S / 4)
    return longest_s * 1000


async def measured(rounds: int) -> list[dict[str, float]]:
    """All rounds in one running product: a show is not the first of its day."""
    with (
        tempfile.TemporaryDirectory(prefix="onair-") as scratch,
        running_product(Path(scratch), demo=True, youtube_standin=True) as product,
    ):
        await eventually(lambda: "youtube          http" in product.log(), LIMIT_S, "links")
        document = product.get("/demo.json")
        async with (
            aiohttp.ClientSession() as http,
            Link(product.base_url, {"ticket": document["tickets"]["moderator"]}) as desk,
        ):
            standin = StandIn(http, document["links"]["youtube"])
            return [await one_round(desk, standin) for _ in range(rounds)]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    rounds = asyncio.run(measured(arguments.rounds))
    measure.report("onair", rounds, {"languages": 2, "program": "640x360@25", "people": 5})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
