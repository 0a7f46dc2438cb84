"""Figures after the event."""

import csv
import io

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, session_of, ticket_of
from venue.report import Report, report_of


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/report", report)


async def report(request: web.Request) -> web.Response:
    """JSON, or CSV when asked for by ``Accept: text/csv`` or ``?format=csv``."""
    session = session_of(request)
    await ticket_of(request, session, DESK)
    figures = report_of(await request.app[SERVICES].router.room(session))
    headers = {"Cache-Control": "no-store"}
    wanted = request.query.get("format", request.headers.get("Accept", ""))
    if "csv" in wanted:
        return web.Response(text=_csv(figures), content_type="text/csv", headers=headers)
    return web.json_response(msgspec.to_builtins(figures), headers=headers)


def _csv(figures: Report) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["name", "delegation", "turns", "spoken_ms"])
    for speaker in figures.speakers:
        row = [_cell(speaker.name), _cell(speaker.delegation), speaker.turns, speaker.spoken_ms]
        writer.writerow(row)
    return table.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
