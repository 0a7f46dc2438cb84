"""Views and admissions as the server would send them, for the pages' tests."""

import time
from typing import Any

import msgspec

from venue import wire
from venue.ids import DurationMs, Instant, Language, OutputId, SeatId, SessionId, TurnId

Document = dict[str, Any]

EN, ZH, FR = Language("en"), Language("zh-Hant"), Language("fr")
PEOPLE = (
    ("chair", "Chair of the Summit 主席", "Host", "Taichung", "Taiwan", ZH, "moderator", "room"),
    ("dijon", "Mayor of Dijon 第戎市長", "Mayor", "Dijon", "France", FR, "delegate", "remote"),
    (
        "gdynia",
        "Deputy Mayor of Gdynia",
        "Deputy Mayor",
        "Gdynia",
        "Poland",
        EN,
        "delegate",
        "remote",
    ),
    ("vysocina", "Governor of Vysočina", "Governor", "Jihlava", "Czechia", EN, "delegate", "room"),
    (
        "edinburgh",
        "City of Edinburgh",
        "Lord Provost",
        "Edinburgh",
        "Scotland",
        EN,
        "delegate",
        "remote",
    ),
    ("room", "Conference room 會議廳", "", "Taichung", "Taiwan", ZH, "room", "room"),
)
DELEGATE_VERBS = (
    "floor.request",
    "floor.withdraw",
    "floor.start",
    "floor.end",
    "listen",
    "self.mute",
)


def now_ms() -> int:
    return int(time.time() * 1000)


def admission(page: str) -> Document:
    """What the redeem door answers."""
    return {
        "session": "mayors-1",
        "role": page,
        "seat": "room" if page == "room" else "gdynia",
        "name": "Conference room" if page == "room" else "Deputy Mayor of Gdynia",
        "language": "en",
        "page": page,
        "ice_servers": [],
    }


def _short(row: tuple[Any, ...]) -> str:
    """As ``venue.naming`` has it: two sit for Taichung."""
    return str(row[1] if row[3] == "Taichung" else row[3])


def _seat(row: tuple[Any, ...]) -> wire.SeatView:
    seat, name, title, city, country, language, role, place = row
    media = wire.MediaView(camera=True, microphone=True, screen=False, link="good")
    return wire.SeatView(
        seat=SeatId(seat),
        short=_short(row),
        name=name,
        title=title,
        city=city,
        country=country,
        language=language,
        role=role,
        place=place,
        presence="online",
        on_stage=seat in ("dijon", "room"),
        muted=False,
        asked_to_unmute=False,
        listening=Language("floor"),
        media=media,
        tally="on_air" if seat == "dijon" else "off",
    )


def current(seat: str, *, spoken_ms: int = 112_000, running: bool = True) -> Document:
    """The turn of a seat, named ``t-<seat>``."""
    row = next(row for row in PEOPLE if row[0] == seat)
    turn = wire.CurrentTurnView(
        turn=TurnId(f"t-{seat}"),
        seat=SeatId(seat),
        short=_short(row),
        name=row[1],
        title=row[2],
        city=row[3],
        country=row[4],
        place=row[7],
        kind="statement",
        topic="",
        spoken_ms=DurationMs(spoken_ms),
        running_since=Instant(now_ms()) if running else None,
        limit_ms=DurationMs(300_000),
        called_at=Instant(now_ms() - spoken_ms),
        held_reason=None,
        language=Language("en"),
    )
    return _plain(turn)


def queued(seat: str) -> Document:
    row = next(row for row in PEOPLE if row[0] == seat)
    turn = wire.QueuedTurnView(
        turn=TurnId(f"t-{seat}"),
        seat=SeatId(seat),
        short=_short(row),
        name=row[1],
        city=row[3],
        country=row[4],
        place=row[7],
        kind="statement",
        topic="",
        requested_at=Instant(now_ms() - 250_000),
        first_time=seat == "edinburgh",
        presence="online",
        media_ready=True,
        language=Language("en"),
    )
    return _plain(turn)


def floor(**change: Any) -> Document:
    """Dijon speaks, three wait."""
    base: Document = {
        "list": "open",
        "floor": "speaking",
        "mode": "queue",
        "closing_at": None,
        "current": current("dijon"),
        "queue": [queued("vysocina"), queued("edinburgh")],
        "chair_open": False,
        "undo": None,
        "voice": "dijon",
        "spoken": "en",
    }
    if change.get("floor", "speaking") != "speaking":
        base.update(voice=None, spoken=None)
    return {**base, **change}


def you(**change: Any) -> Document:
    base: Document = {
        "seat": "gdynia",
        "role": "delegate",
        "name": "Deputy Mayor of Gdynia",
        "tally": "off",
        "turn": None,
        "position": None,
        "listening": "floor",
        "muted": False,
        "asked_to_unmute": False,
        "may": list(DELEGATE_VERBS),
        "device": None,
        "booth": None,
        "line": [],
    }
    return {**base, **change}


def outputs() -> list[Document]:
    rows = (
        ("yt-en", "rtmp", EN, "rtmps://a.rtmps.youtube.com/…", "running", None),
        ("yt-zh", "rtmp", ZH, "rtmps://b.rtmps.youtube.com/…", "retrying", "output.no_progress"),
        ("hls", "hls", None, "own pages", "running", None),
        ("record", "recording", None, "own disk", "degraded", None),
    )
    return [
        _plain(
            wire.OutputView(
                output=OutputId(name),
                kind=kind,  # type: ignore[arg-type]
                lang=lang,
                target=target,
                state=state,  # type: ignore[arg-type]
                sent_bytes=734_000_000,
                retries=2 if error else 0,
                error=error,
                since=Instant(now_ms() - 2_480_000),
                trying=error is not None,
            )
        )
        for name, kind, lang, target, state, error in rows
    ]


def view(**sections: Any) -> Document:
    """A whole view; sections may be replaced."""
    base = wire.View(
        session=wire.SessionView(
            id=SessionId("mayors-1"),
            title={
                "en": "Mayors' Summit: how do cities respond to the “New Normal”?",
                "zh-Hant": "市長高峰會：城市如何面對新常態？",
            },
            languages=(EN, ZH),
            starts_at=Instant(1_795_305_600_000),
            timezone="Asia/Taipei",
            accent="#4aa8ff",
        ),
        floor=wire.FloorView("open", "idle", "queue", None, None, (), False, None),
        seats=tuple(_seat(row) for row in PEOPLE),
        questions=(),
        program=wire.ProgramView(
            scene="auto",
            layout="speaker",
            stage=(SeatId("dijon"), SeatId("room")),
            on_air=True,
            on_air_since=Instant(now_ms() - 2_480_000),
            languages=(EN, ZH),
            engine="up",
        ),
        outputs=(),
        counters={"audience": 2077},
    )
    return {**_plain(base), "floor": floor(), "you": you(), **sections}


def _plain(shape: object) -> Any:
    return msgspec.to_builtins(shape)
