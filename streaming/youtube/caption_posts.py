"""Captions as YouTube takes them: times and text in a POST with a number.  Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from venue.captions import Line
from venue.ids import Instant

LINES_MAX: Final = 10
"""In one POST."""

LATE_MS: Final = 60_000
"""Viewers have seen by then what was said."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
_WORD_JOINER = "\u2060"


class Posted(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last POST, kept before it is made.

    While ``body`` is there its outcome is not known: the same body goes again with the same
    number, and YouTube, which has seen the number or not, shows it once.
    """

    seq: int = 0
    number: int = 0
    """Of the last line that is in it, or was left out."""
    body: str = ""
    until: int = 0
    """The latest time in any POST: what follows is never told as earlier."""


def resumed(posted: Posted, lines: Sequence[Line]) -> Posted:
    """What was kept, for the lines there are now; a room that began anew counts from 1 again."""
    anew = bool(lines) and lines[-1].number < posted.number
    return replace(posted, number=0) if anew else posted


def passed_over(posted: Posted, lines: Sequence[Line], shown_since: Instant | None) -> Posted:
    """Leave out what was said while viewers saw the slate; ``shown_since`` None: they do now."""
    hidden = [line.number for line in lines if shown_since is None or line.at < shown_since]
    return replace(posted, number=max(posted.number, *hidden)) if hidden else posted


def following(
    posted: Posted, lines: Sequence[Line], now: Instant, offset_ms: int
) -> tuple[Posted, int]:
    """The next POST with the lines that wait, and how many came too late to be in it.

    ``offset_ms`` is how much YouTube's clock is ahead of ours.
    """
    waiting = [line for line in lines if line.number > posted.number]
    fresh = [line for line in waiting if now - line.at <= LATE_MS][:LINES_MAX]
    if not fresh:
        number = waiting[-1].number if waiting else posted.number
        return replace(posted, number=number), len(waiting)
    missed = fresh[0].number - posted.number - 1 if posted.number else 0
    body, until = "", posted.until
    for line in fresh:
        at = line.at + offset_ms
        # Where the two clocks were found to differ otherwise; a leap is believed.
        until = max(at, until) if until - at < LATE_MS else at
        body += f"{utc(until)}\n{_text(line.text)}\n"
    seq, number = posted.seq + 1, fresh[-1].number
    return replace(posted, seq=seq, number=number, body=body, until=until), missed


def taken(posted: Posted) -> Posted:
    """After YouTube has taken it."""
    return replace(posted, body="")


def refused(posted: Posted) -> Posted:
    """After YouTube has refused it: its number is still to be used."""
    return replace(posted, seq=posted.seq - 1, body="")


def utc(at_ms: int) -> str:
    """A time as YouTube wants it: UTC, milliseconds, and no Z.

    >>> utc(1_795_334_400_250)
    '2026-11-22T08:00:00.250'
    """
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}"


def offset_of(answer: str, sent_at: Instant, answered_at: Instant) -> int | None:
    """How much YouTube's clock is ahead, from the time it answers; None: it names none.

    >>> offset_of("2026-11-22T08:00:01.000", Instant(1_795_334_400_000), Instant(1_795_334_400_200))
    900
    """
    try:
        theirs = datetime.fromisoformat(answer.strip()).replace(tzinfo=UTC)
    except ValueError:
        return None
    return round(theirs.timestamp() * 1000) - (sent_at + answered_at) // 2


def _text(text: str) -> str:
    """One line; angle brackets would be markup, and a time would begin another caption."""
    plain = text.replace("<", "‹").replace(">", "›")
    return f"{_WORD_JOINER}{plain}" if _TIME.match(plain) else plain
