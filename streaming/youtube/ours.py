"""What an output to YouTube has been doing lately."""

from collections import deque

from streaming.outputs.order import Report
from streaming.outputs.vitals import Vitals
from streaming.youtube.faults import Fault, Faults, Signs, found
from streaming.youtube.known import SENDING, Ours
from streaming.youtube.side import OutputSide
from venue.broadcast_outputs import broadcast_of, program_since
from venue.ids import Instant, OutputId
from venue.room import Room
from venue.turns import Phase

WINDOW_MS = 6_000
SETTLING_MS = 3_000
"""After a change between slate and program, what was late or filled in belongs to the change."""

LATE_PACKETS = 10
"""More of them in a window are no hiccup."""
FILLED_FRAMES = 20


class Pulse:
    """Counters of one output over a short while."""

    def __init__(self) -> None:
        self._samples: deque[tuple[Instant, int, Report]] = deque(maxlen=64)
        self._faults = Faults()
        self._cover = ""
        self._settled_at = 0
        self._speaker = "", Instant(0)
        self.taken_ms = 0
        """For how long the target has been taking the tone, without a break."""

    def take(self, output: OutputSide | None, room: Room, now: Instant) -> Ours:
        """Look at the output now."""
        panic, on_air = room.broadcasts.panic, _has_program(output, room)
        if output is None:
            self._forget()
            self.taken_ms = 0
            return Ours(panic=panic, on_air=on_air)
        if output.order.cover != self._cover:
            self._cover, self._settled_at = output.order.cover, now + SETTLING_MS
        self._count_taken(output, now)
        if now < self._settled_at:
            self._forget()
        self._samples.append((now, output.sent_bytes, output.report))
        while now - self._samples[0][0] > WINDOW_MS:
            self._samples.popleft()
        first_at, first_bytes, _ = self._samples[0]
        kbps = _kbps(output.sent_bytes - first_bytes, now - first_at)
        return Ours(
            output_state=output.state,
            output_error=output.last_error,
            kbps=kbps,
            retries=output.retries,
            fault=self._fault(output, room, kbps, now),
            panic=panic,
            on_air=on_air,
        )

    def _count_taken(self, output: OutputSide, now: Instant) -> None:
        if output.order.cover != "tone" or output.state not in SENDING:
            self.taken_ms = 0
        elif self._samples and output.sent_bytes > self._samples[-1][1]:
            self.taken_ms += now - self._samples[-1][0]

    def _forget(self) -> None:
        self._samples.clear()
        self._faults.forget()

    def _speaking_ms(self, room: Room, on_air: bool, now: Instant) -> int:
        who = _who_speaks(room) if on_air else ""
        if who != self._speaker[0]:
            self._speaker = who, now
        return now - self._speaker[1] if who else 0

    def _fault(
        self, output: OutputSide, room: Room, kbps: int | None, now: Instant
    ) -> Fault | None:
        before, after = self._samples[0][2], output.report
        lost, lost_before = _lost(after), _lost(before)
        return self._faults.take(
            found(
                Signs(
                    shown=output.order.cover == "program",
                    engine_up=room.program.engine == "up",
                    slate=after.slate_gops > before.slate_gops,
                    filled=after.silent_frames - before.silent_frames > FILLED_FRAMES,
                    slow_kbps=(kbps or 0) if output.state == "degraded" else None,
                    late=after.late_packets + lost - before.late_packets - lost_before
                    > LATE_PACKETS,
                    speaking_ms=self._speaking_ms(room, _has_program(output, room), now),
                    vitals=after.vitals or Vitals(),
                )
            ),
            now,
        )


def _lost(report: Report) -> int:
    return 0 if report.vitals is None else report.vitals.lost_pictures


def _has_program(output: OutputSide | None, room: Room) -> bool:
    since = room.program.on_air_since
    if output is not None:
        broadcast = broadcast_of(room.broadcasts, OutputId(output.order.output))
        since = since if broadcast is None else program_since(broadcast, since)
    return since is not None


def _who_speaks(room: Room) -> str:
    """Muted or not: a speaker who is not heard must be told.  Empty: nobody."""
    floor = room.floor
    current = floor.current
    if current is not None and current.phase is Phase.SPEAKING and floor.mode != "chair_only":
        return current.turn.turn
    return "chair" if floor.chair_open else ""


def _kbps(moved_bytes: int, span_ms: int) -> int | None:
    """Rounded, so that a figure in a sentence does not change all the time."""
    if span_ms < WINDOW_MS // 2:
        return None
    if moved_bytes <= 0:
        return 0
    return max(100, round(moved_bytes * 8 / span_ms / 100) * 100)
