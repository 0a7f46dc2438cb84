"""One UDP port for all peers of an engine.

A datagram finds its session by source address.  An address belongs to a session only once a STUN
request from it has passed MESSAGE-INTEGRITY with that session's password, so nobody can take over
or add to another's session by sending first.
"""

import asyncio
import errno
import logging
import select
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Address = tuple[str, int]

_BATCH = 64
"""Datagrams read before other work of the loop gets its turn."""
_BUFFER_BYTES = 4 << 20
_ADDRESSES_MAX = 8
_STUN_HEADER = 20
_USERNAME = 0x0006


_SOL_UDP = 17
_UDP_SEGMENT = 103
"""Linux 4.18: one send of many datagrams of one size; the last may be shorter."""
_SEGMENTS_MAX = 48
"""The kernel takes 64, and 64 KiB in all."""
_NO_SEGMENTS = frozenset((errno.EINVAL, errno.EIO, errno.EMSGSIZE, errno.EOPNOTSUPP))
"""The kernel, the network card or the path cannot."""

log = logging.getLogger(__name__)


class Session(Protocol):
    """What the port needs of one ICE session."""

    def authentic(self, datagram: bytes) -> bool:
        """Whether this STUN request was signed with our password."""
        ...

    def awaits(self, transaction: bytes) -> bool:
        """Whether this is the answer to a check of ours."""
        ...

    def stun_received(self, datagram: bytes, address: Address) -> None: ...
    def dtls_received(self, datagram: bytes) -> None: ...
    def srtp_received(self, datagram: bytes) -> None: ...


@dataclass(slots=True)
class PortStats:
    """Counters of one port."""

    received: int = 0
    stray: int = 0
    """Datagrams of nobody we know."""
    unsent: int = 0
    """Sends the kernel refused."""


class NoPortLeft(OSError):
    """Every port of the configured range is taken."""


class UdpPort:
    """A bound socket that hands datagrams to sessions."""

    def __init__(self, sock: socket.socket, advertised: Sequence[str]) -> None:
        self.stats = PortStats()
        self.advertised = tuple(advertised)
        self.number: int = sock.getsockname()[1]
        self._sock = sock
        self._sessions: dict[str, Session] = {}
        self._bound: dict[Address, Session] = {}
        self._segments = True
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)

    @classmethod
    def open(cls, host: str, ports: range, advertised: Sequence[str]) -> "UdpPort":
        """Bind the first free port of ``ports`` (``range(0, 1)``: any).

        Raises:
            NoPortLeft: None is free.
        """
        for number in ports:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setblocking(False)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
            try:
                sock.bind((host, number))
            except OSError as error:
                sock.close()
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return cls(sock, advertised)
        raise NoPortLeft(errno.EADDRINUSE, "no UDP port left in the configured range")

    def close(self) -> None:
        """Stop reading and give the port back."""
        self._loop.remove_reader(self._sock)
        self._sock.close()

    @property
    def unread(self) -> bool:
        """Whether datagrams wait that have not been looked at: the loop was, or is, busy."""
        return bool(self._poll.poll(0))

    @property
    def sockname(self) -> Address:
        """Where the socket is bound."""
        host, port = self._sock.getsockname()
        return host, port

    def register(self, ufrag: str, session: Session) -> None:
        """Let a session be found by its user name fragment."""
        self._sessions[ufrag] = session

    def unregister(self, ufrag: str) -> None:
        """Forget a session and the addresses bound to it."""
        session = self._sessions.pop(ufrag, None)
        for address in [a for a, bound in self._bound.items() if bound is session]:
            del self._bound[address]

    def send(self, datagram: bytes, address: Address) -> None:
        """Send or drop; a full socket buffer must not stop the loop."""
        try:
            self._sock.sendto(datagram, address)
        except OSError:
            self.stats.unsent += 1

    def send_burst(self, datagrams: Sequence[bytes], address: Address) -> None:
        """Send or drop several, in order; those of one size go to the kernel in one call.

        A picture is a dozen packets, all but the last of one size.
        """
        at = 0
        while at < len(datagrams):
            end = at + 1
            if self._segments and end < len(datagrams):
                end = _end_of_run(datagrams, at)
            if end - at > 1 and self._send_segments(datagrams[at:end], address):
                at = end
            else:
                self.send(datagrams[at], address)
                at += 1

    def _send_segments(self, run: Sequence[bytes], address: Address) -> bool:
        """False: none has been sent, and none will be this way."""
        size = struct.pack("=H", len(run[0]))
        try:
            self._sock.sendmsg(run, [(_SOL_UDP, _UDP_SEGMENT, size)], 0, address)
        except OSError as error:
            if error.errno in _NO_SEGMENTS:
                self._segments = False
                log.warning("Datagrams are sent one by one from now on: %s", error)
                return False
            self.stats.unsent += len(run)
        return True

    def _readable(self) -> None:
        receive, bound = self._sock.recvfrom, self._bound
        for _ in range(_BATCH):
            try:
                datagram, address = receive(2048)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error of an earlier send
            self.stats.received += 1
            if not datagram:
                continue
            session = bound.get(address)
            first = datagram[0]
            if session is not None and 127 < first < 192:
                session.srtp_received(datagram)
            elif first < 4:
                self._stun(datagram, address, session)
            elif session is not None and 19 < first < 64:
                session.dtls_received(datagram)
            else:
                self.stats.stray += 1

    def _stun(self, datagram: bytes, address: Address, bound: Session | None) -> None:
        ufrag = _local_ufrag(datagram)
        if ufrag is None:
            session = bound if bound is not None else self._asker(datagram)
        else:
            session = self._sessions.get(ufrag)
            if (
                session is not None
                and session is not bound
                and not self._bind(session, datagram, address)
            ):
                session = None
        if session is None:
            self.stats.stray += 1
        else:
            session.stun_received(datagram, address)

    def _asker(self, datagram: bytes) -> Session | None:
        """The session one of whose checks this answers: it may come before the peer's own."""
        transaction = datagram[8:_STUN_HEADER]
        return next((s for s in self._sessions.values() if s.awaits(transaction)), None)

    def _bind(self, session: Session, datagram: bytes, address: Address) -> bool:
        if not session.authentic(datagram):
            return False
        held = [a for a, owner in self._bound.items() if owner is session]
        if len(held) >= _ADDRESSES_MAX:
            del self._bound[held[0]]
        self._bound[address] = session
        return True


def _end_of_run(datagrams: Sequence[bytes], at: int) -> int:
    """Where the datagrams end that one call can send: of one size, and a shorter one after them."""
    size, last = len(datagrams[at]), min(len(datagrams), at + _SEGMENTS_MAX)
    end = at + 1
    while end < last and len(datagrams[end]) == size:
        end += 1
    return end + 1 if end < last and len(datagrams[end]) < size else end


def _local_ufrag(datagram: bytes) -> str | None:
    """The part of USERNAME that names our side, if this is a STUN request with one."""
    if len(datagram) < _STUN_HEADER or datagram[:2] != b"\x00\x01":
        return None
    at = _STUN_HEADER
    while at + 4 <= len(datagram):
        kind = int.from_bytes(datagram[at : at + 2], "big")
        size = int.from_bytes(datagram[at + 2 : at + 4], "big")
        if kind == _USERNAME:
            name = datagram[at + 4 : at + 4 + size].decode("ascii", "replace")
            return name.partition(":")[0]
        at += 4 + size + (-size % 4)
    return ""
