"""Datagrams to and from the kernel, without giving up the GIL for each.

A socket's own calls release it.  They take microseconds, and whoever waits for the GIL meanwhile is
woken by every release and finds it taken again; where waking a thread is dear, as on many virtual
machines, the loop then spends most of its time getting back what it gave away, and a full room is
more than it can do.  So the calls that never wait go through ``ctypes.PyDLL``, which keeps the GIL,
and what has arrived is taken many at a time.

IPv4 and Linux, as the port is.  Called on the engine's loop only.
"""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

Address = tuple[str, int]

RECEIVED_MOST: Final = 32
"""Datagrams taken in one call."""
SEGMENTS_MOST: Final = 48
"""The kernel takes 64, and 64 KiB in all."""

_DATAGRAM_BYTES: Final = 2048
_SEGMENT_BYTES: Final = 2048
_NAME_BYTES: Final = 16
"""Of a ``sockaddr_in``; the last eight are padding."""
_SOL_UDP: Final = 17
_UDP_SEGMENT: Final = 103
"""Linux 4.18: one send of many datagrams of one size; the last may be shorter."""
_CONTROL: Final = struct.Struct("=QiiH6x")
"""``cmsghdr``, a 16-bit value, and what aligns it."""
_CONTROL_BYTES: Final = 18
"""Of it without the padding."""
_FLAGS: Final = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL


class _IoVec(ctypes.Structure):
    _fields_ = (("iov_base", ctypes.c_void_p), ("iov_len", ctypes.c_size_t))


class _MsgHdr(ctypes.Structure):
    _fields_ = (
        ("msg_name", ctypes.c_void_p),
        ("msg_namelen", ctypes.c_uint32),
        ("msg_iov", ctypes.POINTER(_IoVec)),
        ("msg_iovlen", ctypes.c_size_t),
        ("msg_control", ctypes.c_void_p),
        ("msg_controllen", ctypes.c_size_t),
        ("msg_flags", ctypes.c_int),
    )


class _MMsgHdr(ctypes.Structure):
    _fields_ = (("msg_hdr", _MsgHdr), ("msg_len", ctypes.c_uint))


def _libc() -> ctypes.PyDLL:
    libc = ctypes.PyDLL(None, use_errno=True)
    libc.recvmmsg.argtypes = (
        ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p,
    )  # fmt: skip
    libc.sendto.argtypes = (
        ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_char_p,
        ctypes.c_uint32,
    )  # fmt: skip
    libc.sendto.restype = ctypes.c_ssize_t
    libc.sendmsg.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
    libc.sendmsg.restype = ctypes.c_ssize_t
    return libc


_libc_calls = _libc()


class Datagrams:
    """The datagrams of one bound socket, which stays its owner's."""

    def __init__(self, sock: socket.socket) -> None:
        # Asked each time: once it is closed, its number may be another file's.
        self._fileno = sock.fileno
        self._incoming = _Incoming()
        self._outgoing = _Outgoing()

    def receive(self) -> Iterator[tuple[bytes, Address]]:
        """Those that wait, ``RECEIVED_MOST`` at most; none after an error, which tells nothing."""
        return self._incoming.take(self._fileno())

    def send(self, datagram: bytes, address: Address) -> None:
        """Send one.

        Raises:
            OSError: The kernel does not take it, or the address is none.
        """
        name = _name_of(address)
        sent = _libc_calls.sendto(
            self._fileno(), datagram, len(datagram), _FLAGS, name, _NAME_BYTES
        )
        if sent < 0:
            raise _last_error()

    def send_segments(self, run: Sequence[bytes], address: Address) -> None:
        """Send ``SEGMENTS_MOST`` at most in one call: of one size, the last may be shorter.

        Raises:
            OSError: The kernel does not take them; none has been sent.
        """
        if self._outgoing.send(self._fileno(), run, _name_of(address)) < 0:
            raise _last_error()


class _Incoming:
    """Room for what one call takes."""

    def __init__(self) -> None:
        count = RECEIVED_MOST
        self._data = ctypes.create_string_buffer(count * _DATAGRAM_BYTES)
        self._names = ctypes.create_string_buffer(count * _NAME_BYTES)
        self._iovecs = (_IoVec * count)()
        self._messages = (_MMsgHdr * count)()
        data, names = ctypes.addressof(self._data), ctypes.addressof(self._names)
        for index, (iovec, message) in enumerate(zip(self._iovecs, self._messages, strict=True)):
            iovec.iov_base, iovec.iov_len = data + index * _DATAGRAM_BYTES, _DATAGRAM_BYTES
            header = message.msg_hdr
            header.msg_name, header.msg_namelen = names + index * _NAME_BYTES, _NAME_BYTES
            header.msg_iov, header.msg_iovlen = ctypes.pointer(iovec), 1
        self._datas = memoryview(self._data).cast("B")
        self._senders = memoryview(self._names).cast("B")

    def take(self, fileno: int) -> Iterator[tuple[bytes, Address]]:
        messages = self._messages
        count = _libc_calls.recvmmsg(fileno, messages, RECEIVED_MOST, socket.MSG_DONTWAIT, None)
        for index in range(count):
            at, name_at = index * _DATAGRAM_BYTES, index * _NAME_BYTES
            datagram = bytes(self._datas[at : at + messages[index].msg_len])
            # Without the padding, which need not be zero.
            yield datagram, _address_of(bytes(self._senders[name_at : name_at + 8]))


class _Outgoing:
    """Room for a run of datagrams."""

    def __init__(self) -> None:
        self._data = ctypes.create_string_buffer(SEGMENTS_MOST * _SEGMENT_BYTES)
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._control = ctypes.create_string_buffer(_CONTROL.size)
        self._iovec = _IoVec(ctypes.addressof(self._data), 0)
        self._header = _MsgHdr(
            ctypes.addressof(self._name),
            _NAME_BYTES,
            ctypes.pointer(self._iovec),
            1,
            ctypes.addressof(self._control),
            _CONTROL.size,
            0,
        )
        self._datas = memoryview(self._data).cast("B")
        self._header_at = ctypes.byref(self._header)

    def send(self, fileno: int, run: Sequence[bytes], name: bytes) -> int:
        datas, end = self._datas, 0
        for datagram in run:
            begin, end = end, end + len(datagram)
            datas[begin:end] = datagram
        self._iovec.iov_len = end
        self._name.raw = name
        _CONTROL.pack_into(self._control, 0, _CONTROL_BYTES, _SOL_UDP, _UDP_SEGMENT, len(run[0]))
        sent: int = _libc_calls.sendmsg(fileno, self._header_at, _FLAGS)
        return sent


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


@lru_cache(maxsize=4096)
def _address_of(name: bytes) -> Address:
    return socket.inet_ntoa(name[4:8]), int.from_bytes(name[2:4], "big")


@lru_cache(maxsize=4096)
def _name_of(address: Address) -> bytes:
    host, port = address
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", port, socket.inet_aton(host))
