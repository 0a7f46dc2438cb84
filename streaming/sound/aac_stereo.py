"""One voice on two channels: an AAC-LC packet of one channel made into one of two.

Targets want stereo, and every program of ours sounds the same on both sides, so a second channel
through the coder would only double its CPU.  Here the packet is written again as a channel pair
whose middle is the channel that was coded and whose sides are nothing (ISO/IEC 14496-3, 4.4.2: M/S
in every band, left = middle + side, right = middle - side).  No sample is touched.

The coder must use neither noise substitution nor TNS: decoders do both after M/S, for each channel
by its own data, and the right one would have none.
"""

from typing import Final

_CHANNEL_BITS: Final = 7
"""Identifier and tag of a channel element."""
_GAIN_BITS: Final = 8
_PAIR: Final = 0b001_0000_1
"""A channel pair, tag 0, one window for both channels."""
_EVERY_BAND: Final = 0b10
_END: Final = 0b111
_EIGHT_SHORT: Final = 2
_LONG_INFO_BITS: Final = 11
_SHORT_INFO_BITS: Final = 15


class NotOneChannel(ValueError):
    """The packet is not one single channel element and nothing else."""


def on_both_sides(packet: bytes) -> bytes:
    """Write a raw data block of one channel as one of two with the same sound.

    Raises:
        NotOneChannel: It holds anything but one channel, with tag 0.
    """
    bits = int.from_bytes(packet, "big")
    padding = (bits & -bits).bit_length() - 1 if bits else 0
    size = 8 * len(packet) - padding
    bits >>= padding
    if size < _CHANNEL_BITS + _GAIN_BITS + _LONG_INFO_BITS or bits & _END != _END or padding > 7:
        raise NotOneChannel("no end")
    if bits >> size - _CHANNEL_BITS:
        raise NotOneChannel("no single channel")
    size -= _CHANNEL_BITS + _GAIN_BITS
    gain = bits >> size & 0xFF
    info_bits, side, side_bits = _side(bits >> size - _SHORT_INFO_BITS & 0x7FFF)
    size -= info_bits
    info = bits >> size & (1 << info_bits) - 1
    size -= _END.bit_length()
    rest = bits >> _END.bit_length() & (1 << size) - 1

    pair = _PAIR << info_bits | info
    pair = pair << 2 + _GAIN_BITS | _EVERY_BAND << _GAIN_BITS | gain
    pair = pair << size | rest
    pair = pair << side_bits | side
    pair = pair << 3 | _END
    pair_bits = 8 + info_bits + 2 + _GAIN_BITS + size + side_bits + 3
    return (pair << -pair_bits % 8).to_bytes(-(-pair_bits // 8), "big")


def _side(info: int) -> tuple[int, int, int]:
    """Length of the window's description, and the bits of a channel of nothing in that window.

    ``info`` has the first 15 bits from the description on.
    """
    if info >> 12 & 3 == _EIGHT_SHORT:
        bands = info >> 7 & 15
        groups = 8 - (info & 0x7F).bit_count()
        section, section_bits = _section(bands, 3)
        sections = 0
        for _ in range(groups):
            sections = sections << section_bits | section
        info_bits, sections_bits = _SHORT_INFO_BITS, groups * section_bits
    else:
        sections, sections_bits = _section(info >> 5 & 63, 5)
        info_bits = _LONG_INFO_BITS
    # A gain nobody uses in front; no pulses, no TNS, no gain control behind.
    return info_bits, sections << 3, _GAIN_BITS + sections_bits + 3


def _section(bands: int, width: int) -> tuple[int, int]:
    """One section of ``bands`` bands without a coefficient; its bits and how many they are."""
    if not bands:
        return 0, 0
    most = (1 << width) - 1
    value = 0
    bits = 4
    while bands >= most:
        value, bits, bands = value << width | most, bits + width, bands - most
    return value << width | bands, bits + width
