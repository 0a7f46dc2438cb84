"""Booths: who is on air, and how the microphone changes hands."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.venue.table import CHAIR, SESSION, TECHNICIAN, Table, delegate
from venue.booths.rules import HANDOVER_MS
from venue.booths.upkeep import LOST_OFFER_MS
from venue.codec import decode_room, encode_room
from venue.errors import CommandRejected
from venue.ids import FLOOR_LANGUAGE, Language, SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.session import parse_session
from venue.staging import booths_on_air, scene_of
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

ZH, EN = Language("zh"), Language("en")
BOOTHS = [
    {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": ["zh", "en"]},
    {"seat": "lin", "name": "Lin", "role": "interpreter", "booth": ["zh", "en"]},
    {"seat": "rey", "name": "Rey", "role": "interpreter", "booth": ["fr"]},
]


def interpreter(seat: str) -> Actor:
    return Actor(Role.INTERPRETER, SeatId(seat), None, seat)


WU, LIN, REY = interpreter("wu"), interpreter("lin"), interpreter("rey")
KIM = interpreter("kim")


def booths(*ready: str) -> Table:
    """A session in three languages; the named interpreters have passed their sound check."""
    raw: dict[str, Any] = {
        **SESSION,
        "languages": ["en", "zh", "fr"],
        "seats": [*SESSION["seats"], *BOOTHS],  # type: ignore[misc]
    }
    table = Table(open_room(parse_session(raw)))
    table.live(*ready)
    for seat in ready:
        table.when(interpreter(seat), "booth.ready")
    return table


def speak(table: Table, seat: str) -> None:
    """Give a seat the floor."""
    table.live(seat)
    table.when(CHAIR, "floor.add_for", seat=seat)
    table.when(CHAIR, "floor.call")


def lose(table: Table, seat: str) -> list[str]:
    return table.when(SYSTEM, "media.state", seat=seat, link="lost")


def giving(table: Table) -> dict[str, str]:
    """Who is heard in which language."""
    return {str(lang): str(seat) for lang, seat in booths_on_air(table.room).items()}


def test_joining_puts_nobody_on_air_and_without_a_sound_check_nobody_gets_there() -> None:
    table = booths()
    table.live("wu")
    assert table.refused(WU, "booth.on") == "booth.not_ready"
    table.when(WU, "booth.ready")
    assert giving(table) == {}
    table.when(WU, "booth.on")
    assert giving(table) == {"zh": "wu"}


def test_a_sound_check_needs_sound() -> None:
    assert booths().refused(WU, "booth.ready") == "booth.no_microphone"


def test_a_booth_of_two_languages_gives_into_the_one_the_speaker_does_not_speak() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    speak(table, "gdynia")
    assert giving(table) == {"zh": "wu"}
    table.when(CHAIR, "floor.end", turn=table.current()[0])  # type: ignore[index]
    speak(table, "taichung")
    assert giving(table) == {"en": "wu"}


def test_an_output_chosen_by_hand_stands_until_it_is_pressed_again() -> None:
    """Not even the next speaker moves it: an interpreter is always a sentence behind."""
    table = booths("wu")
    assert table.refused(WU, "booth.output", lang="en") == "booth.not_active"
    table.when(WU, "booth.on")
    speak(table, "gdynia")
    assert "OutputChosen" in table.when(WU, "booth.output", lang="en")
    assert table.when(WU, "booth.output", lang="en") == []
    assert giving(table) == {"en": "wu"}
    speak(table, "taichung")
    speak(table, "dijon")
    assert giving(table) == {"en": "wu"}
    assert project(table.room, Viewer(Role.INTERPRETER)).booths[0].output == "en"
    table.when(WU, "booth.output", lang=None)
    assert giving(table) == {"zh": "wu"}
    assert table.refused(WU, "booth.output", lang="fr") == "language.unknown"


def test_an_output_chosen_by_hand_goes_with_the_interpreter() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    speak(table, "gdynia")
    table.when(WU, "booth.output", lang="en")
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    assert giving(table) == {"zh": "lin"}
    table.when(LIN, "booth.output", lang="en")
    table.when(LIN, "booth.off")
    table.when(LIN, "booth.on")
    assert giving(table) == {"zh": "lin"}


def test_an_output_chosen_by_hand_goes_before_another_booths_automatic_one() -> None:
    raw = {"seat": "kim", "name": "Kim", "role": "interpreter", "booth": ["fr", "en"]}
    made = parse_session({**SESSION, "languages": ["en", "zh", "fr"], "seats": [*BOOTHS[:1], raw]})
    table = Table(open_room(made))
    table.live("kim", "wu")
    for actor in (WU, interpreter("kim")):
        table.when(actor, "booth.ready")
        table.when(actor, "booth.on")
    assert giving(table) == {"zh": "wu", "fr": "kim"}
    table.when(interpreter("kim"), "booth.output", lang="en")
    table.when(WU, "booth.output", lang="en")
    assert giving(table) == {"en": "wu"}
    table.when(WU, "booth.output", lang=None)
    assert giving(table) == {"zh": "wu", "en": "kim"}


def test_a_cough_closes_the_microphone_and_leaves_the_booth_on_air() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    table.when(WU, "booth.cough", on=True)
    scene = scene_of(table.room)
    assert scene.coughing == {"wu"}
    assert scene.booths == {"zh": "wu"}
    table.when(WU, "booth.cough", on=False)
    assert not scene_of(table.room).coughing
    assert table.refused(LIN, "booth.cough", on=True) == "booth.not_active"


def test_one_microphone_a_booth() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    assert table.refused(LIN, "booth.on") == "booth.taken"
    assert giving(table) == {"zh": "wu"}


def test_an_offer_that_is_accepted_hands_over_without_a_gap() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    assert table.when(LIN, "booth.accept") == ["MicrophoneTaken"]
    assert giving(table) == {"zh": "lin"}
    assert table.room.booths[ZH].handover is None
    assert table.refused(LIN, "booth.accept") == "booth.no_handover"


def test_a_request_waits_for_the_one_on_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(LIN, "booth.request")
    assert table.refused(LIN, "booth.accept") == "booth.not_asked"
    assert table.refused(WU, "booth.offer") == "booth.handover_waits"
    table.when(WU, "booth.accept")
    assert giving(table) == {"zh": "lin"}


def test_an_offer_nobody_answers_ends_and_the_booth_stays_on_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer", to="lin")
    table.pass_ms(HANDOVER_MS)
    assert table.when(SYSTEM, "room.tick") == ["HandoverEnded"]
    assert table.room.booths[ZH].handover is None
    assert giving(table) == {"zh": "wu"}


@pytest.mark.parametrize("who", [WU, LIN])
def test_either_side_may_call_a_handover_off(who: Actor) -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(LIN, "booth.request")
    table.when(who, "booth.cancel")
    assert table.room.booths[ZH].handover is None
    assert giving(table) == {"zh": "wu"}


def test_there_is_nobody_to_offer_it_to() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    assert table.refused(WU, "booth.offer") == "booth.no_partner"
    assert table.refused(WU, "booth.offer", to="rey") == "booth.no_partner"


def test_a_lost_interpreter_is_off_the_air_and_the_partner_is_offered_the_microphone() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    lose(table, "wu")
    assert giving(table) == {}
    handover = table.room.booths[ZH].handover
    assert handover is not None
    assert (handover.kind, handover.by, handover.to) == ("lost", "wu", None)
    table.when(LIN, "booth.accept")
    assert giving(table) == {"zh": "lin"}


def test_who_comes_back_after_being_lost_is_neither_on_air_nor_ready() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    lose(table, "wu")
    table.live("wu")
    assert giving(table) == {}
    assert table.refused(WU, "booth.on") == "booth.not_ready"
    table.pass_ms(LOST_OFFER_MS)
    table.when(SYSTEM, "room.tick")
    assert table.room.booths[ZH].handover is None


def test_a_handover_ends_when_either_side_is_lost() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer", to="lin")
    lose(table, "lin")
    assert table.room.booths[ZH].handover is None
    assert giving(table) == {"zh": "wu"}


def test_a_weak_link_is_seen_by_booth_and_desk_and_by_nobody_outside() -> None:
    table = booths("wu", "lin")
    table.when(SYSTEM, "media.state", seat="wu", microphone=True, link="weak")
    for viewer in (Viewer(Role.INTERPRETER, SeatId("lin")), Viewer(Role.MODERATOR)):
        booth = project(table.room, viewer).booths[0]
        assert [one.link for one in booth.interpreters] == ["weak", "good"]
    assert not project(table.room, Viewer(Role.AUDIENCE)).booths[0].interpreters


def taken_off(table: Table) -> dict[str, str | None]:
    """What each interpreter of the Chinese booth is told of being off the air."""
    booth = project(table.room, Viewer(Role.INTERPRETER, SeatId("wu"))).booths[0]
    return {str(one.seat): one.taken_off for one in booth.interpreters}


@pytest.mark.parametrize(
    ("verb", "body", "cause"),
    [
        ("media.state", {"seat": "wu", "link": "lost"}, "lost"),
        ("engine.state", {"state": "down"}, "restored"),
        ("room.restored", {}, "restored"),
        ("mute", {"seat": "wu"}, "desk"),
        ("booth.set_active", {"booth": "zh", "seat": None}, "desk"),
        ("booth.set_active", {"booth": "zh", "seat": "lin"}, "desk"),
    ],
)
def test_who_is_taken_off_the_air_is_told_why_until_they_have_noted_it(
    verb: str, body: dict[str, Any], cause: str
) -> None:
    table = booths("wu", "lin")
    table.when(SYSTEM, "engine.state", state="up")
    table.when(WU, "booth.on")
    table.when(CHAIR if cause == "desk" else SYSTEM, verb, **body)
    assert taken_off(table) == {"wu": cause, "lin": None}
    assert table.when(WU, "booth.off_noted") == ["OffAirNoted"]
    assert table.when(WU, "booth.off_noted") == []
    assert taken_off(table) == {"wu": None, "lin": None}


def test_back_on_air_nothing_is_said_of_having_been_taken_off() -> None:
    table = booths("wu")
    table.when(WU, "booth.on")
    lose(table, "wu")
    table.live("wu")
    table.when(WU, "booth.ready")
    assert taken_off(table)["wu"] == "lost"
    table.when(WU, "booth.on")
    assert taken_off(table)["wu"] is None


def test_leaving_or_handing_over_takes_nobody_off_the_air() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    table.when(LIN, "booth.off")
    assert taken_off(table) == {"wu": None, "lin": None}


@pytest.mark.parametrize("verb", ["room.restored", "engine.state"])
def test_after_a_restart_no_booth_is_on_air(verb: str) -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    table.when(SYSTEM, "engine.state", state="up")
    table.when(SYSTEM, verb, **({"state": "down"} if verb == "engine.state" else {}))
    assert giving(table) == {}
    assert table.room.booths[ZH].handover is None


def test_the_desk_puts_only_ready_people_on_air() -> None:
    table = booths("wu")
    table.live("lin")
    assert table.refused(CHAIR, "booth.set_active", booth="zh", seat="lin") == "booth.not_ready"
    assert table.refused(CHAIR, "booth.set_active", booth="fr", seat="wu") == "booth.unknown"
    table.when(CHAIR, "booth.set_active", booth="zh", seat="wu")
    assert giving(table) == {"zh": "wu"}
    table.when(CHAIR, "booth.set_active", booth="zh", seat=None)
    assert giving(table) == {}


def test_relay_takes_another_booth_and_never_goes_round() -> None:
    table = booths("wu", "rey")
    table.when(REY, "booth.relay", lang="zh")
    assert scene_of(table.room).listening[SeatId("rey")] == "zh"
    assert table.refused(WU, "booth.relay", lang="fr") == "booth.cycle"
    assert table.refused(WU, "booth.relay", lang="zh") == "booth.cycle"
    assert table.refused(WU, "booth.relay", lang="de") == "language.unknown"
    table.when(REY, "booth.relay", lang="floor")
    table.when(WU, "booth.relay", lang="fr")
    assert scene_of(table.room).listening[SeatId("rey")] == FLOOR_LANGUAGE


def test_signals_reach_the_desk_until_they_are_seen() -> None:
    table = booths("wu")
    table.when(WU, "booth.signal", signal="slow_down")
    table.pass_ms(5000)
    table.when(WU, "booth.signal", signal="slow_down")
    view = project(table.room, Viewer(Role.MODERATOR))
    raised = next(booth for booth in view.booths if booth.booth == ZH).signals
    assert [(one.signal, one.at) for one in raised] == [("slow_down", table.now)]
    table.when(CHAIR, "booth.signal_seen", booth="zh", signal="slow_down")
    assert not table.room.booths[ZH].signals


def test_the_private_line_is_for_one_booth_and_the_desk() -> None:
    table = booths("wu", "rey")
    table.when(WU, "booth.say", text="Which Springfield?")
    table.when(CHAIR, "booth.say", booth="zh", text="The one in Ohio")

    def line(role: Role, seat: str | None) -> list[str]:
        view = project(table.room, Viewer(role, SeatId(seat) if seat else None))
        booths = [one.text for booth in view.booths for one in booth.messages]
        return booths + [one.text for one in (view.you.line if view.you else ())]

    said = ["Which Springfield?", "The one in Ohio"]
    assert line(Role.MODERATOR, "chair") == said
    assert line(Role.INTERPRETER, "wu") == said
    assert line(Role.INTERPRETER, "rey") == []
    assert line(Role.DELEGATE, "gdynia") == []
    assert line(Role.AUDIENCE, None) == []
    assert table.refused(CHAIR, "booth.say", text="to whom?") == "booth.unknown"


def test_the_audience_learns_only_which_languages_are_given() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.on")
    table.when(WU, "booth.offer")
    view = project(table.room, Viewer(Role.AUDIENCE)).booths[0]
    assert (view.state, view.into) == ("on_air", ZH)
    assert (view.active, view.handover, view.interpreters) == (None, None, ())


def test_silence_is_noted_once_and_forgotten_with_the_microphone() -> None:
    table = booths("wu", "lin")
    assert table.when(SYSTEM, "booth.silence", seat="wu", silent=True) == []
    table.when(WU, "booth.on")
    assert table.when(SYSTEM, "booth.silence", seat="wu", silent=True) == ["SilenceChanged"]
    assert table.when(SYSTEM, "booth.silence", seat="wu", silent=True) == []
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.accept")
    assert table.room.booths[ZH].silent_since is None


def test_a_delegate_has_no_booth() -> None:
    table = booths("wu")
    delegate = Actor(Role.DELEGATE, SeatId("gdynia"))
    assert table.refused(delegate, "booth.on") == "role.forbidden"
    stray = Actor(Role.INTERPRETER, None)
    assert table.refused(stray, "booth.ready") == "booth.none"


@st.composite
def acts(draw: st.DrawFn) -> tuple[Actor, str, dict[str, object]]:
    seat = draw(st.sampled_from(["wu", "lin", "rey"]))
    own, other = interpreter(seat), draw(st.sampled_from(["wu", "lin", "rey"]))
    link = draw(st.sampled_from(["good", "lost", "none"]))
    lang = draw(st.sampled_from(["floor", "en", "zh", "fr"]))
    options: list[tuple[Actor, str, dict[str, object]]] = [
        (own, "booth.ready", {"ready": draw(st.booleans())}),
        (own, "booth.on", {}),
        (own, "booth.off", {}),
        (own, "booth.cough", {"on": draw(st.booleans())}),
        (own, "booth.offer", {"to": draw(st.sampled_from([None, other]))}),
        (own, "booth.request", {}),
        (own, "booth.accept", {}),
        (own, "booth.cancel", {}),
        (own, "booth.relay", {"lang": lang}),
        (CHAIR, "booth.set_active", {"booth": "zh", "seat": draw(st.sampled_from([None, other]))}),
        (CHAIR, "mute", {"seat": seat}),
        (own, "self.mute", {"muted": False}),
        (SYSTEM, "media.state", {"seat": seat, "microphone": True, "link": link}),
        (SYSTEM, "room.tick", {}),
        (SYSTEM, "room.restored", {}),
    ]
    return draw(st.sampled_from(options))


@given(script=st.lists(acts(), max_size=40), steps_ms=st.integers(0, 20_000))
def test_whatever_happens_booths_stay_sane(
    script: list[tuple[Actor, str, dict[str, object]]], steps_ms: int
) -> None:
    table = booths("wu", "lin", "rey")
    for actor, verb, body in script:
        table.pass_ms_as_host(steps_ms)
        before = giving(table)
        try:
            table.when(actor, verb, **body)
        except CommandRejected:
            continue
        after = giving(table)
        if verb in ("media.state", "room.tick", "room.restored", "self.mute"):
            assert set(after.items()) <= set(before.items()), "nobody comes on air by themselves"
        seats = table.room.seats
        for booth in table.room.booths.values():
            if booth.active is not None:
                assert seats[booth.active].media.flowing
                assert not seats[booth.active].muted
                assert booth.active in booth.ready
            if booth.handover is not None:
                assert booth.handover.expires_at > table.now
        assert len(set(after.values())) == len(after), "one voice gives into one language"
    assert decode_room(encode_room(table.room)) == table.room
    assert msgspec.json.encode(project(table.room, Viewer(Role.AUDIENCE)))


def test_a_delegate_hears_the_own_language_unasked_where_it_is_interpreted() -> None:
    table = booths()

    def hears(role: Role, seat: str) -> str:
        view = project(table.room, Viewer(role, SeatId(seat)))
        assert view.you is not None
        assert view.you.listening == scene_of(table.room).listening[SeatId(seat)]
        return view.you.listening

    assert hears(Role.DELEGATE, "taichung") == "zh"
    assert hears(Role.DELEGATE, "gdynia") == "en"
    # Who runs the room hears what is said until they choose.
    assert hears(Role.MODERATOR, "chair") == hears(Role.ROOM, "room") == FLOOR_LANGUAGE
    assert table.when(delegate("taichung"), "listen", lang="floor") == ["ListeningChanged"]
    assert hears(Role.DELEGATE, "taichung") == FLOOR_LANGUAGE
    assert table.when(TECHNICIAN, "listen", lang="zh") == ["ListeningChanged"]
    assert hears(Role.ROOM, "room") == "zh"
    assert decode_room(encode_room(table.room)) == table.room


def test_without_a_booth_for_it_a_delegate_hears_the_floor() -> None:
    table = Table()
    assert scene_of(table.room).listening[SeatId("taichung")] == FLOOR_LANGUAGE


def asked(table: Table, role: Role = Role.DELEGATE) -> str | None:
    """What the speaker's page is told."""
    current = project(table.room, Viewer(role)).floor.current
    return current.asked.signal if current is not None and current.asked is not None else None


