"""Tickets: signed statements of who somebody is in one session (JWT, HS256).

A ticket travels in a URL fragment, an ``Authorization`` header or a Socket.IO ``auth``, never in a
path or a query, and is never logged.  A public viewer's device token is signed by the same secret
but for another audience, so that neither passes for the other.
"""

import re
import secrets
from dataclasses import dataclass

import jwt
import msgspec

from signaling.errors import ApiError
from signaling.store import Store
from venue.ids import SeatId, SessionId, VoterId
from venue.roles import Actor, Role
from venue.session import SeatDefinition

ALGORITHM = "HS256"
TICKET_AUDIENCE = "rotunda-ticket"
DEVICE_AUDIENCE = "rotunda-device"
LEEWAY_S = 10
LENGTH_MAX = 4096
REVOKED_SEATS = "seat:"

_SEAT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who the bearer is."""

    id: str
    session: SessionId
    role: Role
    seat: SeatId | None
    name: str
    title: str = ""
    city: str = ""
    country: str = ""
    language: str = "en"
    place: str = "remote"
    group: str = ""
    expires_at_s: int = 0
    issued_at_s: int = 0

    @property
    def actor(self) -> Actor:
        voter = None if self.seat is None else VoterId(f"seat:{self.seat}")
        return Actor(self.role, self.seat, voter, self.name)

    @property
    def definition(self) -> SeatDefinition | None:
        """The seat as this ticket names it."""
        if self.seat is None:
            return None
        fields = {
            "seat": self.seat,
            "name": self.name,
            "role": self.role.value,
            "title": self.title,
            "city": self.city,
            "country": self.country,
            "language": self.language,
            "place": self.place,
            "group": self.group,
        }
        return msgspec.convert(fields, SeatDefinition)


class TicketOffice:
    """Issues and checks tickets with one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, ticket: Ticket) -> str:
        claims = {
            "aud": TICKET_AUDIENCE,
            "session": ticket.session,
            "role": ticket.role.value,
            "seat": ticket.seat,
            "name": ticket.name,
            "title": ticket.title,
            "city": ticket.city,
            "country": ticket.country,
            "lang": ticket.language,
            "place": ticket.place,
            "group": ticket.group,
            "jti": ticket.id or secrets.token_urlsafe(12),
            "iat": ticket.issued_at_s,
            "exp": ticket.expires_at_s,
        }
        # Links are read out, pasted and printed: what says nothing is left out.
        claims = {name: value for name, value in claims.items() if value not in ("", None, 0)}
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def read(self, raw: object) -> Ticket:
        """Check a ticket's signature, time and shape.

        Raises:
            ApiError: 401 ``ticket.missing``, ``ticket.expired``, ``ticket.invalid``.
        """
        if not raw:
            raise ApiError(401, "ticket.missing")
        if not isinstance(raw, str) or len(raw) > LENGTH_MAX:
            raise ApiError(401, "ticket.invalid")
        try:
            claims = jwt.decode(
                raw,
                self._secret,
                algorithms=[ALGORITHM],
                leeway=LEEWAY_S,
                # Tickets of the command line carry no audience; a device token always does.
                options={"require": ["exp", "jti"], "verify_aud": False, "verify_iat": False},
            )
        except jwt.ExpiredSignatureError:
            raise ApiError(401, "ticket.expired") from None
        except (jwt.InvalidTokenError, ValueError, UnicodeError):
            raise ApiError(401, "ticket.invalid") from None
        if claims.get("aud", TICKET_AUDIENCE) != TICKET_AUDIENCE:
            raise ApiError(401, "ticket.invalid")
        return _ticket_of(claims)

    def issue_device(self, session: str) -> tuple[VoterId, str]:
        """Name a public viewer's device."""
        voter = VoterId(f"device:{secrets.token_urlsafe(12)}")
        claims = {"aud": DEVICE_AUDIENCE, "session": session, "sub": voter}
        return voter, jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def read_device(self, raw: object, session: str) -> VoterId | None:
        """The device behind a token; None if the token is not one of ours for this session."""
        if not isinstance(raw, str) or len(raw) > LENGTH_MAX:
            return None
        try:
            claims = jwt.decode(raw, self._secret, algorithms=[ALGORITHM], audience=DEVICE_AUDIENCE)
        except (jwt.InvalidTokenError, ValueError, UnicodeError):
            return None
        subject = claims.get("sub")
        if claims.get("session") != session or not isinstance(subject, str):
            return None
        return VoterId(subject)


class Admission:
    """Checks tickets against the session at hand and the list of revoked ones."""

    def __init__(self, office: TicketOffice, store: Store, revoked_key: str) -> None:
        self._office = office
        self._store = store
        self._revoked_key = revoked_key

    async def admit(self, raw: object, session: str | None = None) -> Ticket:
        """Check a ticket completely.

        Raises:
            ApiError: 401 as ``TicketOffice.read`` and ``ticket.revoked``; 403 ``ticket.foreign``.
            StoreUnavailable: the list of revoked tickets cannot be read.
        """
        ticket = self._office.read(raw)
        if session is not None and ticket.session != session:
            raise ApiError(403, "ticket.foreign")
        marks = [ticket.id, revoked_seat(ticket.session, ticket.seat)]
        answers = await self._store.run("SMISMEMBER", self._revoked_key, *marks)
        if any(answers):
            raise ApiError(401, "ticket.revoked")
        return ticket

    async def revoke(self, marks: list[str]) -> None:
        await self._store.run("SADD", self._revoked_key, *marks)


def revoked_seat(session: str, seat: str | None) -> str:
    """The mark that revokes every ticket of a seat."""
    return f"{REVOKED_SEATS}{session}:{seat or ''}"


def bearer(header: str | None) -> str:
    """The token of an ``Authorization`` header; empty if there is none."""
    scheme, _, token = (header or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _ticket_of(claims: dict[str, object]) -> Ticket:
    """Read the claims of a ticket whose signature is good.

    Raises:
        ApiError: 401 ``ticket.invalid``: a claim is missing or has the wrong type.
    """
    try:
        role = Role(str(claims["role"]))
        seat = claims.get("seat") or None
        if role is Role.SYSTEM or (seat is not None and not _SEAT.fullmatch(str(seat))):
            raise ApiError(401, "ticket.invalid")
        expires, issued = claims["exp"], claims.get("iat", 0)
        ticket = Ticket(
            id=_text(claims, "jti", 80),
            session=SessionId(_text(claims, "session", 40)),
            role=role,
            seat=None if seat is None else SeatId(str(seat)),
            name=_text(claims, "name", 120),
            title=_text(claims, "title", 120),
            city=_text(claims, "city", 120),
            country=_text(claims, "country", 120),
            language=_text(claims, "lang", 40) or "en",
            place=_text(claims, "place", 10) or "remote",
            group=_text(claims, "group", 40),
            expires_at_s=int(expires) if isinstance(expires, int | float) else 0,
            issued_at_s=int(issued) if isinstance(issued, int | float) else 0,
        )
        _ = ticket.definition
    except (KeyError, ValueError):
        raise ApiError(401, "ticket.invalid") from None
    return ticket


def _text(claims: dict[str, object], name: str, length_max: int) -> str:
    value = claims.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > length_max:
        raise ValueError(name)
    return value
