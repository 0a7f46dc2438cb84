"""The demo's programme: an invented summit, in the form that ``rotunda session import`` reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Guest:
    """One invented person, and how to draw and voice them."""

    seat: str
    name: str
    title: str
    city: str
    country: str
    language: str
    colors: tuple[str, ...]
    """Bands behind the person, ``#rrggbb``, top to bottom."""
    pitch_hz: float
    room: bool = False


SESSION_ID = "demo"

GUESTS = (
    Guest(
        "taichung",
        "Lin Yu-Ting 林于婷",
        "Mayor 市長",
        "Taichung 臺中",
        "Taiwan",
        "zh",
        ("#b3202c", "#1f3a8a", "#f3efe4"),
        210.0,
    ),
    Guest(
        "gdynia",
        "Marek Zielonka",
        "Deputy Mayor",
        "Gdynia",
        "Poland",
        "en",
        ("#f4f1ea", "#c8324a"),
        118.0,
    ),
    Guest(
        "kisumu",
        "Achieng Odera",
        "Governor of the lake district",
        "Kisumu",
        "Kenya",
        "en",
        ("#20201f", "#a8322d", "#24693d"),
        192.0,
    ),
    Guest(
        "valdivia",
        "Tomás Larraguibel",
        "Mayor",
        "Valdivia",
        "Chile",
        "en",
        ("#f2f2ee", "#2b4c9b", "#c23a35"),
        104.0,
    ),
)

ROOM = Guest(
    "room",
    "Summit Hall",
    "The room",
    "Porto",
    "Portugal",
    "en",
    ("#2c5b3f", "#a33b34", "#d6b24c"),
    140.0,
    room=True,
)

QUESTIONS = (
    ("How will the night buses be paid for once the pilot ends?", "en", "Ines, Porto"),
    ("各城市如何讓長者也能使用這些數位服務？", "zh", "陳先生"),
    ("Which of your projects failed, and what did it teach you?", "en", "Dagmar, Graz"),
)


def definition(youtube: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The session, ready for ``venue.session.parse_session``; ``youtube``: where else it goes."""
    return {
        **({} if youtube is None else {"youtube": dict(youtube)}),
        "id": SESSION_ID,
        "title": {
            "en": "Cities by the Water: a roundtable of mayors",
            "zh-Hant": "臨水之城：市長圓桌會議",
        },
        "languages": ["en", "zh"],
        "timezone": "Europe/Lisbon",
        "accent": "#4aa8ff",
        "limit_ms": 180_000,
        "seats": [_seat(guest) for guest in (*GUESTS, ROOM)],
    }


def _seat(guest: Guest) -> dict[str, str]:
    return {
        "seat": guest.seat,
        "name": guest.name,
        "title": guest.title,
        "city": guest.city,
        "country": guest.country,
        "language": guest.language,
        "role": "room" if guest.room else "delegate",
        "place": "room" if guest.room else "remote",
    }
