"""The audio thread of a room: sound in from the network loop, mixes and programs out.

Every 20 ms of the media clock is one tick.  Whatever other threads ask for is put in a bounded
inbox and done at the next tick, so that the mixer itself knows one thread only.  Callbacks run on
the audio thread, in the order routes, Opus, AAC.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from streaming import priority
from streaming.mediatime import TICK_SAMPLES, Playout, SampleTime, now_s
from streaming.packets import AacFrame, OpusPacket, stems_of
from streaming.sound.aac import ProgramEncoders
from streaming.sound.activity import FloorVoice
from streaming.sound.buffer import AudioBuffer, BufferCounters
from streaming.sound.delay import DelayLimits
from streaming.sound.encoders import MixEncoders
from streaming.sound.leveller import TICK_S
from streaming.sound.limiter import DELAY_SAMPLES
from streaming.sound.mixer import Mix, Mixer, group_of
from streaming.sound.opus import ENCODER_DELAY_SAMPLES, OpusDecoder
from streaming.sound.pcm import Pcm
from streaming.sound.routes import WARM_TICKS, Heard, Listener, Routes
from streaming.sound.voices import ON_FLOOR, Role, Voices
from venue.ids import Language, SeatId
from venue.scene import Scene

logger = logging.getLogger(__name__)

ListenerId = str
TICKS_PER_S: Final = 50
MAX_INBOX: Final = 4096
MAX_CATCH_UP_TICKS: Final = 10


@dataclass(frozen=True, slots=True)
class SourceStats:
    """One source: its buffer now, and what happened to it."""

    target_ms: float
    delay_ms: float
    playing: bool
    counters: BufferCounters


@dataclass(frozen=True, slots=True)
class SoundStats:
    """The engine since it was made."""

    ticks: int = 0
    late_ticks: int = 0
    """Begun more than a tick after their time."""
    skipped_ticks: int = 0
    failed_ticks: int = 0
    inbox_dropped: int = 0
    refused_sources: int = 0
    refused_mixes: int = 0
    encoders: int = 0
    mixes: int = 0
    listeners: int = 0
    shared_frames: int = 0
    """AAC of tracks that sounded like another's."""
    busy_s: float = 0.0
    """CPU time of the audio thread."""
    sources: Mapping[SeatId, SourceStats] | None = None


