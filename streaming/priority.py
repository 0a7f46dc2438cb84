"""Who goes first on a busy machine."""

import contextlib
import os

ENGINE = -10
"""A late picture is seen by all."""
SOUND = -15
"""A late tick is heard by all, and sooner noticed."""


def take(nice: int) -> None:
    """Set the priority of this thread, and of those it starts later.

    Without the privilege (root, or CAP_SYS_NICE) everything stays as it is.
    """
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, nice)
