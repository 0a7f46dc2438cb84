"""One attempt at one RTMP(S) target: connect, publish, go on until it breaks or is told to stop.

A target that stands still is given up after ``LIMIT_STALL_S``; bytes in the kernel's buffer do not
count as sent.  While the target takes nothing, packets wait in the tap's bounded backlog, which
drops to the next key frame, so a target that is slow for a moment gets whole GOPs.
"""

import contextlib
import heapq
import os
import socket
import ssl
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from streaming.mediatime import SAMPLE_RATE_HZ, VIDEO_CLOCK_HZ, now_s
from streaming.outputs.avc import ParameterSets, length_prefixed, parameter_sets
from streaming.outputs.errors import OutputError
from streaming.outputs.feed import Packet
from streaming.outputs.player import HasFileno, Player
from streaming.outputs.rtmp_protocol import Publisher, PublisherState, RtmpAddress
from streaming.outputs.tap import TapHeader
from streaming.outputs.tls import secured
from streaming.outputs.vitals import Measure, Vitals
from streaming.packets import AacFrame, EncodedPicture

if TYPE_CHECKING:
    from streaming.outputs.listening import Listener

LIMIT_CONNECT_S = 8.0
LIMIT_STALL_S = 8.0
LIMIT_CALM_S = 2.5
"""Stalled for longer than this is shown."""

PROGRESS_WINDOW_S = 5.0
PROGRESS_BYTES = 4096
_TURN_S = 0.04
"""A target that buffers seconds does not mind that packets leave a picture later."""
_INTERLEAVE_S = 0.1
_HUNGRY_BELOW_BYTES = 256 << 10
_WRITE_BYTES = 1 << 16
_UNSENT_BYTES = 128 << 10
_TCP_INFO_BYTES = 192
_TCP_NOTSENT_LOWAT = 25
_BYTES_ACKED_AT = 120


class Reporter(Protocol):
    """Where an attempt says how it is doing."""

    def __call__(self, state: str, sent_bytes: int, *, vitals: Vitals | None = None) -> None: ...


class Progress:
    """Does the target take what we send?  Pure.

    It does while its kernel confirms more than ``PROGRESS_BYTES`` within ``PROGRESS_WINDOW_S``;
    it stalls as long as that does not hold, or nothing at all is confirmed.
    """

    def __init__(self, now: float) -> None:
        self._marks: deque[tuple[float, int]] = deque([(now, 0)])
        self._flowed_s = now
        self._moved_s = now

    def note(self, now: float, acknowledged_bytes: int) -> bool:
        """Take a reading, a few times a second; True if there is progress."""
        while len(self._marks) > 1 and self._marks[1][0] <= now - PROGRESS_WINDOW_S:
            self._marks.popleft()
        if acknowledged_bytes > self._marks[-1][1]:
            self._moved_s = now
        self._marks.append((now, acknowledged_bytes))
        flows = acknowledged_bytes - self._marks[0][1] > PROGRESS_BYTES
        if flows:
            self._flowed_s = now
        return flows

    def stalled_s(self, now: float) -> float:
        """How long there has been no progress."""
        return now - min(self._flowed_s, self._moved_s)


