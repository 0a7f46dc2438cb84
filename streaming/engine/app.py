"""Puts the parts of the engine together.

journal --follow--> room --scene_of--> picture, sound, gate, uplinks
peers --pictures, sound--> picture, sound --program, mixes--> peers, tap
"""

import asyncio
import gc
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from aiohttp import web

from streaming.engine.config import EngineConfig
from streaming.engine.door import Door
from streaming.engine.metrics import LoopLag, exposition
from streaming.engine.parts import Picture, Sound, Tap
from streaming.engine.peers import PeerTable, PeerTableEvents, describe
from streaming.engine.reports import Reports
from streaming.engine.steering import Uplink, uplinks
from streaming.mediatime import VIDEO_CLOCK_HZ, Ticks90k, now_s
from streaming.packets import AacFrame, Caption, EncodedPicture, OpusPacket
from streaming.rtc.extension import host_addresses, install
from streaming.rtc.peer import MediaState
from streaming.rtc.receiver import RtpReceiver
from streaming.rtc.sender import RtpSender
from streaming.rtc.udp import UdpPort
from venue.ids import Language, SeatId
from venue.scene import Scene

logger = logging.getLogger(__name__)

STEER_S = 0.25
"""Also the rate of the levels."""
HANDOVER_MAX = 1024
STOP_S = 5.0

OnPicture = Callable[[EncodedPicture], None]
OnOwnPicture = Callable[[Language, EncodedPicture], None]
PictureMaker = Callable[[OnPicture, OnPicture, OnOwnPicture], Picture]
SoundMaker = Callable[
    [
        Callable[[str, OpusPacket], None],
        Callable[[AacFrame], None],
        Callable[[Mapping[str, str]], None],
    ],
    Sound,
]
TapMaker = Callable[[Picture], Tap]


