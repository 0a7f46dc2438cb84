"""Targets of the program: added with their key, shown without it.

The whole URL goes, encrypted, to the hash that only streaming reads; the journal, every view and
every answer get the redacted target.
"""

import hashlib
import secrets
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, read_object, session_of, ticket_of
from signaling.errors import ApiError
from venue import journal as keys
from venue.ids import SessionId
from venue.roles import Actor
from venue.sealing import Address, Seal
from venue.views import Viewer

URL_MAX_CHARS = 512
SCHEMES = frozenset({"rtmp", "rtmps"})
FIELDS = frozenset({"kind", "url", "lang", "id"})
HIDDEN = "***"


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/outputs", listing)
    app.router.add_post("/api/sessions/{session}/outputs", add)
    app.router.add_delete("/api/sessions/{session}/outputs/{output}", remove)


def check_url(raw: object) -> str:
    """Accept an RTMP(S) target.

    Raises:
        ApiError: 422 ``output.malformed`` with the field and the reason, never the value.
    """
    if not isinstance(raw, str) or not raw:
        raise _malformed("url", "missing")
    if len(raw) > URL_MAX_CHARS:
        raise _malformed("url", "too_long")
    if not raw.isascii() or not raw.isprintable() or any(c in raw for c in " \"'<>\\^`{|}"):
        raise _malformed("url", "characters")
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise _malformed("url", "unreadable") from None
    if parts.scheme not in SCHEMES:
        raise _malformed("url", "scheme")
    if not parts.hostname or (port is not None and port < 1):
        raise _malformed("url", "host")
    if not parts.path.strip("/"):
        raise _malformed("url", "path")
    return raw


def redact(url: str) -> str:
    """Keep what tells targets apart, drop user, key and query.

    >>> redact("rtmps://u:p@live.example:443/app/se-cr-et?x=1")
    'rtmps://live.example:443/app/***'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    segments = [segment for segment in parts.path.split("/") if segment]
    # With a single segment there is no telling whether it is the application or the key.
    shown = f"/{segments[0]}/{HIDDEN}" if len(segments) > 1 else f"/{HIDDEN}"
    return f"{parts.scheme}://{host}{port}{shown}"[:300]


async def listing(request: web.Request) -> web.Response:
    session = session_of(request)
    ticket = await ticket_of(request, session, DESK)
    outputs = await _shown(request, session, ticket.actor)
    return web.json_response({"outputs": outputs}, headers={"Cache-Control": "no-store"})


async def add(request: web.Request) -> web.Response:
    """``POST {kind, url, lang, id?}``; ``id`` makes a repeat harmless."""
    session = session_of(request)
    ticket = await ticket_of(request, session, DESK)
    services = request.app[SERVICES]
    definition = await services.router.definition(session)
    body = await read_object(request)
    if unknown := sorted(set(body) - FIELDS):
        raise _malformed(unknown[0][:40], "unknown")
    if body.get("kind", "rtmp") != "rtmp":
        raise _malformed("kind", "unsupported")
    url = check_url(body.get("url"))
    language = body.get("lang", definition.languages[0])
    if language not in definition.languages:
        raise _malformed("lang", "unknown")
    op = body.get("id", secrets.token_urlsafe(12))
    if not isinstance(op, str) or not 1 <= len(op) <= 80:
        raise _malformed("id", "unreadable")
    # The id follows from the command's, so that a repeat names the same output.
    output = _output_id(session, ticket.id, op)
    sealed = Seal(services.config.secret).shut(Address(url, language))
    # The secret is stored first: a target of the journal always has its URL.
    key = keys.outputs_key(session)
    await services.store.run("HSETNX", key, output, sealed)
    command = {"output": output, "kind": "rtmp", "lang": language, "target": redact(url)}
    ack = await services.router.submit(session, op, ticket.actor, "output.add", command)
    error = None if ack.get("ok") else refused(ack)
    if error is not None and error.status == 503:
        # It may have been written all the same; the secret stays for the repeat.
        raise error
    kept = await _shown(request, session, ticket.actor) if error is None else []
    mine = [item for item in kept if item["output"] == output]
    if not mine:
        await services.store.run("HDEL", key, output)
        raise error or ApiError(409, "output.removed", {"output": output})
    return web.json_response(
        mine[0],
        status=201,
        headers={
            "Location": f"/api/sessions/{session}/outputs/{output}",
            "Cache-Control": "no-store",
        },
    )


async def remove(request: web.Request) -> web.Response:
    session = session_of(request)
    ticket = await ticket_of(request, session, DESK)
    services = request.app[SERVICES]
    output = request.match_info["output"]
    op = secrets.token_urlsafe(12)
    ack = await services.router.submit(
        session, op, ticket.actor, "output.remove", {"output": output}
    )
    if not ack.get("ok"):
        raise refused(ack)
    await services.store.run("HDEL", keys.outputs_key(session), output)
    return web.Response(status=204)


def refused(ack: dict[str, object]) -> ApiError:
    """An acknowledgement that says no, as an HTTP answer."""
    error = ack.get("error")
    code = str(error.get("code")) if isinstance(error, dict) else "request.failed"
    params = error.get("params") if isinstance(error, dict) else None
    status = 409
    if code in ("store.unavailable", "room.busy", "room.timeout"):
        status = 503
    elif code.endswith(".unknown"):
        status = 404
    elif code == "role.forbidden":
        status = 403
    elif code == "command.malformed":
        status = 422
    return ApiError(status, code, params if isinstance(params, dict) else {})


async def _shown(request: web.Request, session: SessionId, actor: Actor) -> list[dict[str, object]]:
    room = await request.app[SERVICES].router.room(session)
    view = request.app[SERVICES].router.project(room, Viewer(actor.role, actor.seat, actor.voter))
    return [dict(msgspec.to_builtins(output)) for output in view.outputs]


def _output_id(session: SessionId, ticket_id: str, op: str) -> str:
    digest = hashlib.sha256(f"{session}|{ticket_id}|{op}".encode()).hexdigest()
    return f"o-{digest[:10]}"


def _malformed(field: str, reason: str) -> ApiError:
    return ApiError(422, "output.malformed", {"field": field, "reason": reason})
