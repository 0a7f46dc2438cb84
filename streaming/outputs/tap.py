"""The tap: encoded program on its way from the engine to the output processes.

A Unix stream socket.  Every message is a four-byte big-endian length, one byte of kind and a body.
An output says what it wants, and then hears that and nothing else:

    W   wish, once: a ``TapWish`` in MessagePack

    H   header, once, first: a ``TapHeader`` in MessagePack
    P   picture: pts u64, key u8, H.264 Annex B
    C   caption: ``Caption`` in MessagePack
    S   sound: number of the track in the header u8, first sample u64, AAC

The header is also kept in a file beside the socket: an output that starts while there is no engine
plays the slate.  ``tap_server`` is the engine's end.
"""

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from streaming.mediatime import PictureFormat, SampleTime, Ticks90k
from streaming.packets import AacFrame, Caption, EncodedPicture, VideoCodec, is_booth
from venue.ids import Language

PREFIX = struct.Struct(">IB")
PICTURE = struct.Struct(">QB")
SOUND = struct.Struct(">BQ")
HEADER_KIND, PICTURE_KIND, SOUND_KIND, CAPTION_KIND, WISH_KIND = b"HPSCW"
LIMIT_MESSAGE_BYTES = 16 << 20
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

    captions: tuple[Language, ...] = ()
    """Languages that have captions."""

    booth_silence: bytes = b""
    """One silent frame for the stems of booths, which are in mono."""

    own_slates: Mapping[Language, tuple[EncodedPicture, ...]] = field(default_factory=dict)
    """Languages with a picture of their own, in the order of its numbers from 1; their slates."""

    def seen_in(self, language: Language | None) -> "TapHeader":
        """The header for an output of one language: with the slate of its picture."""
        slate = self.own_slates.get(language, self.slate) if language else self.slate
        return replace(self, slate=slate, own_slates={})

    def silence_of(self, track: Language) -> bytes:
        """One silent frame of a track."""
        return self.booth_silence if is_booth(track) else self.silence

    @property
    def tracks(self) -> tuple[Language, ...]:
        """All sound there is, in the order of its numbers."""
        return (*self.languages, *self.stems)


@dataclass(frozen=True, slots=True)
class TapWish:
    """What an output wants of the program."""

    picture: Language | None = None
    """The picture of this language, if it has one of its own; None: the shared one."""
    sounds: tuple[Language, ...] | None = None
    """Languages and stems; None: every one."""
    captions: bool = True


TapMessage = TapHeader | EncodedPicture | AacFrame | Caption


def header_path(path: Path) -> Path:
    """Where the header of the tap at ``path`` is kept."""
    return path.with_name(path.name + ".header")


def read_header(path: Path) -> TapHeader | None:
    """The kept header of the tap at ``path``, or None if no engine has run yet."""
    try:
        return msgspec.msgpack.decode(header_path(path).read_bytes(), type=TapHeader)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def message(kind: int, *parts: bytes) -> bytes:
    """Frame a message."""
    body = b"".join(parts)
    return PREFIX.pack(len(body) + 1, kind) + body


class TapClient:
    """An output's end of the tap: non-blocking, reconnects whenever asked to."""

    def __init__(self, path: Path, wish: TapWish = TapWish()) -> None:
        self._path = path
        self._wish = message(WISH_KIND, msgspec.msgpack.encode(wish))
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
            # A new socket's buffer holds a few hundred bytes, so this neither waits nor ends early.
            attempt.sendall(self._wish)
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
            if not 1 <= length <= LIMIT_MESSAGE_BYTES:
                self.close()
                return messages
            end = position + 4 + length
            if len(self._buffer) < end:
                break
            decoded = self._decode(bytes(self._buffer[position + 4 : end]))
            if decoded is not None:
                messages.append(decoded)
            position = end
        del self._buffer[:position]
        return messages

    def _decode(self, received: bytes) -> TapMessage | None:
        match received[0]:
            case 72:  # H
                header = msgspec.msgpack.decode(received[1:], type=TapHeader)
                self._tracks = header.tracks
                return header
            case 80:  # P
                pts, key = PICTURE.unpack_from(received, 1)
                payload = received[1 + PICTURE.size :]
                return EncodedPicture(VideoCodec.H264, payload, Ticks90k(pts), bool(key))
            case 83:  # S
                number, at = SOUND.unpack_from(received, 1)
                if number >= len(self._tracks):
                    return None
                payload = received[1 + SOUND.size :]
                return AacFrame(self._tracks[number], payload, SampleTime(at))
            case 67:  # C
                return msgspec.msgpack.decode(received[1:], type=Caption)
            case _:
                return None
