"""Pages and their static files.

Static files live under ``/static/{version}/`` where the version is a digest of all of them, so they
may be cached for ever; pages name ``/static/-/`` and are rewritten as they go out, with the head
that all share and the modules that they will load.
"""

import base64
import gzip
import hashlib
import html
import mimetypes
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from signaling.doors.base import ERROR_PAGE, SERVICES, error_response, session_of
from signaling.doors.hls import SEGMENT
from signaling.doors.modules import PLACEHOLDER, with_preloads
from signaling.errors import ApiError
from venue.broadcast_view import embed_site

NO_FRAMES = "'none'"
SHARED_HEAD = "    <!-- head.html -->\n"
"""The import map is one for all pages: what a page does not import is not loaded."""

SERVED = frozenset(
    {".js", ".mjs", ".css", ".svg", ".png", ".ico", ".woff2", ".webp", ".webmanifest"}
)
TEXT = frozenset({".js", ".mjs", ".css", ".svg", ".webmanifest"})
SKIPPED = frozenset({"node_modules", "__pycache__", "tests"})
RECHECK_S = 1.0
GZIP_MIN_BYTES = 1024

_INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)",
}


@dataclass(frozen=True, slots=True)
class File:
    """One static file, ready to send."""

    modified_ns: int
    content_type: str
    raw: bytes
    zipped: bytes | None


@dataclass(slots=True)
class Site:
    """The web directory with its digest; notices when a file changes."""

    root: Path
    version: str = ""
    checked_at_s: float = field(default=-10.0)
    stamp: tuple[tuple[str, int, int], ...] = ()
    files: dict[Path, File] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    """Of this version."""

    def refresh(self) -> str:
        """The version now."""
        now = time.monotonic()
        if now - self.checked_at_s < RECHECK_S:
            return self.version
        self.checked_at_s = now
        found = sorted(
            (str(path.relative_to(self.root)), status.st_mtime_ns, status.st_size)
            for path in _walk(self.root)
            for status in (path.stat(),)
        )
        if tuple(found) != self.stamp or not self.version:
            self.stamp = tuple(found)
            digest = hashlib.sha256()
            for name, _, _ in found:
                digest.update(name.encode() + b"\0" + (self.root / name).read_bytes() + b"\0")
            self.version = digest.hexdigest()[:12]
            self.pages.clear()
        return self.version

    def file(self, name: str) -> File:
        """A static file.

        Raises:
            ApiError: 404 ``request.not_found``.
        """
        segments = name.split("/")
        path = self.root.joinpath(*segments)
        allowed = all(SEGMENT.fullmatch(word) for word in segments) and not SKIPPED & set(segments)
        if not allowed or path.suffix not in SERVED or not path.is_file():
            raise ApiError(404, "request.not_found")
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise ApiError(404, "request.not_found")
        modified_ns = path.stat().st_mtime_ns
        kept = self.files.get(path)
        if kept is None or kept.modified_ns != modified_ns:
            kept = self.files[path] = _load(path, modified_ns)
        return kept

    def page(self, name: str, frames: str = NO_FRAMES) -> tuple[str, str]:
        """A page and its content security policy; ``frames``: whose frames it may show."""
        if not (self.root / name).is_file():
            raise ApiError(404, "request.not_found")
        version = self.refresh()
        if name not in self.pages:
            page = assembled(self.root, name)
            self.pages[name] = page.replace(PLACEHOLDER, f"/static/{version}/")
        return self.pages[name], _policy(self.pages[name], frames)


def assembled(root: Path, name: str) -> str:
    """A page with what the heads of all pages share, and its modules."""
    text = (root / name).read_text("utf-8")
    if SHARED_HEAD in text:
        text = text.replace(SHARED_HEAD, (root / "head.html").read_text("utf-8"))
    return with_preloads(text, root)


SITE = web.AppKey("site", Site)


def add_routes(app: web.Application) -> None:
    app[SITE] = Site(app[SERVICES].config.web_dir)
    app[ERROR_PAGE] = lost
    app.router.add_get("/", lobby)
    app.router.add_get("/join", join)
    app.router.add_get("/s/{session}", audience)
    app.router.add_get("/s/{session}/program", program)
    app.router.add_get("/s/{session}/listen", listen)
    app.router.add_get("/s/{session}/poster", poster)
    app.router.add_get("/s/{session}/archive", archive)
    app.router.add_get("/static/{version}/{path:.+}", static)
    app.router.add_get("/s/{session}/channels", channels)
    app.router.add_get("/youtube/callback", callback)
    app.router.add_get("/demo.json", demo)
    app.router.add_get("/favicon.ico", favicon)


