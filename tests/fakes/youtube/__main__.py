"""Run the stand-in until it is told to end; its first line says where everything is."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from tests.fakes.youtube.control import issue
from tests.fakes.youtube.ingest import Ingest
from tests.fakes.youtube.model import Timings
from tests.fakes.youtube.standin import Ports, Services, add_channels
from tests.fakes.youtube.state import State


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.youtube", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="of the API and the pages")
    parser.add_argument("--port", type=int, default=0, help="of the API and the pages")
    parser.add_argument("--rtmp-port", type=int, default=0)
    parser.add_argument("--rtmps-port", type=int, default=0)
    parser.add_argument("--data", type=Path, required=True, help="directory for all that is kept")
    return parser.parse_args()


def addresses(state: State, ingest: Ingest) -> dict[str, object]:
    """All that somebody needs to use the stand-in."""
    root = state.addresses.root_url
    return {
        "api": root,
        "page": root,
        "token_uri": f"{root}token",
        "auth_uri": f"{root}o/oauth2/auth",
        "rtmp": state.addresses.rtmp,
        "rtmps": state.addresses.rtmps,
        "authority": str(ingest.authority_path),
        "channels": [
            {**issue(state, channel.id), "title": channel.title}
            for channel in state.channels.values()
        ],
    }


async def _serve(arguments: argparse.Namespace) -> None:
    # Slower than in tests, so that people see each state.
    state = State(Timings(start_delay_s=2.0, activate_delay_s=3.0, deactivate_delay_s=2.0))
    add_channels(state)
    directory = arguments.data.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    ingest = Ingest(state, directory, hls=True)
    services = Services(state, ingest)
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    try:
        ports = Ports(arguments.port, arguments.rtmp_port, arguments.rtmps_port)
        await services.start(ports, arguments.host)
        sys.stdout.write(json.dumps(addresses(state, ingest)) + "\n")
        sys.stdout.flush()
        await ended.wait()
        services.server.journal.assert_never_searched()
    finally:
        await services.stop()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
