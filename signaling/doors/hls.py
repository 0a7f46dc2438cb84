"""The program for players: files that an output process writes, served as they grow."""

import re
from pathlib import Path

from aiohttp import web

from signaling.doors.base import SERVICES, session_of, ticket_of
from signaling.errors import ApiError

TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".ts": "video/mp2t",
    ".aac": "audio/aac",
    ".vtt": "text/vtt",
}
SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
DEPTH_MAX = 5


def add_routes(app: web.Application) -> None:
    app.router.add_get("/hls/{session}/{path:.+}", serve)
    app.router.add_options("/hls/{session}/{path:.+}", options)


async def options(_request: web.Request) -> web.Response:
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "Authorization, Range",
        },
    )


async def serve(request: web.Request) -> web.StreamResponse:
    session = session_of(request)
    services = request.app[SERVICES]
    definition = await services.router.definition(session)
    if not definition.public:
        await ticket_of(request, session)
    path = locate(services.config.data_dir / "hls", session, request.match_info["path"])
    response = web.FileResponse(path)
    response.content_type = TYPES[path.suffix]
    playlist = path.suffix == ".m3u8"
    response.headers["Cache-Control"] = "no-cache" if playlist else "public, max-age=60"
    return response


def locate(root: Path, session: str, path: str) -> Path:
    """Find a file below ``root/session``; nothing outside can be named.

    Raises:
        ApiError: 404 ``request.not_found``.
    """
    segments = [session, *path.split("/")]
    allowed = len(segments) <= DEPTH_MAX and all(SEGMENT.fullmatch(word) for word in segments)
    if not allowed:
        raise ApiError(404, "request.not_found")
    found = root.joinpath(*segments)
    if found.suffix not in TYPES or not found.is_file():
        raise ApiError(404, "request.not_found")
    # A symbolic link could still lead out.
    if not found.resolve().is_relative_to(root.resolve()):
        raise ApiError(404, "request.not_found")
    return found
