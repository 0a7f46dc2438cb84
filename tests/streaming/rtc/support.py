"""What the transport's tests share: codecs, a table with fakes, and the stock client process."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from fractions import Fraction
from typing import Any

import av
import numpy as np

from streaming.engine.peers import PeerTable, PeerTableEvents
from streaming.engine.steering import SPEAKER
from streaming.mediatime import Playout, Ticks90k
from streaming.packets import EncodedPicture, VideoCodec
from streaming.rtc.extension import install
from streaming.rtc.peer import PeerKind, PeerSpec
from streaming.rtc.receiver import RtpReceiver
from streaming.rtc.sender import RtpSender
from streaming.rtc.udp import UdpPort
from venue.ids import FLOOR_LANGUAGE, SeatId

DEADLINE_S = 20.0


async def until(condition: Callable[[], bool], what: str) -> None:
    """Poll a condition that a real process brings about."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110  # another process brings it about
            await asyncio.sleep(0.02)
    assert condition(), what


def encoded(codec: VideoCodec, count: int, *, gop: int = 25, fps: int = 25) -> Iterator[bytes]:
    """Coded pictures of a moving texture, 320x180, key frame every ``gop``."""
    name = "libvpx" if codec is VideoCodec.VP8 else "libx264"
    context: Any = av.CodecContext.create(name, "w")
    context.width, context.height, context.pix_fmt = 320, 180, "yuv420p"
    context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
    context.bit_rate, context.gop_size, context.max_b_frames = 600_000, gop, 0
    if codec is VideoCodec.VP8:
        context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    else:
        options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "main"}
        context.options = {**options, "x264-params": f"keyint={gop}:scenecut=0"}
    noise = np.random.default_rng(2).integers(40, 220, (270, 320), dtype=np.uint8)
    for index in range(count):
        picture = np.ascontiguousarray(np.roll(noise, index * 2, axis=1))
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = index
        for packet in context.encode(frame):
            yield bytes(packet)


def decoder(codec: VideoCodec) -> Callable[[bytes], int]:
    """Decode one picture; gives how many came out, raises on damage."""
    context: Any = av.CodecContext.create("vp8" if codec is VideoCodec.VP8 else "h264", "r")
    context.options = {"flags": "low_delay", "err_detect": "explode"}
    return lambda data: len(context.decode(av.Packet(data)))


class FakePicture:
    """Takes what peers send; what is encoded is published by the test."""

    def __init__(self) -> None:
        self.pushed: dict[SeatId, list[EncodedPicture]] = {}
        self.removed: list[SeatId] = []
        self.wanted: dict[SeatId, tuple[int, int]] = {}
        self.key_requests = 0
        self.returning = False
        self.scenes: list[Any] = []

    def start(self) -> None: ...
    def stop(self) -> None: ...

    def set_scene(self, scene: Any) -> None:
        self.scenes.append(scene)

    def push(self, seat: SeatId, picture: EncodedPicture, due_s: float = 0.0) -> bool:
        self.pushed.setdefault(seat, []).append(picture)
        return True

    def remove(self, seat: SeatId) -> None:
        self.removed.append(seat)

    def want_return(self, wanted: bool) -> None:
        self.returning = wanted

    def request_return_key(self, *, joining: bool = False) -> None:
        self.key_requests += 1

    def wanted_pictures(self) -> Mapping[SeatId, tuple[int, int]]:
        return self.wanted

    def slate_gop(self, language: str | None = None) -> tuple[EncodedPicture, ...]:
        return ()

    def stats(self) -> Any:
        return None


