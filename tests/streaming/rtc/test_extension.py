"""The contract with aiortc and aioice: fails when the libraries move."""

import contextlib
import inspect
from collections.abc import AsyncIterator
from typing import Any

import aioice.ice
import aiortc.codecs
import aiortc.rtcicetransport
import aiortc.rtcpeerconnection
import pytest
import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcdtlstransport import (
    SRTP_PROFILES,
    RTCCertificate,
    RTCDtlsTransport,
    generate_certificate,
)
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from OpenSSL import SSL

from streaming.rtc.extension import PINNED, LibraryMoved, PortConnection, check_versions
from streaming.rtc.receiver import RtpReceiver
from streaming.rtc.sender import RtpSender
from tests.streaming.rtc.support import Rig, rig

pytestmark = pytest.mark.unit


@pytest_asyncio.fixture
async def made() -> AsyncIterator[Rig]:
    async with rig() as rigged:
        yield rigged


def test_the_pinned_versions_are_installed_and_others_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_versions()
    monkeypatch.setitem(PINNED, "aiortc", "0.0.1")
    with pytest.raises(LibraryMoved):
        check_versions()


async def test_a_peer_connection_is_made_of_our_parts(made: Rig) -> None:
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    first = pc.addTransceiver("audio")
    second = pc.addTransceiver("video")
    assert isinstance(first.receiver, RtpReceiver)
    assert isinstance(second.sender, RtpSender)
    # BALANCED would leave the second m-line of a kind on a dead transport.
    assert first.receiver.transport is second.receiver.transport
    connection = first.receiver.transport.transport._connection
    assert isinstance(connection, PortConnection)
    await pc.setLocalDescription(await pc.createOffer())
    sdp = pc.localDescription.sdp
    assert f"127.0.0.1 {made.port.number} typ host" in sdp
    assert "profile-level-id=4d001f" in sdp
    assert "profile-level-id=42e01f" in sdp
    assert "useinbandfec=1" in sdp
    assert "G722" not in sdp
    await pc.close()


def test_the_names_we_reach_for_are_still_used() -> None:
    peers = inspect.getsource(aiortc.rtcpeerconnection.RTCPeerConnection)
    assert "RTCRtpSender(sender_track or kind, dtlsTransport)" in peers
    assert "RTCRtpReceiver(kind, dtlsTransport)" in peers
    assert "find_common_codecs(CODECS[media.kind]" in peers
    assert "Connection(" in inspect.getsource(aiortc.rtcicetransport.RTCIceGatherer)
    dtls = inspect.getsource(RTCDtlsTransport)
    assert "self._rx_srtp = Session" in dtls
    assert "self._tx_srtp = Session" in dtls
    assert "self.transport._recv()" in dtls
    ice = inspect.getsource(aioice.ice.Connection)
    for name in ("_nominated", "_protocols", "_queue", "_query_consent_task"):
        assert name in ice
    assert "create_task(self.query_consent())" in ice
    assert "self.check_incoming(message, addr, protocol)" in ice
    parameters = inspect.signature(aioice.ice.Connection.get_component_candidates).parameters
    assert list(parameters) == ["self", "component", "addresses", "timeout"]


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_peer_may_have_a_certificate_of_either_kind(made: Rig, key: str) -> None:
    ours: Any = RTCCertificate.generateCertificate()
    client = SSL.Connection(ours._create_ssl_context(srtp_profiles=SRTP_PROFILES))
    client.set_connect_state()
    server = SSL.Connection(_peers_context(key))
    server.set_accept_state()
    for _ in range(8):
        for one, other in ((client, server), (server, client)):
            with contextlib.suppress(SSL.WantReadError):
                one.do_handshake()
            # A datagram each time, as the two would send it.
            with contextlib.suppress(SSL.WantReadError):
                while True:
                    other.bio_write(one.bio_read(1500))
    assert (client.get_cipher_name() or "").startswith(f"ECDHE-{'RSA' if key == 'rsa' else 'EC'}")
    assert client.get_selected_srtp_profile() == b"SRTP_AES128_CM_SHA1_80"


def _peers_context(key: str) -> SSL.Context:
    private = (
        rsa.generate_private_key(65537, 2048)
        if key == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(generate_certificate(private))  # type: ignore[arg-type]
    context.use_privatekey(private)
    context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_80")
    return context


def test_our_classes_have_all_that_a_peer_connection_asks_of_them() -> None:
    source = inspect.getsource(aiortc.rtcpeerconnection)
    source += inspect.getsource(inspect.getmodule(aiortc.RTCRtpTransceiver))  # type: ignore[arg-type]
    for part, ours in (("receiver", RtpReceiver("video", object())), ("sender", _sender())):
        import re

        for name in set(re.findall(rf"\b{part}\.(\w+)", source)):
            assert hasattr(ours, name), f"{part}.{name}"


def _sender() -> Any:
    return RtpSender("video", object())


def test_codec_tables_keep_a_repair_stream_beside_each_picture_codec(made: Rig) -> None:
    video = aiortc.codecs.CODECS["video"]
    mains = {codec.payloadType for codec in video if codec.name != "rtx"}
    assert mains == {codec.parameters["apt"] for codec in video if codec.name == "rtx"}
    assert len({codec.payloadType for codec in video}) == len(video)
