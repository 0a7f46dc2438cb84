"""Our calls into libsrtp against pylibsrtp's own: its file or interface may move away."""

import struct
from collections.abc import Callable

import pytest
from pylibsrtp import Policy, Session

from streaming.rtc.srtp import PACKET_MAX_BYTES, SrtpContext, SrtpRefused

pytestmark = pytest.mark.unit

KEY = bytes(range(30))


def session(direction: int) -> Session:
    return Session(Policy(key=KEY, ssrc_type=direction))


def sending() -> Session:
    return session(Policy.SSRC_ANY_OUTBOUND)


def receiving() -> Session:
    return session(Policy.SSRC_ANY_INBOUND)


def rtp(sequence: int, payload: bytes = b"picture") -> bytes:
    return struct.pack("!BBHII", 0x80, 96, sequence, 3000, 77) + payload


RTCP = struct.pack("!BBHI", 0x80, 201, 1, 77)


def test_what_we_protect_is_what_pylibsrtp_would_have_sent() -> None:
    ours, theirs = SrtpContext(sending()), sending()
    for sequence in range(3):
        assert ours.protect(rtp(sequence)) == theirs.protect(rtp(sequence))
    assert ours.protect_rtcp(RTCP) == theirs.protect_rtcp(RTCP)


def test_what_was_sent_is_read_by_either() -> None:
    sender, ours, theirs = SrtpContext(sending()), SrtpContext(receiving()), receiving()
    packet, report = sender.protect(rtp(1)), sender.protect_rtcp(RTCP)
    assert ours.unprotect(packet) == theirs.unprotect(packet) == rtp(1)
    assert ours.unprotect_rtcp(report) == theirs.unprotect_rtcp(report) == RTCP


def test_the_longest_packet_has_room_for_its_signature() -> None:
    longest = rtp(1, bytes(PACKET_MAX_BYTES - 12))
    assert SrtpContext(sending()).protect(longest)[:12] == longest[:12]
    with pytest.raises(SrtpRefused):
        SrtpContext(sending()).protect(longest + b"!")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packet: packet[:-1] + bytes([packet[-1] ^ 1]),
        lambda packet: packet[:20],
        lambda _: b"",
        lambda _: bytes(PACKET_MAX_BYTES + 1),
    ],
)
def test_what_is_not_signed_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    packet = SrtpContext(sending()).protect(rtp(1))
    with pytest.raises(SrtpRefused):
        SrtpContext(receiving()).unprotect(spoil(packet))


def test_a_repeated_packet_is_refused_with_libsrtp_s_own_number() -> None:
    packet, ours = SrtpContext(sending()).protect(rtp(1)), SrtpContext(receiving())
    assert ours.unprotect(packet) == rtp(1)
    with pytest.raises(SrtpRefused) as refused:
        ours.unprotect(packet)
    assert refused.value.status == 9, "srtp_err_status_replay_fail"
