"""The words of a session that interpreters share: the organiser's list, and what was changed in it.

The file's terms stay as they are; what interpreters write lies over them.  So a file imported again
during the session brings its new terms, and takes nothing back that somebody in a booth has put
right.  What they added and the file has by now is one term, theirs.

All booths of a session share one list: a name comes up on the floor for everybody at once, and who
works by relay hears what another booth has made of it.  What a term is in one language is no other
booth's business, but it stands in the same entry, so a correction names the version it was made
from, and is refused if somebody was quicker.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, assert_never

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from venue.base import Command, Event
from venue.errors import CommandRejected
from venue.ids import FLOOR_LANGUAGE, Instant, SeatId
from venue.presence import Seats
from venue.roles import Actor
from venue.session import LanguageTag, Line, Term, TermKind, term_key

CHANGES_MAX = 300
"""Terms added, corrected or removed in one session; every page of a booth gets them all."""

LANGUAGES_MAX = 20

Word = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
EntryName = Annotated[str, Meta(min_length=1, max_length=130)]


class AddTerm(Command, frozen=True, tag="glossary.add"):
    """An interpreter adds a term, or puts one back that was removed."""

    term: Word
    says: Annotated[Mapping[LanguageTag, Word], Meta(max_length=LANGUAGES_MAX)] = {}
    note: Line = ""
    kind: TermKind = "term"


class CorrectTerm(Command, frozen=True, tag="glossary.correct"):
    """An interpreter writes an entry anew."""

    entry: EntryName
    version: int
    """The one that was corrected."""
    term: Word
    says: Annotated[Mapping[LanguageTag, Word], Meta(max_length=LANGUAGES_MAX)] = {}
    note: Line = ""
    kind: TermKind = "term"


class RemoveTerm(Command, frozen=True, tag="glossary.remove"):
    """An interpreter takes an entry out."""

    entry: EntryName
    version: int


GlossaryCommand = AddTerm | CorrectTerm | RemoveTerm


class TermWritten(Event, frozen=True, tag="TermWritten"):
    """An entry was added or corrected."""

    entry: str
    term: Term
    by: SeatId
    name: str
    at: Instant


class TermRemoved(Event, frozen=True, tag="TermRemoved"):
    """An entry was taken out."""

    entry: str
    term: Term
    """As it was."""
    by: SeatId
    name: str
    at: Instant


GlossaryEvent = TermWritten | TermRemoved


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one entry, by the last who touched it."""

    term: Term
    version: int
    by: SeatId
    name: str
    at: Instant
    removed: bool = False


class Glossary(msgspec.Struct, frozen=True, omit_defaults=True):
    """What interpreters have changed."""

    changes: Mapping[str, Change] = {}
    added: int = 0
    """How many were ever added, for their names."""


class Entry(msgspec.Struct, frozen=True):
    """One term as everybody has it now."""

    entry: str
    term: Term
    version: int = 0
    """How often it was changed; 0: as the organiser wrote it."""
    name: str = ""
    """Who changed it last."""


def file_entry(term: Term) -> str:
    """The name of the entry that a term of the file is."""
    return f"f.{term_key(term.term)}"


def is_added(entry: str) -> bool:
    """The entry is an interpreter's own, not the file's."""
    return not entry.startswith("f.")


def entries(listed: tuple[Term, ...], glossary: Glossary) -> Iterator[Entry]:
    """The list as it is now: the file's terms in their order, then the booths' own."""
    written = {name: one for name, one in glossary.changes.items() if not one.removed}
    taken = {term_key(one.term.term) for one in written.values()}
    done = set[str]()
    for term in listed:
        name = file_entry(term)
        if name in done:
            continue
        done.add(name)
        change = glossary.changes.get(name)
        if change is None and term_key(term.term) not in taken:
            yield Entry(name, term)
        elif change is not None and not change.removed:
            yield _changed(name, change)
    yield from (_changed(name, one) for name, one in written.items() if name not in done)


def _changed(name: str, change: Change) -> Entry:
    return Entry(name, change.term, change.version, change.name)


def decide(
    listed: tuple[Term, ...],
    glossary: Glossary,
    seats: Seats,
    actor: Actor,
    command: GlossaryCommand,
    now: Instant,
) -> tuple[GlossaryEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: ``glossary.duplicate``, ``glossary.full``, ``glossary.unknown``,
            ``glossary.changed``, ``language.unknown``, ``seat.unknown``.
    """
    own = seats.get(actor.seat) if actor.seat is not None else None
    if own is None:
        raise CommandRejected("seat.unknown", seat=actor.seat)
    seat, name = own.definition.id, own.definition.name
    known = {one.entry: one for one in entries(listed, glossary)}
    if isinstance(command, AddTerm):
        term = _term(command)
        entry = _new_entry(glossary, term)
        _check_free(known, entry, term)
        _check_room(glossary, entry)
        return (TermWritten(entry, term, seat, name, now),)
    before = _expected(glossary, known, command)
    match command:
        case RemoveTerm():
            if not is_added(command.entry):
                _check_room(glossary, command.entry)
            return (TermRemoved(command.entry, before.term, seat, name, now),)
        case CorrectTerm():
            term = _term(command)
            if term == before.term:
                return ()
            _check_free(known, command.entry, term)
            _check_room(glossary, command.entry)
            return (TermWritten(command.entry, term, seat, name, now),)
        case _:
            assert_never(command)


def _term(command: AddTerm | CorrectTerm) -> Term:
    if FLOOR_LANGUAGE in command.says:
        raise CommandRejected("language.unknown", lang=FLOOR_LANGUAGE)
    says = {tag: says.strip() for tag, says in command.says.items()}
    return Term(command.term.strip(), says, command.note.strip(), command.kind)


def _new_entry(glossary: Glossary, term: Term) -> str:
    """A term of the file that was removed comes back as what it was."""
    listed = glossary.changes.get(file_entry(term))
    if listed is not None and listed.removed:
        return file_entry(term)
    return f"a.{glossary.added + 1}"


def _expected(
    glossary: Glossary, known: Mapping[str, Entry], command: CorrectTerm | RemoveTerm
) -> Entry:
    found = known.get(command.entry)
    if found is None:
        gone = glossary.changes.get(command.entry)
        raise CommandRejected("glossary.unknown", by="" if gone is None else gone.name)
    if found.version != command.version:
        raise CommandRejected("glossary.changed", by=found.name)
    return found


def _check_free(known: Mapping[str, Entry], entry: str, term: Term) -> None:
    for other in known.values():
        if other.entry != entry and term_key(other.term.term) == term_key(term.term):
            raise CommandRejected("glossary.duplicate", term=other.term.term)


def _check_room(glossary: Glossary, entry: str) -> None:
    if entry not in glossary.changes and len(glossary.changes) >= CHANGES_MAX:
        raise CommandRejected("glossary.full", max=CHANGES_MAX)


def evolve(glossary: Glossary, event: GlossaryEvent) -> Glossary:
    """Apply one event.  Total."""
    before = glossary.changes.get(event.entry)
    version = 1 if before is None else before.version + 1
    is_removed = isinstance(event, TermRemoved)
    change = Change(event.term, version, event.by, event.name, event.at, is_removed)
    others = {name: one for name, one in glossary.changes.items() if name != event.entry}
    if not is_added(event.entry):
        return replace(glossary, changes={**others, event.entry: change})
    if is_removed:
        # Nobody else's: nothing has to be remembered of it.
        return replace(glossary, changes=others)
    added = glossary.added + (before is None)
    return Glossary({**glossary.changes, event.entry: change}, added)
