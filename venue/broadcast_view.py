"""What people may see of the session on YouTube."""

from collections.abc import Mapping

from msgspec.structs import replace

from venue.announcement import programme_of
from venue.broadcast import (
    NOT_BEGUN,
    Broadcast,
    configured_ones,
    moves_to,
    stage_of,
    start_of,
)
from venue.broadcast_commands import ChannelSight, Sight
from venue.broadcast_outputs import output_of
from venue.broadcast_quota import quota_view
from venue.exchange import Exchange
from venue.ids import Language
from venue.room import Room
from venue.session import SessionDefinition
from venue.wire_youtube import (
    BroadcastView,
    ChannelView,
    RemarkSubject,
    RemarkView,
    WatchView,
    YouTubeView,
)

SITE = "https://www.youtube.com/"
EMBED_SITE = "https://www.youtube-nocookie.com/"
"""Of the same broadcasts; it sets no cookies before a viewer plays something."""
STUDIO = "https://studio.youtube.com/video/"


_NOTED: Mapping[str, RemarkSubject] = {
    "youtube.text_refused": "text",
    "youtube.flags_corrected": "flags",
    "youtube.link_changed": "link",
    "youtube.kept_gone": "kept",
    "youtube.kept_live": "kept",
    "youtube.kept_auto_start": "kept",
    "youtube.kept_privacy": "kept",
    "youtube.undescribed": "details",
}

COMING = frozenset({"ready", "testing", "testStarting", "liveStarting"})
AHEAD = frozenset({"prepared", "preflight", "live"})


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
        broadcasts=tuple(_shown(each, room) for each in shown),
        watch=watch_links(room),
        quota=quota_view(room.broadcasts.quota) if desk else None,
        channels=_channels(room) if desk else (),
    )


def watch_links(room: Room) -> tuple[WatchView, ...]:
    """What anybody may watch on YouTube: to come, live or again."""
    return tuple(
        WatchView(
            each.lang,
            _watch_url(each, room.session),
            _embed_url(each, room.session),
            live=each.sight.lifecycle == "live",
            ended=each.sight.lifecycle == "complete",
        )
        for each in (known.show for known in room.broadcasts.languages.values())
        if _public(each)
    )


def _channels(room: Room) -> tuple[ChannelView, ...]:
    """The session's channels, in the order of their first language."""
    langs: dict[str, list[Language]] = {}
    for each in configured_ones(room.broadcasts, room.session):
        assert room.session.youtube is not None
        langs.setdefault(room.session.youtube.channels[each.lang], []).append(each.lang)
    return tuple(
        _channel(name, tuple(own), room.broadcasts.channels.get(name, ChannelSight()))
        for name, own in langs.items()
    )


def _channel(name: str, langs: tuple[Language, ...], sight: ChannelSight) -> ChannelView:
    return ChannelView(
        channel=name,
        langs=langs,
        id=sight.id,
        title=sight.title,
        verdict=sight.verdict,
        code=sight.code,
        granted_at=sight.granted_at,
        expires_at=sight.expires_at,
        checked_at=sight.checked_at,
    )


def _watch_url(broadcast: Broadcast, session: SessionDefinition) -> str:
    site = (session.youtube.standin if session.youtube else "") or SITE
    return f"{site}watch?v={broadcast.memory.broadcast}"


def embed_site(session: SessionDefinition) -> str:
    """Where frames with YouTube's player come from."""
    return (session.youtube.standin if session.youtube else "") or EMBED_SITE


def _embed_url(broadcast: Broadcast, session: SessionDefinition) -> str:
    return f"{embed_site(session)}embed/{broadcast.memory.broadcast}"


def _studio_url(broadcast: Broadcast, session: SessionDefinition) -> str:
    if session.youtube is not None and session.youtube.standin:
        return _watch_url(broadcast, session)
    return f"{STUDIO}{broadcast.memory.broadcast}/livestreaming"


def _public(broadcast: Broadcast) -> bool:
    """Public by the operator's wish and by what YouTube says, and not to be taken off again."""
    lifecycle = broadcast.sight.lifecycle
    shown = (lifecycle in COMING and broadcast.wanted in AHEAD) or lifecycle == "live"
    shown = shown or (lifecycle == "complete" and broadcast.memory.aired)
    wanted = broadcast.privacy == "public" and broadcast.sight.privacy == "public"
    return shown and wanted and bool(broadcast.memory.broadcast)


def _noted(sight: Sight) -> tuple[RemarkView, ...]:
    return tuple(RemarkView(_NOTED.get(code, "thumbnail"), code, {}) for code in sight.notes)


def _moved(broadcast: Broadcast, session: SessionDefinition) -> tuple[RemarkView, ...]:
    channel = moves_to(broadcast, session)
    if not channel or broadcast.cleared or broadcast.moving:
        return ()
    begun = broadcast.wanted in ("live", "ended") or broadcast.rehearsal
    code = "youtube.channel_later" if begun else "youtube.channel_moved"
    return (RemarkView("channel", code, {"channel": channel}),)


def _start_differs(broadcast: Broadcast, session: SessionDefinition) -> tuple[RemarkView, ...]:
    """Two times are announced, while that can be put right."""
    own, begun = broadcast.scheduled_at, broadcast.sight.lifecycle not in NOT_BEGUN
    if begun or own is None or session.start is None or own == session.start:
        return ()
    return (RemarkView("start", "youtube.start_differs", {}),)


def _remarks(room: Room, lang: Language) -> tuple[RemarkView, ...]:
    remarks = room.exchanges.get(lang, Exchange()).remarks
    return tuple(RemarkView(about, each.code, each.params) for about, each in remarks.items())


def _sight(broadcast: Broadcast, room: Room) -> Sight:
    """What was seen last, unless nobody looks any more: then it says nothing of now."""
    sight, since = broadcast.sight, room.program.streaming_lost_since
    idle = broadcast.wanted in ("off", "ended") and broadcast.cleared
    if since is None or idle:
        return sight
    return replace(sight, verdict="bad", code="youtube.streaming_gone", params={"since": since})


def _shown(broadcast: Broadcast, room: Room) -> BroadcastView:
    memory, session = broadcast.memory, room.session
    sight = _sight(broadcast, room)
    video = memory.broadcast
    return BroadcastView(
        lang=broadcast.lang,
        channel=broadcast.channel,
        wanted=broadcast.wanted,
        rehearsal=broadcast.rehearsal,
        stage=stage_of(broadcast),
        privacy=broadcast.privacy,
        version=broadcast.version,
        title=broadcast.title,
        description=broadcast.description,
        programme="\n".join(programme_of(session, broadcast.lang)),
        scheduled_at=start_of(broadcast, session),
        picture=broadcast.picture,
        watch_url=_watch_url(broadcast, session) if video else None,
        embed_url=_embed_url(broadcast, session) if video else None,
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
        checks=sight.checks,
        remarks=(
            *_moved(broadcast, session),
            *_start_differs(broadcast, session),
            *_noted(sight),
            *_remarks(room, broadcast.lang),
        ),
    )
