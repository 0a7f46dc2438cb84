"""The session on YouTube: what operators may ask, and who sees what."""

import pytest
from msgspec.structs import replace

from tests.venue.table import CHAIR, SESSION, TECHNICIAN, Table, delegate
from venue.broadcast import stage_of
from venue.broadcast_commands import Memory
from venue.broadcast_outputs import pushing
from venue.broadcast_view import watch_links, youtube_view
from venue.codec import decode_room, encode_room
from venue.errors import CommandRejected
from venue.ids import Language
from venue.roles import SYSTEM, Role
from venue.room import open_room
from venue.session import parse_session
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

EN, ZH = Language("en"), Language("zh")
YOUTUBE = {"privacy": "unlisted", "channels": {"en": "city-en", "zh": "city-zh"}}


def table() -> Table:
    return Table(room=open_room(parse_session({**SESSION, "youtube": YOUTUBE})))


def seen(at: Table, lang: Language, lifecycle: str, **sight: object) -> None:
    marker = at.room.broadcasts.languages[lang].memory.marker
    body = {"lifecycle": lifecycle, "privacy": "public", **sight}
    at.when(SYSTEM, "broadcast.seen", lang=lang, marker=marker, sight=body)


def remembered(at: Table, lang: Language, **memory: object) -> None:
    known = at.room.broadcasts.languages[lang].memory
    body = {"marker": known.marker, **memory}
    at.when(SYSTEM, "broadcast.remember", lang=lang, memory=body)


def test_preparing_touches_nothing_public_and_titles_are_in_their_language() -> None:
    at = table()
    assert at.when(CHAIR, "broadcast.prepare") == ["BroadcastAsked", "BroadcastAsked"]
    english, chinese = at.room.broadcasts.languages.values()
    assert (english.title, chinese.title) == ("Mayors' Summit", "市長高峰會")
    assert english.privacy == chinese.privacy == "unlisted"
    assert english.memory.marker != chinese.memory.marker
    assert at.room.program.on_air_since is None
    assert pushing(at.room.broadcasts, at.room.session) == frozenset()
    at.when(CHAIR, "broadcast.preflight", langs=["zh"])
    assert pushing(at.room.broadcasts, at.room.session) == {"youtube-zh"}


def test_going_live_asks_for_what_the_sender_believes() -> None:
    at = table()
    assert at.refused(CHAIR, "broadcast.live", expect="public") == "broadcast.changed"
    assert at.refused(CHAIR, "broadcast.privacy", privacy="public", expect="private") == (
        "broadcast.changed"
    )
    events = at.when(CHAIR, "broadcast.live", expect="unlisted")
    assert events == ["BroadcastAsked", "BroadcastAsked", "WentOnAir"]
    assert at.refused(CHAIR, "broadcast.cancel") == "broadcast.live_already"
    assert at.refused(CHAIR, "broadcast.prepare") == "broadcast.live_already"


def test_live_without_the_program_leaves_the_room_off_air() -> None:
    at = table()
    assert "WentOnAir" not in at.when(CHAIR, "broadcast.live", expect="unlisted", on_air=False)
    assert pushing(at.room.broadcasts, at.room.session) == {"youtube-en", "youtube-zh"}


def test_the_output_runs_until_youtube_says_that_it_is_over() -> None:
    at = table()
    at.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    remembered(at, EN, stream="S", broadcast="B", aired=True)
    seen(at, EN, "live")
    at.when(CHAIR, "broadcast.end")
    assert pushing(at.room.broadcasts, at.room.session) == {"youtube-en"}
    assert at.refused(CHAIR, "broadcast.live", expect="unlisted") == "broadcast.ending"
    seen(at, EN, "complete")
    assert pushing(at.room.broadcasts, at.room.session) == frozenset()


def test_a_new_run_has_a_new_marker_and_the_same_key() -> None:
    at = table()
    at.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    remembered(at, EN, stream="S", broadcast="B", aired=True)
    first = at.room.broadcasts.languages[EN].memory
    seen(at, EN, "complete")
    at.when(CHAIR, "broadcast.end")
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    second = at.room.broadcasts.languages[EN].memory
    assert second == Memory(marker=second.marker, stream="S")
    assert second.marker != first.marker
    # What the shell says of the former run comes too late.
    stale = {"marker": first.marker, "broadcast": "B"}
    assert at.refused(SYSTEM, "broadcast.remember", lang="en", memory=stale) == "broadcast.stale"


def test_a_cancelled_run_that_is_wanted_again_goes_on() -> None:
    at = table()
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    remembered(at, EN, stream="S", pending="insert")
    before = at.room.broadcasts.languages[EN].memory
    at.when(CHAIR, "broadcast.cancel")
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    assert at.room.broadcasts.languages[EN].memory == before


