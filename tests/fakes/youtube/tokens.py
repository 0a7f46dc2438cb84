"""OAuth 2: consent codes, refresh tokens with their several deaths, access tokens."""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import msgspec

from tests.fakes.youtube.model import Timings

SCOPE_ROOT = "https://www.googleapis.com/auth/"
FORCE_SSL = f"{SCOPE_ROOT}youtube.force-ssl"
FULL = f"{SCOPE_ROOT}youtube"
READONLY = f"{SCOPE_ROOT}youtube.readonly"
UPLOAD = f"{SCOPE_ROOT}youtube.upload"

TOKENS_PER_GRANT = 100
"""Live refresh tokens of one account and client; the oldest dies without a word."""


class OAuthRefusal(Exception):
    """The token endpoint says no: ``{"error": code, "error_description": text}``."""

    def __init__(self, code: str, text: str, status: int = 400) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": code, "error_description": text}


class Grant(msgspec.Struct, kw_only=True):
    """What a person has allowed: one channel, to one client."""

    refresh_token: str
    channel_id: str
    client_id: str
    scopes: frozenset[str]
    issued_s: float
    revoked: bool = False


class Access(msgspec.Struct, kw_only=True):
    token: str
    grant: Grant
    until_s: float


class Code(msgspec.Struct, kw_only=True, frozen=True):
    channel_id: str
    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str
    method: str
    offline: bool


