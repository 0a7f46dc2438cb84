"""Figures after the event, all sums over what the journal tells.

The report names who spoke and no member of the audience.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from venue.archive import chapters_of
from venue.glossary import Change, file_entry
from venue.ids import DurationMs, Instant
from venue.program import Output
from venue.questions import State
from venue.roles import Role
from venue.room import Room
from venue.session import TermKind
from venue.story import ON_AIR, OutputStory, Story, Stretch
from venue.turns import Interval
from venue.viewers import ViewersFigures
from venue.views import shared

INTO, OUTPUT = "into:", "output:"


class SpeakerFigures(msgspec.Struct, frozen=True):
    """One speaker's share."""

    name: str
    delegation: str
    turns: int
    spoken_ms: DurationMs


class DelegationFigures(msgspec.Struct, frozen=True):
    """One delegation's share, whoever spoke for it."""

    delegation: str
    speakers: int
    turns: int
    spoken_ms: DurationMs


class TurnFigures(msgspec.Struct, frozen=True):
    """One turn."""

    name: str
    delegation: str
    started_at: Instant
    ended_at: Instant
    spoken_ms: DurationMs
    """Pauses left out."""


class LanguageFigures(msgspec.Struct, frozen=True):
    """How long interpreters gave into a language."""

    lang: str
    interpreted_ms: DurationMs
    on_air_ms: DurationMs
    """Of it, while the program was on air."""


class OutputFigures(msgspec.Struct, frozen=True):
    """What became of a target while the program was on air."""

    output: str
    kind: str
    lang: str
    target: str
    up_ms: DurationMs
    down_ms: DurationMs
    drops: int
    retries: int
    sent_bytes: int
    errors: dict[str, int]


class TermFigures(msgspec.Struct, frozen=True):
    """What interpreters have made of a term."""

    change: Literal["added", "corrected", "removed"]
    listed: str
    """The term as the session file has it; empty: it has not."""
    term: str
    says: dict[str, str]
    note: str
    kind: TermKind
    name: str
    """Whose the last change was."""
    changed_at: Instant


class Report(msgspec.Struct, frozen=True):
    """What the organiser is told afterwards."""

    session: str
    title: dict[str, str]
    timezone: str
    on_air_ms: DurationMs
    on_air: tuple[tuple[Instant, Instant], ...]
    """From and to, each time."""
    speakers: tuple[SpeakerFigures, ...]
    delegations: tuple[DelegationFigures, ...]
    turns: tuple[TurnFigures, ...]
    spoken_ms: DurationMs
    questions: dict[str, int]
    rejected: dict[str, int]
    """How many for each reason."""
    answered: tuple[str, ...]
    """Texts, in the order of the answers."""
    languages: tuple[LanguageFigures, ...]
    outputs: tuple[OutputFigures, ...]
    youtube: tuple[ViewersFigures, ...] = ()
    """Who watched there, a language each, with every count."""
    terms: tuple[TermFigures, ...] = ()
    """Of the glossary, for the next session's."""


def report_of(story: Story, youtube: tuple[ViewersFigures, ...] = ()) -> Report:
    """Sum up a session; viewers are counted outside it."""
    room = story.room
    on_air = story.of(ON_AIR)
    spoken = [interval for interval in room.floor.ledger if interval.charged]
    asked = room.questions.values()
    rejected = [each.reason for each in asked if each.state is State.REJECTED]
    return Report(
        session=room.session.id,
        title=dict(room.session.title),
        timezone=room.session.timezone,
        on_air_ms=_sum(on_air),
        on_air=tuple((one.start, one.stop) for one in on_air),
        speakers=_speakers(story, spoken),
        delegations=_delegations(story, spoken),
        turns=_turns(story, spoken),
        spoken_ms=_length(spoken),
        questions=_questions(story),
        rejected={reason: rejected.count(reason) for reason in dict.fromkeys(rejected)},
        answered=tuple(one.text for one in chapters_of(story) if one.kind == "question"),
        languages=_languages(story, on_air),
        outputs=tuple(
            _output(story, told, room.program.outputs.get(output), str(output), on_air)
            for output, told in story.outputs.items()
        ),
        youtube=youtube,
        terms=_terms(room),
    )


