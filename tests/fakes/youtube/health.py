"""``configurationIssues`` from what arrives, and the grade that they make."""

from collections.abc import Iterator

from tests.fakes.youtube.flv import FlvReader
from tests.fakes.youtube.model import Issue, Stream

_AVC, _AAC, _AUDIO = 7, 10, 8
_GOOD_RATES_HZ = (44100, 48000)
_LONG_GOP_MS = 4000

_TEXTS = {
    # type: (severity, reason, description)
    "noAudioStream": ("error", "Missing audio", "The stream has no audio. Please send audio."),
    "noVideoStream": ("error", "Missing video", "The stream has no video. Please send video."),
    "videoCodec": ("error", "Incorrect video codec", "Please encode with H.264."),
    "audioCodec": ("error", "Incorrect audio codec", "Please encode with AAC or MP3."),
    "audioSampleRate": (
        "warning",
        "Check audio settings",
        "The recommended sample rates are 44.1 and 48 kHz.",
    ),
    "audioTooManyChannels": ("warning", "Check audio settings", "Please send two channels."),
    "audioBitrateHigh": (
        "info",
        "Check audio settings",
        "The audio bit rate is higher than recommended.",
    ),
    "frameRateHigh": ("warning", "Frame rate too high", "Please send 60 frames or fewer."),
    "gopSizeLong": (
        "warning",
        "Check video settings",
        "Please use a keyframe frequency of four seconds or less. Currently, keyframes are not "
        "being sent often enough, which can cause buffering.",
    ),
    "bitrateLow": ("warning", "Video output low", "The bit rate is lower than recommended."),
    "videoIngestionStarved": (
        "error",
        "Video output low",
        "YouTube is not receiving enough video to maintain smooth streaming.",
    ),
    "videoIngestionFasterThanRealtime": (
        "warning",
        "Ingestion too fast",
        "Video arrives faster than real time.",
    ),
}


def issue(kind: str) -> Issue:
    severity, reason, description = _TEXTS.get(
        kind, ("warning", "Primary and backup differ", "Please send the same to both.")
    )
    return Issue(kind, severity, reason, description)


def issues_of(
    seen: FlvReader, *, stalled: bool, watched_s: float, floor_kbps: float
) -> tuple[Issue, ...]:
    """What is wrong with one publisher; ``watched_s`` is how long it has been sending."""
    kinds = list(_contents(seen)) if seen.span_ms >= 1000 else []
    if stalled:
        kinds.append("videoIngestionStarved")
    elif 0 < seen.bitrate_kbps() < floor_kbps:
        kinds.append("bitrateLow")
    first_ms = seen.first_ms or 0
    # Two seconds are the burst with which every sender begins.
    if watched_s > 3 and (seen.last_ms - first_ms) / 1000 > 1.5 * watched_s + 2:
        kinds.append("videoIngestionFasterThanRealtime")
    return tuple(issue(kind) for kind in kinds)


def _contents(seen: FlvReader) -> Iterator[str]:
    if not seen.has_audio:
        yield "noAudioStream"
    elif seen.audio_codec not in (_AAC, 2):
        yield "audioCodec"
    if seen.sample_rate_hz is not None and seen.sample_rate_hz not in _GOOD_RATES_HZ:
        yield "audioSampleRate"
    if (seen.channels or 0) > 2:
        yield "audioTooManyChannels"
    if seen.bitrate_kbps(_AUDIO) > 400:
        yield "audioBitrateHigh"
    if not seen.has_video:
        yield "noVideoStream"
    elif seen.video_codec != _AVC:
        yield "videoCodec"
    if seen.frame_rate() > 62:
        yield "frameRateHigh"
    if seen.keyframe_gap_ms() > _LONG_GOP_MS:
        yield "gopSizeLong"


def mismatches(primary: FlvReader, backup: FlvReader) -> tuple[Issue, ...]:
    """How a backup differs from its primary."""
    kinds = []
    if primary.video_codec != backup.video_codec:
        kinds.append("videoCodecMismatch")
    if primary.profile != backup.profile:
        kinds.append("videoProfileMismatch")
    if primary.audio_codec != backup.audio_codec:
        kinds.append("audioCodecMismatch")
    if primary.sample_rate_hz != backup.sample_rate_hz:
        kinds.append("audioSampleRateMismatch")
    if primary.channels != backup.channels:
        kinds.append("audioStereoMismatch")
    rates = primary.frame_rate(), backup.frame_rate()
    if all(rates) and abs(rates[0] - rates[1]) > 2:
        kinds.append("framerateMismatch")
    return tuple(issue(kind) for kind in kinds)


def grade(stream: Stream) -> str:
    """``healthStatus.status``: info does not lower it, a warning makes ok, an error bad."""
    if not stream.publishers:
        return "noData"
    severities = {one.severity for one in stream.issues}
    if "error" in severities:
        return "bad"
    return "ok" if "warning" in severities else "good"
