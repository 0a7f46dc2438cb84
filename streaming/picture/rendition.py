"""One picture of the program: a canvas, what is written on it, and its encoder."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from streaming.mediatime import PictureFormat
from streaming.packets import EncodedPicture
from streaming.picture.compositor import Compositor
from streaming.picture.encoders import ProgramEncoder
from streaming.picture.grid import GridCounters
from streaming.picture.scenery import Scenery
from streaming.picture.sources import Sources


@dataclass(frozen=True, slots=True)
class Coding:
    """How the program's pictures are encoded."""

    bitrate_kbps: int
    preset: str


class Rendition:
    """For one thread, but for ``scenery``, which the drawing thread replaces."""

    def __init__(
        self,
        fmt: PictureFormat,
        coding: Coding,
        sources: Sources,
        on_picture: Callable[[EncodedPicture], None],
        move_s: float,
    ) -> None:
        self.scenery: Scenery | None = None
        """None: nothing is drawn yet."""
        self.compositor = Compositor(fmt.width_px, fmt.height_px, fmt.fps, move_s)
        self.grid = GridCounters()
        self.pictures = 0
        self.bytes = 0
        self.compose_cpu_s = 0.0
        self.encode_cpu_s = 0.0
        self._fmt, self._coding = fmt, coding
        self._sources = sources
        self._on_picture = on_picture
        self._encoder: ProgramEncoder | None = None

    def tick(self, index: int, wall_ms: int) -> bool:
        """Make picture ``index`` of the grid; False while nothing is drawn yet."""
        if self.scenery is None:
            return False
        began = time.thread_time()
        self.compositor.compose(self.scenery, self._sources, index, wall_ms)
        composed = time.thread_time()
        self._encode(index)
        self.compose_cpu_s += composed - began
        self.encode_cpu_s += time.thread_time() - composed
        return True

    def _encode(self, index: int) -> None:
        key = index % self._fmt.gop == 0
        if self._encoder is None:
            if not key:
                return  # The first picture out is a key picture, and those lie on the grid.
            self._encoder = ProgramEncoder(
                self._fmt, self._coding.bitrate_kbps, self._coding.preset
            )
        picture = self._encoder.encode(self.compositor.frame, index, key=key)
        self.pictures += 1
        self.bytes += len(picture.data)
        self._on_picture(picture)
