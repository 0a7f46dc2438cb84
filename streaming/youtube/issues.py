"""What YouTube complains of, and the worst of it.  Pure."""

from typing import Literal

from streaming.youtube.known import Verdict
from streaming.youtube.steps import Look

ERRORS: frozenset[str] = frozenset(
    {"noAudioStream", "noVideoStream", "videoCodec", "audioCodec", "badContainer"}
)
"""Nobody sees or hears anything with these, whatever severity is printed."""

ISSUES = (
    "noVideoStream",
    "noAudioStream",
    "videoCodec",
    "audioCodec",
    "badContainer",
    "videoIngestionStarved",
    "videoIngestionFasterThanRealtime",
    "gopSizeLong",
    "gopSizeOver",
    "gopSizeShort",
    "openGop",
    "bitrateLow",
    "bitrateHigh",
    "frameRateHigh",
    "videoResolutionUnsupported",
    "videoResolutionSuboptimal",
    "resolutionMismatch",
    "interlacedVideo",
    "multipleVideoStreams",
    "multipleAudioStreams",
    "audioTooManyChannels",
    "audioSampleRate",
    "audioBitrateLow",
    "audioBitrateHigh",
    "videoCodecMismatch",
    "videoInterlaceMismatch",
    "videoProfileMismatch",
    "videoBitrateMismatch",
    "framerateMismatch",
    "gopMismatch",
    "audioSampleRateMismatch",
    "audioStereoMismatch",
    "audioCodecMismatch",
    "audioBitrateMismatch",
)
"""Every type there is, the worst first; each has a sentence ``youtube.issue.{type}``."""


def worst_issue(look: Look) -> Verdict | None:
    """The worst of YouTube's complaints; ``info`` alone lowers nothing."""
    severe = {kind for kind, severity in look.issues if severity == "error"}
    severe |= {kind for kind, _ in look.issues if kind in ERRORS}
    warned = {kind for kind, severity in look.issues if severity == "warning"}
    levels: tuple[tuple[Literal["bad", "warning"], set[str]], ...] = (
        ("bad", severe),
        ("warning", warned),
    )
    for level, types in levels:
        worst = min(types, key=_rank, default=None)
        if worst is not None:
            named = worst if worst in ISSUES else "other"
            words = dict(look.words).get(worst, "")
            params = (("type", worst), ("says", words)) if words else (("type", worst),)
            return Verdict(level, f"youtube.issue.{named}", params)
    if look.health == "bad":
        return Verdict("bad", "youtube.health_bad")
    return None


def _rank(issue: str) -> int:
    return ISSUES.index(issue) if issue in ISSUES else len(ISSUES)
