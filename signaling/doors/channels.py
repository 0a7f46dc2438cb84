"""Signing in for the session's channels on YouTube: organisers only.

Google's page sends the browser back to ``/youtube/callback``, which is a page of ours: only the
browser that began has the ticket, and a code is worth nothing without it.  What the code is
exchanged for is kept by streaming and never comes here.
"""

import re
from typing import Any

import msgspec
from aiohttp import web

from signaling.doors.base import SERVICES, now_s, read_object, session_of, ticket_of
from signaling.errors import ApiError
from signaling.sign_in import States
from signaling.tickets import Ticket
from venue.ids import SessionId
from venue.roles import Role
from venue.views import Viewer

ORGANIZER = frozenset({Role.ORGANIZER})
CALLBACK = "/youtube/callback"
CODE_MAX_CHARS = 2048
NO_STORE = {"Cache-Control": "no-store"}

_STATUS = {"signin.denied": 403, "youtube.unreachable": 503, "signin.unconfigured": 409}
_REASON = re.compile(r"[a-z_]{1,40}")


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/channels", listing)
    app.router.add_post("/api/sessions/{session}/channels/check", check)
    app.router.add_post("/api/sessions/{session}/channels/sign-in", begin)
    app.router.add_post("/api" + CALLBACK, finish)


async def listing(request: web.Request) -> web.Response:
    """The session on YouTube as its desk sees it, and whether one can sign in here."""
    session = session_of(request)
    ticket = await ticket_of(request, session, ORGANIZER)
    return await _shown(request, session, ticket)


async def check(request: web.Request) -> web.Response:
    """Try all sign-ins of the session now."""
    session = session_of(request)
    ticket = await ticket_of(request, session, ORGANIZER)
    body = {"type": "channels.check", "channels": sorted(await _channels(request, session))}
    _accepted(await request.app[SERVICES].router.ask_streaming(session, body))
    return await _shown(request, session, ticket)


async def begin(request: web.Request) -> web.Response:
    """``POST {channel}``: the address of Google's page for it."""
    session = session_of(request)
    ticket = await ticket_of(request, session, ORGANIZER)
    services = request.app[SERVICES]
    channel = (await read_object(request)).get("channel")
    if not isinstance(channel, str) or channel not in await _channels(request, session):
        raise ApiError(404, "channel.unknown")
    nonce, state = States(services.config.secret).issue(ticket, channel, now_s())
    body = {"type": "sign_in.begin", "nonce": nonce, "state": state, "channel": channel}
    body["redirect_uri"] = services.config.public_url + CALLBACK
    answer = _accepted(await services.router.ask_streaming(session, body))
    return web.json_response({"url": answer["url"]}, headers=NO_STORE)


async def finish(request: web.Request) -> web.Response:
    """``POST {state, code}`` or ``{state, error}``, as Google's page handed them to the browser."""
    ticket = await ticket_of(request, None, ORGANIZER)
    body = await read_object(request)
    services = request.app[SERVICES]
    state = States(services.config.secret).read(body.get("state"))
    if (ticket.id, ticket.session) != (state.ticket, state.session):
        raise ApiError(403, "signin.foreign")
    code, error = body.get("code", ""), body.get("error", "")
    if not isinstance(code, str) or not isinstance(error, str) or bool(code) == bool(error):
        raise ApiError(422, "signin.invalid")
    if len(code) > CODE_MAX_CHARS:
        raise ApiError(422, "signin.invalid")
    asked = {"type": "sign_in.finish", "nonce": state.nonce, "channel": state.channel, "code": code}
    answer = await services.router.ask_streaming(state.session, asked)
    if error not in ("", "access_denied") and _code_of(answer) == "signin.denied":
        reason = error if _REASON.fullmatch(error) else "unknown"
        raise ApiError(409, "signin.refused", {"reason": reason})
    kept = _accepted(answer)
    return web.json_response({"session": state.session, "title": kept["title"]}, headers=NO_STORE)


async def _channels(request: web.Request, session: SessionId) -> frozenset[str]:
    youtube = (await request.app[SERVICES].router.definition(session)).youtube
    return frozenset() if youtube is None else frozenset(youtube.channels.values())


async def _shown(request: web.Request, session: SessionId, ticket: Ticket) -> web.Response:
    services = request.app[SERVICES]
    room = await services.router.room(session)
    who = ticket.actor
    view = services.router.project(room, Viewer(who.role, who.seat, who.voter))
    shown = {
        "session": msgspec.to_builtins(view.session),
        "youtube": msgspec.to_builtins(view.youtube),
        "sign_in": services.config.youtube_sign_in,
        "redirect_uri": services.config.public_url + CALLBACK,
    }
    return web.json_response(shown, headers=NO_STORE)


def _code_of(answer: dict[str, Any]) -> str:
    return "" if answer["ok"] else str(answer["error"]["code"])


def _accepted(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer of streaming.

    Raises:
        ApiError: It says no.
    """
    if answer["ok"]:
        return answer
    code, params = _code_of(answer), answer["error"].get("params") or {}
    status = 503 if code in ("store.unavailable", "streaming.missing") else _STATUS.get(code, 409)
    raise ApiError(status, code, params)
