"""One WebRTC peer: a browser, a WHIP encoder or a WHEP viewer.

The peer offers and the answer is whole.  Nothing is ever renegotiated: recovery and every other
change is a new peer for the same seat.

    connecting --secure--> connected --no RTP 9 s, or transport gone--> closed
    connecting --15 s----> closed
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.exceptions import InternalError, InvalidStateError, OperationError
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from streaming.packets import VideoCodec
from streaming.rtc.extension import link_of, negotiated_codecs
from streaming.rtc.link import SecureLink
from streaming.rtc.liveness import CHECKS_S, EVERYBODY, GONE_S, Pace, Patience
from streaming.rtc.offer import OfferRefused, Section, clean
from streaming.rtc.receiver import RtpReceiver
from streaming.rtc.sender import RtpSender
from venue.ids import Language, SeatId

logger = logging.getLogger(__name__)

WATCH_S = 0.1
"""How often an interpreter on air is looked at: the half second of the reports is too long."""
CONNECT_S = 15.0
REPORT_S = 0.5
READS_MAX = 200
"""Turns of the loop in which a full socket buffer is read for certain."""
WEAK_LOSS = 13
"""Of 256: 5 %."""
WEAK_RTT_S = 0.6

_PARSE_ERRORS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    RuntimeError, InternalError, InvalidStateError,
)  # fmt: skip
"""What aiortc raises on sessions it cannot read: it checks little before it takes them apart."""


class PeerKind(StrEnum):
    """Who is at the other end, and which ways media may go."""

    BROWSER = "browser"
    WHIP = "whip"
    WHEP = "whep"


class TrackUse(StrEnum):
    """What an incoming m-line carries."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN = "screen"


class Link(StrEnum):
    """How well the connection does."""

    NONE = "none"
    GOOD = "good"
    WEAK = "weak"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PeerSpec:
    """Who a peer is, as the signaling process says."""

    peer: str
    seat: SeatId | None
    role: str
    kind: PeerKind
    language: Language
    tracks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MediaState:
    """What a peer brings now; posted as a fact when it changes."""

    camera: bool = False
    microphone: bool = False
    screen: bool = False
    link: Link = Link.NONE


@dataclass(slots=True)
class PeerEvents:
    """What a peer tells its engine.  All are called on the loop."""

    connected: Callable[["Peer"], None]
    changed: Callable[["Peer", MediaState], None]
    closed: Callable[["Peer", str], None]


