"""One output process: one target, one attempt.  Started by the streaming supervisor.

The first line of standard input is the order, JSON (``Order``); the pipe then stays open.  A line
``cover program``, ``cover slate`` or ``cover tone`` changes what is played; a line ``finish`` ends
the broadcast; the end of the pipe means that the supervisor is gone, and so is this process.
Standard output carries JSON lines ``{state, sent_bytes, error, slate_gops, ...}``.
Nothing secret is in argv, the environment or a log.
"""

import contextlib
import ctypes
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast, get_args

import msgspec

from streaming.outputs.errors import OutputError
from streaming.outputs.order import Cover, Order, Report
from streaming.outputs.player import Player
from streaming.outputs.vitals import Vitals

_WATCHDOG_S = 10.0
"""Above the 8 s after which an attempt gives itself up: for what no Python code can interrupt."""

_PR_SET_PDEATHSIG = 1


class Control:
    """The supervisor's pipe, and SIGTERM."""

    def __init__(self, descriptor: int, on_cover: Callable[[Cover], None]) -> None:
        self._descriptor = descriptor
        self._on_cover = on_cover
        self._begun = b""
        self.stopped = False
        self.finished = False
        signal.signal(signal.SIGTERM, self._stop)

    def fileno(self) -> int:
        return self._descriptor

    def keep_on(self) -> bool:
        """Look at the pipe; False when it is time to end."""
        while not self.stopped and select.select([self._descriptor], [], [], 0)[0]:
            read = os.read(self._descriptor, 4096)
            if not read:
                self.stopped = True
            *lines, self._begun = (self._begun + read).split(b"\n")
            for line in lines:
                self._obey(line.decode("ascii", "replace"))
        return not self.stopped

    def _obey(self, line: str) -> None:
        word, _, what = line.partition(" ")
        if word == "finish":
            self.finished = self.stopped = True
        elif word == "cover" and what in get_args(Cover):
            self._on_cover(cast(Cover, what))

    def _stop(self, *_: object) -> None:
        self.stopped = True


def refresh_watchdog() -> None:
    """Ask the kernel to kill this process if nothing moves for ``_WATCHDOG_S``."""
    signal.setitimer(signal.ITIMER_REAL, _WATCHDOG_S)


class Reports:
    """Writes reports to standard output, at most twice a second unless something changed."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._last_state = ""
        self._last_s = 0.0
        self.sent_bytes = 0
        self.unread = 0
        """Reports that nobody has taken; a line is written whole or not at all."""

    def __call__(
        self,
        state: str,
        sent_bytes: int,
        error: str | None = None,
        *,
        vitals: Vitals | None = None,
    ) -> None:
        now = time.monotonic()
        self.sent_bytes = sent_bytes
        if state == self._last_state and now - self._last_s < 0.5:
            return
        self._last_state, self._last_s = state, now
        stats = self._player.stats()
        report = Report(
            state=state,
            sent_bytes=sent_bytes,
            error=error,
            slate_gops=stats.slate_gops,
            silent_frames=stats.silent_frames,
            late_packets=stats.late_pictures + stats.late_sounds,
            vitals=vitals,
            unread_reports=self.unread,
        )
        # If the supervisor is gone, so are we; one that stands still does not hold the target up.
        with contextlib.suppress(BrokenPipeError):
            try:
                os.write(1, msgspec.json.encode(report) + b"\n")
            except BlockingIOError:
                self.unread += 1


def attempt(order: Order, player: Player, control: Control, reports: Reports) -> None:
    """Serve the target until it breaks or the supervisor has had enough.

    Raises:
        OutputError: The attempt failed.
    """
    if order.kind == "rtmp":
        from streaming.outputs.rtmp import RtmpAttempt
        from streaming.outputs.rtmp_protocol import parse_address

        address = parse_address(order.url)
        publishing = RtmpAttempt(address, player, reports, order.authorities)
        publishing.run(control.keep_on, control, refresh_watchdog)
    else:
        from streaming.outputs.files import write_files

        write_files(order, player, control, reports, refresh_watchdog)


def main() -> int:
    """Run one attempt; the exit status says only whether it failed, the last report says why."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    order = msgspec.json.decode(_first_line(0), type=Order)
    player = Player(Path(order.tap), order.lang, with_stems=order.kind == "recording")
    player.cover(order.cover, order.tone_hz)
    os.set_blocking(1, False)
    control = Control(0, lambda cover: player.cover(cover, order.tone_hz))
    reports = Reports(player)
    reports("starting", 0)
    try:
        attempt(order, player, control, reports)
    except OutputError as error:
        reports("failed", reports.sent_bytes, error.code)
        return 1
    finally:
        player.close()
    reports("finished", reports.sent_bytes)
    return 0


def _first_line(descriptor: int) -> bytes:
    # Byte by byte: what follows the line belongs to ``Control``.
    line = bytearray()
    while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
        line += byte
    return bytes(line)


if __name__ == "__main__":
    sys.exit(main())
