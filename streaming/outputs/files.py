"""Outputs that end in files of this machine: HLS and the recording."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from streaming.outputs.disk import demand, disk_errors
from streaming.outputs.feed import Packet
from streaming.outputs.order import Order
from streaming.outputs.player import Player
from streaming.outputs.tap import TapHeader
from streaming.packets import Caption

_RESERVES = {"recording": (2.0, 1.0), "hls": (0.5, 0.0)}
"""Of ``disk.demand``: what must be free to begin, and to go on."""


_TURN_S = 0.1


class Writer(Protocol):
    """Where packets end."""

    @property
    def written_bytes(self) -> int: ...

    def write(self, packet: Packet) -> None: ...

    def caption(self, caption: Caption) -> None: ...

    def close(self) -> None: ...


class Supervision(Protocol):
    """The supervisor's pipe."""

    finished: bool

    def fileno(self) -> int: ...

    def keep_on(self) -> bool: ...


def write_files(
    order: Order,
    player: Player,
    control: Supervision,
    report: Callable[[str, int], None],
    refresh: Callable[[], None],
) -> None:
    """Write until told to stop.

    Raises:
        OutputError: The disk is full or broken, or the program changed.
    """

    def waiting() -> bool:
        report("starting", 0)
        return control.keep_on()

    header = player.open(waiting)
    directory = Path(order.directory)
    to_begin, to_go_on = _RESERVES[order.kind]
    demand(directory, to_begin)
    with disk_errors():
        writer = _open_writer(order, header, control)
    try:
        while control.keep_on():
            player.wait([control], [], limit_s=0.5, turn_s=_TURN_S)
            with disk_errors():
                packets = player.poll()
                for caption in player.take_captions():
                    writer.caption(caption)
                for packet in packets:
                    writer.write(packet)
            refresh()
            written_bytes = writer.written_bytes
            report("running" if written_bytes else "starting", written_bytes)
            demand(directory, to_go_on)
    finally:
        with disk_errors():
            writer.close()


def _open_writer(order: Order, header: TapHeader, control: Supervision) -> Writer:
    directory = Path(order.directory)
    if order.kind == "hls":
        from streaming.outputs.hls import HlsWriter

        return HlsWriter(directory, header, lambda: control.finished)
    # PyAV is loaded for recordings only: the other outputs start faster and stay small without.
    from streaming.outputs.recording import Recorder, recording_path

    return Recorder(recording_path(directory, datetime.now(UTC)), header, header.tracks)
