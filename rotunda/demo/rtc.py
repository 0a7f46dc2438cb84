"""One participant's WebRTC connection: coded media out, coded media in, nothing decoded.

All that reaches into aiortc 1.16 is here: its sender takes coded packets as they are, its
receiver is given a decoder that hands coded frames on, and a request for a key frame reaches the
track instead of an encoder.  To be removed when aiortc offers encoded transforms.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, cast

import aiortc.codecs
import aiortc.rtcrtpreceiver
import av
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtpCodecCapability, RTCRtpCodecParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from rotunda.demo.clips import OPUS_SAMPLES, SAMPLE_RATE_HZ, Gop, Pictures, Sounds

Kind = Literal["audio", "video"]
VIDEO_CLOCK_HZ = 90_000
MAIN_PROFILE = "4d001f"


@dataclass(frozen=True, slots=True)
class CodedFrame:
    """One received picture or packet of sound, as it was coded."""

    codec: str
    data: bytes
    rtp_timestamp: int
    arrival_s: float
    """Monotonic seconds."""


@dataclass(slots=True)
class Received:
    """What came down one track."""

    frames: int = 0
    octets: int = 0
    first_s: float | None = None
    last_s: float | None = None


class _HandOn:
    """A decoder that decodes nothing."""

    def __init__(self, codec: RTCRtpCodecParameters) -> None:
        self._codec = codec.name

    def decode(self, frame: Any) -> list[CodedFrame]:
        return [CodedFrame(self._codec, frame.data, frame.timestamp, time.monotonic())]


def prepare_process() -> None:
    """Make aiortc in this process hand coded frames on, and offer H.264 Main as browsers do."""
    cast(Any, aiortc.rtcrtpreceiver).get_decoder = _HandOn
    for codec in aiortc.codecs.CODECS["video"]:
        if codec.parameters.get("profile-level-id") == "42001f":
            codec.parameters["profile-level-id"] = MAIN_PROFILE


class _Paced(MediaStreamTrack):
    """Sends what it is given, each piece when it is due."""

    def __init__(self, step_s: float, clock_hz: int) -> None:
        super().__init__()
        self._step_s, self._clock_hz = step_s, clock_hz
        self._origin_s: float | None = None
        self._index = 0

    def _coded(self) -> bytes:
        raise NotImplementedError

    async def recv(self) -> Any:
        now_s = time.monotonic()
        if self._origin_s is None:
            self._origin_s = now_s
        wait_s = self._origin_s + self._index * self._step_s - now_s
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        elif wait_s < -1:
            # Far behind: leave a gap rather than send a burst.
            self._index += int(-wait_s / self._step_s)
        if self.readyState != "live":
            raise MediaStreamError
        packet = av.Packet(self._coded())
        packet.time_base = Fraction(1, self._clock_hz)
        packet.pts = packet.dts = round(self._index * self._step_s * self._clock_hz)
        self._index += 1
        return packet


class PictureTrack(_Paced):
    """The camera."""

    kind = "video"

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(1 / pictures.fps, VIDEO_CLOCK_HZ)
        self._pictures = pictures
        self._gop: Gop = ()
        self._at = 0
        self.key_requests = 0

    def restart(self) -> None:
        """Send a key frame next."""
        self.key_requests += 1
        self._gop, self._at = (), 0

    def _coded(self) -> bytes:
        if self._at >= len(self._gop):
            self._gop, self._at = self._pictures.next_gop(), 0
        self._at += 1
        return self._gop[self._at - 1]


class SoundTrack(_Paced):
    """The microphone."""

    kind = "audio"

    def __init__(self, sounds: Sounds) -> None:
        super().__init__(OPUS_SAMPLES / SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)
        self._sounds = sounds

    def _coded(self) -> bytes:
        return self._sounds.next_packet()


@dataclass(slots=True)
class MediaOptions:
    """What a connection offers."""

    program: bool = True
    """Receive the program picture and sound (a room feed by WHIP does not)."""
    program_codecs: tuple[str, ...] = ("video/H264", "video/VP8")
    on_frame: Callable[[Kind, CodedFrame], None] | None = None


@dataclass(slots=True)
class MediaConnection:
    """One peer connection; offer, accept, watch, close.  A new one replaces it to recover."""

    pictures: Pictures | None
    sounds: Sounds | None
    options: MediaOptions = field(default_factory=MediaOptions)
    received: dict[Kind, Received] = field(
        default_factory=lambda: {"audio": Received(), "video": Received()}
    )
    picture_track: PictureTrack | None = None
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    first_picture: asyncio.Event = field(default_factory=asyncio.Event)
    _peer: RTCPeerConnection = field(init=False)
    _readers: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        # MAX_BUNDLE: with the default the second video line sits on a dead transport.
        self._peer = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._peer.on("connectionstatechange", self._on_state)
        self._peer.on("track", self._on_track)

    async def offer(self) -> tuple[str, Mapping[str, str]]:
        """Give the offer and what each of our media lines is."""
        kinds: list[tuple[RTCRtpTransceiver, str]] = []
        direction = "sendrecv" if self.options.program else "sendonly"
        if self.sounds is not None:
            sound = self._peer.addTransceiver(SoundTrack(self.sounds), direction=direction)
            kinds.append((sound, "microphone"))
        elif self.options.program:
            self._peer.addTransceiver("audio", direction="recvonly")
        if self.pictures is not None:
            kinds.append((self._add_camera(self.pictures), "camera"))
        if self.options.program:
            program = self._peer.addTransceiver("video", direction="recvonly")
            program.setCodecPreferences(_codecs(self.options.program_codecs))
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp, {str(line.mid): what for line, what in kinds}

    def _add_camera(self, pictures: Pictures) -> RTCRtpTransceiver:
        self.picture_track = PictureTrack(pictures)
        camera = self._peer.addTransceiver(self.picture_track, direction="sendonly")
        camera.setCodecPreferences(_codecs((f"video/{pictures.codec.upper()}",)))
        cast(Any, camera.sender)._send_keyframe = self.picture_track.restart
        return camera

    async def accept(self, sdp: str) -> None:
        """Take the answer; media flows once ``connected`` is set."""
        await self._peer.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))

    async def packets(self) -> Mapping[str, int]:
        """Count packets sent, received and lost, both kinds together."""
        total = {"sent": 0, "received": 0, "lost": 0}
        for entry in (await self._peer.getStats()).values():
            if entry.type == "outbound-rtp":
                total["sent"] += entry.packetsSent
            elif entry.type == "inbound-rtp":
                total["received"] += entry.packetsReceived
                total["lost"] += max(0, entry.packetsLost)
        return total

    async def close(self) -> None:
        """Hang up."""
        for reader in self._readers:
            reader.cancel()
        await self._peer.close()
        self.lost.set()

    def _on_state(self) -> None:
        match self._peer.connectionState:
            case "connected":
                self.connected.set()
            case "failed" | "closed":
                self.lost.set()

    def _on_track(self, track: MediaStreamTrack) -> None:
        reader = asyncio.get_running_loop().create_task(self._read(track))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)

    async def _read(self, track: MediaStreamTrack) -> None:
        kind = cast(Kind, track.kind)
        received = self.received[kind]
        while True:
            try:
                frame = cast(CodedFrame, await track.recv())
            except MediaStreamError:
                return
            received.frames += 1
            received.octets += len(frame.data)
            received.last_s = frame.arrival_s
            if received.first_s is None:
                received.first_s = frame.arrival_s
                if kind == "video":
                    self.first_picture.set()
            if self.options.on_frame is not None:
                self.options.on_frame(kind, frame)


def _codecs(names: tuple[str, ...]) -> list[RTCRtpCodecCapability]:
    capabilities = RTCRtpReceiver.getCapabilities("video")
    assert capabilities is not None
    known = capabilities.codecs
    wanted = [codec for name in names for codec in known if codec.mimeType == name]
    return [*wanted, *(codec for codec in known if codec.name.lower() == "rtx")]