class Tokens:
    """Who may do what; the time is handed in, in seconds."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self.clients = {"stand-in.apps.googleusercontent.com": "stand-in-secret"}
        self._grants: dict[str, Grant] = {}
        self._access: dict[str, Access] = {}
        self._codes: dict[str, Code] = {}

    @property
    def client_id(self) -> str:
        return next(iter(self.clients))

    def grant(
        self, channel_id: str, now_s: float, scopes: Iterable[str] = (FORCE_SSL,), client: str = ""
    ) -> Grant:
        """A refresh token for a channel."""
        made = Grant(
            refresh_token=f"1//{secrets.token_urlsafe(24)}",
            channel_id=channel_id,
            client_id=client or self.client_id,
            scopes=frozenset(scopes),
            issued_s=now_s,
        )
        same = [
            token
            for token, held in self._grants.items()
            if (held.channel_id, held.client_id) == (made.channel_id, made.client_id)
        ]
        for token in same[: len(same) + 1 - TOKENS_PER_GRANT]:
            del self._grants[token]
        self._grants[made.refresh_token] = made
        return made

    def access(self, grant: Grant, now_s: float) -> Access:
        token = f"ya29.{secrets.token_urlsafe(24)}"
        made = Access(token=token, grant=grant, until_s=now_s + self._timings.access_life_s)
        self._access[token] = made
        return made

    def who(self, authorization: str, now_s: float) -> Access | None:
        """The holder of a bearer token, None when it is unknown, too old or revoked."""
        kind, _, token = authorization.partition(" ")
        found = self._access.get(token) if kind.lower() == "bearer" else None
        return found if found and now_s < found.until_s and not found.grant.revoked else None

    def expire_access(self) -> None:
        """Make every access token too old; refresh tokens stay good."""
        self._access.clear()

    def revoke(self, token: str) -> bool:
        """Take back a grant, named by its refresh or an access token; False when unknown."""
        access = self._access.get(token)
        held = self._grants.get(token) if access is None else access.grant
        if held is not None:
            held.revoked = True
        return held is not None

    def revoke_channel(self, channel_id: str) -> None:
        for held in self._grants.values():
            if held.channel_id == channel_id:
                held.revoked = True

    def repoint(self, refresh_token: str, channel_id: str) -> None:
        """The person chose another channel than everybody thinks."""
        self._grants[refresh_token].channel_id = channel_id

    # -- the token endpoint -------------------------------------------------------------------

    def exchange(self, form: Mapping[str, str], now_s: float) -> dict[str, object]:
        """Answer ``POST /token``.

        Raises:
            OAuthRefusal: invalid_client, invalid_grant, invalid_scope, unsupported_grant_type...
        """
        client = form.get("client_id", "")
        if client not in self.clients:
            raise OAuthRefusal("invalid_client", "The OAuth client was not found.", 401)
        if self.clients[client] != form.get("client_secret", ""):
            raise OAuthRefusal("invalid_client", "Unauthorized", 401)
        kind = form.get("grant_type", "")
        if kind == "refresh_token":
            return self._refresh(form, client, now_s)
        if kind == "authorization_code":
            return self._redeem(form, client, now_s)
        raise OAuthRefusal("unsupported_grant_type", f"Invalid grant_type: {kind}")

    def _refresh(self, form: Mapping[str, str], client: str, now_s: float) -> dict[str, object]:
        held = self._grants.get(form.get("refresh_token", ""))
        life = self._timings.refresh_life_s
        if held is None or held.revoked or held.client_id != client:
            raise OAuthRefusal("invalid_grant", "Token has been expired or revoked.")
        if life is not None and now_s >= held.issued_s + life:
            raise OAuthRefusal("invalid_grant", "Token has been expired or revoked.")
        asked = frozenset(form.get("scope", "").split())
        if not asked <= held.scopes:
            raise OAuthRefusal("invalid_scope", "Some requested scopes were invalid.")
        return self._answer(held, now_s)

    def _redeem(self, form: Mapping[str, str], client: str, now_s: float) -> dict[str, object]:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.client_id != client:
            raise OAuthRefusal("invalid_grant", "Malformed auth code.")
        if code.redirect_uri != form.get("redirect_uri", ""):
            raise OAuthRefusal("redirect_uri_mismatch", "Bad Request")
        if code.challenge and _challenge(form.get("code_verifier", ""), code) != code.challenge:
            raise OAuthRefusal("invalid_grant", "Invalid code verifier.")
        held = self.grant(code.channel_id, now_s, code.scopes, client)
        answer = self._answer(held, now_s)
        if code.offline:
            answer["refresh_token"] = held.refresh_token
            if self._timings.refresh_life_s is not None:
                answer["refresh_token_expires_in"] = int(self._timings.refresh_life_s)
        return answer

    def _answer(self, held: Grant, now_s: float) -> dict[str, object]:
        access = self.access(held, now_s)
        return {
            "access_token": access.token,
            "expires_in": int(self._timings.access_life_s),
            "scope": " ".join(sorted(held.scopes)),
            "token_type": "Bearer",
        }

    # -- the consent page ---------------------------------------------------------------------

    def consent(self, query: Mapping[str, str], channel_id: str) -> str:
        """Where the browser goes when the person has agreed for a channel; '' means refused.

        A refresh token comes only with ``access_type=offline``, and the second time only with
        ``prompt=consent``.

        Raises:
            OAuthRefusal: the request names no known client or no address to return to.
        """
        client, back = query.get("client_id", ""), query.get("redirect_uri", "")
        if client not in self.clients or not back or query.get("response_type") != "code":
            raise OAuthRefusal("invalid_request", "client_id, redirect_uri or response_type")
        state = {"state": query["state"]} if "state" in query else {}
        joint = "&" if "?" in back else "?"
        if not channel_id:
            return f"{back}{joint}{urlencode({'error': 'access_denied', **state})}"
        again = any(
            (held.channel_id, held.client_id) == (channel_id, client)
            for held in self._grants.values()
        )
        code = f"4/{secrets.token_urlsafe(24)}"
        self._codes[code] = Code(
            channel_id=channel_id,
            client_id=client,
            redirect_uri=back,
            scopes=frozenset(query.get("scope", "").split()),
            challenge=query.get("code_challenge", ""),
            method=query.get("code_challenge_method", "plain"),
            offline=query.get("access_type") == "offline"
            and (not again or "consent" in query.get("prompt", "")),
        )
        answer = {"code": code, "scope": query.get("scope", ""), **state}
        return f"{back}{joint}{urlencode(answer)}"


def _challenge(verifier: str, code: Code) -> str:
    if code.method != "S256":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
