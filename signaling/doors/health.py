"""Is it alive, may it be sent people, and what has it counted."""

import shutil

from aiohttp import web

from signaling.doors.base import SERVICES
from signaling.errors import StoreUnavailable
from venue import journal as keys

DISK_MIN_BYTES = 200 * 1024 * 1024


def add_routes(app: web.Application) -> None:
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True}, headers={"Cache-Control": "no-store"})


async def readyz(request: web.Request) -> web.Response:
    """503 with the reasons while something that people need is missing."""
    reasons = await _reasons(request)
    return web.json_response(
        {"ok": not reasons, "reasons": reasons},
        status=503 if reasons else 200,
        headers={"Cache-Control": "no-store"},
    )


async def metrics(request: web.Request) -> web.Response:
    body = request.app[SERVICES].metrics.render()
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return web.Response(body=body, headers={"Content-Type": kind})


async def _reasons(request: web.Request) -> list[str]:
    services = request.app[SERVICES]
    reasons = []
    try:
        await services.store.run("PING")
        if services.config.require_streaming and not await _streaming(request):
            reasons.append("streaming.missing")
    except StoreUnavailable:
        reasons.append("store.unavailable")
    if shutil.disk_usage(services.config.data_dir).free < DISK_MIN_BYTES:
        reasons.append("disk.full")
    return reasons


async def _streaming(request: web.Request) -> bool:
    """A supervisor streams, and it takes every session; with none there is nothing to miss."""
    services = request.app[SERVICES]
    sessions = services.router.sessions
    if not sessions:
        return True
    leases = [keys.streaming_key(session) for session in sessions]
    return bool(await services.store.run("EXISTS", *leases))
