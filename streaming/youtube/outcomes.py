"""From answers of YouTube to what is remembered, known and shown.  Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from streaming.youtube import beside
from streaming.youtube.known import Known, Ours, Verdict
from streaming.youtube.shapes import LiveBroadcast, LiveStream, Video
from streaming.youtube.steps import Look, Write
from streaming.youtube.troubles import Trouble
from streaming.youtube.verdict import judge
from streaming.youtube.watch import Glance
from venue.broadcast import OVER, Broadcast
from venue.broadcast_commands import Memory, Sight
from venue.ids import Instant
from venue.wire_youtube import CheckView


def done(step: Write, made: str = "") -> Memory:
    """What is remembered after a write was applied; ``made``: the id of what it answered with."""
    memory = replace(step.before, pending="")
    if step.verb == "stream":
        return replace(memory, stream=made)
    if step.verb == "insert":
        return replace(memory, broadcast=made)
    if step.verb not in ("delete", "complete"):
        return memory
    discard = tuple(each for each in memory.discard if each != step.target)
    if step.verb == "delete" and step.target == memory.broadcast:
        memory = replace(memory, broadcast="")
    return replace(memory, discard=discard)


def looked(glance: Glance, memory: Memory, before: Look | None) -> Look:
    """What one language sees in a glance at its channel."""
    found = glance.broadcasts.get(memory.broadcast)
    stream = glance.streams.get(memory.stream)
    absent = None if before is None else before.broadcast_absent_since
    unseen = None if before is None else before.stream_absent_since
    return Look(
        at=glance.at,
        **_of_broadcast(found),
        **_of_stream(stream),
        broadcast_absent_since=None if found else (absent or glance.at),
        stream_absent_since=None if stream else (unseen or glance.at),
    )


def answered(look: Look, result: LiveBroadcast) -> Look:
    """A look with what a transition answered."""
    return Look(
        at=look.at,
        **_of_broadcast(result),
        stream_status=look.stream_status,
        health=look.health,
        issues=look.issues,
        words=look.words,
    )


def _of_broadcast(found: LiveBroadcast | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "lifecycle": found.status.life_cycle_status,
        "bound": found.content_details.bound_stream_id,
        "privacy": found.status.privacy_status,
        "auto_start": found.content_details.enable_auto_start,
        "auto_stop": found.content_details.enable_auto_stop,
        "monitored": found.content_details.monitor_stream.enable_monitor_stream,
    }


def _of_stream(stream: LiveStream | None) -> dict[str, Any]:
    if stream is None:
        return {}
    health = stream.status.health_status
    return {
        "stream_status": stream.status.stream_status,
        "health": health.status,
        "issues": tuple((each.type, each.severity) for each in health.configuration_issues),
        "words": tuple(
            (each.type, each.words) for each in health.configuration_issues if each.words
        ),
    }


def sight_of(
    broadcast: Broadcast,
    look: Look | None,
    trouble: Trouble | None,
    ours: Ours,
    video: Video | None,
    checks: tuple[CheckView, ...],
    now: Instant,
    notes: tuple[str, ...] = (),
    stumbled: Mapping[str, Trouble] | None = None,
) -> Sight:
    """What people are shown; between a write and the next look, what was seen last stands."""
    memory = broadcast.memory
    look = look if memory.broadcast else None
    over = look is not None and look.lifecycle in OVER
    known = Known(
        wanted=broadcast.wanted,
        asked_at=broadcast.asked_at,
        privacy=broadcast.privacy,
        look=look,
        trouble=trouble,
        ours=ours,
        aired=memory.aired,
        attempt=memory.attempt,
        cleared=over or not (memory.broadcast or memory.pending or memory.discard),
        checks=checks,
        stumbled=stumbled or {},
        live_since=broadcast.since
        if memory.broadcast and broadcast.sight.lifecycle == "live"
        else None,
    )
    verdict = judge(known, now)
    if beside.LIVE in notes:
        verdict = Verdict("down", beside.LIVE)
    seen = broadcast.sight
    if look is not None:
        seen = replace(
            seen,
            lifecycle=look.lifecycle,
            stream_status=look.stream_status,
            health=look.health,
            issues=tuple(kind for kind, _ in look.issues),
            privacy=look.privacy,
        )
    elif not memory.broadcast:
        seen = replace(seen, lifecycle="", privacy="")
    if video is not None:
        seen = replace(seen, viewers=video.viewers, views=video.views)
    return replace(
        seen,
        verdict=verdict.level,
        code=verdict.code,
        params=dict(verdict.params),
        notes=notes,
        checks=checks,
    )
