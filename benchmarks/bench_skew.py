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
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import av
import numpy as np

from benchmarks import measure
from benchmarks.bench_latency import Marks, join_marked, product_for, show
from benchmarks.signals import SAMPLE_RATE_HZ, Mono, read_sound
from rotunda.demo.rtc import prepare_process
from tests.fakes.ingest import RtmpIngest, wait_until
from tests.fakes.udp_path import UdpPath
from tests.harness import table

SETTLE_S = 12.0
"""The first sender reports, and the slew to what they say."""
QUIET_SAMPLES = SAMPLE_RATE_HZ // 4
LOUD = 0.02


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
    flashes, beeps = flashes_of(recording), onsets_of(read_sound(recording))
    if len(flashes) < 10 or len(beeps) < 10:
        sys.exit(f"Only {len(flashes)} flashes and {len(beeps)} beeps came through.")
    seen = delays_of(flashes, picture.sent_s)
    apart_s = statistics.median(seen.values())
    skews = []
    for beep in beeps:
        flash = nearest(flashes, beep)
        heard_s = beep - nearest([sent + apart_s for sent in sound.sent_s], beep)
        skews.append((heard_s + apart_s - seen[flash]) * 1000)
    half = len(skews) // 2
    drift = statistics.median(skews[half:]) - statistics.median(skews[:half])
    p95 = float(np.percentile(np.abs(skews), 95))
    p50 = statistics.median(skews)
    return {"p50_ms": p50, "abs_p95_ms": p95, "drift_ms": drift, "marks": len(skews)}


def nearest(times: Iterable[float], to: float) -> float:
    """The time that is nearest to another."""
    return min(times, key=lambda time: abs(time - to))


def delays_of(seen: Sequence[float], sent_s: Sequence[float]) -> dict[float, float]:
    """When each mark was seen -> how long after it left; on two clocks with an unknown offset.

    The uneven distances of the marks fit in one place only.
    """
    places = range(len(sent_s) - len(seen) + 1)
    if not places:
        sys.exit(f"{len(seen)} marks seen, {len(sent_s)} sent")
    tries = (
        [mark - sent for mark, sent in zip(seen, sent_s[place:], strict=False)] for place in places
    )
    return dict(zip(seen, min(tries, key=statistics.pstdev), strict=True))


def flashes_of(recording: Path) -> list[float]:
    """When the picture turned from dark to bright or back, in seconds of the file."""
    found: list[float] = []
    bright: bool | None = None
    with av.open(str(recording)) as container:
        for frame in container.decode(container.streams.video[0]):
            luma = np.frombuffer(frame.planes[0], np.uint8).reshape(frame.height, -1)
            middle = luma[frame.height * 2 // 5 : frame.height // 2, frame.width // 3 :][:, :64]
            now = bool(middle.mean() > 125)
            if bright is not None and now != bright and frame.time is not None:
                found.append(frame.time)
            bright = now
    return found


def onsets_of(sound: Mono) -> list[float]:
    """When a tone began after quiet, in seconds of the file."""
    loud = np.flatnonzero(np.abs(sound) > LOUD)
    starts = np.flatnonzero(np.diff(loud, prepend=-SAMPLE_RATE_HZ) > QUIET_SAMPLES)
    return [float(loud[start]) / SAMPLE_RATE_HZ for start in starts]


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
