"""The sound of one source, from packets that come when they like to one tick every 20 ms.

    idle --packet--> filling --target held--> playing --nothing for 100 ms--> idle

A packet is played when its deadline comes: `target` after the fastest packet of the link would
have arrived.  Order is by timestamp, so reordering costs nothing.  At the deadline a packet that
is not there is recovered from the next one (Opus FEC) or concealed; when nothing at all is there
the position waits, so a burst that is only late is still heard, and whoever waited gets its
delay back by taking out single periods of the voice.  The same splice follows clock drift.

Pure: time and the decoder come in as arguments.  One thread.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol

import numpy as np

from streaming.mediatime import SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.sound import splice
from streaming.sound.delay import DelayEstimator, DelayLimits
from streaming.sound.opus import OpusError
from streaming.sound.pcm import Pcm

MAX_PACKETS: Final = 64
IDLE_AFTER_TICKS: Final = 5
_FADE_AFTER_TICKS: Final = 2
_DTX_BYTES: Final = 2
_RESTART_S: Final = 1.0
"""Transit that jumps by more is another stream, or a clock that was set."""
_FORGET_S: Final = 5.0
"""After such a silence what was learnt of the sender's clock is stale."""
_PAUSE_TICKS: Final = 100
_JUMP_SAMPLES: Final = 4 * 5760
_HYSTERESIS_MS: Final = 3.0
_SURPLUS_MS: Final = 9.0
_URGENT_MS: Final = 30.0
_SPLICE_EVERY_TICKS: Final = 4
_OVERDUE_MS: Final = 160.0


class Decoder(Protocol):
    """What the buffer needs of a codec; sound is float32 of shape (samples,) at 48 kHz."""

    def decode(self, payload: bytes) -> Pcm: ...
    def recover(self, following: bytes, samples: int) -> Pcm: ...
    def conceal(self, samples: int) -> Pcm: ...


class State(Enum):
    IDLE = "idle"
    FILLING = "filling"
    PLAYING = "playing"


@dataclass(slots=True)
class BufferCounters:
    """What happened to one source since it came; packets, unless the name says otherwise."""

    received: int = 0
    late: int = 0
    """Came after their place had been played."""
    lost: int = 0
    """Never came, or too late."""
    concealed: int = 0
    """20 ms stretches that were invented."""
    recovered: int = 0
    """Rebuilt from the copy in the next packet."""
    duplicate: int = 0
    dropped: int = 0
    """Thrown away by us: overflow, overdue or malformed."""
    spliced: int = 0
    """Corrections of the delay by one period."""
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class _Packet:
    sequence: int
    at: int
    payload: bytes


@dataclass(slots=True)
class _Unwrap:
    """Extends a counter of ``bits`` bits to one that never wraps."""

    bits: int
    last: int | None = field(default=None)

    def __call__(self, value: int) -> int:
        if self.last is None:
            self.last = value
            return value
        half = 1 << (self.bits - 1)
        step = ((value - self.last + half) & ((1 << self.bits) - 1)) - half
        extended = self.last + step
        self.last = max(self.last, extended)
        return extended


