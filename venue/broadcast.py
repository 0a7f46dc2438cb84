"""A session on YouTube: what is wanted in each language, what was done about it, what is seen.

Operators say what they want; the shell (``streaming/youtube``) works towards it and notes here
what it must not forget before it acts, so that a restart carries on where it was.

    off --prepare--> prepared --preflight--> preflight --live--> live --end--> ended
     ^------------cancel-----------+------------+                    (a new run begins at prepare)

A *run* is one broadcast in one language, from the first wish to its end.  Its marker is written
into the broadcast on YouTube and finds it again there, whatever became of an answer.

A *rehearsal* is a run beside the one that is prepared: the same key, a broadcast of its own that
only the channel's owner sees.  What was prepared is kept meanwhile, and comes back at its end.
"""

from collections.abc import Mapping
from typing import assert_never

import msgspec
from msgspec.structs import replace

from venue.announcement import title_of
from venue.broadcast_commands import (
    BroadcastAsked,
    BroadcastEvent,
    BroadcastRemembered,
    BroadcastSeen,
    ChannelSeen,
    ChannelSight,
    Memory,
    PanicSet,
    QuotaSeen,
    QuotaSight,
    Sight,
)
from venue.ids import Instant, Language
from venue.session import SessionDefinition, YouTubeDefinition
from venue.wire_youtube import BroadcastStage, BroadcastWanted, Privacy

OVER = frozenset({"complete", "revoked"})
"""Lifecycle states that nothing leads out of."""

ON_YOUTUBE = frozenset({"liveStarting", "live"})
NOT_BEGUN = frozenset({"", "created", "ready"})
"""Lifecycle states in which the start may still be moved."""


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """The run that is to be shown, while a rehearsal has its place."""

    privacy: Privacy
    wanted: BroadcastWanted
    memory: Memory
    sight: Sight = Sight()
    since: Instant | None = None


class Broadcast(msgspec.Struct, frozen=True, omit_defaults=True):
    """One language of the session on YouTube."""

    lang: Language
    channel: str
    """Of this run, to its end, whatever the session's file says meanwhile."""
    privacy: Privacy
    title: str
    description: str = ""
    """The organiser's words, above the programme."""
    scheduled_at: Instant | None = None
    """The start, set by hand; None: the programme's."""
    picture: str = ""
    """Words on the thumbnail; empty: the title."""
    version: int = 0
    """Counts changes of the four above: who edits says which one they saw."""
    privacy_said: int = 0
    """Counts the words of operators about who may watch, the same word again as well."""
    wanted: BroadcastWanted = "off"
    asked_at: Instant = Instant(0)
    """When an operator last said something about it."""
    memory: Memory = Memory()
    sight: Sight = Sight()
    since: Instant | None = None
    """When it entered its lifecycle state."""
    moving: bool = False
    """Once nothing is left on its channel it is set up again on the one that it should go to."""
    kept: Kept | None = None
    """This run is a rehearsal, beside that one."""

    @property
    def rehearsal(self) -> bool:
        """It is shown to nobody and counts for nothing."""
        return self.kept is not None

    @property
    def show(self) -> "Broadcast":
        """As it is for everybody: a rehearsal leaves no trace in it."""
        kept = self.kept
        if kept is None:
            return self
        return replace(
            self,
            privacy=kept.privacy,
            wanted=kept.wanted,
            memory=kept.memory,
            sight=kept.sight,
            since=kept.since,
            kept=None,
        )

    @property
    def said(self) -> tuple[str, str, Instant | None, str]:
        """What ``version`` counts."""
        return self.title, self.description, self.scheduled_at, self.picture

    @property
    def over(self) -> bool:
        """This run cannot go on."""
        return self.sight.lifecycle in OVER

    @property
    def cleared(self) -> bool:
        """Nothing of this run is left on YouTube, or all of it has ended.

        What an insert of unknown outcome may have made is looked for first: only this run's marker
        finds it.
        """
        memory = self.memory
        if memory.recount_at is not None:
            return False
        gone = not memory.broadcast and not memory.pending and not memory.discard
        return gone or self.over


class Broadcasts(msgspec.Struct, frozen=True, omit_defaults=True):
    """All languages of a room that were ever asked for."""

    languages: Mapping[Language, Broadcast] = {}
    panic: bool = False
    """Outputs to YouTube show the slate, whatever the program does."""
    channels: Mapping[str, ChannelSight] = {}
    """By the names that the session's file gives them."""
    quota: QuotaSight | None = None


