import msgspec
import pytest

from tests.venue.table import CHAIR, SESSION, Table, delegate, with_open_list
from venue.codec import decode_command, decode_room, encode_room
from venue.errors import CommandRejected
from venue.ids import CommandId, Instant, OutputId, SeatId
from venue.journal import Entry, decode_entry, encode_entry
from venue.presence import SetPresence
from venue.roles import SYSTEM, VERBS, Role
from venue.room import next_deadline, result_of
from venue.scene import Layout
from venue.session import SeatDefinition, parse_session
from venue.staging import picture_of, scene_of
from venue.views import Viewer, project, tally

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("floor.fly", {}, "command.unknown"),
        ("floor.move", {"turn": "t1"}, "command.malformed"),
        ("floor.open", {"extra": 1}, "command.malformed"),
        ("floor.extend", {"turn": "t1", "seconds": "60"}, "command.malformed"),
        ("floor.extend", {"turn": "t1", "seconds": -1}, "command.malformed"),
        ("floor.open", [], "command.malformed"),
        ("floor.open", {"verb": "floor.close"}, "command.malformed"),
        ("floor.request", {"topic": "x" * 201}, "command.malformed"),
        ("listen", {"lang": "../etc"}, "command.malformed"),
    ],
)
def test_what_is_not_exactly_a_command_is_refused(verb: str, body: object, code: str) -> None:
    with pytest.raises(CommandRejected) as refusal:
        decode_command(verb, body)
    assert refusal.value.code == code


def test_every_verb_of_the_table_can_be_decoded_and_every_command_is_in_the_table() -> None:
    from venue.codec import _COMMANDS

    assert set(_COMMANDS) == set(VERBS)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "No Capitals"}, "session.malformed"),
        ({"surprise": 1}, "session.malformed"),
        ({"title": {"zh-Hant": "只有中文"}}, "session.no_title"),
        ({"languages": ["en", "en"]}, "session.languages"),
        ({"seats": [{"seat": "a", "name": "A"}] * 2}, "session.duplicate_seat"),
    ],
)
def test_a_malformed_session_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(CommandRejected) as refusal:
        parse_session({**SESSION, **change})
    assert refusal.value.code == code


