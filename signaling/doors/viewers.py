"""Who watches on YouTube, over time."""

import logging

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, session_of, ticket_of
from signaling.store import Store
from venue.ids import SessionId
from venue.journal import viewers_key
from venue.viewers import SAMPLES_MAX, ViewersFigures, ViewersSample, decode_sample, figures_of

logger = logging.getLogger(__name__)

DRAWN_MAX = 120
"""More points than a small curve shows."""


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/viewers", viewers)


async def viewers(request: web.Request) -> web.Response:
    """``{youtube: [{lang, now, peak, peak_at, mean, views, samples}]}``."""
    session = session_of(request)
    await ticket_of(request, session, DESK)
    figures = figures_of(await samples_of(request.app[SERVICES].store, session), DRAWN_MAX)
    body = {"youtube": msgspec.to_builtins(figures)}
    return web.json_response(body, headers={"Cache-Control": "no-store"})


async def all_figures(store: Store, session: SessionId) -> tuple[ViewersFigures, ...]:
    """With every sample there is."""
    return figures_of(await samples_of(store, session), SAMPLES_MAX)


async def samples_of(store: Store, session: SessionId) -> list[ViewersSample]:
    """Everything kept of a session.

    Raises:
        StoreUnavailable: no answer.
    """
    found = []
    for _, fields in await store.last_entries(viewers_key(session), SAMPLES_MAX):
        try:
            found.append(decode_sample(fields))
        except (KeyError, msgspec.DecodeError):
            logger.warning("A count of viewers could not be read")
    return found
