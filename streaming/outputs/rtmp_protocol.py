"""Publishing over RTMP, without I/O: bytes of the peer in, bytes for the peer out.

    HANDSHAKE --S0 S1 S2--> CONNECTING --connect _result--> CREATING --createStream _result-->
    OPENING --onStatus NetStream.Publish.Start--> PUBLISHING

FFmpeg's RTMP could do this, but through PyAV it holds the GIL while it connects and closes, does
not say why it failed, and writes the address with the key to its log.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from streaming.outputs import amf
from streaming.outputs.errors import OutputError
from streaming.outputs.rtmp_chunks import (
    ACKNOWLEDGEMENT,
    AUDIO,
    COMMAND,
    DATA,
    SET_CHUNK_SIZE,
    USER_CONTROL,
    VIDEO,
    WINDOW_SIZE,
    ChunkReader,
    Message,
    write_message,
)

HANDSHAKE_BYTES = 1536
CHUNK_BYTES = 4096
_PING_REQUEST, _PING_RESPONSE = 6, 7
_CONTROL_CHANNEL, _COMMAND_CHANNEL, _STREAM_CHANNEL = 2, 3, 8
_AUDIO_CHANNEL, _VIDEO_CHANNEL = 4, 6


@dataclass(frozen=True, slots=True)
class RtmpAddress:
    """Where to publish.  ``key`` is a secret: it is never shown, not even by ``repr``."""

    host: str
    port: int
    tls: bool
    app: str
    key: str

    def __repr__(self) -> str:
        return f"RtmpAddress({self.tc_url!r})"

    @property
    def tc_url(self) -> str:
        """The address without the key, as the ``connect`` command names it."""
        scheme = "rtmps" if self.tls else "rtmp"
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.tls else 1935)
        return f"{scheme}://{host}{'' if usual else f':{self.port}'}/{self.app}"


def parse_address(url: str) -> RtmpAddress:
    """Split ``rtmp[s]://host[:port]/app[/...]/key``: what follows the last slash is the key.

    A query belongs to the key, unless the key comes after it: YouTube's second ingest is
    ``rtmp://host/app?backup=1/key``.

    Raises:
        OutputError: ``output.bad_url``.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise OutputError("output.bad_url") from error
    tls = parts.scheme == "rtmps"
    app, _, key = parts.path.strip("/").rpartition("/")
    query = parts.query
    if not app and key and "/" in query:
        query, _, last = query.rpartition("/")
        app, key, query = f"{key}?{query}", last, ""
    if parts.scheme not in ("rtmp", "rtmps") or not parts.hostname or not app or not key:
        raise OutputError("output.bad_url")
    if query:
        key = f"{key}?{query}"
    return RtmpAddress(parts.hostname, port or (443 if tls else 1935), tls, app, key)


class PublisherState(StrEnum):
    """How far a publisher has come."""

    HANDSHAKE = "handshake"
    CONNECTING = "connecting"
    CREATING = "creating"
    OPENING = "opening"
    PUBLISHING = "publishing"


