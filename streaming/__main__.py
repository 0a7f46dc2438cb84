"""The streaming supervisor.  Its configuration is one JSON document on standard input."""

import asyncio
import logging
import signal
import sys

import msgspec

from streaming import priority
from streaming.store import StreamingStore, connect
from streaming.supervisor import Supervisor, SupervisorConfig


async def serve(raw: bytes) -> None:
    """Run until SIGTERM or SIGINT."""
    config = msgspec.json.decode(raw, type=SupervisorConfig)
    document = msgspec.json.decode(raw, type=dict)
    redis = connect(config.redis_url)
    store = StreamingStore(redis, config.process_id, config.secret)
    supervisor = Supervisor(config, document, store)
    working = asyncio.create_task(supervisor.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, working.cancel)
    try:
        await working
    except asyncio.CancelledError:
        if not working.cancelled():
            raise
    finally:
        await redis.aclose()


def main() -> int:
    """Read the configuration and serve."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    priority.take_session(priority.SESSION)
    asyncio.run(serve(sys.stdin.buffer.read()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
