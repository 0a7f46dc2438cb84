"""``python -m signaling``: reads its configuration from standard input and serves."""

import logging
import sys

import msgspec
from aiohttp import web

from signaling.app import create_app
from signaling.config import decode_config


def main() -> int:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        config = decode_config(sys.stdin.buffer.read())
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        logging.getLogger("signaling").critical("The configuration cannot be used: %s", error)
        return 2
    # No access log: paths are harmless, but what a proxy adds may not be.
    web.run_app(
        create_app(config),
        host=config.host,
        port=config.port,
        access_log=None,
        print=None,
        shutdown_timeout=3,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
