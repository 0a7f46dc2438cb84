"""Our receiver of one m-line: RTP in, complete pictures or sound packets out, at once.

It stands in for ``aiortc.RTCRtpReceiver``.  It has no thread, no task and no queue; the only
timer is armed while packets are missing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.stats import RTCStatsReport

from streaming.packets import VideoCodec
from streaming.rtc import rtcp
from streaming.rtc.assembly import AssemblyStats, Deliver, PictureAssembler
from streaming.rtc.extension import MID_URI, link_of
from streaming.rtc.link import SecureLink
from streaming.rtc.sender_clock import SenderClock

DeliverSound = Callable[[int, int, bytes, float], None]
"""sequence, RTP timestamp, Opus payload, arrival (monotonic seconds)."""

_REMB_FLOOR_KBPS = 100
_VIDEO_HZ = 90_000
_SOUND_HZ = 48_000


@dataclass(slots=True)
class StreamStats:
    """RTP statistics of the stream now being received (RFC 3550 appendix A)."""

    ssrc: int = 0
    packets: int = 0
    bytes: int = 0
    base: int = 0
    highest: int = 0
    jitter: float = 0.0
    transit: float = 0.0
    last_in_s: float = 0.0
    prior_expected: int = 0
    prior_packets: int = 0
    prior_bytes: int = 0
    fraction_lost: int = 0
    """Of 256, in the last report."""

    @property
    def expected(self) -> int:
        """Packets that should have come."""
        return self.highest - self.base + 1 if self.packets else 0

    def count(self, ssrc: int, seq: int, size: int) -> None:
        """Take one packet of the main stream into account."""
        if ssrc != self.ssrc or not self.packets:
            self._restart(ssrc, seq)
        ahead = ((seq - self.highest + 0x8000) & 0xFFFF) - 0x8000
        if ahead > 0:
            self.highest += ahead
        self.packets += 1
        self.bytes += size

    def _restart(self, ssrc: int, seq: int) -> None:
        self.ssrc = ssrc
        self.packets = self.prior_expected = self.prior_packets = 0
        self.base = self.highest = seq
        self.jitter = self.transit = 0.0

    def measure_jitter(self, transit: float) -> None:
        """Smooth the change of transit time, in clock units."""
        if self.transit:
            self.jitter += (abs(transit - self.transit) - self.jitter) / 16
        self.transit = transit


class RtpReceiver:
    """Receives one m-line of one peer."""

    def __init__(self, kind: str, transport: RTCDtlsTransport) -> None:
        self.kind = kind
        self.transport = transport
        self._track: Any = None
        self._enabled = True
        self.on_picture: Deliver | None = None
        self.on_sound: DeliverSound | None = None
        self.cap_kbps = 2500
        self.paused = False
        """Nobody sees this picture: count its packets, assemble nothing."""
        self.stats = StreamStats()
        self.clock = SenderClock(_SOUND_HZ if kind == "audio" else _VIDEO_HZ)
        """For lip sync."""
        self._report_ntp: int | None = None
        self._report_arrival_s = 0.0
        self._estimate_kbps = 0.0
        self._assembler = PictureAssembler(self._deliver)
        self._codecs: dict[int, VideoCodec | None] = {}
        self._repairs: dict[int, int] = {}
        self._repair_ssrcs: set[int] = set()
        self._link: SecureLink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = 0.0
        self._own_ssrc = 1

    # What RTCPeerConnection needs of a receiver.

    @property
    def track(self) -> Any:
        """The W3C track; nobody reads it."""
        return self._track

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Move to the transport of the bundle."""
        self.transport = transport

    def _set_rtcp_ssrc(self, ssrc: int) -> None:
        self._own_ssrc = ssrc

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Begin to take packets; called once the transport is secure."""
        if self._link is not None:
            return
        for codec in parameters.codecs:
            number = codec.payloadType or 0
            name = codec.name.lower()
            if name == "rtx":
                apt = codec.parameters.get("apt")
                self._repairs[number] = apt if isinstance(apt, int) else -1
            else:
                self._codecs[number] = VideoCodec(name) if self.kind == "video" else None
        extensions = {extension.uri: extension.id for extension in parameters.headerExtensions}
        ssrcs = {encoding.ssrc for encoding in parameters.encodings}
        ssrcs |= {encoding.rtx.ssrc for encoding in parameters.encodings if encoding.rtx}
        types = [*self._codecs, *self._repairs]
        self._link = link_of(self.transport)
        self._link.add_sink(self, parameters.muxId, extensions.get(MID_URI, 0), list(ssrcs), types)

    async def stop(self) -> None:
        """Take no more; nothing to join."""
        self._link = None
        self.on_picture = self.on_sound = None
        if self._timer is not None:
            self._timer.cancel()

    def _handle_disconnect(self) -> None:
        """The peer's transport ended; its liveness is watched elsewhere."""

    async def getStats(self) -> RTCStatsReport:
        """The W3C report; ours are in ``stats``."""
        return RTCStatsReport()

    # The packet path.

    def rtp_received(
        self,
        payload_type: int,
        marker: bool,
        seq: int,
        timestamp: int,
        ssrc: int,
        payload: bytes,
        now: float,
    ) -> None:
        """Take one packet."""
        if payload_type in self._repairs:
            payload_type = self._repairs[payload_type]
            if len(payload) < 3 or self.stats.packets == 0:
                return
            seq, payload = int.from_bytes(payload[:2], "big"), payload[2:]
        else:
            if ssrc != self.stats.ssrc:
                self.clock.forget()
                self._report_ntp = None
                self._assembler.reset()
            self.stats.count(ssrc, seq, len(payload))
            self.stats.last_in_s = now
        if payload_type not in self._codecs:
            return
        codec = self._codecs[payload_type]
        if codec is None:
            self.stats.measure_jitter(now * _SOUND_HZ - timestamp)
            if self.on_sound is not None and payload:
                self.on_sound(seq, timestamp, payload, now)
            return
        if marker:
            self.stats.measure_jitter(now * _VIDEO_HZ - timestamp)
        if self.paused:
            return
        self._assembler.add(codec, seq, timestamp, marker, payload, now)
        if self._assembler.restless:
            self._service(now)

    def sender_report(self, ssrc: int, ntp: int, rtp: int, now: float) -> None:
        """Keep the pair that ties this stream's timestamps to the sender's clock."""
        if ssrc == self.stats.ssrc:
            self.clock.learn(ntp, rtp)
            self._report_ntp = ntp
            self._report_arrival_s = now

    def _deliver(
        self, codec: VideoCodec, data: bytes, timestamp: int, key: bool, now: float
    ) -> None:
        if self.on_picture is not None:
            self.on_picture(codec, data, timestamp, key, now)

    # Feedback.

    @property
    def assembly(self) -> AssemblyStats:
        """Counters of the picture assembler."""
        return self._assembler.stats

    def set_round_trip(self, rtt_s: float) -> None:
        """Pace repeated requests by the path's round trip."""
        self._assembler.rtt_s = rtt_s

    def pause(self, paused: bool) -> None:
        """Stop or begin again to assemble pictures; the first one is then a key frame."""
        if paused != self.paused:
            self.paused = paused
            self._assembler.reset()

    def request_key(self) -> None:
        """Ask for a key frame, at most every 500 ms."""
        self._assembler.request_key()
        self._service(asyncio.get_running_loop().time())

    def _service(self, now: float) -> None:
        """Send what is due, and wake up when the next thing is."""
        next_s = self._assembler.next_s()
        if next_s is None or self._link is None or not self.stats.packets:
            return
        if next_s <= now:
            nacks, pli = self._assembler.due(now)
            self._request(nacks, pli)
            next_s = self._assembler.next_s()
            if next_s is None:
                return
        if self._timer is None or self._timer.cancelled() or self._timer_s > next_s:
            if self._timer is not None:
                self._timer.cancel()
            self._timer_s = next_s
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.001, next_s - now), self._timed)

    def _timed(self) -> None:
        self._timer = None
        self._service(asyncio.get_running_loop().time())

    def _request(self, nacks: Sequence[int], pli: bool) -> None:
        if self._link is None or not (nacks or pli):
            return
        packet = rtcp.receiver_report(self._own_ssrc, ())
        if nacks:
            packet += rtcp.nack(self._own_ssrc, self.stats.ssrc, nacks[:256])
        if pli:
            packet += rtcp.picture_loss(self._own_ssrc, self.stats.ssrc)
        self._link.send_rtcp(packet)

    def report(self, now: float, interval_s: float) -> None:
        """Send the receiver report and, for pictures, the allowed rate."""
        stats = self.stats
        if self._link is None or not stats.packets:
            return
        packet = rtcp.receiver_report(self._own_ssrc, (self._block(now),))
        if self.kind == "video":
            rate = self._allow(stats.bytes - stats.prior_bytes, interval_s)
            packet += rtcp.receiver_maximum(self._own_ssrc, stats.ssrc, rate * 1000)
        stats.prior_bytes = stats.bytes
        self._link.send_rtcp(packet)

    def _block(self, now: float) -> rtcp.ReportBlock:
        stats = self.stats
        expected = stats.expected - stats.prior_expected
        lost = expected - (stats.packets - stats.prior_packets)
        stats.prior_expected, stats.prior_packets = stats.expected, stats.packets
        stats.fraction_lost = max(0, min(255, lost * 256 // expected)) if expected > 0 else 0
        last = delay = 0
        if self._report_ntp is not None:
            last = self._report_ntp >> 16 & 0xFFFFFFFF
            delay = int((now - self._report_arrival_s) * 65536)
        return rtcp.ReportBlock(
            ssrc=stats.ssrc,
            fraction_lost=stats.fraction_lost,
            lost=stats.expected - stats.packets,
            highest_sequence=stats.highest,
            jitter=int(stats.jitter),
            last_report=last,
            delay=delay,
        )

    def _allow(self, received_bytes: int, interval_s: float) -> int:
        """Follow loss: down with what came through above 10 %, slowly up below 2 %."""
        came_kbps = received_bytes * 8 / 1000 / max(interval_s, 0.1)
        estimate = self._estimate_kbps or self.cap_kbps
        if self.stats.fraction_lost > 26:
            estimate = min(estimate, came_kbps) * 0.85
        elif self.stats.fraction_lost < 5:
            estimate *= 1.08
        self._estimate_kbps = max(_REMB_FLOOR_KBPS, min(estimate, self.cap_kbps))
        return int(self._estimate_kbps)
