"""One frozen configuration from command line and environment; nothing else reads either."""

import ipaddress
import math
import os
import re
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from streaming.youtube.settings import MixedUp, YouTubeSettings, check

KNOWN = frozenset(
    {
        "ROTUNDA_HOST",
        "ROTUNDA_PORT",
        "ROTUNDA_DATA",
        "ROTUNDA_PUBLIC_URL",
        "ROTUNDA_SECRET",
        "ROTUNDA_PUBLIC_IP",
        "ROTUNDA_UDP_PORTS",
        "ROTUNDA_TURN_URLS",
        "ROTUNDA_TURN_SECRET",
        "ROTUNDA_PROGRAM",
        "ROTUNDA_PRESET",
        "ROTUNDA_CA_FILE",
        "ROTUNDA_PROXIES",
        "ROTUNDA_RECEIVERS",
        "ROTUNDA_RECEIVERS_AT_ONCE",
        "ROTUNDA_YOUTUBE_ROOT",
        "ROTUNDA_YOUTUBE_STANDIN",
        "ROTUNDA_YOUTUBE_CLIENT",
        "ROTUNDA_YOUTUBE_QUOTA",
        "ROTUNDA_YOUTUBE_RESERVE",
        "ROTUNDA_PREFLIGHT_S",
    }
)
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast")


class _YouTube(TypedDict):
    youtube_root: str
    youtube_standin: bool
    youtube_quota: int
    youtube_reserve: int


class ConfigurationError(Exception):
    """The configuration cannot be used; the message says which setting and why."""


@dataclass(frozen=True, slots=True)
class ProgramFormat:
    """Size, rate and encoder of the program."""

    width_px: int = 1280
    height_px: int = 720
    fps: int = 25
    preset: str = "superfast"

    @property
    def bitrate_kbps(self) -> int:
        """3 Mb/s at 720p, growing with the number of pixels a little slower than they do."""
        ratio = self.width_px * self.height_px / (1280 * 720)
        return round(3000 * math.pow(ratio, 0.8))


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an operator can set."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8080
    redis_url: str | None = field(default=None, repr=False)
    """None: an embedded server of our own."""
    public_url: str = ""
    secret: str = field(default="", repr=False)
    public_ip: str | None = None
    udp_ports: tuple[int, int] = (40000, 40099)
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = field(default="", repr=False)
    program: ProgramFormat = ProgramFormat()
    ca_file: Path | None = None
    """PEM file of authorities that outputs trust besides the system's own."""
    proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks whose ``X-Forwarded-For`` is believed."""
    receivers: int = 400
    """Receivers (sound only) a session may have."""
    receivers_at_once: int = 400
    """Receivers that may join at once from one address, as a hall's phones do."""
    youtube_root: str = ""
    """Another root of YouTube's interface; empty: Google's."""
    youtube_standin: bool = False
    """The root is a stand-in on this machine."""
    youtube_client: Path | None = None
    """JSON of an OAuth client for the web, for signing in on the organisers' page."""
    youtube_quota: int = 10_000
    """Units a day of the Google project, for all channels together."""
    youtube_reserve: int = 500
    """Of them for going live and for ending alone."""
    preflight_s: int = 30
    """How long YouTube must take slate and tone before a language is called ready."""

    @property
    def base_url(self) -> str:
        """Where people find us, without a trailing slash."""
        return self.public_url or f"http://{_url_host(self.host)}:{self.port}"


def _url_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def load(
    environment: Mapping[str, str],
    *,
    host: str | None = None,
    port: int | None = None,
    data: str | None = None,
) -> Config:
    """Join environment and command line; what the command line says wins.

    Raises:
        ConfigurationError: A setting is unknown or senseless.
    """
    unknown = sorted(
        name for name in environment if name.startswith("ROTUNDA_") and name not in KNOWN
    )
    if unknown:
        raise ConfigurationError(f"Unknown setting {unknown[0]}. Known: {', '.join(sorted(KNOWN))}")
    turn_urls = tuple(environment.get("ROTUNDA_TURN_URLS", "").replace(",", " ").split())
    if turn_urls and not environment.get("ROTUNDA_TURN_SECRET"):
        raise ConfigurationError("ROTUNDA_TURN_URLS needs ROTUNDA_TURN_SECRET")
    public_url = environment.get("ROTUNDA_PUBLIC_URL", "").rstrip("/")
    if public_url and not re.fullmatch(r"https?://[^\s?#]+", public_url):
        raise ConfigurationError("ROTUNDA_PUBLIC_URL must look like https://summit.example")
    return Config(
        data_dir=Path(data or environment.get("ROTUNDA_DATA", "data")).expanduser().resolve(),
        host=host or environment.get("ROTUNDA_HOST", "127.0.0.1"),
        port=port if port is not None else _number(environment, "ROTUNDA_PORT", 8080),
        redis_url=environment.get("REDIS_URL") or None,
        public_url=public_url,
        secret=environment.get("ROTUNDA_SECRET", ""),
        public_ip=environment.get("ROTUNDA_PUBLIC_IP") or None,
        udp_ports=_ports(environment.get("ROTUNDA_UDP_PORTS", "40000-40099")),
        turn_urls=turn_urls,
        turn_secret=environment.get("ROTUNDA_TURN_SECRET", ""),
        program=_program(
            environment.get("ROTUNDA_PROGRAM", "1280x720@25"),
            environment.get("ROTUNDA_PRESET", "superfast"),
        ),
        ca_file=_ca_file(environment.get("ROTUNDA_CA_FILE", "")),
        proxies=_proxies(environment.get("ROTUNDA_PROXIES", "127.0.0.0/8 ::1")),
        receivers=_count(environment, "ROTUNDA_RECEIVERS", 400),
        receivers_at_once=_count(environment, "ROTUNDA_RECEIVERS_AT_ONCE", 400),
        youtube_client=_path(environment.get("ROTUNDA_YOUTUBE_CLIENT", "")),
        preflight_s=_seconds(environment, "ROTUNDA_PREFLIGHT_S", 30),
        **_youtube(environment),
    )


