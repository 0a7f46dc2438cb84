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


ABOVE_NAMES_PERCENT = 70
"""Of the picture's height: captions that begin there leave the lower third free."""


def document(cues: Iterable[Cue], header: str = "", at_percent: int | None = None) -> str:
    """A WebVTT document; ``at_percent``: where lines stand in the picture, None: at its foot."""
    lines = ["WEBVTT", *([header] if header else []), ""]
    for cue in cues:
        lines += [*cue_lines(cue, at_percent), ""]
    return "\n".join(lines) + "\n"


def cue_lines(cue: Cue, at_percent: int | None = None) -> list[str]:
    """The lines of one cue, text escaped."""
    text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    place = "" if at_percent is None else f" line:{at_percent}%"
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
