"""Calendars to subscribe to: the public programme, and one session."""

import time
from urllib.parse import urlsplit

from aiohttp import web

from signaling.doors.base import SERVICES, session_of, ticket_of
from signaling.errors import ApiError
from venue.announcement import title_of
from venue.ids import Instant, Language
from venue.session import SessionDefinition

LANG_MAX_CHARS = 40


def add_routes(app: web.Application) -> None:
    app.router.add_get("/calendar.ics", programme)
    app.router.add_get("/s/{session}/calendar.ics", one)


async def programme(request: web.Request) -> web.Response:
    """All public sessions that have a time."""
    definitions = await request.app[SERVICES].router.definitions()
    public = [each for each in definitions if each.public and each.start is not None]
    public.sort(key=lambda each: (each.starts_at or 0, each.id))
    return _answer(request, public, f"Rotunda, {_host(request)}", "programme")


async def one(request: web.Request) -> web.Response:
    """One session; of a closed one with a ticket only."""
    session = session_of(request)
    definition = await request.app[SERVICES].router.definition(session)
    if not definition.public:
        await ticket_of(request, session)
    if definition.start is None:
        raise ApiError(404, "calendar.no_time")
    return _answer(request, [definition], title_of(definition, _lang(request)), session)


def _host(request: web.Request) -> str:
    return urlsplit(request.app[SERVICES].config.public_url).netloc


def _lang(request: web.Request) -> Language:
    return Language(request.query.get("lang", "en")[:LANG_MAX_CHARS])


def _answer(
    request: web.Request, definitions: list[SessionDefinition], name: str, file: str
) -> web.Response:
    # Imported late: the library takes an eighth of a second, and few processes are asked at once.
    from signaling.calendars import Item, calendar_of

    services, now = request.app[SERVICES], Instant(int(time.time() * 1000))
    items = [
        Item(each, each.start, services.router.watch_links(each.session_id))
        for each in definitions
        if each.start is not None
    ]
    body = calendar_of(items, services.config.public_url, _lang(request), now, name)
    headers = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f'inline; filename="{file}.ics"',
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=body, headers=headers)
