"""Decode what is on stage, and only that: coded pictures in, the newest picture of each seat out.

Coded pictures wait in a short queue a seat, each until it is due: lip sync holds early ones.  A
predicted picture is useless without the ones before it, so an overflow empties the queue and
nothing enters until the next key picture; the caller hears of it (``push`` gives False) and asks
the sender for one.

A picture is scaled to its tile right after it was decoded, while it is in the processor's cache:
later it costs twice as much.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import av
import av.error

from streaming.mediatime import now_s
from streaming.packets import EncodedPicture, VideoCodec
from streaming.picture.canvas import Planes
from streaming.picture.scaling import Scaler, fill
from venue.ids import SeatId

log = logging.getLogger(__name__)

MOST_WAITING = 16
"""Coded pictures a seat may have in its queue: those held for their sound, and five behind."""

_IDLE_S = 60.0
"""The decode thread looks again so often when nothing comes."""

MOST_PIXELS = 3840 * 2160
"""A decoder refuses larger pictures: a sender must not choose how much memory we need."""


@dataclass(slots=True)
class SourceStats:
    """Counters of all sources together; only grow."""

    decoded: int = 0
    dropped: int = 0
    """Coded pictures thrown away: overflow, or no key picture yet."""
    unseen: int = 0
    """Coded pictures of seats that are not in the picture; never decoded."""
    errors: int = 0
    scaled: int = 0
    scale_cpu_s: float = 0.0
    decode_cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Newest:
    """The last picture of a seat; no other picture of any seat has its ``serial``."""

    frame: av.VideoFrame
    serial: int
    tile: Planes
    """The picture at the size its tile had when it was decoded."""

    def fits(self, width_px: int, height_px: int) -> bool:
        """True if ``tile`` has this size."""
        return self.tile.y.shape == (height_px, width_px)


@dataclass(slots=True)
class _Source:
    """One staged seat.  ``decoder`` belongs to the decode thread, the rest to the lock."""

    size_px: tuple[int, int]
    """Width and height of the tile."""
    waiting: deque[tuple[float, EncodedPicture]] = field(default_factory=deque)
    """Media time when it is due, picture."""
    needs_key: bool = True
    decoder: av.VideoCodecContext | None = None
    codec: VideoCodec | None = None
    newest: Newest | None = None
    scaler: Scaler = field(default_factory=Scaler)


class Sources:
    """The seats that are seen, their queues and decoders."""

    def __init__(self) -> None:
        self.stats = SourceStats()
        self._ready = threading.Condition()
        self._sources: dict[SeatId, _Source] = {}
        self._lost: set[SeatId] = set()
        self._closed = False
        self._serial = 0

    def want(self, wanted: Mapping[SeatId, tuple[int, int]]) -> None:
        """Decode exactly these seats from now on, for tiles of these sizes (width, height)."""
        with self._ready:
            for seat in self._sources.keys() - wanted.keys():
                # Its old face must not come back with it, so decoder and picture go.
                del self._sources[seat]
            for seat, size_px in wanted.items():
                if seat in self._sources:
                    self._sources[seat].size_px = size_px
                else:
                    self._sources[seat] = _Source(size_px)
            self._lost &= wanted.keys()

    def push(self, seat: SeatId, picture: EncodedPicture, due_s: float = 0.0) -> bool:
        """Queue a coded picture until ``due_s``; False: ask the sender for a key picture."""
        with self._ready:
            source = self._sources.get(seat)
            if source is None:
                self.stats.unseen += 1
                return True
            if picture.key:
                if due_s <= now_s():
                    # What waits before it would only be decoded to be replaced.
                    self.stats.dropped += len(source.waiting)
                    source.waiting.clear()
                source.needs_key = False
            elif source.needs_key:
                self.stats.dropped += 1
                return False
            elif len(source.waiting) >= MOST_WAITING:
                self.stats.dropped += len(source.waiting) + 1
                source.waiting.clear()
                source.needs_key = True
                return False
            source.waiting.append((due_s, picture))
            self._lost.discard(seat)
            self._ready.notify()
            return True

    def remove(self, seat: SeatId) -> None:
        """Forget a seat's pictures: its sender is gone."""
        with self._ready:
            if seat in self._sources:
                self._sources[seat] = _Source(self._sources[seat].size_px)
                self._lost.add(seat)

    def newest(self, seat: SeatId) -> Newest | None:
        """The last decoded picture of a seat."""
        source = self._sources.get(seat)
        return None if source is None else source.newest

    def lost(self, seat: SeatId) -> bool:
        """True from ``remove`` until the next accepted picture."""
        return seat in self._lost

    def decode_waiting(self) -> int:
        """Decode everything that is due now; gives the number of coded pictures taken."""
        taken = 0
        for source in self._take_order():
            pictures = self._take_due(source)
            taken += len(pictures)
            frame = None
            for picture in pictures:
                frame = self._decode(source, picture) or frame
            if frame is not None:
                self._fit(source, frame)
        return taken

    def run(self) -> None:
        """Decode until ``close``; the body of the decode thread."""
        while True:
            with self._ready:
                while not self._closed and (wait_s := self._until_due_s()) > 0:
                    self._ready.wait(wait_s)
                if self._closed:
                    return
            self.decode_waiting()

    def close(self) -> None:
        """End ``run``."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def _until_due_s(self) -> float:
        first_s = min(
            (source.waiting[0][0] for source in self._sources.values() if source.waiting),
            default=math.inf,
        )
        return min(first_s - now_s(), _IDLE_S)

    def _take_due(self, source: _Source) -> list[EncodedPicture]:
        pictures = []
        with self._ready:
            while source.waiting and source.waiting[0][0] <= now_s():
                pictures.append(source.waiting.popleft()[1])
        return pictures

    def _take_order(self) -> list[_Source]:
        with self._ready:
            return [source for source in self._sources.values() if source.waiting]

    def _fit(self, source: _Source, frame: av.VideoFrame) -> None:
        """Scale the newest picture and put it in its place."""
        began = time.thread_time()
        self._serial += 1
        source.newest = Newest(frame, self._serial, fill(frame, *source.size_px, source.scaler))
        self.stats.scaled += 1
        self.stats.scale_cpu_s += time.thread_time() - began

    def _decode(self, source: _Source, picture: EncodedPicture) -> av.VideoFrame | None:
        """Decode one coded picture; after a fault the source begins anew with a key picture.

        The supervised edge of the decode thread: whatever a sender puts on the wire, only its own
        tile suffers.
        """
        if source.decoder is None and not picture.key:
            self.stats.dropped += 1
            return None
        began = time.thread_time()
        frames: list[av.VideoFrame] = []
        try:
            if source.decoder is None or source.codec is not picture.codec:
                source.decoder, source.codec = _decoder(picture.codec), picture.codec
            frames = source.decoder.decode(av.Packet(picture.data))
            broken = any(frame.is_corrupt for frame in frames)
        except av.error.FFmpegError as error:
            log.info("a source sent a picture that cannot be decoded: %s", type(error).__name__)
            broken = True
        self.stats.decode_cpu_s += time.thread_time() - began
        if broken:
            self.stats.errors += 1
            source.decoder = None
            with self._ready:
                # A key picture may have come in since; then there is nothing to ask for.
                source.needs_key = not any(waiting.key for _, waiting in source.waiting)
            return None
        self.stats.decoded += len(frames)
        return frames[-1] if frames else None


def _decoder(codec: VideoCodec) -> av.VideoCodecContext:
    """A decoder that gives each picture at once and takes one thread."""
    context = av.CodecContext.create("vp8" if codec is VideoCodec.VP8 else "h264", "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    context.flags |= av.codec.context.Flags.low_delay
    context.options = {"max_pixels": str(MOST_PIXELS)}
    return context
