"""Who sees what of YouTube: desks all but secrets, viewers what is public in each language."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.broadcast_commands import Memory, Note, Remember, Sight
from venue.broadcast_view import watch_links, youtube_view
from venue.codec import decode_command
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant
from venue.roles import SYSTEM, Actor, Role
from venue.room import Room, decide, open_room, replay
from venue.session import parse_session
from venue.views import Viewer, project
from venue.wire_youtube import Privacy

pytestmark = pytest.mark.unit

NOW = Instant(1_000)
SESSION: dict[str, Any] = {
    "id": "s1",
    "title": {"en": "Summit", "zh-Hant": "高峰會"},
    "languages": ["en", "zh", "fr"],
    "starts_at": 3_600_000,
    "youtube": {"privacy": "public", "channels": {"zh": "city-zh", "en": "city-en"}},
}


def opened(**changes: Any) -> Room:
    return open_room(parse_session({**SESSION, **changes}))


def do(room: Room, verb: str, **body: Any) -> Room:
    op = CommandId(f"{verb} {body}")
    command = decode_command(verb, body)
    return replay(room, decide(room, Actor(Role.MODERATOR), command, NOW, op))


def on_youtube(room: Room, lang: str, lifecycle: str, privacy: str = "public") -> Room:
    """The shell made a broadcast of this language and saw it."""
    marker = next(b.memory.marker for b in room.broadcasts.languages.values() if b.lang == lang)
    memory = Memory(marker=marker, broadcast=f"video-{lang}", aired=True)
    sight = Sight(lifecycle=lifecycle, privacy=privacy)
    for command in (Remember(lang, memory), Note(lang, marker, sight)):
        op = CommandId(f"{lang} {type(command).__name__} {lifecycle} {privacy}")
        room = replay(room, decide(room, SYSTEM, command, NOW, op))
    return room


def test_a_session_without_youtube_has_no_view() -> None:
    assert youtube_view(opened(youtube=None), desk=True) is None


def test_the_desk_sees_every_language_with_a_channel_before_anything_was_asked() -> None:
    view = youtube_view(opened(), desk=True)
    assert view is not None
    seen = [(each.lang, each.stage, each.privacy, each.title) for each in view.broadcasts]
    assert seen == [("en", "off", "public", "Summit"), ("zh", "off", "public", "高峰會")]
    assert [each.watch_url for each in view.broadcasts] == [None, None]


def test_asking_for_one_language_leaves_the_order() -> None:
    view = youtube_view(do(opened(), "broadcast.prepare", langs=["zh"]), desk=True)
    assert view is not None
    stages = [(each.lang, each.stage) for each in view.broadcasts]
    assert stages == [("en", "off"), ("zh", "preparing")]


def test_a_broadcast_whose_channel_was_taken_out_can_still_be_seen() -> None:
    room = on_youtube(do(opened(), "broadcast.live", expect="public"), "en", "live")
    youtube = {"privacy": "public", "channels": {"zh": "city-zh"}}
    changed = parse_session({**SESSION, "youtube": youtube})
    op = CommandId("update")
    update = decode_command("session.update", {"definition": {**SESSION, "youtube": youtube}})
    room = replay(room, decide(room, SYSTEM, update, NOW, op))
    assert room.session == changed
    view = youtube_view(room, desk=True)
    assert view is not None
    assert [each.lang for each in view.broadcasts] == ["zh", "en"]


def test_a_link_stands_from_the_day_its_broadcast_is_prepared() -> None:
    room = do(opened(), "broadcast.prepare", langs=["en"])
    assert watch_links(room) == ()
    room = on_youtube(room, "en", "created")
    assert watch_links(room) == ()
    room = on_youtube(room, "en", "ready")
    [link] = watch_links(room)
    assert (link.url[-8:], link.live, link.ended) == ("video-en", False, False)
    assert link.embed == "https://www.youtube-nocookie.com/embed/video-en"
    # Taken off again: whoever followed it would find nothing.
    assert watch_links(do(room, "broadcast.cancel", langs=["en"])) == ()


@given(
    st.sampled_from(get_args(Privacy)),
    st.sampled_from(["private", "unlisted", "public", ""]),
    st.sampled_from(["", "created", "ready", "liveStarting", "live", "complete", "revoked"]),
    st.sampled_from(["prepare", "preflight", "live"]),
)
def test_viewers_never_see_what_is_not_public(
    wished: Privacy, found: str, lifecycle: str, verb: str
) -> None:
    room = opened(youtube={**SESSION["youtube"], "privacy": wished})
    body = {"expect": wished} if verb == "live" else {}
    room = do(room, f"broadcast.{verb}", **body)
    for lang in ("en", "zh"):
        room = on_youtube(room, lang, lifecycle, found)
    shown = project(room, Viewer(Role.AUDIENCE)).youtube
    assert shown is not None
    assert shown.broadcasts == shown.channels == ()
    stands = lifecycle in ("ready", "liveStarting", "live", "complete")
    expected = {"video-en", "video-zh"} if wished == found == "public" and stands else set()
    assert {link.url.rpartition("=")[2] for link in shown.watch} == expected
    assert "video-" not in str(shown) or expected


def test_links_are_public_and_never_mixed() -> None:
    room = do(opened(), "broadcast.live", expect="public")
    assert watch_links(room) == ()
    room = on_youtube(on_youtube(room, "en", "live"), "zh", "live")
    links = {each.lang: each.url for each in watch_links(room)}
    assert links == {
        "en": "https://www.youtube.com/watch?v=video-en",
        "zh": "https://www.youtube.com/watch?v=video-zh",
    }
    audience = youtube_view(room, desk=False)
    assert audience is not None
    assert (audience.broadcasts, audience.watch) == ((), watch_links(room))
    # Made unlisted in one language, by the operator or in the studio: its link alone goes.
    body = {"privacy": "unlisted", "expect": "public", "langs": ["en"]}
    assert [each.lang for each in watch_links(do(room, "broadcast.privacy", **body))] == ["zh"]
    room = on_youtube(room, "zh", "live", "private")
    assert [each.lang for each in watch_links(room)] == ["en"]


def test_a_stand_in_is_linked_instead_of_youtube() -> None:
    standin = {**SESSION["youtube"], "standin": "http://127.0.0.1:9/"}
    room = do(opened(youtube=standin), "broadcast.live", expect="public")
    room = on_youtube(room, "en", "complete")
    [link] = watch_links(room)
    assert (link.url, link.live) == ("http://127.0.0.1:9/watch?v=video-en", False)
    view = youtube_view(room, desk=True)
    assert view is not None
    assert view.broadcasts[0].studio_url == link.url


def test_a_channel_is_shown_to_desks_as_it_was_seen_last() -> None:
    youtube = {"privacy": "public", "channels": {"en": "city", "zh": "city", "fr": "city-fr"}}
    room = opened(youtube=youtube)
    sight = {"verdict": "bad", "code": "youtube.sign_in", "checked_at": 5}
    command = decode_command("channel.seen", {"channel": "city-fr", "sight": sight})
    room = replay(room, decide(room, SYSTEM, command, NOW, CommandId("seen")))
    assert decide(room, SYSTEM, command, NOW, CommandId("again")) == ()
    view = youtube_view(room, desk=True)
    assert view is not None
    seen = [(each.channel, each.langs, each.verdict, each.code) for each in view.channels]
    assert seen == [
        ("city", ("en", "zh"), "none", ""),
        ("city-fr", ("fr",), "bad", "youtube.sign_in"),
    ]
    other = decode_command("channel.seen", {"channel": "stranger", "sight": sight})
    with pytest.raises(CommandRejected):
        decide(room, SYSTEM, other, NOW, CommandId("other"))


def test_what_was_seen_last_says_nothing_while_nobody_looks() -> None:
    # given English live and well, Chinese never asked for
    room = on_youtube(do(opened(), "broadcast.live", expect="public", langs=["en"]), "en", "live")

    def streaming(room: Room, lost_since: int | None) -> Room:
        command = decode_command("streaming.state", {"lost_since": lost_since})
        op = CommandId(f"streaming {lost_since}")
        return replay(room, decide(room, SYSTEM, command, NOW, op))

    def said(room: Room) -> list[tuple[str, str, Any]]:
        view = youtube_view(room, desk=True)
        assert view is not None
        return [(each.lang, each.code, each.params.get("since")) for each in view.broadcasts]

    before = said(room)
    # when the streaming process stops answering
    lost = streaming(room, 900)
    # then only what it was to watch over is in doubt, with the time since when
    assert said(lost) == [("en", "youtube.streaming_gone", 900), ("zh", "", None)]
    assert project(lost, Viewer(Role.MODERATOR)).program.streaming_lost_since == 900
    # and all is as it was when it answers again
    assert said(streaming(lost, None)) == before
