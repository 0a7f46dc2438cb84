"""Which outputs carry a session to YouTube, and when they must run."""

from venue.broadcast import Broadcast, Broadcasts
from venue.ids import Instant, Language, OutputId
from venue.session import SessionDefinition
from venue.wire_youtube import BroadcastWanted

PUSHING: frozenset[BroadcastWanted] = frozenset({"preflight", "live"})


def output_of(lang: Language) -> OutputId:
    """The output that carries a language to YouTube."""
    return OutputId(f"youtube-{lang.lower()}"[:40])


def backup_of(lang: Language) -> OutputId:
    """The output that carries a language to YouTube's second ingest, where that is wanted."""
    return OutputId(f"youtube-{lang.lower()}"[:33] + "-backup")


def outputs_of(session: SessionDefinition, lang: Language) -> tuple[OutputId, ...]:
    """All outputs that carry a language to YouTube, the primary first."""
    with_backup = session.youtube is not None and session.youtube.backup
    return (output_of(lang), backup_of(lang)) if with_backup else (output_of(lang),)


def broadcast_of(broadcasts: Broadcasts, output: OutputId) -> Broadcast | None:
    """The broadcast that an output goes to, if it goes to YouTube."""
    for lang, broadcast in broadcasts.languages.items():
        if output in (output_of(lang), backup_of(lang)):
            return broadcast
    return None


def program_since(broadcast: Broadcast, on_air_since: Instant | None) -> Instant | None:
    """Since when a live broadcast has had the program; None: it has the slate.

    A rehearsal has it at once: nobody else sees it, and the room stays off air for everybody.
    """
    return broadcast.asked_at if broadcast.rehearsal else on_air_since


def pushing(broadcasts: Broadcasts, session: SessionDefinition) -> frozenset[OutputId]:
    """Outputs that must run whether or not the room is on air.

    One that ends goes on until YouTube says that the broadcast is complete: no dead tail.
    """
    return frozenset(
        output
        for lang, broadcast in broadcasts.languages.items()
        if broadcast.wanted in PUSHING
        or (broadcast.wanted == "ended" and broadcast.memory.aired and not broadcast.over)
        for output in outputs_of(session, lang)
    )
