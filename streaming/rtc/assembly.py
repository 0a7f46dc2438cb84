"""Complete pictures out of RTP packets that come late, twice, out of order or not at all.

    in order --gap--> repairing --all came--> in order
                      repairing --150 ms, or 512 packets behind--> waiting for a key frame
    waiting for a key frame --its first packet--> in order

A gap is asked for at once and again every max(RTT, 20 ms), four times at most.  Nothing here
reads a clock or sends; ``due`` says what is to be sent.
"""

from collections.abc import Callable
from dataclasses import dataclass

from streaming.packets import VideoCodec
from streaming.rtc.payload import assemble, starts_key

RING_PACKETS = 512
PICTURE_PACKETS = 1024
GIVE_UP_S = 0.15
NACK_TRIES = 5
NACK_GAP_S = 0.02
PLI_GAP_S = 0.5
_JUMP = 3000
"""A sequence number this far off is a new stream, not a loss."""

Deliver = Callable[[VideoCodec, bytes, int, bool, float], None]
"""codec, coded picture, RTP timestamp, key, arrival of its last packet (monotonic seconds)."""


@dataclass(slots=True)
class AssemblyStats:
    """Counters of one incoming picture stream."""

    pictures: int = 0
    repaired: int = 0
    late: int = 0
    nacks: int = 0
    plis: int = 0
    given_up: int = 0
    malformed: int = 0
    awaiting_key: int = 0
    """Packets dropped because no key frame came yet."""


@dataclass(slots=True)
class _Loss:
    since_s: float
    next_s: float
    tries: int = 0


_Packet = tuple[VideoCodec, int, bool, bytes]


