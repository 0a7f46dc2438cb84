"""Messages that are not Socket.IO: counted, where the library would log each with its traceback.

Anybody can send them by the thousand, and the log lies on the disk of the journal.
"""

import logging

from signaling.metrics import Metrics

_LIBRARY = ("socketio.", "engineio.", "json.")
_MISREAD = (ValueError, IndexError, TypeError, KeyError, AttributeError, RecursionError)


class GarbageFilter(logging.Filter):
    """Drops the library's complaint about a packet it cannot read; anything else passes."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def filter(self, record: logging.LogRecord) -> bool:
        """False for an error of the library itself, taking a packet apart."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not _is_garbage(error):
            return True
        self._metrics.garbage.inc()
        return False


def _is_garbage(error: BaseException) -> bool:
    """The library fell over by itself; what one of our handlers raised ends in other modules."""
    trace, module = error.__traceback__, ""
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__"))
        trace = trace.tb_next
    return isinstance(error, _MISREAD) and module.startswith(_LIBRARY)


def filter_garbage(logger: logging.Logger, metrics: Metrics) -> None:
    """Filter the logs of the library and of the door its connections come through."""
    for each in (logger, logging.getLogger("signaling.doors.base")):
        for old in [known for known in each.filters if isinstance(known, GarbageFilter)]:
            each.removeFilter(old)
        each.addFilter(GarbageFilter(metrics))
