"""The report as one page that prints well, in either interface language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from venue.announcement import language_name
from venue.ids import Language
from venue.report import Report

Row = Sequence[str | int]

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "colon": ": ",
        "on_air": "On air",
        "spoken": "Spoken",
        "turns": "Turns",
        "speakers": "Speakers",
        "delegations": "Delegations",
        "questions": "Questions",
        "answered": "Answered questions",
        "languages": "Interpreting",
        "outputs": "Outputs",
        "time": "Time",
        "name": "Name",
        "delegation": "Delegation",
        "what": "Questions",
        "number": "Number",
        "question": "Question",
        "language": "Language",
        "interpreted": "Interpreted",
        "of_it_on_air": "Of it on air",
        "output": "Output",
        "up": "Up",
        "down": "Down",
        "drops": "Drops",
        "errors": "Errors",
        "reason": "Not published",
        "recording": "Recording",
        "hls": "Audience page",
        "youtube": "YouTube",
        "peak": "Most viewers",
        "when": "When",
        "mean": "Mean",
        "views": "Views",
        "terms": "Glossary: changed by interpreters",
        "change": "Change",
        "added": "Added",
        "corrected": "Corrected",
        "removed": "Removed",
        "term": "Term",
        "says": "In other languages",
        "note": "Note",
        "by": "By",
        "questions.received": "Received",
        "questions.published": "Published",
        "questions.answered": "Answered",
        "questions.rejected": "Not published",
    },
    "zh-Hant": {
        "colon": "：",
        "on_air": "播出時間",
        "spoken": "發言時間",
        "turns": "發言",
        "speakers": "發言者",
        "delegations": "代表團",
        "questions": "提問",
        "answered": "已回答的提問",
        "languages": "口譯",
        "outputs": "輸出",
        "time": "時間",
        "name": "姓名",
        "delegation": "代表團",
        "what": "提問",
        "number": "數量",
        "question": "提問",
        "language": "語言",
        "interpreted": "口譯時間",
        "of_it_on_air": "其中播出時間",
        "output": "輸出",
        "up": "正常",
        "down": "中斷",
        "drops": "中斷次數",
        "errors": "錯誤",
        "reason": "未發布",
        "recording": "錄影",
        "hls": "觀眾頁面",
        "youtube": "YouTube",
        "peak": "最多觀看人數",
        "when": "時間",
        "mean": "平均",
        "views": "觀看次數",
        "terms": "詞彙表：口譯員的更動",
        "change": "更動",
        "added": "新增",
        "corrected": "修正",
        "removed": "移除",
        "term": "詞彙",
        "says": "其他語言",
        "note": "備註",
        "by": "更動者",
        "questions.received": "收到",
        "questions.published": "已發布",
        "questions.answered": "已回答",
        "questions.rejected": "未發布",
    },
}


def page(figures: Report, wanted: str) -> str:
    """One page; it asks for nothing from outside."""
    language = wanted if wanted in WORDS else "en"
    words = WORDS[language]
    title = escape(figures.title.get(language) or figures.title.get("en") or figures.session)
    sections = [
        _summary(words, figures),
        *_floor_tables(words, figures),
        *_media_tables(words, figures, Language(language)),
    ]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{''.join(sections)}</html>"
    )


def _summary(words: Mapping[str, str], figures: Report) -> str:
    spans = ", ".join(
        f"{_clock(start, figures.timezone)}–{_clock(stop, figures.timezone)}"
        for start, stop in figures.on_air
    )
    return (
        f"<p>{words['on_air']}{words['colon']}{_minutes(figures.on_air_ms)}"
        + (f" ({spans}, {escape(figures.timezone)})" if spans else "")
        + f" · {words['spoken']}{words['colon']}{_minutes(figures.spoken_ms)}</p>"
    )


def _floor_tables(words: Mapping[str, str], figures: Report) -> list[str]:
    """Who spoke, and what was asked."""
    return [
        _table(words, "turns", ("time", "name", "delegation", "spoken"), _turn_rows(figures)),
        _table(words, "speakers", ("name", "delegation", "turns", "spoken"), [
            (one.name, one.delegation, one.turns, _minutes(one.spoken_ms))
            for one in figures.speakers
        ]),
        _table(words, "delegations", ("delegation", "speakers", "turns", "spoken"), [
            (one.delegation, one.speakers, one.turns, _minutes(one.spoken_ms))
            for one in figures.delegations
        ]),
        _table(words, "questions", ("what", "number"), _question_rows(figures, words)),
        _table(words, "answered", ("question",), [(text,) for text in figures.answered]),
    ]  # fmt: skip


def _media_tables(words: Mapping[str, str], figures: Report, reader: Language) -> list[str]:
    """The languages, where they were sent, who watched; with the corrections of terms."""

    def named(lang: str) -> str:
        return language_name(Language(lang), reader)

    return [
        _table(words, "languages", ("language", "interpreted", "of_it_on_air"), [
            (named(one.lang), _minutes(one.interpreted_ms), _minutes(one.on_air_ms))
            for one in figures.languages
        ]),
        _table(words, "outputs", ("output", "language", "up", "down", "drops", "errors"), [
            (
                words.get(one.kind, one.target), named(one.lang),
                _minutes(one.up_ms), _minutes(one.down_ms), one.drops, summed(one.errors),
            )
            for one in figures.outputs
        ]),
        _table(words, "youtube", ("language", "peak", "when", "mean", "views"), [
            (
                named(one.lang), _shown(one.peak),
                "" if one.peak_at is None else _clock(one.peak_at, figures.timezone),
                _shown(one.mean), _shown(one.views),
            )
            for one in figures.youtube
        ]),
        _table(words, "terms", ("change", "term", "says", "note", "by"), [
            (
                words[one.change], one.term,
                " · ".join(f"{named(tag)}{words['colon']}{says}" for tag, says in one.says.items()),
                one.note, one.name,
            )
            for one in figures.terms
        ]),
    ]  # fmt: skip


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin-bottom:2rem}h2{margin-bottom:.4rem}"
    "th,td{text-align:start;padding:.35rem .6rem;border-bottom:1px solid #bbb;vertical-align:top}"
    "td.n,th.n{text-align:end;font-variant-numeric:tabular-nums}tr{break-inside:avoid}"
)
_NUMBERS = frozenset(
    [
        "turns",
        "spoken",
        "number",
        "speakers",
        "interpreted",
        "of_it_on_air",
        "up",
        "down",
        "drops",
        "peak",
        "mean",
        "views",
    ]
)


def _table(
    words: Mapping[str, str], title: str, columns: Sequence[str], rows: Sequence[Row]
) -> str:
    """A table with its heading; nothing where there is nothing to tell."""
    if not rows:
        return ""
    kinds = [' class="n"' if column in _NUMBERS else "" for column in columns]
    head = "".join(
        f'<th scope="col"{kind}>{words[column]}</th>'
        for kind, column in zip(kinds, columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{escape(str(each))}</td>" for kind, each in zip(kinds, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f"<h2>{words[title]}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _turn_rows(figures: Report) -> list[Row]:
    return [
        (
            _clock(one.started_at, figures.timezone),
            one.name,
            one.delegation,
            _minutes(one.spoken_ms),
        )
        for one in figures.turns
    ]


def _question_rows(figures: Report, words: Mapping[str, str]) -> list[Row]:
    counted = [
        (words.get(f"questions.{name}", name), number) for name, number in figures.questions.items()
    ]
    reasons = [
        (f"{words['reason']}{words['colon']}{reason}", n) for reason, n in figures.rejected.items()
    ]
    return [*counted, *reasons]


def _shown(count: int | None) -> str:
    return "–" if count is None else str(count)


def summed(errors: Mapping[str, int]) -> str:
    """Codes and how often each came, in one cell."""
    return ", ".join(f"{code} × {number}" for code, number in errors.items())


def moment(instant_ms: int, timezone: str) -> datetime:
    """An instant in the event's own time."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return datetime.fromtimestamp(instant_ms / 1000, zone)


def _clock(instant_ms: int, timezone: str) -> str:
    return moment(instant_ms, timezone).strftime("%H:%M:%S")


def _minutes(length_ms: int) -> str:
    return f"{length_ms // 60_000}:{length_ms // 1000 % 60:02d}"
