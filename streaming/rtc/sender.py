"""Our sender of one m-line: payloads made once, headers and keys put on for each peer.

It stands in for ``aiortc.RTCRtpSender`` and takes bursts (one coded picture, or one sound packet)
that are already cut into RTP payloads.  Timestamps and sender reports come from the media clock,
so a peer sees sound and picture on one time line.
"""

import random
import struct
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpSendParameters
from aiortc.rtp import RtcpReceiverInfo
from aiortc.stats import RTCStatsReport

from streaming.rtc import rtcp
from streaming.rtc.extension import MID_URI, SEND_TIME_URI, link_of
from streaming.rtc.link import SecureLink

HISTORY_PACKETS = 1024
REPAIRS_PER_REPORT = 400
"""Repeats one peer gets between two reports: a bad link must not take the loop."""

_HEADER = struct.Struct("!BBHII")
_MASK = 0xFFFFFFFF
_Sent = tuple[int, int, bool, bytes]
"""sequence, timestamp, marker, payload."""


@dataclass(frozen=True, slots=True)
class Burst:
    """One picture or sound packet, cut into RTP payloads that all peers share."""

    payloads: tuple[bytes, ...]
    at: int
    """In units of the RTP clock, on the media clock."""
    key: bool = True


@dataclass(slots=True)
class SenderStats:
    """What one peer was sent and what it says of it."""

    packets: int = 0
    octets: int = 0
    repairs: int = 0
    repairs_refused: int = 0
    key_requests: int = 0
    fraction_lost: int = 0
    """Of 256, in the peer's last report."""
    loss_changed: bool = False
    """A report has come that nobody has looked at."""
    rtt_s: float = 0.0
    maximum_kbps: int = 0
    """The peer's REMB; 0 when it sent none."""

    def take_loss_changed(self) -> bool:
        """Say whether the loss has changed since the last look."""
        changed, self.loss_changed = self.loss_changed, False
        return changed


