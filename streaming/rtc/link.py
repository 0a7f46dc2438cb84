"""The synchronous path of one peer's packets: SRTP in, RTCP dispatched, SRTP out."""

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    unpack_header_extensions,
    unpack_remb_fci,
)

from streaming.rtc.srtp import SrtpContext, SrtpRefused
from streaming.rtc.udp import Address, UdpPort

_SSRCS_MAX = 64
_RTP = struct.Struct("!BBHII")


class Sink(Protocol):
    """A receiver of one m-line."""

    def rtp_received(
        self, payload_type: int, marker: bool, seq: int, timestamp: int, ssrc: int,
        payload: bytes, now: float,
    ) -> None: ...  # fmt: skip
    def sender_report(self, ssrc: int, ntp: int, rtp: int, now: float) -> None: ...


class Source(Protocol):
    """A sender of one m-line."""

    def nack_received(self, sequences: Sequence[int]) -> None: ...
    def key_requested(self) -> None: ...
    def report_received(self, block: RtcpReceiverInfo, now: float) -> None: ...
    def maximum_received(self, bits_per_second: int) -> None: ...


class Way(Protocol):
    """Where a peer is reached."""

    @property
    def port(self) -> UdpPort:
        """The socket."""
        ...

    @property
    def checked_s(self) -> float:
        """When the peer's last connectivity check or answer came, monotonic seconds."""
        ...

    def remote(self) -> Address | None:
        """The peer's address, once it is known."""
        ...


@dataclass(slots=True)
class LinkStats:
    """Counters of one peer's secure transport."""

    packets_in: int = 0
    bytes_in: int = 0
    packets_out: int = 0
    bytes_out: int = 0
    refused: int = 0
    """Packets that failed authentication or that no m-line wants."""
    last_in_s: float = 0.0


