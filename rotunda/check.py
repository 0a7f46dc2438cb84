"""``rotunda check``: a verdict on everything a deployment needs."""

import asyncio
import shutil
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import av
import redis.asyncio
import redis.exceptions

from rotunda import embedded
from rotunda.config import Config, ConfigurationError, prepare_data_dir
from rotunda.serve import refuse_taken_port, running

DISK_FREE_BYTES = 5_000_000_000
"""About three hours of recording at 3 Mb/s with two languages."""

STUN_MAGIC = 0x2112A442


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the answer."""

    subject: str
    ok: bool
    detail: str


async def check(config: Config) -> int:
    """Print a verdict on each thing needed; 0 if all are good, 1 if not."""
    checks: list[Callable[[Config], Awaitable[list[Verdict]]]] = [
        _data,
        _store,
        _door,
        _media_ports,
        _codecs,
        _authorities,
        _turn,
        _youtube,
    ]
    verdicts = [verdict for each in checks for verdict in await each(config)]
    for verdict in verdicts:
        print(f"{'ok  ' if verdict.ok else 'BAD '} {verdict.subject:<16} {verdict.detail}")
    return 0 if all(verdict.ok for verdict in verdicts) else 1


async def _data(config: Config) -> list[Verdict]:
    try:
        prepare_data_dir(config)
    except ConfigurationError as error:
        return [Verdict("data directory", False, str(error))]
    free = shutil.disk_usage(config.data_dir).free
    enough = free >= DISK_FREE_BYTES
    detail = f"{free / 1e9:.1f} GB free" + ("" if enough else ", a long session needs 5")
    return [Verdict("data directory", True, str(config.data_dir)), Verdict("disk", enough, detail)]


async def _store(config: Config) -> list[Verdict]:
    note = running(config)
    url = config.redis_url or (note["redis_url"] if note else None)
    if url is None:
        try:
            return [Verdict("redis", True, f"embedded, {embedded.server_binary().name}")]
        except ConfigurationError as error:
            return [Verdict("redis", False, str(error))]
    client = redis.asyncio.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
    try:
        info = await client.info()
        durable = bool(info.get("aof_enabled"))
        detail = f"{info.get('redis_version')}, append-only file {'on' if durable else 'OFF'}"
        return [Verdict("redis", durable, detail)]
    except (redis.exceptions.RedisError, OSError) as error:
        return [Verdict("redis", False, str(error))]
    finally:
        await client.aclose()


async def _door(config: Config) -> list[Verdict]:
    if running(config):
        return [Verdict("http port", True, f"{config.port}, in use by Rotunda itself")]
    try:
        refuse_taken_port(config)
    except ConfigurationError as error:
        return [Verdict("http port", False, str(error))]
    return [Verdict("http port", True, f"{config.host}:{config.port}")]


async def _media_ports(config: Config) -> list[Verdict]:
    first, last = config.udp_ports
    taken = 0
    for port in range(first, last + 1):
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind((config.host, port))
        except OSError:
            taken += 1
    free = last - first + 1 - taken
    detail = f"{free} of {last - first + 1} free, from {first}"
    if config.host in ("0.0.0.0", "::") and config.public_ip is None:
        detail += "; behind NAT set ROTUNDA_PUBLIC_IP"
    return [Verdict("udp ports", free > 0, detail)]


async def _codecs(config: Config) -> list[Verdict]:
    needed = ("libx264", "libvpx", "libopus", "aac")
    missing = [name for name in needed if name not in av.codecs_available]
    found = [Verdict("codecs", not missing, ", ".join(missing or needed))]
    program = config.program
    detail = f"{program.width_px}x{program.height_px}@{program.fps}, {program.bitrate_kbps} kb/s"
    return [*found, Verdict("program", True, detail)]


async def _authorities(config: Config) -> list[Verdict]:
    """Who may vouch for rtmps:// targets."""
    known = len(ssl.create_default_context().get_ca_certs())
    if config.ca_file is not None:
        return [Verdict("authorities", True, f"{known} of the system, {config.ca_file}")]
    detail = f"{known} of the system" if known else "none: no rtmps:// target can be verified"
    return [Verdict("authorities", known > 0, detail)]


async def _turn(config: Config) -> list[Verdict]:
    if not config.turn_urls:
        detail = "none: people whose network blocks UDP cannot join"
        return [Verdict("turn", True, detail)]
    return [await _stun_binding(url) for url in config.turn_urls]


async def _youtube(config: Config) -> list[Verdict]:
    """Channels whose token may have died."""
    from rotunda.youtube import channels, settings_of, web_client_trouble

    try:
        settings = settings_of(config, prepare_data_dir(config))
        trouble = web_client_trouble(config)
        rows = await asyncio.to_thread(channels, settings)
    except ConfigurationError as error:
        return [Verdict("youtube", False, str(error))]
    where = "on the page of channels" if config.youtube_client else "by rotunda youtube login"
    sign_in = Verdict("youtube sign-in", not trouble, trouble or where)
    if not rows:
        return [sign_in, Verdict("youtube", True, "no channel")]
    return [
        sign_in,
        *(
            Verdict("youtube", not bad, f"{channel.alias or channel.id}: {bad or 'signed in'}")
            for channel, bad in rows
        ),
    ]


async def _stun_binding(url: str) -> Verdict:
    """Ask a TURN server for a STUN binding (UDP), or just connect (TCP, TLS)."""
    address = urlsplit(url.replace(":", "://", 1))
    host, port = address.hostname or "", address.port or 3478
    try:
        if "transport=tcp" in url or url.startswith("turns:"):
            async with asyncio.timeout(3):
                _, writer = await asyncio.open_connection(host, port)
            writer.close()
        else:
            await asyncio.to_thread(_binding_request, host, port)
    except (OSError, TimeoutError) as error:
        return Verdict("turn", False, f"{url}: {error or 'no answer'}")
    return Verdict("turn", True, url)


def _binding_request(host: str, port: int) -> None:
    """Send a STUN binding request and wait for any answer.

    Raises:
        OSError: There is none within three seconds.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(3)
        probe.sendto(
            struct.pack("!HHI12s", 0x0001, 0, STUN_MAGIC, b"rotunda-check"[:12]), (host, port)
        )
        probe.recv(1024)
