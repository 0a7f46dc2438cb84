"""Puts the shell for people together."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from signaling.config import Config
from signaling.doors import (
    archive,
    calendar,
    channels,
    health,
    hls,
    outputs,
    pages,
    report,
    sessions,
    viewers,
    whip,
)
from signaling.doors.base import BODY_MAX_BYTES, SERVICES, Services, errors_as_json
from signaling.engine_door import EngineDoors
from signaling.limits import Limits
from signaling.metrics import Metrics
from signaling.people.gateway import Gateway
from signaling.router import Router
from signaling.store import Store
from signaling.stories import Stories
from signaling.tickets import Admission, TicketOffice
from venue import journal as keys

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 10

GATEWAY = web.AppKey("gateway", Gateway)


def create_app(config: Config) -> web.Application:
    """The whole process as one application; it connects when it starts."""
    store, metrics = Store(config.redis_url), Metrics()
    router = Router(store, config.process_id, metrics)
    office = TicketOffice(config.secret)
    admission = Admission(office, store, keys.REVOKED)
    engines = EngineDoors(store)
    app = web.Application(middlewares=[errors_as_json], client_max_size=BODY_MAX_BYTES)
    limits = Limits(metrics, receivers_at_once=config.receivers_at_once)
    stories = Stories(store, router)
    services = Services(config, store, router, office, admission, engines, metrics, limits, stories)
    app[SERVICES] = services
    app[GATEWAY] = Gateway(config, store, router, office, admission, engines, metrics, limits)
    app[GATEWAY].server.attach(app)
    for door in (
        pages,
        sessions,
        calendar,
        outputs,
        channels,
        report,
        viewers,
        archive,
        whip,
        hls,
        health,
    ):
        door.add_routes(app)
    app.cleanup_ctx.append(_background)
    return app


async def _background(app: web.Application) -> AsyncIterator[None]:
    """Run rooms and people beside the doors."""
    services, started = app[SERVICES], asyncio.Event()
    rooms = asyncio.create_task(services.router.run(started))
    people = asyncio.create_task(app[GATEWAY].run())
    for task in (rooms, people):
        task.add_done_callback(_must_not_end)
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            await started.wait()
    except TimeoutError:
        logger.error("Redis cannot be reached; serving, but not ready")
    yield
    await app[GATEWAY].server.shutdown()
    for task in (people, rooms):
        task.cancel()
    await asyncio.gather(rooms, people, return_exceptions=True)
    await services.engines.close()
    await services.store.close()


def _must_not_end(task: "asyncio.Task[None]") -> None:
    """Without rooms or people the process is of no use: let the supervisor start another."""
    if task.cancelled() or task.exception() is None:
        return
    logger.critical("A background task died", exc_info=task.exception())
    raise SystemExit(1)