def calm_collector() -> None:
    """Keep what is there out of every later collection, and collect seldom.

    A full collection costs 13 ms of the loop at the size an engine has after its start.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def media_addresses(bind_host: str, public_ip: str | None) -> tuple[str, list[str]]:
    """Where to bind the media port, and the addresses to tell browsers.

    Firefox never sends to a loopback address, so a server that is for this machine alone tells its
    other addresses too; without a session's password a datagram to them is dropped.
    """
    if public_ip is not None:
        return bind_host, [public_ip]
    if bind_host in ("0.0.0.0", ""):
        return bind_host, host_addresses()
    if bind_host in ("localhost", "::1") or bind_host.startswith("127."):
        return "0.0.0.0", list(dict.fromkeys(["127.0.0.1", *host_addresses()]))
    return bind_host, [bind_host]


class Handover:
    """Calls from media threads, run on the loop in order; one wake-up for many, and a bound."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.dropped = 0
        self._loop = loop
        self._calls: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()
        self._woken = False

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the loop soon.  Any thread."""
        with self._lock:
            if len(self._calls) >= HANDOVER_MAX:
                self.dropped += 1
                return
            self._calls.append(call)
            if self._woken:
                return
            self._woken = True
        try:
            self._loop.call_soon_threadsafe(self._run)
        except RuntimeError:
            self.dropped += 1  # the loop is closed: the engine is ending

    def _run(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, deque()
            self._woken = False
        for call in calls:
            call()


@dataclass(frozen=True, slots=True)
class EngineParts:
    """How to make what the engine drives."""

    picture: PictureMaker
    sound: SoundMaker
    tap: TapMaker
    """Takes its time (it encodes the slate), so it is called off the loop."""
    first: Scene
    """The room as it is."""
    scenes: AsyncIterator[Scene]
    """The room again whenever it changes; never ends."""


class LanguagesChanged(Exception):
    """The session has other languages now: a new engine makes them."""


class Engine:
    """One live room."""

    def __init__(self, config: EngineConfig, parts: EngineParts, reports: Reports) -> None:
        self.config = config
        self.reports = reports
        self.scene = Scene()
        self.lag = LoopLag()
        self._parts = parts
        self._handover = Handover(asyncio.get_running_loop())
        self._orders: dict[SeatId, Uplink] = {}
        self._scenes = 0
        self._silent: frozenset[SeatId] = frozenset()
        self._voice: SeatId | None = None
        self._picture = parts.picture(self._program_out, self._return_out, self._own_out)
        self._sound = parts.sound(self._mix_out, self._aac_out, self._routes_out)
        self._tap: Tap | None = None
        self.table = PeerTable(
            self._picture,
            self._sound,
            PeerTableEvents(self._media_changed, self._peer_gone),
            listeners_max=config.listeners_max,
        )

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Work until cancelled."""
        async with AsyncExitStack() as stack:
            port = self._open_port()
            stack.callback(port.close)
            self._picture.set_scene(self._parts.first)
            loop = asyncio.get_running_loop()
            tap = self._tap = await loop.run_in_executor(None, self._parts.tap, self._picture)
            await tap.start()
            stack.push_async_callback(tap.close)
            self.show(self._parts.first)
            stack.push_async_callback(self._stop_threads)
            self._picture.start()
            self._sound.start()
            stack.push_async_callback(self.table.close_all)
            await self._open_door(stack)
            self.reports.fact("engine.state", {"state": "up"})
            calm_collector()
            if ready is not None:
                ready.set()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.reports.run())
                group.create_task(self._follow())
                group.create_task(self._steer_for_ever())
                group.create_task(self.lag.run())

    def _open_port(self) -> UdpPort:
        config = self.config
        host, advertised = media_addresses(config.bind_host, config.public_ip)
        port = UdpPort.open(host, config.ports, advertised)
        install(port, RtpReceiver, RtpSender)
        logger.info("media port %d", port.number)
        return port

    async def _open_door(self, stack: AsyncExitStack) -> None:
        path = self.config.door_path
        path.unlink(missing_ok=True)
        runner = web.AppRunner(Door(self.table, self.status, self.metrics).application())
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.UnixSite(runner, str(path)).start()
        path.chmod(0o600)

    async def _stop_threads(self) -> None:
        """Stop picture and sound off the loop: either may wait for a codec."""
        loop = asyncio.get_running_loop()
        stops = [loop.run_in_executor(None, part.stop) for part in (self._picture, self._sound)]
        _done, late = await asyncio.wait(stops, timeout=STOP_S)
        if late:
            logger.warning("%d media threads did not stop in time", len(late))

    # From the room.

    async def _follow(self) -> None:
        async for scene in self._parts.scenes:
            self._scenes += 1
            first = self._parts.first
            if (scene.languages, tuple(scene.own)) != (first.languages, tuple(first.own)):
                # Encoders and outputs are made for the languages at the start.
                raise LanguagesChanged
            self.show(scene)
        raise RuntimeError("the journal ended")

    def show(self, scene: Scene) -> None:
        """Do what the scene says from now on."""
        self._caption(self.scene, scene)
        self.scene = scene
        self._picture.set_scene(scene)
        self._sound.set_scene(scene)
        self._steer()

    def _caption(self, before: Scene, scene: Scene) -> None:
        """Send on the lines that are new; those said before this engine began are old."""
        if self._tap is None or not self._scenes:
            return
        for language, line in scene.captions.items():
            known = before.captions.get(language)
            if known is None or line.number > known.number:
                at = Ticks90k(int(now_s() * VIDEO_CLOCK_HZ))
                self._tap.publish_caption(Caption(language, line.text, at))

    async def _steer_for_ever(self) -> None:
        while True:
            await asyncio.sleep(STEER_S)
            if not self._picture.healthy():
                raise RuntimeError("a thread of the picture has ended")
            self._steer()
            self.table.report_losses()
            self._tell_silence(self._sound.silent_booths())
            self._tell_voice(self._sound.voice())
            levels: dict[str, float] = {
                seat: round(level, 1) for seat, level in self._sound.levels().items()
            }
            if levels:
                self.reports.hint("desk", "levels", levels)

    def _tell_silence(self, silent: frozenset[SeatId]) -> None:
        for seat in silent ^ self._silent:
            self.reports.fact("booth.silence", {"seat": seat, "silent": seat in silent})
        self._silent = silent

    def _tell_voice(self, voice: SeatId | None) -> None:
        """Where several microphones are open, the room cannot know who speaks."""
        if self.scene.speaker is not None or len(self.scene.open_microphones) < 2:
            self._voice = None
        elif voice is not None and voice != self._voice:
            self._voice = voice
            self.reports.fact("floor.voice", {"seat": voice})

    def _steer(self) -> None:
        wanted = self._picture.wanted_pictures()
        orders = uplinks(self.scene, wanted)
        interpreting = set(self.scene.booths.values())
        if self.scene.signer is not None:
            interpreting.add(self.scene.signer)
        self.table.steer(wanted, orders, interpreting, self.scene.dropped)
        for seat, order in orders.items():
            if self._orders.get(seat) != order:
                self.reports.hint(seat, "media", {"kind": "uplink", **asdict(order)})
        self._orders = orders

    # From the media threads.

    def _program_out(self, picture: EncodedPicture) -> None:
        def publish() -> None:
            if self._tap is not None:
                self._tap.publish_picture(picture)
            self.table.program.publish(picture)

        self._handover.post(publish)

    def _own_out(self, language: Language, picture: EncodedPicture) -> None:
        def publish() -> None:
            if self._tap is not None:
                self._tap.publish_picture(picture, language)

        self._handover.post(publish)

    def _return_out(self, picture: EncodedPicture) -> None:
        self._handover.post(lambda: self.table.returned.publish(picture))

    def _mix_out(self, mix: str, packet: OpusPacket) -> None:
        self._handover.post(lambda: self.table.publish_mix(mix, packet))

    def _aac_out(self, frame: AacFrame) -> None:
        def publish() -> None:
            if self._tap is not None:
                self._tap.publish_sound(frame)

        self._handover.post(publish)

    def _routes_out(self, routes: Mapping[str, str]) -> None:
        taken = dict(routes)
        self._handover.post(lambda: self.table.mixes.route(taken))

    # From peers.

    def _media_changed(self, seat: SeatId, state: MediaState, silent_ms: int) -> None:
        body: dict[str, Any] = {"seat": seat, **asdict(state), "silent_ms": silent_ms}
        self.reports.fact("media.state", body)
        if (order := self._orders.get(seat)) is not None:
            self.reports.hint(seat, "media", {"kind": "uplink", **asdict(order)})

    def _peer_gone(self, seat: SeatId | None, peer: str, reason: str) -> None:
        if seat is not None:
            self.reports.hint(seat, "media", {"kind": "gone", "reason": reason, "peer": peer})

    # Figures.

    def status(self) -> dict[str, Any]:
        """What the status door answers."""
        return {
            "session": self.config.session,
            "peers": [describe(peer) for peer in self.table.all()],
            "scenes": self._scenes,
            "undecoded": self.table.undecoded,
            "handover_dropped": self._handover.dropped,
            "reports_dropped": self.reports.dropped,
            "loop_lag_ms": self.lag.worst_ms,
            "program": asdict(self.table.program.stats),
            "return": asdict(self.table.returned.stats),
            "picture": _figures(self._picture.stats()),
            "sound": _figures(self._sound.stats()),
            "media_time_s": round(time.monotonic(), 3),
        }

    def metrics(self) -> bytes:
        """The status as Prometheus text."""
        return exposition(self.status())


def _figures(stats: Any) -> Any:
    return asdict(stats) if is_dataclass(stats) and not isinstance(stats, type) else str(stats)
