"""``rotunda youtube``: sign in for channels, list them, forget them."""

import asyncio
import json
import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rotunda.config import Config, ConfigurationError
from streaming.youtube.client import YouTube
from streaming.youtube.credentials import ALIAS, StoredChannel, Vault
from streaming.youtube.errors import YouTubeError
from streaming.youtube.lanes import Lanes
from streaming.youtube.settings import SCOPE, YouTubeSettings, is_local
from streaming.youtube.sign_in import (
    Granted,
    SignInRefused,
    channel_of,
    client_config,
    granted,
    keep,
)
from venue.ids import Instant

PATIENCE_S = 600
ADVICE = {
    "signin.no_channel": "This account has no YouTube channel",
    "signin.no_refresh_token": "Google gave no refresh token: remove Rotunda's access and retry",
    "youtube.sign_in": "signed out: run 'rotunda youtube login' again",
    "youtube.sign_in_testing": "signed out after a week: the consent screen is in state Testing;"
    " publish it ('In production'), then run 'rotunda youtube login' again",
    "youtube.unreadable_token": "encrypted with another ROTUNDA_SECRET: sign in again",
    "youtube.no_channel": "the account has no channel",
    "youtube.wrong_channel": "the token is for another channel: sign in again",
    "youtube.api_off": "YouTube Data API v3 is not enabled in the Google Cloud project",
    "youtube.unreachable": "YouTube cannot be reached",
    "youtube.quota": "the quota of the day is spent",
}


def settings_of(config: Config, secret: str) -> YouTubeSettings:
    """The settings of this installation.

    Raises:
        ConfigurationError: ROTUNDA_YOUTUBE_CLIENT names no client for the web.
    """
    client = ("", "")
    if config.youtube_client is not None:
        client = _client_of(config.youtube_client, "web", "Web application")
    return YouTubeSettings(
        data_dir=str(config.data_dir),
        secret=secret,
        root=config.youtube_root,
        standin=config.youtube_standin,
        client_id=client[0],
        client_secret=client[1],
        preflight_s=config.preflight_s,
        quota=config.youtube_quota,
        reserve=config.youtube_reserve,
    )


def login(
    settings: YouTubeSettings,
    client_file: Path,
    *,
    alias: str,
    channel: str,
    port: int,
    browser: str | None,
) -> StoredChannel:
    """Let somebody sign in with a browser and keep the token.

    ``browser``: a name of the ``webbrowser`` module; empty: the usual one; None: only print.

    Raises:
        ConfigurationError: The client's file is none, the sign-in failed, or another channel was
            chosen.
    """
    if alias and not ALIAS.fullmatch(alias):
        raise ConfigurationError("An alias has letters, digits and . _ -, at most 40")
    client = _client_of(client_file, "installed", "Desktop app")
    try:
        given = _ask(settings, client, port, browser)
        found = asyncio.run(channel_of(_client(settings, given.credentials)))
    except (SignInRefused, YouTubeError) as error:
        raise ConfigurationError(ADVICE.get(error.code, str(error))) from None
    if channel and found.id != channel:
        raise ConfigurationError(f"You chose {found.snippet.title} ({found.id}), not {channel}")
    return keep(Vault(settings), found, alias, given, Instant(int(time.time() * 1000)))


