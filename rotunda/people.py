"""Tickets and sessions, from the command line."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import redis.asyncio
import redis.exceptions

from rotunda import embedded
from rotunda.config import Config, ConfigurationError
from rotunda.processes import Child
from rotunda.serve import running
from signaling.tickets import Ticket, TicketOffice
from venue.codec import encode_session
from venue.ids import SeatId, SessionId
from venue.journal import SESSIONS
from venue.roles import Role
from venue.session import SessionDefinition, parse_session


def join_link(
    config: Config,
    secret: str,
    *,
    session: str,
    role: Role,
    seat: str | None,
    name: str,
    title: str,
    city: str,
    country: str,
    language: str,
    expires_at_s: int,
) -> str:
    """A link that makes its bearer somebody; without a seat's id a new seat is made for it."""
    needs_seat = role not in (Role.AUDIENCE, Role.CAPTIONER)
    seat_id = seat or (f"{role.value}-{secrets.token_hex(4)}" if needs_seat else None)
    ticket = Ticket(
        id=secrets.token_urlsafe(12),
        session=SessionId(session),
        role=role,
        seat=SeatId(seat_id) if seat_id else None,
        name=name or role.value.capitalize(),
        title=title,
        city=city,
        country=country,
        language=language,
        place="room" if role is Role.ROOM else "remote",
        expires_at_s=expires_at_s,
    )
    note = running(config)
    base_url = note["base_url"] if note and not config.public_url else config.base_url
    return f"{base_url}/join#{TicketOffice(secret).issue(ticket)}"


async def import_sessions(config: Config, document: Mapping[str, object]) -> list[str]:
    """Store the sessions of a programme file; returns their ids.

    The file is one session, or several under ``[[session]]``.  All are read before any is stored.

    Raises:
        CommandRejected: A session is malformed.
        ConfigurationError: The store cannot be reached.
    """
    several = document.get("session")
    raw = several if isinstance(several, list) else [document]
    sessions = [parse_session(each) for each in raw]
    async with _store_url(config) as url:
        await store_sessions(url, sessions)
    return [session.id for session in sessions]


async def store_sessions(url: str, sessions: list[SessionDefinition]) -> None:
    """Write session definitions; one that is there already is replaced.

    Raises:
        ConfigurationError: The store cannot be reached.
    """
    client = redis.asyncio.Redis.from_url(url)
    try:
        async with client.pipeline(transaction=True) as pipeline:
            for session in sessions:
                pipeline.hset(SESSIONS, session.id, encode_session(session))
            await pipeline.execute()
    except redis.exceptions.ConnectionError as error:
        raise ConfigurationError(f"Cannot reach Redis: {error}") from None
    finally:
        await client.aclose()


@asynccontextmanager
async def _store_url(config: Config) -> AsyncIterator[str]:
    """The store of the running server, the operator's, or one started just for this."""
    note = running(config)
    if config.redis_url or note:
        yield config.redis_url or (note["redis_url"] if note else "")
        return
    data = config.data_dir / "valkey"
    data.mkdir(exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix="rotunda-") as scratch:
        socket = Path(scratch) / "valkey.sock"
        child = Child("valkey", embedded.arguments(socket, data), restart=False)
        import asyncio

        async with asyncio.TaskGroup() as group:
            group.create_task(child.run())
            try:
                await embedded.wait_until_ready(socket)
                yield embedded.url(socket)
            finally:
                await child.stop()
