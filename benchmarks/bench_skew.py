"""Lip sync at a target: how much later the sound of a mark comes than its picture.

    python -m benchmarks.bench_skew [--seconds 40] [--jitter 0 60]

One delegate's picture turns from black to white or back about every second, and a tone begins in
every second; when each left is noted.  The program goes to a real RTMP server, and its recording
tells when each came out.  A round for each jitter of the delegate's path, in milliseconds.
Positive: sound after picture.
"""

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

from benchmarks import measure
from benchmarks.bench_latency import join_marked, product_for, show
from benchmarks.marks import Marks, TooFewMarks, flashes_of, onsets_of, skews_ms
from benchmarks.signals import read_sound, sound_start_s
from rotunda.demo.rtc import prepare_process
from tests.fakes.ingest import RtmpIngest, wait_until
from tests.fakes.udp_path import UdpPath
from tests.harness import table

SETTLE_S = 12.0
"""The first sender reports, and the slew to what they say."""


async def one_round(seconds: float, jitter_ms: float, scratch: Path) -> dict[str, float]:
    """Send marks for a while, and read them from what the target received."""
    ingest = RtmpIngest(scratch)
    ingest.start()
    try:
        with product_for() as product:
            people = {"d0": {"role": "delegate"}, "desk": {"role": "moderator"}}
            tickets = await table.tickets_for(product, people)
            picture, sound = Marks(), Marks()
            async with AsyncExitStack() as stack:
                desk = await stack.enter_async_context(product.connect(tickets["desk"]))
                path = await stack.enter_async_context(UdpPath(jitter_ms=jitter_ms))
                source, link = await join_marked(
                    product.base_url, tickets["d0"], picture, sound, path
                )
                await show(desk, link)
                await asyncio.sleep(SETTLE_S)
                body = {"kind": "rtmp", "url": ingest.url("skew"), "lang": "en"}
                door = f"/api/sessions/{table.SESSION}/outputs"
                await asyncio.to_thread(product.request, "POST", door, tickets["desk"], body)
                await desk.command("onair.start")
                await asyncio.to_thread(
                    wait_until, lambda: ingest.received_bytes("skew") > 100_000, 20, "on air"
                )
                await asyncio.sleep(seconds)
                await source.close()
                await link.close()
    finally:
        ingest.kill()
    return judge(ingest.recordings("skew")[-1], picture, sound)


def judge(recording: Path, picture: Marks, sound: Marks) -> dict[str, float]:
    """Skew of every mark in a recording: median, and what 95 % of them stay within."""
    flashes, beeps = (
        flashes_of(recording),
        onsets_of(read_sound(recording), sound_start_s(recording)),
    )
    try:
        skews = skews_ms(flashes, beeps, picture.sent_s, sound.sent_s)
    except TooFewMarks as error:
        sys.exit(f"No result: {error}.")
    half = len(skews) // 2
    drift = statistics.median(skews[half:]) - statistics.median(skews[:half])
    p95 = float(np.percentile(np.abs(skews), 95))
    p50 = statistics.median(skews)
    return {"p50_ms": p50, "abs_p95_ms": p95, "drift_ms": drift, "marks": len(skews)}


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--jitter", type=float, nargs="+", default=[0.0, 60.0])
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    prepare_process()
    figures: dict[str, float] = {}
    for jitter_ms in options.jitter:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            one = asyncio.run(one_round(options.seconds, jitter_ms, Path(scratch)))
        figures |= {f"jitter{jitter_ms:.0f}_{name}": value for name, value in one.items()}
    measure.report("skew", [figures], {"seconds": options.seconds, "program": "1280x720@25"})


if __name__ == "__main__":
    main()
