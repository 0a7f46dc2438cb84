"""Recordings made at once by the real recorder: no clock, no engine."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from streaming.mediatime import AAC_FRAME_SAMPLES, SAMPLE_RATE_HZ, SampleTime, Ticks90k
from streaming.outputs.recording import Recorder, recording_path
from streaming.outputs.tap import TapHeader
from streaming.packets import AacFrame, Caption
from tests.fakes.program_source import FORMAT, aac_frames, header, picture_gops
from venue.ids import Language

EN, ZH, FLOOR = Language("en"), Language("zh-Hant"), Language("floor")
TONES_HZ = {EN: 440, ZH: 880, FLOOR: 1320}
FIRST_GOP = 5_001
"""Where on the media clock everything begins: hours after the machine was started, and not with a
frame of sound."""


def record(
    directory: Path, seconds: int, *, sounds: Iterable[Language] = TONES_HZ, second: int = 0
) -> Path:
    """A recording of so many seconds, each sound with its tone, begun at a second: even numbers."""
    spoken = tuple(sounds)
    described: TapHeader = replace(header(), languages=spoken, stems=(), captions=(EN,))
    path = recording_path(directory, datetime(2026, 11, 25, 14, 0, second, tzinfo=UTC))
    recorder = Recorder(path, described, spoken)
    base_pts = FIRST_GOP * FORMAT.gop * 90_000 // FORMAT.fps + second * 90_000
    for gop in range(seconds // 2):
        for picture in picture_gops()[gop % 2]:
            pts = base_pts + gop * 180_000 + picture.pts
            recorder.write(replace(picture, pts=Ticks90k(pts)))
        if gop == 1:
            recorder.caption(Caption(EN, "Two seconds & more", Ticks90k(base_pts + 180_000)))
        first = -(-(base_pts + gop * 180_000) * SAMPLE_RATE_HZ // 90_000 // AAC_FRAME_SAMPLES)
        after = -(-(base_pts + (gop + 1) * 180_000) * SAMPLE_RATE_HZ // 90_000 // AAC_FRAME_SAMPLES)
        for number in range(first, after):
            for sound in spoken:
                tone = aac_frames(TONES_HZ[sound])
                at = SampleTime(number * AAC_FRAME_SAMPLES)
                recorder.write(AacFrame(sound, tone[number % len(tone)], at))
    recorder.close()
    return path
