"""The source end of an output process: the tap and the feed, joined on the media clock."""

import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from streaming.mediatime import now_s
from streaming.outputs.errors import OutputError
from streaming.outputs.feed import Feed, FeedStats, Packet
from streaming.outputs.order import Cover
from streaming.outputs.tap import TapClient, TapHeader, TapWish, read_header
from streaming.packets import Caption
from venue.ids import Language

_RECONNECT_S = 0.05
_CAPTIONS_KEPT = 64
"""Lines nobody fetched; an output that has no use for them fetches none."""
_READS_A_TURN = 64


class HasFileno(Protocol):
    """Anything that ``select`` takes."""

    def fileno(self) -> int: ...


class Player:
    """Packets of one output, from the engine or from the slate."""

    def __init__(self, path: Path, language: Language | None, *, with_stems: bool = False) -> None:
        """Play one language, or all of them with None; with the stems, for the recording.

        One language has its own picture, if there is one; all of them have the shared one.
        """
        self._path = path
        self._language = language
        self._with_stems = with_stems
        self._captions: deque[Caption] = deque(maxlen=_CAPTIONS_KEPT)
        sounds = None if language is None else (language,)
        self._tap = TapClient(path, TapWish(language, sounds, captions=language is None))
        self._feed: Feed | None = None
        self._cover: Cover = "program"
        self._tone_hz = 0
        self._held: list[Packet] = []
        self._next_attempt_s = 0.0
        self._polled_s = 0.0

    def cover(self, cover: Cover, tone_hz: int) -> None:
        """Hide the program behind the slate, or show it again."""
        self._cover, self._tone_hz = cover, tone_hz
        if self._feed is not None:
            self._apply_cover(self._feed)

    @property
    def covered(self) -> Cover:
        """What it plays."""
        return self._cover

    def _apply_cover(self, feed: Feed) -> None:
        if self._cover == "tone":
            # Imported late: only a check before the show needs an encoder in this process.
            from streaming.outputs.tone import tone_frames

            feed.cover(tone_frames(self._tone_hz, feed.header.aac_config))
        else:
            feed.cover(None if self._cover == "program" else (feed.header.silence,))

    def open(self, keep_on: Callable[[], bool]) -> TapHeader:
        """Wait for an engine, or for the header that one left.

        Raises:
            OutputError: ``output.no_program``: told to stop before there was one, or the program
                has no sound of the wanted language.
        """
        while keep_on():
            if self._tap.connected or self._tap.connect():
                select.select([self._tap], [], [], 0.2)
                self._held.extend(self._take(now_s()) or ())
            else:
                kept = read_header(self._path)
                if kept is not None:
                    self._begin(kept)
                elif self._feed is None:
                    time.sleep(_RECONNECT_S)
            if self._feed is not None:
                return self.header
        raise OutputError("output.no_program")

    @property
    def header(self) -> TapHeader:
        """What is played; only after ``open``."""
        assert self._feed is not None
        return self._feed.header

    def wait(
        self,
        reading: Sequence[HasFileno],
        writing: Sequence[HasFileno],
        *,
        limit_s: float,
        turn_s: float = 0.0,
        hungry: bool = True,
    ) -> None:
        """Sleep until there is something to do; at most ``limit_s``.

        Packets are left to gather for ``turn_s`` since they were last taken: a turn costs much the
        same for one as for all of them.  With ``hungry`` false the output wants none now: they wait
        in the tap's bound.
        """
        pause_s = limit_s
        readable: list[HasFileno] = list(reading)
        rest_s = self._polled_s + turn_s - now_s()
        if hungry and rest_s > 0:
            pause_s = min(pause_s, rest_s)
        elif hungry:
            pause_s = min(pause_s, max(0.0, self._due_s() - now_s()))
            if self._tap.connected:
                readable.append(self._tap)
            else:
                pause_s = min(pause_s, _RECONNECT_S)
        select.select(readable, list(writing), [], pause_s)

    def poll(self) -> list[Packet]:
        """What is to be sent now."""
        assert self._feed is not None
        now = self._polled_s = now_s()
        packets, self._held = self._held, []
        if not self._tap.connected and now >= self._next_attempt_s:
            self._next_attempt_s = now + _RECONNECT_S
            self._tap.connect()
        for _ in range(_READS_A_TURN):
            taken = self._take(now)
            if taken is None:
                # The slate is judged only when nothing waits to be read: an output that was
                # held up by its target must not take its own delay for the engine's death.
                packets.extend(self._feed.tick(now_s()))
                break
            packets.extend(taken)
        return packets

    def take_captions(self) -> list[Caption]:
        """The lines that came since the last call."""
        taken = list(self._captions)
        self._captions.clear()
        return taken

    def stats(self) -> FeedStats:
        """Counters of the feed."""
        return FeedStats() if self._feed is None else self._feed.stats()

    def close(self) -> None:
        """Leave the tap."""
        self._tap.close()

    def _due_s(self) -> float:
        return 0.0 if self._feed is None or self._held else self._feed.due_s()

    def _begin(self, header: TapHeader) -> None:
        header = header.seen_in(self._language)
        wanted = header.languages if self._language is None else (self._language,)
        if not set(wanted) <= set(header.languages):
            raise OutputError("output.no_program")
        stems = header.stems if self._with_stems else ()
        self._feed = Feed(header, (*wanted, *stems), now_s())
        self._apply_cover(self._feed)

    def _take(self, now: float) -> list[Packet] | None:
        was_connected = self._tap.connected
        messages = self._tap.read()
        if messages is None:
            if was_connected and not self._tap.connected and self._feed is not None:
                self._feed.lost()
            return None
        packets: list[Packet] = []
        for message in messages:
            if isinstance(message, TapHeader):
                if self._feed is None:
                    self._begin(message)
                elif not self._feed.greet(message):
                    raise OutputError("output.format_changed")
            elif isinstance(message, Caption):
                self._captions.append(message)
            elif self._feed is not None:
                packets.extend(self._feed.push(message, now))
        return packets
