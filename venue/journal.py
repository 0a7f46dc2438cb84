"""Names of everything kept in Redis, and the shape of a journal entry.  Pure: no client here."""

from collections.abc import Mapping

import msgspec

from venue.base import Event
from venue.codec import decode_events, encode_events
from venue.ids import CommandId, Instant, QuestionId, SessionId
from venue.roles import Actor

PREFIX = "rotunda:"
SESSIONS = PREFIX + "sessions"
REVOKED = PREFIX + "revoked"


def journal_key(session: SessionId) -> str:
    """Stream of everything that happened in a room; entry ids are ``<seq>-0``."""
    return f"{PREFIX}room:{session}:journal"


def snapshot_key(session: SessionId) -> str:
    """String ``{"seq": n, "room": ...}``."""
    return f"{PREFIX}room:{session}:snapshot"


def owner_key(session: SessionId) -> str:
    """String: the signaling process that hosts the room."""
    return f"{PREFIX}room:{session}:owner"


def inbox_key(session: SessionId) -> str:
    """Stream of commands for the owner from elsewhere."""
    return f"{PREFIX}room:{session}:inbox"


def media_key(session: SessionId) -> str:
    """String: where the live engine's door is."""
    return f"{PREFIX}room:{session}:media"


def engine_wanted_key(session: SessionId) -> str:
    """String that expires: somebody with media to send waits for an engine."""
    return f"{PREFIX}room:{session}:engine_wanted"


def streaming_key(session: SessionId) -> str:
    """String: the streaming supervisor that runs the room's engine."""
    return f"{PREFIX}room:{session}:streaming"


def hints_key(session: SessionId) -> str:
    """Channel of lossy hints from the engine to people's connections."""
    return f"{PREFIX}room:{session}:hints"


def votes_key(session: SessionId, question: QuestionId) -> str:
    """Set of voters of a question."""
    return f"{PREFIX}room:{session}:votes:{question}"


def outputs_key(session: SessionId) -> str:
    """Hash: output id to JSON with the secret."""
    return f"{PREFIX}room:{session}:outputs"


def youtube_captions_key(session: SessionId) -> str:
    """Hash: language to what was last posted of its captions."""
    return f"{PREFIX}room:{session}:youtube:captions"


def viewers_key(session: SessionId) -> str:
    """Stream of counts of viewers on YouTube, bounded."""
    return f"{PREFIX}room:{session}:viewers"


def youtube_quota_key(project: str, day: str) -> str:
    """Hash: units of a Google project's quota spent on a day in California."""
    return f"{PREFIX}youtube:quota:{project}:{day}"


def sign_in_key(nonce: str) -> str:
    """String: the half of a sign-in for a channel that no browser sees."""
    return f"{PREFIX}youtube:sign-in:{nonce}"


def requests_key(process: str) -> str:
    """Stream of what signaling asks of a streaming supervisor; answers go to ``replies``."""
    return f"{PREFIX}streaming:{process}:requests"


def replies_key(process: str) -> str:
    """Stream of answers to commands a process sent to rooms hosted elsewhere."""
    return f"{PREFIX}replies:{process}"


class Entry(msgspec.Struct, frozen=True):
    """One journal entry: a command that was accepted and the events it caused."""

    seq: int
    op: CommandId
    actor: Actor
    at: Instant
    events: tuple[Event, ...]
    result: Mapping[str, str]


def encode_entry(entry: Entry) -> dict[str, bytes | str]:
    """The fields of a stream entry; its id carries the sequence number."""
    return {
        "op": entry.op,
        "actor": msgspec.json.encode(entry.actor),
        "at": str(entry.at),
        "events": encode_events(entry.events),
        "result": msgspec.json.encode(entry.result),
    }


def decode_entry(entry_id: bytes | str, fields: Mapping[bytes, bytes]) -> Entry:
    """An entry as XREAD and XRANGE return it.

    Raises:
        msgspec.ValidationError: The journal was written by something else.
        KeyError: A field is missing.
    """
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    return Entry(
        seq=int(text.partition("-")[0]),
        op=CommandId(fields[b"op"].decode()),
        actor=msgspec.json.decode(fields[b"actor"], type=Actor),
        at=Instant(int(fields[b"at"])),
        events=decode_events(fields[b"events"]),
        result=msgspec.json.decode(fields[b"result"], type=dict[str, str]),
    )
