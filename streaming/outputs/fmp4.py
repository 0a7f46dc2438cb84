"""Fragmented MP4 (ISO/IEC 14496-12) for one track: an initialisation segment and media segments.

Pure.  FFmpeg's muxers number fragments from where they were opened; ours carry the media clock, so
an output that starts again goes on where it was.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from streaming.mediatime import SAMPLE_RATE_HZ, VIDEO_CLOCK_HZ, PictureFormat
from streaming.outputs.avc import ParameterSets

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_KEY_FLAGS, _OTHER_FLAGS = 0x02000000, 0x01010000


@dataclass(frozen=True, slots=True)
class Sample:
    """One coded picture (length prefixed) or AAC frame."""

    data: bytes
    duration: int
    """In the track's own units: 1/90 000 s or samples."""
    key: bool = True


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


def video_init(fmt: PictureFormat, sets: ParameterSets) -> bytes:
    """The initialisation segment of the picture track."""
    entry = _box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH", 1, fmt.width_px, fmt.height_px, 0x480000, 0x480000, 0, 1),
        bytes(32),
        struct.pack(">Hh", 24, -1),
        _box(b"avcC", sets.avcc()),
    )
    header = _full(b"vmhd", 0, 1, bytes(8))
    size = (fmt.width_px << 16, fmt.height_px << 16)
    return _init(VIDEO_CLOCK_HZ, b"vide", header, entry, size, volume=0)


def audio_init(config: bytes, bitrate_kbps: int = 128) -> bytes:
    """The initialisation segment of a stereo AAC track at 48 kHz."""
    specific = b"\x05" + bytes((len(config),)) + config
    decoder = struct.pack(">BBxxxII", 0x40, 0x15, bitrate_kbps * 1000, bitrate_kbps * 1000)
    decoder = b"\x04" + bytes((len(decoder) + len(specific),)) + decoder + specific
    descriptor = struct.pack(">HB", 1, 0) + decoder + b"\x06\x01\x02"
    entry = _box(
        b"mp4a",
        struct.pack(">6xH8xHHxxxxI", 1, 2, 16, SAMPLE_RATE_HZ << 16),
        _full(b"esds", 0, 0, b"\x03", bytes((len(descriptor),)), descriptor),
    )
    header = _full(b"smhd", 0, 0, bytes(4))
    return _init(SAMPLE_RATE_HZ, b"soun", header, entry, (0, 0), volume=0x100)


def _init(
    timescale: int,
    handler: bytes,
    header: bytes,
    entry: bytes,
    size: tuple[int, int],
    *,
    volume: int,
) -> bytes:
    track = _full(
        b"tkhd",
        0,
        3,
        struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, 0, 0, 0, volume, 0),
        _MATRIX,
        struct.pack(">II", *size),
    )
    tables = _box(
        b"stbl",
        _full(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )
    data = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    media = _box(
        b"mdia",
        _full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, timescale, 0, 0x55C4, 0)),
        _full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, handler), b"Rotunda\x00"),
        _box(b"minf", header, data, tables),
    )
    movie = _full(
        b"mvhd",
        0,
        0,
        struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, 0x100),
        _MATRIX,
        bytes(24),
        struct.pack(">I", 2),
    )
    extends = _box(b"mvex", _full(b"trex", 0, 0, struct.pack(">IIIII", 1, 1, 0, 0, 0)))
    brands = _box(b"ftyp", b"iso6", struct.pack(">I", 0), b"iso6cmfcmp41")
    return brands + _box(b"moov", movie, _box(b"trak", track, media), extends)


def media_segment(number: int, begin: int, samples: Sequence[Sample]) -> bytes:
    """One ``moof`` and ``mdat``; ``begin`` is the media time of the first sample in track units."""
    rows = b"".join(
        struct.pack(
            ">III", sample.duration, len(sample.data), _KEY_FLAGS if sample.key else _OTHER_FLAGS
        )
        for sample in samples
    )

    def fragment(offset: int) -> bytes:
        run = _full(b"trun", 0, 0x701, struct.pack(">Ii", len(samples), offset), rows)
        traf = _box(
            b"traf",
            _full(b"tfhd", 0, 0x020000, struct.pack(">I", 1)),
            _full(b"tfdt", 1, 0, struct.pack(">Q", begin)),
            run,
        )
        return _box(b"moof", _full(b"mfhd", 0, 0, struct.pack(">I", number & 0xFFFFFFFF)), traf)

    head = fragment(len(fragment(0)) + 8)
    kind = _box(b"styp", b"msdh", struct.pack(">I", 0), b"msdhcmfs")
    # The data offset counts from the beginning of the moof.
    return kind + head + _box(b"mdat", *(sample.data for sample in samples))
