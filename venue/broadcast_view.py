"""What people may see of the session on YouTube."""

from venue.broadcast import Broadcast, configured_ones, output_of, stage_of
from venue.room import Room
from venue.session import SessionDefinition
from venue.wire import BroadcastView, WatchView, YouTubeView

SITE = "https://www.youtube.com/"
STUDIO = "https://studio.youtube.com/video/"


def youtube_view(room: Room, desk: bool) -> YouTubeView | None:
    """All but the secrets for a desk, public links for everybody; None: nothing goes there."""
    known = room.broadcasts.languages.values()
    if room.session.youtube is None and not known:
        return None
    configured = configured_ones(room.broadcasts, room.session)
    # A channel taken out of the definition may still carry a broadcast that somebody must end.
    others = [each for each in known if each.lang not in {one.lang for one in configured}]
    shown = (*configured, *others) if desk else ()
    return YouTubeView(
        panic=desk and room.broadcasts.panic,
        broadcasts=tuple(_shown(each, room.session) for each in shown),
        watch=watch_links(room),
    )


def watch_links(room: Room) -> tuple[WatchView, ...]:
    """What anybody may watch on YouTube, live or again."""
    return tuple(
        WatchView(each.lang, _watch_url(each, room.session), each.sight.lifecycle == "live")
        for each in room.broadcasts.languages.values()
        if _public(each)
    )


def _watch_url(broadcast: Broadcast, session: SessionDefinition) -> str:
    site = (session.youtube.standin if session.youtube else "") or SITE
    return f"{site}watch?v={broadcast.memory.broadcast}"


def _studio_url(broadcast: Broadcast, session: SessionDefinition) -> str:
    if session.youtube is not None and session.youtube.standin:
        return _watch_url(broadcast, session)
    return f"{STUDIO}{broadcast.memory.broadcast}/livestreaming"


def _public(broadcast: Broadcast) -> bool:
    """On YouTube, or was, and public by the operator's wish and by what YouTube says."""
    shown = broadcast.sight.lifecycle == "live" or (
        broadcast.sight.lifecycle == "complete" and broadcast.memory.aired
    )
    wanted = broadcast.privacy == "public" and broadcast.sight.privacy == "public"
    return shown and wanted and bool(broadcast.memory.broadcast)


def _shown(broadcast: Broadcast, session: SessionDefinition) -> BroadcastView:
    memory, sight = broadcast.memory, broadcast.sight
    video = memory.broadcast
    return BroadcastView(
        lang=broadcast.lang,
        channel=broadcast.channel,
        wanted=broadcast.wanted,
        stage=stage_of(broadcast),
        privacy=broadcast.privacy,
        title=broadcast.title,
        description=broadcast.description,
        scheduled_at=broadcast.scheduled_at,
        watch_url=_watch_url(broadcast, session) if video else None,
        studio_url=_studio_url(broadcast, session) if video else None,
        lifecycle=sight.lifecycle,
        stream_status=sight.stream_status,
        health=sight.health,
        issues=sight.issues,
        verdict=sight.verdict,
        code=sight.code,
        params=sight.params,
        viewers=sight.viewers,
        views=sight.views,
        busy=bool(memory.pending),
        output=output_of(broadcast.lang),
        since=broadcast.since,
    )
