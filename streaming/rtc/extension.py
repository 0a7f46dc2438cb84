"""Everything that reaches into aiortc and aioice.

Both are pinned.  Each reach has its reason and says when it can go; the contract tests fail
when the libraries move.

``rtcpeerconnection.RTCRtpReceiver``
    Stock: three unbounded queues, a thread a track, frames held for the next one's first packet,
    135-230 us a packet.  Goes when aiortc lets a receiver class be given.
``rtcpeerconnection.RTCRtpSender``
    Stock: one encoder a sender, 128 packets of history, payloads not shared.  Goes when aiortc
    lets a sender class be given.
``rtcicetransport.Connection``
    Stock: ephemeral ports, no 1:1 NAT address.  Goes when aioice takes a socket and candidates.
``codecs.CODECS``
    No H.264 Main, no Opus parameters; G.711 and G.722, which nobody decodes here.  Goes when
    codec lists are an argument.
``ice.CONSENT_*``
    A dead peer is noticed after 30 s.  Goes when they are arguments.
``RTCDtlsTransport._rx_srtp``, ``_tx_srtp``, ``ice.Connection._nominated``
    A synchronous packet path without queue, task and second parse.  Goes when aiortc has a raw
    packet hook.
``RTCRtpTransceiver._codecs``
    The common codecs, to choose one to send.  Goes when the parameters are public.
"""

import asyncio
import logging
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol

import aioice.ice
import aiortc.codecs
import aiortc.rtcicetransport
import aiortc.rtcpeerconnection
import pylibsrtp
from aioice import stun
from aioice.candidate import Candidate, candidate_foundation
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver
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

from streaming.rtc.udp import Address, UdpPort

logger = logging.getLogger(__name__)

PINNED = {"aiortc": "1.16.0", "aioice": "0.13.0"}
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
CONSENT_INTERVAL_S = 2
CONSENT_FAILURES = 5
_H264_PROFILES = ("42e01f", "4d001f", "42001f", "64001f")
"""High is only received: some WHIP encoders offer nothing else."""
_EARLY_MAX = 128
_SSRCS_MAX = 64
_RTP = struct.Struct("!BBHII")


class LibraryMoved(RuntimeError):
    """An installed library is not the one this module was written against."""


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

    def __init__(self, dtls: RTCDtlsTransport, connection: "PortConnection") -> None:
        self.stats = LinkStats(last_in_s=time.monotonic())
        self._connection = connection
        receiving: Any = dtls._rx_srtp
        sending: Any = dtls._tx_srtp
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
        return self._connection.checked_s

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
        except pylibsrtp.Error:
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
        pair = self._connection._nominated.get(1)
        if pair is None:
            return False
        address, send, protect = pair.remote_addr, self._connection.port.send, self._protect
        stats = self.stats
        for packet in packets:
            send(protect(packet), address)
            stats.bytes_out += len(packet)
        stats.packets_out += len(packets)
        return True

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one compound RTCP packet."""
        pair = self._connection._nominated.get(1)
        if pair is not None:
            self._connection.port.send(self._protect_rtcp(packet), pair.remote_addr)


def link_of(dtls: RTCDtlsTransport) -> SecureLink:
    """The link of a connected DTLS transport; made when first asked for."""
    connection = dtls.transport._connection
    assert isinstance(connection, PortConnection)
    if connection.link is None:
        connection.link = SecureLink(dtls, connection)
    return connection.link


class _PortTransport(asyncio.DatagramTransport):
    """What an aioice protocol takes for its socket."""

    def __init__(self, connection: "PortConnection", protocol: aioice.ice.StunProtocol) -> None:
        super().__init__()
        self._connection = connection
        self._protocol = protocol
        self._closed = False

    def sendto(self, data: Any, addr: Any = None) -> None:
        self._connection.port.send(bytes(data), addr)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._connection.port.sockname if name == "sockname" else default

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._connection.port.unregister(self._connection.local_username)
            self._protocol.connection_lost(None)


class PortConnection(aioice.ice.Connection):
    """An ICE connection on the engine's one UDP port."""

    port: UdpPort
    """Set by ``install``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link: SecureLink | None = None
        self.checked_s = time.monotonic()
        """When the peer's last connectivity check or answer came."""
        self.early = 0
        """Media that came before the keys: dropped, as it could not be read yet."""

    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109
    ) -> list[Candidate]:
        """Advertise our port under every public name of the machine; nothing to wait for."""
        protocol = aioice.ice.StunProtocol(self)
        protocol.connection_made(_PortTransport(self, protocol))
        candidates = [
            Candidate(
                foundation=candidate_foundation("host", "udp", host),
                component=component,
                transport="udp",
                priority=(126 << 24) | ((65535 - order) << 8) | (256 - component),
                host=host,
                port=self.port.number,
                type="host",
            )
            for order, host in enumerate(self.port.advertised)
        ]
        protocol.local_candidate = candidates[0]
        self._protocols.append(protocol)
        self.port.register(self.local_username, self)
        return candidates

    async def get_event(self) -> aioice.ice.ConnectionEvent | None:
        """Say "closed" again to who asks after the end.

        Stock says None then, and aiortc's monitor, when the peer is closed before its first
        step, asks for ever without giving the loop back.
        """
        return await super().get_event() or aioice.ice.ConnectionClosed()

    def authentic(self, datagram: bytes) -> bool:
        """Whether this STUN request was signed with our password."""
        try:
            message = stun.parse_message(datagram)
        except (ValueError, struct.error, IndexError):
            return False
        return message.check_message_integrity(self.local_password.encode())

    def awaits(self, transaction: bytes) -> bool:
        """Whether this is the answer to a check of ours."""
        return any(transaction in protocol.transactions for protocol in self._protocols)

    def stun_received(self, datagram: bytes, address: Address) -> None:
        """Hand a STUN message to aioice."""
        self.checked_s = time.monotonic()
        for protocol in self._protocols:
            protocol.datagram_received(datagram, address)

    def dtls_received(self, datagram: bytes) -> None:
        """Hand a DTLS record to aiortc, through a queue that is kept short."""
        if self._queue.qsize() < _EARLY_MAX:
            self.data_received(datagram, 1)

    def srtp_received(self, datagram: bytes) -> None:
        """Take media straight to its receiver."""
        if self.link is None:
            self.early += 1
        else:
            self.link.srtp_received(datagram)


