"""CPU of one packet in and one packet out of the transport, decode and encode left out.

    python -m benchmarks.transport [in|out] [--peers 12] [--seconds 10]

``in``: a client process sends pre-encoded pictures through a stock-shaped path as fast as a room
would; ``out``: this process fans a program out to the client's peers.  CPU is this process's own
user and system time, less that of an idle second, over the packets its links counted.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from typing import Any

from streaming.engine.app import calm_collector
from streaming.packets import EncodedPicture, VideoCodec
from tests.streaming.rtc.support import Rig, encoded, rig, spec, stock_client, until


def cpu_s() -> float:
    times = os.times()
    return times.user + times.system


async def measure(made: Rig, seconds: float, direction: str) -> dict[str, Any]:
    def packets() -> tuple[int, int]:
        links = [peer.link.stats for peer in made.table.all() if peer.link is not None]
        return sum(s.packets_in for s in links), sum(s.packets_out for s in links)

    before, began, wall = packets(), cpu_s(), time.monotonic()
    await asyncio.sleep(seconds)
    used, wall = cpu_s() - began, time.monotonic() - wall
    came, went = (a - b for a, b in zip(packets(), before, strict=True))
    count = came if direction == "in" else went
    return {
        "direction": direction,
        "packets_in_per_s": round(came / wall),
        "packets_out_per_s": round(went / wall),
        "cpu_share": round(used / wall, 4),
        "us_per_packet": round(used / max(1, count) * 1e6, 1),
    }


async def fan_out(made: Rig, stop: asyncio.Event) -> None:
    pictures = list(encoded(VideoCodec.VP8, 50))
    size = 8_000
    start, count = time.monotonic(), 0
    while not stop.is_set():
        data = pictures[count % 50]
        data = data + bytes(max(0, size - len(data)))
        made.table.returned.publish(
            EncodedPicture(VideoCodec.VP8, data, count * 3600, count % 50 == 0)  # type: ignore[arg-type]
        )
        count += 1
        await asyncio.sleep(max(0.0, start + count / 25 - time.monotonic()))


async def run(direction: str, peers: int, seconds: float) -> dict[str, Any]:
    async with rig() as made:
        seats = [f"seat{n}" for n in range(peers)]
        made.see(*seats)
        stop = asyncio.Event()
        if direction == "in":
            wish = {"send_video": "VP8", "replay": True, "peers": peers}
        else:
            wish = {"receive_video": True, "deaf": True, "peers": peers}
        answer = lambda n, sdp: made.table.open(spec(f"p{n}", seats[n]), sdp)  # noqa: E731
        async with stock_client(wish, answer):
            await until(lambda: all(p.connected for p in made.table.all()), "connected")
            fan = asyncio.create_task(fan_out(made, stop)) if direction == "out" else None
            await asyncio.sleep(1.5)
            calm_collector()
            result = await measure(made, seconds, direction)
            stop.set()
            if fan is not None:
                await fan
        return result


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("direction", choices=["in", "out"])
    parser.add_argument("--peers", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.direction, args.peers, args.seconds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
