"""The demo's interpreters: two take turns in one booth, one signs; all let a newcomer have it.

``python -m rotunda.demo.booth`` with a JSON document on standard input:
``{base_url, people: [{ticket, pitch_hz, seed, signs}]}``.
"""

import asyncio
import json
import logging
import random
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import socketio.exceptions

from rotunda.demo.link import Link, Refused, View
from rotunda.demo.rtc import MediaConnection, MediaOptions, prepare_process
from rotunda.demo.signer import SigningPortrait
from rotunda.demo.voice import voice

RETRY_S = 2.0
CONNECT_S = 10.0
LOOK_S = 0.5
SHIFT_S = 75.0
"""Until the microphone is offered: far less than a real shift, so that somebody sees it."""
ANSWER_S = 4.0
"""How long a partner thinks; a human in the booth may be faster."""
TAKE_S = 3.0
"""A microphone that nobody has while somebody speaks is taken after so long."""
PLAIN = ("#5d6b76", "#5d6b76")
"""Behind hands nothing is to be seen."""
HANDS_OFF_S = 60.0
"""After somebody else took us off the air."""


@dataclass(frozen=True, slots=True)
class PersonOptions:
    """One interpreter."""

    ticket: str
    pitch_hz: float
    seed: int
    signs: bool = False
    """Gives a picture and no sound."""


class Interpreter:
    """Sits in a booth, speaks while on air, hands over now and then."""

    def __init__(self, base_url: str, options: PersonOptions) -> None:
        self._base_url, self._options = base_url, options
        self._voice = None if options.signs else voice(options.pitch_hz, options.seed)
        self._portrait = SigningPortrait("", "", PLAIN, options.seed + 1) if options.signs else None
        self._random = random.Random(options.seed)
        self._media: MediaConnection | None = None
        self._replaced = asyncio.Event()
        self._state: tuple[object, ...] = ()
        self._since_s = 0.0
        self._rest_until_s = 0.0

    async def run(self) -> None:
        """Work until somebody takes the seat; come back whenever the connection is lost."""
        while not self._replaced.is_set():
            link = Link(self._base_url, {"ticket": self._options.ticket})
            link.on_media = self._on_media
            with suppress(
                TimeoutError, Refused, aiohttp.ClientError, socketio.exceptions.SocketIOError
            ):
                await link.connect()
                await self._attend(link)
            await link.close()
            if not self._replaced.is_set():
                await asyncio.sleep(RETRY_S)

    async def _attend(self, link: Link) -> None:
        tasks = {
            asyncio.create_task(self._keep_media(link)),
            asyncio.create_task(self._behave(link)),
            asyncio.create_task(self._replaced.wait()),
        }
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()

    async def _keep_media(self, link: Link) -> None:
        while True:
            options = MediaOptions(program=False)
            media = MediaConnection(self._portrait, self._voice, options)
            self._media = media
            with suppress(TimeoutError, Refused, aiohttp.ClientError):
                sdp, tracks = await media.offer()
                await media.accept(await link.offer(sdp, tracks))
                async with asyncio.timeout(CONNECT_S):
                    await media.connected.wait()
                await media.lost.wait()
            await media.close()
            await asyncio.sleep(RETRY_S)

    def _on_media(self, note: View) -> None:
        if note.get("kind") == "gone" and note.get("reason") == "replaced":
            if "peer" not in note:
                self._replaced.set()
        elif note.get("kind") in ("gone", "renegotiate") and self._media is not None:
            self._media.lost.set()

    async def _behave(self, link: Link) -> None:
        while link.connected:
            view = link.view
            own = view["you"]["seat"]
            booth = next(one for one in view["booths"] if one["booth"] == view["you"]["booth"])
            self._note(booth, own, view)
            heard = booth["active"] == own and booth["state"] == "on_air"
            self._give(heard and view["floor"]["floor"] == "speaking")
            with suppress(Refused, TimeoutError):
                await self._act(link, booth, own)
            await asyncio.sleep(LOOK_S)
        raise TimeoutError

    def _give(self, speaks: bool) -> None:
        """Interpret while somebody speaks, else rest."""
        if self._voice is not None:
            self._voice.muted = not speaks
        if self._portrait is not None and self._portrait.talking != speaks:
            self._portrait.talking = speaks
            if self._media is not None and self._media.picture_track is not None:
                self._media.picture_track.restart()

    async def draw_ahead(self) -> None:
        """Code all pictures off the loop, no faster than they are needed."""
        while self._portrait is not None:
            if not await asyncio.to_thread(self._portrait.prepare):
                return
            await asyncio.sleep(LOOK_S)

    def _note(self, booth: Mapping[str, Any], own: str, view: View) -> None:
        """Remember since when the booth is as it is."""
        now_s = time.monotonic()
        waiting = booth["handover"] and booth["handover"]["expires_at"]
        state = (booth["active"], waiting, view["floor"]["floor"] == "speaking")
        if self._state == state:
            return
        taken_off = booth["active"] is None and not _was_lost(booth, own)
        if self._state and self._state[0] == own and taken_off:
            self._rest_until_s = now_s + HANDS_OFF_S
        self._state, self._since_s = state, now_s

    async def _act(self, link: Link, booth: Mapping[str, Any], own: str) -> None:
        """At most one command a look."""
        me = next(one for one in booth["interpreters"] if one["seat"] == own)
        waited_s = time.monotonic() - self._since_s
        handover, active = booth["handover"], booth["active"]
        if not me["ready"]:
            if me["camera" if booth["signing"] else "microphone"]:
                await link.command("booth.ready")
        elif handover is not None and not _was_lost(booth, own):
            asked = handover["by"] != own and handover["to"] in (None, own)
            if asked and waited_s > ANSWER_S:
                await link.command("booth.accept")
        elif active == own:
            await self._maybe_offer(link, booth, own)
        elif active is None and self._state[2] and self._may_take(waited_s):
            await link.command("booth.on")

    async def _maybe_offer(self, link: Link, booth: Mapping[str, Any], own: str) -> None:
        partner = any(one["ready"] and one["seat"] != own for one in booth["interpreters"])
        if partner and time.time() * 1000 - booth["since"] > SHIFT_S * 1000:
            await link.command("booth.offer")

    def _may_take(self, waited_s: float) -> bool:
        # Not both at the same moment; the slower one is refused and stays ready.
        patience_s = TAKE_S + self._random.uniform(0.0, TAKE_S)
        return waited_s > patience_s and time.monotonic() > self._rest_until_s


def _was_lost(booth: Mapping[str, Any], own: str) -> bool:
    """Our own link failed: nobody has taken us off, and what is offered may be ours again."""
    handover = booth["handover"]
    return bool(handover and handover["kind"] == "lost" and handover["by"] == own)


async def work(base_url: str, people: list[PersonOptions]) -> None:
    """Everybody of the booth, until all seats are taken by others."""
    async with asyncio.TaskGroup() as group:
        for options in people:
            interpreter = Interpreter(base_url, options)
            group.create_task(interpreter.run())
            group.create_task(interpreter.draw_ahead())


def main() -> None:
    """Run until killed, or until somebody takes the seats."""
    logging.basicConfig(level=logging.WARNING)
    raw = json.load(sys.stdin)
    prepare_process()
    people = [PersonOptions(**each) for each in raw["people"]]
    asyncio.run(work(raw["base_url"], people))


if __name__ == "__main__":
    main()