def check_versions() -> None:
    """Refuse libraries other than the pinned ones.

    Raises:
        LibraryMoved: A version differs.
    """
    for name, wanted in PINNED.items():
        if (found := version(name)) != wanted:
            raise LibraryMoved(f"{name} {found} is installed, {wanted} is needed")


def _video_codecs() -> list[RTCRtpCodecParameters]:
    feedback = [
        RTCRtcpFeedback(type="nack"),
        RTCRtcpFeedback(type="nack", parameter="pli"),
        RTCRtcpFeedback(type="ccm", parameter="fir"),
        RTCRtcpFeedback(type="goog-remb"),
    ]
    kinds: list[tuple[str, dict[str, int | str | None]]] = [("video/VP8", {})]
    for profile in _H264_PROFILES:
        mode = {"level-asymmetry-allowed": "1", "packetization-mode": "1"}
        kinds.append(("video/H264", {**mode, "profile-level-id": profile}))
    codecs = []
    for number, (mime, parameters) in enumerate(kinds):
        main = 97 + 2 * number
        codecs.append(RTCRtpCodecParameters(mime, 90_000, None, main, list(feedback), parameters))
        codecs.append(RTCRtpCodecParameters("video/rtx", 90_000, None, main + 1, [], {"apt": main}))
    return codecs


def install(port: UdpPort, receiver: type, sender: type) -> None:
    """Put our classes and tables in the libraries' places, for the whole process.

    Raises:
        LibraryMoved: The libraries are not the pinned ones.
    """
    check_versions()
    PortConnection.port = port
    peers: Any = aiortc.rtcpeerconnection
    peers.RTCRtpReceiver = receiver
    peers.RTCRtpSender = sender
    transports: Any = aiortc.rtcicetransport
    transports.Connection = PortConnection
    opus: dict[str, int | str | None] = {"minptime": 10, "useinbandfec": 1, "usedtx": 0}
    aiortc.codecs.CODECS["audio"][:] = [
        RTCRtpCodecParameters("audio/opus", 48_000, 2, 96, [], opus)
    ]
    aiortc.codecs.CODECS["video"][:] = _video_codecs()
    aioice.ice.CONSENT_INTERVAL = CONSENT_INTERVAL_S
    aioice.ice.CONSENT_FAILURES = CONSENT_FAILURES


def negotiated_codecs(transceiver: RTCRtpTransceiver) -> list[RTCRtpCodecParameters]:
    """The codecs both sides have, in the order of the offer, with the offer's payload types."""
    return transceiver._codecs


def host_addresses() -> list[str]:
    """IPv4 addresses of this machine by which others may reach it; loopback when it has none."""
    return aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False) or ["127.0.0.1"]
