"""The recording, once it has ended: what there is of it, and its files.

A `<video>` cannot send a ticket.  So whoever may play is told an address with a pass in it: the
word ``public``, or a time and a signature that lets its bearer in until then.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from aiohttp import web

from signaling.doors.base import DESK, SERVICES, Services, now_s, session_of, ticket_of
from signaling.errors import ApiError
from venue.archive import (
    Archive,
    Chapter,
    Placed,
    Preparing,
    chapters_of,
    gaps_of,
    placed,
    starts_of,
)
from venue.ids import SessionId
from venue.roles import Role
from venue.session import SessionDefinition
from venue.webvtt import Cue, document

TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mkv": "video/x-matroska",
    ".vtt": "text/vtt",
}
PASS_S = 12 * 3600
PUBLIC = "public"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")

_Read = TypeVar("_Read")
State = Literal["none", "recording", "preparing", "failed", "ready"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is on the disk of one session's recording."""

    directory: Path
    archive: Archive
    preparing: Preparing | None
    waiting: int
    """Files that nothing has been made of yet."""

    def state(self, *, on_air: bool) -> State:
        if on_air:
            return "recording"
        if self.preparing is not None and self.preparing.code is not None:
            return "failed"
        if self.preparing is not None or self.waiting:
            return "preparing"
        return "ready" if self.archive.parts else "none"


def add_routes(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session}/archive", tell)
    app.router.add_get("/archive/{session}/{pass}/{name:chapters}.{suffix:vtt|json}", chapters)
    app.router.add_get("/archive/{session}/{pass}/{path:.+}", serve)


async def tell(request: web.Request) -> web.Response:
    """What there is to play, with chapters and the address of the files."""
    session = session_of(request)
    services = request.app[SERVICES]
    definition = await services.router.definition(session)
    on_air = services.router.on_air(session)
    is_public = is_open(definition, on_air=on_air)
    shelf = read_shelf(services.config.data_dir, session)
    answer = {
        "session": session,
        "title": dict(definition.title),
        "languages": list(definition.languages),
        "timezone": definition.timezone,
        "accent": definition.accent,
        "open": definition.archive == PUBLIC,
        "state": shelf.state(on_air=on_air),
        "done": None if shelf.preparing is None else shelf.preparing.done,
        "code": None if shelf.preparing is None else shelf.preparing.code,
    }
    role = await _role_of(request, definition, on_air=on_air)
    if role is not None:
        word = PUBLIC if is_public else issue_pass(services, session, now_s() + PASS_S)
        answer["base"] = f"/archive/{session}/{word}/"
        answer["desk"] = role in DESK
        answer |= await _contents(services, session, shelf)
    return web.json_response(answer, headers={"Cache-Control": "no-store"})


async def _role_of(
    request: web.Request, definition: SessionDefinition, *, on_air: bool
) -> Role | None:
    """As whom somebody may play: desks at any time, the others once it has ended, if it is public.

    None: to a public recording somebody came too early; they are told so, and no more.

    Raises:
        ApiError: as for tickets.
    """
    is_public = definition.archive == PUBLIC
    if "Authorization" not in request.headers and is_public and definition.public:
        return None if on_air else Role.AUDIENCE
    everybody = is_public and not on_air
    ticket = await ticket_of(request, definition.session_id, None if everybody else DESK)
    return ticket.role


async def chapters(request: web.Request) -> web.Response:
    """The chapters, as WebVTT or JSON."""
    session = await _admitted(request)
    services = request.app[SERVICES]
    shelf = read_shelf(services.config.data_dir, session)
    found = placed(chapters_of(await services.stories.of(session)), shelf.archive.parts)
    headers = {"Cache-Control": "no-store"}
    if request.match_info["suffix"] == "json":
        return web.json_response({"chapters": [_chapter(one) for one in found]}, headers=headers)
    cues = [Cue(one.at_ms / 1000, one.until_ms / 1000, _heading(one.chapter)) for one in found]
    return web.Response(text=document(cues), content_type="text/vtt", headers=headers)


