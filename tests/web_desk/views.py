# ruff: noqa: E501  one sentence a line reads best
"""Canned views of one session, as the server would send them."""

import time
from collections.abc import Mapping
from typing import Any

SESSION = "summit-1"
View = dict[str, Any]

SEATS = (
    ("chair", "Host of the Summit", "Taipei", "Taiwan", "zh", "room"),
    ("dijon", "Mayor of Dijon 第戎市長", "Dijon", "France", "fr", "remote"),
    ("gdynia", "Deputy Mayor of Gdynia", "Gdynia", "Poland", "pl", "remote"),
    ("vysocina", "Governor of Vysočina", "Vysočina", "Czechia", "cs", "room"),
    ("edinburgh", "City of Edinburgh", "Edinburgh", "United Kingdom", "en", "remote"),
    ("selangor", "Menteri Besar of Selangor", "Selangor", "Malaysia", "ms", "remote"),
    ("edo", "Governor of Edo State", "Edo State", "Nigeria", "en", "remote"),
    ("rzeszow", "Mayor of Rzeszów", "Rzeszów", "Poland", "pl", "remote"),
    ("aix", "Mayor of Aix-en-Provence", "Aix-en-Provence", "France", "fr", "remote"),
    ("taoyuan", "桃園市長", "桃園", "臺灣", "zh", "room"),
)


def now_ms() -> int:
    return int(time.time() * 1000)


def seat(index: int, **changes: Any) -> View:
    key, name, city, country, language, place = SEATS[index]
    media = {"camera": True, "microphone": True, "screen": False, "link": "good"}
    return {
        "seat": key, "short": city, "name": name, "title": "", "city": city, "country": country,
        "language": language, "role": "moderator" if key == "chair" else "delegate",
        "place": place, "presence": "online", "on_stage": False, "muted": False,
        "asked_to_unmute": False,
        "listening": "floor", "media": media, "tally": "off", **changes,
    }  # fmt: skip


def waiting(turn: str, index: int, **changes: Any) -> View:
    key, name, city, country, _, place = SEATS[index]
    return {
        "turn": turn, "seat": key, "short": city, "name": name, "city": city, "country": country,
        "place": place, "kind": "statement", "topic": "", "requested_at": now_ms() - 250_000,
        "first_time": False, "presence": "online", "media_ready": True, "language": "en", **changes,
    }  # fmt: skip


def question(name: str, state: str, text: str, **changes: Any) -> View:
    return {
        "question": name, "version": 1, "state": state, "text": text, "lang": "en", "author": "",
        "country": "Poland", "votes": 0, "submitted_at": now_ms() - 61_000, "mine": False,
        "voted": False, "reject_reason": None, "origin": "", "translations": {}, **changes,
    }  # fmt: skip


def floor(state: str = "speaking", **changes: Any) -> View:
    current = {
        "turn": "t1", "seat": "dijon", "short": "Dijon", "name": "Mayor of Dijon 第戎市長", "title": "",
        "city": "Dijon", "country": "France", "place": "remote", "kind": "statement", "topic": "",
        "spoken_ms": 188_000, "running_since": now_ms() if state == "speaking" else None,
        "limit_ms": 300_000, "called_at": now_ms() - 190_000,
        "held_reason": "chair" if state == "held" else None, "language": "fr",
        "asked": None, "words": {},
    }  # fmt: skip
    return {
        "list": "open", "floor": state, "mode": "queue", "closing_at": None,
        "current": None if state == "idle" else current,
        "queue": [
            waiting("t2", 2),
            waiting("t3", 3),
            waiting("t4", 4, first_time=True),
            waiting("t5", 5, kind="direct_reply", presence="away", media_ready=False),
        ],
        "chair_open": False,
        "voice": "dijon" if state == "speaking" else None,
        "spoken": "fr" if state == "speaking" else None,
        "undo": {
            "command": "c9", "verb": "floor.call", "name": "Dijon", "expires_at": now_ms() + 55_000,
        },
        **changes,
    }  # fmt: skip


def output(name: str, kind: str, lang: str | None, state: str, **changes: Any) -> View:
    return {
        "output": name, "kind": kind, "lang": lang, "target": "", "state": state,
        "sent_bytes": 930_000_000, "retries": 0, "error": None, "since": None,
        "trying": False, **changes,
    }  # fmt: skip


def outputs() -> list[View]:
    youtube = "rtmps://a.rtmps.youtube.com:443/live2/***"
    return [
        output("o1", "rtmp", "en", "running", target=youtube),
        output("o2", "rtmp", "zh", "failed", target=youtube, error="output.rejected", retries=2),
        output("hls", "hls", None, "running"),
        output("rec", "recording", None, "running"),
    ]


QUESTIONS = (
    question("q1", "live", "How did you keep small shops alive without a delivery platform?", votes=214),
    question("q2", "pending", "Which open data did citizens actually use in the first month?", country="Brazil"),
    question("q3", "pending", "遠距醫療的資料，市府如何保護隱私？", lang="zh", country="臺灣", author="林小姐"),
    question("q4", "approved", "How do you share vaccines between regions?", votes=87, country="Kenya"),
    question("q5", "approved", "Will the night buses come back?", votes=12, country="France"),
    question("q6", "shortlisted", "What would you do differently?", votes=40),
    question("q7", "answered", "Who pays for all this in the end?", votes=9),
    question("q8", "rejected", "Buy my book, it is very good!", reject_reason="off_topic"),
)  # fmt: skip


