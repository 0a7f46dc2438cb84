"""Encoded media on its way from encoders to senders and outputs."""

from dataclasses import dataclass
from enum import StrEnum

from streaming.mediatime import SampleTime, Ticks90k
from venue.ids import Language


class VideoCodec(StrEnum):
    """Codecs of pictures, both ways."""

    VP8 = "vp8"
    H264 = "h264"


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """One coded picture: VP8 frame, or H.264 access unit in Annex B."""

    codec: VideoCodec
    data: bytes
    pts: Ticks90k
    key: bool


@dataclass(frozen=True, slots=True)
class OpusPacket:
    """20 ms of Opus; ``at`` is its first sample."""

    data: bytes
    at: SampleTime


@dataclass(frozen=True, slots=True)
class AacFrame:
    """1024 samples of AAC-LC without ADTS header.

    ``at`` is its first sample, a multiple of 1024.
    """

    language: Language
    data: bytes
    at: SampleTime
