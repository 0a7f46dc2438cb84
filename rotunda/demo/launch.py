"""Starts the demo: its session, its links, and its people as processes."""

import time
from collections.abc import Mapping
from typing import Any

from rotunda.config import Config
from rotunda.demo.link import ticket_of
from rotunda.demo.session import (
    BOOTH,
    FREE_SEAT,
    FREE_SIGN_SEAT,
    GUESTS,
    INTERPRETERS,
    ROOM,
    SESSION_ID,
    SIGN_LANGUAGE,
    SIGNER,
    Guest,
    definition,
)
from rotunda.people import join_link, store_sessions
from rotunda.processes import Child, python
from venue.roles import Role
from venue.session import parse_session

TICKET_S = 72 * 3600


async def import_demo(redis_url: str, youtube: Mapping[str, Any] | None = None) -> None:
    """Store the demo's session; ``youtube`` is its ``[youtube]``, and then it starts now.

    Raises:
        ConfigurationError: The store cannot be reached.
    """
    start = {} if youtube is None else {"starts_at": int(time.time() * 1000)}
    await store_sessions(redis_url, [parse_session({**definition(youtube), **start})])


def demo_links(config: Config, secret: str) -> dict[str, Any]:
    """Give ``/demo.json``: a link and a ticket for everybody."""

    def link(role: Role, seat: str | None, name: str) -> str:
        return _link(config, secret, role, seat, name)

    links: dict[str, Any] = {
        "organizer": link(Role.ORGANIZER, "organizer", "Organizer"),
        "moderator": link(Role.MODERATOR, "moderator", "Moderator"),
        "delegates": [link(Role.DELEGATE, guest.seat, guest.name) for guest in GUESTS],
        "room": link(Role.ROOM, ROOM.seat, ROOM.name),
        "captioner": link(Role.CAPTIONER, None, "Captioner"),
        "interpreters": {
            BOOTH[0]: _booth(config, secret, FREE_SEAT, "Guest interpreter"),
            SIGN_LANGUAGE: _booth(config, secret, FREE_SIGN_SEAT, "Guest signer"),
        },
    }
    tickets = {role: _tickets(value) for role, value in links.items()}
    links["audience"] = f"{config.base_url}/s/{SESSION_ID}"
    tickets["audience"] = ticket_of(link(Role.AUDIENCE, None, "Audience"))
    return {
        "session": SESSION_ID,
        "languages": list(definition()["languages"]),
        "links": links,
        "tickets": tickets,
    }


def _booth(config: Config, secret: str, seat: str, name: str) -> str:
    return _link(config, secret, Role.INTERPRETER, seat, name, language=BOOTH[0])


def _link(
    config: Config, secret: str, role: Role, seat: str | None, name: str, language: str = "en"
) -> str:
    return join_link(
        config,
        secret,
        session=SESSION_ID,
        role=role,
        seat=seat,
        name=name,
        title="",
        city="",
        country="",
        language=language,
        expires_at_s=int(time.time()) + TICKET_S,
    )


def _tickets(links: Any) -> Any:
    match links:
        case str():
            return ticket_of(links)
        case list():
            return [ticket_of(each) for each in links]
        case _:
            return {key: ticket_of(each) for key, each in links.items()}


def demo_children(config: Config, secret: str, document: dict[str, Any]) -> list[Child]:
    """Everybody of the demo; they come in by the public doors like anybody else."""
    tickets = document["tickets"]
    children = [
        _participant(config, guest, ticket, seed)
        for seed, (guest, ticket) in enumerate(zip(GUESTS, tickets["delegates"], strict=True))
    ]
    children.append(_participant(config, ROOM, tickets["room"], len(GUESTS)))
    # Without a seat: whoever opens the organiser's link takes nothing from the director.
    director = ticket_of(_link(config, secret, Role.ORGANIZER, None, "Director"))
    options = {"base_url": _local(config), "ticket": director}
    children.append(Child("demo director", python("rotunda.demo.director"), options))
    children.append(_interpreters(config, secret))
    return children


def _interpreters(config: Config, secret: str) -> Child:
    """All in one process: their sound and picture cost less than a process does."""
    people = [
        {
            "ticket": ticket_of(_booth(config, secret, one.seat, one.name)),
            "pitch_hz": one.pitch_hz,
            "seed": 100 + index,
            "signs": one is SIGNER,
        }
        for index, one in enumerate((*INTERPRETERS, SIGNER))
    ]
    options = {"base_url": _local(config), "people": people}
    return Child("demo booth", python("rotunda.demo.booth"), options, restart=False)


def _participant(config: Config, guest: Guest, ticket: str, seed: int) -> Child:
    options = {
        "base_url": _local(config),
        "ticket": ticket,
        "name": guest.name,
        "title": guest.title,
        "city": guest.city,
        "country": guest.country,
        "colors": guest.colors,
        "pitch_hz": guest.pitch_hz,
        "room": guest.room,
        "seed": seed,
    }
    # Not started again when it ends by itself: then a human has taken the seat.  It reconnects
    # without our help.
    return Child(f"demo {guest.seat}", python("rotunda.demo.client"), options, restart=False)


def _local(config: Config) -> str:
    host = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host
    return f"http://{host}:{config.port}"
