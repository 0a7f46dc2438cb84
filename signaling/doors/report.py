"""Figures after the event: JSON, tables as CSV, or one page that prints well."""

import csv
import io
from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, session_of, ticket_of
from signaling.doors.report_page import moment, page, summed
from signaling.doors.viewers import all_figures
from signaling.errors import ApiError
from venue.report import (
    DelegationFigures,
    LanguageFigures,
    OutputFigures,
    Report,
    SpeakerFigures,
    TurnFigures,
    report_of,
)

BOM = "\ufeff"
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/report", report)


async def report(request: web.Request) -> web.Response:
    """JSON; CSV or HTML when asked for by ``Accept`` or ``?format=csv``, ``?format=html``.

    ``bom=1``: a CSV that spreadsheets take for what it is; without the mark they garble Chinese.
    """
    session = session_of(request)
    await ticket_of(request, session, DESK)
    services = request.app[SERVICES]
    youtube = await all_figures(services.store, session)
    figures = report_of(await services.stories.of(session), youtube)
    headers = {"Cache-Control": "no-store"}
    wanted = request.query.get("format", request.headers.get("Accept", ""))
    if "csv" in wanted:
        table = _tables(figures).get(request.query.get("table", "speakers"))
        if table is None:
            raise ApiError(400, "request.malformed", {"field": "table"})
        mark = BOM if request.query.get("bom") == "1" else ""
        text = mark + _csv(table)
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)
    if "html" in wanted:
        text = page(figures, request.query.get("ui", "en"))
        headers["Content-Security-Policy"] = _PAGE_POLICY
        return web.Response(text=text, content_type="text/html", headers=headers)
    return web.json_response(msgspec.to_builtins(figures), headers=headers)


def _tables(figures: Report) -> Mapping[str, list[list[str | int]]]:
    """Every table by its name; the first row names the columns."""
    zone = figures.timezone
    questions: list[list[str | int]] = [["count", "number"]]
    questions += [[name, number] for name, number in figures.questions.items()]
    questions += [[f"rejected: {reason}", number] for reason, number in figures.rejected.items()]
    return {
        "speakers": _rows(SpeakerFigures, figures.speakers, zone),
        "delegations": _rows(DelegationFigures, figures.delegations, zone),
        "turns": _rows(TurnFigures, figures.turns, zone),
        "languages": _rows(LanguageFigures, figures.languages, zone),
        "outputs": _rows(OutputFigures, figures.outputs, zone),
        "questions": questions,
        "viewers": _viewers(figures),
        "terms": _terms(figures),
    }


def _terms(figures: Report) -> list[list[str | int]]:
    """A column a language, as glossaries are kept in spreadsheets."""
    languages = sorted({tag for one in figures.terms for tag in one.says})
    rows: list[list[str | int]] = [
        ["change", "listed", "term", *languages, "note", "kind", "by", "changed_at"]
    ]
    rows += [
        [
            one.change,
            one.listed,
            one.term,
            *(one.says.get(tag, "") for tag in languages),
            one.note,
            one.kind,
            one.name,
            _value("changed_at", one.changed_at, figures.timezone),
        ]
        for one in figures.terms
    ]
    return rows


def _viewers(figures: Report) -> list[list[str | int]]:
    rows: list[list[str | int]] = [["at", "language", "viewers", "views"]]
    for language in figures.youtube:
        for at, viewers, views in language.samples:
            row = (_value("counted_at", at, "UTC"), language.lang, viewers, views)
            rows.append(["" if each is None else each for each in row])
    return rows


def _rows(
    kind: type[msgspec.Struct], structs: Sequence[msgspec.Struct], zone: str
) -> list[list[str | int]]:
    """The fields as columns; instants in the event's own time."""
    rows: list[list[str | int]] = [list(kind.__struct_fields__)]
    for one in structs:
        row = msgspec.structs.asdict(one).items()
        rows.append([_value(name, value, zone) for name, value in row])
    return rows


def _value(name: str, value: object, timezone: str) -> str | int:
    if isinstance(value, Mapping):
        return summed(value)
    if isinstance(value, int):
        if name.endswith("_at"):
            return moment(value, timezone).isoformat(timespec="seconds")
        return value
    return str(value)


def _csv(rows: Sequence[Sequence[str | int]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    for row in rows:
        writer.writerow([_cell(each) if isinstance(each, str) else each for each in row])
    return table.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