class Interleaver:
    """Bring sound and picture into the order of their times, holding neither for long.  Pure."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, float, Packet]] = []
        self._count = 0
        self._newest_s = {True: float("-inf"), False: float("-inf")}

    def push(self, packet: Packet, at_s: float, now: float) -> None:
        """Take a packet whose media time is ``at_s``."""
        self._count += 1
        self._newest_s[isinstance(packet, EncodedPicture)] = at_s
        heapq.heappush(self._waiting, (at_s, self._count, now, packet))

    def pop(self, now: float) -> list[Packet]:
        """What may go: the other track has come as far, or it was waited for long enough."""
        ready: list[Packet] = []
        while self._waiting:
            at_s, _, came_s, packet = self._waiting[0]
            other_s = self._newest_s[not isinstance(packet, EncodedPicture)]
            if other_s < at_s and now - came_s < _INTERLEAVE_S:
                break
            heapq.heappop(self._waiting)
            ready.append(packet)
        return ready

    @property
    def waiting(self) -> int:
        """How many packets are held."""
        return len(self._waiting)


@dataclass(slots=True)
class _Timeline:
    """Milliseconds since the first key frame of this connection."""

    base_pts: int = -1

    def picture_ms(self, picture: EncodedPicture) -> int:
        if self.base_pts < 0:
            self.base_pts = picture.pts
        return (picture.pts - self.base_pts) * 1000 // VIDEO_CLOCK_HZ

    def sound_ms(self, frame: AacFrame) -> int:
        ahead = frame.at * VIDEO_CLOCK_HZ - self.base_pts * SAMPLE_RATE_HZ
        return ahead * 1000 // (VIDEO_CLOCK_HZ * SAMPLE_RATE_HZ)


def media_s(packet: Packet) -> float:
    """The media time of a packet."""
    if isinstance(packet, EncodedPicture):
        return packet.pts / VIDEO_CLOCK_HZ
    return packet.at / SAMPLE_RATE_HZ


class RtmpAttempt:
    """The connection and what goes over it."""

    def __init__(
        self, address: RtmpAddress, player: Player, report: Reporter, authorities: str = ""
    ) -> None:
        """``authorities``: see ``tls.secured``."""
        self._address = address
        self._authorities = authorities
        self._player = player
        self._report = report
        self._publisher = Publisher(address, os.urandom(1528))
        self._timeline = _Timeline()
        self._sets: ParameterSets | None = None
        self._order = Interleaver()
        self._begun = False
        self._seen: Measure | None = None
        self._heard: Listener | None = None
        self._covered = player.covered
        self._running = False
        """The target has taken some of the program."""

    def run(
        self, keep_on: Callable[[], bool], control: HasFileno, refresh: Callable[[], None]
    ) -> None:
        """Publish until told to stop; ``refresh`` is called whenever there is progress.

        Raises:
            OutputError: The attempt failed.
        """
        header = self._player.open(self._patiently(keep_on))
        refresh()
        link = self._connect()
        refresh()
        try:
            self._exchange_until_publishing(link)
            refresh()
            self._publish(link, header, keep_on, control, refresh)
        except OutputError as error:
            raise self._judged(error) from error
        except ssl.SSLError as error:
            raise OutputError("output.lost") from error
        except OSError as error:
            raise self._judged(self._broken(error)) from error
        finally:
            link.close()

    def _patiently(self, keep_on: Callable[[], bool]) -> Callable[[], bool]:
        def waiting() -> bool:
            self._report("starting", 0)
            return keep_on()

        return waiting

    def _connect(self) -> socket.socket:
        address = self._address
        try:
            link = socket.create_connection((address.host, address.port), timeout=LIMIT_CONNECT_S)
        except ConnectionRefusedError as error:
            raise OutputError("output.refused") from error
        except socket.gaierror as error:
            raise OutputError("output.unknown_host") from error
        except TimeoutError as error:
            raise OutputError("output.no_answer") from error
        except OSError as error:
            raise OutputError("output.unreachable") from error
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, _UNSENT_BYTES)
        return secured(link, address.host, self._authorities) if address.tls else link

    def _broken(self, error: OSError) -> OutputError:
        if isinstance(error, TimeoutError):
            return OutputError("output.timeout")
        return self._publisher.ended()

    def _judged(self, error: OutputError) -> OutputError:
        """Several servers accept any key and hang up on a wrong one."""
        early = error.code == "output.lost" and not self._running
        return OutputError("output.rejected") if early else error

    def _exchange_until_publishing(self, link: socket.socket) -> None:
        """Handshake and commands; the socket still blocks here, with a deadline for the whole."""
        deadline = now_s() + LIMIT_CONNECT_S
        publisher = self._publisher
        while publisher.state is not PublisherState.PUBLISHING:
            while publisher.pending_bytes:
                publisher.sent(link.send(publisher.take(_WRITE_BYTES)))
            left_s = deadline - now_s()
            if left_s <= 0:
                raise OutputError("output.timeout")
            link.settimeout(left_s)
            received = link.recv(_WRITE_BYTES)
            if not received:
                raise publisher.ended()
            publisher.receive(received)

    def _publish(
        self,
        link: socket.socket,
        header: TapHeader,
        keep_on: Callable[[], bool],
        control: HasFileno,
        refresh: Callable[[], None],
    ) -> None:
        link.setblocking(False)
        progress, reported_s = Progress(now_s()), 0.0
        while keep_on():
            hungry = self._publisher.pending_bytes < _HUNGRY_BELOW_BYTES
            writing = [link] if self._publisher.pending_bytes else []
            limit_s = _TURN_S if self._order.waiting else 0.25
            self._player.wait(
                [link, control], writing, limit_s=limit_s, turn_s=_TURN_S, hungry=hungry
            )
            if hungry:
                for packet in self._player.poll():
                    self._order.push(packet, media_s(packet), now_s())
                for packet in self._order.pop(now_s()):
                    self._send(packet, header)
            self._flush(link)
            self._listen(link)
            now = now_s()
            if now - reported_s < 0.25:
                continue
            reported_s = now
            sent_bytes = acknowledged_bytes(link)
            if progress.note(now, sent_bytes):
                self._running = True
            stalled_s = progress.stalled_s(now)
            if stalled_s >= LIMIT_STALL_S:
                raise OutputError("output.timeout")
            if self._running:
                state = "running" if stalled_s < LIMIT_CALM_S else "degraded"
                self._report(state, sent_bytes, vitals=self._vitals(now))
            # The loop itself judges the target; the kernel judges the loop.
            refresh()
        self._publisher.send_goodbye()
        self._flush(link)
        if isinstance(link, ssl.SSLSocket):
            # Says that the stream was not cut off; the answer is not waited for.
            with contextlib.suppress(OSError):
                link.unwrap()

    def _send(self, packet: Packet, header: TapHeader) -> None:
        publisher, timeline = self._publisher, self._timeline
        if isinstance(packet, AacFrame):
            # The feed lets no sound out before the first picture; the interleaver keeps to it.
            if self._begun and (at_ms := timeline.sound_ms(packet)) >= 0:
                publisher.send_sound(at_ms, packet.data)
                self._note_sound(packet, header)
            return
        at_ms = timeline.picture_ms(packet)
        sets = parameter_sets(packet.data) if packet.key else None
        if not self._begun:
            self._begun = True
            publisher.send_metadata(_metadata(header))
            publisher.send_audio_header(0, header.aac_config)
        if sets is not None and sets != self._sets:
            self._sets = sets
            publisher.send_video_header(at_ms, sets.avcc())
        publisher.send_picture(at_ms, length_prefixed(packet.data), key=packet.key)
        if self._seen is None:
            self._seen = Measure(header.fmt.fps)
        self._seen.picture(packet, now_s())

    def _note_sound(self, frame: AacFrame, header: TapHeader) -> None:
        if self._seen is not None:
            self._seen.sound(frame)
        if self._covered != self._player.covered:
            # What was heard of the slate says nothing about the program.
            self._covered, self._heard = self._player.covered, None
        if self._heard is None and self._running:
            # Imported late: decoding is of no use before the target takes anything.
            from streaming.outputs.listening import Listener

            self._heard = Listener(header.aac_config)
        if self._heard is not None:
            self._heard.take(frame)

    def _vitals(self, now: float) -> Vitals | None:
        if self._seen is None:
            return None
        vitals = self._seen.vitals(now, self._publisher.pending_bytes)
        return vitals if self._heard is None else self._heard.add_to(vitals)

    def _flush(self, link: socket.socket) -> None:
        publisher = self._publisher
        try:
            while publisher.pending_bytes:
                publisher.sent(link.send(publisher.take(_WRITE_BYTES)))
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return

    def _listen(self, link: socket.socket) -> None:
        try:
            received = link.recv(_WRITE_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        if not received:
            raise self._publisher.ended()
        self._publisher.receive(received)


def acknowledged_bytes(link: socket.socket) -> int:
    """Bytes that the peer's kernel has confirmed: what has really left."""
    facts = link.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    return int(struct.unpack_from("=Q", facts, _BYTES_ACKED_AT)[0])


def _metadata(header: TapHeader) -> dict[str, float | bool | str | None]:
    return {
        "width": header.fmt.width_px,
        "height": header.fmt.height_px,
        "framerate": header.fmt.fps,
        "videocodecid": 7,
        "videodatarate": header.bitrate_kbps,
        "audiocodecid": 10,
        "audiodatarate": 128,
        "audiosamplerate": SAMPLE_RATE_HZ,
        "audiosamplesize": 16,
        "audiochannels": 2,
        "stereo": True,
        "encoder": "Rotunda",
    }
