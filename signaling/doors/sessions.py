"""Who am I, what is on, and who may no longer come in."""

import logging
import secrets
from dataclasses import asdict

from aiohttp import web

from signaling.doors.archive import is_open, read_archive
from signaling.doors.base import DESK, SERVICES, Services, now_s, read_object, session_of, ticket_of
from signaling.errors import ApiError
from signaling.tickets import Ticket, revoked_seat
from signaling.turn import ice_servers
from venue.roles import Role
from venue.session import SessionDefinition

logger = logging.getLogger(__name__)

PAGES = {
    Role.ORGANIZER: "moderator",
    Role.MODERATOR: "moderator",
    Role.DELEGATE: "delegate",
    Role.ROOM: "room",
    Role.INTERPRETER: "interpreter",
    Role.CAPTIONER: "captioner",
    Role.AUDIENCE: "audience",
}
HALL_LIFE_S = 3 * 86_400
"""From when it is made, or from the session's start: rehearsal, event and the day after."""
NO_STORE = {"Cache-Control": "no-store"}


def add_routes(app: web.Application) -> None:
    app.router.add_post("/api/redeem", redeem)
    app.router.add_get("/api/sessions", listing)
    app.router.add_get("/api/sessions/{session}", one)
    app.router.add_post("/api/sessions/{session}/tickets/hall", hall)
    app.router.add_post("/api/sessions/{session}/tickets/revoke", revoke)


async def redeem(request: web.Request) -> web.Response:
    """Tell the bearer of a ticket where to sit."""
    ticket = await ticket_of(request, None)
    services = request.app[SERVICES]
    await services.router.definition(ticket.session)
    who = ticket.seat or ticket.role.value
    answer = {
        "session": ticket.session,
        "role": ticket.role.value,
        "seat": ticket.seat,
        "name": ticket.name,
        "language": ticket.language,
        "place": ticket.place,
        "page": PAGES[ticket.role],
        "ice_servers": ice_servers(services.config.turn, who, now_s()),
    }
    return web.json_response(answer, headers=NO_STORE)


async def listing(request: web.Request) -> web.Response:
    """The public programme."""
    services = request.app[SERVICES]
    definitions = await services.router.definitions()
    sessions = [_shown(definition, services) for definition in definitions if definition.public]
    sessions.sort(key=lambda item: (item["starts_at"] or 0, str(item["id"])))
    return web.json_response({"sessions": sessions}, headers=NO_STORE)


async def one(request: web.Request) -> web.Response:
    services = request.app[SERVICES]
    session = session_of(request)
    definition = await services.router.definition(session)
    if not definition.public:
        await ticket_of(request, session)
    return web.json_response(_shown(definition, services), headers=NO_STORE)


async def hall(request: web.Request) -> web.Response:
    """Make a ticket for everybody in the hall: to watch and listen, on a poster or a screen."""
    session = session_of(request)
    await ticket_of(request, session, DESK | {Role.ROOM})
    services = request.app[SERVICES]
    definition = await services.router.definition(session)
    begins_s = max(now_s(), (definition.starts_at or 0) // 1000)
    ticket = Ticket(
        id=secrets.token_urlsafe(12),
        session=session,
        role=Role.AUDIENCE,
        seat=None,
        name="",
        language="",
        place="room",
        expires_at_s=begins_s + HALL_LIFE_S,
    )
    answer = {
        "ticket": services.office.issue(ticket),
        "jti": ticket.id,
        "expires_at": ticket.expires_at_s * 1000,
    }
    return web.json_response(answer, status=201, headers=NO_STORE)


async def revoke(request: web.Request) -> web.Response:
    """``POST {jti}`` or ``{seat}``: those tickets are worth nothing from now on."""
    session = session_of(request)
    await ticket_of(request, session, DESK)
    body = await read_object(request)
    ticket_id, seat = body.get("jti"), body.get("seat")
    if set(body) - {"jti", "seat"} or (ticket_id is None) == (seat is None):
        raise ApiError(422, "request.malformed", {"field": "jti"})
    value = ticket_id if seat is None else seat
    if not isinstance(value, str) or not 1 <= len(value) <= 80:
        raise ApiError(422, "request.malformed", {"field": "jti" if seat is None else "seat"})
    services = request.app[SERVICES]
    mark = value if seat is None else revoked_seat(session, value)
    await services.admission.revoke([mark])
    hint = {"mark": mark, "nonce": secrets.token_hex(4)}
    await services.router.hint(session, "all", "revoked", hint)
    try:
        await services.engines.remove_of(session, seat, ticket_id)
    except ApiError as error:
        # Without an engine there is no media to end.
        logger.info("No media ended: %s", error.code)
    return web.Response(status=204)


def _shown(definition: SessionDefinition, services: Services) -> dict[str, int | str | object]:
    session, router = definition.session_id, services.router
    on_air = router.on_air(session)
    return {
        "id": definition.id,
        "title": dict(definition.title),
        "languages": list(definition.languages),
        "timezone": definition.timezone,
        "starts_at": definition.starts_at,
        "accent": definition.accent,
        "public": definition.public,
        "on_air": on_air,
        "archive": is_open(definition, on_air=on_air)
        and bool(read_archive(services.config.data_dir, session).parts),
        "watch": [asdict(link) for link in router.watch_links(session)],
    }