def stage_of(broadcast: Broadcast) -> BroadcastStage:
    """How far a language is, in one word for people."""
    sight, memory = broadcast.sight, broadcast.memory
    match broadcast.wanted:
        case "off":
            return "off" if broadcast.cleared else "clearing"
        case "ended":
            return "ended" if broadcast.cleared else "ending"
        case "live":
            if broadcast.over:
                return "stopped"
            return "live" if sight.lifecycle == "live" else "starting"
        case "prepared":
            return "prepared" if memory.broadcast and sight.lifecycle == "ready" else "preparing"
        case "preflight":
            taken = sight.stream_status == "active" and sight.lifecycle == "ready"
            taken = taken and all(check.state == "passed" for check in sight.checks)
            return "ready" if taken and sight.verdict in ("good", "warning") else "checking"
        case _:
            assert_never(broadcast.wanted)


def configured_ones(broadcasts: Broadcasts, session: SessionDefinition) -> list[Broadcast]:
    """The languages that have a channel, in the program's order, those never asked for as well."""
    youtube = session.youtube
    if youtube is None:
        return []
    configured = [lang for lang in session.output_languages if lang in youtube.channels]
    return [broadcasts.languages.get(lang) or _blank(session, youtube, lang) for lang in configured]


def _blank(session: SessionDefinition, youtube: YouTubeDefinition, lang: Language) -> Broadcast:
    return Broadcast(
        lang=lang,
        channel=youtube.channels[lang],
        privacy=youtube.privacy,
        title=title_of(session, lang),
        description=youtube.description.get(lang, ""),
    )


def start_of(broadcast: Broadcast, session: SessionDefinition) -> Instant | None:
    """The start that is announced; None: nobody has said when it is."""
    return session.start if broadcast.scheduled_at is None else broadcast.scheduled_at


def moves_to(broadcast: Broadcast, session: SessionDefinition) -> str:
    """The channel that the session's file names for the language now; empty: it is there."""
    named = "" if session.youtube is None else session.youtube.channels.get(broadcast.lang, "")
    return "" if named == broadcast.channel else named


def evolve(broadcasts: Broadcasts, event: BroadcastEvent) -> Broadcasts:
    """Apply one event.  Total."""
    match event:
        case PanicSet():
            return replace(broadcasts, panic=event.on)
        case ChannelSeen():
            channels = {**broadcasts.channels, event.channel: event.sight}
            return replace(broadcasts, channels=channels)
        case QuotaSeen():
            return replace(broadcasts, quota=event.sight)
        case BroadcastAsked():
            return _with(broadcasts, _asked(broadcasts.languages.get(event.lang), event))
        case BroadcastRemembered() | BroadcastSeen():
            known = broadcasts.languages.get(event.lang)
            if known is None:
                return broadcasts
            if isinstance(event, BroadcastRemembered):
                return _with(broadcasts, replace(known, memory=event.memory))
            same = known.sight.lifecycle == event.sight.lifecycle
            since = known.since if same else event.at
            return _with(broadcasts, replace(known, sight=event.sight, since=since))
        case _:
            assert_never(event)


def _asked(known: Broadcast | None, event: BroadcastAsked) -> Broadcast:
    memory, sight, since = Memory(marker=event.marker), Sight(), None
    if known is not None and known.kept is not None and not event.rehearsal:
        kept = known.kept
        memory, sight, since = _after(known.memory, kept.memory), kept.sight, kept.since
    elif known is not None and known.memory.marker == event.marker:
        memory, sight, since = known.memory, known.sight, known.since
        if known.wanted != event.wanted:
            # What was judged was another wish.
            sight = replace(sight, verdict="none", code="", params={}, checks=())
    elif known is not None and known.channel == event.channel:
        memory = replace(memory, stream=known.memory.stream)
    return Broadcast(
        lang=event.lang,
        channel=event.channel,
        privacy=event.privacy,
        title=event.title,
        description=event.description,
        scheduled_at=event.scheduled_at,
        picture=event.picture,
        version=event.version,
        privacy_said=event.privacy_said,
        wanted=event.wanted,
        asked_at=event.at,
        memory=memory,
        sight=sight,
        since=since,
        moving=event.moving,
        kept=_kept(known) if event.rehearsal else None,
    )


def _kept(known: Broadcast | None) -> Kept | None:
    """What a rehearsal puts aside; a check of it is not gone on with."""
    if known is None or known.kept is not None:
        return None if known is None else known.kept
    wanted = "prepared" if known.wanted == "preflight" else known.wanted
    return Kept(known.privacy, wanted, known.memory, known.sight, known.since)


def _after(rehearsal: Memory, kept: Memory) -> Memory:
    """Back to what was kept: the key may be a new one, and there may be something to sweep up."""
    discard = (*kept.discard, *(each for each in rehearsal.discard if each not in kept.discard))
    return replace(kept, stream=rehearsal.stream or kept.stream, discard=discard)


def _with(broadcasts: Broadcasts, broadcast: Broadcast) -> Broadcasts:
    return replace(broadcasts, languages={**broadcasts.languages, broadcast.lang: broadcast})
