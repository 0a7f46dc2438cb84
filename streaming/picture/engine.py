"""The picture of one room: coded pictures and scenes in, the coded program out.

loop        push, set_scene, ...      never waits for a codec
decode      coded pictures of staged seats -> the newest picture of each
drawing     scene -> scenery (text and cards are slow to draw, and may be late)
compose     on the grid of the media clock: tiles, captions, encoders, callbacks
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from streaming import priority
from streaming.mediatime import PictureFormat, now_s
from streaming.packets import EncodedPicture
from streaming.picture.canvas import new_frame, planes_of
from streaming.picture.compositor import Compositor
from streaming.picture.encoders import ProgramEncoder, ReturnEncoder
from streaming.picture.layout import Plan
from streaming.picture.scenery import Scenery, SceneryPainter, plan_of
from streaming.picture.sources import Sources
from venue.ids import SeatId
from venue.scene import Layout, Scene

log = logging.getLogger(__name__)

RETURN_KEY_SPACING_S = 1.0
"""Requests for a key picture of the return are answered at most so often."""

JOIN_KEY_SPACING_S = 0.5
"""The same for somebody who has just joined."""


MOVE_S = 0.32
"""How long tiles take to their places in a new layout."""


@dataclass(frozen=True, slots=True)
class ReturnRung:
    """The VP8 return: its size (at the program's rate) and how it is encoded."""

    width_px: int = 1280
    height_px: int = 720
    bitrate_kbps: int = 1400
    effort: int = 10
    """libvpx ``cpu-used``: more is cheaper and worse."""


@dataclass(frozen=True, slots=True)
class PictureStats:
    """Counters since the start; all only grow."""

    ticks: int
    late_ticks: int
    """Pictures finished after their successor was due."""
    skipped_ticks: int
    """Pictures of the grid that were never made."""
    decoded: int
    dropped: int
    unseen: int
    source_errors: int
    scaled: int
    program_pictures: int
    program_bytes: int
    return_pictures: int
    return_bytes: int
    decode_cpu_s: float
    scale_cpu_s: float
    compose_cpu_s: float
    encode_cpu_s: float
    return_cpu_s: float


@dataclass(slots=True)
class _Counters:
    """What the compose thread counts."""

    ticks: int = 0
    late: int = 0
    skipped: int = 0
    program_pictures: int = 0
    program_bytes: int = 0
    return_pictures: int = 0
    return_bytes: int = 0
    compose_cpu_s: float = 0.0
    encode_cpu_s: float = 0.0
    return_cpu_s: float = 0.0


CATCH_UP_PICTURES = 3
"""More than this behind, pictures are skipped: what is shown must not lag for long."""


def next_index(last: int, due: int, gop: int) -> int:
    """The picture to make after ``last`` when ``due`` is the newest whose time has come.

    A few late pictures are made all the same, so that a hiccup of the machine leaves no hole; with
    more behind, the rest is skipped.  Never one that must be a key picture: it is made late, with
    its own time, so that key pictures stay exactly one GOP apart.
    """
    newest = last + 1 if due - last <= CATCH_UP_PICTURES else due
    key = (last // gop + 1) * gop
    return min(key, newest)


def wanted_by(plan: Plan, scene: Scene) -> dict[SeatId, tuple[int, int]]:
    """The seats to decode and their sizes: who is seen, and who may sign the next moment."""
    wanted = {tile.seat: (tile.rect.width_px, tile.rect.height_px) for tile in plan.tiles}
    if plan.signer is not None and scene.signer is not None:
        size = plan.signer.width_px, plan.signer.height_px
        for seat in (scene.signer, *scene.next_signers):
            wanted.setdefault(seat, size)
    return wanted


class PictureEngine:
    """Composes and encodes one room; every method may be called from any thread."""

    def __init__(
        self,
        fmt: PictureFormat,
        on_program: Callable[[EncodedPicture], None],
        on_return: Callable[[EncodedPicture], None],
        *,
        bitrate_kbps: int,
        preset: str,
        rung: ReturnRung | None = None,
        move_s: float = MOVE_S,
    ) -> None:
        self._fmt = fmt
        self._on_program = on_program
        self._on_return = on_return
        self._bitrate_kbps, self._preset = bitrate_kbps, preset
        self._rung = rung or ReturnRung()
        self._sources = Sources()
        self._compositor = Compositor(fmt.width_px, fmt.height_px, fmt.fps, move_s)
        self._painter = SceneryPainter(fmt.width_px, fmt.height_px)
        self._program: ProgramEncoder | None = None
        self._return: ReturnEncoder | None = None
        self._return_wanted = False
        self._key_wanted = False
        self._key_wanted_by_join = False
        self._last_return_key = -(10**9)
        self._counters = _Counters()
        self._lock = threading.Lock()
        self._scene = Scene()
        self._scene_changed = threading.Event()
        self._scene_changed.set()
        self._scenery: Scenery | None = None
        self._wanted: Mapping[SeatId, tuple[int, int]] = {}
        self._stop = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()
        self._slate: tuple[Scene, tuple[EncodedPicture, ...]] | None = None

    def start(self) -> None:
        """Begin to compose on the media clock."""
        self._threads = tuple(
            threading.Thread(
                target=_named, args=(f"picture-{name}", body), name=f"picture-{name}", daemon=True
            )
            for name, body in (
                ("decode", self._sources.run),
                ("drawing", self._draw_until_stopped),
                ("compose", self._compose_until_stopped),
            )
        )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all threads; waits for the picture in hand, so not for the loop to call."""
        self._stop.set()
        self._sources.close()
        self._scene_changed.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def set_scene(self, scene: Scene) -> None:
        """Show this from now on; the newest scene wins."""
        plan = plan_of(scene, self._fmt.width_px, self._fmt.height_px)
        with self._lock:
            self._scene = scene
            self._wanted = wanted_by(plan, scene)
            self._sources.want(self._wanted)
        self._scene_changed.set()

    def push(self, seat: SeatId, picture: EncodedPicture, due_s: float = 0.0) -> bool:
        """Take a coded picture of a seat, to be shown at media time ``due_s``.

        False: send that seat a key frame request.
        """
        # The grid shows it half a picture later, on average.
        return self._sources.push(seat, picture, due_s - 0.5 / self._fmt.fps)

    def remove(self, seat: SeatId) -> None:
        """The seat's video is gone; its tile says so."""
        self._sources.remove(seat)

    def healthy(self) -> bool:
        """False if a thread has ended that should run: a fault of ours, so start a new engine."""
        return self._stop.is_set() or all(thread.is_alive() for thread in self._threads)

    def want_return(self, wanted: bool) -> None:
        """Encode the VP8 return, or no longer; it begins with a key picture."""
        self._return_wanted = wanted

    def request_return_key(self, *, joining: bool = False) -> None:
        """Ask for a key picture of the return; requests close together are answered once."""
        if joining:
            self._key_wanted_by_join = True
        self._key_wanted = True

    def wanted_pictures(self) -> Mapping[SeatId, tuple[int, int]]:
        """Seats that are seen and the size of their tiles in pixels; others are not decoded."""
        return self._wanted

    def slate_gop(self) -> tuple[EncodedPicture, ...]:
        """One GOP of the session's slate with the program's parameters, times from zero.

        Takes a good part of a second: not for the loop to call.
        """
        with self._lock:
            scene = self._scene
        wanted = Scene(layout=Layout.SLATE, title=scene.title, accent=scene.accent)
        if self._slate is not None and self._slate[0] == wanted:
            return self._slate[1]
        # A painter of its own: font faces belong to one thread.
        painter = SceneryPainter(self._fmt.width_px, self._fmt.height_px)
        frame = new_frame(self._fmt.width_px, self._fmt.height_px)
        planes_of(frame).paste(painter.paint(wanted).backdrop)
        encoder = ProgramEncoder(self._fmt, self._bitrate_kbps, self._preset)
        gop = tuple(encoder.encode(frame, index, key=index == 0) for index in range(self._fmt.gop))
        self._slate = (wanted, gop)
        return gop

    def stats(self) -> PictureStats:
        """Counters until now."""
        counters, sources = self._counters, self._sources.stats
        return PictureStats(
            ticks=counters.ticks,
            late_ticks=counters.late,
            skipped_ticks=counters.skipped,
            decoded=sources.decoded,
            dropped=sources.dropped,
            unseen=sources.unseen,
            source_errors=sources.errors,
            scaled=sources.scaled + self._compositor.scaled,
            program_pictures=counters.program_pictures,
            program_bytes=counters.program_bytes,
            return_pictures=counters.return_pictures,
            return_bytes=counters.return_bytes,
            decode_cpu_s=sources.decode_cpu_s,
            scale_cpu_s=sources.scale_cpu_s,
            compose_cpu_s=counters.compose_cpu_s,
            encode_cpu_s=counters.encode_cpu_s,
            return_cpu_s=counters.return_cpu_s,
        )

    def decode_waiting(self) -> int:
        """One round of the decode thread; for a caller that brings its own time."""
        return self._sources.decode_waiting()

    def draw(self) -> None:
        """One round of the drawing thread: make the newest scene ready."""
        self._scene_changed.clear()
        with self._lock:
            scene = self._scene
        self._scenery = self._painter.paint(scene, hurried=True)
        if self._painter.unfinished and not self._scene_changed.is_set():
            self._scenery = self._painter.paint(scene)

    def tick(self, index: int, wall_ms: int) -> None:
        """Make picture ``index`` of the grid; ``wall_ms`` is what the speech clock goes by."""
        scenery = self._scenery
        if scenery is None:
            return
        began = time.thread_time()
        self._compositor.compose(scenery, self._sources, index, wall_ms)
        composed = time.thread_time()
        self._encode_program(index)
        encoded = time.thread_time()
        self._encode_return(index)
        counters = self._counters
        counters.ticks += 1
        counters.compose_cpu_s += composed - began
        counters.encode_cpu_s += encoded - composed
        counters.return_cpu_s += time.thread_time() - encoded

    def _encode_program(self, index: int) -> None:
        key = index % self._fmt.gop == 0
        if self._program is None:
            if not key:
                return  # The first picture out is a key picture, and those lie on the grid.
            self._program = ProgramEncoder(self._fmt, self._bitrate_kbps, self._preset)
        picture = self._program.encode(self._compositor.frame, index, key=key)
        self._counters.program_pictures += 1
        self._counters.program_bytes += len(picture.data)
        self._on_program(picture)

    def _encode_return(self, index: int) -> None:
        if not self._return_wanted:
            self._return = None
            return
        key = self._return is None or self._return_key_due(index)
        if self._return is None:
            fmt = PictureFormat(self._rung.width_px, self._rung.height_px, self._fmt.fps)
            self._return = ReturnEncoder(fmt, self._fmt, self._rung.bitrate_kbps, self._rung.effort)
        if key:
            self._key_wanted = self._key_wanted_by_join = False
            self._last_return_key = index
        for picture in self._return.encode(self._compositor.frame, index, key=key):
            self._counters.return_pictures += 1
            self._counters.return_bytes += len(picture.data)
            self._on_return(picture)

    def _return_key_due(self, index: int) -> bool:
        spacing = JOIN_KEY_SPACING_S if self._key_wanted_by_join else RETURN_KEY_SPACING_S
        return self._key_wanted and index - self._last_return_key >= spacing * self._fmt.fps

    def _draw_until_stopped(self) -> None:
        self.draw()
        self._painter.warm()
        while not self._stop.is_set():
            self._scene_changed.wait()
            if not self._stop.is_set():
                self.draw()

    def _compose_until_stopped(self) -> None:
        fps = self._fmt.fps
        last = int(now_s() * fps)
        while True:
            if self._stop.wait(max(0.0, (last + 1) / fps - now_s())):
                return
            index = next_index(last, int(now_s() * fps), self._fmt.gop)
            self._counters.skipped += index - last - 1
            self.tick(index, time.time_ns() // 1_000_000)
            if now_s() * fps >= index + 2:
                self._counters.late += 1
            last = index


def _named(name: str, body: Callable[[], None]) -> None:
    priority.name_thread(name)
    body()