class FakeSound:
    """Counts what peers send."""

    def __init__(self) -> None:
        self.pushed: dict[SeatId, list[tuple[int, int, bytes]]] = {}
        self.listeners: dict[str, tuple[SeatId | None, str]] = {}
        self.removed: list[SeatId] = []

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def set_scene(self, scene: Any) -> None: ...

    def push(self, seat: SeatId, seq: int, timestamp: int, payload: bytes, at: float) -> None:
        self.pushed.setdefault(seat, []).append((seq, timestamp, payload))

    def remove(self, seat: SeatId) -> None:
        self.removed.append(seat)

    def add_listener(self, listener: str, seat: SeatId | None, language: str) -> None:
        self.listeners[listener] = (seat, language)

    def remove_listener(self, listener: str) -> None:
        self.listeners.pop(listener, None)

    def levels(self) -> Mapping[SeatId, float]:
        return {}

    def silent_booths(self) -> frozenset[SeatId]:
        return frozenset()

    def voice(self) -> SeatId | None:
        return None

    def playout(self, seat: SeatId) -> Playout | None:
        return None

    def picture_late(self, seat: SeatId, late_ms: float) -> None: ...

    def stats(self) -> Any:
        return None


class Rig:
    """A peer table on a real port, with fakes behind it."""

    def __init__(self, port: UdpPort, **limits: int) -> None:
        self.port = port
        self.picture = FakePicture()
        self.sound = FakeSound()
        self.facts: list[tuple[SeatId, Any]] = []
        self.gone: list[tuple[SeatId | None, str, str]] = []
        self.table = PeerTable(
            self.picture,
            self.sound,
            PeerTableEvents(
                lambda seat, state, _silent: self.facts.append((seat, state)),
                lambda seat, peer, reason: self.gone.append((seat, peer, reason)),
            ),
            **limits,
        )

    def see(self, *seats: str) -> None:
        """Put seats in the picture."""
        self.picture.wanted = {SeatId(seat): (640, 360) for seat in seats}
        orders = {SeatId(seat): SPEAKER for seat in seats}
        self.table.steer(self.picture.wanted, orders, frozenset(), frozenset())

    def pushed(self, seat: str) -> list[EncodedPicture]:
        return self.picture.pushed.get(SeatId(seat), [])


@asynccontextmanager
async def rig(**limits: int) -> AsyncIterator[Rig]:
    port = UdpPort.open("127.0.0.1", range(0, 1), ["127.0.0.1"])
    install(port, RtpReceiver, RtpSender)
    made = Rig(port, **limits)
    try:
        yield made
    finally:
        await made.table.close_all()
        port.close()


def spec(peer: str, seat: str | None, kind: PeerKind = PeerKind.BROWSER) -> PeerSpec:
    return PeerSpec(peer, SeatId(seat) if seat else None, "delegate", kind, FLOOR_LANGUAGE, {})


class StockClient:
    """The client process and its latest figures."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.figures: list[dict[str, Any]] = []

    async def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            return json.loads(await self.process.stdout.readline())

    async def write(self, body: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(body).encode() + b"\n")
        await self.process.stdin.drain()

    async def watch(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.figures = json.loads(line)["figures"]

    def figure(self, name: str, index: int = 0) -> Any:
        return self.figures[index][name] if self.figures else 0


@asynccontextmanager
async def stock_client(
    wish: dict[str, Any], answer: Callable[[int, str], Any]
) -> AsyncIterator[StockClient]:
    """Run a client; ``answer(number, offer)`` is awaited for each of its peers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.streaming.rtc.stock_client",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 20,
    )  # fmt: skip
    client = StockClient(process)
    try:
        await client.write(wish)
        for number in range(wish.get("peers", 1)):
            offer = (await client.line())["offer"]
            await client.write({"sdp": await answer(number, offer)})
        watching = asyncio.create_task(client.watch())
        try:
            yield client
        finally:
            watching.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Publisher:
    """Publishes coded pictures at their rate, as the encoder thread would."""

    def __init__(self, publish: Callable[[EncodedPicture], None], codec: VideoCodec) -> None:
        self._publish = publish
        self._codec = codec
        self._pictures = list(encoded(codec, 50))
        self._task: asyncio.Task[None] | None = None
        self.count = 0

    async def _run(self) -> None:
        start = time.monotonic()
        while True:
            index = self.count % 50
            pts = Ticks90k(int(start * 25) * 3600 + self.count * 3600)
            key = index % 25 == 0
            self._publish(EncodedPicture(self._codec, self._pictures[index], pts, key))
            self.count += 1
            await asyncio.sleep(max(0.0, start + self.count / 25 - time.monotonic()))

    async def __aenter__(self) -> "Publisher":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._task is not None
        self._task.cancel()
