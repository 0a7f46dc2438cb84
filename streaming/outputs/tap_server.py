"""The engine's end of the tap: every packet to the outputs that want it.

A new output first gets the pictures and sounds since the last key frame, so that one which comes
back can start at once.  The server keeps a bounded backlog per output; when it is full, pictures
are dropped up to the next key frame and sounds meanwhile, and counted.

Packets have a channel: a picture by its number, a sound by that of its track, captions one of
their own.  An output has one picture, so a key frame of that one ends its skipping.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import msgspec

from streaming.outputs.tap import (
    CAPTION_KIND,
    HEADER_KIND,
    PICTURE,
    PICTURE_KIND,
    PREFIX,
    SOUND,
    SOUND_KIND,
    WISH_KIND,
    TapHeader,
    TapWish,
    header_path,
    message,
)
from streaming.packets import AacFrame, Caption, EncodedPicture
from venue.ids import Language

_SOUNDS_FROM = 256
_CAPTIONS = -1
_LIMIT_WISH_BYTES = 4096
_WRITE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class TapStats:
    """Counters of a tap server since it started."""

    clients: int
    pictures: int
    sounds: int
    dropped_pictures: int
    dropped_sounds: int


class _Recent:
    """What a newcomer gets of one picture and all sounds: everything since its last key frame."""

    def __init__(self, limit_bytes: int, limit_packets: int) -> None:
        self.packets: list[tuple[int, bytes]] = []
        """Channel and message; one GOP, so bounded by the bit rate."""
        self._bytes = 0
        self._limit_bytes, self._limit_packets = limit_bytes, limit_packets

    def begin(self) -> None:
        self.packets.clear()
        self._bytes = 0

    def remember(self, channel: int, packet: bytes, *, key: bool) -> None:
        # Only what follows a key frame is of use to a newcomer; a GOP that outgrows half of the
        # bound (a picture encoder that died while sound goes on) is forgotten.
        if not key and not self.packets:
            return
        self.packets.append((channel, packet))
        self._bytes += len(packet)
        if self._bytes * 2 > self._limit_bytes or len(self.packets) * 2 > self._limit_packets:
            self.begin()


class _TapConnection(asyncio.Protocol):
    """One output at the server's end: a backlog with a bound in bytes and in packets."""

    def __init__(self, server: "TapServer") -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self.channels: frozenset[int] = frozenset()
        """What it wants; nothing before it has said so."""
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._paused = False
        self._draining = False
        self._skipping = True
        """Until the next key frame: at the start and after an overflow."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=1 << 16)
        self._transport = transport
        self._server.connected(self)

    def data_received(self, data: bytes) -> None:
        if self.channels:
            return  # It has said what it wants.
        self._received += data
        if len(self._received) < PREFIX.size:
            return
        length, kind = PREFIX.unpack_from(self._received)
        if kind != WISH_KIND or length > _LIMIT_WISH_BYTES:
            self.abort()
        elif len(self._received) >= length + 4:
            self._join(bytes(self._received[PREFIX.size : length + 4]))

    def _join(self, wish: bytes) -> None:
        try:
            self._server.joined(self, msgspec.msgpack.decode(wish, type=TapWish))
        except msgspec.DecodeError:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.left(self)
        self._backlog.clear()
        self._transport = None

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._drain()

    def send(self, packet: bytes) -> None:
        """Send or keep; the caller has asked ``offer`` before.

        What comes in one turn of the loop leaves as one write: a tick of sound is a frame of every
        track, and an output is woken once for all of them.
        """
        if self._transport is None:
            return
        self._backlog.append(packet)
        self._backlog_bytes += len(packet)
        if not self._draining and not self._paused:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        self._draining = False
        while self._backlog and not self._paused and self._transport is not None:
            packets, size = list[bytes](), 0
            while self._backlog and size < _WRITE_BYTES:
                packets.append(self._backlog.popleft())
                size += len(packets[-1])
            self._backlog_bytes -= size
            self._transport.write(b"".join(packets))

    def offer(self, packet: bytes, *, key: bool, picture: bool) -> bool:
        """Send a packet, or drop it and say False."""
        server = self._server
        if (
            self._backlog_bytes + len(packet) > server.limit_bytes
            or len(self._backlog) >= server.limit_packets
        ):
            self._skipping = True
        elif key and self._backlog_bytes * 2 <= server.limit_bytes:
            self._skipping = False
        if self._skipping:
            server.dropped(picture=picture)
            return False
        self.send(packet)
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
        self.header = header
        self._pictures_by = {None: 0} | {
            language: number for number, language in enumerate(header.own_slates, start=1)
        }
        self._recent = {
            number: _Recent(limit_bytes, limit_packets) for number in self._pictures_by.values()
        }
        self._numbers = {language: n for n, language in enumerate(header.tracks)}
        self._connections: set[_TapConnection] = set()
        self._server: asyncio.AbstractServer | None = None
        self._pictures = self._sounds = 0
        self._dropped_pictures = self._dropped_sounds = 0

    async def start(self) -> None:
        """Listen; a socket left by a dead engine is replaced."""
        self._path.unlink(missing_ok=True)
        kept = header_path(self._path)
        fresh = kept.with_name(kept.name + ".new")
        fresh.write_bytes(msgspec.msgpack.encode(self.header))
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

    def publish_picture(self, picture: EncodedPicture, language: Language | None = None) -> None:
        """Send one picture to the outputs that show it: the shared one, or a language's own."""
        number = self._pictures_by.get(language)
        if number is None:
            self._dropped_pictures += 1
            return
        packet = message(PICTURE_KIND, PICTURE.pack(picture.pts, picture.key), picture.data)
        self._pictures += 1
        if picture.key:
            self._recent[number].begin()
        self._recent[number].remember(number, packet, key=picture.key)
        for connection in tuple(self._connections):
            if number in connection.channels:
                connection.offer(packet, key=picture.key, picture=True)

    def publish_sound(self, frame: AacFrame) -> None:
        """Send one frame of one language to the outputs that want it; unknown ones are dropped."""
        number = self._numbers.get(frame.language)
        if number is None:
            self._dropped_sounds += 1
            return
        packet = message(SOUND_KIND, SOUND.pack(number, frame.at), frame.data)
        channel = _SOUNDS_FROM + number
        self._sounds += 1
        for recent in self._recent.values():
            recent.remember(channel, packet, key=False)
        for connection in tuple(self._connections):
            if channel in connection.channels:
                connection.offer(packet, key=False, picture=False)

    def publish_caption(self, caption: Caption) -> None:
        """Send one line of captions to the outputs that want it."""
        packet = message(CAPTION_KIND, msgspec.msgpack.encode(caption))
        for connection in tuple(self._connections):
            if _CAPTIONS in connection.channels:
                connection.offer(packet, key=False, picture=False)

    def stats(self) -> TapStats:
        """Counters since the start."""
        return TapStats(
            clients=len(self._connections),
            pictures=self._pictures,
            sounds=self._sounds,
            dropped_pictures=self._dropped_pictures,
            dropped_sounds=self._dropped_sounds,
        )

    def connected(self, connection: _TapConnection) -> None:
        """A new output, which has yet to say what it wants."""
        self._connections.add(connection)

    def joined(self, connection: _TapConnection, wish: TapWish) -> None:
        """Greet a new output with the header and what was sent since the last key frame."""
        number = self._pictures_by.get(wish.picture, 0)
        wanted = self._numbers if wish.sounds is None else wish.sounds
        sounds = {_SOUNDS_FROM + self._numbers[one] for one in wanted if one in self._numbers}
        captions = {_CAPTIONS} if wish.captions else set()
        connection.channels = frozenset({number} | sounds | captions)
        header = self.header.seen_in(wish.picture)
        connection.send(message(HEADER_KIND, msgspec.msgpack.encode(header)))
        recent = [one for one in self._recent[number].packets if one[0] in connection.channels]
        for place, (channel, packet) in enumerate(recent):
            connection.offer(packet, key=place == 0, picture=channel == number)

    def left(self, connection: _TapConnection) -> None:
        """Forget an output."""
        self._connections.discard(connection)

    def dropped(self, *, picture: bool) -> None:
        """Count a packet that an output did not get."""
        if picture:
            self._dropped_pictures += 1
        else:
            self._dropped_sounds += 1
