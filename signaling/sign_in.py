"""States of sign-ins: who asked Google for a channel, for which session, and until when it is good.

Google hands the state back as it was.  It is signed, so nobody makes one up; it names the ticket of
who began, so nobody ends another's sign-in; what it stands for is taken from Redis once.
"""

import secrets
from dataclasses import dataclass

import jwt

from signaling.errors import ApiError
from signaling.tickets import ALGORITHM, LENGTH_MAX, Ticket
from venue.ids import SessionId

STATE_AUDIENCE = "rotunda-sign-in"
STATE_S = 900
"""Time for passwords, second factors and Google's warnings."""


@dataclass(frozen=True, slots=True)
class State:
    """What a state says."""

    nonce: str
    session: SessionId
    channel: str
    ticket: str
    """``jti`` of the ticket that began."""


class States:
    """Issues and checks states with the house's secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, ticket: Ticket, channel: str, now_s: int) -> tuple[str, str]:
        """A nonce and the state that carries it."""
        nonce = secrets.token_urlsafe(24)
        claims = {
            "aud": STATE_AUDIENCE,
            "jti": nonce,
            "session": ticket.session,
            "channel": channel,
            "ticket": ticket.id,
            "exp": now_s + STATE_S,
        }
        return nonce, jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def read(self, raw: object) -> State:
        """Check a state's signature, time and shape.

        Raises:
            ApiError: 422 ``signin.invalid``; 410 ``signin.expired``.
        """
        if not isinstance(raw, str) or len(raw) > LENGTH_MAX:
            raise ApiError(422, "signin.invalid")
        try:
            claims = jwt.decode(
                raw,
                self._secret,
                algorithms=[ALGORITHM],
                audience=STATE_AUDIENCE,
                options={"require": ["exp", "jti", "aud"]},
            )
            return State(
                nonce=str(claims["jti"]),
                session=SessionId(str(claims["session"])),
                channel=str(claims["channel"]),
                ticket=str(claims["ticket"]),
            )
        except jwt.ExpiredSignatureError:
            raise ApiError(410, "signin.expired") from None
        except (jwt.InvalidTokenError, KeyError, ValueError, UnicodeError):
            raise ApiError(422, "signin.invalid") from None
