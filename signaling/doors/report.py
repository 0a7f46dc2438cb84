"""Figures after the event."""

import csv
import io
from html import escape

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, session_of, ticket_of
from venue.report import Report, report_of


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/report", report)


async def report(request: web.Request) -> web.Response:
    """JSON; CSV or HTML when asked for by ``Accept`` or ``?format=csv``, ``?format=html``."""
    session = session_of(request)
    await ticket_of(request, session, DESK)
    figures = report_of(await request.app[SERVICES].router.room(session))
    headers = {"Cache-Control": "no-store"}
    wanted = request.query.get("format", request.headers.get("Accept", ""))
    if "csv" in wanted:
        return web.Response(text=_csv(figures), content_type="text/csv", headers=headers)
    if "html" in wanted:
        return web.Response(text=_html(figures), content_type="text/html", headers=headers)
    return web.json_response(msgspec.to_builtins(figures), headers=headers)


def _csv(figures: Report) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["name", "delegation", "turns", "spoken_ms"])
    for speaker in figures.speakers:
        row = [_cell(speaker.name), _cell(speaker.delegation), speaker.turns, speaker.spoken_ms]
        writer.writerow(row)
    return table.getvalue()


def _html(figures: Report) -> str:
    """One page that prints well; it asks for nothing from outside."""
    title = escape(figures.title.get("en", figures.session))
    speakers = "".join(
        f"<tr><td>{escape(speaker.name)}</td><td>{escape(speaker.delegation)}</td>"
        f"<td>{speaker.turns}</td><td>{_minutes(speaker.spoken_ms)}</td></tr>"
        for speaker in figures.speakers
    )
    counters = "".join(
        f"<tr><td>{escape(name)}</td><td>{count}</td></tr>"
        for name, count in figures.questions.items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><h2>Speakers</h2><table><thead><tr><th>Name</th><th>Delegation</th>"
        f"<th>Turns</th><th>Spoken</th></tr></thead><tbody>{speakers}</tbody></table>"
        f"<p>In all {_minutes(figures.spoken_ms)}</p>"
        f"<h2>Questions</h2><table><tbody>{counters}</tbody></table></html>"
    )


def _minutes(length_ms: int) -> str:
    return f"{length_ms // 60_000}:{length_ms // 1000 % 60:02d}"


def _cell(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
