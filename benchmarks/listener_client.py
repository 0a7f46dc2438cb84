"""Many receivers in one process: real ICE, DTLS and SRTP, packets counted and never decoded.

``python -m benchmarks.listener_client`` reads one line of JSON on standard input, joins everybody
evenly over a time, and then answers one line of JSON for each further line:

    {"url": url of WHEP, "languages": [..], "count": n, "over_s": s}
                            -> {"joined_ms": [...], "refused": {code: n}}
    {"do": "count"}         -> {"received": n, "lost": n, "silent": listeners that hear nothing}
    {"do": "stop"}          -> {}

``count`` counts from the last one on.
"""

import asyncio
import json
import logging
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

JOIN_S = 20.0


class Refused(Exception):
    """The door said no."""


@dataclass(slots=True)
class Listener:
    """One phone in the hall."""

    peer: RTCPeerConnection = field(
        default_factory=lambda: RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
    )
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    received: int = 0
    first: int = -1
    last: int = -1
    """Sequence numbers of the stretch that is counted, unwrapped."""

    async def join(self, http: aiohttp.ClientSession, url: str) -> float:
        """Join; milliseconds to the first packet of sound."""
        began_s = time.monotonic()
        self.peer.addTransceiver("audio", direction="recvonly")
        await self.peer.setLocalDescription(await self.peer.createOffer())
        headers = {"Content-Type": "application/sdp"}
        async with http.post(url, data=self.peer.localDescription.sdp, headers=headers) as answer:
            text = await answer.text()
            if answer.status != 201:
                raise Refused(str(answer.status))
        # The library's own receiver costs three times as much as all the rest of this process:
        # what it would be given, authenticated and decrypted, is counted instead.
        transport = cast(Any, self.peer.getTransceivers()[0].receiver.transport)
        transport._handle_rtp_data = self._count
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp=text, type="answer"))
        await self.heard.wait()
        return (time.monotonic() - began_s) * 1000

    async def _count(self, data: bytes, arrival_time_ms: int) -> None:
        number = int.from_bytes(data[2:4], "big")
        if self.last >= 0:
            # The number nearest to the last one.
            number = self.last + (number - self.last + 0x8000) % 0x10000 - 0x8000
        self.last = max(self.last, number)
        if self.first < 0:
            self.first = number
        self.received += 1
        self.heard.set()

    def take(self) -> tuple[int, int]:
        """Packets received and lost since the last time."""
        expected = self.last - self.first + 1 if self.received else 0
        counted = self.received, max(0, expected - self.received)
        self.received, self.first = 0, -1
        return counted


class Hall:
    """All listeners."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.joined_ms: list[float] = []
        self.refused: Counter[str] = Counter()

    async def join(self, url: str, languages: list[str], count: int, over_s: float) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as http, asyncio.TaskGroup() as group:
            for number in range(count):
                language = languages[number % len(languages)]
                group.create_task(
                    self._one(http, f"{url}?lang={language}", number * over_s / count)
                )

    async def _one(self, http: aiohttp.ClientSession, url: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        listener = Listener()
        try:
            async with asyncio.timeout(JOIN_S):
                self.joined_ms.append(await listener.join(http, url))
        except (Refused, TimeoutError, aiohttp.ClientError) as error:
            self.refused[str(error) or type(error).__name__] += 1
            await listener.peer.close()
            return
        self.listeners.append(listener)

    def count(self) -> dict[str, int]:
        counted = [listener.take() for listener in self.listeners]
        return {
            "received": sum(received for received, _ in counted),
            "lost": sum(lost for _, lost in counted),
            "silent": sum(received == 0 for received, _ in counted),
        }


async def _serve(lines: asyncio.StreamReader) -> None:
    order = json.loads(await lines.readline())
    hall = Hall()
    await hall.join(order["url"], order["languages"], order["count"], order["over_s"])
    _say({"joined_ms": hall.joined_ms, "refused": dict(hall.refused)})
    while line := await lines.readline():
        if json.loads(line)["do"] == "stop":
            break
        _say(hall.count())
    for listener in hall.listeners:
        with suppress(ConnectionError):
            await listener.peer.close()
    _say({})


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


async def _main() -> None:
    lines = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    await _serve(lines)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(_main())
