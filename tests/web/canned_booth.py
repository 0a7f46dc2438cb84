"""Views of an interpreter's page: two in a booth of Chinese and English."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.web import canned
from tests.web.canned import Document, now_ms

OWN, PARTNER = "booth-1", "booth-2"
NAMES = {OWN: "Wu Mei-Ling 吳美玲", PARTNER: "Graham Oakes"}
LANGUAGES = ("zh-Hant", "en")
VERBS = (
    "booth.ready", "booth.on", "booth.off", "booth.off_noted", "booth.cough", "booth.offer",
    "booth.request", "booth.accept", "booth.cancel", "booth.output", "booth.relay", "booth.signal",
    "booth.say", "floor.speaks", "self.mute", "glossary.add", "glossary.correct", "glossary.remove",
)  # fmt: skip


def term(words: str, says: Mapping[str, str] | None = None, **changes: Any) -> Document:
    entry = {"entry": f"f.{words.casefold()}", "version": 0, "term": words, "says": says or {}}
    return {**entry, "note": "", "kind": "term", "name": "", **changes}


GLOSSARY = (
    term("night bus", {"zh-Hant": "夜間公車"}, note="runs from midnight to five"),
    term("sponge city", {"zh-Hant": "海綿城市"}),
    term("participatory budget", {"zh-Hant": "參與式預算"}),
)
SPELLINGS = {"dijon": "dee-ZHON; 第戎", "vysocina": "VIH-so-chee-na"}


def message(author: str, text: str, *, desk: bool, ago_ms: int = 60_000) -> Document:
    return {"author": author, "desk": desk, "text": text, "at": now_ms() - ago_ms}


LINE = (
    message("Mo", "Slides in five minutes. 五分鐘後播放簡報。", desk=True, ago_ms=90_000),
    message("Graham Oakes", "Thank you, we have them.", desk=False, ago_ms=60_000),
)


def handover(kind: str, by: str, to: str | None, left_ms: int = 24_000) -> Document:
    return {"kind": kind, "by": by, "to": to, "expires_at": now_ms() + left_ms, "declined": []}


def booth(
    active: str | None = None,
    *,
    ready: Iterable[str] = (OWN, PARTNER),
    away: Iterable[str] = (),
    minutes: float = 7.2,
    taken_off: Mapping[str, str] | None = None,
    weak: Iterable[str] = (),
    **changes: Any,
) -> Document:
    """The booth, with ``active`` on air for so many minutes."""
    state = "on_air" if active else "ready" if tuple(ready) else "off"
    return {
        "booth": LANGUAGES[0],
        "languages": list(LANGUAGES),
        "into": LANGUAGES[0] if active else None,
        "state": state,
        "active": active,
        "since": now_ms() - round(minutes * 60_000) if active else None,
        "silent_since": None,
        "handover": None,
        "unheeded": None,
        "interpreters": [
            {
                "seat": seat,
                "name": name,
                "ready": seat in tuple(ready),
                "online": seat not in tuple(away),
                "microphone": seat not in tuple(away),
                "camera": False,
                "relay": "floor",
                "taken_off": (taken_off or {}).get(seat),
                "link": "weak" if seat in weak else "good",
            }
            for seat, name in NAMES.items()
        ],
        "signals": [],
        "messages": [],
        "signing": False,
        "output": None,
        **changes,
    }


def signal(kind: str, seat: str = PARTNER, ago_ms: int = 12_000) -> Document:
    return {"signal": kind, "seat": seat, "at": now_ms() - ago_ms}


def view(own_booth: Mapping[str, Any] | None = None, **sections: Any) -> Document:
    """What an interpreter is sent."""
    base = canned.view()
    seats = [
        {**seat, "spelling": SPELLINGS.get(seat["seat"], ""), "language": _language(seat)}
        for seat in base["seats"]
    ]
    asked = {
        "question": "q1", "version": 1, "state": "live", "lang": "en", "author": "Ines",
        "text": "How will the night buses be paid for once the pilot ends?", "country": "Porto",
        "submitted_at": now_ms(), "mine": False, "voted": False, "reject_reason": None, "votes": 21,
        "translations": {},
    }  # fmt: skip
    return {
        **base,
        "glossary": list(GLOSSARY),
        "seats": seats,
        "questions": [asked],
        "booths": [dict(own_booth or booth())],
        "you": canned.you(
            seat=OWN, role="interpreter", name=NAMES[OWN], may=list(VERBS), booth=LANGUAGES[0],
            line=list(LINE),
        ),
        **sections,
    }  # fmt: skip


def _language(seat: Mapping[str, Any]) -> str:
    return "en" if seat["seat"] == "dijon" else str(seat["language"])
