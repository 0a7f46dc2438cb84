"""Makes the recordings of one session ready, then ends.  Started by the streaming supervisor.

Standard input is the order; its end is the end of it.  Standard output carries JSON lines
``{done}`` or, at last, ``{code}`` (``venue.archive.Preparing``).
"""

import ctypes
import logging
import os
import signal
import sys
import time
from pathlib import Path

import msgspec

from streaming import priority
from streaming.archive.shelf import Shelf
from streaming.outputs.disk import disk_errors
from streaming.outputs.errors import OutputError
from venue.archive import Preparing

_PR_SET_PDEATHSIG = 1
_SAY_EVERY_S = 0.5
_CODES = {"output.disk_full": "archive.disk_full"}


class Order(msgspec.Struct, frozen=True):
    """Where to work."""

    directory: str
    names: tuple[str, ...]
    """Recordings that have ended: nobody else can tell."""


class Progress:
    """Says how far it is, now and then."""

    def __init__(self, total_bytes: int) -> None:
        self._total_bytes = max(1, total_bytes)
        self._said_s = 0.0

    def __call__(self, read_bytes: int) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= _SAY_EVERY_S:
            self._said_s = now_s
            say(Preparing(done=round(min(1.0, read_bytes / self._total_bytes), 3)))


def say(preparing: Preparing) -> None:
    os.write(1, msgspec.json.encode(preparing) + b"\n")


def main() -> int:
    """Work until everything is ready or the disk is full."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    priority.take(priority.ARCHIVE)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    shelf = Shelf(Path(order.directory))
    sources = shelf.sources(order.names)
    try:
        with disk_errors():
            progress = Progress(sum(path.stat().st_size for path in sources))
            shelf.prepare(sources, progress)
    except OutputError as error:
        say(Preparing(code=_CODES.get(error.code, "archive.failed")))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