class RtpSender:
    """Sends one m-line to one peer."""

    def __init__(self, track_or_kind: Any, transport: RTCDtlsTransport) -> None:
        given = isinstance(track_or_kind, MediaStreamTrack)
        self.kind: str = track_or_kind.kind if given else track_or_kind
        self.transport = transport
        self.track: Any = None
        self.replaceTrack(track_or_kind if given else None)
        self._enabled = True
        self._ssrc = random.getrandbits(32)
        self._rtx_ssrc = random.getrandbits(32)
        self._stream_id = str(uuid.uuid4())
        self.stats = SenderStats()
        self.on_ready: Callable[[RtpSender], None] | None = None
        self.on_key_request: Callable[[], None] | None = None
        self.codec: RTCRtpCodecParameters | None = None
        """Which of the negotiated codecs to send; chosen by the peer before it is connected."""
        self._clock_hz = 90_000
        self._payload_type = 0
        self._repair_type: int | None = None
        self._link: SecureLink | None = None
        self._sequence = random.getrandbits(15)
        self._repair_sequence = random.getrandbits(15)
        self._origin = random.getrandbits(32)
        self._history: list[_Sent | None] = [None] * HISTORY_PACKETS
        self._repairs_left = REPAIRS_PER_REPORT
        self._extension = b""
        self._padding = b""
        self._stamped = False
        self._flags = 0x80
        self._cname = ""
        self._report: tuple[int, float] = (0, 0.0)

    # What RTCPeerConnection needs of a sender.

    def replaceTrack(self, track: Any) -> None:
        """Name the track in the SDP; nobody reads it."""
        self.track = track
        self._track_id = track.id if track else str(uuid.uuid4())

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        """Move to the transport of the bundle."""
        self.transport = transport

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """Become able to send; called once the transport is secure."""
        codec = self.codec
        if self._link is not None or codec is None:
            return
        self._payload_type = codec.payloadType or 0
        self._clock_hz = codec.clockRate
        for other in parameters.codecs:
            if other.name == "rtx" and other.parameters.get("apt") == codec.payloadType:
                self._repair_type = other.payloadType
        self._cname = parameters.rtcp.cname or ""
        self._prepare_extensions(
            {extension.uri: extension.id for extension in parameters.headerExtensions},
            parameters.muxId.encode(),
        )
        self._link = link_of(self.transport)
        self._link.add_source(self, self._ssrc)
        if self.on_ready is not None:
            self.on_ready(self)

    async def stop(self) -> None:
        """Send no more."""
        self._link = None
        self.on_ready = self.on_key_request = None
        self._history = [None] * HISTORY_PACKETS

    async def getStats(self) -> RTCStatsReport:
        """The W3C report; ours are in ``stats``."""
        return RTCStatsReport()

    def _prepare_extensions(self, ids: dict[str, int], mid: bytes) -> None:
        body = b""
        if (number := ids.get(MID_URI, 0)) and 0 < len(mid) <= 16:
            body += bytes([number << 4 | len(mid) - 1]) + mid
        if number := ids.get(SEND_TIME_URI, 0):
            body += bytes([number << 4 | 2])
            self._stamped = True
        size = len(body) + 3 * self._stamped
        if size:
            self._padding = bytes(-size % 4)
            self._extension = b"\xbe\xde" + struct.pack("!H", (size + 3) // 4) + body
            self._flags = 0x90

    # The packet path.

    @property
    def ready(self) -> bool:
        """The peer can be sent to."""
        return self._link is not None

    def _extensions(self, now: float) -> bytes:
        if not self._stamped:
            return self._extension + self._padding
        stamp = int((now % 64) * 262_144) & 0xFFFFFF
        return self._extension + stamp.to_bytes(3, "big") + self._padding

    def push(self, burst: Burst, now: float) -> int:
        """Send one burst; gives the number of packets sent."""
        link = self._link
        if link is None:
            return 0
        timestamp = (self._origin + burst.at) & _MASK
        extension = self._extensions(now)
        seq, kind, flags, ssrc = self._sequence, self._payload_type, self._flags, self._ssrc
        history, pack = self._history, _HEADER.pack
        last = len(burst.payloads) - 1
        packets = []
        octets = 0
        for index, payload in enumerate(burst.payloads):
            marker = index == last
            header = pack(flags, kind | 128 if marker else kind, seq, timestamp, ssrc)
            packets.append(header + extension + payload)
            history[seq % HISTORY_PACKETS] = (seq, timestamp, marker, payload)
            octets += len(payload)
            seq = (seq + 1) & 0xFFFF
        self._sequence = seq
        link.send_rtp(packets)
        self.stats.packets += last + 1
        self.stats.octets += octets
        return last + 1

    # Feedback.

    def nack_received(self, sequences: Sequence[int]) -> None:
        """Send lost packets again, by RTX where it was negotiated."""
        link = self._link
        if link is None:
            return
        extension = self._extensions(time.monotonic())
        packets = []
        for sequence in sequences:
            sent = self._history[sequence % HISTORY_PACKETS]
            if sent is None or sent[0] != sequence:
                continue
            if self._repairs_left <= 0:
                self.stats.repairs_refused += 1
                continue
            self._repairs_left -= 1
            packets.append(self._repair(sent, extension))
        self.stats.repairs += len(packets)
        link.send_rtp(packets)

    def _repair(self, sent: _Sent, extension: bytes) -> bytes:
        sequence, timestamp, marker, payload = sent
        top = 128 if marker else 0
        if self._repair_type is None:
            kind = self._payload_type | top
            header = _HEADER.pack(self._flags, kind, sequence, timestamp, self._ssrc)
            return header + extension + payload
        kind = self._repair_type | top
        number = self._repair_sequence
        self._repair_sequence = (number + 1) & 0xFFFF
        header = _HEADER.pack(self._flags, kind, number, timestamp, self._rtx_ssrc)
        return header + extension + sequence.to_bytes(2, "big") + payload

    def key_requested(self) -> None:
        """PLI or FIR: pass it on; whoever encodes joins the requests of all peers."""
        self.stats.key_requests += 1
        if self.on_key_request is not None:
            self.on_key_request()

    def report_received(self, block: RtcpReceiverInfo, now: float) -> None:
        """Take what the peer says about loss and delay."""
        self.stats.loss_changed |= self.stats.fraction_lost != block.fraction_lost
        self.stats.fraction_lost = block.fraction_lost
        middle, sent_s = self._report
        if block.lsr and block.lsr == middle:
            rtt_s = max(0.0, now - sent_s - block.dlsr / 65536)
            self.stats.rtt_s = (
                rtt_s if not self.stats.rtt_s else 0.8 * self.stats.rtt_s + 0.2 * rtt_s
            )

    def maximum_received(self, bits_per_second: int) -> None:
        """Take the peer's REMB."""
        self.stats.maximum_kbps = bits_per_second // 1000

    def report(self, now: float) -> None:
        """Send the sender report: this instant of the media clock in both clocks."""
        self._repairs_left = REPAIRS_PER_REPORT
        if self._link is None or not self.stats.packets:
            return
        ntp = rtcp.ntp_time(now)
        self._report = (ntp >> 16 & _MASK, now)
        rtp = self._origin + int(now * self._clock_hz)
        packet = rtcp.sender_report(self._ssrc, ntp, rtp, self.stats.packets, self.stats.octets)
        self._link.send_rtcp(packet + rtcp.source_description(self._ssrc, self._cname))
