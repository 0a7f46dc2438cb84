"""What operators may ask of a session on YouTube, and what the shell may say of it."""

import hashlib
from functools import reduce
from typing import assert_never

from msgspec.structs import replace

from venue.broadcast import (
    NOT_BEGUN,
    Broadcast,
    Broadcasts,
    Kept,
    configured_ones,
    evolve,
    moves_to,
    start_of,
)
from venue.broadcast_commands import (
    BroadcastAsked,
    BroadcastCommand,
    BroadcastEvent,
    BroadcastRemembered,
    BroadcastSeen,
    Cancel,
    ChannelSeen,
    Edit,
    End,
    GoLive,
    Memory,
    Note,
    NoteChannel,
    NoteQuota,
    OperatorCommand,
    Panic,
    PanicSet,
    Preflight,
    Prepare,
    QuotaSeen,
    Rehearse,
    Remember,
    SetPrivacy,
    Sight,
)
from venue.broadcast_text import checked_description, checked_line
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant, Language
from venue.session import SessionDefinition
from venue.wire_youtube import BroadcastWanted, Privacy

_OF_A_LANGUAGE = (BroadcastAsked, BroadcastRemembered, BroadcastSeen)


def decide(
    broadcasts: Broadcasts,
    session: SessionDefinition,
    command: BroadcastCommand,
    now: Instant,
    op: CommandId,
) -> tuple[BroadcastEvent, ...]:
    """Answer a command with the events it causes.

    Raises:
        CommandRejected: Codes ``broadcast.*``, ``language.unknown``.
    """
    events = _decide(broadcasts, session, command, now, op)
    after = reduce(evolve, events, broadcasts)
    told = {event.lang for event in events if isinstance(event, _OF_A_LANGUAGE)}
    next_runs = (_next_run(each, session) for lang, each in after.languages.items() if lang in told)
    return (*events, *(_event(each, session, now, op) for each in next_runs if each is not None))


def _next_run(broadcast: Broadcast, session: SessionDefinition) -> Broadcast | None:
    """What has the place of a run that has just come to its end by itself, if anything has."""
    if _rehearsed(broadcast):
        return broadcast.show
    if broadcast.moving and broadcast.cleared:
        return _begun(broadcast, session, "prepared")
    return None


def _rehearsed(broadcast: Broadcast) -> bool:
    """A rehearsal has come to its end: what was prepared has its place again."""
    memory = broadcast.memory
    ending = broadcast.rehearsal and broadcast.wanted in ("off", "ended")
    known = not memory.pending and memory.recount_at is None
    return ending and known and (not memory.broadcast or broadcast.over)


def _decide(
    broadcasts: Broadcasts,
    session: SessionDefinition,
    command: BroadcastCommand,
    now: Instant,
    op: CommandId,
) -> tuple[BroadcastEvent, ...]:
    match command:
        case Panic():
            return () if broadcasts.panic == command.on else (PanicSet(command.on),)
        case Remember():
            known = _known(broadcasts, command.lang, command.memory.marker)
            same = known.memory == command.memory
            return () if same else (BroadcastRemembered(known.lang, command.memory),)
        case Note():
            known = _known(broadcasts, command.lang, command.marker)
            same = known.sight == command.sight
            return () if same else (BroadcastSeen(known.lang, command.sight, now),)
        case NoteChannel():
            return _channel_seen(broadcasts, session, command)
        case NoteQuota():
            same = broadcasts.quota == command.sight
            return () if same else (QuotaSeen(command.sight),)
        case Edit():
            (known,) = _chosen(broadcasts, session, (command.lang,))
            edited = _edited(known, session, command, now)
            return () if edited == known else (_event(edited, session, now, op),)
        case Rehearse():
            chosen = _chosen(broadcasts, session, command.langs)
            # What was never asked for is put aside as well: as it is before anybody asks.
            new = [each for each in chosen if each.lang not in broadcasts.languages]
            asked = [_rehearsal(each, session, op) for each in chosen]
            return tuple(_event(each, session, now, op) for each in (*new, *asked))
        case _:
            chosen = _chosen(broadcasts, session, command.langs)
            asked = [_ask(broadcast, session, command) for broadcast in chosen]
            for each in asked:
                _refuse_unplanned(each, session)
            return tuple(
                _event(after, session, now, op)
                for before, after in zip(chosen, asked, strict=True)
                if after != before or after.wanted != "off"
            )