def test_the_desk_passes_a_signal_on_to_the_speaker() -> None:
    table = booths("wu")
    speak(table, "gdynia")
    table.when(WU, "booth.signal", signal="slow_down")
    assert asked(table) is None
    passed = table.when(CHAIR, "booth.pass_on", booth="zh", signal="slow_down")
    assert passed == ["SignalSeen", "SpeakerAsked"]
    assert asked(table) == "slow_down"
    assert asked(table, Role.AUDIENCE) is None
    assert table.when(CHAIR, "booth.pass_on", booth="zh", signal="slow_down") == []
    speak(table, "dijon")
    assert asked(table) is None


def test_nobody_is_asked_while_nobody_speaks() -> None:
    table = booths("wu")
    table.when(WU, "booth.signal", signal="slow_down")
    refused = table.refused(CHAIR, "booth.pass_on", booth="zh", signal="slow_down")
    assert refused == "floor.not_speaking"


def test_a_session_may_let_booths_ask_the_speaker_at_once() -> None:
    raw = {**SESSION, "pass_signals": True, "seats": [*SESSION["seats"], *BOOTHS]}  # type: ignore[misc]
    table = Table(open_room(parse_session(raw)))
    table.live("wu")
    speak(table, "gdynia")
    table.when(WU, "booth.signal", signal="no_sound")
    assert asked(table) is None
    table.when(WU, "booth.signal", signal="slow_down")
    assert asked(table) == "slow_down"
    assert len(table.room.booths[ZH].signals) == 2


