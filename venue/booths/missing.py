"""Languages that should be interpreted now and are not: what the desk is alarmed about.

A language is wanted once a booth has given into it, or the program is on air.  It is missed while
somebody is heard in another language and no booth of it gives.  A pause on the floor ends nothing:
what was missed before it is missed after it, at once.
"""

from collections.abc import Mapping

from venue.booths.state import Booths, booth_of, giving, languages_of
from venue.ids import Instant, Language
from venue.presence import Seats


def missing(
    booths: Booths,
    seats: Seats,
    languages: tuple[Language, ...],
    spoken: Language,
    on_air: bool,
) -> frozenset[Language]:
    """Languages nobody gives while ``spoken`` is spoken, though a booth of theirs should."""
    given = giving(booths, seats, languages, spoken)
    busy = {booth_of(seats[seat]) for language, seat in given.items() if language != spoken}
    found = set[Language]()
    for seat in seats.values():
        name = booth_of(seat)
        if name is None or name in busy:
            continue  # Whoever gives into another language cannot give into this one too.
        booth = booths.get(name)
        if on_air or (booth is not None and booth.used):
            found.update(languages_of(seat))
    return frozenset(one for one in found if one in languages and one not in (*given, spoken))


def changes(
    known: Mapping[Language, Instant],
    booths: Booths,
    seats: Seats,
    languages: tuple[Language, ...],
    spoken: tuple[Language | None, Language | None],
    on_air: bool,
) -> tuple[frozenset[Language], frozenset[Language]]:
    """Languages that are missed from now on, and those that are not any more.

    ``spoken``: on the floor now (None: nobody is heard), and last.
    """
    now, last = spoken
    if last is None:
        return frozenset(), frozenset(known)
    lacking = missing(booths, seats, languages, now or last, on_air)
    return (lacking - known.keys() if now is not None else frozenset()), frozenset(known) - lacking
