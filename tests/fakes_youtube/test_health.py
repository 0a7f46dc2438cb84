"""Issues and grades of what encoders really write."""

import subprocess
from pathlib import Path

import pytest

from tests.fakes.youtube.flv import FlvReader
from tests.fakes.youtube.health import grade, issue, issues_of, mismatches
from tests.fakes.youtube.model import Publisher, Stream

pytestmark = pytest.mark.media

VIDEO = ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=25"]
FAST = ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=90"]
SOUND = ["-f", "lavfi", "-i", "sine=sample_rate=48000"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p"]
AAC = ["-c:a", "aac", "-b:a", "96k"]


def encoded(path: Path, *words: str, seconds: int = 6) -> FlvReader:
    """What a reader knows after some seconds of an encoder, read in odd pieces."""
    command = ["ffmpeg", "-loglevel", "error", "-nostdin", "-y", *words, "-t", str(seconds)]
    subprocess.run([*command, "-f", "flv", str(path)], check=True)
    reader, content = FlvReader(), path.read_bytes()
    for start in range(0, len(content), 1013):
        reader.feed(content[start : start + 1013])
    return reader


def kinds(reader: FlvReader, *, stalled: bool = False, floor_kbps: float = 10) -> list[str]:
    found = issues_of(reader, stalled=stalled, watched_s=12, floor_kbps=floor_kbps)
    return [one.type for one in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([*VIDEO, *SOUND, *H264, *AAC], []),
        ([*VIDEO, *H264], ["noAudioStream"]),
        ([*SOUND, *AAC], ["noVideoStream"]),
        ([*VIDEO, *SOUND, *H264, *AAC, "-g", "250"], ["gopSizeLong"]),
        ([*VIDEO, *SOUND, *H264, *AAC, "-ar", "32000"], ["audioSampleRate"]),
        ([*VIDEO, *SOUND, *H264, *AAC, "-ac", "6", "-b:a", "96k"], ["audioTooManyChannels"]),
        (
            [*VIDEO, *SOUND, *H264, "-c:a", "pcm_s16le", "-ar", "44100"],
            ["audioCodec", "audioBitrateHigh"],
        ),
        ([*VIDEO, *SOUND, "-c:v", "flv1", *AAC, "-g", "50"], ["videoCodec"]),
        ([*FAST, *SOUND, *H264, *AAC, "-g", "180"], ["frameRateHigh"]),
    ],
)
def test_what_an_encoder_does_wrong_is_named(
    tmp_path: Path, words: list[str], expected: list[str]
) -> None:
    assert kinds(encoded(tmp_path / "a.flv", *words)) == expected


def test_too_little_and_nothing_at_all_are_different_issues(tmp_path: Path) -> None:
    reader = encoded(tmp_path / "a.flv", *VIDEO, *SOUND, *H264, *AAC, seconds=12)
    assert kinds(reader, floor_kbps=100_000) == ["bitrateLow"]
    assert kinds(reader, floor_kbps=100_000, stalled=True) == ["videoIngestionStarved"]
    fast = issues_of(reader, stalled=False, watched_s=4, floor_kbps=10)
    assert [one.type for one in fast] == ["videoIngestionFasterThanRealtime"]


def test_a_backup_that_differs_from_its_primary_is_named(tmp_path: Path) -> None:
    primary = encoded(tmp_path / "a.flv", *VIDEO, *SOUND, *H264, *AAC)
    other = [*FAST, *SOUND, *H264, *AAC, "-ar", "44100", "-ac", "2"]
    backup = encoded(tmp_path / "b.flv", *other)
    assert mismatches(primary, primary) == ()
    assert {one.type for one in mismatches(primary, backup)} == {
        *("audioSampleRateMismatch", "audioStereoMismatch", "framerateMismatch")
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], "good"),
        (["audioBitrateHigh"], "good"),
        (["gopSizeLong", "audioBitrateHigh"], "ok"),
        (["gopSizeLong", "noAudioStream"], "bad"),
    ],
)
def test_the_worst_issue_makes_the_grade(found: list[str], expected: str) -> None:
    stream = Stream(
        id="s", channel_id="c", key="k", created_s=0, title="t", resolution="v", frame_rate="v"
    )
    stream.issues = tuple(issue(kind) for kind in found)
    assert grade(stream) == "noData"
    stream.publishers["1"] = Publisher(clientid="1", since_s=0)
    assert grade(stream) == expected