def _client_of(path: Path, kind: str, name: str) -> tuple[str, str]:
    try:
        found = json.loads(path.read_text())[kind]
        return str(found["client_id"]), str(found["client_secret"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigurationError(
            f"{path} is not the JSON of an OAuth client of the kind '{name}'"
        ) from None


def web_client_trouble(config: Config) -> str:
    """Why nobody could sign in on the page of channels; empty: nothing is known against it.

    Raises:
        ConfigurationError: The client's file is none.
    """
    path = config.youtube_client
    if path is None or config.youtube_standin:
        return ""
    _client_of(path, "web", "Web application")
    redirect_uri = f"{config.base_url}/youtube/callback"
    if redirect_uri.startswith("http:") and not is_local(redirect_uri):
        return f"Google takes no {redirect_uri}: ROTUNDA_PUBLIC_URL must begin with https"
    if redirect_uri not in json.loads(path.read_text())["web"].get("redirect_uris", ()):
        return f"{path.name} does not list the redirect URI {redirect_uri}"
    return ""


def _ask(
    settings: YouTubeSettings, client: tuple[str, str], port: int, browser: str | None
) -> Granted:
    # Imported late: nothing but this command needs it.
    from google_auth_oauthlib.flow import InstalledAppFlow
    from oauthlib.oauth2 import OAuth2Error

    # It would log the code that the browser comes back with.
    logging.getLogger("google_auth_oauthlib.flow").setLevel(logging.WARNING)
    document = client_config(settings, "installed", client)
    flow = InstalledAppFlow.from_client_config(document, scopes=[SCOPE])
    try:
        credentials = flow.run_local_server(
            port=port,
            open_browser=browser is not None,
            browser=browser or None,
            prompt="consent",
            timeout_seconds=PATIENCE_S,
            authorization_prompt_message="Sign in here, and choose the channel:\n\n  {url}\n",
            success_message="Rotunda may use the channel now. You may close this window.",
        )
    except (OAuth2Error, OSError, AttributeError, Warning) as error:
        # AttributeError: nobody came back within the time limit.
        raise ConfigurationError(f"Nobody signed in: {type(error).__name__}") from None
    return granted(credentials, dict(flow.oauth2session.token), client)


def _client(settings: YouTubeSettings, credentials: Any) -> YouTube:
    return YouTube(settings, credentials, Lanes(), _free)


async def _free(method: str, reserved: bool) -> None:
    """A unit spent by hand is not worth a connection to the store."""


def channels(settings: YouTubeSettings) -> list[tuple[StoredChannel, str]]:
    """Every channel with what is wrong with it; empty: its token is good.

    Raises:
        ConfigurationError: The file of channels cannot be read.
    """
    vault = Vault(settings)
    try:
        return [(each, asyncio.run(_verdict(settings, vault, each))) for each in vault.channels()]
    except YouTubeError as error:
        raise ConfigurationError(ADVICE.get(error.code, str(error))) from None


async def _verdict(settings: YouTubeSettings, vault: Vault, channel: StoredChannel) -> str:
    from streaming.youtube.credentials import sign_in_code

    try:
        mine = await _client(settings, vault.open(channel)).channels()
    except YouTubeError as error:
        code = error.code
        if code == "youtube.sign_in":
            code = sign_in_code(channel, Instant(int(time.time() * 1000)))
        return ADVICE.get(code, str(error))
    return "" if mine and mine[0].id == channel.id else ADVICE["youtube.wrong_channel"]


def show(settings: YouTubeSettings) -> int:
    """Print every channel; 0 if all tokens are good, 1 if not."""
    rows = channels(settings)
    for channel, trouble in rows:
        day = datetime.fromtimestamp(channel.granted_at / 1000, UTC).date()
        print(f"{'BAD ' if trouble else 'ok  '} {channel.alias or '-':<16} {channel.id}  {day}")
        print(f"     {channel.title}{': ' + trouble if trouble else ''}")
        if channel.expires_at is not None and not trouble:
            ends = datetime.fromtimestamp(channel.expires_at / 1000, UTC).date()
            print(f"     Google signs it out on {ends}: publish the consent screen, sign in again")
    if not rows:
        print("No channel yet: rotunda youtube login --client client_secret.json")
    return int(any(trouble for _, trouble in rows))


def forget(settings: YouTubeSettings, name: str) -> None:
    """Take a channel out.

    Raises:
        ConfigurationError: There is none of that name.
    """
    try:
        Vault(settings).forget(name)
    except YouTubeError as error:
        raise ConfigurationError(f"No channel {name}: {error.code}") from None
