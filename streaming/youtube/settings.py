"""Where YouTube is: the real one, or a stand-in on this machine, and never a mixture."""

import hmac
import ipaddress
from urllib.parse import urlsplit

import msgspec

GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"
GOOGLE_CAPTIONS_URL = "https://upload.youtube.com/closedcaption"
"""Google names it with http://, but the address carries the stream key."""

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"


class YouTubeSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of the configuration that is about YouTube.  ``repr`` hides the secret."""

    data_dir: str = ""
    secret: str = ""
    """The channels' tokens are encrypted with a key made from it."""
    root: str = ""
    """Root of the API, with a trailing slash; empty: Google's."""
    standin: bool = False
    """The root is a stand-in on this machine."""
    plain_ingest: bool = False
    """Push with rtmp:// even where rtmps:// is offered; stand-ins only."""
    timeout_s: float = 15.0
    client_id: str = ""
    """OAuth client of the kind "Web application", for signing in on the organisers' page."""
    client_secret: str = ""
    preflight_s: float = 30.0
    """So much slate and tone must have been taken before a language is called ready."""

    quota: int = 10_000
    """Units a day of a Google project; Google gives more on request."""
    reserve: int = 500
    """Of them for going live and for ending alone."""
    no_data_s: float = 45.0
    """YouTube may lack for so long what its server takes; then the push begins anew."""

    def __repr__(self) -> str:
        return f"YouTubeSettings(root={self.root!r}, standin={self.standin})"

    @property
    def mark(self) -> str:
        """Tells this installation's keys from another's on the same channel; stable."""
        return hmac.new(self.secret.encode(), b"installation", "sha256").hexdigest()[:6]

    @property
    def web_client(self) -> tuple[str, str] | None:
        """Id and secret; None: people sign in on the command line only."""
        return (self.client_id, self.client_secret) if self.client_id else None

    @property
    def token_uri(self) -> str:
        """Where access tokens come from."""
        return self.root + "token" if self.standin else GOOGLE_TOKEN_URI

    @property
    def captions_url(self) -> str:
        """Where captions are posted."""
        return self.root + "closedcaption" if self.standin else GOOGLE_CAPTIONS_URL


class MixedUp(ValueError):
    """Production would speak to this machine, or a stand-in to the world."""


def check(settings: YouTubeSettings) -> YouTubeSettings:
    """Accept settings that are all real or all stand-in.

    Raises:
        MixedUp: They are neither.
    """
    local = bool(settings.root) and is_local(settings.root)
    if settings.standin and not local:
        raise MixedUp("a stand-in for YouTube needs ROTUNDA_YOUTUBE_ROOT on this machine")
    if local and not settings.standin:
        raise MixedUp(
            "ROTUNDA_YOUTUBE_ROOT is on this machine: say so with ROTUNDA_YOUTUBE_STANDIN"
        )
    if settings.root and not settings.standin and not settings.root.startswith("https://"):
        raise MixedUp("ROTUNDA_YOUTUBE_ROOT must begin with https://")
    if settings.plain_ingest and not settings.standin:
        raise MixedUp("unencrypted video is for stand-ins only")
    if settings.root and not settings.root.endswith("/"):
        raise MixedUp("ROTUNDA_YOUTUBE_ROOT must end with /")
    return settings


def is_local(url: str) -> bool:
    """Whether an address is of this machine.

    >>> is_local("rtmp://127.0.0.1:1935/live2"), is_local("https://youtube.googleapis.com/")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
