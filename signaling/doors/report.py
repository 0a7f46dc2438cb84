"""Figures after the event."""

import csv
import io
from datetime import UTC, datetime
from html import escape

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, session_of, ticket_of
from signaling.doors.viewers import all_figures
from venue.report import Report, report_of


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/report", report)


async def report(request: web.Request) -> web.Response:
    """JSON; CSV or HTML when asked for by ``Accept`` or ``?format=csv``, ``?format=html``.

    ``?format=csv&table=viewers`` has the counts of viewers instead of the speakers.
    """
    session = session_of(request)
    await ticket_of(request, session, DESK)
    services = request.app[SERVICES]
    youtube = await all_figures(services.store, session)
    figures = report_of(await services.router.room(session), youtube)
    headers = {"Cache-Control": "no-store"}
    wanted = request.query.get("format", request.headers.get("Accept", ""))
    if "csv" in wanted:
        make = _viewers_csv if request.query.get("table") == "viewers" else _csv
        return web.Response(text=make(figures), content_type="text/csv", headers=headers)
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


def _viewers_csv(figures: Report) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["at", "language", "viewers", "views"])
    for language in figures.youtube:
        for at, viewers, views in language.samples:
            writer.writerow([_moment(at), language.lang, viewers, views])
    return table.getvalue()


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _watched(figures: Report) -> str:
    if not figures.youtube:
        return ""
    rows = "".join(
        f"<tr><td>{escape(each.lang)}</td><td>{_shown(each.peak)}</td>"
        f"<td>{'' if each.peak_at is None else _moment(each.peak_at)}</td>"
        f"<td>{_shown(each.mean)}</td><td>{_shown(each.views)}</td></tr>"
        for each in figures.youtube
    )
    return (
        "<h2>YouTube</h2><table><thead><tr><th>Language</th><th>Most viewers</th>"
        f"<th>When (UTC)</th><th>Mean</th><th>Views</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _shown(count: int | None) -> str:
    return "–" if count is None else str(count)


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
        f"<h2>Questions</h2><table><tbody>{counters}</tbody></table>{_watched(figures)}</html>"
    )


def _minutes(length_ms: int) -> str:
    return f"{length_ms // 60_000}:{length_ms // 1000 % 60:02d}"


def _cell(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
