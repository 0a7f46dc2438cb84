"""What people may see of the session on YouTube."""

from venue.broadcast import Broadcast, output_of, stage_of
from venue.room import Room
from venue.wire import BroadcastView, WatchView, YouTubeView

WATCH = "https://www.youtube.com/watch?v="
STUDIO = "https://studio.youtube.com/video/"


def youtube_view(room: Room, desk: bool) -> YouTubeView | None:
    """All but the secrets for a desk, public links for everybody; None: nothing goes there."""
    known = tuple(room.broadcasts.languages.values())
    if room.session.youtube is None and not known:
        return None
    return YouTubeView(
        panic=desk and room.broadcasts.panic,
        broadcasts=tuple(_shown(each) for each in known) if desk else (),
        watch=tuple(
            WatchView(each.lang, WATCH + each.memory.broadcast, each.sight.lifecycle == "live")
            for each in known
            if _public(each)
        ),
    )


def _public(broadcast: Broadcast) -> bool:
    """On YouTube, or was, and public by the operator's wish and by what YouTube says."""
    shown = broadcast.sight.lifecycle == "live" or (
        broadcast.sight.lifecycle == "complete" and broadcast.memory.aired
    )
    wanted = broadcast.privacy == "public" and broadcast.sight.privacy == "public"
    return shown and wanted and bool(broadcast.memory.broadcast)


def _shown(broadcast: Broadcast) -> BroadcastView:
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
        watch_url=WATCH + video if video else None,
        studio_url=f"{STUDIO}{video}/livestreaming" if video else None,
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