async def serve(request: web.Request) -> web.StreamResponse:
    """A file, or a range of it."""
    session = await _admitted(request)
    root = request.app[SERVICES].config.data_dir / "recordings" / session
    path = locate(root, request.match_info["path"])
    response = web.FileResponse(path)
    response.content_type = TYPES[path.suffix]
    # Playlists and captions grow with the next part; what is of one part stays as it is.
    grows = path.suffix in (".m3u8", ".vtt")
    response.headers["Cache-Control"] = "no-cache" if grows else "private, max-age=86400"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def locate(root: Path, path: str) -> Path:
    """Find a finished file: ``{part}.mkv`` itself, everything else in ``archive/``.

    Raises:
        ApiError: 404 ``request.not_found``.
    """
    words = path.split("/")
    name, dot, suffix = words[-1].rpartition(".")
    well_named = all(_NAME.fullmatch(word) for word in (*words[:-1], name))
    if not well_named or len(words) > 2 or dot + suffix not in TYPES:
        raise ApiError(404, "request.not_found")
    archive = root / "archive"
    if suffix == "mkv":
        # A part that is still being written has no index yet.
        found = root / words[-1]
        is_whole = len(words) == 1 and (archive / name / "index.json").is_file()
    else:
        found = archive.joinpath(*words)
        is_whole = len(words) == 1 or (found.parent / "index.json").is_file()
    if not is_whole or not found.is_file() or not found.resolve().is_relative_to(root.resolve()):
        raise ApiError(404, "request.not_found")
    return found


def is_open(definition: SessionDefinition, *, on_air: bool) -> bool:
    """Whether anybody may play: the programme says so, and nothing is being recorded."""
    return definition.archive == PUBLIC and definition.public and not on_air


def read_archive(data_dir: Path, session: SessionId) -> Archive:
    """The parts that can be played."""
    path = data_dir / "recordings" / session / "archive" / "archive.json"
    return _read(path, Archive) or Archive()


def read_shelf(data_dir: Path, session: SessionId) -> Shelf:
    """What is on the disk; what cannot be read is not there yet."""
    directory = data_dir / "recordings" / session
    archive = read_archive(data_dir, session)
    known = {part.name for part in archive.parts} | set(archive.unreadable)
    waiting = sum(path.stem not in known for path in directory.glob("*.mkv"))
    preparing = _read(directory / "archive" / "state.json", Preparing)
    return Shelf(directory, archive, preparing, waiting)


def issue_pass(services: Services, session: SessionId, until_s: int) -> str:
    """A word that lets its bearer at the files of a session until then."""
    message = f"archive\n{session}\n{until_s}".encode()
    digest = hmac.new(services.config.secret.encode(), message, hashlib.sha256).hexdigest()
    return f"{until_s}-{digest[:32]}"


async def _admitted(request: web.Request) -> SessionId:
    """Check the pass.

    Raises:
        ApiError: 403 ``archive.pass``.
    """
    session, word = session_of(request), request.match_info["pass"]
    services = request.app[SERVICES]
    definition = await services.router.definition(session)
    if word == PUBLIC:
        if is_open(definition, on_air=services.router.on_air(session)):
            return session
        raise ApiError(403, "archive.pass")
    until, _, _ = word.partition("-")
    until_s = int(until) if until.isascii() and until.isdecimal() and len(until) <= 12 else 0
    expected = issue_pass(services, session, until_s)
    if until_s < now_s() or not hmac.compare_digest(word.encode(), expected.encode()):
        raise ApiError(403, "archive.pass")
    return session


async def _contents(services: Services, session: SessionId, shelf: Shelf) -> dict[str, Any]:
    archive = shelf.archive
    parts = archive.parts
    told = await services.stories.of(session) if parts else None
    found = () if told is None else placed(chapters_of(told), parts)
    return {
        "length_ms": archive.length_ms,
        "sounds": list(archive.sounds),
        "captions": list(archive.captions),
        "parts": [
            {
                **msgspec.to_builtins(part),
                "at_ms": at_ms,
                "kept": (shelf.directory / f"{part.name}.mkv").is_file(),
            }
            for part, at_ms in zip(parts, starts_of(parts), strict=True)
        ],
        "gaps": msgspec.to_builtins(gaps_of(parts)),
        "unreadable": len(archive.unreadable),
        "chapters": [_chapter(one) for one in found],
    }


def _chapter(one: Placed) -> dict[str, Any]:
    chapter = one.chapter
    return {
        "kind": chapter.kind,
        "at_ms": one.at_ms,
        "until_ms": one.until_ms,
        "started_at": chapter.start,
        "name": chapter.name,
        "title": chapter.title,
        "city": chapter.city,
        "country": chapter.country,
        "language": chapter.language,
        "text": chapter.text,
        "question": chapter.question,
        "words": msgspec.to_builtins(chapter.words),
        "translations": dict(chapter.translations),
    }


def _heading(chapter: Chapter) -> str:
    if chapter.kind == "question":
        return chapter.text
    if chapter.kind == "break":
        return "—"
    return ", ".join(filter(None, (chapter.name, chapter.city)))


def _read(path: Path, kind: type[_Read]) -> _Read | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