def test_a_mistaken_signal_is_taken_back_by_the_booth() -> None:
    table = booths("wu", "lin")
    table.when(WU, "booth.signal", signal="no_sound")
    assert table.when(LIN, "booth.signal", signal="no_sound", on=False) == ["SignalSeen"]
    assert table.room.booths[ZH].signals == ()
    assert table.when(WU, "booth.signal", signal="no_sound", on=False) == []


def three() -> Table:
    """Wu is on air; Lin and Kim are ready in the same booth."""
    kim = {"seat": "kim", "name": "Kim", "role": "interpreter", "booth": ["zh", "en"]}
    raw = {**SESSION, "seats": [*SESSION["seats"], *BOOTHS[:2], kim]}  # type: ignore[misc]
    table = Table(open_room(parse_session(raw)))
    table.live("wu", "lin", "kim")
    for seat in ("wu", "lin", "kim"):
        table.when(interpreter(seat), "booth.ready")
    table.when(WU, "booth.on")
    return table


def test_one_of_two_partners_says_not_now_and_the_other_takes_it() -> None:
    table = three()
    table.when(WU, "booth.offer")
    assert table.when(LIN, "booth.cancel") == ["HandoverDeclined"]
    assert table.when(LIN, "booth.cancel") == []
    view = project(table.room, Viewer(Role.INTERPRETER)).booths[0].handover
    assert view is not None
    assert view.declined == ("lin",)
    table.when(KIM, "booth.accept")
    assert giving(table) == {"zh": "kim"}


def test_an_offer_that_everybody_declines_is_over() -> None:
    table = three()
    table.when(WU, "booth.offer")
    table.when(LIN, "booth.cancel")
    assert table.when(KIM, "booth.cancel") == ["HandoverDeclined", "HandoverEnded"]
    assert giving(table) == {"zh": "wu"}


def test_what_two_settle_the_third_does_not_end() -> None:
    table = three()
    table.when(WU, "booth.offer", to="lin")
    assert table.refused(KIM, "booth.cancel") == "booth.not_asked"
    assert table.refused(KIM, "booth.accept") == "booth.not_asked"
    assert table.when(LIN, "booth.cancel") == ["HandoverEnded"]
    table.when(LIN, "booth.request")
    assert table.refused(KIM, "booth.cancel") == "booth.not_asked"
    assert table.when(WU, "booth.cancel") == ["HandoverEnded"]


def test_the_technician_saves_a_booth_as_the_chair_does() -> None:
    table = three()
    table.when(WU, "booth.offer")
    assert table.when(TECHNICIAN, "booth.cancel", booth="zh") == ["HandoverEnded"]
    table.when(TECHNICIAN, "booth.set_active", booth="zh", seat="kim")
    assert giving(table) == {"zh": "kim"}
