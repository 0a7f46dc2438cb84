"""Encoded media on its way from encoders to senders and outputs."""

from dataclasses import dataclass
from enum import StrEnum

from streaming.mediatime import SampleTime, Ticks90k
from venue.ids import FLOOR_LANGUAGE, Language


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
class Caption:
    """One line of captions."""

    language: Language
    text: str
    at: Ticks90k
    """When it was said, as far as we know."""


def booth_stem(language: Language) -> Language:
    """The name of the track that holds the booth of a language and nothing else."""
    return Language(f"booth-{language}")


def is_booth(track: Language) -> bool:
    """Whether a track is the stem of a booth: one microphone, so it is in mono."""
    return track.startswith("booth-")


def stems_of(languages: tuple[Language, ...]) -> tuple[Language, ...]:
    """Tracks of the recording beside the program: the clean floor, and every booth."""
    if len(languages) < 2:
        return ()  # nobody interprets: the program is the floor
    interpreted = (language for language in languages if language != FLOOR_LANGUAGE)
    floor = () if FLOOR_LANGUAGE in languages else (FLOOR_LANGUAGE,)
    return (*floor, *(booth_stem(language) for language in interpreted))


@dataclass(frozen=True, slots=True)
class AacFrame:
    """1024 samples of AAC-LC without ADTS header.

    ``at`` is its first sample, a multiple of 1024.
    """

    language: Language
    """A language of the program, or the name of a stem."""
    data: bytes
    at: SampleTime
