"""Signing in for a channel with a browser: what is asked for, and what is kept of the answer.

``rotunda youtube login`` (an installed app, the browser comes back to a port of its own) and the
organisers' page (a web app, the browser comes back to Rotunda) share all of it but that way back.
The page's way is in two halves, between which Redis keeps the half that must stay secret:

    begin   -> PKCE verifier kept under the nonce of the state, address of Google's page
    finish  -> taken from there, once; code and verifier become tokens; the channel is checked, kept

Whoever knows only the address Google sends the browser back to can do nothing with it.
"""

import asyncio
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from redis.asyncio import Redis

from streaming.youtube.client import YouTube
from streaming.youtube.credentials import Secret, StoredChannel, Vault
from streaming.youtube.errors import YouTubeError
from streaming.youtube.settings import SCOPE, YouTubeSettings
from streaming.youtube.shapes import Channel
from venue.ids import Instant
from venue.journal import sign_in_key

AUTH_URI = "https://accounts.google.com/o/oauth2/auth"
KEPT_S = 3600
"""How long a verifier is kept: longer than a state is good, so that a spent one can be told from
one that is too old."""

CHANNEL_ID = re.compile(r"UC[A-Za-z0-9_-]{22}")


class SignInRefused(Exception):
    """No token was kept; ``code`` and ``params`` are for people."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class _Begun(msgspec.Struct, frozen=True):
    """What is kept between the two halves."""

    channel: str
    """As the session's file names it."""
    redirect_uri: str
    verifier: str

    def __repr__(self) -> str:
        return f"_Begun({self.channel!r})"


class Granted(msgspec.Struct, frozen=True):
    """What Google gave; ``repr`` shows nothing."""

    credentials: Any
    secret: Secret
    life_s: int | None
    """After so long Google signs out by itself; None: it did not say so."""

    def __repr__(self) -> str:
        return "Granted(...)"


def client_config(settings: YouTubeSettings, kind: str, client: tuple[str, str]) -> dict[str, Any]:
    """A client (id, secret) as the library wants it; ``kind`` is ``web`` or ``installed``."""
    auth_uri = AUTH_URI
    if settings.standin:
        auth_uri = settings.root + "o/oauth2/auth"
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    return {
        kind: {
            "auth_uri": auth_uri,
            "token_uri": settings.token_uri,
            "client_id": client[0],
            "client_secret": client[1],
        }
    }


def granted(credentials: Any, token: dict[str, Any], client: tuple[str, str]) -> Granted:
    """Read the answer of the token's door.

    Raises:
        SignInRefused: ``signin.no_refresh_token``.
    """
    refresh_token = token.get("refresh_token")
    if not isinstance(refresh_token, str) or not refresh_token:
        raise SignInRefused("signin.no_refresh_token")
    life_s = token.get("refresh_token_expires_in")
    known = isinstance(life_s, int | float) and life_s > 0
    return Granted(
        credentials, Secret(*client, refresh_token), int(life_s) if known and life_s else None
    )


async def channel_of(client: YouTube) -> Channel:
    """The channel that somebody chose on Google's page.

    Raises:
        SignInRefused: ``signin.no_channel``.
        YouTubeError: YouTube cannot be asked.
    """
    mine = await client.channels()
    if not mine:
        raise SignInRefused("signin.no_channel")
    return mine[0]


def keep(vault: Vault, found: Channel, alias: str, given: Granted, now: Instant) -> StoredChannel:
    """Store the channel with its tokens."""
    expires_at = None if given.life_s is None else Instant(now + given.life_s * 1000)
    vault.keep(found.id, found.snippet.title, alias, given.secret, now, expires_at)
    return vault.find(found.id)


class SignIns:
    """The organisers' page's way, for the channels of one machine."""

    def __init__(
        self,
        settings: YouTubeSettings,
        redis: "Redis",
        pool: ThreadPoolExecutor,
        client: Callable[[Any], YouTube],
        clock: Callable[[], Instant],
    ) -> None:
        """``client`` makes YouTube's client of credentials."""
        self._settings = settings
        self._redis = redis
        self._pool = pool
        self._client = client
        self._clock = clock
        self._vault = Vault(settings)

    async def begin(self, nonce: str, state: str, channel: str, redirect_uri: str) -> str:
        """The address of Google's page for a channel.

        Raises:
            SignInRefused: ``signin.unconfigured``.
        """
        flow = self._flow(redirect_uri)
        # Without consent asked anew, Google gives no refresh token the second time.
        address, _ = flow.authorization_url(state=state, prompt="consent")
        begun = _Begun(channel, redirect_uri, flow.code_verifier)
        await self._redis.set(sign_in_key(nonce), msgspec.json.encode(begun), ex=KEPT_S)
        return str(address)

    async def finish(self, nonce: str, code: str) -> StoredChannel:
        """Make the code a stored channel; without a code: forget what was begun.

        Raises:
            SignInRefused: Why nothing was kept.
        """
        raw = await self._redis.getdel(sign_in_key(nonce))
        if raw is None:
            raise SignInRefused("signin.replayed")
        if not code:
            raise SignInRefused("signin.denied")
        begun = msgspec.json.decode(raw, type=_Begun)
        loop = asyncio.get_running_loop()
        given = await loop.run_in_executor(self._pool, self._exchange, begun, code)
        try:
            found = await channel_of(self._client(given.credentials))
        except YouTubeError as error:
            raise SignInRefused(error.code, reason=error.reason) from None
        alias = self._place_of(begun.channel, found)
        return keep(self._vault, found, alias, given, self._clock())

    def _flow(self, redirect_uri: str, verifier: str | None = None) -> Any:
        # Imported late: most processes never sign anybody in.
        from google_auth_oauthlib.flow import Flow

        client = self._settings.web_client
        if client is None:
            raise SignInRefused("signin.unconfigured")
        return Flow.from_client_config(
            client_config(self._settings, "web", client),
            scopes=[SCOPE],
            redirect_uri=redirect_uri,
            code_verifier=verifier,
        )

    def _exchange(self, begun: _Begun, code: str) -> Granted:
        """In a thread: the library waits."""
        from oauthlib.oauth2 import OAuth2Error
        from requests import RequestException

        flow = self._flow(begun.redirect_uri, begun.verifier)
        assert self._settings.web_client is not None
        try:
            token = flow.fetch_token(code=code, timeout=self._settings.timeout_s)
        except OAuth2Error as error:
            raise SignInRefused("signin.refused", reason=str(error.error)[:60]) from None
        except RequestException:
            raise SignInRefused("youtube.unreachable") from None
        except (Warning, ValueError):
            # The library's way to say that less was granted than asked, or nonsense answered.
            raise SignInRefused("signin.scope_missing") from None
        return granted(flow.credentials, dict(token), self._settings.web_client)

    def _place_of(self, name: str, found: Channel) -> str:
        """The alias to keep a channel under.

        Raises:
            SignInRefused: It is not the channel that this name stands for.
        """
        title = found.snippet.title
        stored = {each.id: each for each in self._vault.channels()}
        if CHANNEL_ID.fullmatch(name):
            if found.id != name:
                raise SignInRefused("signin.wrong_channel", title=title, expected=name)
            return stored[name].alias if name in stored else ""
        before = next((each for each in stored.values() if each.alias == name), None)
        if before is not None and before.id != found.id:
            raise SignInRefused("signin.wrong_channel", title=title, expected=before.title)
        other = stored.get(found.id)
        if other is not None and other.alias not in ("", name):
            # Keeping it here would take it away there: two languages on one channel.
            raise SignInRefused("signin.channel_taken", title=title, alias=other.alias)
        return name
