"""Who goes first on a busy machine, and how each thread is called there."""

import contextlib
import ctypes
import os
from pathlib import Path

ENGINE = -10
"""A late picture is seen by all."""
SOUND = -15
"""A late tick is heard by all, and sooner noticed."""
SESSION = -10
"""The media processes of a machine against all its other sessions."""


def take_session(nice: int) -> None:
    """Set the priority of this process' session against the others of the machine.

    Linux shares processors among sessions first where it groups them (``sched_autogroup``):
    there, the priority of a thread counts only within its own.  Without the privilege, or the
    grouping, everything stays as it is.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(nice))


ARCHIVE = 15
"""Can wait for everything that is live."""


_PR_SET_NAME = 15
_libc = ctypes.CDLL(None, use_errno=True)


def name_thread(name: str) -> None:
    """Call this thread ``name`` in ``top -H`` and in benchmarks; Python before 3.14 does not."""
    _libc.prctl(_PR_SET_NAME, name.encode())


def take(nice: int) -> None:
    """Set the priority of this thread, and of those it starts later.

    Without the privilege (root, or CAP_SYS_NICE) everything stays as it is.
    """
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, nice)
