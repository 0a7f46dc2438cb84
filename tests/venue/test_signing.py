"""Sign-language interpreters: whose place in the picture it is, and how it changes hands."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.venue.table import CHAIR, SESSION, Table
from venue.booths.state import Booth, RelayChanged, evolve
from venue.booths.upkeep import LOST_OFFER_MS
from venue.codec import decode_room, encode_room
from venue.errors import CommandRejected
from venue.ids import Language, SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.scene import Scene
from venue.session import parse_session
from venue.staging import scene_of, signer_on_air
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

TSL, ASL = Language("sgn-tss"), Language("sgn-ase")
SEATS = [
    {"seat": "mei", "name": "Mei", "role": "interpreter", "booth": ["sgn-tss"]},
    {"seat": "kai", "name": "Kai", "role": "interpreter", "booth": ["sgn-tss"]},
    {"seat": "amy", "name": "Amy", "role": "interpreter", "booth": ["sgn-ase"]},
    {"seat": "wu", "name": "Wu", "role": "interpreter", "booth": ["zh", "en"]},
    {"seat": "lin", "name": "Lin", "role": "interpreter", "booth": ["zh", "en"]},
]


def interpreter(seat: str) -> Actor:
    return Actor(Role.INTERPRETER, SeatId(seat), None, seat)


MEI, KAI, AMY, WU = (interpreter(seat) for seat in ("mei", "kai", "amy", "wu"))


def seen(table: Table, *seats: str) -> None:
    """Their pictures arrive, and no sound: a signer needs no microphone."""
    for seat in seats:
        table.when(SYSTEM, "media.state", seat=seat, camera=True, link="good")


def signing(*ready: str) -> Table:
    """The named signers have passed their check."""
    raw: dict[str, Any] = {**SESSION, "seats": [*SESSION["seats"], *SEATS]}  # type: ignore[misc]
    table = Table(open_room(parse_session(raw)))
    seen(table, *ready)
    for seat in ready:
        table.when(interpreter(seat), "booth.ready")
    return table


def place(table: Table) -> tuple[str | None, tuple[str, ...]]:
    """Whose the signer's place is, and who may have it next."""
    scene = scene_of(table.room)
    return scene.signer, scene.next_signers


def lose(table: Table, seat: str) -> None:
    table.when(SYSTEM, "media.state", seat=seat, link="lost")


def test_a_signer_needs_a_picture_and_no_sound() -> None:
    table = signing()
    table.when(SYSTEM, "media.state", seat="mei", microphone=True, link="good")
    assert table.refused(MEI, "booth.ready") == "booth.no_camera"
    seen(table, "mei")
    table.when(MEI, "booth.ready")
    assert place(table) == (None, ())
    table.when(CHAIR, "mute", seat="mei")
    table.when(MEI, "booth.on")
    assert place(table) == ("mei", ())


def test_a_signer_is_seen_and_heard_in_no_language() -> None:
    table = signing("mei")
    table.when(MEI, "booth.on")
    scene = scene_of(table.room)
    assert scene.booths == {}
    assert "mei" not in scene.open_microphones
    assert scene.listening[SeatId("mei")] == "floor"
    assert table.refused(MEI, "booth.cough", on=True) == "booth.no_sound"


def test_who_signs_is_told_so_and_so_is_everybody_else() -> None:
    table = signing("mei")
    table.when(MEI, "booth.on")
    own = project(table.room, Viewer(Role.INTERPRETER, SeatId("mei")))
    assert own.you is not None
    assert own.you.tally == "on_air"
    public = project(table.room, Viewer(Role.AUDIENCE)).booths[0]
    assert (public.booth, public.into, public.state, public.signing) == (TSL, TSL, "on_air", True)


def test_whoever_may_take_the_place_is_made_ready_to_be_seen() -> None:
    table = signing("mei", "kai")
    table.when(MEI, "booth.on")
    assert place(table) == ("mei", ())
    table.when(MEI, "booth.offer")
    assert place(table) == ("mei", ("kai",))
    table.when(KAI, "booth.accept")
    assert place(table) == ("kai", ())


def test_a_lost_signer_keeps_the_place_as_a_card_until_the_partner_takes_it() -> None:
    table = signing("mei", "kai")
    table.when(MEI, "booth.on")
    lose(table, "mei")
    assert signer_on_air(table.room) is None
    assert place(table) == ("mei", ("kai",))
    assert not scene_of(table.room).people[SeatId("mei")].online
    table.when(KAI, "booth.accept")
    assert place(table) == ("kai", ())


def test_the_camera_alone_is_lost_too() -> None:
    table = signing("mei", "kai")
    table.when(MEI, "booth.on")
    table.when(SYSTEM, "media.state", seat="mei", microphone=True, link="good")
    assert place(table) == ("mei", ("kai",))
    assert signer_on_air(table.room) is None


def test_without_a_partner_the_place_waits_a_while_for_the_lost_one() -> None:
    table = signing("mei")
    table.when(MEI, "booth.on")
    lose(table, "mei")
    assert place(table) == ("mei", ())
    seen(table, "mei")
    assert table.refused(MEI, "booth.on") == "booth.not_ready"
    table.when(MEI, "booth.ready")
    assert signer_on_air(table.room) is None, "coming back is ready at most"
    table.when(MEI, "booth.on")
    assert place(table) == ("mei", ())
    assert table.room.booths[TSL].handover is None
    lose(table, "mei")
    table.pass_ms(LOST_OFFER_MS)
    table.when(SYSTEM, "room.tick")
    assert place(table) == (None, ())


