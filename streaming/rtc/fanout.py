"""One encoded stream to many peers.

A joiner is sent the pictures since the last key frame, paced, until it has caught up; so it sees
something at once though key frames are seconds apart.  Live pictures go out at once, and the loop
is given a turn after every hundred sends.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from streaming.packets import EncodedPicture, OpusPacket
from streaming.rtc.payload import packetise
from streaming.rtc.sender import Burst, RtpSender

SENDS_PER_TURN = 100
GOP_PICTURES_MAX = 150
PENDING_MAX = 50
JOIN_STEP_S = 0.01
JOIN_PACKETS_PER_STEP = 16
"""About 15 Mb/s: two seconds of program in a third of a second."""


@dataclass(slots=True)
class FanoutStats:
    """Counters of one stream."""

    pictures: int = 0
    dropped: int = 0
    """Pictures not sent because the loop was too far behind."""
    joins: int = 0


class PictureFanout:
    """Sends one rung, program or return, to every peer that takes it."""

    def __init__(self) -> None:
        self.stats = FanoutStats()
        self._live: dict[RtpSender, None] = {}
        self._joining: dict[RtpSender, int] = {}
        self._gop: list[Burst] = []
        self._picture_id = random.getrandbits(15)
        self._pending: deque[Burst] = deque()
        self._round: Iterator[RtpSender] | None = None
        self._until_key = False
        self._scheduled = False
        self._join_timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._live) + len(self._joining)

    def add(self, sender: RtpSender) -> None:
        """Begin to send to a peer: from the last key frame, else from the next."""
        if sender in self._live:
            return
        self.stats.joins += 1
        self._joining[sender] = 0
        self._join_step()

    def remove(self, sender: RtpSender) -> None:
        """Send this peer no more of it."""
        self._live.pop(sender, None)
        self._joining.pop(sender, None)

    def publish(self, picture: EncodedPicture) -> None:
        """Send one picture to all; on the loop, never blocks."""
        payloads = packetise(picture.codec, picture.data, self._picture_id)
        self._picture_id = (self._picture_id + 1) & 0x7FFF
        if not payloads:
            return
        burst = Burst(payloads, picture.pts, picture.key)
        self.stats.pictures += 1
        self._remember(burst)
        if len(self._pending) >= PENDING_MAX:
            self.stats.dropped += 1
            self._until_key = True
        elif not self._until_key or burst.key:
            self._until_key = False
            self._pending.append(burst)
        else:
            self.stats.dropped += 1
        if not self._scheduled:
            self._pump()
        if self._joining and self._join_timer is None:
            self._join_step()  # last: who joins now is not yet live, so gets no picture twice

    def _remember(self, burst: Burst) -> None:
        if burst.key:
            self._gop = []
            self._joining = dict.fromkeys(self._joining, 0)
        elif len(self._gop) >= GOP_PICTURES_MAX or not self._gop:
            self._gop = []  # no key frame to start from
            return
        self._gop.append(burst)

    def _pump(self) -> None:
        """Send up to a turn's worth, and come back if there is more."""
        self._scheduled = False
        budget = SENDS_PER_TURN
        now = time.time()
        while self._pending:
            burst = self._pending[0]
            if self._round is None:
                self._round = iter(tuple(self._live))
            for sender in self._round:
                if sender in self._live:
                    budget -= sender.push(burst, now)
                if budget <= 0:
                    self._later()
                    return
            self._round = None
            self._pending.popleft()
        self._settle()

    def _later(self) -> None:
        self._scheduled = True
        asyncio.get_running_loop().call_soon(self._pump)

    def _settle(self) -> None:
        """Nothing is pending: joiners that have all of the group of pictures are live now."""
        for sender, index in list(self._joining.items()):
            if index and index >= len(self._gop):
                del self._joining[sender]
                self._live[sender] = None

    def _join_step(self) -> None:
        self._join_timer = None
        if not self._joining or not self._gop:
            return
        now = time.time()
        for sender, index in list(self._joining.items()):
            budget = JOIN_PACKETS_PER_STEP
            while budget > 0 and index < len(self._gop):
                budget -= sender.push(self._gop[index], now)
                index += 1
            self._joining[sender] = index
        if not self._pending:
            self._settle()
        if self._joining:
            loop = asyncio.get_running_loop()
            self._join_timer = loop.call_later(JOIN_STEP_S, self._join_step)


class SoundFanout:
    """Sends every distinct mix to the peers that are to hear it."""

    def __init__(self) -> None:
        self._senders: dict[str, RtpSender] = {}
        self._routes: dict[str, str] = {}
        self._by_mix: dict[str, tuple[RtpSender, ...]] = {}

    def add(self, listener: str, sender: RtpSender) -> None:
        """Begin to send a listener its mix."""
        self._senders[listener] = sender
        self._index()

    def remove(self, listener: str) -> None:
        """Send this listener nothing more."""
        self._senders.pop(listener, None)
        self._index()

    def route(self, routes: dict[str, str]) -> None:
        """Take the mix of each listener; replaces all."""
        self._routes = routes
        self._index()

    def _index(self) -> None:
        found: dict[str, list[RtpSender]] = {}
        for listener, sender in self._senders.items():
            if (mix := self._routes.get(listener)) is not None:
                found.setdefault(mix, []).append(sender)
        self._by_mix = {mix: tuple(senders) for mix, senders in found.items()}

    def publish(self, mix: str, packet: OpusPacket) -> None:
        """Send 20 ms of one mix."""
        senders = self._by_mix.get(mix, ())
        if senders:
            burst = Burst((packet.data,), packet.at)
            now = time.time()
            for sender in senders:
                sender.push(burst, now)