class SoundEngine:
    """Mixes one room."""

    def __init__(
        self,
        languages: Sequence[Language],
        on_opus: Callable[[str, OpusPacket], None],
        on_aac: Callable[[AacFrame], None],
        on_routes: Callable[[Mapping[ListenerId, str]], None],
        *,
        limits: DelayLimits | None = None,
    ) -> None:
        self._on_opus = on_opus
        self._on_routes = on_routes
        self._limits = limits
        tracks = dict.fromkeys((*languages, *stems_of(tuple(dict.fromkeys(languages)))))
        self._programs = ProgramEncoders(tuple(tracks), on_aac)
        self._scene = Scene()
        self._inbox: deque[Callable[[], None]] = deque()
        self._inbox_dropped = 0
        self._buffers: dict[SeatId, AudioBuffer] = {}
        self._leaving: set[SeatId] = set()
        self._voices = Voices()
        self._mixer = Mixer(tuple(dict.fromkeys(languages)))
        self._routes = Routes()
        self._encoders = MixEncoders()
        self._routes_changed = False
        self._stats = SoundStats()
        self._levels: Mapping[SeatId, float] = {}
        self._silent: frozenset[SeatId] = frozenset()
        self._voice = FloorVoice()
        self._playouts: Mapping[SeatId, Playout] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    # From any thread.

    def start(self) -> None:
        """Start the audio thread.

        Raises:
            RuntimeError: It has been started before.
        """
        if self._thread is not None:
            raise RuntimeError("a sound engine is started once")
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the tick that is running; returns within about one tick."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=1.0)

    def set_scene(self, scene: Scene) -> None:
        """Do what ``scene`` says from the next tick; the newest wins."""
        self._scene = scene

    def push(
        self, seat: SeatId, sequence: int, rtp_timestamp: int, payload: bytes, arrival_s: float
    ) -> None:
        """Take one Opus RTP payload; ``arrival_s`` is media time (``mediatime.now_s``)."""
        if len(self._inbox) >= MAX_INBOX:
            self._inbox_dropped += 1
            return
        self._inbox.append(partial(self._take, seat, sequence, rtp_timestamp, payload, arrival_s))

    def remove(self, seat: SeatId) -> None:
        """The seat's sound is gone; a later push begins anew."""
        self._inbox.append(partial(self._remove, seat))

    def add_listener(self, listener: ListenerId, seat: SeatId | None, language: Language) -> None:
        """Send ``listener`` a mix without the group of ``seat``; a monitor (None) gets all of it.

        What the scene says a seat listens to goes before ``language``.
        """
        self._inbox.append(partial(self._routes.add, listener, Listener(seat, language)))

    def remove_listener(self, listener: ListenerId) -> None:
        self._inbox.append(partial(self._remove_listener, listener))

    def report_loss(self, listener: ListenerId, percent: int) -> None:
        """Say what a listener loses (its receiver reports): its mix gets FEC from 2 % on."""
        self._inbox.append(partial(self._routes.report_loss, listener, percent))

    def picture_late(self, seat: SeatId, late_ms: float) -> None:
        """The seat's pictures come ``late_ms`` after its sound (negative: before)."""
        self._inbox.append(partial(self._wait_for_picture, seat, late_ms))

    def playout(self, seat: SeatId) -> Playout | None:
        """Which sample of the seat leaves when; None while nothing of it plays."""
        return self._playouts.get(seat)

    def silent_booths(self) -> frozenset[SeatId]:
        """Interpreters on air who say nothing while the floor speaks."""
        return self._silent

    def voice(self) -> SeatId | None:
        """Whose voice the floor is, of several open microphones."""
        return self._voice.seat

    def levels(self) -> Mapping[SeatId, float]:
        """dBFS of every source, before gain and gate."""
        return self._levels

    def stats(self) -> SoundStats:
        """Counters as of the last tick."""
        return replace(self._stats, inbox_dropped=self._inbox_dropped)

    # On the audio thread.

    def tick(self, index: int) -> None:
        """Make tick ``index``: the 20 ms of sound that begin at media time ``index / 50`` s."""
        scene, at_s = self._scene, index * TICK_S
        for _ in range(len(self._inbox)):
            self._inbox.popleft()()
        self._let_go()
        speaking = self._voices.speaking()
        self._voice.step(speaking, scene.open_microphones)
        lines = self._mixer.language_buses.step(scene, speaking)
        self._silent = frozenset(
            scene.booths[one] for one in self._mixer.language_buses.silent() if one in scene.booths
        )
        wanted = self._open_gates(scene)
        self._announce_routes()
        sound = self._voices.tick(lambda seat: self._buffers[seat].pull(at_s), wanted)
        self._note_playouts(at_s + TICK_S)
        mixes = self._encoders.admit(index, self._routes.wanted())
        mixed = self._mixer.tick(scene, self._voices, sound, lines, mixes)
        self._send(index, mixed.mixes)
        self._programs.tick(index, mixed.programs, DELAY_SAMPLES)
        self._levels = self._voices.levels()
        self._count(at_s, len(mixes))

    def _open_gates(self, scene: Scene) -> dict[SeatId, Role]:
        """Plan routes for what is to be heard, and hold back what somebody must not hear yet."""
        wanted = _roles(scene)
        heard = {}
        for seat in self._voices.seats:
            audible = self._voices.audible(seat)
            role = self._voices.role(seat) if audible else wanted.get(seat)
            if role is not None:
                heard[seat] = Heard(group_of(scene, seat), role, audible)
        self._routes.plan(scene, heard, self._mixer.bus_of)
        self._routes_changed |= self._routes.switch(
            lambda mix: self._encoders.run(mix) >= WARM_TICKS
        )
        exposed = self._routes.exposed_groups()
        return {
            seat: role
            for seat, role in wanted.items()
            if seat not in self._leaving and group_of(scene, seat) not in exposed
        }

    def _note_playouts(self, following_s: float) -> None:
        self._playouts = {
            seat: Playout((timestamp - ENCODER_DELAY_SAMPLES) & 0xFFFFFFFF, following_s)
            for seat, buffer in self._buffers.items()
            if (timestamp := buffer.next_timestamp()) is not None
        }

    def _wait_for_picture(self, seat: SeatId, late_ms: float) -> None:
        if (buffer := self._buffers.get(seat)) is not None:
            buffer.picture_late(late_ms)

    def _announce_routes(self) -> None:
        if self._routes_changed:
            self._routes_changed = False
            self._on_routes({name: mix.key for name, mix in self._routes.current.items()})

    def _send(self, index: int, sounds: Mapping[Mix, Pcm]) -> None:
        sent = set(self._routes.current.values())
        packets = self._encoders.encode(index, sounds, self._routes.loss())
        for mix, data in packets.items():
            if mix in sent:
                self._on_opus(mix.key, OpusPacket(data, SampleTime(index * TICK_SAMPLES)))

    def _take(
        self, seat: SeatId, sequence: int, rtp_timestamp: int, payload: bytes, arrival_s: float
    ) -> None:
        buffer = self._buffers.get(seat)
        if buffer is None or seat in self._leaving:
            self._leaving.discard(seat)
            if not self._voices.add(seat):
                self._stats = replace(self._stats, refused_sources=self._stats.refused_sources + 1)
                return
            buffer = self._buffers[seat] = AudioBuffer(OpusDecoder(), self._limits)
        buffer.push(sequence, rtp_timestamp, payload, arrival_s)

    def _remove(self, seat: SeatId) -> None:
        # Its gate closes first: a voice that is cut off clicks.
        if seat in self._buffers:
            self._leaving.add(seat)

    def _let_go(self) -> None:
        for seat in [one for one in self._leaving if not self._voices.audible(one)]:
            self._leaving.discard(seat)
            del self._buffers[seat]
            self._voices.remove(seat)

    def _remove_listener(self, listener: ListenerId) -> None:
        self._routes.remove(listener)
        self._routes_changed = True

    def _count(self, at_s: float, mixes: int) -> None:
        self._stats = replace(
            self._stats,
            ticks=self._stats.ticks + 1,
            refused_mixes=self._encoders.refused,
            encoders=len(self._encoders),
            mixes=mixes,
            listeners=self._routes.listeners,
            shared_frames=self._programs.shared,
            busy_s=time.thread_time(),
        )
        if self._stats.ticks % TICKS_PER_S == 0:
            sources = {seat: _source_stats(one, at_s) for seat, one in self._buffers.items()}
            self._stats = replace(self._stats, sources=sources)

    def _run(self) -> None:
        priority.take(priority.SOUND)
        priority.name_thread("sound")
        following = int(now_s() * TICKS_PER_S) + 1
        while not self._stop.wait(max(0.0, following * TICK_S - now_s())):
            behind = int(now_s() * TICKS_PER_S) - following
            if behind > 0:
                self._stats = replace(self._stats, late_ticks=self._stats.late_ticks + 1)
            if behind > MAX_CATCH_UP_TICKS:
                self._skip(behind)
                following += behind
            self._tick_or_count(following)
            following += 1

    def _tick_or_count(self, index: int) -> None:
        try:
            self.tick(index)
        except Exception:
            # The edge of the thread: one bad tick must not silence the room for good.
            failed = self._stats.failed_ticks + 1
            self._stats = replace(self._stats, failed_ticks=failed)
            if failed % TICKS_PER_S == 1:
                logger.exception("a tick of sound failed (%d so far)", failed)

    def _skip(self, ticks: int) -> None:
        logger.warning("sound skipped %d ticks", ticks)
        self._stats = replace(self._stats, skipped_ticks=self._stats.skipped_ticks + ticks)


def _roles(scene: Scene) -> dict[SeatId, Role]:
    """Who is to be heard, and where: a booth never on the floor."""
    wanted = dict.fromkeys(scene.open_microphones, ON_FLOOR)
    for seat in set(scene.booths.values()) - scene.coughing:
        languages = frozenset(one for one, booth in scene.booths.items() if booth == seat)
        wanted[seat] = Role(languages)
    return wanted


def _source_stats(buffer: AudioBuffer, at_s: float) -> SourceStats:
    return SourceStats(
        round(buffer.target_ms, 1),
        round(buffer.delay_ms(at_s), 1),
        buffer.playing,
        replace(buffer.counters),
    )
