"""The peers of a room: which of them feeds a seat, and who is sent what."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from functools import partial

from streaming.engine.lipsync import LipSync
from streaming.engine.parts import Picture, Sound
from streaming.engine.steering import OFF, Uplink
from streaming.mediatime import Ticks90k
from streaming.packets import EncodedPicture, OpusPacket, VideoCodec
from streaming.rtc.fanout import PictureFanout, SoundFanout
from streaming.rtc.liveness import patience_with
from streaming.rtc.peer import (
    Link,
    MediaState,
    Peer,
    PeerEvents,
    PeerKind,
    PeerSpec,
    TrackUse,
)
from venue.ids import Language, SeatId

logger = logging.getLogger(__name__)

PEERS_MAX = 64
JOINS_MAX = 3
"""Offers answered at a time: a join costs 12-40 ms of the loop."""
KEY_SPACING_S = 1.0
_LINKS = (Link.NONE, Link.LOST, Link.WEAK, Link.GOOD)


class RoomFull(Exception):
    """No more peers are taken."""


class UnknownPeer(Exception):
    """No peer has this id."""


@dataclass(slots=True)
class PeerTableEvents:
    """What the table tells the engine, on the loop."""

    media: Callable[[SeatId, MediaState, int], None]
    """seat, what arrives, milliseconds since the last packet."""
    gone: Callable[[SeatId | None, str, str], None]
    """seat, peer, reason: a peer was closed from our side."""


class PeerTable:
    """All peers of one room and the streams to and from them."""

    def __init__(
        self, picture: Picture, sound: Sound, events: PeerTableEvents, *, listeners_max: int = 400
    ) -> None:
        self.program = PictureFanout()
        self.returned = PictureFanout()
        self.mixes = SoundFanout()
        self.undecoded = 0
        """Pictures not decoded because nobody sees them."""
        self._picture = picture
        self._sound = sound
        self._events = events
        self._listeners_max = listeners_max
        self._peers: dict[str, Peer] = {}
        self._owners: dict[tuple[SeatId, TrackUse], Peer] = {}
        self._facts: dict[SeatId, MediaState] = {}
        self._wanted: Mapping[SeatId, tuple[int, int]] = {}
        self._orders: Mapping[SeatId, Uplink] = {}
        self._interpreting: Set[SeatId] = frozenset()
        self._dropped: Set[SeatId] = frozenset()
        self._syncs: defaultdict[str, LipSync] = defaultdict(LipSync)
        self._joins = asyncio.Semaphore(JOINS_MAX)

    # Doors.

    async def open(self, spec: PeerSpec, sdp: object) -> str:
        """Answer an offer.

        Raises:
            OfferRefused: It cannot be answered.
            RoomFull: Too many peers.
        """
        self._make_sure_of_a_place(spec, sdp)
        if (same := self._peers.pop(spec.peer, None)) is not None:
            self._forget(same)
            same.close("replaced")
        peer = Peer(spec, PeerEvents(self._connected, self._changed, self._closed))
        self._peers[spec.peer] = peer
        try:
            async with self._joins:
                answer = await peer.answer(sdp)
        except BaseException:
            self._peers.pop(spec.peer, None)
            peer.close("refused")
            raise
        self._wire(peer)
        return answer

    def _make_sure_of_a_place(self, spec: PeerSpec, sdp: object) -> None:
        listeners = sum(peer.listens_only for peer in self._peers.values())
        if spec.kind is PeerKind.WHEP and "\nm=video" not in str(sdp):
            full = listeners >= self._listeners_max
        else:
            full = len(self._peers) - listeners >= PEERS_MAX
        if full:
            raise RoomFull

    def retune(self, peer_id: str, language: Language) -> None:
        """Send a peer another language, on the connection it has, without a click.

        A seat hears what the room says it listens to: its own choice goes before this one.

        Raises:
            UnknownPeer: There is none of this id.
        """
        peer = self.get(peer_id)
        peer.spec = replace(peer.spec, language=language)
        if peer.wired and peer.sound is not None:
            self._sound.add_listener(peer_id, peer.spec.seat, language)

    def close(self, peer_id: str) -> None:
        """Close one peer.

        Raises:
            UnknownPeer: There is none of this id.
        """
        if (peer := self._peers.get(peer_id)) is None:
            raise UnknownPeer
        peer.close("asked")

    def get(self, peer_id: str) -> Peer:
        """One peer.

        Raises:
            UnknownPeer: There is none of this id.
        """
        if (peer := self._peers.get(peer_id)) is None:
            raise UnknownPeer
        return peer

    def all(self) -> tuple[Peer, ...]:
        """Every peer, connected or about to be."""
        return tuple(self._peers.values())

    async def close_all(self) -> None:
        """Close every peer and wait a little for the farewells."""
        peers = self.all()
        for peer in peers:
            peer.close("engine")
        if peers:
            await asyncio.wait([asyncio.ensure_future(p.closed()) for p in peers], timeout=2.0)

    # From peers.

    def _wire(self, peer: Peer) -> None:
        peer.wired = True
        for use, receiver in peer.receivers.items():
            if use is TrackUse.MICROPHONE:
                receiver.on_sound = partial(self._sound_in, peer)
            elif use is TrackUse.CAMERA or TrackUse.CAMERA not in peer.receivers:
                receiver.on_picture = partial(self._picture_in, peer, use)
        if peer.picture is not None:
            rung = self._rung(peer)
            peer.picture.on_ready = rung.add
            if peer.picture_codec is VideoCodec.VP8:
                peer.picture.on_key_request = self._picture.request_return_key
        if peer.sound is not None:
            sender = peer.sound
            sender.on_ready = partial(self.mixes.add, peer.spec.peer)
            self._sound.add_listener(peer.spec.peer, peer.spec.seat, peer.spec.language)

    def _rung(self, peer: Peer) -> PictureFanout:
        return self.program if peer.picture_codec is VideoCodec.H264 else self.returned

    def _sound_in(
        self, peer: Peer, sequence: int, timestamp: int, payload: bytes, arrival_s: float
    ) -> None:
        seat = peer.spec.seat
        if seat is not None and self._owners.get((seat, TrackUse.MICROPHONE)) is peer:
            self._sound.push(seat, sequence, timestamp, payload, arrival_s)

    def _picture_in(
        self, peer: Peer, use: TrackUse, codec: VideoCodec, data: bytes, timestamp: int, key: bool,
        arrival_s: float,
    ) -> None:  # fmt: skip
        seat = peer.spec.seat
        if seat is None or self._owners.get((seat, TrackUse.CAMERA)) is not peer:
            return
        if seat not in self._wanted:
            self.undecoded += 1
            return
        picture = EncodedPicture(codec, data, Ticks90k(timestamp), key)
        due_s = self._due_s(peer, seat, use, timestamp, arrival_s)
        if not self._picture.push(seat, picture, due_s):
            peer.receivers[use].request_key()

    def _due_s(
        self, peer: Peer, seat: SeatId, use: TrackUse, timestamp: int, arrival_s: float
    ) -> float:
        """When to show a picture so that it goes with the sound of the same connection."""
        microphone = peer.receivers.get(TrackUse.MICROPHONE)
        heard = self._owners.get((seat, TrackUse.MICROPHONE)) is peer
        sync = self._syncs[peer.spec.peer]
        due_s = sync.due_s(
            timestamp,
            arrival_s,
            peer.receivers[use].clock,
            microphone.clock if microphone is not None and heard else None,
            self._sound.playout(seat) if heard else None,
        )
        if (late_ms := sync.complaint_ms(arrival_s)) != 0:
            self._sound.picture_late(seat, late_ms)
        return due_s

    def _connected(self, peer: Peer) -> None:
        """The newest connection feeds its seat; an older browser of the seat is told and closed."""
        seat = peer.spec.seat
        if peer.picture is not None and peer.picture_codec is VideoCodec.VP8:
            self._want_return()
            self._picture.request_return_key(joining=True)
        if seat is None:
            return
        rivals = [
            other
            for other in self.all()
            if other.spec.seat == seat
            and other.spec.kind is peer.spec.kind is not PeerKind.WHEP
            and (other.connected or other.made_s < peer.made_s)
        ]
        newest = max(rivals, key=lambda rival: rival.made_s, default=peer)
        for other in rivals:
            if other is not newest:
                self._events.gone(seat, other.spec.peer, "replaced")
                other.close("replaced")
        if newest is not peer:
            return
        self._own(peer, seat)
        self._steer(peer)

    def _own(self, peer: Peer, seat: SeatId) -> None:
        if TrackUse.MICROPHONE in peer.receivers:
            if self._owners.get((seat, TrackUse.MICROPHONE)) not in (None, peer):
                self._sound.remove(seat)
            self._owners[seat, TrackUse.MICROPHONE] = peer
        if TrackUse.CAMERA in peer.receivers or TrackUse.SCREEN in peer.receivers:
            self._owners[seat, TrackUse.CAMERA] = peer

    def _changed(self, peer: Peer, _state: MediaState) -> None:
        if peer.spec.seat is not None:
            self._tell(peer.spec.seat)

    def _tell(self, seat: SeatId) -> None:
        """Post the seat's media as all its peers together make it, when it changed."""
        state, silent_ms = MediaState(), 0
        for peer in self.all():
            if peer.spec.seat == seat and peer.connected:
                silent_ms = peer.silent_ms
                mine = peer.state
                state = MediaState(
                    state.camera or mine.camera,
                    state.microphone or mine.microphone,
                    state.screen or mine.screen,
                    max(state.link, mine.link, key=_LINKS.index),
                )
        if self._facts.get(seat, MediaState()) != state:
            self._facts[seat] = state
            self._events.media(seat, state, silent_ms)

    def _closed(self, peer: Peer, reason: str) -> None:
        known = self._peers.get(peer.spec.peer) is peer
        if known:
            del self._peers[peer.spec.peer]
        self._forget(peer)
        logger.info("peer %s closed: %s", peer.spec.peer, reason)
        if known and reason in ("lost", "timeout"):
            self._events.gone(peer.spec.seat, peer.spec.peer, reason)
        if peer.spec.seat is not None:
            self._tell(peer.spec.seat)

    def _forget(self, peer: Peer) -> None:
        """Take a closed peer out of every stream; another of its seat may take over."""
        self._syncs.pop(peer.spec.peer, None)
        if peer.picture is not None:
            self._rung(peer).remove(peer.picture)
            self._want_return()
        if peer.sound is not None and peer.spec.peer not in self._peers:
            self.mixes.remove(peer.spec.peer)
            self._sound.remove_listener(peer.spec.peer)
        seat = peer.spec.seat
        lost = [key for key, owner in self._owners.items() if owner is peer]
        for key in lost:
            del self._owners[key]
        if seat is None or not lost:
            return
        for other in self.all():
            if other.spec.seat == seat and other.connected:
                self._own(other, seat)
        if (seat, TrackUse.CAMERA) in lost and (seat, TrackUse.CAMERA) not in self._owners:
            self._picture.remove(seat)
        if (seat, TrackUse.MICROPHONE) in lost and (seat, TrackUse.MICROPHONE) not in self._owners:
            self._sound.remove(seat)

    def _want_return(self) -> None:
        wanted = any(
            peer.connected and peer.picture is not None and peer.picture_codec is VideoCodec.VP8
            for peer in self.all()
        )
        self._picture.want_return(wanted)

    # To peers.

    def steer(
        self,
        wanted: Mapping[SeatId, tuple[int, int]],
        orders: Mapping[SeatId, Uplink],
        interpreting: Set[SeatId],
        dropped: Set[SeatId],
    ) -> None:
        """Gate pictures nobody sees, cap what each seat may send, and watch who interprets."""
        self._wanted, self._orders = wanted, orders
        self._interpreting, self._dropped = interpreting, dropped
        for peer in self.all():
            self._steer(peer)

    def _steer(self, peer: Peer) -> None:
        seat = peer.spec.seat
        if seat is None:
            return
        order = self._orders.get(seat, OFF)
        interprets = seat in self._interpreting
        peer.miss_after(patience_with(interprets=interprets, dropped=seat in self._dropped))
        peer.camera_off = order.max_kbps == 0
        for use, receiver in peer.receivers.items():
            if use is TrackUse.MICROPHONE:
                continue
            if peer.spec.kind is PeerKind.BROWSER:
                receiver.cap_kbps = max(150, order.max_kbps)
            else:
                receiver.cap_kbps = 6000
            was_paused = receiver.paused
            receiver.pause(seat not in self._wanted)
            if was_paused and not receiver.paused and peer.connected:
                receiver.request_key()

    def report_losses(self) -> None:
        """Tell the sound what each listener loses: a lossy link gets error correction."""
        for peer in self.all():
            if peer.sound is not None and peer.sound.stats.take_loss_changed():
                percent = peer.sound.stats.fraction_lost * 100 // 256
                self._sound.report_loss(peer.spec.peer, percent)

    def publish_mix(self, mix: str, packet: OpusPacket) -> None:
        """Send 20 ms of one mix to those who hear it."""
        self.mixes.publish(mix, packet)


def describe(peer: Peer) -> dict[str, object]:
    """One peer for the status door."""
    state = replace(peer.state)
    stats = peer.link.stats if peer.link is not None else None
    return {
        "peer": peer.spec.peer,
        "seat": peer.spec.seat,
        "kind": peer.spec.kind,
        "language": peer.spec.language,
        "connected": peer.connected,
        "link": state.link,
        "camera": state.camera,
        "microphone": state.microphone,
        "return": peer.picture_codec,
        "packets_in": stats.packets_in if stats else 0,
        "packets_out": stats.packets_out if stats else 0,
        "rtt_ms": round(peer.picture.stats.rtt_s * 1000) if peer.picture else 0,
        "fraction_lost": peer.picture.stats.fraction_lost if peer.picture else 0,
        "maximum_kbps": peer.picture.stats.maximum_kbps if peer.picture else 0,
        "repairs": peer.picture.stats.repairs if peer.picture else 0,
    }