class Peer:
    """One peer connection and what flows through it."""

    def __init__(self, spec: PeerSpec, events: PeerEvents) -> None:
        self.spec = spec
        self.state = MediaState()
        self.receivers: dict[TrackUse, RtpReceiver] = {}
        self.picture: RtpSender | None = None
        self.sound: RtpSender | None = None
        self.picture_codec: VideoCodec | None = None
        self._program_mid: str | None = None
        self.connected = False
        self.wired = False
        """It has been answered, and takes part in the room's streams."""
        self.camera_off = False
        """We told it to send no picture: then none is missed."""
        self.patience = EVERYBODY
        self.clock = time.monotonic
        self._events = events
        self.made_s = time.monotonic()
        self._link: SecureLink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._reports, self._looks = Pace(REPORT_S, self.made_s), Pace(WATCH_S, self.made_s)
        self._reads = 0
        self._rtt_s = 0.0
        self._closing: asyncio.Task[None] | None = None
        self._pc = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._pc.on("connectionstatechange", self._transport_changed)

    @property
    def listens_only(self) -> bool:
        """A receiver: it is sent sound and nothing else, and sends nothing."""
        return self.spec.kind is PeerKind.WHEP and self.picture is None

    async def answer(self, sdp: object) -> str:
        """Take an offer and give the whole answer.

        Raises:
            OfferRefused: The offer cannot be answered; the peer is closed.
        """
        try:
            offer = clean(sdp)
            async with asyncio.timeout(CONNECT_S):
                await self._negotiate(offer.sdp, offer.sections)
        except OfferRefused:
            self.close("refused")
            raise
        except OperationError as error:
            self.close("refused")
            raise OfferRefused("media.no_common_codec", "no codec in common") from error
        except (*_PARSE_ERRORS, TimeoutError) as error:
            self.close("refused")
            raise OfferRefused("media.sdp_invalid", type(error).__name__) from error
        self._reports.begin(time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(REPORT_S, self._tick)
        return self._pc.localDescription.sdp

    async def _negotiate(self, sdp: str, sections: tuple[Section, ...]) -> None:
        await self._pc.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
        transceivers = {t.mid: t for t in self._pc.getTransceivers()}
        # The program goes where nothing comes up, if there is such an m-line.
        downs = [s for s in sections if s.kind == "video" and s.receives]
        self._program_mid = min(downs, key=lambda s: s.sends).mid if downs else None
        for section in sections:
            if section.mid in transceivers:
                self._arrange(section, transceivers[section.mid])
        await self._pc.setLocalDescription(await self._pc.createAnswer())

    def _arrange(self, section: Section, transceiver: Any) -> None:
        """Decide the direction of one m-line and what it carries."""
        kind = self.spec.kind
        takes = section.sends and kind is not PeerKind.WHEP and self._take(section, transceiver)
        gives = section.receives and kind is not PeerKind.WHIP and self._give(section, transceiver)
        names = {(True, True): "sendrecv", (True, False): "recvonly", (False, True): "sendonly"}
        transceiver.direction = names.get((takes, gives), "inactive")

    def _take(self, section: Section, transceiver: Any) -> bool:
        use = self._use_of(section)
        if use is None or use in self.receivers:
            return False
        self.receivers[use] = transceiver.receiver
        return True

    def _use_of(self, section: Section) -> TrackUse | None:
        named = self.spec.tracks.get(section.mid)
        if section.kind == "audio":
            return TrackUse.MICROPHONE
        if named == TrackUse.SCREEN or (named is None and TrackUse.CAMERA in self.receivers):
            return TrackUse.SCREEN
        return TrackUse.CAMERA

    def _give(self, section: Section, transceiver: Any) -> bool:
        sender: RtpSender = transceiver.sender
        codecs = negotiated_codecs(transceiver)
        if section.kind == "audio" and self.sound is None:
            sender.codec = codecs[0]
            self.sound = sender
            return True
        if section.kind == "video" and section.mid == self._program_mid:
            sender.codec = _return_codec(codecs)
            if sender.codec is not None:
                self.picture_codec = VideoCodec(sender.codec.name.lower())
                self.picture = sender
                return True
        return False

    async def add_candidates(self, fragment: str) -> None:
        """Take trickled candidates: nothing to do, as every peer's own checks reach our port."""

    # Life.

    def _transport_changed(self) -> None:
        state = self._pc.connectionState
        if state == "connected":
            self._look_connected()
        elif state in ("failed", "closed"):
            self.close("transport")

    def _look_connected(self) -> None:
        if self.connected or self._closing is not None:
            return
        transceivers = self._pc.getTransceivers()
        if not transceivers:
            return
        self._link = link_of(transceivers[0].receiver.transport)
        self._link.stats.last_in_s = time.monotonic()
        self.connected = True
        self._events.connected(self)

    @property
    def silent_ms(self) -> int:
        """How long ago the last packet came."""
        last_s = self.made_s if self._link is None else self._link.stats.last_in_s
        return int((time.monotonic() - last_s) * 1000)

    @property
    def link(self) -> SecureLink | None:
        """The secure transport, once there is one."""
        return self._link

    def _tick(self) -> None:
        if self._closing is not None:
            return
        self._timer = asyncio.get_running_loop().call_later(REPORT_S, self._tick)
        if not self._reports.stalled(self.clock()):
            self._report()

    def _report(self) -> None:
        """Report, and look whether the peer is still there."""
        now = self.clock()
        if self._closing is not None:
            return
        if self._link is None:
            if now - self.made_s > CONNECT_S:
                self.close("timeout")
            return
        if self._misses(now) and self._is_behind(self._report):
            return
        quiet_s = self._quiet_s(now)
        if quiet_s > GONE_S:
            self.close("lost")
            return
        rtt_s = max((s.stats.rtt_s for s in (self.picture, self.sound) if s), default=0.0)
        for receiver in self.receivers.values():
            if rtt_s:
                receiver.set_round_trip(rtt_s)
            receiver.report(now, REPORT_S)
        for sender in (self.picture, self.sound):
            if sender is not None:
                sender.report(now)
        self._rtt_s = rtt_s
        self._judge(now, quiet_s, rtt_s)

    def miss_after(self, patience: Patience) -> None:
        """Call what sends nothing lost after so long; a short time is kept to the tenth."""
        self.patience = patience
        if patience.is_short and self._watch is None and self._closing is None:
            self._looks.begin(self.clock())
            self._watch = asyncio.get_running_loop().call_later(WATCH_S, self._look)

    def _look(self) -> None:
        self._watch = None
        if self._closing is None and self.patience.is_short:
            self._watch = asyncio.get_running_loop().call_later(WATCH_S, self._look)
            if not self._looks.stalled(self.clock()):
                self._look_again()

    def _look_again(self) -> None:
        """Notice a loss, between the reports; that it is over is seen with the next of them."""
        now = self.clock()
        if self._closing is not None or self._link is None or self.state.link is Link.LOST:
            return
        if self._misses(now) and not self._is_behind(self._look_again):
            self._judge(now, self._quiet_s(now), self._rtt_s)

    def _misses(self, now: float) -> bool:
        """Whether something of this peer seems to have gone."""
        is_lost = self.state.link is Link.LOST
        return (
            self._quiet_s(now) > (GONE_S if is_lost else self.patience.link_s)
            or (self.state.microphone and not self._live(TrackUse.MICROPHONE, now))
            or (self.state.camera and not self._live(TrackUse.CAMERA, now))
        )

    def _is_behind(self, again: Callable[[], None]) -> bool:
        """Whether packets, perhaps of this peer, are still to be read: then judge after them."""
        assert self._link is not None
        if not self._link.unread or self._reads == READS_MAX:
            self._reads = 0
            return False
        self._reads += 1
        asyncio.get_running_loop().call_soon(again)
        return True

    def _quiet_s(self, now: float) -> float:
        """How long nothing came; who never sent media is known by its checks, seconds apart."""
        assert self._link is not None
        media_s = now - self._link.stats.last_in_s
        if any(receiver.stats.packets for receiver in self.receivers.values()):
            return media_s
        checks_s = now - self._link.checked_s
        return min(media_s, checks_s if checks_s > CHECKS_S else 0.0)

    def _judge(self, now: float, quiet_s: float, rtt_s: float) -> None:
        lost = [receiver.stats.fraction_lost for receiver in self.receivers.values()]
        is_weak = max(lost, default=0) > WEAK_LOSS or rtt_s > WEAK_RTT_S
        state = MediaState(link=Link.LOST)
        if quiet_s <= self.patience.link_s:
            state = MediaState(
                camera=self._live(TrackUse.CAMERA, now),
                microphone=self._live(TrackUse.MICROPHONE, now),
                screen=self._live(TrackUse.SCREEN, now),
                link=Link.WEAK if is_weak else Link.GOOD,
            )
        if state != self.state:
            self.state = state
            self._events.changed(self, state)

    def _live(self, use: TrackUse, now: float) -> bool:
        receiver = self.receivers.get(use)
        if receiver is None:
            return False
        if use is TrackUse.CAMERA and self.camera_off:
            return self.state.camera or receiver.stats.packets > 0
        return receiver.stats.packets > 0 and now - receiver.stats.last_in_s < self.patience.track_s

    def close(self, reason: str) -> None:
        """Begin to close; nothing is waited for."""
        if self._closing is not None:
            return
        for timer in (self._timer, self._watch):
            if timer is not None:
                timer.cancel()
        was_known = self._pc.localDescription is not None
        self._closing = spawn(self._pc.close(), "peer close")
        self.state = MediaState()
        if was_known:
            self._events.closed(self, reason)

    async def closed(self) -> None:
        """Wait until everything is given back."""
        if self._closing is not None:
            await asyncio.wait([self._closing])


_tasks: set[asyncio.Task[None]] = set()


def spawn(work: Coroutine[Any, Any, None] | Awaitable[None], name: str) -> asyncio.Task[None]:
    """Start a task that is held until it ends and whose failure is logged."""

    async def run() -> None:
        try:
            await work
        except (OSError, RuntimeError, ConnectionError):
            logger.exception("%s failed", name)

    task = asyncio.create_task(run(), name=name)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


def _return_codec(codecs: list[RTCRtpCodecParameters]) -> RTCRtpCodecParameters | None:
    """H.264 Main takes the program itself; everybody else gets the VP8 rung."""
    for codec in codecs:
        profile = str(codec.parameters.get("profile-level-id", "")).lower()
        if codec.name == "H264" and profile.startswith("4d"):
            return codec
    return next((codec for codec in codecs if codec.name == "VP8"), None)
