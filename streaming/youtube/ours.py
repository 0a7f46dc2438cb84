"""What an output to YouTube has been doing lately."""

from collections import deque
from typing import Protocol

from streaming.outputs.order import Order
from streaming.youtube.verdict import Ours
from venue.ids import Instant
from venue.room import Room

WINDOW_MS = 6_000
SETTLING_MS = 3_000
"""After a change between slate and program, what was late or filled in belongs to the change."""

LATE_PACKETS = 10
"""More of them in a window are no hiccup."""


class OutputSide(Protocol):
    """The keeper of an output, as far as it is asked."""

    order: Order
    state: str
    sent_bytes: int
    slate_gops: int
    silent_frames: int
    late_packets: int
    last_error: str | None

    @property
    def retries(self) -> int: ...


class Pulse:
    """Counters of one output over a short while."""

    def __init__(self) -> None:
        self._samples: deque[tuple[Instant, int, int, int, int]] = deque(maxlen=64)
        self._cover = ""
        self._settled_at = 0

    def take(self, output: OutputSide | None, room: Room, now: Instant) -> Ours:
        """Look at the output now."""
        panic, on_air = room.broadcasts.panic, room.program.on_air_since is not None
        if output is None:
            self._samples.clear()
            return Ours(engine=room.program.engine, panic=panic, on_air=on_air)
        if output.order.cover != self._cover:
            self._cover, self._settled_at = output.order.cover, now + SETTLING_MS
        if now < self._settled_at:
            self._samples.clear()
        counters = output.slate_gops, output.silent_frames, output.late_packets
        self._samples.append((now, output.sent_bytes, *counters))
        while now - self._samples[0][0] > WINDOW_MS:
            self._samples.popleft()
        first = self._samples[0]
        span_ms = now - first[0]
        shown = output.order.cover == "program"
        return Ours(
            output_state=output.state,
            output_error=output.last_error,
            kbps=_kbps(output.sent_bytes - first[1], span_ms),
            retries=output.retries,
            engine=room.program.engine if shown else "up",
            slate=shown and output.slate_gops > first[2],
            silent=shown and output.silent_frames - first[3] > 20,
            late=shown and output.late_packets - first[4] > LATE_PACKETS,
            panic=panic,
            on_air=on_air,
        )


def _kbps(moved_bytes: int, span_ms: int) -> int | None:
    """Rounded, so that a figure in a sentence does not change all the time."""
    if span_ms < WINDOW_MS // 2:
        return None
    if moved_bytes <= 0:
        return 0
    return max(100, round(moved_bytes * 8 / span_ms / 100) * 100)