class Publisher:
    """One attempt to publish one stream."""

    def __init__(self, address: RtmpAddress, nonce: bytes) -> None:
        """Begin; ``nonce`` is 1528 random bytes for the handshake."""
        self.state = PublisherState.HANDSHAKE
        self._address = address
        self._nonce = nonce
        self._out = bytearray(b"\x03" + bytes(8) + nonce)
        self._greeting = bytearray()
        self._reader = ChunkReader()
        self._stream = 0
        self._received_bytes = 0
        self._acknowledged_bytes = 0
        self._window_bytes = 2_500_000

    @property
    def pending_bytes(self) -> int:
        """How much waits to be sent."""
        return len(self._out)

    def take(self, limit_bytes: int) -> bytes:
        """The next bytes for the peer, removed by ``sent``."""
        return bytes(self._out[:limit_bytes])

    def sent(self, count: int) -> None:
        """The first ``count`` bytes have been sent."""
        del self._out[:count]

    def receive(self, received: bytes) -> None:
        """Take bytes of the peer.

        Raises:
            OutputError: ``output.not_rtmp`` or ``output.rejected``.
        """
        self._received_bytes += len(received)
        if self.state is PublisherState.HANDSHAKE:
            self._greeting += received
            if self._greeting and self._greeting[0] != 3:
                raise OutputError("output.not_rtmp")
            if len(self._greeting) < 1 + 2 * HANDSHAKE_BYTES:
                return
            self._finish_handshake()
            received = bytes(self._greeting[1 + 2 * HANDSHAKE_BYTES :])
            self._greeting.clear()
        for message in self._reader.feed(received):
            self._answer(message)
        if self._received_bytes - self._acknowledged_bytes >= self._window_bytes:
            self._acknowledged_bytes = self._received_bytes
            self._control(ACKNOWLEDGEMENT, struct.pack(">I", self._received_bytes & 0xFFFFFFFF))

    def ended(self) -> OutputError:
        """What it means that the peer hung up now."""
        match self.state:
            case PublisherState.HANDSHAKE:
                return OutputError("output.not_rtmp")
            case PublisherState.PUBLISHING:
                return OutputError("output.lost")
            case _:
                return OutputError("output.rejected")

    def send_metadata(self, members: Mapping[str, amf.AmfValue]) -> None:
        """Send ``onMetaData``."""
        body = amf.encode("@setDataFrame", "onMetaData") + amf.encode_array(members)
        self._media(DATA, _AUDIO_CHANNEL, 0, body)

    def send_video_header(self, at_ms: int, avcc: bytes) -> None:
        """Send the AVC sequence header."""
        self._media(VIDEO, _VIDEO_CHANNEL, at_ms, b"\x17\x00\x00\x00\x00" + avcc)

    def send_audio_header(self, at_ms: int, config: bytes) -> None:
        """Send the AudioSpecificConfig."""
        self._media(AUDIO, _AUDIO_CHANNEL, at_ms, b"\xaf\x00" + config)

    def send_picture(self, at_ms: int, units: bytes, *, key: bool) -> None:
        """Send one access unit, length prefixed; there are no B-frames, so no offset."""
        head = b"\x17\x01\x00\x00\x00" if key else b"\x27\x01\x00\x00\x00"
        self._media(VIDEO, _VIDEO_CHANNEL, at_ms, head + units)

    def send_sound(self, at_ms: int, frame: bytes) -> None:
        """Send one raw AAC frame."""
        self._media(AUDIO, _AUDIO_CHANNEL, at_ms, b"\xaf\x01" + frame)

    def send_goodbye(self) -> None:
        """End the stream as a live encoder does."""
        if self._stream:
            self._command(6, "FCUnpublish", None, self._address.key)
            self._command(7, "deleteStream", None, float(self._stream))

    def _finish_handshake(self) -> None:
        # C2 repeats the peer's S1.  S2 is not compared: several servers do not repeat C1.
        self._out += self._greeting[1 : 1 + HANDSHAKE_BYTES]
        self.state = PublisherState.CONNECTING
        self._control(SET_CHUNK_SIZE, struct.pack(">I", CHUNK_BYTES))
        self._command(
            1,
            "connect",
            {
                "app": self._address.app,
                "type": "nonprivate",
                "flashVer": "FMLE/3.0 (compatible; Rotunda)",
                "tcUrl": self._address.tc_url,
            },
        )

    def _answer(self, message: Message) -> None:
        match message.kind:
            case 5 if len(message.body) >= 4:
                self._window_bytes = max(int.from_bytes(message.body[:4], "big"), 1)
            case 6:
                self._control(WINDOW_SIZE, struct.pack(">I", 2_500_000))
            case 4 if message.body[:2] == struct.pack(">H", _PING_REQUEST):
                self._control(USER_CONTROL, struct.pack(">H", _PING_RESPONSE) + message.body[2:6])
            case 20:
                self._answer_command(message.body)
            case _:
                pass

    def _answer_command(self, body: bytes) -> None:
        try:
            values = amf.decode(body)
        except amf.AmfError as error:
            raise OutputError("output.not_rtmp") from error
        match values:
            case ["_result", 1.0, *_] if self.state is PublisherState.CONNECTING:
                self.state = PublisherState.CREATING
                self._command(2, "releaseStream", None, self._address.key)
                self._command(3, "FCPublish", None, self._address.key)
                self._command(4, "createStream", None)
            case ["_result", 4.0, _, float(stream), *_]:
                self._stream = int(stream)
                self.state = PublisherState.OPENING
                self._command(5, "publish", None, self._address.key, "live", stream=self._stream)
            case ["_error", (1.0 | 4.0 | 5.0), *_] | ["close", *_]:
                raise OutputError("output.rejected")
            case ["onStatus", _, _, {"level": "error"}, *_]:
                raise OutputError("output.rejected")
            case ["onStatus", _, _, {"code": "NetStream.Publish.Start"}, *_]:
                self.state = PublisherState.PUBLISHING
            case _:
                # Refusals of releaseStream and FCPublish mean nothing, onFCPublish and
                # onBWDone ask for nothing.
                pass

    def _command(self, number: int, name: str, *values: amf.AmfValue, stream: int = 0) -> None:
        body = amf.encode(name, float(number), *values)
        channel = _STREAM_CHANNEL if stream else _COMMAND_CHANNEL
        self._out += write_message(Message(COMMAND, stream, 0, body), channel, CHUNK_BYTES)

    def _control(self, kind: int, body: bytes) -> None:
        self._out += write_message(Message(kind, 0, 0, body), _CONTROL_CHANNEL, CHUNK_BYTES)

    def _media(self, kind: int, channel: int, at_ms: int, body: bytes) -> None:
        message = Message(kind, self._stream, at_ms, body)
        self._out += write_message(message, channel, CHUNK_BYTES)
