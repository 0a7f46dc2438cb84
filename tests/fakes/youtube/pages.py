"""The pages for people: what is on, one broadcast, and the consent of a channel's owner."""

import hashlib
import html
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.fakes.youtube.api_chat import say
from tests.fakes.youtube.ingest import Ingest
from tests.fakes.youtube.model import ON_AIR, OVER, Broadcast
from tests.fakes.youtube.state import State

_HERE = Path(__file__).parent
_HLS_JS = Path(__file__).parents[3] / "web" / "vendor" / "hls.mjs"
_WATCHERS = 1000


class Pages:
    """``/``, ``/watch?v=ID`` and what they load."""

    def __init__(self, state: State, ingest: Ingest | None) -> None:
        self._state = state
        self._ingest = ingest

    def add_to(self, app: web.Application) -> None:
        app.add_routes(
            [
                web.get("/", self.page),
                web.get("/watch", self.page),
                web.get("/embed/{id}", self.page),
                web.get("/hls.mjs", self.hls_js),
                web.get("/_page/broadcasts", self.broadcasts),
                web.post("/_page/say", self.say),
                web.get("/hls/{name}", self.hls),
                web.get("/recordings/{name}", self.recording),
                web.get("/vi/{id}/{name}", self.thumbnail),
            ]
        )

    async def page(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / "page.html", headers={"Cache-Control": "no-store"})

    async def hls_js(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HLS_JS, headers={"Content-Type": "text/javascript"})

    async def broadcasts(self, request: web.Request) -> web.StreamResponse:
        """All broadcasts, newest first, without keys; ``v`` and ``viewer`` count who watches."""
        self._state.tick()
        watched = self._state.broadcasts.get(request.query.get("v", ""))
        viewer = request.query.get("viewer", "")
        if watched is not None and viewer and len(watched.watchers) < _WATCHERS:
            watched.video.views += int(viewer not in watched.watchers)
            watched.watchers[viewer] = time.monotonic()
        held = sorted(self._state.broadcasts.values(), key=lambda one: -one.created_s)
        return web.json_response([self._shown(one) for one in held])

    async def say(self, request: web.Request) -> web.StreamResponse:
        """A viewer writes into the chat of ``v``; each name has a channel of its own."""
        form = await request.post()
        broadcast = self._state.broadcasts.get(str(form.get("v", "")))
        text, name = str(form.get("text", ""))[:200], str(form.get("name", ""))[:80] or "Guest"
        if broadcast is None or not text.strip() or broadcast.lifecycle in OVER:
            return web.Response(status=400)
        channel = "UC" + hashlib.sha256(name.encode()).hexdigest()[:22]
        say(self._state, broadcast.chat_id, text, channel, name)
        return web.Response(status=204)

    def _shown(self, broadcast: Broadcast) -> dict[str, Any]:
        stream = self._state.stream_of(broadcast)
        names = [] if stream is None else self._state.recordings.get(stream.key, [])
        playing = stream is not None and stream.publishers and broadcast.lifecycle in ON_AIR
        snippet, video = broadcast.snippet, broadcast.video
        return {
            "id": broadcast.id,
            "title": snippet.title,
            "description": snippet.description,
            "channel": self._state.channel(snippet.channel_id).title,
            "language": video.default_audio_language or video.default_language,
            "lifecycle": broadcast.lifecycle,
            "privacy": broadcast.status.privacy_status,
            "viewers": self._state.viewers(broadcast),
            "thumbnail": bool(video.thumbnail),
            "stream": None if stream is None else stream.status,
            "issues": [] if stream is None else [one.type for one in stream.issues],
            "captions": self._captions(broadcast),
            "chat": [
                {"name": one.author_name, "text": one.text}
                for one in self._state.chats.get(broadcast.chat_id, [])[-20:]
                if one.type
                not in ("messageDeletedEvent", "messageRetractedEvent", "userBannedEvent")
            ],
            "hls": f"/hls/{broadcast.stream_id}.m3u8" if playing else None,
            "recordings": [f"/recordings/{name}.flv" for name in names],
        }

    def _captions(self, broadcast: Broadcast) -> list[str]:
        """What viewers see, if the broadcast was made with captions."""
        stream = self._state.stream_of(broadcast)
        if stream is None or broadcast.content.closed_captions_type != "closedCaptionsHttpPost":
            return []
        return [one.text for one in stream.captions[-3:]]

    async def hls(self, request: web.Request) -> web.StreamResponse:
        """nginx names these files by the key; outside they are named by the stream's id."""
        name = request.match_info["name"]
        stream = self._state.streams.get(name.split(".")[0].rsplit("-", 1)[0])
        if stream is None or self._ingest is None:
            return web.Response(status=404)
        kept = name.replace(stream.id, stream.key)
        if not name.endswith(".m3u8"):
            return self._file("hls", kept)
        path = self._ingest.directory / "hls" / kept
        if not path.is_file():
            return web.Response(status=404)
        text = path.read_text().replace(stream.key, stream.id)
        headers = {"Cache-Control": "no-store", "Content-Type": "application/vnd.apple.mpegurl"}
        return web.Response(text=text, headers=headers)

    async def recording(self, request: web.Request) -> web.StreamResponse:
        return self._file("flv", request.match_info["name"])

    def _file(self, folder: str, name: str) -> web.StreamResponse:
        if self._ingest is None or "/" in name:
            return web.Response(status=404)
        path = self._ingest.directory / folder / name
        if not path.is_file():
            return web.Response(status=404)
        kind = "video/mp2t" if path.suffix == ".ts" else "video/x-flv"
        headers = {"Cache-Control": "no-store", "Content-Type": kind}
        return web.FileResponse(path, headers=headers)

    async def thumbnail(self, request: web.Request) -> web.StreamResponse:
        broadcast = self._state.broadcasts.get(request.match_info["id"])
        if broadcast is None or not broadcast.video.thumbnail:
            return web.Response(status=404)
        picture = broadcast.video.thumbnail
        kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=picture, content_type=kind)

    def consent(self, request: web.Request) -> web.StreamResponse:
        """A link for each channel, and one that refuses."""
        asked = dict(request.query)
        rows = [(held.id, f"Allow {held.title}") for held in self._state.channels.values()]
        links = "".join(
            f'<li><a id="{html.escape(id_ or "refuse")}" href="/o/oauth2/approve?'
            f'{html.escape(urlencode({**asked, "channel": id_}))}">{html.escape(text)}</a></li>'
            for id_, text in [*rows, ("", "Refuse")]
        )
        scope = html.escape(json.dumps(asked.get("scope", "").split()))
        page = (
            "<!doctype html><html lang=en><title>Choose a channel</title>"
            f"<h1>Choose a channel</h1><p>Scopes: {scope}</p><ul>{links}</ul></html>"
        )
        return web.Response(text=page, content_type="text/html")