class PictureAssembler:
    """Reorders the packets of one stream, asks for lost ones and delivers complete pictures."""

    def __init__(self, deliver: Deliver) -> None:
        self.stats = AssemblyStats()
        self.rtt_s = 0.05
        self._deliver = deliver
        self._highest = -1
        self._expected = -1
        self._ring: dict[int, _Packet] = {}
        self._lost: dict[int, _Loss] = {}
        self._parts: list[bytes] = []
        self._timestamp = 0
        self._waiting = True
        self._pli_wanted = True
        self._pli_next_s = 0.0
        self._started = False

    @property
    def waiting_for_key(self) -> bool:
        """Nothing is delivered before the next key frame."""
        return self._waiting

    @property
    def restless(self) -> bool:
        """Something is missing or wanted: ``due`` is worth asking."""
        return self._pli_wanted or bool(self._lost)

    def reset(self) -> None:
        """Forget the stream; the next one begins with a key frame."""
        self._started = False
        self._ring.clear()
        self._lost.clear()
        self._parts.clear()
        self._waiting = self._pli_wanted = True

    def request_key(self) -> None:
        """Ask the sender for a key frame, though pictures go on being delivered."""
        self._pli_wanted = True

    def add(
        self, codec: VideoCodec, seq: int, timestamp: int, marker: bool, payload: bytes, now: float
    ) -> None:
        """Take one packet (16 bit ``seq``); may deliver pictures before it returns."""
        ahead = ((seq - self._highest + 0x8000) & 0xFFFF) - 0x8000 if self._started else _JUMP
        if not -_JUMP < ahead < _JUMP:
            self._restart(seq)
            ahead = 1
        at = self._highest + ahead
        if at == self._expected and ahead == 1 and not self._waiting:
            self._highest = at
            self._expected = at + 1
            self._consume((codec, timestamp, marker, payload), now)
            return
        self._add_out_of_order(at, (codec, timestamp, marker, payload), now)

    def _restart(self, seq: int) -> None:
        self.reset()
        self._started = True
        self._highest = seq - 1 + 0x10000
        self._expected = self._highest + 1

    def _add_out_of_order(self, at: int, packet: _Packet, now: float) -> None:
        if at < self._expected or at in self._ring:
            self.stats.late += 1
            return
        if self._lost.pop(at, None) is not None:
            self.stats.repaired += 1
        self._ring[at] = packet
        if self._waiting:
            self._try_key(at, packet, now)
            return
        for missing in range(self._highest + 1, at):
            self._lost[missing] = _Loss(now, now)
        self._highest = max(self._highest, at)
        if at - self._expected >= RING_PACKETS:
            self._give_up(now)
        else:
            self._drain(now)

    def _try_key(self, at: int, packet: _Packet, now: float) -> None:
        self._highest = max(self._highest, at)
        if not starts_key(packet[0], packet[3]):
            self.stats.awaiting_key += 1
            while len(self._ring) > RING_PACKETS // 4:
                self._ring.pop(next(iter(self._ring)))
            return
        self._start_at(at, now)

    def _start_at(self, at: int, now: float) -> None:
        self._waiting = self._pli_wanted = False
        self._expected = at
        self._ring = {key: value for key, value in self._ring.items() if key >= at}
        self._lost = {
            missing: _Loss(now, now)
            for missing in range(at, self._highest + 1)
            if missing not in self._ring
        }
        self._drain(now)

    def _drain(self, now: float) -> None:
        while (packet := self._ring.pop(self._expected, None)) is not None:
            self._expected += 1
            self._consume(packet, now)
            if self._waiting:
                return

    def _consume(self, packet: _Packet, now: float) -> None:
        codec, timestamp, marker, payload = packet
        if payload:
            if self._parts and timestamp != self._timestamp:
                self._finish(codec, now)  # a sender that sets no marker
            self._timestamp = timestamp
            self._parts.append(payload)
        if self._parts and (marker or len(self._parts) > PICTURE_PACKETS):
            self._finish(codec, now)

    def _finish(self, codec: VideoCodec, now: float) -> None:
        parts, self._parts = self._parts, []
        try:
            if len(parts) > PICTURE_PACKETS:
                raise ValueError("picture is too large")
            data, key = assemble(codec, parts)
        except ValueError:
            self.stats.malformed += 1
            self._waiting = self._pli_wanted = True
            return
        self.stats.pictures += 1
        self._deliver(codec, data, self._timestamp, key, now)

    def _give_up(self, now: float) -> None:
        """Go on from the first key frame held behind the gap, or wait for one."""
        self.stats.given_up += 1
        self._parts.clear()
        self._lost.clear()
        for at in sorted(self._ring):
            if starts_key(self._ring[at][0], self._ring[at][3]):
                self._start_at(at, now)
                return
        self._ring.clear()
        self._expected = self._highest + 1
        self._waiting = self._pli_wanted = True

    def next_s(self) -> float | None:
        """When ``due`` must be asked next, in monotonic seconds."""
        times = [loss.next_s for loss in self._lost.values() if loss.tries < NACK_TRIES]
        if self._lost:
            times.append(min(loss.since_s for loss in self._lost.values()) + GIVE_UP_S)
        if self._pli_wanted and self._started:
            times.append(self._pli_next_s)
        return min(times, default=None)

    def due(self, now: float) -> tuple[list[int], bool]:
        """Say which sequence numbers (16 bit) to ask for again now, and whether to send a PLI."""
        if any(now - loss.since_s >= GIVE_UP_S for loss in self._lost.values()):
            self._give_up(now)
        nacks = []
        for at, loss in self._lost.items():
            if loss.tries < NACK_TRIES and loss.next_s <= now:
                loss.tries += 1
                loss.next_s = now + max(self.rtt_s, NACK_GAP_S)
                nacks.append(at & 0xFFFF)
        self.stats.nacks += len(nacks)
        pli = self._pli_wanted and self._started and now >= self._pli_next_s
        if pli:
            self.stats.plis += 1
            self._pli_next_s = now + PLI_GAP_S
            self._pli_wanted = self._waiting  # asked again only while nothing can be shown
        return nacks, pli