def _youtube(environment: Mapping[str, str]) -> "_YouTube":
    standin = environment.get("ROTUNDA_YOUTUBE_STANDIN", "")
    if standin not in ("", "0", "1"):
        raise ConfigurationError("ROTUNDA_YOUTUBE_STANDIN is 1 or nothing")
    root = environment.get("ROTUNDA_YOUTUBE_ROOT", "")
    try:
        check(YouTubeSettings(root=root, standin=standin == "1"))
    except MixedUp as error:
        raise ConfigurationError(str(error)) from None
    quota = _count(environment, "ROTUNDA_YOUTUBE_QUOTA", 10_000, most=100_000_000)
    reserve = _count(environment, "ROTUNDA_YOUTUBE_RESERVE", 500, most=100_000_000)
    if reserve >= quota:
        raise ConfigurationError("ROTUNDA_YOUTUBE_RESERVE must be less than ROTUNDA_YOUTUBE_QUOTA")
    return {
        "youtube_root": root,
        "youtube_standin": standin == "1",
        "youtube_quota": quota,
        "youtube_reserve": reserve,
    }


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    raw = environment.get(name, str(default))
    if not raw.isdigit() or not 0 <= int(raw) <= 65535:
        raise ConfigurationError(f"{name} must be a port number, not {raw!r}")
    return int(raw)


def _count(environment: Mapping[str, str], name: str, default: int, most: int = 10_000) -> int:
    raw = environment.get(name, str(default))
    if not raw.isdigit() or not 1 <= int(raw) <= most:
        raise ConfigurationError(f"{name} must be 1 to {most}, not {raw!r}")
    return int(raw)


def _path(raw: str) -> Path | None:
    return Path(raw).expanduser().resolve() if raw else None


def _seconds(environment: Mapping[str, str], name: str, default: int) -> int:
    raw = environment.get(name, str(default))
    if not raw.isdigit() or not 5 <= int(raw) <= 600:
        raise ConfigurationError(f"{name} must be 5 to 600 seconds, not {raw!r}")
    return int(raw)


def _ca_file(raw: str) -> Path | None:
    if not raw:
        return None
    path = Path(raw).expanduser().resolve()
    try:
        ssl.create_default_context().load_verify_locations(path)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigurationError(f"ROTUNDA_CA_FILE: no certificates in {path}") from error
    return path


def _proxies(raw: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(word)) for word in raw.replace(",", " ").split())
    except ValueError as error:
        raise ConfigurationError(f"ROTUNDA_PROXIES: {error}") from None


def _ports(raw: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", raw)
    first, last = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1024 <= first <= last <= 65535:
        raise ConfigurationError(f"ROTUNDA_UDP_PORTS must be like 40000-40099, not {raw!r}")
    return first, last


def _program(raw: str, preset: str) -> ProgramFormat:
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})@(\d{2})", raw)
    if not found:
        raise ConfigurationError(f"ROTUNDA_PROGRAM must be like 1280x720@25, not {raw!r}")
    width, height, fps = (int(part) for part in found.groups())
    if width % 16 or height % 2 or not 320 <= width <= 1920 or not 180 <= height <= 1080:
        raise ConfigurationError("ROTUNDA_PROGRAM: width in steps of 16, at most 1920x1080")
    if fps not in (25, 30):
        raise ConfigurationError("ROTUNDA_PROGRAM: 25 or 30 pictures a second")
    if preset not in PRESETS:
        raise ConfigurationError(f"ROTUNDA_PRESET must be one of {', '.join(PRESETS)}")
    return ProgramFormat(width, height, fps, preset)


def prepare_data_dir(config: Config) -> str:
    """Make the data directory and return the signing secret, made once and kept there.

    Raises:
        ConfigurationError: The directory cannot be written.
    """
    path = config.data_dir / "secret"
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if config.secret:
            return config.secret
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"Cannot use {config.data_dir}: {error.strerror}") from None
