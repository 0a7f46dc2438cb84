"""Names for the ids and units that everything else speaks in."""

from typing import NewType

SessionId = NewType("SessionId", str)
"""One session of the programme, which is also one room: ``[a-z0-9-]{1,40}``."""

SeatId = NewType("SeatId", str)
"""A place at the table.  A seat outlives its connections."""

TurnId = NewType("TurnId", str)
"""One request to speak and the speech that follows."""

QuestionId = NewType("QuestionId", str)
"""One question of the audience."""

OutputId = NewType("OutputId", str)
"""One target the program is sent to."""

CommandId = NewType("CommandId", str)
"""Chosen by the sender; makes a command idempotent."""

VoterId = NewType("VoterId", str)
"""Who asks and votes: a seat, or the signed token of an audience device."""

Language = NewType("Language", str)
"""A BCP 47 tag, for example ``en`` or ``zh-Hant``; ``floor`` names the untranslated sound."""

FLOOR_LANGUAGE = Language("floor")
ENGLISH = Language("en")


def is_signed(language: str) -> bool:
    """A sign language, written with BCP 47's collective tag first: ``sgn-tss``, ``sgn-ase``."""
    return language.partition("-")[0] == "sgn"


def fitting(language: str, languages: tuple[str, ...]) -> str:
    """The one of ``languages`` that is meant by a tag that says more or less than it.

    >>> fitting("zh-Hant", ("en", "zh"))
    'zh'
    >>> fitting("zh", ("zh-Hant", "zh-Hans"))
    'zh'
    """
    if language in languages:
        return language
    primary = language.partition("-")[0]
    same = [one for one in languages if one.partition("-")[0] == primary]
    return same[0] if len(same) == 1 else language


Instant = NewType("Instant", int)
"""Milliseconds since the Unix epoch, as the server saw it."""

DurationMs = NewType("DurationMs", int)
"""A length of time in milliseconds."""
