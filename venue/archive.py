"""The recording as one thing to play: its parts on one timeline, and where its chapters lie.

A recording is one part or several (an engine of another format, a full disk, a second half).  On
the timeline the parts follow one another; what was not recorded between them is a gap of no
length that says how much is missing.

Media and journal meet on the wall clock: every part knows when its first picture was, to the
millisecond, and every event of the journal has its time.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from venue.ids import DurationMs, Instant, Language
from venue.questions import State
from venue.session import SeatWords
from venue.story import SLATE, Story, shown_at

BREAK_MS = 20_000
"""The slate for less is a cut, not a break."""

GAP_MS = 1_000
"""Less than this is the time a new part takes to begin, not worth a line."""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file of the recording, ready to be played."""

    name: str
    """Of its file, without the suffix."""
    began_at: Instant
    """Wall clock of its first picture."""
    length_ms: DurationMs
    sounds: tuple[str, ...] = ()
    """Languages of the program, ``floor``, and ``booth-{language}``."""
    captions: tuple[str, ...] = ()
    size_bytes: int = 0
    """Of the whole file, for those who want to keep it."""

    @property
    def ended_at(self) -> Instant:
        """Wall clock of its end."""
        return Instant(self.began_at + self.length_ms)


class Archive(msgspec.Struct, frozen=True, omit_defaults=True):
    """All parts in order, and files that could not be read."""

    parts: tuple[Part, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def length_ms(self) -> DurationMs:
        """Of the timeline."""
        return DurationMs(sum(part.length_ms for part in self.parts))

    @property
    def sounds(self) -> tuple[str, ...]:
        """Every sound that some part has, those of the first part first."""
        return tuple(dict.fromkeys(sound for part in self.parts for sound in part.sounds))

    @property
    def captions(self) -> tuple[str, ...]:
        """Every language that some part has captions in."""
        return tuple(dict.fromkeys(lang for part in self.parts for lang in part.captions))


class Preparing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is being done about parts that cannot be played yet."""

    done: float = 0.0
    """Share of the bytes."""
    code: str | None = None
    """Why it cannot go on, until it is tried again."""


class Chapter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch that somebody may look for."""

    kind: Literal["turn", "question", "break"]
    start: Instant
    stop: Instant
    name: str = ""
    """Who spoke, or who asked."""
    title: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    text: str = ""
    """Of the question."""
    question: str = ""
    """Its id."""
    words: Mapping[str, SeatWords] = {}
    """Name, title and place of who spoke, in other languages."""
    translations: Mapping[Language, str] = {}
    """Of the question's text."""


class Placed(msgspec.Struct, frozen=True):
    """A chapter on the timeline."""

    chapter: Chapter
    at_ms: DurationMs
    until_ms: DurationMs


class Gap(msgspec.Struct, frozen=True):
    """What is missing at a place of the timeline."""

    at_ms: DurationMs
    since: Instant
    missing_ms: DurationMs


def starts_of(parts: Sequence[Part]) -> tuple[DurationMs, ...]:
    """Where each part begins on the timeline."""
    starts, at_ms = [], 0
    for part in parts:
        starts.append(DurationMs(at_ms))
        at_ms += part.length_ms
    return tuple(starts)


def gaps_of(parts: Sequence[Part]) -> tuple[Gap, ...]:
    """What is missing between the parts."""
    starts = starts_of(parts)
    return tuple(
        Gap(starts[index + 1], before.ended_at, DurationMs(after.began_at - before.ended_at))
        for index, (before, after) in enumerate(pairwise(parts))
        if after.began_at - before.ended_at >= GAP_MS
    )


def chapters_of(story: Story) -> tuple[Chapter, ...]:
    """Every turn, every answered question, every break, by their beginning."""
    chapters = (*_turns(story), *_questions(story), *_breaks(story))
    return tuple(sorted(chapters, key=lambda chapter: chapter.start))


def placed(chapters: Iterable[Chapter], parts: Sequence[Part]) -> tuple[Placed, ...]:
    """The chapters that the recording holds something of, where they lie in it."""
    found = []
    for chapter in chapters:
        stretches = [
            (start_ms + max(chapter.start, part.began_at) - part.began_at,
             start_ms + min(chapter.stop, part.ended_at) - part.began_at)
            for part, start_ms in zip(parts, starts_of(parts), strict=True)
            if chapter.start < part.ended_at and chapter.stop > part.began_at
        ]  # fmt: skip
        if stretches:
            begin_ms, end_ms = stretches[0][0], stretches[-1][1]
            found.append(Placed(chapter, DurationMs(begin_ms), DurationMs(end_ms)))
    return tuple(found)


def _turns(story: Story) -> list[Chapter]:
    """One for each turn, from its first word to its last, pauses included."""
    floor = story.room.floor
    spans: dict[str, Chapter] = {}
    for interval in floor.ledger:
        if not interval.charged:
            continue
        before = spans.get(interval.turn)
        if before is not None:
            spans[interval.turn] = msgspec.structs.replace(before, stop=interval.stop)
            continue
        chapter = Chapter("turn", interval.start, interval.stop)
        spans[interval.turn] = _spoken_by(
            story, chapter, interval.seat, interval.name, interval.delegation
        )
    current = floor.current
    if current is not None and current.running_since is not None:
        turn = current.turn
        before = spans.get(turn.turn)
        start = current.running_since if before is None else before.start
        chapter = Chapter("turn", start, max(start, story.at))
        spans[turn.turn] = _spoken_by(story, chapter, turn.seat, turn.name, turn.delegation)
    return list(spans.values())


def _spoken_by(
    story: Story, chapter: Chapter, seat_id: str | None, name: str, delegation: str
) -> Chapter:
    seat = next((one for key, one in story.room.seats.items() if key == seat_id), None)
    if name or seat is None:
        return msgspec.structs.replace(chapter, name=name, city=delegation)
    known = seat.definition
    return msgspec.structs.replace(
        chapter,
        name=known.name,
        title=known.title,
        city=known.city,
        country=known.country,
        language=known.language,
        words=known.words,
    )


def _questions(story: Story) -> list[Chapter]:
    """Answered ones, from when they were on the picture."""
    return [
        Chapter(
            "question",
            shown_at(story, asked.question) or asked.moved_at,
            asked.moved_at,
            name=asked.name,
            country=asked.country,
            language=asked.lang,
            text=asked.text,
            question=asked.question,
            translations=asked.translations,
        )
        for asked in story.room.questions.values()
        if asked.state is State.ANSWERED
    ]


def _breaks(story: Story) -> list[Chapter]:
    return [
        Chapter("break", shown.start, shown.stop)
        for shown in story.of(SLATE)
        if shown.stop - shown.start >= BREAK_MS
    ]
