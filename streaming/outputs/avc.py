"""H.264 byte streams: from Annex B (start codes) to what containers and RTMP want (lengths).

Pure functions on bytes.  The pictures of an output are never touched beyond this framing.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

NAL_SPS = 7
NAL_PPS = 8
NAL_AUD = 9
_START = b"\x00\x00\x01"


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """What a decoder must know before the first picture."""

    sps: bytes
    pps: bytes

    def avcc(self) -> bytes:
        """The AVCDecoderConfigurationRecord, four-byte NAL lengths."""
        return b"".join(
            (
                bytes((1, self.sps[1], self.sps[2], self.sps[3], 0xFF, 0xE1)),
                struct.pack(">H", len(self.sps)),
                self.sps,
                b"\x01",
                struct.pack(">H", len(self.pps)),
                self.pps,
            )
        )

    @property
    def codec_string(self) -> str:
        """As RFC 6381 writes it, for example ``avc1.4d401f``."""
        return f"avc1.{self.sps[1]:02x}{self.sps[2]:02x}{self.sps[3]:02x}"


def from_avcc(record: bytes) -> ParameterSets:
    """The parameter sets of an AVCDecoderConfigurationRecord.

    Raises:
        ValueError: It is none, or has no sets.
    """
    if len(record) < 11 or record[0] != 1 or record[4] & 3 != 3:
        raise ValueError("not an AVCDecoderConfigurationRecord")
    (sps_size,) = struct.unpack_from(">H", record, 6)
    (pps_size,) = struct.unpack_from(">H", record, 9 + sps_size)
    pps_at = 11 + sps_size
    return ParameterSets(record[8 : 8 + sps_size], record[pps_at : pps_at + pps_size])


def without(prefixed: bytes, skip: frozenset[int]) -> bytes:
    """An access unit with four-byte lengths, less the NAL types in ``skip``."""
    parts: list[bytes] = []
    at = 0
    while at + 4 < len(prefixed):
        (size,) = struct.unpack_from(">I", prefixed, at)
        if prefixed[at + 4] & 0x1F not in skip:
            parts.append(prefixed[at : at + 4 + size])
        at += 4 + size
    return b"".join(parts)


def nal_units(annex_b: bytes) -> Iterator[bytes]:
    """Split an access unit at its start codes; trailing zeros belong to the next start code."""
    position = annex_b.find(_START)
    while position >= 0:
        begin = position + 3
        position = annex_b.find(_START, begin)
        unit = annex_b[begin:] if position < 0 else annex_b[begin:position]
        unit = unit.rstrip(b"\x00")
        if unit:
            yield unit


def parameter_sets(annex_b: bytes) -> ParameterSets | None:
    """The parameter sets in front of a key frame, or None if there are none."""
    sps = pps = b""
    for unit in nal_units(annex_b):
        kind = unit[0] & 0x1F
        if kind == NAL_SPS and not sps:
            sps = unit
        elif kind == NAL_PPS and not pps:
            pps = unit
        elif kind <= 5:
            break
    return ParameterSets(sps, pps) if len(sps) > 3 and pps else None


def length_prefixed(annex_b: bytes, skip: frozenset[int] = frozenset()) -> bytes:
    """The same access unit with four-byte lengths; NAL types in ``skip`` are left out."""
    parts: list[bytes] = []
    for unit in nal_units(annex_b):
        if unit[0] & 0x1F not in skip:
            parts.append(struct.pack(">I", len(unit)))
            parts.append(unit)
    return b"".join(parts)
