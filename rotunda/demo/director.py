"""A gentle moderator for the demo: keeps the table going until a human takes the gavel.

It sits at the desk like anybody else.  Whatever changes at the desk that it did not ask for is
taken for a human's act, and it keeps its hands off for two minutes after the last one.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import socketio.exceptions

from rotunda.demo.link import Link, Refused, View
from rotunda.demo.session import QUESTIONS

log = logging.getLogger(__name__)

HANDS_OFF_S = 120.0
SPEECH_S = 25.0
BREATH_S = 4.0
"""Between a speech and the next call."""
CALL_S = 8.0
"""A called speaker who has not begun by then is started."""
GIVE_UP_S = 20.0
"""A held speaker who has not come back by then has had their turn."""
QUESTION_EVERY_S = 75.0
QUESTION_SHOWN_S = 15.0
ROOM_EVERY = 3
"""Every third speech comes from the room."""
OWN_ACT_S = 5.0
"""How long the effect of our own command may take to show."""

Trace = dict[str, Any]


def trace_of(view: View) -> Trace:
    """What only a moderator changes, as far as a view can tell."""
    floor, program = view["floor"], view["program"]
    current = floor["current"]
    return {
        "list": floor["list"],
        "mode": floor["mode"],
        "chair_open": floor["chair_open"],
        "scene": program["scene"],
        "on_air": program["on_air"],
        "stage": frozenset(program["stage"]),
        "turn": current and current["turn"],
        "live": next((q["question"] for q in view["questions"] if q["state"] == "live"), None),
        "limit_ms": current and current["limit_ms"],
    }


@dataclass(slots=True)
class HumanWatch:
    """Tells changes we asked for from those somebody else did."""

    _last: Trace | None = None
    _own: dict[str, float] = field(default_factory=dict)
    human_at_s: float | None = None

    def expect(self, now_s: float, *aspects: str) -> None:
        """We are about to change these aspects."""
        self._own.update(dict.fromkeys(aspects, now_s + OWN_ACT_S))

    def see(self, trace: Trace, now_s: float) -> None:
        """Look at the desk again."""
        last, self._last = self._last, trace
        if last is None:
            return
        changed = {aspect for aspect in trace if trace[aspect] != last[aspect]}
        if "turn" in changed:
            changed.discard("limit_ms")
        if any(self._own.get(aspect, 0.0) < now_s for aspect in changed):
            self.human_at_s = now_s

    def may_act(self, now_s: float) -> bool:
        """No human has touched the desk lately."""
        return self.human_at_s is None or now_s - self.human_at_s > HANDS_OFF_S


class Director:
    """Acts on what it sees, at most one command a look."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._watch = HumanWatch()
        self._speeches = 0
        self._since_s = time.monotonic()
        self._state: tuple[str, str | None] = ("", None)
        self._asked_s = time.monotonic() - QUESTION_EVERY_S / 2
        self._asked = 0

    async def run(self) -> None:
        """Look once a second until the connection is lost."""
        while self._link.connected:
            now_s = time.monotonic()
            view = self._link.view
            self._watch.see(trace_of(view), now_s)
            self._note_state(view, now_s)
            if self._watch.may_act(now_s):
                with suppress(Refused, TimeoutError):
                    await self._act(view, now_s)
            await asyncio.sleep(1.0)

    def _note_state(self, view: View, now_s: float) -> None:
        trace = trace_of(view)
        state = (view["floor"]["floor"], trace["turn"])
        if state != self._state:
            self._state, self._since_s = state, now_s

    async def _act(self, view: View, now_s: float) -> None:
        if not (await self._set_up(view) or await self._question(view, now_s)):
            await self._floor(view, now_s - self._since_s)

    async def _send(self, name: str, body: Mapping[str, Any] | None = None, *aspects: str) -> View:
        self._watch.expect(time.monotonic(), *aspects)
        return await self._link.command(name, body)

    async def _set_up(self, view: View) -> bool:
        """Everybody on stage, the list open, on air."""
        for seat in view["seats"]:
            seated = seat["role"] in ("delegate", "room") and seat["presence"] == "online"
            if seated and not seat["on_stage"]:
                await self._send("stage.bring", {"seat": seat["seat"]}, "stage")
                return True
        if view["floor"]["list"] != "open":
            await self._send("floor.open", {}, "list")
            return True
        if not view["program"]["on_air"]:
            await self._send("onair.start", {}, "on_air")
            return True
        return False

    async def _floor(self, view: View, held_s: float) -> None:
        floor, current = view["floor"], view["floor"]["current"]
        match floor["floor"]:
            case "idle" if held_s > BREATH_S:
                await self._call_next(view)
            case "calling" if held_s > CALL_S:
                await self._send("floor.start", {"turn": current["turn"]})
            case "speaking" if held_s > SPEECH_S:
                await self._send("floor.end", {"turn": current["turn"]}, "turn")
            case "held" if held_s > GIVE_UP_S:
                await self._send("floor.end", {"turn": current["turn"]}, "turn")
            case "held" if held_s > CALL_S:
                await self._send("floor.resume", {"turn": current["turn"]})

    async def _call_next(self, view: View) -> None:
        queue = view["floor"]["queue"]
        if self._speeches % ROOM_EVERY == ROOM_EVERY - 1:
            room = next((seat for seat in view["seats"] if seat["role"] == "room"), None)
            if room is not None and not any(turn["place"] == "room" for turn in queue):
                self._speeches += 1
                await self._send("floor.add_for", {"seat": room["seat"], "source": "room"})
                return
        if queue:
            self._speeches += 1
            await self._send("floor.call", {"turn": queue[0]["turn"]}, "turn")

    async def _question(self, view: View, now_s: float) -> bool:
        """Put a sample question on screen now and then, and take it down again."""
        live = next((q for q in view["questions"] if q["state"] == "live"), None)
        if live is not None:
            if now_s - self._asked_s < QUESTION_SHOWN_S:
                return False
            await self._send("question.answered", {"question": live["question"]}, "live")
            return True
        if now_s - self._asked_s < QUESTION_EVERY_S or view["floor"]["floor"] != "speaking":
            return False
        self._asked_s = now_s
        text, language, author = QUESTIONS[self._asked % len(QUESTIONS)]
        self._asked += 1
        body = {"text": text, "lang": language, "attribution": author}
        known = {q["question"] for q in view["questions"]}
        await self._send("question.submit", body)
        seen = await self._link.until(lambda v: any(_new(v, known)), 5.0, "own question")
        asked = next(q for q in seen["questions"] if q["question"] not in known)
        question = asked["question"]
        await self._send("question.approve", {"question": question, "version": asked["version"]})
        await self._send("question.shortlist", {"question": question})
        await self._send("question.next", {"question": question})
        await self._send("question.live", {"question": question}, "live")
        return True


def _new(view: View, known: set[str]) -> list[str]:
    return [q["question"] for q in view["questions"] if q["question"] not in known]


async def direct(base_url: str, ticket: str) -> None:
    """Hold the gavel for ever, coming back whenever the connection is lost."""
    while True:
        link = Link(base_url, {"ticket": ticket})
        with suppress(TimeoutError, aiohttp.ClientError, socketio.exceptions.SocketIOError):
            await link.connect()
            await Director(link).run()
        await link.close()
        await asyncio.sleep(2.0)


def main() -> None:
    """Read ``{base_url, ticket}`` from standard input and direct."""
    logging.basicConfig(level=logging.WARNING)
    options = json.load(sys.stdin)
    asyncio.run(direct(options["base_url"], options["ticket"]))


if __name__ == "__main__":
    main()
