"""RTMP messages in chunks, both ways.  Pure: bytes in, messages out, and back."""

import struct
from dataclasses import dataclass, replace

from streaming.outputs.errors import OutputError

SET_CHUNK_SIZE = 1
ABORT = 2
ACKNOWLEDGEMENT = 3
USER_CONTROL = 4
WINDOW_SIZE = 5
PEER_BANDWIDTH = 6
AUDIO = 8
VIDEO = 9
DATA = 18
COMMAND = 20

_EXTENDED = 0xFFFFFF
_LIMIT_ANSWER_BYTES = 1 << 20
"""A target answers with commands of a few hundred bytes; more is not RTMP."""

_LIMIT_CHANNELS = 64


@dataclass(frozen=True, slots=True)
class Message:
    """One RTMP message."""

    kind: int
    stream: int
    at_ms: int
    body: bytes


def write_message(message: Message, channel: int, chunk_bytes: int) -> bytes:
    """Cut a message into chunks of a chunk stream (``channel``, 2 to 63), each with a full header.

    Times beyond 24 bits use the extended field, which is repeated in front of every
    continuation: that is what servers expect, though the specification is silent.
    """
    at_ms = message.at_ms & 0xFFFFFFFF
    extended = struct.pack(">I", at_ms) if at_ms >= _EXTENDED else b""
    head = (
        bytes((channel,))
        + min(at_ms, _EXTENDED).to_bytes(3, "big")
        + len(message.body).to_bytes(3, "big")
        + bytes((message.kind,))
        + struct.pack("<I", message.stream)
        + extended
    )
    parts = [head, message.body[:chunk_bytes]]
    again = bytes((0xC0 | channel,)) + extended
    for begin in range(chunk_bytes, len(message.body), chunk_bytes):
        parts.append(again)
        parts.append(message.body[begin : begin + chunk_bytes])
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Channel:
    """What later chunks of a chunk stream inherit."""

    kind: int = 0
    stream: int = 0
    at_ms: int = 0
    length: int = 0
    extended: bool = False
    body: bytes = b""


class ChunkReader:
    """Put the peer's chunks together again.

    Times of answers are of no use to a publisher, so deltas are not added up.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._chunk_bytes = 128
        self._channels: dict[int, _Channel] = {}

    def feed(self, received: bytes) -> list[Message]:
        """Take bytes; return the messages they complete.

        Raises:
            OutputError: ``output.not_rtmp``, the bytes cannot be chunks.
        """
        self._buffer += received
        messages: list[Message] = []
        while True:
            used, message = self._chunk()
            if not used:
                return messages
            del self._buffer[:used]
            if message is None:
                continue
            if message.kind == SET_CHUNK_SIZE and len(message.body) >= 4:
                self._chunk_bytes = max(int.from_bytes(message.body[:4], "big") & 0x7FFFFFFF, 1)
            else:
                messages.append(message)

    def _chunk(self) -> tuple[int, Message | None]:
        """Read one chunk: bytes used (0: not all there) and the message it ends, if any."""
        head = self._head()
        if head is None:
            return 0, None
        number, channel, begin = head
        take = min(self._chunk_bytes, channel.length - len(channel.body))
        end = begin + take
        if len(self._buffer) < end:
            return 0, None
        body = channel.body + bytes(self._buffer[begin:end])
        complete = len(body) >= channel.length
        self._channels[number] = replace(channel, body=b"" if complete else body)
        if len(self._channels) > _LIMIT_CHANNELS:
            raise OutputError("output.not_rtmp")
        if not complete:
            return end, None
        return end, Message(channel.kind, channel.stream, channel.at_ms, body)

    def _head(self) -> tuple[int, _Channel, int] | None:
        """The chunk's stream number, its channel and where its payload begins."""
        buffer = self._buffer
        if len(buffer) < 3 and not (buffer and buffer[0] & 0x3F > 1):
            return None
        form, number, at = buffer[0] >> 6, buffer[0] & 0x3F, 1
        if number == 0:
            number, at = buffer[1] + 64, 2
        elif number == 1:
            number, at = buffer[1] + 256 * buffer[2] + 64, 3
        channel = self._channels.get(number, _Channel())
        end = at + (11, 7, 3, 0)[form]
        if len(buffer) < end:
            return None
        if form < 3:
            at_ms = int.from_bytes(buffer[at : at + 3], "big")
            channel = replace(channel, at_ms=at_ms, extended=at_ms == _EXTENDED, body=b"")
        if form < 2:
            length = int.from_bytes(buffer[at + 3 : at + 6], "big")
            channel = replace(channel, length=length, kind=buffer[at + 6])
        if form == 0:
            channel = replace(channel, stream=int.from_bytes(buffer[at + 7 : at + 11], "little"))
        if channel.length > _LIMIT_ANSWER_BYTES:
            raise OutputError("output.not_rtmp")
        end += 4 if channel.extended else 0
        return None if len(buffer) < end else (number, channel, end)