def test_a_rehearsal_is_private_and_what_was_prepared_comes_back() -> None:
    at = table()
    at.when(CHAIR, "broadcast.prepare", langs=["en"], privacy="public", scheduled_at=at.now + 1)
    remembered(at, EN, stream="S", broadcast="B")
    seen(at, EN, "ready")
    before = at.room.broadcasts.languages[EN]
    links = watch_links(at.room)
    assert len(links) == 1
    at.when(CHAIR, "broadcast.rehearse")
    english, chinese = at.room.broadcasts.languages.values()
    assert english.privacy == chinese.privacy == "private"
    assert english.memory.marker not in (before.memory.marker, chinese.memory.marker)
    assert (english.memory.broadcast, english.memory.stream) == ("", "S")
    assert watch_links(at.room) == links
    # What would touch the prepared one waits.
    for verb, body in (("prepare", {}), ("privacy", {"privacy": "public", "expect": "private"})):
        assert at.refused(CHAIR, f"broadcast.{verb}", **body) == "broadcast.rehearsing"
    assert at.refused(CHAIR, "broadcast.live", expect="public") == "broadcast.changed"
    assert "WentOnAir" not in at.when(CHAIR, "broadcast.live", expect="private")
    remembered(at, EN, stream="S2", broadcast="R", aired=True, discard=["twin"])
    seen(at, EN, "live", privacy="private")
    assert decode_room(encode_room(at.room)) == at.room
    at.when(CHAIR, "broadcast.edit", lang="en", version=1, title="Mayors' Summit, at last")
    assert at.refused(CHAIR, "broadcast.rehearse", langs=["en"]) == "broadcast.live_already"
    at.when(CHAIR, "broadcast.end")
    assert at.refused(CHAIR, "broadcast.rehearse", langs=["en"]) == "broadcast.ending"
    seen(at, EN, "complete", privacy="private")
    back, never_asked = at.room.broadcasts.languages.values()
    assert (back.wanted, back.privacy, back.kept) == ("prepared", "public", None)
    assert back.title == "Mayors' Summit, at last"
    assert back.sight == before.sight
    # The key is another one by now, and there is something to sweep up.
    assert back.memory == replace(before.memory, stream="S2", discard=("twin",))
    assert (never_asked.wanted, never_asked.privacy) == ("off", "unlisted")
    assert watch_links(at.room) == links


def test_a_rehearsal_that_somebody_ends_in_the_studio_stays_one() -> None:
    at = table()
    at.when(CHAIR, "broadcast.rehearse", langs=["en"])
    first = at.room.broadcasts.languages[EN].memory.marker
    at.when(CHAIR, "broadcast.live", expect="private", langs=["en"])
    remembered(at, EN, stream="S", broadcast="R", aired=True)
    seen(at, EN, "complete", privacy="private")
    at.when(CHAIR, "broadcast.live", expect="private", langs=["en"])
    again = at.room.broadcasts.languages[EN]
    assert (again.rehearsal, again.privacy) == (True, "private")
    assert again.memory.marker != first
    # Until its own broadcast is gone, a write under way among the reasons, it keeps its place.
    remembered(at, EN, stream="S", pending="insert")
    at.when(CHAIR, "broadcast.end", langs=["en"])
    assert at.room.broadcasts.languages[EN].rehearsal
    remembered(at, EN, stream="S")
    assert not at.room.broadcasts.languages[EN].rehearsal


def test_a_show_that_is_on_or_being_taken_away_is_not_rehearsed_beside() -> None:
    at = table()
    at.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    assert at.refused(CHAIR, "broadcast.rehearse") == "broadcast.live_already"
    at.when(CHAIR, "broadcast.prepare", langs=["zh"])
    remembered(at, ZH, stream="S", broadcast="B")
    at.when(CHAIR, "broadcast.cancel", langs=["zh"])
    assert at.refused(CHAIR, "broadcast.rehearse", langs=["zh"]) == "broadcast.ending"
    # A check that a rehearsal took the place of is not gone on with.
    remembered(at, ZH, stream="S")
    at.when(CHAIR, "broadcast.preflight", langs=["zh"])
    at.when(CHAIR, "broadcast.rehearse", langs=["zh"])
    at.when(CHAIR, "broadcast.cancel", langs=["zh"])
    assert at.room.broadcasts.languages[ZH].wanted == "prepared"


def swapped(at: Table) -> None:
    """The session's file is put right: each language has the other's channel."""
    youtube = {**YOUTUBE, "channels": {"en": "city-zh", "zh": "city-en"}}
    at.when(SYSTEM, "session.update", definition={**SESSION, "youtube": youtube})


def remarks(at: Table) -> list[str]:
    view = youtube_view(at.room, desk=True)
    assert view is not None
    return [each.code for each in view.broadcasts[0].remarks]


