"""A table for scenarios: a session, its people, and the moderator's usual acts."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from rotunda.demo.link import Link, Refused, View
from tests.harness.product import Crowd, Product, eventually

SESSION = "summit"

PATIENCE_S = 90.0
"""What takes a moment may take this long on a busy machine."""

TOML = """
id = "summit"
title = { en = "Ferries and harbours", "zh-Hant" = "渡輪與港口" }
languages = ["en", "zh"]
timezone = "Europe/Lisbon"
limit_ms = 120000

[[seats]]
seat = "ana"
name = "Ana Ferreira"
city = "Aveiro"
country = "Portugal"

[[seats]]
seat = "bo"
name = "林博文"
city = "臺中"
country = "Taiwan"

[[seats]]
seat = "hall"
name = "Laptop in the hall"
place = "room"

[[seats]]
seat = "room"
name = "Summit Hall"
role = "room"
place = "room"
"""


async def tickets_for(product: Product, people: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Make tickets at once: label -> {role, seat?, name?}."""

    async def one(options: Mapping[str, str]) -> str:
        rest = {key: value for key, value in options.items() if key != "role"}
        return await asyncio.to_thread(product.ticket, SESSION, options["role"], **rest)

    made = await asyncio.gather(*(one(options) for options in people.values()))
    return dict(zip(people, made, strict=True))


async def pictures_later(
    crowd: Crowd, count: int, who: int = 0, limit_s: float = PATIENCE_S
) -> None:
    """Wait until a delegate has been sent so many more pictures of the program."""
    begun = (await crowd.stats())[who]["pictures"]

    async def there() -> bool:
        return bool((await crowd.stats())[who]["pictures"] >= begun + count)

    await eventually(there, limit_s, f"{count} more pictures")


async def on_stage(desk: Link, *seats: str) -> None:
    """Bring seats on stage, in order, when they are there."""

    def here(seat: str) -> Callable[[View], bool]:
        return lambda view: bool(media_of(view, seat)["camera"])

    for seat in seats:
        await desk.until(here(seat), PATIENCE_S, f"{seat}'s camera")
        await desk.command("stage.bring", {"seat": seat})


def media_of(view: View, seat: str) -> Mapping[str, Any]:
    """What of a seat's media arrives."""
    found = next((each for each in view["seats"] if each["seat"] == seat), None)
    return found["media"] if found else {"camera": False, "microphone": False, "link": "none"}


async def give_floor(desk: Link, seat: str) -> str:
    """Queue, call and start a seat; gives the turn."""
    await desk.command("floor.add_for", {"seat": seat, "source": "room"})
    view = await desk.until(
        lambda view: any(turn["seat"] == seat for turn in view["floor"]["queue"]),
        PATIENCE_S,
        "queued",
    )
    turn = next(turn["turn"] for turn in view["floor"]["queue"] if turn["seat"] == seat)
    await desk.command("floor.call", {"turn": turn})
    # A called seat whose sound arrives may have been started by the room already.
    with suppress(Refused):
        await desk.command("floor.start", {"turn": turn})
    await desk.until(lambda view: speaking(view) == turn, PATIENCE_S, f"{seat} speaks")
    return str(turn)


def speaking(view: View) -> str | None:
    """The turn that is being spoken."""
    floor = view["floor"]
    current = floor["current"]
    return current["turn"] if current and floor["floor"] == "speaking" else None


async def end_speech(desk: Link, turn: str) -> None:
    """End a turn and wait until it is over."""
    await desk.command("floor.end", {"turn": turn})
    await desk.until(lambda view: view["floor"]["current"] is None, PATIENCE_S, "floor idle")


async def show_question(desk: Link, text: str) -> str:
    """Submit, approve and put a question on screen; gives its id."""
    known = {asked["question"] for asked in desk.view["questions"]}
    await desk.command("question.submit", {"text": text, "lang": "en", "attribution": "Lia"})
    view = await desk.until(
        lambda view: any(asked["question"] not in known for asked in view["questions"]),
        PATIENCE_S,
        text,
    )
    asked = next(each for each in view["questions"] if each["question"] not in known)
    question = str(asked["question"])
    body = {"question": question, "version": asked["version"]}
    await desk.command("question.approve", body)
    await desk.command("question.shortlist", {"question": question})
    await desk.command("question.next", {"question": question})
    await desk.command("question.live", {"question": question})
    return question


def output_states(view: View, kind: str = "rtmp") -> dict[str, str]:
    """State of each output of a kind, by language."""
    return {each["lang"]: each["state"] for each in view["outputs"] if each["kind"] == kind}
