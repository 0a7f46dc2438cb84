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
    spelling: str = ""
    chinese: tuple[str, str, str, str] = ("", "", "", "")
    """Name, title, city and country on the picture."""


@dataclass(frozen=True, slots=True)
class DemoInterpreter:
    """One of the invented interpreters."""

    seat: str
    name: str
    pitch_hz: float


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
        spelling="lin yoo-TING; 林 lín 于 yú 婷 tíng",
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
        spelling="MA-rek zhye-LON-ka; 馬瑞克",
        chinese=("馬瑞克・傑隆卡", "副市長", "格丁尼亞", "波蘭"),
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
        spelling="ah-CHENG oh-DEH-rah; 阿倩",
        chinese=("阿倩・奧德拉", "湖區省長", "基蘇木", "肯亞"),
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
        spelling="toh-MAHS lah-rra-GHEE-bel; 托馬斯",
        chinese=("托馬斯・拉拉吉貝爾", "市長", "瓦爾迪維亞", "智利"),
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
    chinese=("會議廳", "現場", "波多", "葡萄牙"),
)

INTERPRETERS = (
    DemoInterpreter("booth-wu", "Wu Mei-Ling 吳美玲", 228.0),
    DemoInterpreter("booth-oakes", "Graham Oakes", 126.0),
)
FREE_SEAT = "booth-zh"
"""In the same booth, for whoever wants to try it."""
BOOTH = ("zh", "en")
SIGNER = DemoInterpreter("signer-hsu", "Hsu Mei-Fang 許美芳", 0.0)
FREE_SIGN_SEAT = "signer-guest"
SIGN_LANGUAGE = "sgn-tss"

GLOSSARY = (
    {"term": "night bus", "says": {"zh": "夜間公車"}, "note": "runs from midnight to five"},
    {"term": "waterfront", "says": {"zh": "濱水區"}},
    {"term": "sponge city", "says": {"zh": "海綿城市"}},
    {"term": "pilot project", "says": {"zh": "試辦計畫"}},
    {"term": "participatory budget", "says": {"zh": "參與式預算"}, "note": "not 公民預算"},
    {"term": "deputy mayor", "says": {"zh": "副市長"}},
    {"term": "Gdynia", "says": {"zh": "格丁尼亞"}, "kind": "place"},
    {"term": "ICLEI", "says": {"zh": "地方政府永續發展協會"}, "kind": "body"},
)

AGENDA = (
    {
        "at": "15:00",
        "title": {"en": "Welcome from the hall", "zh-Hant": "會場致詞"},
        "speakers": ["room"],
    },
    {
        "at": "15:10",
        "title": {"en": "Rivers in the city, sea at the door", "zh-Hant": "城中的河，門前的海"},
        "speakers": ["taichung", "gdynia", "kisumu", "valdivia"],
    },
    {"at": "16:00", "title": {"en": "Questions of the audience", "zh-Hant": "現場提問"}},
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
        "captions": ["en", "zh"],
        "archive": "public",
        "timezone": "Europe/Lisbon",
        "accent": "#4aa8ff",
        "city": {"en": "Porto", "zh-Hant": "波多"},
        "agenda": AGENDA,
        "limit_ms": 180_000,
        "seats": [
            *(_seat(guest) for guest in (*GUESTS, ROOM)),
            *(_booth_seat(one.seat, one.name) for one in INTERPRETERS),
            _booth_seat(FREE_SEAT, "Guest interpreter 體驗口譯員"),
            _booth_seat(SIGNER.seat, SIGNER.name, (SIGN_LANGUAGE,)),
            _booth_seat(FREE_SIGN_SEAT, "Guest signer 體驗手語譯者", (SIGN_LANGUAGE,)),
        ],
        "glossary": GLOSSARY,
    }


def _booth_seat(seat: str, name: str, booth: tuple[str, ...] = BOOTH) -> dict[str, Any]:
    return {
        "seat": seat,
        "name": name,
        "role": "interpreter",
        "language": booth[0],
        "booth": booth,
    }


def _seat(guest: Guest) -> dict[str, Any]:
    words = dict(zip(("name", "title", "city", "country"), guest.chinese, strict=True))
    return {
        "words": {"zh": words} if any(guest.chinese) else {},
        "seat": guest.seat,
        "name": guest.name,
        "title": guest.title,
        "city": guest.city,
        "country": guest.country,
        "language": guest.language,
        "role": "room" if guest.room else "delegate",
        "place": "room" if guest.room else "remote",
        "spelling": guest.spelling,
    }
