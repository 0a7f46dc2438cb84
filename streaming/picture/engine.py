"""The picture of one room: coded pictures and scenes in, the coded program out.

loop        push, set_scene, ...      never waits for a codec
decode      coded pictures of staged seats -> the newest picture of each
drawing     scene -> scenery (text and cards are slow to draw, and may be late)
compose     on the grid of the media clock: tiles, captions, encoders, callbacks
LANGUAGE    the same for a picture written in one language, if a session has such
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from streaming import priority
from streaming.mediatime import PictureFormat
from streaming.packets import EncodedPicture
from streaming.picture.canvas import new_frame, planes_of
from streaming.picture.encoders import ProgramEncoder, ReturnEncoder
from streaming.picture.grid import run_on_grid
from streaming.picture.layout import Plan
from streaming.picture.rendition import Coding, Rendition
from streaming.picture.scenery import SceneryPainter, plan_of
from streaming.picture.sources import Sources
from venue.ids import Language, SeatId
from venue.scene import Layout, Scene, SecondLanguage

log = logging.getLogger(__name__)

RETURN_KEY_SPACING_S = 1.0
"""Requests for a key picture of the return are answered at most so often."""

JOIN_KEY_SPACING_S = 0.5
"""The same for somebody who has just joined."""


NONE_OWN: Mapping[Language, Callable[[EncodedPicture], None]] = MappingProxyType({})

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
    own_pictures: int
    """Of the languages with a picture of their own."""
    own_cpu_s: float


@dataclass(slots=True)
class _Counters:
    """What the compose thread counts."""

    ticks: int = 0
    return_pictures: int = 0
    return_bytes: int = 0
    return_cpu_s: float = 0.0


def wanted_by(plan: Plan, scene: Scene) -> dict[SeatId, tuple[int, int]]:
    """The seats to decode and their sizes: who is seen, and who may sign the next moment."""
    wanted = {tile.seat: (tile.rect.width_px, tile.rect.height_px) for tile in plan.tiles}
    if plan.signer is not None and scene.signer is not None:
        size = plan.signer.width_px, plan.signer.height_px
        for seat in (scene.signer, *scene.next_signers):
            wanted.setdefault(seat, size)
    return wanted


def slate_of(scene: Scene) -> Scene:
    """The scene when there is nothing to show."""
    second = scene.second and SecondLanguage(scene.second.language, scene.second.title)
    return Scene(
        layout=Layout.SLATE,
        title=scene.title,
        language=scene.language,
        second=second,
        accent=scene.accent,
    )


class PictureEngine:
    """Composes and encodes one room; every method may be called from any thread."""

    def __init__(
        self,
        fmt: PictureFormat,
        on_program: Callable[[EncodedPicture], None],
        on_return: Callable[[EncodedPicture], None],
        *,
        coding: Coding,
        rung: ReturnRung | None = None,
        move_s: float = MOVE_S,
        own: Mapping[Language, Callable[[EncodedPicture], None]] = NONE_OWN,
    ) -> None:
        """Make the shared picture, the return, and one for each language of ``own``."""
        self._fmt = fmt
        self._on_return = on_return
        self._coding = coding
        self._rung = rung or ReturnRung()
        self._sources = Sources()
        self.shared = Rendition(fmt, coding, self._sources, on_program, move_s)
        self.own = {
            language: Rendition(fmt, coding, self._sources, on_picture, move_s)
            for language, on_picture in own.items()
        }
        self._painter = SceneryPainter(fmt.width_px, fmt.height_px)
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
        self._wanted: Mapping[SeatId, tuple[int, int]] = {}
        self._stop = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()
        self._slates: dict[Language | None, tuple[Scene, tuple[EncodedPicture, ...]]] = {}

    def start(self) -> None:
        """Begin to compose on the media clock."""
        shared = partial(run_on_grid, self._fmt, self._stop, self.tick, self.shared.grid)
        bodies: dict[str, Callable[[], None]] = {
            "picture-decode": self._sources.run,
            "picture-drawing": self._draw_until_stopped,
            "picture-compose": shared,
        }
        for language, own in self.own.items():
            bodies[f"picture-{language}"] = partial(
                run_on_grid, self._fmt, self._stop, own.tick, own.grid
            )
        self._threads = tuple(
            threading.Thread(target=_named, args=(name, body), name=name, daemon=True)
            for name, body in bodies.items()
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

    def slate_gop(self, language: Language | None = None) -> tuple[EncodedPicture, ...]:
        """One GOP of the session's slate with the program's parameters, times from zero.

        Takes a good part of a second: not for the loop to call.  With a language, the slate of its
        own picture.
        """
        with self._lock:
            scene = self._scene if language is None else self._scene.own[language]
        wanted = slate_of(scene)
        kept = self._slates.get(language)
        if kept is not None and kept[0] == wanted:
            return kept[1]
        # A painter of its own: font faces belong to one thread.
        painter = SceneryPainter(self._fmt.width_px, self._fmt.height_px)
        frame = new_frame(self._fmt.width_px, self._fmt.height_px)
        planes_of(frame).paste(painter.paint(wanted).backdrop)
        encoder = ProgramEncoder(self._fmt, self._coding.bitrate_kbps, self._coding.preset)
        gop = tuple(encoder.encode(frame, index, key=index == 0) for index in range(self._fmt.gop))
        self._slates[language] = (wanted, gop)
        return gop

    def stats(self) -> PictureStats:
        """Counters until now."""
        counters, sources, shared = self._counters, self._sources.stats, self.shared
        all_pictures = (shared, *self.own.values())
        return PictureStats(
            ticks=counters.ticks,
            late_ticks=shared.grid.late,
            skipped_ticks=sum(one.grid.skipped for one in all_pictures),
            decoded=sources.decoded,
            dropped=sources.dropped,
            unseen=sources.unseen,
            source_errors=sources.errors,
            scaled=sources.scaled + sum(one.compositor.scaled for one in all_pictures),
            program_pictures=shared.pictures,
            program_bytes=shared.bytes,
            return_pictures=counters.return_pictures,
            return_bytes=counters.return_bytes,
            decode_cpu_s=sources.decode_cpu_s,
            scale_cpu_s=sources.scale_cpu_s,
            compose_cpu_s=shared.compose_cpu_s,
            encode_cpu_s=shared.encode_cpu_s,
            return_cpu_s=counters.return_cpu_s,
            own_pictures=sum(one.pictures for one in self.own.values()),
            own_cpu_s=sum(one.compose_cpu_s + one.encode_cpu_s for one in self.own.values()),
        )

    def decode_waiting(self) -> int:
        """One round of the decode thread; for a caller that brings its own time."""
        return self._sources.decode_waiting()

    def draw(self) -> None:
        """One round of the drawing thread: make the newest scene ready."""
        self._scene_changed.clear()
        with self._lock:
            scene = self._scene
        if not self._paint(scene, hurried=True) and not self._scene_changed.is_set():
            self._paint(scene)

    def _paint(self, scene: Scene, *, hurried: bool = False) -> bool:
        """Draw all pictures of a scene, all of one geometry; False: something is missing yet."""
        plan = plan_of(scene, self._fmt.width_px, self._fmt.height_px)
        self.shared.scenery = self._painter.paint(scene, plan, hurried=hurried)
        whole = not self._painter.unfinished
        for language, own in self.own.items():
            written = scene.own.get(language, scene)
            own.scenery = self._painter.paint(written, plan, hurried=hurried)
            whole = whole and not self._painter.unfinished
        return whole

    def tick(self, index: int, wall_ms: int) -> None:
        """Make picture ``index`` of the grid; ``wall_ms`` is what the speech clock goes by.

        The pictures of ``own`` have ticks of their own.
        """
        if not self.shared.tick(index, wall_ms):
            return
        began = time.thread_time()
        self._encode_return(index)
        self._counters.ticks += 1
        self._counters.return_cpu_s += time.thread_time() - began

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
        for picture in self._return.encode(self.shared.compositor.frame, index, key=key):
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


def _named(name: str, body: Callable[[], None]) -> None:
    priority.name_thread(name)
    body()