def _terms(room: Room) -> tuple[TermFigures, ...]:
    listed = {file_entry(one): one.term for one in room.session.glossary}
    return tuple(
        TermFigures(
            change=_change(one, name in listed),
            listed=listed.get(name, ""),
            term=one.term.term,
            says=dict(one.term.says),
            note=one.term.note,
            kind=one.term.kind,
            name=one.name,
            changed_at=one.at,
        )
        for name, one in room.glossary.changes.items()
    )


def _change(change: Change, is_listed: bool) -> Literal["added", "corrected", "removed"]:
    if change.removed:
        return "removed"
    return "corrected" if is_listed else "added"


def _questions(story: Story) -> dict[str, int]:
    counters = shared(story.room, Role.ORGANIZER).counters
    # Who watches now says nothing of the event.
    return {name: number for name, number in counters.items() if name != "audience"}


def _name(story: Story, interval: Interval) -> str:
    seat = story.room.seats.get(interval.seat) if interval.seat else None
    return interval.name or (seat.definition.name if seat else "")


def _length(intervals: list[Interval]) -> DurationMs:
    return DurationMs(sum(interval.stop - interval.start for interval in intervals))


def _speakers(story: Story, spoken: list[Interval]) -> tuple[SpeakerFigures, ...]:
    shares: dict[tuple[str, str], list[Interval]] = {}
    for interval in spoken:
        shares.setdefault((_name(story, interval), interval.delegation), []).append(interval)
    return tuple(
        SpeakerFigures(name, delegation, len({one.turn for one in share}), _length(share))
        for (name, delegation), share in shares.items()
    )


def _delegations(story: Story, spoken: list[Interval]) -> tuple[DelegationFigures, ...]:
    shares: dict[str, list[Interval]] = {}
    for interval in spoken:
        shares.setdefault(interval.delegation, []).append(interval)
    return tuple(
        DelegationFigures(
            delegation,
            len({_name(story, one) for one in share}),
            len({one.turn for one in share}),
            _length(share),
        )
        for delegation, share in shares.items()
    )


def _turns(story: Story, spoken: list[Interval]) -> tuple[TurnFigures, ...]:
    turns: dict[str, list[Interval]] = {}
    for interval in spoken:
        turns.setdefault(interval.turn, []).append(interval)
    return tuple(
        TurnFigures(
            _name(story, share[0]),
            share[0].delegation,
            share[0].start,
            share[-1].stop,
            _length(share),
        )
        for share in turns.values()
    )


def _languages(story: Story, on_air: tuple[Stretch, ...]) -> tuple[LanguageFigures, ...]:
    given: dict[str, list[Stretch]] = {}
    for stretch in story.of(INTO):
        given.setdefault(stretch.fact.removeprefix(INTO), []).append(stretch)
    return tuple(
        LanguageFigures(lang, _sum(tuple(share)), _within(tuple(share), on_air))
        for lang, share in given.items()
    )


def _output(
    story: Story,
    told: OutputStory,
    now: Output | None,
    output: str,
    on_air: tuple[Stretch, ...],
) -> OutputFigures:
    up = tuple(one for one in story.of(OUTPUT + output) if one.fact == OUTPUT + output)
    up_ms = _within(up, on_air)
    # What was added later, or taken away sooner, was not down before and after.
    begun = min((one.start for one in up), default=story.at)
    ended = story.at if now is not None else max((one.stop for one in up), default=begun)
    due = (Stretch("due", begun, ended),)
    return OutputFigures(
        output=output,
        kind=told.kind,
        lang=told.lang,
        target=told.target if now is None else now.target,
        up_ms=up_ms,
        down_ms=DurationMs(max(0, _within(due, on_air) - up_ms)),
        drops=told.drops,
        retries=told.retries,
        sent_bytes=told.sent_bytes,
        errors=_plain(told.errors),
    )


def _plain(errors: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(errors.items()))


def _sum(stretches: tuple[Stretch, ...]) -> DurationMs:
    return DurationMs(sum(one.stop - one.start for one in stretches))


def _within(stretches: tuple[Stretch, ...], outer: tuple[Stretch, ...]) -> DurationMs:
    """How much of the former lies in the latter; neither overlaps itself."""
    return DurationMs(
        sum(
            max(0, min(one.stop, around.stop) - max(one.start, around.start))
            for one in stretches
            for around in outer
        )
    )
