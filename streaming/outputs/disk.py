"""Room on the disk for outputs that end in files.

A recording never takes the last of a disk: the journal and the playlists live there too.  It stops
at the reserve, its file whole, and begins again in a new one when there is twice as much.  HLS
keeps a short window of segments; it may use the reserve.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streaming.outputs.errors import OutputError

RESERVE_BYTES = 100_000_000
RESERVE_SHARE = 0.05
"""Of a small disk; whichever is less."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def disk_errors() -> Iterator[None]:
    """Give the errors of a disk their codes.

    Raises:
        OutputError: ``output.disk_full`` or ``output.disk_failed``.
    """
    try:
        yield
    except OSError as error:
        code = "output.disk_full" if error.errno in _FULL else "output.disk_failed"
        raise OutputError(code) from error


def demand(directory: Path, reserves: float, more_bytes: int = 0) -> None:
    """See that so many reserves, and more, are free where ``directory`` is, or will be.

    Raises:
        OutputError: ``output.disk_full``; ``output.disk_failed``, nobody can say.
    """
    place = directory
    while not place.exists() and place != place.parent:
        place = place.parent
    with disk_errors():
        facts = os.statvfs(place)
    reserve_bytes = min(RESERVE_BYTES, facts.f_blocks * facts.f_frsize * RESERVE_SHARE)
    if facts.f_bavail * facts.f_frsize < reserves * reserve_bytes + more_bytes:
        raise OutputError("output.disk_full")
