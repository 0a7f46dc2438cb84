"""One demo participant in a process of its own.

``python -m rotunda.demo.client`` with a JSON document on standard input.
"""

import asyncio
import json
import logging
import random
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import socketio.exceptions

from rotunda.demo.clips import LoopedSound
from rotunda.demo.link import Link, Refused, View, session_of
from rotunda.demo.portrait import LOOP_S, Portrait
from rotunda.demo.rtc import MediaConnection, MediaOptions, prepare_process
from rotunda.demo.voice import voice

log = logging.getLogger(__name__)

RETRY_S = 2.0
SECONDS_TO_DRAW = 2 * LOOP_S
"""Silent and talking."""
CONNECT_S = 10.0
READY_S = 1.5
"""From being called to beginning to speak."""


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """What the parent says on standard input."""

    base_url: str
    ticket: str
    name: str
    title: str
    city: str
    country: str
    colors: tuple[str, ...]
    pitch_hz: float
    room: bool = False
    seed: int = 0


class Replaced(Exception):
    """Somebody else sits in our seat now: leave it to them."""


class Participant:
    """Sits in a seat, shows a face, speaks when it holds the floor."""

    def __init__(self, options: ClientOptions) -> None:
        self._options = options
        place = ", ".join(part for part in (options.city, options.country) if part)
        self._portrait = Portrait(options.name, place, options.colors, look=options.seed)
        self._voice: LoopedSound = voice(options.pitch_hz, options.seed)
        self._media: MediaConnection | None = None
        self._random = random.Random(options.seed)
        self._replaced = asyncio.Event()
        self._answered: str | None = None

    async def run(self) -> None:
        """Stay at the table; come back whenever the connection is lost."""
        auth = {"ticket": self._options.ticket}
        while not self._replaced.is_set():
            link = Link(self._options.base_url, auth)
            link.on_media = self._on_media
            with suppress(
                TimeoutError, Refused, aiohttp.ClientError, socketio.exceptions.SocketIOError
            ):
                await link.connect()
                await self._attend(link)
            await link.close()
            if not self._replaced.is_set():
                await asyncio.sleep(RETRY_S)

    async def draw_ahead(self) -> None:
        """Code all pictures off the loop, no faster than they are needed."""
        for _ in range(SECONDS_TO_DRAW):
            if not await asyncio.to_thread(self._portrait.prepare):
                return
            await asyncio.sleep(0.5)

    async def _attend(self, link: Link) -> None:
        media = asyncio.create_task(self._keep_media(link))
        habits = asyncio.create_task(self._behave(link))
        tasks = {media, habits, asyncio.create_task(self._replaced.wait())}
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()

    async def _keep_media(self, link: Link) -> None:
        while True:
            # Nobody looks at the program here, so it is not asked for: that would cost more than
            # all the rest.
            media = MediaConnection(self._portrait, self._voice, MediaOptions(program=False))
            self._media = media
            with suppress(TimeoutError, Refused, aiohttp.ClientError):
                sdp, tracks = await media.offer()
                await media.accept(await self._answer(link, sdp, tracks))
                async with asyncio.timeout(CONNECT_S):
                    await media.connected.wait()
                await media.lost.wait()
            await media.close()
            await asyncio.sleep(RETRY_S)

    async def _answer(self, link: Link, sdp: str, tracks: Mapping[str, str]) -> str:
        if not self._options.room:
            return await link.offer(sdp, tracks)
        door = f"{self._options.base_url}/whip/{session_of(self._options.ticket)}"
        headers = {
            "Authorization": f"Bearer {self._options.ticket}",
            "Content-Type": "application/sdp",
        }
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.post(door, data=sdp, headers=headers) as answer,
        ):
            return await answer.text()

    def _on_media(self, note: View) -> None:
        if note.get("kind") == "gone" and note.get("reason") == "replaced":
            # With a peer's id it is about a connection that one of our own has followed.
            if "peer" not in note:
                self._replaced.set()
        elif note.get("kind") in ("gone", "renegotiate") and self._media is not None:
            self._media.lost.set()

    async def _behave(self, link: Link) -> None:
        """Speak, answer calls and raise a hand, looking twice a second."""
        hand_in_s = self._random.uniform(3, 15)
        while link.connected:
            self._speak(_is_heard(link.view, self._options.room))
            with suppress(Refused, TimeoutError):
                await self._answer_call(link)
                hand_in_s -= 0.5
                if hand_in_s <= 0 and not self._options.room:
                    await self._raise_or_lower(link)
                    hand_in_s = self._random.uniform(25, 80)
            await asyncio.sleep(0.5)
        raise TimeoutError

    def _speak(self, heard: bool) -> None:
        if self._portrait.talking == heard:
            return
        self._portrait.talking, self._voice.muted = heard, not heard
        if self._media is not None and self._media.picture_track is not None:
            self._media.picture_track.restart()

    async def _answer_call(self, link: Link) -> None:
        current = link.view["floor"]["current"]
        if link.view["floor"]["floor"] != "calling" or current is None:
            return
        mine = current["seat"] == link.view["you"]["seat"]
        if (mine or (self._options.room and current["place"] == "room")) and (
            self._answered != current["turn"]
        ):
            self._answered = current["turn"]
            await asyncio.sleep(READY_S)
            await link.command("floor.start", {"turn": current["turn"]})

    async def _raise_or_lower(self, link: Link) -> None:
        you, floor = link.view["you"], link.view["floor"]
        if floor["list"] != "open":
            return
        if you["turn"] is None:
            await link.command("floor.request", {})
        elif you["tally"] == "off" and self._random.random() < 0.15:
            await link.command("floor.withdraw", {"turn": you["turn"]})


def _is_heard(view: View, room: bool) -> bool:
    if view["you"]["tally"] == "on_air":
        return True
    floor = view["floor"]
    current = floor["current"]
    return bool(
        room and floor["floor"] == "speaking" and current is not None and current["place"] == "room"
    )


def read_options(raw: Mapping[str, Any]) -> ClientOptions:
    """Build the options from the parent's JSON."""
    return ClientOptions(**{**raw, "colors": tuple(raw["colors"])})


def main() -> None:
    """Run until killed, or until somebody takes the seat."""
    logging.basicConfig(level=logging.WARNING)
    options = read_options(json.load(sys.stdin))
    prepare_process()

    async def attend() -> None:
        participant = Participant(options)
        drawing = asyncio.create_task(participant.draw_ahead())
        await participant.run()
        drawing.cancel()

    asyncio.run(attend())


if __name__ == "__main__":
    main()