def _channel_seen(
    broadcasts: Broadcasts, session: SessionDefinition, command: NoteChannel
) -> tuple[BroadcastEvent, ...]:
    if session.youtube is None or command.channel not in session.youtube.channels.values():
        raise CommandRejected("broadcast.stale", channel=command.channel)
    same = broadcasts.channels.get(command.channel) == command.sight
    return () if same else (ChannelSeen(command.channel, command.sight),)


def _known(broadcasts: Broadcasts, lang: str, marker: str) -> Broadcast:
    """The run that the shell speaks of; another one has begun meanwhile: its word is stale."""
    known = broadcasts.languages.get(Language(lang))
    if known is None or known.memory.marker != marker:
        raise CommandRejected("broadcast.stale", lang=lang)
    return known


def _chosen(
    broadcasts: Broadcasts, session: SessionDefinition, langs: tuple[str, ...]
) -> list[Broadcast]:
    """The languages meant, as they are; those never asked for are ``off``."""
    if session.youtube is None:
        raise CommandRejected("broadcast.unconfigured")
    configured = {each.lang: each for each in configured_ones(broadcasts, session)}
    for lang in langs:
        if Language(lang) not in configured:
            raise CommandRejected("language.unknown", lang=lang)
    return [each for lang, each in configured.items() if not langs or lang in langs]


def _ask(broadcast: Broadcast, session: SessionDefinition, command: OperatorCommand) -> Broadcast:
    match command:
        case Prepare():
            return _prepared(broadcast, session, command)
        case Preflight():
            _refuse_on_youtube(broadcast)
            _refuse_moved(broadcast, session)
            return _begun(broadcast, session, "preflight")
        case Rehearse():
            return broadcast
        case GoLive():
            _expect(broadcast, command.expect)
            if broadcast.wanted != "live" or broadcast.over:
                _refuse_moved(broadcast, session)
            return _said_who(_begun(broadcast, session, "live"), command.expect)
        case End():
            return broadcast if broadcast.wanted == "off" else replace(broadcast, wanted="ended")
        case Cancel():
            _refuse_on_youtube(broadcast)
            ended = broadcast.wanted == "ended"
            return broadcast if ended else replace(broadcast, wanted="off", moving=False)
        case SetPrivacy():
            if command.privacy != "private":
                _refuse_rehearsal(broadcast)
            _expect(broadcast, command.expect)
            return _said_who(broadcast, command.privacy)
        case Panic():
            return broadcast
        case _:
            assert_never(command)


def _prepared(broadcast: Broadcast, session: SessionDefinition, command: Prepare) -> Broadcast:
    _refuse_rehearsal(broadcast)
    _refuse_on_youtube(broadcast)
    scheduled = command.scheduled_at
    if moves_to(broadcast, session) and not broadcast.cleared and broadcast.wanted != "ended":
        begun = replace(broadcast, wanted="off", moving=True)
    else:
        begun = _begun(broadcast, session, "prepared")
    prepared = replace(
        _said_who(begun, command.privacy or begun.privacy),
        scheduled_at=begun.scheduled_at if scheduled is None else _own(scheduled, session),
        title=command.title.get(broadcast.lang, begun.title),
        description=command.description.get(broadcast.lang, begun.description),
    )
    return _counted(broadcast, prepared)


def _rehearsal(broadcast: Broadcast, session: SessionDefinition, op: CommandId) -> Broadcast:
    """A new run beside what is there, or the rehearsal that is under way, from its check on."""
    _refuse_on_youtube(broadcast)
    if not broadcast.rehearsal:
        _refuse_moved(broadcast, session)
    if broadcast.wanted in ("off", "ended") and (broadcast.rehearsal or not broadcast.cleared):
        raise CommandRejected("broadcast.ending", lang=broadcast.lang)
    if broadcast.rehearsal:
        return _begun(broadcast, session, "preflight")
    marker = _marker(session.id, broadcast.lang, CommandId(f"{op}/rehearsal"))
    return replace(
        _said_who(broadcast, "private"),
        channel=moves_to(broadcast, session) or broadcast.channel,
        wanted="preflight",
        memory=Memory(marker=marker),
        kept=Kept(broadcast.privacy, broadcast.wanted, broadcast.memory),
    )


def _own(start: int, session: SessionDefinition) -> Instant | None:
    """A start set by hand; one that is the programme's follows it from then on."""
    return None if start == session.start else Instant(start)


