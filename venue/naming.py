"""How a speaker is called in two words: on a button, in "Next: ...", in a notice.

One rule for every page: the city, because that is how people at a table of cities know one another;
the name where the city would not tell two of them apart.
"""

from collections import Counter
from collections.abc import Mapping

from venue.ids import SeatId
from venue.presence import Seats
from venue.roles import Role
from venue.session import SeatWords
from venue.turns import Turn

_ELSEWHERE = frozenset({Role.INTERPRETER, Role.CAPTIONER, Role.AUDIENCE, Role.ORGANIZER})
"""Roles that never speak from a seat of their own, and so are confused with nobody."""


def short_names(seats: Seats) -> Mapping[SeatId, str]:
    """The short name of every seat; no two seats share a city as theirs."""
    cities = Counter(
        seat.definition.city for seat in seats.values() if seat.definition.role not in _ELSEWHERE
    )
    return {
        seat_id: seat.definition.city
        if seat.definition.city and cities[seat.definition.city] <= 1
        else seat.definition.name
        for seat_id, seat in seats.items()
    }


def short_name(turn: Turn, seats: Seats, names: Mapping[SeatId, str]) -> str:
    """The short name of whoever speaks in a turn, ``names`` being those of the seats."""
    if turn.name:
        taken = {seat.definition.city for seat in seats.values()}
        return turn.name if turn.delegation in taken else turn.delegation or turn.name
    return names.get(turn.seat, "") if turn.seat else ""


def words_of(turn: Turn, seats: Seats) -> Mapping[str, SeatWords]:
    """Whoever speaks in a turn, in other languages; of whom the desk has named nothing is known."""
    seat = seats.get(turn.seat) if turn.seat and not turn.name else None
    return seat.definition.words if seat else {}
