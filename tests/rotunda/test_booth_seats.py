"""Interpreters' seats: what a ticket makes of them, and those of the demo."""

from pathlib import Path

import pytest

from rotunda.config import Config, load
from rotunda.demo.launch import demo_children, demo_links
from rotunda.demo.link import ticket_of
from rotunda.demo.session import INTERPRETERS, SIGNER, DemoInterpreter, definition
from rotunda.people import join_link
from signaling.tickets import Ticket, TicketOffice
from venue.booths.state import booth_of, languages_of
from venue.presence import Seat, initial
from venue.roles import Role
from venue.session import parse_session

pytestmark = pytest.mark.unit

SECRET = "x" * 40


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({}, host=None, port=None, data=str(tmp_path))


def ticket(link: str) -> Ticket:
    return TicketOffice(SECRET).read(ticket_of(link))


def test_a_ticket_without_a_seat_makes_one_in_the_booth_of_its_language(config: Config) -> None:
    link = join_link(
        config,
        SECRET,
        session="summit",
        role=Role.INTERPRETER,
        seat=None,
        name="Odile",
        title="",
        city="",
        country="",
        language="fr",
        expires_at_s=4_000_000_000,
    )
    made = ticket(link).definition
    assert made is not None
    assert booth_of(Seat(made)) == "fr"
    assert languages_of(Seat(made)) == ("fr",)


@pytest.mark.parametrize(
    ("language", "booth", "invented"),
    [("zh", ("zh", "en"), INTERPRETERS), ("sgn-tss", ("sgn-tss",), (SIGNER,))],
)
def test_the_demo_keeps_a_seat_free_beside_its_interpreters(
    config: Config, language: str, booth: tuple[str, ...], invented: tuple[DemoInterpreter, ...]
) -> None:
    seats = initial(parse_session(definition()))
    free = ticket(demo_links(config, SECRET)["links"]["interpreters"][language]).seat
    assert free is not None
    taken = {one.seat for one in invented}
    assert free not in taken
    here = {seat for seat in seats if booth_of(seats[seat]) == language}
    assert here == {free, *taken}
    assert {languages_of(seats[seat]) for seat in here} == {booth}


def test_the_demo_interpreters_are_one_process_and_in_no_answer(config: Config) -> None:
    document = demo_links(config, SECRET)
    children = demo_children(config, SECRET, document)
    assert [child.name for child in children].count("demo booth") == 1
    links = document["links"]
    given = [links["organizer"], links["moderator"], links["room"], *links["delegates"]]
    given += links["interpreters"].values()
    invented = {one.seat for one in (*INTERPRETERS, SIGNER)}
    assert invented.isdisjoint(ticket(link).seat for link in given)
