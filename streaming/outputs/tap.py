"""The tap: encoded program on its way from the engine to the output processes.

A Unix stream socket.  Every message is a four-byte big-endian length, one byte of kind and a body:

    H   header, once, first: a ``TapHeader`` in MessagePack
    P   picture: pts u64, key u8, H.264 Annex B
    S   sound: number of the track in the header u8, first sample u64, AAC

A new client first gets the pictures and sounds since the last key frame, so that an output which
comes back can start at once.  The server keeps a bounded backlog per client; when it is full,
pictures are dropped up to the next key frame and sounds meanwhile, and counted.  The header is also
kept in a file beside the socket: an output that starts while there is no engine plays the slate.
"""

import asyncio
import socket
import struct
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import msgspec

from streaming.mediatime import PictureFormat, SampleTime, Ticks90k
from streaming.packets import AacFrame, EncodedPicture, VideoCodec
from venue.ids import Language

_PREFIX = struct.Struct(">IB")
_PICTURE = struct.Struct(">QB")
_SOUND = struct.Struct(">BQ")
_HEADER_KIND, _PICTURE_KIND, _SOUND_KIND = b"HPS"
_LIMIT_MESSAGE_BYTES = 16 << 20
_READ_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class TapHeader:
    """What an output must know of the program before its first packet."""

    fmt: PictureFormat
    languages: tuple[Language, ...]
    aac_config: bytes
    """AudioSpecificConfig."""
    slate: tuple[EncodedPicture, ...]
    """One GOP with the program's own parameters, pts from 0."""
    silence: bytes
    """One silent AAC frame."""
    bitrate_kbps: int
    stems: tuple[Language, ...] = ()
    """More sound, for the recording only: the clean floor and every booth."""

    @property
    def tracks(self) -> tuple[Language, ...]:
        """All sound there is, in the order of its numbers."""
        return (*self.languages, *self.stems)


@dataclass(frozen=True, slots=True)
class TapStats:
    """Counters of a tap server since it started."""

    clients: int
    pictures: int
    sounds: int
    dropped_pictures: int
    dropped_sounds: int


TapMessage = TapHeader | EncodedPicture | AacFrame


def header_path(path: Path) -> Path:
    """Where the header of the tap at ``path`` is kept."""
    return path.with_name(path.name + ".header")


