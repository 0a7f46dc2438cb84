"""What an interpreter wants of the speaker, passed on to the speaker's own page for a while."""

from typing import Literal

from venue.base import Command
from venue.booths.state import Booth, Booths, SignalSeen
from venue.errors import CommandRejected
from venue.floor.state import Floor, SpeakerAsked
from venue.ids import Instant, Language
from venue.session import LanguageTag
from venue.turns import Phase, SpeakerSignal


class PassOn(Command, frozen=True, tag="booth.pass_on"):
    """The desk shows the speaker what a booth has raised, and has seen it."""

    booth: LanguageTag
    signal: Literal["slow_down", "closer_to_microphone"]


def decide(
    floor: Floor, booths: Booths, command: PassOn, now: Instant
) -> tuple[SignalSeen | SpeakerAsked, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: ``floor.not_speaking``.
    """
    name = Language(command.booth)
    raised = booths.get(name, Booth()).signals
    if all(one.signal != command.signal for one in raised):
        return ()
    asked = ask(floor, command.signal, now)
    if not asked:
        raise CommandRejected("floor.not_speaking")
    return (SignalSeen(name, command.signal), *asked)


def ask(floor: Floor, signal: SpeakerSignal, now: Instant) -> tuple[SpeakerAsked, ...]:
    """Ask whoever has the floor, if anybody speaks."""
    current = floor.current
    if current is None or current.phase is not Phase.SPEAKING:
        return ()
    return (SpeakerAsked(current.turn.turn, signal, now),)
