"""What operators ask of a session on YouTube, what the shell says of it, and what happened."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from venue.base import Command, Event
from venue.ids import Instant, Language
from venue.session import LanguageTag
from venue.wire_youtube import BroadcastVerdict, BroadcastWanted, CheckView, Privacy

Title = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[^<>]*$")]
Description = Annotated[str, Meta(max_length=4000, pattern="^[^<>]*$")]
Word = Annotated[str, Meta(max_length=120)]
Moment = Annotated[int, Meta(ge=0, le=4_102_444_800_000)]
"""Milliseconds since the epoch, before 2100."""

Typed = Annotated[str, Meta(max_length=20_000)]
"""What somebody typed; what is wrong with it is said by codes of its own."""


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the shell must not forget of one run; written before the call it is about."""

    marker: str = ""
    attempt: int = 0
    """Counts replacement broadcasts of the run: each has a marker of its own."""
    stream: str = ""
    broadcast: str = ""
    """Its id, which is the id of the video."""
    pending: Word = ""
    """The write that may or may not have been applied; empty: none."""
    discard: tuple[str, ...] = ()
    """Twins, stuck and lost broadcasts that are still to be deleted."""
    recount_at: Instant | None = None
    """When to list once more: one of two inserts may have been slow to show."""
    starting_since: Instant | None = None
    """When going live was first asked of this broadcast."""
    aired: bool = False
    configured: Word = ""
    """Digest of the text and the settings that were sent last."""
    privacy_said: int = 0
    """Which word of the operator about who may watch was done last."""
    made_for_kids: bool | None = None
    """As sent last."""
    described: bool | Word = ""
    """Digest of the languages and the category that were sent last, or given up; a journal of
    before they could change says only whether they were sent."""
    pictured: Word = ""
    """Digest of the thumbnail that was sent last, or given up."""


class Sight(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the shell saw last; lost without harm."""

    lifecycle: Word = ""
    stream_status: Word = ""
    health: Word = ""
    issues: tuple[Word, ...] = ()
    privacy: Word = ""
    """As YouTube has it."""
    verdict: BroadcastVerdict = "none"
    code: Word = ""
    params: Mapping[str, str | int] = {}
    viewers: int | None = None
    views: int | None = None
    notes: tuple[Word, ...] = ()
    """Codes of what could not be done and does not hinder the show."""
    checks: tuple[CheckView, ...] = ()
    """Of a preflight; empty otherwise."""


class ChannelSight(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What was seen when a channel's sign-in was tried last."""

    id: Word = ""
    title: Word = ""
    verdict: BroadcastVerdict = "none"
    code: Word = ""
    granted_at: Instant | None = None
    expires_at: Instant | None = None
    checked_at: Instant | None = None


class QuotaSight(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the shell has counted of the day's units, in round figures."""

    used: int
    daily: int
    reserve: int
    needed: int
    """What the rest of the session will take today, about."""
    resets_at: Instant
    spent: bool = False
    """YouTube itself said that nothing is left."""


class Prepare(Command, frozen=True, tag="broadcast.prepare"):
    """Set broadcasts up, days ahead if need be; nobody sees or hears anything yet."""

    langs: tuple[LanguageTag, ...] = ()
    privacy: Privacy | None = None
    scheduled_at: Moment | None = None
    title: Mapping[LanguageTag, Title] = {}
    description: Mapping[LanguageTag, Description] = {}


class Preflight(Command, frozen=True, tag="broadcast.preflight"):
    """Send slate and a tone, and see whether YouTube takes them; still not visible."""

    langs: tuple[LanguageTag, ...] = ()


class Rehearse(Command, frozen=True, tag="broadcast.rehearse"):
    """Begin a rehearsal: a private broadcast on the same key, beside what is prepared."""

    langs: tuple[LanguageTag, ...] = ()


class GoLive(Command, frozen=True, tag="broadcast.live"):
    """Put the session on YouTube; ``expect`` is the privacy the sender believes is set."""

    expect: Privacy
    langs: tuple[LanguageTag, ...] = ()
    on_air: bool = True
    """Send the program as well; without it, viewers see the slate until ``onair.start``."""


class End(Command, frozen=True, tag="broadcast.end"):
    """End the broadcasts for good."""

    langs: tuple[LanguageTag, ...] = ()


class Cancel(Command, frozen=True, tag="broadcast.cancel"):
    """Take prepared broadcasts away again."""

    langs: tuple[LanguageTag, ...] = ()


class SetPrivacy(Command, frozen=True, tag="broadcast.privacy"):
    """Say who may watch; ``expect`` is what is set now."""

    privacy: Privacy
    expect: Privacy
    langs: tuple[LanguageTag, ...] = ()


class Edit(Command, frozen=True, tag="broadcast.edit"):
    """Change what a broadcast says; ``version`` is the one that was read.  Absent: as it is."""

    lang: LanguageTag
    version: int
    title: Typed | None = None
    description: Typed | None = None
    scheduled_at: Moment | None = None
    picture: Typed | None = None
    """Words on the thumbnail; empty: the title."""


class Panic(Command, frozen=True, tag="broadcast.panic"):
    """Slate and silence on YouTube, at once, or back to the program."""

    on: bool


class Remember(Command, frozen=True, tag="broadcast.remember"):
    """The shell is about to act, or has acted."""

    lang: LanguageTag
    memory: Memory


class Note(Command, frozen=True, tag="broadcast.seen"):
    """The shell saw something."""

    lang: LanguageTag
    marker: str
    sight: Sight


class NoteChannel(Command, frozen=True, tag="channel.seen"):
    """The shell tried a channel's sign-in."""

    channel: Word
    sight: ChannelSight


class NoteQuota(Command, frozen=True, tag="quota.seen"):
    """The shell counted."""

    sight: QuotaSight


OperatorCommand = Prepare | Preflight | Rehearse | GoLive | End | Cancel | SetPrivacy | Panic
BroadcastCommand = OperatorCommand | Edit | Remember | Note | NoteChannel | NoteQuota


class BroadcastAsked(Event, frozen=True, tag="BroadcastAsked"):
    """An operator wants something of one language; all that is wanted, not the difference."""

    lang: Language
    channel: str
    wanted: BroadcastWanted
    privacy: Privacy
    title: str
    marker: str
    at: Instant
    description: str = ""
    scheduled_at: Instant | None = None
    picture: str = ""
    version: int = 0
    privacy_said: int = 0
    rehearsal: bool = False
    """A run of its own; what was prepared is kept beside it."""
    moving: bool = False
    """Off, and then set up again on the channel that the session's file names now."""


class BroadcastRemembered(Event, frozen=True, tag="BroadcastRemembered"):
    """The shell's memory of one run."""

    lang: Language
    memory: Memory


class BroadcastSeen(Event, frozen=True, tag="BroadcastSeen"):
    """What the shell saw of one run."""

    lang: Language
    sight: Sight
    at: Instant


class ChannelSeen(Event, frozen=True, tag="ChannelSeen"):
    """Whether somebody is signed in for a channel of the session."""

    channel: str
    sight: ChannelSight


class QuotaSeen(Event, frozen=True, tag="QuotaSeen"):
    """How much of the day's units is left."""

    sight: QuotaSight


class PanicSet(Event, frozen=True, tag="PanicSet"):
    """The slate came or went."""

    on: bool


BroadcastEvent = (
    BroadcastAsked | BroadcastRemembered | BroadcastSeen | ChannelSeen | QuotaSeen | PanicSet
)
