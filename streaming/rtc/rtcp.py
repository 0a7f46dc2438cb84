"""The few RTCP packets we write ourselves (RFC 3550, 4585, draft-alvestrand-rmcat-remb)."""

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

_NTP_EPOCH_S = 2_208_988_800
_WALL_LESS_MONOTONIC_S = time.time() - time.monotonic()
"""Taken once: sound and picture must share one steady mapping, whatever is done to the clock."""

_REPORT_BLOCK = struct.Struct("!LB3sLLLL")


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What a receiver says about one stream (RFC 3550 section 6.4.1)."""

    ssrc: int
    fraction_lost: int
    """Of 256."""
    lost: int
    highest_sequence: int
    jitter: int
    last_report: int
    """Middle 32 bits of the NTP time in the last sender report."""
    delay: int
    """Since that report, in 1/65536 s."""


def ntp_time(monotonic_s: float) -> int:
    """64 bit NTP time of an instant of the media clock."""
    return int((monotonic_s + _WALL_LESS_MONOTONIC_S + _NTP_EPOCH_S) * (1 << 32))


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def sender_report(ssrc: int, ntp: int, rtp: int, packets: int, octets: int) -> bytes:
    """A sender report without report blocks."""
    mask = 0xFFFFFFFF
    return _packet(
        200, 0, struct.pack("!LQLLL", ssrc, ntp, rtp & mask, packets & mask, octets & mask)
    )


def receiver_report(ssrc: int, blocks: Sequence[ReportBlock]) -> bytes:
    """A receiver report."""
    body = struct.pack("!L", ssrc)
    for block in blocks:
        body += _REPORT_BLOCK.pack(
            block.ssrc,
            block.fraction_lost,
            max(-0x800000, min(block.lost, 0x7FFFFF)).to_bytes(3, "big", signed=True),
            block.highest_sequence & 0xFFFFFFFF,
            block.jitter & 0xFFFFFFFF,
            block.last_report,
            block.delay & 0xFFFFFFFF,
        )
    return _packet(201, len(blocks), body)


def source_description(ssrc: int, cname: str) -> bytes:
    """An SDES packet with the canonical name, which ties sound and picture together."""
    name = cname.encode()[:255]
    body = struct.pack("!LBB", ssrc, 1, len(name)) + name + b"\x00"
    return _packet(202, 1, body + bytes(-len(body) % 4))


def nack(ssrc: int, media_ssrc: int, sequences: Sequence[int]) -> bytes:
    """Ask for packets again; ``sequences`` in the order of the stream, wrapping allowed."""
    body = struct.pack("!LL", ssrc, media_ssrc)
    first, mask = -1, 0
    for sequence in sequences:
        gap = (sequence - first - 1) & 0xFFFF
        if first >= 0 and gap < 16:
            mask |= 1 << gap
            continue
        if first >= 0:
            body += struct.pack("!HH", first, mask)
        first, mask = sequence, 0
    if first >= 0:
        body += struct.pack("!HH", first, mask)
    return _packet(205, 1, body)


def picture_loss(ssrc: int, media_ssrc: int) -> bytes:
    """Ask for a key frame."""
    return _packet(206, 1, struct.pack("!LL", ssrc, media_ssrc))


def receiver_maximum(ssrc: int, media_ssrc: int, bits_per_second: int) -> bytes:
    """Tell the sender how much it may send (REMB)."""
    exponent = max(0, bits_per_second.bit_length() - 18)
    packed = exponent << 18 | bits_per_second >> exponent
    body = struct.pack("!LL4sB3sL", ssrc, 0, b"REMB", 1, packed.to_bytes(3, "big"), media_ssrc)
    return _packet(206, 15, body)
