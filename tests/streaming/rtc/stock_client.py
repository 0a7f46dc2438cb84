"""A stock aiortc client, run as a process of its own: our classes replace the library's globals.

Reads its wishes as one JSON line, prints an offer a peer, reads an answer a peer, then prints
figures several times a second until its standard input ends.
"""

import asyncio
import fractions
import json
import sys

import aioice.ice
import aiortc.codecs
import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy


class MovingPicture(VideoStreamTrack):
    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = (width, height)
        self._count = 0
        rng = np.random.default_rng(1)
        self._noise = rng.integers(60, 200, (height * 3 // 2, width), dtype=np.uint8)

    async def recv(self) -> av.VideoFrame:
        pts, base = await self.next_timestamp()
        self._count += 1
        picture = np.roll(self._noise, self._count * 3, axis=1)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="yuv420p")
        frame.pts, frame.time_base = pts, fractions.Fraction(base)
        return frame


class ReplayedPicture(VideoStreamTrack):
    """Pictures encoded once, at 25 a second, about 4 packets each: for measuring others."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    async def recv(self) -> av.Packet:
        await asyncio.sleep(0.04)
        packet = av.Packet((b"\x00" if self._count % 50 == 0 else b"\x01") + bytes(4_800))
        packet.pts, packet.time_base = self._count, fractions.Fraction(1, 25)
        self._count += 1
        return packet


class Client:
    def __init__(self, wish: dict) -> None:
        self.wish = wish
        self.figures = {
            "frames": 0, "sounds": 0, "width": 0, "state": "new", "dropped": 0, "luma": 0,
        }  # fmt: skip
        self.pc = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.tasks: list[asyncio.Task] = []
        self.pc.on("track", self._track)
        self.pc.on("connectionstatechange", self._stop_answering)
        self.sent = 0
        self.held: bytes | None = None

    def _stop_answering(self) -> None:
        """Once connected answer no check, as FFmpeg's WHIP muxer, or late, as on a slow path."""
        if self.pc.connectionState != "connected":
            return
        ice = self.pc.getTransceivers()[0].receiver.transport.transport._connection
        answer, late_s = ice.request_received, self.wish.get("answers_after_s", 0)
        if self.wish.get("no_answers"):
            ice.request_received = lambda *_: None
        elif late_s:
            later = asyncio.get_running_loop().call_later
            ice.request_received = lambda *check: later(late_s, answer, *check)

    def _track(self, track) -> None:
        if self.wish.get("deaf"):
            return
        self.tasks.append(asyncio.create_task(self._consume(track)))

    async def _consume(self, track) -> None:
        try:
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    self.figures["frames"] += 1
                    self.figures["width"] = frame.width
                    self.figures["luma"] = int(np.frombuffer(frame.planes[0], np.uint8).mean())
                else:
                    self.figures["sounds"] += 1
        except MediaStreamError:
            return

    async def offer(self) -> str:
        wish = self.wish
        if wish.get("send_audio"):
            self.pc.addTransceiver(AudioStreamTrack(), "sendrecv")
        elif wish.get("receive_audio"):
            self.pc.addTransceiver("audio", "recvonly")
        if wish.get("send_video"):
            size = wish.get("size", [320, 180])
            track = ReplayedPicture() if wish.get("replay") else MovingPicture(*size)
            camera = self.pc.addTransceiver(track, "sendonly")
            codecs = aiortc.codecs.get_capabilities("video").codecs
            wanted = ("video/" + wish["send_video"], "video/rtx")
            camera.setCodecPreferences([c for c in codecs if c.mimeType in wanted])
        if wish.get("receive_video"):
            self.pc.addTransceiver("video", "recvonly")
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def accept(self, sdp: str) -> None:
        transport = self.pc.getTransceivers()[0].receiver.transport.transport
        self._spoil(transport)
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))

    def _spoil(self, transport) -> None:
        """Drop or reorder outgoing media, as DroppingTransport of aiortc's own tests does."""
        send = transport._send

        async def spoiled(data: bytes) -> None:
            media = 127 < data[0] < 192 and not 191 < data[1] < 224
            every = self.wish.get("drop_every", 0)
            if media:
                self.sent += 1
                if self.wish.get("silent_after") and self.sent > self.wish["silent_after"]:
                    return
                if every and self.sent > 50 and self.sent % every == 0:
                    self.figures["dropped"] += 1
                    return
                if self.wish.get("reorder") and self.held is None and self.sent % 7 == 0:
                    self.held = data
                    return
            elif self.wish.get("silent_after") and self.sent > self.wish["silent_after"]:
                return
            await send(data)
            if media and self.held is not None:
                held, self.held = self.held, None
                await send(held)

        transport._send = spoiled
        if self.wish.get("deaf"):
            self._deafen(transport)
        if self.wish.get("no_repair"):
            for sender in self.pc.getSenders():
                sender._retransmit = self._no_repair

    @staticmethod
    def _deafen(transport) -> None:
        """Drop all media that comes, before it costs anything."""
        receive = transport._recv

        async def deaf() -> bytes:
            while 127 < (data := await receive())[0] < 192 and not 191 < data[1] < 224:
                pass
            return data

        transport._recv = deaf

    async def _no_repair(self, _sequence: int) -> None:
        return


async def lines():
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def say(body: object) -> None:
    sys.stdout.write(json.dumps(body) + "\n")
    sys.stdout.flush()


async def main() -> None:
    reader = await lines()
    wish = json.loads(await reader.readline())
    if wish.get("offer_main"):
        for codec in aiortc.codecs.CODECS["video"]:
            if codec.parameters.get("profile-level-id") == "42001f":
                codec.parameters["profile-level-id"] = "4d001f"
    aioice.ice.CONSENT_INTERVAL = wish.get("checks_every_s", aioice.ice.CONSENT_INTERVAL)
    clients = [Client(wish) for _ in range(wish.get("peers", 1))]
    for client in clients:
        say({"offer": await client.offer()})
        await client.accept(json.loads(await reader.readline())["sdp"])
    end = asyncio.create_task(reader.readline())
    while not end.done():
        await asyncio.wait([end], timeout=0.1)
        for client in clients:
            client.figures["state"] = client.pc.connectionState
        say({"figures": [client.figures for client in clients]})


if __name__ == "__main__":
    asyncio.run(main())