async def lobby(request: web.Request) -> web.Response:
    return _page(request, "lobby.html")


async def join(request: web.Request) -> web.Response:
    return _page(request, "join.html")


async def audience(request: web.Request) -> web.Response:
    definition = await request.app[SERVICES].router.definition(session_of(request))
    # A viewer may choose YouTube's player; no other page has frames.
    frames = embed_site(definition) + "embed/" if definition.youtube is not None else NO_FRAMES
    return _page(request, "audience.html", frames)


async def program(request: web.Request) -> web.Response:
    await request.app[SERVICES].router.definition(session_of(request))
    return _page(request, "room.html")


async def listen(request: web.Request) -> web.Response:
    await request.app[SERVICES].router.definition(session_of(request))
    return _page(request, "listen.html")


async def poster(request: web.Request) -> web.Response:
    await request.app[SERVICES].router.definition(session_of(request))
    return _page(request, "poster.html")


async def archive(request: web.Request) -> web.Response:
    await request.app[SERVICES].router.definition(session_of(request))
    return _page(request, "archive.html")


async def channels(request: web.Request) -> web.Response:
    await request.app[SERVICES].router.definition(session_of(request))
    return _page(request, "channels.html")


async def callback(request: web.Request) -> web.Response:
    """Where Google sends the browser back to; the page has the ticket, this door does not."""
    return _page(request, "channels.html")


async def static(request: web.Request) -> web.Response:
    site = request.app[SITE]
    file = site.file(request.match_info["path"])
    current = request.match_info["version"] == site.refresh()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    body = file.raw
    if file.zipped is not None and _takes_gzip(request):
        body, headers["Content-Encoding"] = file.zipped, "gzip"
    return web.Response(body=body, headers={**headers, "Content-Type": file.content_type})


async def demo(request: web.Request) -> web.Response:
    """The links of the demonstration, when there is one."""
    config = request.app[SERVICES].config
    path = config.run_dir / "demo.json"
    if config.demo is None or not path.is_file():
        raise ApiError(404, "request.not_found")
    return web.Response(
        body=path.read_bytes(),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def favicon(request: web.Request) -> web.Response:
    site = request.app[SITE]
    try:
        file = site.file("icon.svg")
    except ApiError:
        return web.Response(status=204, headers={"Cache-Control": "max-age=3600"})
    return web.Response(body=file.raw, headers={"Content-Type": file.content_type})


def _page(request: web.Request, name: str, frames: str = NO_FRAMES) -> web.Response:
    text, policy = request.app[SITE].page(name, frames)
    answer = web.Response(
        text=text,
        content_type="text/html",
        headers={
            **_SECURITY,
            "Content-Security-Policy": policy,
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
        },
    )
    if _takes_gzip(request):  # Names of modules, much alike.
        answer.enable_compression(web.ContentCoding.gzip)
    return answer


def _takes_gzip(request: web.Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def lost(request: web.Request, error: ApiError) -> web.Response:
    """What a person sees instead of a page."""
    try:
        text, policy = request.app[SITE].page("lost.html")
    except ApiError:
        return error_response(error)
    text = text.replace("{sentence}", html.escape(error.message))
    return web.Response(
        status=error.status,
        text=text.replace("{code}", html.escape(error.code)),
        content_type="text/html",
        headers={**_SECURITY, "Content-Security-Policy": policy, "Cache-Control": "no-store"},
    )


def _policy(page: str, frames: str) -> str:
    """Only our own files, and the inline scripts (import maps) exactly as they stand."""
    digests = [
        "'sha256-" + base64.b64encode(hashlib.sha256(m["body"].encode()).digest()).decode() + "'"
        for m in _INLINE_SCRIPT.finditer(page)
        if "src=" not in m["attributes"]
    ]
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(["script-src 'self'", *digests]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob: data: mediastream:",
            "connect-src 'self' ws: wss:",
            f"frame-src {frames}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _walk(root: Path) -> list[Path]:
    found: list[Path] = []
    for path in root.iterdir():
        if path.is_dir() and path.name not in SKIPPED:
            found += _walk(path)
        elif path.suffix in SERVED | {".html"}:
            found.append(path)
    return found


def _load(path: Path, modified_ns: int) -> File:
    raw = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in (".js", ".mjs"):
        kind = "text/javascript"
    if path.suffix in TEXT:
        kind += "; charset=utf-8"
    worth = path.suffix in TEXT and len(raw) >= GZIP_MIN_BYTES
    return File(modified_ns, kind, raw, gzip.compress(raw, 6, mtime=0) if worth else None)
