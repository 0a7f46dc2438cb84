"""From a write of the decider to the call, with all that it says."""

from msgspec.structs import replace

from streaming.youtube import thumbnail, wording
from streaming.youtube.client import YouTube
from streaming.youtube.errors import OPERATOR_INPUT, Kind, YouTubeError
from streaming.youtube.shapes import BroadcastText, LiveBroadcast, LiveStream
from streaming.youtube.steps import Write
from venue.broadcast import Broadcast, start_of
from venue.ids import Instant
from venue.session import SessionDefinition

Made = LiveBroadcast | LiveStream | None


async def make(
    client: YouTube,
    step: Write,
    broadcast: Broadcast,
    session: SessionDefinition,
    now: Instant,
    *,
    mark: str,
    refused: bool,
) -> Made:
    """Make the call of a write.

    ``mark`` is this installation's; ``refused``: YouTube has said no to it before.

    Raises:
        YouTubeError: It failed, or may have.
    """
    text = wording.text_of(broadcast, session, now)
    match step.verb:
        case "stream":
            title = wording.stream_title(session.session_id, broadcast.lang, mark)
            return await client.create_stream(title)
        case "insert":
            return await client.create_broadcast(text)
        case "bind":
            return await client.bind(step.target, step.before.stream)
        case "flags":
            for found in await client.broadcasts((step.target,), reserved=True):
                return await client.set_flags(step.target, text, found.content_details)
            raise YouTubeError(Kind.GONE, "liveBroadcastNotFound")
        case "status":
            return await _set_status(client, step.target, text)
        case "update":
            return await _update(client, step.target, text, start_of(broadcast, session), now)
        case "describe":
            await _describe(client, step.target, text)
        case "thumbnail":
            await client.set_thumbnail(step.target, await thumbnail.drawn(broadcast, session))
        case "live" | "complete":
            reserved = step.verb == "complete" or not refused
            return await client.transition(step.target, step.verb, reserved=reserved)
        case "delete":
            await client.delete(step.target)
    return None


async def _update(
    client: YouTube, target: str, text: BroadcastText, start: Instant | None, now: Instant
) -> LiveBroadcast | None:
    """Read, modify, write: a start that nobody changed, or that is past, stays as it is."""
    settings = None
    for found in await client.broadcasts((target,), reserved=False):
        started = found.status.life_cycle_status not in ("created", "ready")
        settings = None if started else found.content_details
        if started or (start or 0) <= now:
            text = replace(text, scheduled_at=found.snippet.scheduled_start_time)
    return await client.update_broadcast(target, text, settings)


async def _set_status(client: YouTube, target: str, text: BroadcastText) -> LiveBroadcast:
    """By itself; should YouTube want a text with it, with the one that it has."""
    kids = text.made_for_kids
    try:
        return await client.set_status(target, text.privacy, made_for_kids=kids)
    except YouTubeError as error:
        if error.reason not in OPERATOR_INPUT:
            raise
    for found in await client.broadcasts((target,), reserved=True):
        said = found.snippet
        return await client.set_status(target, text.privacy, made_for_kids=kids, said=said)
    raise YouTubeError(Kind.GONE, "liveBroadcastNotFound")


async def _describe(client: YouTube, target: str, text: BroadcastText) -> None:
    video = await client.video(target)
    if video is None:
        raise YouTubeError(Kind.GONE, "videoNotFound")
    await client.describe(video, text)
