"""Processes that get too little of the processor, as on a machine that does too much."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress


@contextmanager
def starved(pids: Sequence[int], stopped_s: float, running_s: float) -> Iterator[None]:
    """Stop them for so long and let them run for so long, again and again."""
    over = threading.Event()

    def pulse() -> None:
        while not over.is_set():
            _send(pids, signal.SIGSTOP)
            over.wait(stopped_s)
            _send(pids, signal.SIGCONT)
            over.wait(running_s)

    pulsing = threading.Thread(target=pulse, daemon=True)
    pulsing.start()
    try:
        yield
    finally:
        over.set()
        pulsing.join()


def _send(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