def test_a_seat_has_its_languages_by_the_names_that_the_program_has_for_them() -> None:
    seats = [
        {"seat": "lin", "name": "Lin", "language": "zh-Hant"},
        {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": ["zh-Hant", "en-GB"]},
        {"seat": "ewa", "name": "Ewa", "language": "pl"},
        {"seat": "hsu", "name": "Hsu", "role": "interpreter", "booth": ["sgn-tss"]},
    ]
    lin, wu, ewa, hsu = parse_session({**SESSION, "languages": ["en", "zh"], "seats": seats}).seats
    assert lin.language == "zh"
    assert wu.booth == ("zh", "en")
    assert ewa.language == "pl", "nothing in the program is meant by it"
    assert hsu.booth == ("sgn-tss",)
    scripts = parse_session({**SESSION, "languages": ["zh-Hant", "zh-Hans"], "seats": [seats[0]]})
    assert scripts.seats[0].language == "zh-Hant"


def test_a_seat_of_a_ticket_has_them_as_well() -> None:
    table = with_open_list()
    seat = SeatDefinition("guest", "Guest", language="en-US")
    table.when(SYSTEM, "seat.add", definition=seat)
    assert table.room.seats[SeatId("guest")].language == "en"


def test_a_room_survives_its_snapshot() -> None:
    table = with_open_list("gdynia", "dijon")
    table.when(delegate("gdynia"), "floor.request", topic="Harbours")
    table.when(CHAIR, "floor.call")
    table.when(CHAIR, "onair.start")
    table.when(CHAIR, "output.add", output="yt-en", lang="en", target="rtmp://a.example/live/…")
    assert decode_room(encode_room(table.room)) == table.room


def test_a_journal_entry_survives_the_stream() -> None:
    table = with_open_list()
    entry = Entry(7, CommandId("c1"), CHAIR, Instant(5), tuple(table.journal), {"turn": "t1"})
    fields = {
        key.encode(): value if isinstance(value, bytes) else value.encode()
        for key, value in encode_entry(entry).items()
    }
    assert decode_entry(b"7-0", fields) == entry


def test_the_deadline_is_that_of_the_announced_closing() -> None:
    table = with_open_list()
    assert next_deadline(table.room) is None
    table.when(CHAIR, "floor.close", closing_at=table.now + 1_000)
    assert next_deadline(table.room) == table.now + 3_000


def test_a_repeated_request_is_answered_with_the_turn_that_stands() -> None:
    table = with_open_list()
    table.when(delegate("gdynia"), "floor.request")
    command = decode_command("floor.request", {})
    answer = result_of(table.room, table.room, delegate("gdynia"), command, ())
    assert answer == {"turn": "t1"}


def test_a_ticket_for_an_unknown_seat_adds_it_and_adding_it_again_changes_nothing() -> None:
    table = Table()
    seat = {"seat": "edo", "name": "Edo State", "city": "Benin City"}
    assert table.when(SYSTEM, "seat.add", definition=seat) == ["SeatAdded"]
    assert table.when(SYSTEM, "seat.add", definition=seat) == []


def test_a_language_nobody_makes_cannot_be_listened_to() -> None:
    table = Table()
    assert table.refused(delegate("gdynia"), "listen", lang="fr") == "language.unknown"
    assert table.when(delegate("gdynia"), "listen", lang="zh") == ["ListeningChanged"]
    assert table.when(delegate("gdynia"), "listen", lang="floor") == ["ListeningChanged"]


def test_the_floor_drives_the_picture_unless_the_moderator_has_taken_the_wheel() -> None:
    table = with_open_list("gdynia", "dijon")
    assert picture_of(table.room) == (Layout.SLATE, ())
    table.when(CHAIR, "stage.bring", seat="gdynia")
    table.when(CHAIR, "stage.bring", seat="dijon")
    assert picture_of(table.room) == (Layout.GALLERY, ("gdynia", "dijon"))
    table.when(delegate("dijon"), "floor.request")
    table.when(CHAIR, "floor.call")
    assert picture_of(table.room) == (Layout.SPEAKER, ("dijon", "gdynia"))
    table.when(CHAIR, "stage.scene", layout="gallery")
    assert picture_of(table.room) == (Layout.GALLERY, ("gdynia", "dijon"))
    table.when(CHAIR, "stage.scene", layout="side_by_side", seats=["gdynia", "dijon"])
    assert picture_of(table.room) == (Layout.SIDE_BY_SIDE, ("dijon", "gdynia"))
    table.when(CHAIR, "stage.scene", layout="slate")
    assert picture_of(table.room) == (Layout.SLATE, ())
    table.when(CHAIR, "stage.scene", layout="room")
    assert picture_of(table.room) == (Layout.ROOM, ("room",))


def test_a_speaker_is_in_the_picture_for_their_turn_though_nobody_brought_them() -> None:
    table = with_open_list("gdynia")
    table.when(delegate("gdynia"), "floor.request")
    table.when(CHAIR, "floor.call")
    assert picture_of(table.room) == (Layout.SPEAKER, ("gdynia",))
    table.when(CHAIR, "floor.end", turn="t1")
    assert picture_of(table.room) == (Layout.SLATE, ())


def test_the_stage_has_room_for_sixteen() -> None:
    table = Table()
    for number in range(17):
        seat = {"seat": f"s{number}", "name": "X"}
        table.when(SYSTEM, "seat.add", definition=seat)
    for number in range(16):
        table.when(CHAIR, "stage.bring", seat=f"s{number}")
    assert table.refused(CHAIR, "stage.bring", seat="s16") == "stage.full"
    assert table.refused(CHAIR, "stage.bring", seat="nobody") == "seat.unknown"
    table.when(CHAIR, "stage.leave", seat="s3")
    assert table.when(CHAIR, "stage.leave", seat="s3") == []


def test_the_scene_carries_caption_question_clock_and_groups() -> None:
    table = with_open_list("room")
    table.when(CHAIR, "floor.add_for", name="Professor Chen", delegation="NCHU")
    table.when(CHAIR, "floor.call")
    table.when(CHAIR, "floor.start", turn="t1")
    scene = scene_of(table.room)
    assert scene.lower_third is not None
    assert (scene.lower_third.name, scene.lower_third.place) == ("Professor Chen", "NCHU")
    assert scene.clock is not None
    assert scene.clock.running_since == table.now
    assert {scene.people[seat].group for seat in ("room", "chair", "vysocina")} == {"room"}  # type: ignore[index]


def test_outputs_come_change_and_go_but_the_built_in_ones_stay() -> None:
    table = Table()
    add = {"output": "yt", "lang": "en", "target": "rtmp://a/live/…"}
    table.when(CHAIR, "output.add", **add)
    assert table.refused(CHAIR, "output.add", **add) == "output.exists"
    assert table.refused(CHAIR, "output.add", **{**add, "output": "x", "lang": "fr"}) == (
        "language.unknown"
    )
    report = {"output": "yt", "state": "running", "sent_bytes": 10}
    assert table.when(SYSTEM, "output.state", **report) == ["OutputChanged"]
    assert table.when(SYSTEM, "output.state", **report) == []
    assert table.when(CHAIR, "output.retry", output="yt") == ["OutputRetried"]
    assert table.room.program.outputs[OutputId("yt")].retried_at == table.now
    assert table.refused(CHAIR, "output.retry", output="hls") == "output.built_in"
    assert table.refused(CHAIR, "output.retry", output="nope") == "output.unknown"
    failed = {**report, "state": "failed", "trying": True}
    assert table.when(SYSTEM, "output.state", **failed) == ["OutputChanged"]
    assert table.when(SYSTEM, "output.state", **failed) == []
    assert table.when(SYSTEM, "output.state", **{**failed, "trying": False}) == ["OutputChanged"]
    assert table.refused(CHAIR, "output.remove", output="hls") == "output.built_in"
    assert table.refused(CHAIR, "output.remove", output="nope") == "output.unknown"
    table.when(CHAIR, "output.remove", output="yt")
    assert sorted(table.room.program.outputs) == ["hls", "recording"]


def test_going_on_air_twice_is_going_on_air_once() -> None:
    table = Table()
    assert table.when(CHAIR, "onair.start") == ["WentOnAir"]
    assert table.when(CHAIR, "onair.start") == []
    assert table.when(CHAIR, "onair.stop") == ["WentOffAir"]
    assert table.when(CHAIR, "onair.stop") == []


def test_importing_the_programme_again_renames_and_adds_but_sends_nobody_away() -> None:
    table = with_open_list("gdynia")
    table.when(SYSTEM, "seat.add", definition={"seat": "edo", "name": "Edo State"})
    table.when(delegate("gdynia"), "floor.request")
    seats = [{"seat": "gdynia", "name": "Ewa Kowalska"}, {"seat": "aix", "name": "Aix"}]
    again = {**SESSION, "title": {"en": "Summit, day 2"}, "seats": seats}
    assert table.when(SYSTEM, "session.update", definition=again) == ["SessionUpdated"]
    assert table.when(SYSTEM, "session.update", definition=again) == []
    assert table.room.session.title["en"] == "Summit, day 2"
    assert table.room.seats["gdynia"].definition.name == "Ewa Kowalska"  # type: ignore[index]
    assert table.room.seats["gdynia"].media.flowing  # type: ignore[index]
    assert {"aix", "edo", "dijon"} <= set(table.room.seats)
    assert table.queued() == ["t1"]
    other = {**again, "id": "another"}
    assert table.refused(SYSTEM, "session.update", definition=other) == "session.other"


def test_an_unknown_seat_is_refused_and_a_known_fact_causes_nothing() -> None:
    table = Table()
    code = table.refused(SYSTEM, "seat.presence", seat="nobody", presence="online")
    assert code == "seat.unknown"
    table.when(SYSTEM, "seat.presence", seat="dijon", presence="online")
    assert table.when(SYSTEM, "seat.presence", seat="dijon", presence="online") == []
    assert SetPresence("dijon", "online").seat == "dijon"
    assert Role.SYSTEM in VERBS["seat.presence"]


def test_a_speaker_has_one_short_name_everywhere_and_no_two_share_it() -> None:
    table = with_open_list("gdynia", "dijon")
    table.when(CHAIR, "floor.add_for", name="Jo Alvarez", delegation="Gdynia", source="room")
    table.when(CHAIR, "floor.add_for", name="Microphone 2", delegation="Oslo", source="room")
    table.when(delegate("dijon"), "floor.request")
    floor = project(table.room, Viewer(Role.MODERATOR)).floor
    assert [turn.short for turn in floor.queue] == ["Jo Alvarez", "Oslo", "Dijon"]
    for expected in ("Jo Alvarez", "Oslo", "Dijon"):
        table.when(CHAIR, "floor.call")
        floor = project(table.room, Viewer(Role.MODERATOR)).floor
        assert floor.current is not None
        assert floor.undo is not None
        assert (floor.current.short, floor.undo.name) == (expected, expected)


def test_two_seats_of_one_city_are_told_apart_by_name() -> None:
    definition = SeatDefinition("gdynia-2", "Piotr Lis", city="Gdynia")
    table = with_open_list()
    table.when(SYSTEM, "seat.add", definition=msgspec.to_builtins(definition))
    seats = {seat.seat: seat.short for seat in project(table.room, Viewer(Role.MODERATOR)).seats}
    assert (seats["gdynia"], seats["gdynia-2"]) == ("Ewa Nowak", "Piotr Lis")
    assert seats["dijon"] == "Dijon"


def test_the_desk_asks_to_unmute_and_only_the_seat_opens_its_microphone() -> None:
    table = with_open_list("gdynia")
    ask = {"seat": "gdynia"}
    assert table.when(CHAIR, "mute.ask", **ask) == []
    table.when(CHAIR, "mute", **ask)
    assert table.when(CHAIR, "mute.ask", **ask) == ["UnmuteAsked"]
    assert table.when(CHAIR, "mute.ask", **ask) == []
    asked = project(table.room, Viewer(Role.DELEGATE, SeatId("gdynia"))).you
    assert asked is not None
    assert (asked.muted, asked.asked_to_unmute) == (True, True)
    assert table.when(delegate("gdynia"), "self.mute", muted=True) == ["MuteChanged"]
    refused = project(table.room, Viewer(Role.DELEGATE, SeatId("gdynia"))).you
    assert refused is not None
    assert (refused.muted, refused.asked_to_unmute) == (True, False)
    table.when(CHAIR, "mute.ask", **ask)
    table.when(delegate("gdynia"), "self.mute", muted=False)
    assert table.room.seats[SeatId("gdynia")].ready
    assert not table.room.seats[SeatId("gdynia")].asked_to_unmute


def test_the_tally_says_who_is_heard_in_every_mode() -> None:
    table = with_open_list("gdynia", "dijon")
    table.when(delegate("gdynia"), "floor.request")
    table.when(CHAIR, "stage.bring", seat="dijon")
    table.when(CHAIR, "floor.call")

    def heard() -> tuple[str, str]:
        return tally(table.room, SeatId("gdynia")), tally(table.room, SeatId("dijon"))

    table.when(CHAIR, "floor.start", turn="t1")
    assert heard() == ("on_air", "off")
    table.when(CHAIR, "floor.mode", mode="panel_open")
    assert heard() == ("on_air", "on_air")
    table.when(CHAIR, "floor.mode", mode="chair_only")
    assert heard() == ("off", "off")
