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
``ice.Connection.query_consent``
    Stock takes only answers that come within half a second for consent: it ends peers behind a
    slow path, and FFmpeg's WHIP muxer, which asks as it must and answers nothing; a dead peer it
    notices after 30 s.  Goes when aioice takes checks of the peer's own for consent.
``RTCDtlsTransport._rx_srtp``, ``_tx_srtp``, ``ice.Connection._nominated``
    A synchronous packet path without queue, task and second parse.  Goes when aiortc has a raw
    packet hook.
``RTCCertificate._create_ssl_context``
    Stock: ECDSA ciphers only.  We are the DTLS client of whoever offers ``actpass`` or ``passive``;
    with an RSA certificate, as GStreamer's, that server finds no shared cipher.  Goes when the
    ciphers are an argument.
``RTCRtpTransceiver._codecs``
    The common codecs, to choose one to send.  Goes when the parameters are public.
"""

import asyncio
import logging
import random
import struct
import time
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import aioice.ice
import aiortc.codecs
import aiortc.rtcicetransport
import aiortc.rtcpeerconnection
from aioice import stun
from aioice.candidate import Candidate, candidate_foundation
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from streaming.rtc.link import SecureLink
from streaming.rtc.srtp import SrtpContext
from streaming.rtc.udp import Address, UdpPort

logger = logging.getLogger(__name__)

PINNED = {"aiortc": "1.16.0", "aioice": "0.13.0", "pylibsrtp": "1.0.0"}
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
CONSENT_INTERVAL_S = 2.0
CONSENT_S = 10.0
"""A peer is gone when no signed check or answer of its came for this long."""
_H264_PROFILES = ("42e01f", "4d001f", "42001f", "64001f")
"""High is only received: some WHIP encoders offer nothing else."""
_EARLY_MAX = 128
_CIPHERS = ":".join(
    f"ECDHE-{key}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "CHACHA20-POLY1305", "AES256-GCM-SHA384", "AES128-SHA")
    for key in ("ECDSA", "RSA")
)
_stock_ssl_context = RTCCertificate._create_ssl_context


class LibraryMoved(RuntimeError):
    """An installed library is not the one this module was written against."""


def link_of(dtls: RTCDtlsTransport) -> SecureLink:
    """The link of a connected DTLS transport; made when first asked for."""
    connection = dtls.transport._connection
    assert isinstance(connection, PortConnection)
    if connection.link is None:
        receiving: Any = dtls._rx_srtp
        sending: Any = dtls._tx_srtp
        connection.link = SecureLink(SrtpContext(receiving), SrtpContext(sending), connection)
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
        self._consented_s = 0.0

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

    def check_incoming(
        self, message: stun.Message, addr: tuple[str, int], protocol: aioice.ice.StunProtocol
    ) -> None:
        """Take a signed check of the peer: from where we send to, it says that we may go on."""
        if addr == self.remote():
            self._consented_s = time.monotonic()
        super().check_incoming(message, addr, protocol)

    async def query_consent(self) -> None:
        """Ask the peer whether it still wants us; close when it stays silent (RFC 7675)."""
        assert self.remote_password is not None
        key = self.remote_password.encode()
        self._consented_s = time.monotonic()
        while time.monotonic() - self._consented_s < CONSENT_S:
            await asyncio.sleep(CONSENT_INTERVAL_S * random.uniform(0.8, 1.2))
            for pair in tuple(self._nominated.values()):
                request = self.build_request(pair, nominate=False)
                with suppress(stun.TransactionError):
                    await pair.protocol.request(
                        request, pair.remote_addr, integrity_key=key, retransmissions=1
                    )
                    self._consented_s = time.monotonic()
        # Closing cancels this task, unless it is the one that closes.
        self._query_consent_task = None
        await self.close()

    def remote(self) -> Address | None:
        """The peer's address of the nominated pair."""
        pair = self._nominated.get(1)
        return None if pair is None else pair.remote_addr

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


def _ssl_context(certificate: RTCCertificate, srtp_profiles: list[Any]) -> Any:
    """The stock context, for peers with certificates of either kind; ours stays ECDSA."""
    context = _stock_ssl_context(certificate, srtp_profiles)
    context.set_cipher_list(_CIPHERS.encode())
    return context


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
    certificates: Any = RTCCertificate
    certificates._create_ssl_context = _ssl_context
    opus: dict[str, int | str | None] = {"minptime": 10, "useinbandfec": 1, "usedtx": 0}
    aiortc.codecs.CODECS["audio"][:] = [
        RTCRtpCodecParameters("audio/opus", 48_000, 2, 96, [], opus)
    ]
    aiortc.codecs.CODECS["video"][:] = _video_codecs()


def negotiated_codecs(transceiver: RTCRtpTransceiver) -> list[RTCRtpCodecParameters]:
    """The codecs both sides have, in the order of the offer, with the offer's payload types."""
    return transceiver._codecs


def host_addresses() -> list[str]:
    """IPv4 addresses of this machine by which others may reach it; loopback when it has none."""
    return aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False) or ["127.0.0.1"]
