"""The shared UDP port: who may be whose."""

import errno
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


async def test_the_port_knows_whether_something_waits_to_be_read() -> None:
    port = UdpPort.open("127.0.0.1", range(0, 1), ["127.0.0.1"])
    assert not port.unread
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"?", port.sockname)
        assert port.unread
        await until(lambda: port.stats.received == 1, "one datagram")
        assert not port.unread
    port.close()


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


BURSTS = [
    [bytes([n]) * 1200 for n in range(12)] + [b"end" * 100],
    [bytes([n]) * 1200 for n in range(130)],
    [b"short", b"long" * 200, b"long" * 200, b"a" * 300, b"b" * 300, b"c"],
    [b"only"],
    [],
]


@pytest.mark.parametrize("burst", BURSTS)
@pytest.mark.parametrize("segments", [True, False])
async def test_a_burst_comes_as_it_was_cut_and_in_order(
    burst: list[bytes], segments: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = UdpPort.open("127.0.0.1", range(0, 1), ["127.0.0.1"])
    if not segments:
        monkeypatch.setattr(port, "_sock", Unsegmented(port._sock))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind(("127.0.0.1", 0))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        client.settimeout(5)
        port.send_burst(burst, client.getsockname())
        port.send_burst(burst, client.getsockname())
        assert [client.recv(2048) for _ in range(2 * len(burst))] == 2 * burst
    assert port.stats.unsent == 0
    port.close()


class Unsegmented:
    """A socket whose network card cannot cut one send into datagrams."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.refused = 0

    def sendmsg(self, *_: object) -> int:
        self.refused += 1
        assert self.refused == 1, "not tried again"
        raise OSError(errno.EIO, "no checksums")

    def __getattr__(self, name: str) -> object:
        return getattr(self._sock, name)
