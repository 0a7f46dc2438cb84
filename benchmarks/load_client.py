"""Many delegates in one process: coded media passed through, received media counted.

``python -m benchmarks.load_client`` reads one line of JSON on standard input, joins everybody, and
then answers one line of JSON for each further line:

    {"base_url": url, "people": [Person...], "elsewhere": false}
                                                    -> {"joined": [ms to first picture, ...]}
    {"do": "stats"}                                 -> {"people": [{packets and frames}...]}
    {"do": "hear", "who": 0, "hz": [..]}            -> {"levels": [{hz: dBFS}...]} each 0.25 s
    {"do": "command", "who": 0, "name": n, "body"}  -> the acknowledgement, or {"refused": code}
    {"do": "view", "who": 0}                        -> {"view": {...}}
    {"do": "rejoin", "who": 0}                      -> {"joined": [ms]}
    {"do": "marks", "who": 0}                       -> {"picture": [s...], "sound": [s...]}
    {"do": "speak", "who": 0, "db": -30}            -> {} louder or softer; null: not at all
    {"do": "stop"}                                  -> {}
"""

import asyncio
import json
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from socketio.exceptions import SocketIOError

from benchmarks.marks import MarkedPictures, MarkedSound, Marks
from benchmarks.signals import SAMPLE_RATE_HZ, decode_opus, tone_levels
from rotunda.demo.clips import (
    Gop,
    LoopedPictures,
    LoopedSound,
    Pictures,
    Sounds,
    encode_opus,
    read_gops,
    silence,
    solid_gop,
    tone,
)
from rotunda.demo.link import Link, Refused, session_of
from rotunda.demo.rtc import CodedFrame, Kind, MediaConnection, MediaOptions, prepare_process
from rotunda.demo.voice import speech
from streaming import priority

KEPT_PACKETS = 3000
"""Sound kept for ``hear``: one minute."""
JOIN_S = 40.0


@dataclass(frozen=True, slots=True)
class Person:
    """One delegate to play."""

    ticket: str
    tone_hz: int = 0
    """0: silent."""
    voice_hz: int = 0
    """Speak at this pitch; ``tone_hz`` is then a whistle far below it, to be told apart by."""
    camera: bool = True
    """Whether there is one; an interpreter's voice needs none."""
    marks: bool = False
    """Flash and beep instead of colour and tone."""
    rgb: tuple[int, int, int] = (90, 90, 90)
    clip: str = ""
    """A coded VP8 clip instead of a colour."""
    whip: bool = False
    """Join as a feed by WHIP instead of as a person by Socket.IO."""
    program_codecs: tuple[str, ...] = ("video/H264", "video/VP8")
    keep_sound: bool = False


@cache
def _gops(rgb: tuple[int, int, int], clip: str) -> tuple[tuple[Gop, ...], int]:
    return read_gops(Path(clip)) if clip else ((solid_gop(rgb),), 15)


WHISTLE_AMPLITUDE = 0.01
"""-40 dBFS, 20 dB below the voice: no part of its loudness."""


@cache
def _whistling_voice(pitch_hz: int, whistle_hz: int, gain_db: float = 0.0) -> tuple[bytes, ...]:
    """What exceeds full scale is cut off, as a microphone's input does."""
    voice = speech(float(pitch_hz), seed=pitch_hz)
    time_s = np.arange(len(voice)) / SAMPLE_RATE_HZ
    whistle = WHISTLE_AMPLITUDE * np.sin(2 * np.pi * whistle_hz * time_s)
    sound = np.clip((voice + whistle) * 10 ** (gain_db / 20), -1, 1)
    return encode_opus(sound.astype(np.float32), kbps=64)


