"""Booths of a session in three languages, for given / when / then."""

from typing import Any

from tests.venue.table import CHAIR, SESSION, Table
from venue.ids import Language, SeatId
from venue.roles import SYSTEM, Actor, Role
from venue.room import open_room
from venue.session import parse_session
from venue.staging import booths_on_air
from venue.views import Viewer, project

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


def taken_off(table: Table) -> dict[str, str | None]:
    """What each interpreter of the Chinese booth is told of being off the air."""
    booth = project(table.room, Viewer(Role.INTERPRETER, SeatId("wu"))).booths[0]
    return {str(one.seat): one.taken_off for one in booth.interpreters}


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
