"""SRTP by way of the libsrtp inside pylibsrtp, without giving up the GIL for each packet.

pylibsrtp's own calls release it.  A packet takes two microseconds; whoever waits for the GIL
meanwhile, the sound thread first, is woken by every release and finds it taken again: in a full
room ten thousand times a second, for more CPU than the ciphers take.  So the four functions
are called through ``ctypes.PyDLL``, which keeps it.  Sessions stay pylibsrtp's, made by aiortc.

Called on the engine's loop only: all sessions share one buffer.
"""

import ctypes
from typing import Final

import pylibsrtp
from pylibsrtp import _binding

PACKET_MAX_BYTES: Final = 1500
_TRAILER_MAX_BYTES: Final = 148
"""SRTP_MAX_TRAILER_LEN and the index of SRTCP."""

_BAD_PARAMETER: Final = 2

_library = ctypes.PyDLL(_binding.__file__)
_buffer = ctypes.create_string_buffer(PACKET_MAX_BYTES + _TRAILER_MAX_BYTES)
_view = memoryview(_buffer).cast("B")
_length = ctypes.c_int()
_length_at = ctypes.byref(_length)


class SrtpRefused(Exception):
    """A packet that libsrtp does not take: forged, repeated, too old.  ``status`` is its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"libsrtp status {status}")
        self.status = status


class SrtpContext:
    """One direction of one peer's packets."""

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session
        """Frees the context when it goes."""
        address = _binding.ffi.cast("uintptr_t", session._srtp[0])
        self._context = ctypes.c_void_p(int(address))

    def protect(self, packet: bytes) -> bytes:
        """Encrypt and sign an RTP packet.

        Raises:
            SrtpRefused: It is no RTP packet, or its number has been sent.
        """
        return self._run(_library.srtp_protect, packet)

    def protect_rtcp(self, packet: bytes) -> bytes:
        """Encrypt and sign a compound RTCP packet.

        Raises:
            SrtpRefused: It is no RTCP packet.
        """
        return self._run(_library.srtp_protect_rtcp, packet)

    def unprotect(self, packet: bytes) -> bytes:
        """Verify and decrypt an SRTP packet.

        Raises:
            SrtpRefused: It is forged, repeated or too old.
        """
        return self._run(_library.srtp_unprotect, packet)

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        """Verify and decrypt an SRTCP packet.

        Raises:
            SrtpRefused: It is forged, repeated or too old.
        """
        return self._run(_library.srtp_unprotect_rtcp, packet)

    def _run(self, work: "ctypes._NamedFuncPointer", packet: bytes) -> bytes:
        size = len(packet)
        if size > PACKET_MAX_BYTES:
            raise SrtpRefused(_BAD_PARAMETER)
        _view[:size] = packet
        _length.value = size
        status = work(self._context, _buffer, _length_at)
        if status:
            raise SrtpRefused(status)
        return bytes(_view[: _length.value])
