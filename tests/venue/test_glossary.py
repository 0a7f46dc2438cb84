"""The words that a session's interpreters share."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.venue.table import CHAIR, SESSION, TECHNICIAN, Table, delegate
from venue.codec import decode_room, encode_room
from venue.errors import CommandRejected
from venue.glossary import CHANGES_MAX, entries
from venue.ids import SeatId
from venue.report import report_of
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room, replay
from venue.session import GLOSSARY_CHARACTERS, parse_session, term_key
from venue.story import Story
from venue.views import Viewer, project

pytestmark = pytest.mark.unit

WU = Actor(Role.INTERPRETER, SeatId("booth-1"), None, "Wu Mei-Ling")
ODILE = Actor(Role.INTERPRETER, SeatId("booth-fr"), None, "Odile")
LISTED = (
    {"term": "night bus", "says": {"zh": "夜間公車"}, "note": "from midnight to five"},
    {"term": "ICLEI", "says": {"zh": "地方政府永續發展協會"}, "kind": "body"},
)


def definition(terms: Any = LISTED) -> dict[str, Any]:
    booths = [
        {"seat": "booth-1", "name": "Wu Mei-Ling", "role": "interpreter", "booth": ["zh", "en"]},
        {"seat": "booth-fr", "name": "Odile", "role": "interpreter", "booth": ["fr"]},
    ]
    seats = [*SESSION["seats"], *booths]  # type: ignore[misc]
    return {**SESSION, "languages": ["en", "zh", "fr"], "glossary": terms, "seats": seats}


def table() -> Table:
    return Table(open_room(parse_session(definition())))


def import_again(there: Table, terms: Any) -> None:
    there.when(SYSTEM, "session.update", definition=definition(terms))


def listed(there: Table) -> list[tuple[str, int, str]]:
    """Entry, version and term, as everybody in a booth has them."""
    viewer = Viewer(Role.INTERPRETER, SeatId("booth-fr"))
    return [(one.entry, one.version, one.term) for one in project(there.room, viewer).glossary]


def entry_of(there: Table, term: str) -> dict[str, Any]:
    entry, version, _ = next(one for one in listed(there) if one[2] == term)
    return {"entry": entry, "version": version}


def test_every_booth_has_the_organisers_terms() -> None:
    assert [term for *_, term in listed(table())] == ["night bus", "ICLEI"]


def test_an_added_term_is_everybodys_and_says_whose_it_is() -> None:
    there = table()
    body = {"term": " sponge city ", "says": {"zh": " 海綿城市"}, "kind": "term"}
    assert there.when(WU, "glossary.add", **body) == ["TermWritten"]
    seen = project(there.room, Viewer(Role.INTERPRETER, SeatId("booth-fr"))).glossary[-1]
    assert (seen.term, seen.says, seen.name) == ("sponge city", {"zh": "海綿城市"}, "Wu Mei-Ling")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTERPRETER])
def test_nobody_else_sees_or_changes_a_term(role: Role) -> None:
    there = table()
    there.when(WU, "glossary.add", term="secret word")
    view = project(there.room, Viewer(role, SeatId("gdynia")))
    assert view.glossary == ()
    assert view.session.agenda == ()
    for verb, body in (
        ("glossary.add", {"term": "other"}),
        ("glossary.correct", {**entry_of(there, "secret word"), "term": "other"}),
        ("glossary.remove", entry_of(there, "secret word")),
    ):
        assert there.refused(Actor(role, SeatId("gdynia")), verb, **body) == "role.forbidden"


def test_a_correction_lies_over_the_file_and_keeps_its_place() -> None:
    there = table()
    there.when(ODILE, "glossary.correct", **entry_of(there, "night bus"), term="Noctilien")
    assert listed(there)[0] == ("f.night bus", 1, "Noctilien")
    assert there.when(
        WU, "glossary.correct", **entry_of(there, "Noctilien"), term="Noctilien"
    ) == [], "nothing changed"  # fmt: skip


def test_of_two_corrections_at_once_the_second_is_told() -> None:
    there = table()
    seen = entry_of(there, "night bus")
    there.when(WU, "glossary.correct", **seen, term="night bus", says={"zh": "夜班公車"})
    fresh = {"term": "night bus", "says": {"fr": "bus de nuit"}}
    assert there.refused(ODILE, "glossary.correct", **seen, **fresh) == "glossary.changed"
    assert there.refused(ODILE, "glossary.remove", **seen) == "glossary.changed"


def test_a_removed_term_is_gone_and_comes_back_as_what_it_was() -> None:
    there = table()
    seen = entry_of(there, "ICLEI")
    there.when(WU, "glossary.remove", **seen)
    assert [term for *_, term in listed(there)] == ["night bus"]
    assert there.refused(ODILE, "glossary.remove", **seen) == "glossary.unknown"
    there.when(ODILE, "glossary.add", term="iclei")
    assert listed(there)[1] == ("f.iclei", 2, "iclei")


def test_a_removed_addition_leaves_nothing_behind() -> None:
    there = table()
    there.when(WU, "glossary.add", term="sponge city")
    there.when(WU, "glossary.remove", **entry_of(there, "sponge city"))
    assert there.room.glossary.changes == {}
    there.when(WU, "glossary.add", term="sponge city")
    assert listed(there)[-1][0] == "a.2", "no name is used twice"


@pytest.mark.parametrize("term", ["Night  Bus", " NIGHT BUS ", "iclei"])
def test_a_term_is_there_once(term: str) -> None:
    there = table()
    assert there.refused(WU, "glossary.add", term=term) == "glossary.duplicate"
    there.when(WU, "glossary.add", term="other")
    seen = entry_of(there, "other")
    assert there.refused(WU, "glossary.correct", **seen, term=term) == "glossary.duplicate"


def test_what_was_added_or_put_right_stands_when_the_file_comes_again() -> None:
    there = table()
    there.when(WU, "glossary.correct", **entry_of(there, "night bus"), term="night coach")
    there.when(WU, "glossary.add", term="Sponge City", says={"zh": "海綿城市"})
    there.when(WU, "glossary.remove", **entry_of(there, "ICLEI"))
    import_again(there, [*LISTED, {"term": "sponge city"}, {"term": "waterfront"}])
    assert [term for *_, term in listed(there)] == ["night coach", "waterfront", "Sponge City"]
    import_again(there, [])
    assert [term for *_, term in listed(there)] == ["night coach", "Sponge City"]


def test_changes_have_a_bound_and_those_that_are_there_may_go_on() -> None:
    there = table()
    for number in range(CHANGES_MAX):
        there.when(WU, "glossary.add", term=f"term {number}")
    assert there.refused(WU, "glossary.add", term="one more") == "glossary.full"
    bus = entry_of(there, "night bus")
    assert there.refused(WU, "glossary.correct", **bus, term="coach") == "glossary.full"
    assert there.refused(WU, "glossary.remove", **bus) == "glossary.full"
    there.when(WU, "glossary.correct", **entry_of(there, "term 7"), term="seven")
    there.when(WU, "glossary.remove", **entry_of(there, "seven"))
    there.when(WU, "glossary.add", term="one more")


@pytest.mark.parametrize(
    "body",
    [
        {"term": ""},
        {"term": "  "},
        {"term": "x" * 121},
        {"term": "x", "note": "n" * 121},
        {"term": "x", "says": {"zh": ""}},
        {"term": "x", "says": {"not a tag": "y"}},
        {"term": "x", "says": {f"xa-a{number:02}": "y" for number in range(21)}},
        {"term": "x", "kind": "animal"},
    ],
)  # fmt: skip
def test_a_term_has_bounds(body: dict[str, Any]) -> None:
    assert table().refused(WU, "glossary.add", **body) == "command.malformed"


def test_the_floor_is_no_language_of_a_term() -> None:
    body = {"term": "x", "says": {"floor": "y"}}
    assert table().refused(WU, "glossary.add", **body) == "language.unknown"


def test_an_interpreter_without_a_seat_writes_nothing() -> None:
    nobody = Actor(Role.INTERPRETER, SeatId("gone"))
    assert table().refused(nobody, "glossary.add", term="x") == "seat.unknown"


def test_the_report_gives_the_organiser_what_was_changed() -> None:
    there = table()
    there.when(WU, "glossary.add", term="sponge city", says={"zh": "海綿城市"}, note="water")
    there.when(WU, "glossary.correct", **entry_of(there, "night bus"), term="night coach")
    there.when(ODILE, "glossary.remove", **entry_of(there, "ICLEI"))
    told = {one.change: one for one in report_of(Story(there.room)).terms}
    assert (told["added"].listed, told["added"].says) == ("", {"zh": "海綿城市"})
    assert (told["corrected"].listed, told["corrected"].term) == ("night bus", "night coach")
    assert (told["removed"].listed, told["removed"].name) == ("ICLEI", "Odile")


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ([{"term": " "}], "session.glossary_term"),
        ([{"term": "Night bus"}, {"term": "night  BUS"}], "session.glossary_duplicate"),
        ([{"term": "x", "says": {"floor": "y"}}], "session.glossary_language"),
        ([{"term": "x", "says": {"zh": " "}}], "session.glossary_language"),
        ([{"term": "x", "kind": "animal"}], "session.malformed"),
        ([{"term": "x", "says": {"zh": "y" * 121}}], "session.malformed"),
        ([{"term": f"{number}"} for number in range(501)], "session.malformed"),
        (
            [
                {"term": f"{number}", "note": "n" * 120, "says": {"zh": "y" * 100}}
                for number in range(GLOSSARY_CHARACTERS // 220 + 1)
            ],
            "session.glossary_size",
        ),
    ],
)
def test_a_file_is_told_what_is_wrong_with_its_terms(terms: Any, code: str) -> None:
    with pytest.raises(CommandRejected) as refusal:
        parse_session(definition(terms))
    assert refusal.value.code == code


WORDS = st.sampled_from(["night bus", "Night Bus", "ICLEI", "sponge city", "waterfront", "a", "b"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "correct", "remove", "import"]),
            WORDS,
            st.integers(0, 5),
            st.integers(0, 2),
        ),
        max_size=30,
    )
)
def test_whatever_is_written_each_term_is_there_once_and_a_restart_forgets_nothing(
    script: list[tuple[str, str, int, int]],
) -> None:
    there = table()
    for act, word, index, version in script:
        names = [name for name, *_ in listed(there)]
        target = {"entry": names[index % len(names)] if names else "a.9", "version": version}
        bodies = {"add": {"term": word}, "correct": {**target, "term": word}, "remove": target}
        try:
            if act == "import":
                import_again(there, [*LISTED[index % 3 :], {"term": f"new {word}"}, {"term": "a"}])
            else:
                there.when(WU, f"glossary.{act}", **bodies[act])
        except CommandRejected:
            continue
    keys = [term_key(term) for *_, term in listed(there)]
    assert len(keys) == len(set(keys))
    names = [one.entry for one in entries(there.room.session.glossary, there.room.glossary)]
    assert len(names) == len(set(names))
    assert decode_room(encode_room(there.room)) == there.room
    assert replay(open_room(parse_session(definition())), there.journal) == there.room


def test_others_do_not_get_terms_by_the_room_they_share() -> None:
    there = table()
    there.when(WU, "glossary.add", term="secret word")
    for actor in (CHAIR, TECHNICIAN, delegate("gdynia")):
        assert "secret word" not in repr(project(there.room, Viewer(actor.role, actor.seat)))
