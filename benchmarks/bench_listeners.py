"""A hall that listens on its phones: what a receiver costs, and whether all of them hear.

    python -m benchmarks.bench_listeners [--listeners 300] [--over 60] [--seconds 20]

One delegate speaks, one interpreter gives into Chinese; half of the receivers hear each language.
They join evenly over ``--over`` seconds from one address.  ``core_a_listener`` is the CPU of the
engine with all of them less that without, in cores, divided by them; ``mb_a_listener`` the same of
its memory.  The clients run on the same machine (``listener_client.py``); their CPU is not counted.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks import measure
from benchmarks.measure import CpuMeter
from rotunda.demo.link import Link
from tests.harness import table
from tests.harness.product import ROOT, Crowd, Product, running_product

TOML = """
id = "summit"
title = { en = "Receivers" }
languages = ["en", "zh"]

[[seats]]
seat = "booth"
name = "Booth"
role = "interpreter"
language = "zh"
booth = ["zh"]
"""
SETTLE_S = 4.0


class Client:
    """The process of the listeners."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self._running = running

    async def ask(self, request: Mapping[str, Any], limit_s: float) -> dict[str, Any]:
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(json.dumps(request).encode() + b"\n")
        async with asyncio.timeout(limit_s):
            return dict(json.loads(await self._running.stdout.readline()))


@asynccontextmanager
async def client() -> AsyncIterator[Client]:
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.listener_client",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        limit=2**24,
    )
    try:
        yield Client(running)
    finally:
        running.kill()
        await running.wait()


async def engine_cost(product: Product, seconds: float) -> tuple[float, float]:
    """Cores, and megabytes of memory that are its own."""
    (pid,) = product.pids("streaming.engine")
    meter = CpuMeter(pid)
    await asyncio.to_thread(meter.start)
    await asyncio.sleep(seconds)
    cpu, wall_s = await asyncio.to_thread(meter.stop)
    for name, used in sorted(cpu.items(), key=lambda item: -item[1])[:6]:
        print(f"    {name:<40} {used / wall_s:.3f}", file=sys.stderr)
    return sum(cpu.values()) / wall_s, psutil.Process(pid).memory_full_info().uss / 1e6


async def one_round(listeners: int, over_s: float, seconds: float) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,
        running_product(Path(scratch) / "data", program="640x360@25") as product,
    ):
        product.import_session(TOML)
        people = {
            "speaker": {"role": "delegate"},
            "booth": {"role": "interpreter", "seat": "booth"},
        }
        tickets = await table.tickets_for(product, people | {"desk": {"role": "moderator"}})
        crowd = [
            {"ticket": tickets["speaker"], "voice_hz": 110, "tone_hz": 40},
            {"ticket": tickets["booth"], "voice_hz": 190, "tone_hz": 43},
        ]
        async with (
            product.connect(tickets["desk"]) as desk,
            Crowd(product.base_url, crowd) as joined,
            client() as hall,
        ):
            await speak(desk, joined)
            print("  without", file=sys.stderr)
            core_before, mb_before = await engine_cost(product, seconds / 2)
            order = {"url": f"{product.base_url}/whep/{table.SESSION}", "languages": ["en", "zh"]}
            told = await hall.ask(order | {"count": listeners, "over_s": over_s}, over_s + 60)
            await asyncio.sleep(SETTLE_S)
            await hall.ask({"do": "count"}, 10)
            print(f"  with {listeners}", file=sys.stderr)
            core, mb = await engine_cost(product, seconds)
            heard = await hall.ask({"do": "count"}, 10)
    print(f"  refused {told['refused']}, {heard}", file=sys.stderr)
    return figures(told, heard, core - core_before, mb - mb_before)


async def speak(desk: Link, crowd: Crowd) -> None:
    """The delegate has the floor, the interpreter the microphone."""
    people = [one["seat"] for one in desk.view["seats"] if one["role"] != "moderator"]
    await desk.until(
        lambda view: all(table.media_of(view, seat)["microphone"] for seat in people),
        20,
        "microphones",
    )
    await crowd.command(1, "booth.ready")
    await crowd.command(1, "booth.on")
    await desk.command("floor.mode", {"mode": "panel_open"})
    await asyncio.sleep(SETTLE_S)


def figures(
    told: Mapping[str, Any], heard: Mapping[str, int], core: float, mb: float
) -> dict[str, float]:
    joined = sorted(told["joined_ms"])
    expected = heard["received"] + heard["lost"]
    return {
        "joined": len(joined),
        "refused": sum(told["refused"].values()),
        "silent": heard["silent"],
        "join_ms_p50": statistics.median(joined),
        "join_ms_p95": joined[int(len(joined) * 0.95)],
        "loss": heard["lost"] / max(1, expected),
        "core_all": core,
        "core_a_listener": core / len(joined),
        "mb_a_listener": mb / len(joined),
    }


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=300)
    parser.add_argument("--over", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    rounds = [
        asyncio.run(one_round(options.listeners, options.over, options.seconds))
        for _ in range(options.rounds)
    ]
    conditions = {"listeners": options.listeners, "over_s": options.over}
    measure.report("listeners", rounds, conditions | {"seconds": options.seconds})


if __name__ == "__main__":
    main()
