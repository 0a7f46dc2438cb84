"""What the process is told when it starts: one JSON document on standard input."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class TurnConfig:
    """A relay for browsers whose network blocks UDP."""

    urls: tuple[str, ...]
    secret: str = field(repr=False)
    """Shared with coturn (``use-auth-secret``)."""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration of one signaling process.  It holds secrets: never print it."""

    redis_url: str
    data_dir: Path
    run_dir: Path
    secret: str = field(repr=False)
    process_id: str
    web_dir: Path
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = "http://127.0.0.1:8080"
    demo: Any = None
    """Not None: ``/demo.json`` is served from the run directory."""
    turn: TurnConfig | None = None
    youtube_sign_in: bool = False
    """Organisers can sign in for channels on their page: there is a web client."""
    require_streaming: bool = True
    """Whether readiness asks for a live streaming supervisor."""
    whep_viewers_max: int = 50
    """Monitors a session may have at once."""
    listeners_max: int = 400
    """Receivers (sound only) a session may have at once."""
    engine_wait_s: float = 12.0
    """An encoder that comes first waits so long for the engine it starts."""
    receivers_at_once: int = 400
    """Receivers that may join at once from one address."""
    proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks whose ``X-Forwarded-For`` is believed: where the TLS proxy is."""
    body_timeout_s: float = 10.0
    """A request's body must have come by then."""
    audience_max: int = 20_000
    """Public viewers one process takes."""


def _decode_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind)


def decode_config(document: bytes) -> Config:
    """Read the configuration.

    Raises:
        msgspec.ValidationError: a field is missing or has the wrong type.
    """
    return msgspec.json.decode(document, type=Config, dec_hook=_decode_path)
