"""What the supervisor tells an output process, and what it hears from it."""

from typing import Literal

import msgspec

from streaming.outputs.vitals import Vitals
from venue.ids import Language

Cover = Literal["program", "slate", "tone"]
"""What an output plays: the program; the slate with silence; the slate with a tone."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One output process, one of these; it travels over standard input only.

    ``repr`` shows neither the address nor the key.
    """

    session: str
    output: str
    kind: Literal["rtmp", "hls", "recording"]
    tap: str
    """Path of the tap's socket."""
    lang: Language | None = None
    """The language to send; None: all of them (HLS, recording)."""
    url: str = ""
    """RTMP target with its key."""
    directory: str = ""
    """Where files go."""
    authorities: str = ""
    """PEM file of certificates that are trusted besides the system's own."""
    cover: Cover = "program"
    """At the start; a line ``cover ...`` changes it."""
    tone_hz: int = 440

    def __repr__(self) -> str:
        return f"Order({self.session!r}, {self.output!r}, {self.kind!r})"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One line from an output process."""

    state: str
    sent_bytes: int = 0
    error: str | None = None
    slate_gops: int = 0
    silent_frames: int = 0
    late_packets: int = 0
    vitals: Vitals | None = None
    """Of an attempt at an RTMP target."""
    unread_reports: int = 0
    """Reports before this one that the supervisor did not take."""
