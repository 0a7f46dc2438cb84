"""AMF0, as far as publishing over RTMP needs it: numbers, booleans, strings, objects, null."""

import struct
from collections.abc import Mapping

AmfValue = float | bool | str | None | Mapping[str, "AmfValue"]
"""What a command is made of; ``float`` stands for every number."""


class AmfError(ValueError):
    """The bytes are not AMF0, or a part of it that nobody sends in answers."""


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


def encode(*values: AmfValue) -> bytes:
    """Write values one after another."""
    return b"".join(_encode_one(value) for value in values)


def _encode_one(value: AmfValue) -> bytes:
    match value:
        case None:
            return b"\x05"
        case bool():
            return b"\x01\x01" if value else b"\x01\x00"
        case int() | float():
            return b"\x00" + struct.pack(">d", value)
        case str():
            return b"\x02" + _text(value)
        case _:
            return b"\x03" + _members(value) + b"\x00\x00\x09"


def encode_array(members: Mapping[str, AmfValue]) -> bytes:
    """Write an ECMA array, which is what ``onMetaData`` carries."""
    return b"\x08" + struct.pack(">I", len(members)) + _members(members) + b"\x00\x00\x09"


def _members(members: Mapping[str, AmfValue]) -> bytes:
    return b"".join(_text(name) + _encode_one(value) for name, value in members.items())


def decode(raw: bytes) -> list[AmfValue]:
    """Read values up to the end.

    Raises:
        AmfError: Malformed, cut off or of an unknown type.
    """
    values: list[AmfValue] = []
    position = 0
    try:
        while position < len(raw):
            value, position = _decode_one(raw, position, depth=0)
            values.append(value)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise AmfError from error
    return values


def _decode_text(raw: bytes, position: int) -> tuple[str, int]:
    (length,) = struct.unpack_from(">H", raw, position)
    end = position + 2 + length
    if end > len(raw):
        raise AmfError
    return raw[position + 2 : end].decode(), end


def _decode_one(raw: bytes, position: int, depth: int) -> tuple[AmfValue, int]:
    if depth > 8:
        raise AmfError
    marker, position = raw[position], position + 1
    match marker:
        case 0x00:
            return struct.unpack_from(">d", raw, position)[0], position + 8
        case 0x01:
            return raw[position] != 0, position + 1
        case 0x02:
            return _decode_text(raw, position)
        case 0x03:
            return _decode_members(raw, position, depth)
        case 0x05 | 0x06:
            return None, position
        case 0x08:
            return _decode_members(raw, position + 4, depth)
        case _:
            raise AmfError


def _decode_members(raw: bytes, position: int, depth: int) -> tuple[AmfValue, int]:
    members: dict[str, AmfValue] = {}
    while raw[position : position + 3] != b"\x00\x00\x09":
        name, position = _decode_text(raw, position)
        members[name], position = _decode_one(raw, position, depth + 1)
    return members, position + 3
