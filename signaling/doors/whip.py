"""WHIP in, WHEP out (RFC 9725): session descriptions over plain HTTP, forwarded to the engine.

The resource of a connection carries its own proof: ``{peer}.{signature}``, so that any process can
answer for it and a stranger cannot guess it.  A WHIP resource also needs the ticket it was made
with.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from aiohttp import web

from signaling.doors.base import (
    SERVICES,
    Services,
    now_s,
    read_body,
    read_object,
    session_of,
    spend,
    ticket_of,
)
from signaling.engine_door import Document, new_peer
from signaling.errors import ApiError
from signaling.turn import ice_servers, link_headers
from venue.ids import SessionId
from venue.roles import Role
from venue.session import SessionDefinition

SDP_MAX_BYTES = 64 * 1024
SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
PUBLISHERS = frozenset({Role.ROOM, Role.DELEGATE})
LANGUAGE_RELATION = "urn:x-rotunda:whep:ext:language"
"""The extension by which a viewer changes language, advertised as WHEP wants it."""


@dataclass(slots=True)
class Viewers:
    """WHEP peers this process has let in, by session: monitors, and receivers (sound only)."""

    peers: dict[tuple[SessionId, bool], set[str]] = field(default_factory=dict)

    def of(self, session: SessionId, *, sound_only: bool) -> set[str]:
        return self.peers.setdefault((session, sound_only), set())

    def forget(self, session: SessionId, peer: str) -> None:
        for sound_only in (False, True):
            self.of(session, sound_only=sound_only).discard(peer)

    def count(self) -> int:
        return sum(len(peers) for peers in self.peers.values())


VIEWERS = web.AppKey("viewers", Viewers)


def add_routes(app: web.Application) -> None:
    app[VIEWERS] = Viewers()
    for kind, post in (("whip", publish), ("whep", watch)):
        app.router.add_post(f"/{kind}/{{session}}", post)
        app.router.add_options(f"/{kind}/{{session}}", options)
        resource = f"/{kind}/{{session}}/{{resource}}"
        app.router.add_patch(resource, trickle)
        app.router.add_delete(resource, leave)
        app.router.add_options(resource, options)
    language = "/whep/{session}/{resource}/language"
    app.router.add_post(language, retune)
    app.router.add_options(language, options)


async def options(request: web.Request) -> web.Response:
    """Say what is accepted, to browsers of other origins too, and the relays to who may come in."""
    if request.path.endswith("/language"):
        methods, accepted = "POST, OPTIONS", {"Accept-Post": "application/json"}
    elif "resource" in request.match_info:
        methods, accepted = "PATCH, DELETE, OPTIONS", {"Accept-Patch": FRAGMENT}
    else:
        methods, accepted = "POST, OPTIONS", {"Accept-Post": SDP}
    response = web.Response(
        status=204,
        headers={
            **accepted,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
            "Access-Control-Max-Age": "86400",
        },
    )
    # A browser's own question before a page's has no ticket, and its answer is for nobody.
    if "Access-Control-Request-Method" not in request.headers:
        await _add_relays(request, response)
    return response


async def _add_relays(request: web.Request, response: web.Response) -> None:
    """Name the relays before the offer, which needs them: those of its answer come too late."""
    services, session = request.app[SERVICES], session_of(request)
    if services.config.turn is None:
        return
    spend(request, "visit")
    who = new_peer()
    if request.headers.get("Authorization"):
        who = (await ticket_of(request, session)).id
    elif not (await services.router.definition(session)).public:
        return
    _add_links(services, response, who)


def _add_links(services: Services, response: web.Response, who: str) -> None:
    response.headers["Cache-Control"] = "no-store"
    for link in link_headers(ice_servers(services.config.turn, who, now_s())):
        response.headers.add("Link", link)


async def publish(request: web.Request) -> web.Response:
    """Take a feed: ``POST /whip/{session}`` with a ticket of role room or delegate."""
    session = session_of(request)
    ticket = await ticket_of(request, session, PUBLISHERS, what="media")
    if ticket.seat is None:
        raise ApiError(403, "seat.none")
    services = request.app[SERVICES]
    await services.router.ensure_seat(session, ticket.definition)
    offer = await _offer(request)
    # A hall's encoder is often there before any person.
    await services.engines.wake(session, services.config.engine_wait_s)
    body: Document = {
        "peer": new_peer(ticket.id),
        "seat": ticket.seat,
        "role": ticket.role.value,
        "kind": "whip",
        "language": ticket.language,
        "sdp": offer,
        "tracks": {},
    }
    answer = await services.engines.offer(session, body)
    return _created(services, "whip", session, answer, ticket.id, ticket.id)


async def watch(request: web.Request) -> web.Response:
    """Show the program: ``POST /whep/{session}?lang=en``, open where the session is public."""
    session = session_of(request)
    services = request.app[SERVICES]
    spend(request, "visit")
    definition = await services.router.definition(session)
    if not definition.public or request.headers.get("Authorization"):
        await ticket_of(request, session)
    language = _language_of(definition, request.query.get("lang") or definition.languages[0])
    offer = await _offer(request)
    sound_only = "\nm=video" not in offer
    spend(request, "receiver" if sound_only else "monitor")
    mine = await _place_among(request, session, sound_only)
    peer = new_peer()
    body: Document = {
        "peer": peer,
        "seat": None,
        "role": "monitor",
        "kind": "whep",
        "language": language,
        "sdp": offer,
        "tracks": {},
    }
    mine.add(peer)
    try:
        answer = await services.engines.offer(session, body)
    except ApiError:
        mine.discard(peer)
        raise
    services.metrics.whep_viewers.set(request.app[VIEWERS].count())
    response = _created(services, "whep", session, answer, "", peer)
    response.headers.add(
        "Link", f'<{response.headers["Location"]}/language>; rel="{LANGUAGE_RELATION}"'
    )
    return response


async def retune(request: web.Request) -> web.Response:
    """Change what a viewer hears, on the connection it has: the stream never breaks."""
    _, session, peer = await _resource(request)
    spend(request, "visit")
    services = request.app[SERVICES]
    wanted = (await read_object(request)).get("lang")
    if not isinstance(wanted, str):
        raise ApiError(400, "request.malformed", {"field": "lang"})
    language = _language_of(await services.router.definition(session), wanted)
    await services.engines.retune(session, peer, language)
    return web.Response(status=204)


def _language_of(definition: SessionDefinition, wanted: str) -> str:
    """A language of the session, or the floor.

    Raises:
        ApiError: 404 ``language.unknown``.
    """
    if wanted != "floor" and wanted not in definition.languages:
        raise ApiError(404, "language.unknown", {"lang": wanted[:40]})
    return wanted


async def trickle(request: web.Request) -> web.Response:
    """Add ICE candidates to a connection; an ICE restart is a new connection instead."""
    _, session, peer = await _resource(request)
    if request.content_type != FRAGMENT:
        raise ApiError(415, "request.unsupported_type", {"accepted": FRAGMENT})
    expected = request.headers.get("If-Match")
    if expected is None:
        raise ApiError(428, "request.precondition_required")
    if expected.strip() == "*":
        raise ApiError(422, "media.restart_unsupported")
    if expected.strip() != _etag(request.app[SERVICES], session, peer):
        raise ApiError(412, "request.precondition_failed")
    fragment = (await read_body(request, SDP_MAX_BYTES)).decode("utf-8", "replace")
    await request.app[SERVICES].engines.trickle(session, peer, fragment)
    return web.Response(status=204)


async def leave(request: web.Request) -> web.Response:
    """End a connection."""
    kind, session, peer = await _resource(request)
    services = request.app[SERVICES]
    if kind == "whep":
        request.app[VIEWERS].forget(session, peer)
        services.metrics.whep_viewers.set(request.app[VIEWERS].count())
    await services.engines.remove(session, peer)
    return web.Response(status=200)


async def _place_among(request: web.Request, session: SessionId, sound_only: bool) -> set[str]:
    """The peers of this kind, with a free place, having forgotten those the engine has not.

    Raises:
        ApiError: 503 ``media.full``.
    """
    services = request.app[SERVICES]
    mine = request.app[VIEWERS].of(session, sound_only=sound_only)
    config = services.config
    limit = config.listeners_max if sound_only else config.whep_viewers_max
    if len(mine) >= limit:
        mine &= await services.engines.peers(session)
    if len(mine) >= limit:
        raise ApiError(503, "media.full", {"limit": limit})
    return mine


async def _offer(request: web.Request) -> str:
    if request.content_type != SDP:
        raise ApiError(415, "request.unsupported_type", {"accepted": SDP})
    accepted = request.headers.get("Accept", "*/*")
    if not any(word in accepted for word in (SDP, "*/*", "application/*")):
        raise ApiError(406, "request.not_acceptable", {"available": SDP})
    try:
        offer = (await read_body(request, SDP_MAX_BYTES)).decode()
    except UnicodeDecodeError:
        raise ApiError(422, "media.sdp_invalid", message="The body is not UTF-8.") from None
    if not offer.startswith("v=0"):
        raise ApiError(422, "media.sdp_invalid", message="The body is not a session description.")
    return offer


def _created(
    services: Services,
    kind: str,
    session: SessionId,
    answer: dict[str, object],
    ticket_id: str,
    who: str,
) -> web.Response:
    peer = str(answer["peer"])
    signature = _signature(services, kind, session, peer, ticket_id)
    response = web.Response(status=201, text=str(answer["sdp"]), content_type=SDP)
    response.headers["Location"] = f"/{kind}/{session}/{peer}.{signature}"
    response.headers["ETag"] = _etag(services, session, peer)
    response.headers["Accept-Patch"] = FRAGMENT
    _add_links(services, response, who)
    return response


async def _resource(request: web.Request) -> tuple[str, SessionId, str]:
    """Check who asks for a connection's resource.

    Raises:
        ApiError: 401, 403 as for tickets; 404 ``media.unknown_peer``.
    """
    kind, session = request.path.split("/", 2)[1], session_of(request)
    services = request.app[SERVICES]
    peer, _, signature = request.match_info["resource"].rpartition(".")
    ticket_id = ""
    if kind == "whip":
        ticket_id = (await ticket_of(request, session)).id
    expected = _signature(services, kind, session, peer, ticket_id)
    if not peer or not hmac.compare_digest(signature.encode(), expected.encode()):
        raise ApiError(404, "media.unknown_peer")
    return kind, session, peer


def _signature(services: Services, *words: str) -> str:
    message = "\n".join(words).encode()
    return hmac.new(services.config.secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def _etag(services: Services, session: SessionId, peer: str) -> str:
    return f'"{_signature(services, "etag", session, peer)[:16]}"'
