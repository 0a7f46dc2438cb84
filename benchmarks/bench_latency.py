"""Glass to glass and mouth to ear, from marks one delegate sends and another sees.

    python -m benchmarks.bench_latency [--delegates 4] [--seconds 20]

About every second the first delegate's picture turns from black to white or back, and a short tone
sounds in every second.  The second delegate decodes what it is sent and notes when each mark
arrives.  The time ends at the decoder's door of a stock aiortc receiver, whose own buffers are part
of the figure (about one picture and 80 ms of sound); a browser is measured by its own test.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np

from benchmarks import measure
from benchmarks.load_client import Delegate, Person
from benchmarks.marks import MARK_HZ, MarkedPictures, MarkedSound, Marks
from benchmarks.signals import tone_dbfs
from rotunda.demo.link import Link, Refused
from rotunda.demo.rtc import CodedFrame, Kind, MediaConnection, MediaOptions, prepare_process
from tests.fakes.udp_path import UdpPath
from tests.harness import table
from tests.harness.product import Product, running_product

FPS = 25
THRESHOLD_DBFS = -40.0


class Watcher:
    """Decodes what one delegate is sent and notes the marks."""

    def __init__(self, picture: Marks, sound: Marks) -> None:
        self._marks = {"video": picture, "audio": sound}
        self._decoders: dict[str, Any] = {}
        self._bright: bool | None = None
        self._loud = False

    def on_frame(self, kind: Kind, frame: CodedFrame) -> None:
        """Decode one picture or packet."""
        name = {"vp8": "vp8", "h264": "h264", "opus": "libopus"}[frame.codec.lower()]
        if name not in self._decoders:
            self._decoders[name] = av.CodecContext.create(name, "r")
        try:
            decoded = self._decoders[name].decode(av.Packet(frame.data))
        except av.FFmpegError:
            return
        for each in decoded:
            self._look(kind, each, frame.arrival_s)

    def _look(self, kind: Kind, frame: Any, arrival_s: float) -> None:
        if kind == "video":
            luma = np.frombuffer(frame.planes[0], np.uint8).reshape(frame.height, -1)
            middle = luma[frame.height * 2 // 5 : frame.height // 2, frame.width // 3 :][:, :64]
            bright = bool(middle.mean() > 125)
            if self._bright is not None and bright != self._bright:
                self._marks["video"].came(arrival_s)
            self._bright = bright
            return
        sound = frame.to_ndarray().astype(np.float32).reshape(-1)
        mono = sound[:: len(frame.layout.channels)] if frame.is_corrupt is False else sound
        full = 32768.0 if "s16" in frame.format.name else 1.0
        loud = tone_dbfs(mono / full, MARK_HZ) > THRESHOLD_DBFS
        if loud and not self._loud:
            self._marks["audio"].came(arrival_s)
        self._loud = loud


async def one_round(delegates: int, seconds: float) -> dict[str, float]:
    """Start everything, watch, and give percentiles."""
    with product_for() as product:
        people = {f"d{index}": {"role": "delegate"} for index in range(delegates)}
        tickets = await table.tickets_for(product, people | {"desk": {"role": "moderator"}})
        picture, sound = Marks(), Marks()
        async with product.connect(tickets["desk"]) as desk:
            crowd = [
                Delegate(product.base_url, Person(tickets[f"d{index}"]))
                for index in range(1, delegates)
            ]
            for delegate in crowd:
                await delegate.join()
            probe = crowd[0]
            assert probe.media is not None
            probe.media.options.on_frame = Watcher(picture, sound).on_frame
            source, link = await join_marked(product.base_url, tickets["d0"], picture, sound)
            await show(desk, link)
            # The first marks meet closed gates and a moving layout.
            await asyncio.sleep(4)
            picture.delays_ms.clear()
            sound.delays_ms.clear()
            await asyncio.sleep(seconds)
            await source.close()
            await link.close()
            for delegate in crowd:
                await delegate.leave()
    return {
        **percentiles("picture", picture.delays_ms),
        **percentiles("sound", sound.delays_ms),
    }


async def join_marked(
    base_url: str, ticket: str, picture: Marks, sound: Marks, path: UdpPath | None = None
) -> tuple[MediaConnection, Link]:
    """The delegate that sends marks, over a bad path if one is given."""
    link = Link(base_url, {"ticket": ticket})
    await link.connect()
    options = MediaOptions(program=False)
    media = MediaConnection(MarkedPictures(picture), MarkedSound(sound), options)
    sdp, tracks = await media.offer()
    answer = await answer_for(link, sdp, tracks)
    await media.accept(path.through(answer) if path else answer)
    await media.connected.wait()
    return media, link


async def answer_for(link: Link, sdp: str, tracks: Mapping[str, str]) -> str:
    """The answer to an offer; the room's engine starts with its first person."""
    while True:
        try:
            return await link.offer(sdp, tracks)
        except Refused as refusal:
            if refusal.code != "media.unavailable":
                raise
        await asyncio.sleep(0.2)


async def show(desk: Link, link: Link) -> None:
    """Put the marked delegate alone on the picture, and open its microphone."""
    seat = link.view["you"]["seat"]
    await table.on_stage(desk, seat)
    await table.give_floor(desk, seat)


@contextmanager
def product_for() -> Iterator[Product]:
    """A product with a session of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,
        running_product(Path(scratch) / "data", program=f"1280x720@{FPS}") as product,
    ):
        product.import_session(table.TOML)
        yield product


def percentiles(name: str, delays_ms: list[float]) -> dict[str, float]:
    """p50, p90 and the number of marks."""
    if len(delays_ms) < 5:
        sys.exit(f"Only {len(delays_ms)} {name} marks came through.")
    p50, p90 = np.percentile(delays_ms, [50, 90])
    return {f"{name}_p50_ms": float(p50), f"{name}_p90_ms": float(p90), f"{name}_n": len(delays_ms)}


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delegates", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    prepare_process()
    rounds = [
        asyncio.run(one_round(options.delegates, options.seconds)) for _ in range(options.rounds)
    ]
    more = {"delegates": options.delegates, "seconds": options.seconds, "program": "1280x720@25"}
    measure.report("latency", rounds, more)


if __name__ == "__main__":
    main()