def read_header(path: Path) -> TapHeader | None:
    """The kept header of the tap at ``path``, or None if no engine has run yet."""
    try:
        return msgspec.msgpack.decode(header_path(path).read_bytes(), type=TapHeader)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _message(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return _PREFIX.pack(len(body) + 1, kind) + body


class _TapConnection(asyncio.Protocol):
    """One output at the server's end: a backlog with a bound in bytes and in packets."""

    def __init__(self, server: "TapServer") -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._paused = False
        self._skipping = True
        """Until the next key frame: at the start and after an overflow."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=1 << 16)
        self._transport = transport
        self._server.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.left(self)
        self._backlog.clear()
        self._transport = None

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        while self._backlog and not self._paused and self._transport is not None:
            message = self._backlog.popleft()
            self._backlog_bytes -= len(message)
            self._transport.write(message)

    def send(self, message: bytes) -> None:
        """Send or keep; the caller has asked ``full`` before."""
        if self._transport is None:
            return
        if self._paused or self._backlog:
            self._backlog.append(message)
            self._backlog_bytes += len(message)
        else:
            self._transport.write(message)

    def offer(self, message: bytes, *, key: bool, picture: bool) -> bool:
        """Send a packet, or drop it and say False."""
        server = self._server
        if (
            self._backlog_bytes + len(message) > server.limit_bytes
            or len(self._backlog) >= server.limit_packets
        ):
            self._skipping = True
        elif key and self._backlog_bytes * 2 <= server.limit_bytes:
            self._skipping = False
        if self._skipping:
            server.dropped(picture=picture)
            return False
        self.send(message)
        return True

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


class TapServer:
    """The engine's end of the tap.  All methods run on the loop."""

    def __init__(
        self,
        path: Path,
        header: TapHeader,
        *,
        limit_bytes: int = 4 << 20,
        limit_packets: int = 1500,
    ) -> None:
        self.limit_bytes = limit_bytes
        self.limit_packets = limit_packets
        self._path = path
        self._greeting = _message(_HEADER_KIND, msgspec.msgpack.encode(header))
        self._header = header
        self._numbers = {language: n for n, language in enumerate(header.tracks)}
        self._connections: set[_TapConnection] = set()
        self._recent: list[bytes] = []
        """Everything since the last key frame; one GOP, so bounded by the bit rate."""
        self._recent_bytes = 0
        self._server: asyncio.AbstractServer | None = None
        self._pictures = self._sounds = 0
        self._dropped_pictures = self._dropped_sounds = 0

    async def start(self) -> None:
        """Listen; a socket left by a dead engine is replaced."""
        self._path.unlink(missing_ok=True)
        kept = header_path(self._path)
        fresh = kept.with_name(kept.name + ".new")
        fresh.write_bytes(msgspec.msgpack.encode(self._header))
        fresh.replace(kept)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(
            lambda: _TapConnection(self), path=str(self._path)
        )

    async def close(self) -> None:
        """Stop listening and cut every output off; they play the slate."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            connection.abort()
        await self._server.wait_closed()
        self._server = None
        self._path.unlink(missing_ok=True)

    def publish_picture(self, picture: EncodedPicture) -> None:
        """Send one program picture to every output."""
        message = _message(_PICTURE_KIND, _PICTURE.pack(picture.pts, picture.key), picture.data)
        self._pictures += 1
        if picture.key:
            self._recent.clear()
            self._recent_bytes = 0
        self._remember(message, key=picture.key)
        for connection in tuple(self._connections):
            connection.offer(message, key=picture.key, picture=True)

    def publish_sound(self, frame: AacFrame) -> None:
        """Send one frame of one language to every output; unknown languages are dropped."""
        number = self._numbers.get(frame.language)
        if number is None:
            self._dropped_sounds += 1
            return
        message = _message(_SOUND_KIND, _SOUND.pack(number, frame.at), frame.data)
        self._sounds += 1
        self._remember(message, key=False)
        for connection in tuple(self._connections):
            connection.offer(message, key=False, picture=False)

    def stats(self) -> TapStats:
        """Counters since the start."""
        return TapStats(
            clients=len(self._connections),
            pictures=self._pictures,
            sounds=self._sounds,
            dropped_pictures=self._dropped_pictures,
            dropped_sounds=self._dropped_sounds,
        )

    def joined(self, connection: _TapConnection) -> None:
        """Greet a new output with the header and what was sent since the last key frame."""
        self._connections.add(connection)
        connection.send(self._greeting)
        for number, message in enumerate(self._recent):
            connection.offer(message, key=number == 0, picture=False)

    def left(self, connection: _TapConnection) -> None:
        """Forget an output."""
        self._connections.discard(connection)

    def dropped(self, *, picture: bool) -> None:
        """Count a packet that an output did not get."""
        if picture:
            self._dropped_pictures += 1
        else:
            self._dropped_sounds += 1

    def _remember(self, message: bytes, *, key: bool) -> None:
        # Only what follows a key frame is of use to a newcomer; a GOP that outgrows half of the
        # bound (a picture encoder that died while sound goes on) is forgotten.
        if not key and not self._recent:
            return
        self._recent.append(message)
        self._recent_bytes += len(message)
        if self._recent_bytes * 2 > self.limit_bytes or len(self._recent) * 2 > self.limit_packets:
            self._recent.clear()
            self._recent_bytes = 0


class TapClient:
    """An output's end of the tap: non-blocking, reconnects whenever asked to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._buffer = bytearray()
        self._tracks: tuple[Language, ...] = ()

    @property
    def connected(self) -> bool:
        """An engine is at the other end, as far as the kernel knows."""
        return self._socket is not None

    def fileno(self) -> int:
        """For ``select``; only while connected."""
        assert self._socket is not None
        return self._socket.fileno()

    def connect(self) -> bool:
        """Try once; connecting to a Unix socket does not wait."""
        if self._socket is not None:
            return True
        attempt = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        attempt.setblocking(False)
        try:
            attempt.connect(str(self._path))
        except OSError:
            # None there, refused, or its backlog is full: the caller tries again soon.
            attempt.close()
            return False
        self._socket = attempt
        self._buffer.clear()
        return True

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._buffer.clear()

    def read(self) -> list[TapMessage] | None:
        """The messages of one read; None if nothing waits.

        After the engine hung up, ``connected`` is False.
        """
        if self._socket is None:
            return None
        try:
            received = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            received = b""
        if not received:
            self.close()
            return None
        self._buffer += received
        return self._parse()

    def _parse(self) -> list[TapMessage]:
        messages: list[TapMessage] = []
        position = 0
        while len(self._buffer) - position >= 4:
            length = int.from_bytes(self._buffer[position : position + 4], "big")
            if not 1 <= length <= _LIMIT_MESSAGE_BYTES:
                self.close()
                return messages
            end = position + 4 + length
            if len(self._buffer) < end:
                break
            message = self._decode(bytes(self._buffer[position + 4 : end]))
            if message is not None:
                messages.append(message)
            position = end
        del self._buffer[:position]
        return messages

    def _decode(self, message: bytes) -> TapMessage | None:
        match message[0]:
            case 72:  # H
                header = msgspec.msgpack.decode(message[1:], type=TapHeader)
                self._tracks = header.tracks
                return header
            case 80:  # P
                pts, key = _PICTURE.unpack_from(message, 1)
                payload = message[1 + _PICTURE.size :]
                return EncodedPicture(VideoCodec.H264, payload, Ticks90k(pts), bool(key))
            case 83:  # S
                number, at = _SOUND.unpack_from(message, 1)
                if number >= len(self._tracks):
                    return None
                payload = message[1 + _SOUND.size :]
                return AacFrame(self._tracks[number], payload, SampleTime(at))
            case _:
                return None
