"""The shared UDP port: who may be whose."""

import socket

import pytest
from aioice import stun

from streaming.rtc.udp import Address, NoPortLeft, UdpPort
from tests.streaming.rtc.support import until

pytestmark = pytest.mark.unit


class FakeSession:
    def __init__(self, password: bytes) -> None:
        self.password = password
        self.stun: list[bytes] = []
        self.media: list[bytes] = []
        self.dtls: list[bytes] = []

    def authentic(self, datagram: bytes) -> bool:
        return stun.parse_message(datagram).check_message_integrity(self.password)

    def awaits(self, transaction: bytes) -> bool:
        return transaction == b"our-own-check"[:12]

    def stun_received(self, datagram: bytes, address: Address) -> None:
        self.stun.append(datagram)

    def dtls_received(self, datagram: bytes) -> None:
        self.dtls.append(datagram)

    def srtp_received(self, datagram: bytes) -> None:
        self.media.append(datagram)


def check(ufrag: str, password: bytes) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{ufrag}:them"
    message.add_message_integrity(password)
    return bytes(message)


async def test_an_address_belongs_to_a_session_only_after_message_integrity() -> None:
    port = UdpPort.open("127.0.0.1", range(0, 1), ["127.0.0.1"])
    session = FakeSession(b"secret")
    port.register("abcd", session)
    media = b"\x80\x60" + bytes(20)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(port.sockname)
        client.send(media)
        client.send(check("abcd", b"guessed"))
        client.send(media)
        await until(lambda: port.stats.received == 3, "three datagrams")
        assert session.media == session.stun == []
        assert port.stats.stray == 3
        client.send(check("abcd", b"secret"))
        client.send(media)
        client.send(b"\x16" + bytes(20))
        await until(lambda: bool(session.dtls), "dtls")
        assert session.media == [media]
        assert len(session.stun) == 1
        port.unregister("abcd")
        client.send(media)
        await until(lambda: port.stats.stray == 4, "stray again")
    port.close()


async def test_an_answer_to_our_own_check_is_let_through_but_binds_nothing() -> None:
    port = UdpPort.open("127.0.0.1", range(0, 1), ["127.0.0.1"])
    session = FakeSession(b"secret")
    port.register("abcd", session)
    answer = b"\x01\x01\x00\x00\x21\x12\xa4\x42" + b"our-own-check"[:12]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(port.sockname)
        client.send(answer)
        client.send(b"\x80\x60" + bytes(20))
        await until(lambda: port.stats.received == 2, "both")
    assert session.stun == [answer]
    assert session.media == []
    port.close()


async def test_an_engine_takes_the_first_free_port_of_its_range() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        with pytest.raises(NoPortLeft):
            UdpPort.open("127.0.0.1", range(taken, taken + 1), ["127.0.0.1"])