@dataclass(slots=True)
class Delegate:
    """One person's connections."""

    base_url: str
    person: Person
    link: Link | None = None
    media: MediaConnection | None = None
    heard: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT_PACKETS))
    resource: str = ""
    """The WHIP session's address."""
    picture_marks: Marks = field(default_factory=Marks)
    sound_marks: Marks = field(default_factory=Marks)
    sounds: Sounds | None = None

    async def join(self) -> float:
        """Join; gives milliseconds to the first picture (to connected, for a feed)."""
        began_s = time.monotonic()
        pictures, sounds = self._sources()
        self.sounds = sounds
        options = MediaOptions(
            program=not self.person.whip,
            program_codecs=self.person.program_codecs,
            on_frame=self._on_frame if self.person.keep_sound else None,
        )
        self.media = MediaConnection(pictures if self.person.camera else None, sounds, options)
        sdp, tracks = await self.media.offer()
        async with asyncio.timeout(JOIN_S):
            if self.person.whip:
                answer = await self._whip(sdp)
            else:
                answer = await self._offer(sdp, tracks)
            await self.media.accept(answer)
            await self.media.connected.wait()
            if not self.person.whip:
                await self.media.first_picture.wait()
        return (time.monotonic() - began_s) * 1000

    def _sources(self) -> tuple[Pictures, Sounds]:
        """What this person shows and says."""
        person = self.person
        if person.marks:
            return MarkedPictures(self.picture_marks), MarkedSound(self.sound_marks)
        gops, fps = _gops(person.rgb, person.clip)
        hz = person.tone_hz
        if person.voice_hz:
            packets = _whistling_voice(person.voice_hz, hz)
        else:
            packets = tone(hz) if hz else ()
        return LoopedPictures(gops, fps), LoopedSound(packets, silence(), muted=not packets)

    def speak(self, gain_db: float | None) -> None:
        """Be so much louder than usual from now on; None: say nothing."""
        assert isinstance(self.sounds, LoopedSound)
        if gain_db is not None:
            person = self.person
            self.sounds.packets = _whistling_voice(person.voice_hz, person.tone_hz, gain_db)
        self.sounds.muted = gain_db is None

    async def rejoin(self) -> list[float]:
        """Replace the media connection; empty if that failed."""
        if self.media is not None:
            await self.media.close()
        try:
            return [await self.join()]
        except (Refused, TimeoutError, SocketIOError, aiohttp.ClientError):
            return []

    async def _offer(self, sdp: str, tracks: Mapping[str, str]) -> str:
        if self.link is None:
            self.link = Link(self.base_url, {"ticket": self.person.ticket})
            await self.link.connect()
        while True:
            try:
                return await self.link.offer(sdp, tracks)
            except Refused as refusal:
                # The room's engine starts with its first person, and we may ask too often for it.
                if refusal.code not in ("media.unavailable", "request.too_many"):
                    raise
            await asyncio.sleep(0.2)

    async def _whip(self, sdp: str) -> str:
        door = f"{self.base_url}/whip/{session_of(self.person.ticket)}"
        headers = {
            "Authorization": f"Bearer {self.person.ticket}",
            "Content-Type": "application/sdp",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(door, data=sdp, headers=headers) as answer,
        ):
            text = await answer.text()
            if answer.status != 201:
                raise Refused(f"whip.{answer.status}", {"answer": text[:200]})
            self.resource = answer.headers["Location"]
            return text

    def _on_frame(self, kind: Kind, frame: CodedFrame) -> None:
        if kind == "audio":
            self.heard.append(frame.data)

    async def leave(self) -> None:
        """Hang up and go."""
        if self.media is not None:
            await self.media.close()
        if self.link is not None:
            await self.link.close()

    async def stats(self) -> Mapping[str, float | None]:
        """Count what went and came."""
        assert self.media is not None
        video, audio = self.media.received["video"], self.media.received["audio"]
        track = self.media.picture_track
        return {
            **await self.media.packets(),
            "pictures": video.frames,
            "picture_octets": video.octets,
            "sound_packets": audio.frames,
            "key_requests": track.key_requests if track else 0,
            "last_picture_age_s": time.monotonic() - video.last_s if video.last_s else None,
        }


class LoadClient:
    """Everybody, and the answers to the parent."""

    def __init__(self, base_url: str, people: list[Person]) -> None:
        self.delegates = [Delegate(base_url, person) for person in people]

    async def join(self) -> list[float]:
        """Join one after another, as a table fills."""
        return [await delegate.join() for delegate in self.delegates]

    async def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what one line asks."""
        delegate = self.delegates[int(request.get("who", 0))]
        match request["do"]:
            case "stats":
                return {"people": [await each.stats() for each in self.delegates]}
            case "hear":
                sound = await asyncio.to_thread(decode_opus, list(delegate.heard))
                return {"levels": tone_levels(sound, [float(hz) for hz in request["hz"]])}
            case "command":
                assert delegate.link is not None
                try:
                    return await delegate.link.command(request["name"], request.get("body"))
                except Refused as refusal:
                    return {"refused": refusal.code}
            case "view":
                assert delegate.link is not None
                return {"view": delegate.link.view}
            case "speak":
                await asyncio.to_thread(delegate.speak, request["db"])
                return {}
            case "rejoin":
                return {"joined": await delegate.rejoin()}
            case "marks":
                return {
                    "picture": delegate.picture_marks.sent_s,
                    "sound": delegate.sound_marks.sent_s,
                }
            case _:
                return {}


def read_person(raw: Mapping[str, Any]) -> Person:
    """Build a person from JSON."""
    lists = {key: tuple(raw[key]) for key in ("rgb", "program_codecs") if key in raw}
    return Person(**{**raw, **lists})


async def _serve(lines: asyncio.StreamReader) -> None:
    options = json.loads(await lines.readline())
    if options.get("elsewhere"):
        _stand_beside_the_engine()
    client = LoadClient(options["base_url"], [read_person(raw) for raw in options["people"]])
    try:
        _say({"joined": await client.join()})
        while line := await lines.readline():
            request = json.loads(line)
            _say(await client.answer(request))
            if request["do"] == "stop":
                return
    finally:
        for delegate in client.delegates:
            with suppress(Exception):
                await delegate.leave()


def _stand_beside_the_engine() -> None:
    """Take the engine's priority: people's browsers do not wait for it, they are other machines.

    Behind it, what plays a full room is starved long before the engine is.
    """
    os.setsid()
    priority.take_session(priority.SESSION)
    priority.take(priority.ENGINE)


def _say(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


async def _main() -> None:
    lines = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    await _serve(lines)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    prepare_process()
    asyncio.run(_main())
