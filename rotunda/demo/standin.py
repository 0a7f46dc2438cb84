"""The demo's YouTube: a stand-in on this machine, started with the demo and gone with it."""

import asyncio
import ctypes
import json
import logging
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rotunda
from rotunda.config import ConfigurationError
from streaming.youtube.credentials import Secret, Vault
from streaming.youtube.settings import YouTubeSettings, check
from venue.ids import Instant

log = logging.getLogger(__name__)

MODULE = "tests.fakes.youtube"
START_S = 30.0
STOP_S = 5.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


PACKAGE = Path(rotunda.__file__).resolve().parent


def source_tree(package: Path = PACKAGE) -> Path:
    """Where the stand-in lives: beside the package, in a checkout.

    Raises:
        ConfigurationError: This copy is installed; its tests are not.
    """
    root = package.parent
    if not (root / "tests" / "fakes" / "youtube" / "__main__.py").is_file():
        raise ConfigurationError(
            "--youtube-standin needs a checkout of the source: the stand-in for YouTube is part of"
            " its tests, and this copy is installed without them."
            " Clone the repository, run scripts/setup test, and start .venv/bin/rotunda there."
        )
    return root


@dataclass(slots=True)
class StandIn:
    """A stand-in that runs, and what there is to know of it."""

    process: asyncio.subprocess.Process
    page: str
    """Root of its pages and of its API, with a trailing slash."""
    authority: str
    """PEM file: what its ingest's certificate is signed by."""
    settings: YouTubeSettings
    channels: dict[str, str]
    """Language to alias of the channel."""

    async def stop(self) -> None:
        """End it, with its own children."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()

    def definition(self) -> dict[str, Any]:
        """``[youtube]`` of the demo's session."""
        beside = {"chat": True, "chat_post": True, "captions": True}
        return {
            "privacy": "unlisted",
            "channels": dict(self.channels),
            "standin": self.page,
            **beside,
        }


async def start(directory: Path, secret: str) -> StandIn:
    """Start a stand-in that keeps everything below ``directory``, and sign in to its channels.

    Its tokens never lie beside those of the real YouTube.

    Raises:
        ConfigurationError: It cannot be had here; says why.
    """
    root = source_tree()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", MODULE, "--data", str(directory / "standin")),
        cwd=root,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        # SIGTERM, not SIGKILL: it has an ingest of its own to end.
        preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
    )
    told = await _first_line(process)
    first = told["channels"][0]
    settings = check(
        YouTubeSettings(
            data_dir=str(directory),
            secret=secret,
            root=told["api"],
            standin=True,
            client_id=first["client_id"],
            client_secret=first["client_secret"],
        )
    )
    vault = Vault(settings)
    channels = {}
    # The stand-in names its English channel first.
    for lang, issued in zip(("en", "zh"), told["channels"], strict=True):
        channels[lang] = f"demo-{lang}"
        tokens = Secret(issued["client_id"], issued["client_secret"], issued["refresh_token"])
        now = Instant(int(time.time() * 1000))
        vault.keep(issued["channel"], issued["title"], channels[lang], tokens, now)
    return StandIn(process, told["page"], told["authority"], settings, channels)


async def _first_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = await process.stdout.readline()
        return dict(json.loads(line))
    except (TimeoutError, ValueError):
        with suppress(ProcessLookupError):
            process.terminate()
        raise ConfigurationError(
            "The stand-in for YouTube did not start: it needs nginx with its RTMP module and"
            " stunnel. Run scripts/setup test."
        ) from None