def test_the_desk_takes_a_signer_out_of_the_picture_and_puts_one_there() -> None:
    table = signing("mei", "kai")
    table.when(CHAIR, "booth.set_active", booth="sgn-tss", seat="kai")
    assert place(table) == ("kai", ())
    table.when(CHAIR, "booth.set_active", booth="sgn-tss", seat=None)
    assert place(table) == (None, ())


def test_one_signer_in_the_picture_whatever_sign_languages_there_are() -> None:
    table = signing("mei", "amy")
    table.when(MEI, "booth.on")
    assert table.refused(AMY, "booth.on") == "booth.place_taken"
    refusal = table.refused(CHAIR, "booth.set_active", booth="sgn-ase", seat="amy")
    assert refusal == "booth.place_taken"
    table.when(MEI, "booth.off")
    table.when(AMY, "booth.on")
    assert place(table) == ("amy", ())


def test_the_place_of_a_lost_signer_is_free_for_another_sign_language() -> None:
    table = signing("mei", "amy")
    table.when(MEI, "booth.on")
    lose(table, "mei")
    table.when(AMY, "booth.on")
    assert place(table) == ("amy", ())


def test_a_signer_who_is_on_stage_too_is_in_the_picture_once() -> None:
    table = signing("mei")
    table.live("dijon")
    for seat in ("dijon", "mei"):
        table.when(CHAIR, "stage.bring", seat=seat)
    table.when(MEI, "booth.on")
    scene = scene_of(table.room)
    assert (scene.seats, scene.signer) == (("dijon",), "mei")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"languages": ["en", "sgn-tss"]}, "session.signed_language"),
        (
            {"seats": [{"seat": "x", "name": "X", "role": "interpreter", "booth": ["zh", "sgn"]}]},
            "session.booth_mixed",
        ),
    ],
)
def test_a_sign_language_has_no_sound_of_its_own(change: dict[str, Any], code: str) -> None:
    with pytest.raises(CommandRejected) as refusal:
        parse_session({**SESSION, **change})
    assert refusal.value.code == code


def test_every_interpreter_chooses_what_to_hear() -> None:
    table = signing()
    table.when(MEI, "booth.relay", lang="zh")
    listening = scene_of(table.room).listening
    assert (listening[SeatId("mei")], listening[SeatId("kai")]) == ("zh", "floor")
    view = project(table.room, Viewer(Role.INTERPRETER, SeatId("kai")))
    heard = {one.seat: one.relay for booth in view.booths for one in booth.interpreters}
    assert (heard[SeatId("mei")], heard[SeatId("kai")]) == ("zh", "floor")
    assert table.refused(MEI, "booth.relay", lang="sgn-ase") == "language.unknown"


def test_a_choice_of_the_whole_booth_in_an_old_journal_still_counts() -> None:
    booths = evolve({TSL: Booth()}, RelayChanged(TSL, Language("zh")))
    assert booths[TSL].hears(SeatId("kai")) == "zh"
    booths = evolve(booths, RelayChanged(TSL, Language("floor"), SeatId("mei")))
    assert (booths[TSL].hears(SeatId("mei")), booths[TSL].hears(SeatId("kai"))) == ("floor", "zh")


@st.composite
def acts(draw: st.DrawFn) -> tuple[Actor, str, dict[str, object]]:
    seat = draw(st.sampled_from(["mei", "kai", "amy"]))
    own, other = interpreter(seat), draw(st.sampled_from(["mei", "kai", "amy"]))
    booth = draw(st.sampled_from([TSL, ASL]))
    chosen = draw(st.sampled_from([None, other]))
    options: list[tuple[Actor, str, dict[str, object]]] = [
        (own, "booth.ready", {"ready": draw(st.booleans())}),
        (own, "booth.on", {}),
        (own, "booth.off", {}),
        (own, "booth.offer", {"to": chosen}),
        (own, "booth.request", {}),
        (own, "booth.accept", {}),
        (own, "booth.cancel", {}),
        (CHAIR, "booth.set_active", {"booth": booth, "seat": chosen}),
        (
            SYSTEM,
            "media.state",
            {
                "seat": seat,
                "camera": draw(st.booleans()),
                "link": draw(st.sampled_from(["good", "lost"])),
            },
        ),
        (SYSTEM, "seat.presence", {"seat": seat, "presence": "online"}),
        (SYSTEM, "room.tick", {}),
        (SYSTEM, "room.restored", {}),
    ]
    return draw(st.sampled_from(options))


def sane(table: Table, scene: Scene) -> None:
    """At most one signer, whose picture arrives; whoever has the place is known."""
    active = [booth.active for booth in table.room.booths.values() if booth.active is not None]
    assert len(active) <= 1
    for seat in active:
        media = table.room.seats[seat].media
        assert media.flowing
        assert media.camera
        assert scene.signer == seat
    assert scene.signer not in scene.next_signers
    assert scene.signer is not None or not scene.next_signers


@given(script=st.lists(acts(), max_size=40), steps_ms=st.integers(0, 20_000))
def test_whatever_happens_the_place_is_of_one_signer_who_took_it(
    script: list[tuple[Actor, str, dict[str, object]]], steps_ms: int
) -> None:
    table = signing("mei", "kai", "amy")
    for actor, verb, body in script:
        table.pass_ms(steps_ms)
        before = signer_on_air(table.room)
        try:
            table.when(actor, verb, **body)
        except CommandRejected:
            continue
        after = signer_on_air(table.room)
        if verb in ("media.state", "seat.presence", "room.tick", "room.restored"):
            assert after in (None, before), "nobody comes into the picture by themselves"
        sane(table, scene_of(table.room))
    assert decode_room(encode_room(table.room)) == table.room
    assert msgspec.json.encode(project(table.room, Viewer(Role.AUDIENCE)))