def _edited(
    broadcast: Broadcast, session: SessionDefinition, command: Edit, now: Instant
) -> Broadcast:
    """What it says, changed by somebody who had read it as it is."""
    lang, start = broadcast.lang, command.scheduled_at
    if command.version != broadcast.version:
        raise CommandRejected("broadcast.changed", lang=lang, version=broadcast.version)
    if start is not None and start != start_of(broadcast, session):
        if broadcast.sight.lifecycle not in NOT_BEGUN and not broadcast.over:
            raise CommandRejected("broadcast.started", lang=lang)
        if start <= now:
            raise CommandRejected("broadcast.start_past", lang=lang)
    title, own, picture = command.title, command.description, command.picture
    edited = replace(
        broadcast,
        title=broadcast.title if title is None else checked_line("title", title),
        description=broadcast.description if own is None else checked_description(own),
        scheduled_at=broadcast.scheduled_at if start is None else _own(start, session),
        picture=broadcast.picture if picture is None else checked_line("picture", picture),
    )
    return _counted(broadcast, edited)


def _said_who(broadcast: Broadcast, privacy: Privacy) -> Broadcast:
    return replace(broadcast, privacy=privacy, privacy_said=broadcast.privacy_said + 1)


def _counted(before: Broadcast, after: Broadcast) -> Broadcast:
    return after if after.said == before.said else replace(after, version=before.version + 1)


def _begun(broadcast: Broadcast, session: SessionDefinition, wanted: BroadcastWanted) -> Broadcast:
    """Want something of this run, or of a new one if this one has come to its end.

    An empty marker stands for a new run; it is made when the event is.
    """
    if broadcast.wanted == "ended" and not broadcast.cleared:
        raise CommandRejected("broadcast.ending", lang=broadcast.lang)
    there = "" if broadcast.rehearsal else moves_to(broadcast, session)
    fresh = broadcast.over or broadcast.wanted in ("off", "ended") or bool(there)
    broadcast = replace(broadcast, wanted=wanted, moving=False)
    if not (fresh and broadcast.cleared):
        return broadcast
    memory = Memory(stream="" if there else broadcast.memory.stream)
    channel = there or broadcast.channel
    return replace(broadcast, channel=channel, memory=memory, sight=Sight())


def _refuse_on_youtube(broadcast: Broadcast) -> None:
    if broadcast.wanted == "live" and not broadcast.over:
        raise CommandRejected("broadcast.live_already", lang=broadcast.lang)


def _refuse_unplanned(broadcast: Broadcast, session: SessionDefinition) -> None:
    """YouTube must be told a start: without one it would announce that it is about to begin."""
    unplanned = broadcast.wanted == "prepared" and start_of(broadcast, session) is None
    if unplanned and broadcast.privacy == "public":
        raise CommandRejected("broadcast.start_missing", lang=broadcast.lang)


def _refuse_moved(broadcast: Broadcast, session: SessionDefinition) -> None:
    """What is prepared is on another channel than it should be: setting it up again moves it."""
    channel = moves_to(broadcast, session)
    if channel and not broadcast.cleared and not broadcast.rehearsal:
        raise CommandRejected("broadcast.channel_moved", lang=broadcast.lang, channel=channel)


def _refuse_rehearsal(broadcast: Broadcast) -> None:
    if broadcast.rehearsal:
        raise CommandRejected("broadcast.rehearsing", lang=broadcast.lang)


def _expect(broadcast: Broadcast, expected: Privacy) -> None:
    if broadcast.privacy != expected:
        raise CommandRejected("broadcast.changed", lang=broadcast.lang, privacy=broadcast.privacy)


def _event(
    after: Broadcast, session: SessionDefinition, now: Instant, op: CommandId
) -> BroadcastAsked:
    return BroadcastAsked(
        lang=after.lang,
        channel=after.channel,
        wanted=after.wanted,
        privacy=after.privacy,
        title=after.title,
        marker=after.memory.marker or _marker(session.id, after.lang, op),
        at=now,
        description=after.description,
        scheduled_at=after.scheduled_at,
        picture=after.picture,
        version=after.version,
        privacy_said=after.privacy_said,
        rehearsal=after.rehearsal,
        moving=after.moving,
    )


def _marker(session: str, lang: Language, op: CommandId) -> str:
    return hashlib.sha256(f"{session}|{lang}|{op}".encode()).hexdigest()[:16]
