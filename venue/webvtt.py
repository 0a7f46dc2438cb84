"""WebVTT as text: captions and chapters.  Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_TIMES = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3}) --> (?:(\d+):)?(\d\d):(\d\d)\.(\d{3})")


@dataclass(frozen=True, slots=True)
class Cue:
    """A line on the screen; seconds of media time."""

    begin_s: float
    end_s: float
    text: str


ABOVE_NAMES_LINES = 5
"""Lines from the foot of the picture: two lines of captions there leave the lower third free.

Counted, not measured: Chromium does not wrap a line whose place is given as a share of the picture.
"""


def document(cues: Iterable[Cue], header: str = "", from_foot: int = 0) -> str:
    """A WebVTT document; ``from_foot``: how many lines above the foot of the picture they begin."""
    lines = ["WEBVTT", *([header] if header else []), ""]
    for cue in cues:
        lines += [*cue_lines(cue, from_foot), ""]
    return "\n".join(lines) + "\n"


def cue_lines(cue: Cue, from_foot: int = 0) -> list[str]:
    """The lines of one cue, text escaped."""
    text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    place = f" line:-{from_foot}" if from_foot else ""
    return [f"{_clock(cue.begin_s)} --> {_clock(cue.end_s)}{place}", text]


def cues_of(text: str) -> list[Cue]:
    """Read a document of ours; what is not a whole cue (a power cut in its middle) is left out."""
    cues: list[Cue] = []
    for block in text.split("\n\n"):
        times, _, words = block.strip("\n").partition("\n")
        found = _TIMES.match(times)
        if found is None or not words:
            continue
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        parts = found.groups(default="0")
        cues.append(Cue(_seconds(parts[:4]), _seconds(parts[4:]), words))
    return cues


def one_at_a_time(cues: Iterable[Cue]) -> list[Cue]:
    """A cue ends where the next one begins."""
    ordered = sorted(cues, key=lambda cue: cue.begin_s)
    ends = [cue.begin_s for cue in ordered[1:]]
    cut = [replace(cue, end_s=min(cue.end_s, end)) for cue, end in zip(ordered, ends, strict=False)]
    return [cue for cue in (*cut, *ordered[-1:]) if cue.end_s > cue.begin_s]


def _seconds(parts: tuple[str, ...]) -> float:
    hours, minutes, seconds, milliseconds = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{milliseconds:03d}"