def test_what_is_prepared_moves_to_another_channel_and_is_deleted_on_the_old_one_first() -> None:
    at = table()
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    remembered(at, EN, stream="S", broadcast="B")
    seen(at, EN, "ready")
    old = at.room.broadcasts.languages[EN]
    swapped(at)
    assert remarks(at) == ["youtube.channel_moved"]
    for verb, body in (("preflight", {}), ("rehearse", {}), ("live", {"expect": "unlisted"})):
        assert at.refused(CHAIR, f"broadcast.{verb}", langs=["en"], **body) == (
            "broadcast.channel_moved"
        )
    # Hiding it needs no other channel.
    at.when(CHAIR, "broadcast.privacy", langs=["en"], privacy="private", expect="unlisted")
    assert at.room.broadcasts.languages[EN].channel == "city-en"
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    leaving = at.room.broadcasts.languages[EN]
    assert (leaving.channel, leaving.wanted, leaving.memory) == ("city-en", "off", old.memory)
    assert stage_of(leaving) == "clearing"
    remembered(at, EN, stream="S")
    moved = at.room.broadcasts.languages[EN]
    assert (moved.channel, moved.wanted) == ("city-zh", "prepared")
    assert moved.memory == Memory(marker=moved.memory.marker)
    assert moved.memory.marker != old.memory.marker
    assert remarks(at) == []


def test_what_is_live_stays_on_its_channel_to_its_end() -> None:
    at = table()
    at.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    remembered(at, EN, stream="S", broadcast="B", aired=True)
    seen(at, EN, "live")
    swapped(at)
    assert remarks(at) == ["youtube.channel_later"]
    at.when(CHAIR, "broadcast.live", expect="unlisted", langs=["en"])
    at.when(CHAIR, "broadcast.end", langs=["en"])
    assert at.room.broadcasts.languages[EN].channel == "city-en"
    seen(at, EN, "complete")
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    following = at.room.broadcasts.languages[EN]
    # The key is the old channel's.
    assert (following.channel, following.memory.stream) == ("city-zh", "")


def test_a_move_that_is_called_off_or_put_right_is_none() -> None:
    at = table()
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    remembered(at, EN, stream="S", broadcast="B")
    swapped(at)
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    at.when(CHAIR, "broadcast.cancel", langs=["en"])
    remembered(at, EN, stream="S")
    assert stage_of(at.room.broadcasts.languages[EN]) == "off"
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    assert at.room.broadcasts.languages[EN].channel == "city-zh"
    remembered(at, EN, stream="Z", broadcast="C")
    at.when(SYSTEM, "session.update", definition={**SESSION, "youtube": YOUTUBE})
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    swapped(at)
    at.when(CHAIR, "broadcast.prepare", langs=["en"])
    back = at.room.broadcasts.languages[EN]
    assert (back.channel, back.wanted, back.memory.broadcast) == ("city-zh", "prepared", "C")


def test_only_the_chair_acts_and_only_desks_look() -> None:
    at = table()
    for verb in ("prepare", "preflight", "rehearse", "end", "cancel"):
        assert at.refused(delegate("dijon"), f"broadcast.{verb}") == "role.forbidden"
    assert at.refused(CHAIR, "broadcast.seen", lang="en", marker="", sight={}) == "role.forbidden"
    at.when(TECHNICIAN, "broadcast.panic", on=True)
    at.when(CHAIR, "broadcast.live", expect="unlisted")
    at.when(CHAIR, "broadcast.privacy", privacy="public", expect="unlisted", langs=["zh"])
    for lang, video in ((EN, "videoEN"), (ZH, "videoZH")):
        remembered(at, lang, stream="S", broadcast=video, aired=True)
    shown = project(at.room, Viewer(Role.AUDIENCE)).youtube
    assert shown is not None
    assert (shown.watch, shown.broadcasts, shown.panic) == ((), (), False)
    seen(at, EN, "live", privacy="unlisted")
    seen(at, ZH, "live", viewers=412)
    shown = project(at.room, Viewer(Role.AUDIENCE)).youtube
    assert shown is not None
    assert [(link.lang, link.live) for link in shown.watch] == [(ZH, True)]
    desk = project(at.room, Viewer(Role.MODERATOR)).youtube
    assert desk is not None
    assert desk.panic
    assert [each.stage for each in desk.broadcasts] == ["live", "live"]
    assert desk.broadcasts[1].viewers == 412


def test_the_snapshot_keeps_it_and_older_snapshots_are_read() -> None:
    at = table()
    at.when(CHAIR, "broadcast.live", expect="unlisted")
    remembered(at, EN, stream="S", pending="insert", discard=["x"])
    assert decode_room(encode_room(at.room)) == at.room
    older = encode_room(Table().room).replace(b',"broadcasts":{}', b"")
    assert decode_room(older).broadcasts.languages == {}


def test_a_session_ends_after_it_begins() -> None:
    assert parse_session({**SESSION, "starts_at": 5, "ends_at": 6}).ends_at == 6
    for times in ({"starts_at": 5, "ends_at": 5}, {"ends_at": 5}):
        with pytest.raises(CommandRejected, match="ends_early"):
            parse_session({**SESSION, **times})


def test_sessions_say_who_may_watch() -> None:
    for youtube in (
        {"channels": {"en": "a"}},
        {"privacy": "everybody", "channels": {"en": "a"}},
        {"privacy": "public", "channels": {"fr": "a"}},
    ):
        with pytest.raises(CommandRejected):
            parse_session({**SESSION, "youtube": youtube})
    plain = Table()
    assert plain.refused(CHAIR, "broadcast.prepare") == "broadcast.unconfigured"
    assert project(plain.room, Viewer(Role.MODERATOR)).youtube is None
