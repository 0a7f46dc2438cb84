"""The pages' files for stub servers, kept by the browser as in production.

Stubs of one run share their ports one after another, so that a page opened again comes from
Chromium's cache, compiled already.
"""

import mimetypes
import socket
from functools import cache
from pathlib import Path

from aiohttp import web

WEB = Path(__file__).resolve().parents[2] / "web"
mimetypes.add_type("text/javascript", ".mjs")


def door(port: int = 0) -> socket.socket:
    """A listening socket on the loopback; servers that come and go use copies of it."""
    listening = socket.create_server(("127.0.0.1", port))
    listening.setblocking(False)
    return listening


def address(listening: socket.socket) -> str:
    """Where browsers find what answers there."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@cache
def _read(path: Path) -> tuple[bytes, str]:
    return path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"


async def static(request: web.Request) -> web.Response:
    """A file under ``/static/-/``."""
    path = (WEB / request.match_info["path"]).resolve()
    if not path.is_relative_to(WEB) or not path.is_file():
        raise web.HTTPNotFound
    body, kind = _read(path)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(body=body, content_type=kind, headers=headers)
