"""What every HTTP door shares: the services behind it, its errors, its body."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from signaling.config import Config
from signaling.engine_door import EngineDoors
from signaling.errors import ApiError, StoreUnavailable
from signaling.limits import Limits, address_of
from signaling.metrics import Metrics
from signaling.plain import storable
from signaling.router import Router
from signaling.store import Store
from signaling.stories import Stories
from signaling.tickets import Admission, Ticket, TicketOffice, bearer
from venue.ids import SessionId
from venue.roles import Role

logger = logging.getLogger(__name__)

BODY_MAX_BYTES = 256 * 1024
JSON_MAX_BYTES = 16 * 1024
DESK = frozenset({Role.ORGANIZER, Role.MODERATOR})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a door may use."""

    config: Config
    store: Store
    router: Router
    office: TicketOffice
    admission: Admission
    engines: EngineDoors
    metrics: Metrics
    limits: Limits
    stories: Stories


SERVICES = web.AppKey("services", Services)

ErrorPage = Callable[[web.Request, ApiError], web.Response]
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page")
_PAGELESS = ("/api/", "/static/", "/hls/", "/whip/", "/whep/", "/socket.io/")

_STATUS_CODES = {
    404: "request.not_found",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.unsupported_type",
}
_RETRY_AFTER_S = {"media.full": 10}
"""A place becomes free when somebody leaves, not in the next moment."""
_OPEN_DOORS = ("/whip/", "/whep/", "/hls/")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Retry-After",
}


def now_s() -> int:
    return int(time.time())


def answer_error(
    request: web.Request, error: ApiError, headers: dict[str, str] | None = None
) -> web.Response:
    """The code as JSON for programs, a page for people who opened an address."""
    opened = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    page = request.app.get(ERROR_PAGE)
    if page is not None and opened and not request.path.startswith(_PAGELESS):
        return page(request, error)
    return error_response(error, headers)


def error_response(error: ApiError, headers: dict[str, str] | None = None) -> web.Response:
    response = web.json_response(error.body(), status=error.status, headers=headers)
    response.headers["Cache-Control"] = "no-store"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status in (429, 503):
        wait_s = _RETRY_AFTER_S.get(error.code, 1)
        response.headers["Retry-After"] = str(error.params.get("retry_after_s", wait_s))
    return response


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every failure its code; whatever is not foreseen is logged and says nothing."""
    extra = dict(CORS) if request.path.startswith(_OPEN_DOORS) else {}
    try:
        response = await handler(request)
    except ApiError as error:
        return answer_error(request, error, extra)
    except StoreUnavailable:
        return answer_error(request, ApiError(503, "store.unavailable"), extra)
    except web.HTTPRequestEntityTooLarge:
        return answer_error(request, ApiError(413, "request.too_large"), extra)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        if isinstance(error, web.HTTPMethodNotAllowed):
            extra["Allow"] = ", ".join(sorted(error.allowed_methods))
        code = _STATUS_CODES.get(error.status, "request.malformed")
        return answer_error(request, ApiError(error.status, code), extra)
    # The edge of one request: the next one continues, and no trace leaves the house.
    except Exception as error:
        logger.exception("%s %s failed", request.method, _route_of(request), exc_info=error)
        return answer_error(request, ApiError(500, "request.failed"), extra)
    if not response.prepared:
        for name, value in extra.items():
            response.headers.setdefault(name, value)
    return response


def _route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"


async def read_body(request: web.Request, limit_bytes: int) -> bytes:
    """Read a body of bounded size.

    Raises:
        ApiError: 413 ``request.too_large``; 408 ``request.timeout``.
    """
    if (request.content_length or 0) > limit_bytes:
        raise ApiError(413, "request.too_large", {"limit_bytes": limit_bytes})
    body = bytearray()
    try:
        async with asyncio.timeout(request.app[SERVICES].config.body_timeout_s):
            async for chunk in request.content.iter_chunked(16 * 1024):
                body += chunk
                if len(body) > limit_bytes:
                    raise ApiError(413, "request.too_large", {"limit_bytes": limit_bytes})
    except TimeoutError:
        raise ApiError(408, "request.timeout") from None
    return bytes(body)


async def read_object(request: web.Request) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ApiError: 400 ``request.malformed``, 413 ``request.too_large``.
    """
    raw = await read_body(request, JSON_MAX_BYTES)
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise ApiError(400, "request.malformed") from None
    if not isinstance(document, dict) or not storable(document):
        raise ApiError(400, "request.malformed", {"field": ""})
    return document


def session_of(request: web.Request) -> SessionId:
    return SessionId(request.match_info["session"])


def source_of(request: web.BaseRequest, proxies: Sequence[str]) -> str:
    """The address that a request is counted by."""
    return address_of(request.remote, request.headers.get("X-Forwarded-For", ""), proxies)


def spend(request: web.Request, what: str, ticket: Ticket | None = None) -> None:
    """Count a request for its seat; as a visit from its address if it has none.

    Raises:
        ApiError: 429 ``request.too_many``.
    """
    services = request.app[SERVICES]
    if ticket is not None and ticket.seat is not None:
        services.limits.spend(what, f"{ticket.session}|{ticket.seat}")
    else:
        what = what if what in ("monitor", "receiver") else "visit"
        services.limits.spend(what, source_of(request, services.config.proxies))


async def ticket_of(
    request: web.Request,
    session: SessionId | None,
    roles: frozenset[Role] | None = None,
    *,
    what: str = "request",
) -> Ticket:
    """Admit the bearer, and count the request as ``what``.

    Raises:
        ApiError: 401 or 403, see ``Admission.admit``; 403 ``role.forbidden``; 429
            ``request.too_many``.
    """
    services = request.app[SERVICES]
    try:
        raw = bearer(request.headers.get("Authorization"))
        ticket = await services.admission.admit(raw, session)
    except ApiError:
        services.limits.spend("refusal", source_of(request, services.config.proxies))
        raise
    spend(request, what, ticket)
    if roles is not None and ticket.role not in roles:
        raise ApiError(403, "role.forbidden", {"role": ticket.role.value})
    return ticket