def session(**changes: Any) -> View:
    return {
        "id": SESSION,
        "title": {
            "en": "Mayors' Summit · How do cities respond?",
            "zh-Hant": "市長高峰會：城市如何因應新常態",
        },
        "languages": ["en", "zh"],
        "starts_at": now_ms() + 5_400_000,
        "timezone": "Asia/Taipei",
        "accent": "#4aa8ff",
        "captions": ["en"],
        "own_pictures": [],
        "agenda": [],
        **changes,
    }


def program(on_air: bool = True, **changes: Any) -> View:
    return {
        "scene": "auto", "layout": "speaker", "stage": ["dijon", "chair"], "on_air": on_air,
        "on_air_since": now_ms() - 2_480_000 if on_air else None, "languages": ["en", "zh"],
        "engine": "up", "streaming_lost_since": None, "missed": [], **changes,
    }  # fmt: skip


def you(role: str, **changes: Any) -> View:
    return {
        "seat": None, "role": role, "name": "", "tally": "off", "turn": None, "position": None,
        "listening": "floor", "muted": False, "asked_to_unmute": False, "may": [], "device": None,
        "booth": None, "line": [], **changes,
    }  # fmt: skip


def seats() -> list[View]:
    lost = {"camera": False, "microphone": False, "screen": False, "link": "lost"}
    weak = {"camera": True, "microphone": True, "screen": False, "link": "weak"}
    changes: Mapping[int, View] = {
        0: {"on_stage": True},
        1: {"on_stage": True, "tally": "on_air"},
        2: {"tally": "next"},
        5: {"presence": "away", "media": lost},
        6: {"media": weak, "muted": True},
    }
    return [seat(index, **changes.get(index, {})) for index in range(len(SEATS))]


TITLES = {"en": "Mayors' Summit", "zh": "市長高峰會"}
PROGRAMMES = {
    "en": "Speakers\nEwa Nowak · Gdynia · Poland",
    "zh": "與談人\nEwa Nowak · Gdynia · Poland",
}
CODES = {"stopped": "completed_outside", "off": ""}
VERDICTS = {"prepared": "good", "ready": "good", "live": "good", "stopped": "down"}


def broadcast(lang: str, stage: str, **changes: Any) -> View:
    """One language on YouTube, at a stage."""
    is_there = stage not in ("off", "preparing")
    url = f"https://www.youtube.com/watch?v=video-{lang}" if is_there else None
    code = CODES.get(stage, stage)
    return {
        "lang": lang, "channel": f"city-{lang}", "wanted": "prepared", "rehearsal": False, "stage": stage,
        "privacy": "unlisted", "version": 0, "title": TITLES[lang], "description": "",
        "programme": PROGRAMMES[lang], "scheduled_at": None, "picture": "",
        "watch_url": url, "embed_url": url and f"https://www.youtube-nocookie.com/embed/video-{lang}",
        "studio_url": url and f"https://studio.youtube.com/video/video-{lang}/livestreaming",
        "lifecycle": "live" if stage == "live" else "ready", "stream_status": "active",
        "health": "good", "issues": [], "verdict": VERDICTS.get(stage, "none"),
        "code": code and f"youtube.{code}", "params": {},
        "viewers": {"en": 1204, "zh": 873}[lang] if stage == "live" else None,
        "views": 4000 if stage == "live" else None, "busy": False,
        "output": f"youtube-{lang}", "since": None, "remarks": [], "checks": [], **changes,
    }  # fmt: skip


def youtube(*broadcasts: View, panic: bool = False) -> View:
    watch = [
        {
            "lang": one["lang"],
            "url": one["watch_url"],
            "embed": one["embed_url"],
            "live": one["stage"] == "live",
            "ended": one["stage"] == "ended",
        }
        for one in broadcasts
        if one["privacy"] == "public" and one["stage"] in ("live", "ended")
    ]
    return {"panic": panic, "broadcasts": list(broadcasts), "watch": watch, "channels": []}


def both(stage: str, **changes: Any) -> View:
    """Both languages at one stage."""
    return youtube(broadcast("en", stage, **changes), broadcast("zh", stage, **changes))


def desk_view(**changes: Any) -> View:
    """The moderator's view in the middle of a session."""
    return {
        "session": session(), "floor": floor(), "seats": seats(), "questions": list(QUESTIONS),
        "program": program(), "outputs": outputs(), "booths": [],
        "captions": {},
        "counters": {"received": 38, "published": 12, "answered": 4, "rejected": 3, "audience": 2077},
        "you": you("moderator", seat="chair"), "youtube": None, **changes,
    }  # fmt: skip


def audience_view(**changes: Any) -> View:
    """What a public viewer is shown: no pending question but their own, no outputs."""
    mine = question(
        "q9",
        "rejected",
        "When will the bridge be open again?",
        mine=True,
        reject_reason="off_topic",
    )
    shown = [q for q in QUESTIONS if q["state"] not in {"pending", "rejected"}]
    own = question("q3", "pending", QUESTIONS[2]["text"], lang="zh", mine=True)
    return {
        **desk_view(),
        "floor": floor(undo=None),
        "questions": [*shown, own, mine],
        "outputs": [],
        "counters": {},
        "you": you("audience", may=["question.submit", "question.vote"], device="d1"),
        **changes,
    }