class AudioBuffer:
    """Adaptive jitter buffer of one Opus source."""

    def __init__(self, decoder: Decoder, limits: DelayLimits | None = None) -> None:
        self._decoder = decoder
        self._delay = DelayEstimator(limits or DelayLimits())
        self.counters = BufferCounters()
        self._start_over()

    def _start_over(self) -> None:
        self._packets: dict[int, _Packet] = {}
        self._sequence = _Unwrap(16)
        self._timestamp = _Unwrap(32)
        self._state = State.IDLE
        self._begun = False
        self._position = 0
        self._played_sequence = -1
        self._packet_samples = TICK_SAMPLES
        self._pending: Pcm = np.zeros(0, np.float32)
        self._owed = 0
        self._dry_ticks = 0
        self._pause = False
        self._since_splice = 0
        self._goal_ms = 0.0
        self._arrival_s = 0.0

    @property
    def target_ms(self) -> float:
        """How long sound is to be held beyond the fastest packet."""
        return self._delay.target_ms

    @property
    def held_packets(self) -> int:
        return len(self._packets)

    @property
    def playing(self) -> bool:
        return self._state is State.PLAYING

    def delay_ms(self, now_s: float) -> float:
        """How long the packet to be decoded next has been held beyond the fastest packet.

        Its sound leaves up to one tick later, when part of the one before is still to be played.
        """
        return (now_s - self._position / SAMPLE_RATE_HZ - self._delay.base_s) * 1000

    def next_timestamp(self) -> int | None:
        """RTP timestamp of the sample that the next ``pull`` begins with; None: nothing plays."""
        if self._state is not State.PLAYING:
            return None
        return (self._position - len(self._pending)) & 0xFFFFFFFF

    def picture_late(self, late_ms: float) -> None:
        """The pictures that go with this sound come ``late_ms`` after it; negative: before."""
        self._delay.picture_late(late_ms)

    def push(self, sequence: int, rtp_timestamp: int, payload: bytes, arrival_s: float) -> None:
        """Take one RTP payload: 16-bit ``sequence``, 32-bit ``rtp_timestamp`` at 48 kHz."""
        self.counters.received += 1
        if not payload:
            self.counters.dropped += 1
            return
        at = self._timestamp(rtp_timestamp)
        transit_s = arrival_s - at / SAMPLE_RATE_HZ
        if self._delay.known and abs(transit_s - self._delay.base_s) > _RESTART_S:
            self._restart()
            at = self._timestamp(rtp_timestamp)
            transit_s = arrival_s - at / SAMPLE_RATE_HZ
        if arrival_s - self._arrival_s > _FORGET_S:
            self._delay.reset()
        self._arrival_s = arrival_s
        packet = _Packet(self._sequence(sequence), at, payload)
        self._delay.observe(transit_s)
        lateness_ms = (transit_s - self._delay.base_s) * 1000 - self._delay.target_ms
        if self._state is State.PLAYING and lateness_ms > 0:
            self._delay.missed(lateness_ms)
        if self._begun and at < self._position:
            self.counters.late += 1
        elif at in self._packets:
            self.counters.duplicate += 1
        else:
            self._keep(packet)

    def _restart(self) -> None:
        self.counters.restarts += 1
        self.counters.dropped += len(self._packets)
        self._start_over()
        self._delay.reset()

    def _keep(self, packet: _Packet) -> None:
        self._packets[packet.at] = packet
        if len(self._packets) > MAX_PACKETS:
            del self._packets[min(self._packets)]
            self.counters.dropped += 1
        if self._state is State.IDLE:
            self._state = State.FILLING

    def pull(self, now_s: float) -> Pcm:
        """The next 20 ms, shape (960,), at the tick that begins at ``now_s``."""
        self._delay.step(TICK_SAMPLES / SAMPLE_RATE_HZ)
        if self._state is State.FILLING:
            self._begin_if_due(now_s)
        if self._state is not State.PLAYING:
            return np.zeros(TICK_SAMPLES, np.float32)
        self._skip_overdue(now_s)
        sound = self._gather(self._pending, now_s)
        self._since_splice += 1
        if self._since_splice >= _SPLICE_EVERY_TICKS and self._state is State.PLAYING:
            sound = self._gather(self._correct(sound, now_s), now_s)
        self._pending = sound[TICK_SAMPLES:]
        return sound[:TICK_SAMPLES]

    def _gather(self, start: Pcm, now_s: float) -> Pcm:
        """``start`` and as many packets as make a tick of it."""
        pieces, length = [start] if len(start) else [], len(start)
        while length < TICK_SAMPLES:
            piece = self._next_piece(now_s)
            pieces.append(piece)
            length += len(piece)
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def _begin_if_due(self, now_s: float) -> None:
        first = min(self._packets)
        held_ms = (now_s - first / SAMPLE_RATE_HZ - self._delay.base_s) * 1000
        if held_ms < self._delay.target_ms:
            return
        self._state = State.PLAYING
        self._begun = True
        self._position = first
        self._played_sequence = self._packets[first].sequence - 1
        self._dry_ticks = self._owed = 0
        self._pause = False

    def _skip_overdue(self, now_s: float) -> None:
        """Jump to the target when a stall has left us far behind."""
        if self.delay_ms(now_s) < self._delay.target_ms + _OVERDUE_MS:
            return
        goal = int((now_s - self._delay.base_s - self._delay.target_ms / 1000) * SAMPLE_RATE_HZ)
        overdue = [at for at in sorted(self._packets) if at + self._packet_samples <= goal]
        if len(overdue) == len(self._packets):
            overdue = overdue[:-1]
        for at in overdue:
            self._played_sequence = self._packets.pop(at).sequence
            self._position = at + self._packet_samples
            self.counters.dropped += 1

    def _next_piece(self, now_s: float) -> Pcm:
        packet = self._packets.pop(self._position, None)
        if packet is not None:
            return self._play(packet)
        if not self._packets:
            return self._run_dry(now_s)
        following = self._packets[min(self._packets)]
        gap = following.at - self._position
        if gap > _JUMP_SAMPLES:
            # The microphone was off, or the link was: wait for the deadline of what comes.
            self._state = State.FILLING
            return np.zeros(TICK_SAMPLES, np.float32)
        if following.sequence == self._played_sequence + 1 or self._pause:
            return self._wait_out(gap)
        if self._owed:
            paid = min(self._owed, gap)
            self._owed -= paid
            self._position += paid
            return np.zeros(0, np.float32)
        return self._bridge(following, gap)

    def _play(self, packet: _Packet) -> Pcm:
        try:
            sound = self._decoder.decode(packet.payload)
        except OpusError:
            self.counters.dropped += 1
            sound = self._decoder.conceal(self._packet_samples)
        self.counters.lost += max(0, packet.sequence - self._played_sequence - 1)
        self._played_sequence = packet.sequence
        self._packet_samples = len(sound)
        self._position = packet.at + len(sound)
        self._forget_before(self._position)
        self._dry_ticks = self._owed = 0
        self._pause = len(packet.payload) <= _DTX_BYTES
        return sound

    def _forget_before(self, position: int) -> None:
        for at in [at for at in self._packets if at < position]:
            del self._packets[at]
            self.counters.dropped += 1

    def _wait_out(self, gap: int) -> Pcm:
        """Nothing was lost: the sender paused (DTX)."""
        samples = min(gap, TICK_SAMPLES)
        self._position += samples
        return self._invent(samples)

    def _bridge(self, following: _Packet, gap: int) -> Pcm:
        """Packets before ``following`` are lost: rebuild the last of them, invent the others."""
        samples = min(gap, self._packet_samples)
        self._position += samples
        if gap == self._packet_samples:
            try:
                sound = self._decoder.recover(following.payload, samples)
            except OpusError:
                self.counters.dropped += 1
            else:
                self.counters.recovered += 1
                return sound
        self.counters.concealed += 1
        return self._invent(samples)

    def _run_dry(self, now_s: float) -> Pcm:
        self._dry_ticks += 1
        if self._pause and self._dry_ticks < _PAUSE_TICKS:
            self._position += TICK_SAMPLES
            return self._decoder.conceal(TICK_SAMPLES)
        if self._dry_ticks > IDLE_AFTER_TICKS:
            self._state = State.IDLE
            self._owed = 0
            return np.zeros(TICK_SAMPLES, np.float32)
        self.counters.concealed += 1
        if self.delay_ms(now_s) > self._delay.target_ms + 2 * _URGENT_MS:
            self._position += TICK_SAMPLES
        else:
            self._owed += TICK_SAMPLES
        return self._fade(self._decoder.conceal(TICK_SAMPLES))

    def _invent(self, samples: int) -> Pcm:
        # libopus conceals in steps of 2.5 ms; a timestamp gap may be anything.
        whole = -(-samples // 120) * 120
        return self._decoder.conceal(whole)[:samples]

    def _fade(self, sound: Pcm) -> Pcm:
        steps = IDLE_AFTER_TICKS - _FADE_AFTER_TICKS
        done = self._dry_ticks - _FADE_AFTER_TICKS
        if done <= 0:
            return sound
        edges = np.linspace(1 - (done - 1) / steps, 1 - done / steps, len(sound), dtype=np.float32)
        return sound * edges

    def _correct(self, sound: Pcm, now_s: float) -> Pcm:
        """Move the delay towards its goal by one period, where the sound allows it."""
        waiting_ms = self.delay_ms(now_s)
        surplus_ms = waiting_ms + len(sound) / 48 - self._goal(waiting_ms)
        if 0 <= surplus_ms <= _SURPLUS_MS:
            return sound
        reach_ms = surplus_ms if surplus_ms > 0 else _SURPLUS_MS - surplus_ms
        lag, match = splice.best_lag(sound, int(reach_ms * 48))
        if match < splice.GOOD_MATCH and abs(surplus_ms) < _URGENT_MS:
            return sound
        self._since_splice = 0
        self.counters.spliced += 1
        return splice.shorten(sound, lag) if surplus_ms > 0 else splice.lengthen(sound, lag)

    def _goal(self, waiting_ms: float) -> float:
        """The least delay at which every packet is held for the target.

        Packets and ticks come in steps, so the hold of a packet can only be the phase between
        them plus whole packets.  The choice has hysteresis: a phase near the edge would hunt.
        """
        step_ms = self._packet_samples / 48
        phase_steps = round((self._goal_ms - waiting_ms) / step_ms)
        goal_ms = waiting_ms + phase_steps * step_ms
        while goal_ms < self._delay.target_ms - _HYSTERESIS_MS:
            goal_ms += step_ms
        while goal_ms > self._delay.target_ms + step_ms + _HYSTERESIS_MS:
            goal_ms -= step_ms
        self._goal_ms = goal_ms
        return goal_ms
