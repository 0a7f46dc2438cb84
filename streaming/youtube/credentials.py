"""Channels somebody signed in for, and their tokens, encrypted at rest.

``{data}/youtube/channels.json`` (0600) holds a list of channels; what is secret in it is encrypted
with a key made from Rotunda's own secret (``ROTUNDA_SECRET``, or the file ``secret`` of the data
directory).  Another secret makes the tokens unreadable: sign in again.
"""

import base64
import os
import re
from pathlib import Path
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.oauth2.credentials import Credentials

from streaming.youtube.errors import Kind, YouTubeError
from streaming.youtube.settings import YouTubeSettings
from venue.ids import Instant

ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
TESTING_DAYS = 7
"""Google ends tokens of apps in the state ``Testing`` after so long."""


class Secret(msgspec.Struct, frozen=True):
    """What must not be read by others; ``repr`` shows nothing."""

    client_id: str
    client_secret: str
    refresh_token: str

    def __repr__(self) -> str:
        return "Secret(...)"


class StoredChannel(msgspec.Struct, frozen=True):
    """A channel that was signed in for."""

    id: str
    title: str
    alias: str
    granted_at: Instant
    sealed: str
    """``Secret`` as JSON, encrypted."""
    expires_at: Instant | None = None
    """When Google said that it will sign out; None: it said nothing."""

    def __repr__(self) -> str:
        return f"StoredChannel({self.id!r}, {self.alias!r})"


class Vault:
    """The file of channels."""

    def __init__(self, settings: YouTubeSettings) -> None:
        self._settings = settings
        self._path = Path(settings.data_dir) / "youtube" / "channels.json"
        derived = HKDF(SHA256(), 32, None, b"rotunda youtube tokens")
        key = derived.derive(settings.secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def channels(self) -> tuple[StoredChannel, ...]:
        """All of them.

        Raises:
            YouTubeError: The file is not one of ours.
        """
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            return msgspec.json.decode(raw, type=tuple[StoredChannel, ...])
        except msgspec.DecodeError as error:
            raise YouTubeError(Kind.OPERATOR, "unreadable_token") from error

    def find(self, name: str) -> StoredChannel:
        """A channel by id or alias.

        Raises:
            YouTubeError: ``unknown_channel``.
        """
        for channel in self.channels():
            if name in (channel.id, channel.alias):
                return channel
        raise YouTubeError(Kind.OPERATOR, "unknown_channel")

    def keep(
        self,
        channel_id: str,
        title: str,
        alias: str,
        secret: Secret,
        now: Instant,
        expires_at: Instant | None = None,
    ) -> None:
        """Store a channel, in the place of an older entry of the same channel or alias."""
        sealed = self._fernet.encrypt(msgspec.json.encode(secret)).decode()
        stored = StoredChannel(channel_id, title, alias, now, sealed, expires_at)
        others = [
            channel
            for channel in self.channels()
            if channel.id != channel_id and (not alias or channel.alias != alias)
        ]
        self._write((*others, stored))

    def forget(self, name: str) -> None:
        """Take a channel out.

        Raises:
            YouTubeError: ``unknown_channel``.
        """
        gone = self.find(name)
        self._write(tuple(each for each in self.channels() if each.id != gone.id))

    def open(self, channel: StoredChannel) -> Any:
        """The library's credentials for a channel.

        Made by hand: the library's own loaders always ask Google for tokens, a stand-in is never
        asked.  ``scopes`` stays None, or fewer granted scopes than asked would fail the refresh.

        Raises:
            YouTubeError: ``unreadable_token``: encrypted with another secret.
        """
        secret = self.reveal(channel)
        return Credentials(  # type: ignore[no-untyped-call]
            token=None,
            refresh_token=secret.refresh_token,
            token_uri=self._settings.token_uri,
            client_id=secret.client_id,
            client_secret=secret.client_secret,
            scopes=None,
        )

    def reveal(self, channel: StoredChannel) -> Secret:
        """What is encrypted.

        Raises:
            YouTubeError: ``unreadable_token``.
        """
        try:
            return msgspec.json.decode(self._fernet.decrypt(channel.sealed.encode()), type=Secret)
        except (InvalidToken, msgspec.DecodeError) as error:
            raise YouTubeError(Kind.OPERATOR, "unreadable_token") from error

    def _write(self, channels: tuple[StoredChannel, ...]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_name("channels.json.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(channels))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)


def sign_in_code(channel: StoredChannel, now: Instant) -> str:
    """Why a token may have died: one that lived a week most likely came from a testing app."""
    days = (now - channel.granted_at) / 86_400_000
    testing = TESTING_DAYS - 1 <= days <= TESTING_DAYS + 3 or (
        channel.expires_at is not None and now >= channel.expires_at
    )
    return "youtube.sign_in_testing" if testing else "youtube.sign_in"
