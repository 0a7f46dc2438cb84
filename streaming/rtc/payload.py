"""RTP payload formats of pictures, both ways: VP8 (RFC 7741) and H.264 mode 1 (RFC 6184).

Packetising gives the payloads of one picture, shared by every peer that is sent it.  Parsing
turns the payloads of one picture, complete and in order, back into what a decoder takes: a VP8
frame, or an H.264 access unit in Annex B.
"""

from collections.abc import Iterator, Sequence

from streaming.packets import VideoCodec

PAYLOAD_MAX_BYTES = 1180
"""Leaves room for header, extensions, RTX and SRTP tag below the 1 280 bytes every path carries."""

_START_CODE = b"\x00\x00\x00\x01"
_SINGLE_MAX = 23
_STAP_A = 24
_FU_A = 28
_FILLER = 12
_IDR = 5
_SPS = 7


def packetise(codec: VideoCodec, data: bytes, picture_id: int) -> tuple[bytes, ...]:
    """Cut one coded picture into RTP payloads; the last one carries the marker."""
    if codec is VideoCodec.VP8:
        return _packetise_vp8(data, picture_id)
    return _packetise_h264(data)


def _packetise_vp8(data: bytes, picture_id: int) -> tuple[bytes, ...]:
    tail = b"\x80" + ((picture_id & 0x7FFF) | 0x8000).to_bytes(2, "big")
    first, rest = b"\x90" + tail, b"\x80" + tail
    room = PAYLOAD_MAX_BYTES - len(first)
    parts = [first + data[:room]]
    parts += [rest + data[at : at + room] for at in range(room, len(data), room)]
    return tuple(parts)


def split_annex_b(data: bytes) -> Iterator[bytes]:
    """Give the NAL units of an Annex B stream without their start codes."""
    at = data.find(b"\x00\x00\x01")
    while at != -1:
        begin = at + 3
        at = data.find(b"\x00\x00\x01", begin)
        end = len(data) if at == -1 else at
        unit = data[begin:end].rstrip(b"\x00")  # trailing zeros belong to the next start code
        if unit:
            yield unit


def _packetise_h264(data: bytes) -> tuple[bytes, ...]:
    payloads: list[bytes] = []
    small: list[bytes] = []
    size = 1
    for unit in split_annex_b(data):
        if unit[0] & 0x1F == _FILLER:
            continue  # targets count on a constant rate; a browser's link carries it for nothing
        if small and size + 2 + len(unit) > PAYLOAD_MAX_BYTES:
            payloads.append(_aggregate(small))
            small, size = [], 1
        if len(unit) + 3 > PAYLOAD_MAX_BYTES:
            payloads.extend(_fragment(unit))
        else:
            small.append(unit)
            size += 2 + len(unit)
    if small:
        payloads.append(_aggregate(small))
    return tuple(payloads)


def _aggregate(units: Sequence[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    importance = max(unit[0] & 0x60 for unit in units)
    body = b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    return bytes([importance | _STAP_A]) + body


def _fragment(unit: bytes) -> Iterator[bytes]:
    indicator = (unit[0] & 0xE0) | _FU_A
    kind = unit[0] & 0x1F
    room = PAYLOAD_MAX_BYTES - 2
    for at in range(1, len(unit), room):
        begin = 0x80 if at == 1 else 0
        end = 0x40 if at + room >= len(unit) else 0
        yield bytes([indicator, begin | end | kind]) + unit[at : at + room]


def starts_key(codec: VideoCodec, payload: bytes) -> bool:
    """Say whether this payload is the first of a picture a decoder can start from.

    Access unit delimiters and the like may come before it, in a packet of their own or in this one.
    """
    try:
        if codec is VideoCodec.VP8:
            at, start = _vp8_descriptor(payload)
            return start and not payload[at] & 1
        kind = payload[0] & 0x1F
        if kind == _STAP_A:
            return any(_begins_key(unit[0] & 0x1F, unit[1:]) for unit in _deaggregate(payload))
        if kind == _FU_A:
            return bool(payload[1] & 0x80) and _begins_key(payload[1] & 0x1F, payload[2:])
    except (IndexError, ValueError):
        return False
    return _begins_key(kind, payload[1:])


def _begins_key(kind: int, rest: bytes) -> bool:
    """Parameter sets do, and the first slice of an IDR picture: it begins with macroblock 0."""
    return kind == _SPS or (kind == _IDR and rest[:1] >= b"\x80")


def assemble(codec: VideoCodec, payloads: Sequence[bytes]) -> tuple[bytes, bool]:
    """Join the payloads of one picture, in order.

    Returns:
        The coded picture, and whether it is a key frame.

    Raises:
        ValueError: A payload is malformed or the first one does not begin a picture.
    """
    if codec is VideoCodec.VP8:
        return _assemble_vp8(payloads)
    return _assemble_h264(payloads)


def _vp8_descriptor(payload: bytes) -> tuple[int, bool]:
    """Give where the VP8 data begins, and whether this payload begins a frame."""
    if not payload:
        raise ValueError("empty VP8 payload")
    first = payload[0]
    at = 1
    if first & 0x80:
        if len(payload) < 2:
            raise ValueError("VP8 descriptor is cut")
        flags = payload[1]
        at = 2
        if flags & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += bool(flags & 0x40)
        at += bool(flags & 0x30)
    if len(payload) <= at:
        raise ValueError("VP8 payload is cut")
    return at, first & 0x17 == 0x10


def _assemble_vp8(payloads: Sequence[bytes]) -> tuple[bytes, bool]:
    at, start = _vp8_descriptor(payloads[0])
    if not start:
        raise ValueError("VP8 picture does not begin with its first partition")
    key = not payloads[0][at] & 1
    parts = [payloads[0][at:]]
    parts += [payload[_vp8_descriptor(payload)[0] :] for payload in payloads[1:]]
    return b"".join(parts), key


def _assemble_h264(payloads: Sequence[bytes]) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    key = False
    for payload in payloads:
        if len(payload) < 2:
            raise ValueError("H.264 payload is cut")
        kind = payload[0] & 0x1F
        if kind == _FU_A:
            kind = payload[1] & 0x1F
            if payload[1] & 0x80:
                parts += (_START_CODE, bytes([(payload[0] & 0xE0) | kind]))
            elif not parts:
                raise ValueError("H.264 fragment without its beginning")
            parts.append(payload[2:])
            key = key or kind == _IDR
        elif kind == _STAP_A:
            for unit in _deaggregate(payload):
                parts += (_START_CODE, unit)
                key = key or unit[0] & 0x1F == _IDR
        elif 1 <= kind <= _SINGLE_MAX:
            parts += (_START_CODE, payload)
            key = key or kind == _IDR
        else:
            raise ValueError(f"H.264 payload type {kind} is not in packetization mode 1")
    return b"".join(parts), key


def _deaggregate(payload: bytes) -> Iterator[bytes]:
    at = 1
    while at < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        unit = payload[at + 2 : at + 2 + size]
        if size == 0 or len(unit) != size:
            raise ValueError("H.264 aggregation packet is cut")
        yield unit
        at += 2 + size