class SecureLink:
    """The synchronous path between the UDP port and the senders and receivers of one peer."""

    def __init__(self, receiving: SrtpContext, sending: SrtpContext, way: Way) -> None:
        self.stats = LinkStats(last_in_s=time.monotonic())
        self._way = way
        self._unprotect = receiving.unprotect
        self._unprotect_rtcp = receiving.unprotect_rtcp
        self._protect = sending.protect
        self._protect_rtcp = sending.protect_rtcp
        self._mid_id = 0
        self._by_ssrc: dict[int, Sink] = {}
        self._by_mid: dict[bytes, Sink] = {}
        self._by_type: dict[int, set[Sink]] = {}
        self._sources: dict[int, Source] = {}

    @property
    def checked_s(self) -> float:
        """When the peer's last connectivity check or answer came, monotonic seconds."""
        return self._way.checked_s

    @property
    def unread(self) -> bool:
        """Whether packets wait to be read, perhaps some of this peer."""
        return self._way.port.unread

    def add_sink(
        self, sink: Sink, mid: str, mid_id: int, ssrcs: Sequence[int], types: Sequence[int]
    ) -> None:
        """Route an incoming m-line: by SSRC, else by the mid extension, else by payload type."""
        self._mid_id = mid_id or self._mid_id
        self._by_mid[mid.encode()] = sink
        for ssrc in ssrcs:
            self._by_ssrc[ssrc] = sink
        for payload_type in types:
            self._by_type.setdefault(payload_type, set()).add(sink)

    def add_source(self, source: Source, ssrc: int) -> None:
        """Let feedback about an SSRC of ours find its sender."""
        self._sources[ssrc] = source

    def srtp_received(self, datagram: bytes) -> None:
        """Take one SRTP or SRTCP datagram."""
        now = time.monotonic()
        if len(datagram) < 12:
            return
        try:
            if 191 < datagram[1] < 224:
                self._rtcp_received(self._unprotect_rtcp(datagram), now)
                return
            plain = self._unprotect(datagram)
        except SrtpRefused:
            self.stats.refused += 1
            return
        stats = self.stats
        stats.packets_in += 1
        stats.bytes_in += len(datagram)
        stats.last_in_s = now
        flags, kind, seq, timestamp, ssrc = _RTP.unpack_from(plain)
        at = 12 + 4 * (flags & 15)
        if flags & 16:
            at += 4 + 4 * int.from_bytes(plain[at + 2 : at + 4], "big")
        end = len(plain) - plain[-1] if flags & 32 else len(plain)
        sink = self._by_ssrc.get(ssrc) or self._route(ssrc, kind & 127, flags, plain)
        if sink is None or at > len(plain):
            stats.refused += 1
            return
        sink.rtp_received(kind & 127, kind > 127, seq, timestamp, ssrc, plain[at:end], now)

    def _route(self, ssrc: int, payload_type: int, flags: int, plain: bytes) -> Sink | None:
        sink = None
        if flags & 16 and self._mid_id:
            at = 12 + 4 * (flags & 15)
            profile, words = struct.unpack_from("!HH", plain, at)
            try:
                found = dict(unpack_header_extensions(profile, plain[at + 4 : at + 4 + 4 * words]))
            except ValueError:
                return None
            sink = self._by_mid.get(found.get(self._mid_id, b""))
        if sink is None:
            wanting = self._by_type.get(payload_type, set())
            sink = next(iter(wanting)) if len(wanting) == 1 else None
        if sink is not None and len(self._by_ssrc) < _SSRCS_MAX:
            self._by_ssrc[ssrc] = sink
        return sink

    def _rtcp_received(self, plain: bytes, now: float) -> None:
        self.stats.last_in_s = now
        try:
            packets = RtcpPacket.parse(plain)
        except (ValueError, struct.error, IndexError):
            self.stats.refused += 1
            return
        for packet in packets:
            self._dispatch(packet, now)

    def _dispatch(self, packet: AnyRtcpPacket, now: float) -> None:
        if isinstance(packet, RtcpSrPacket):
            sink = self._by_ssrc.get(packet.ssrc)
            if sink is not None:
                info = packet.sender_info
                sink.sender_report(packet.ssrc, info.ntp_timestamp, info.rtp_timestamp, now)
        if isinstance(packet, RtcpSrPacket | RtcpRrPacket):
            for block in packet.reports:
                if (source := self._sources.get(block.ssrc)) is not None:
                    source.report_received(block, now)
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            if (source := self._sources.get(packet.media_ssrc)) is not None:
                source.nack_received(packet.lost)
        elif isinstance(packet, RtcpPsfbPacket):
            self._payload_feedback(packet)

    def _payload_feedback(self, packet: RtcpPsfbPacket) -> None:
        if packet.fmt == RTCP_PSFB_PLI:
            targets = [packet.media_ssrc]
        elif packet.fmt == RTCP_PSFB_FIR:
            entries = range(0, len(packet.fci), 8)
            targets = [int.from_bytes(packet.fci[at : at + 4], "big") for at in entries]
        elif packet.fmt == RTCP_PSFB_APP:
            try:
                rate, ssrcs = unpack_remb_fci(packet.fci)
            except (ValueError, struct.error):
                return
            for ssrc in ssrcs:
                if (source := self._sources.get(ssrc)) is not None:
                    source.maximum_received(rate)
            return
        else:
            return
        for ssrc in targets:
            if (source := self._sources.get(ssrc)) is not None:
                source.key_requested()

    def send_rtp(self, packets: Sequence[bytes]) -> bool:
        """Protect and send; False when there is no way to the peer (yet, or any more)."""
        address = self._way.remote()
        if address is None:
            return False
        protect = self._protect
        self._way.port.send_burst([protect(packet) for packet in packets], address)
        self.stats.bytes_out += sum(map(len, packets))
        self.stats.packets_out += len(packets)
        return True

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one compound RTCP packet."""
        address = self._way.remote()
        if address is not None:
            self._way.port.send(self._protect_rtcp(packet), address)
