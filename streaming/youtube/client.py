"""The one place that speaks to YouTube: typed, asynchronous, each call on a connection of its own.

Methods raise ``YouTubeError`` and nothing else; a call that is cancelled may be applied all the
same.  Keys and addresses with keys are in no message and no ``repr``.
"""

import asyncio
import copy
import functools
import io
import json
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import google_auth_httplib2
import googleapiclient
import msgspec
from googleapiclient.discovery import build_from_document
from googleapiclient.http import MediaIoBaseUpload
from msgspec.structs import replace

from streaming.youtube import transport
from streaming.youtube.errors import Kind, YouTubeError, classify
from streaming.youtube.lanes import Lanes
from streaming.youtube.settings import YouTubeSettings
from streaming.youtube.shapes import (
    BroadcastText,
    Channel,
    ChatPage,
    ContentDetails,
    LiveBroadcast,
    LiveStream,
    Snippet,
    Video,
)

PAGES_MAX = 20
PAGE_SIZE = 50
CHAT_PAGE_SIZE = 2_000
BROADCAST_PARTS = "id,snippet,status,contentDetails"
STREAM_PARTS = "id,snippet,cdn,status"
CAPTIONS, NO_CAPTIONS = "closedCaptionsHttpPost", "closedCaptionsDisabled"

T = TypeVar("T", bound=msgspec.Struct)
Charge = Callable[[str, bool], Awaitable[None]]
"""Pays for a call before it is made: method, and whether it may use the reserve."""


@functools.lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    folder = Path(googleapiclient.__path__[0]) / "discovery_cache" / "documents"
    document: dict[str, Any] = json.loads((folder / "youtube.v3.json").read_text())
    return document


def build_service(settings: YouTubeSettings) -> Any:
    """The library's request builder, from its own copy of the API's description.

    Only a changed description sends *everything* to a stand-in: the library's own option leaves
    uploads and batches with Google.
    """
    document = copy.copy(_document())
    if settings.root:
        document["rootUrl"] = document["baseUrl"] = settings.root
        document.pop("mtlsRootUrl", None)
    return build_from_document(document, http=transport.OnceHttp(timeout=settings.timeout_s))


class YouTube:
    """One channel's calls."""

    def __init__(
        self,
        settings: YouTubeSettings,
        credentials: Any,
        lanes: Lanes,
        charge: Charge,
    ) -> None:
        self._service = build_service(settings)
        self._settings = settings
        self._credentials = credentials
        self._lanes = lanes
        self._charge = charge
        self._refreshing = threading.Lock()

    async def channels(self, *, reserved: bool = False) -> tuple[Channel, ...]:
        """The channels that the token is for: one."""
        request = self._service.channels().list(part="id,snippet", mine=True)
        return _items(await self._read(request, "channels.list", reserved), Channel)

    async def broadcasts(self, ids: Sequence[str], *, reserved: bool) -> tuple[LiveBroadcast, ...]:
        """Broadcasts by id, at most 50; unknown ids are left out."""
        request = self._service.liveBroadcasts().list(
            part=BROADCAST_PARTS, id=",".join(ids), maxResults=PAGE_SIZE
        )
        return _items(await self._read(request, "liveBroadcasts.list", reserved), LiveBroadcast)

    async def streams(self, ids: Sequence[str], *, reserved: bool) -> tuple[LiveStream, ...]:
        """Streams by id, at most 50; unknown ids are left out."""
        request = self._service.liveStreams().list(
            part=STREAM_PARTS, id=",".join(ids), maxResults=PAGE_SIZE
        )
        return _items(await self._read(request, "liveStreams.list", reserved), LiveStream)

    async def videos(self, ids: Sequence[str]) -> tuple[Video, ...]:
        """Viewers and views."""
        request = self._service.videos().list(
            part="id,liveStreamingDetails,statistics", id=",".join(ids), maxResults=PAGE_SIZE
        )
        return _items(await self._read(request, "videos.list"), Video)

    async def my_broadcasts(self, *, reserved: bool = False) -> tuple[LiveBroadcast, ...]:
        """All broadcasts of the channel."""
        calls = self._service.liveBroadcasts()
        first = calls.list(
            part=BROADCAST_PARTS, mine=True, broadcastType="all", maxResults=PAGE_SIZE
        )
        return await self._pages(calls, first, "liveBroadcasts.list", LiveBroadcast, reserved)

    async def my_streams(self) -> tuple[LiveStream, ...]:
        """All reusable streams of the channel."""
        calls = self._service.liveStreams()
        first = calls.list(part=STREAM_PARTS, mine=True, maxResults=PAGE_SIZE)
        return await self._pages(calls, first, "liveStreams.list", LiveStream, False)

    async def create_stream(self, title: str) -> LiveStream:
        """A reusable key; any picture size, so that YouTube never calls ours a mismatch."""
        body = {
            "snippet": {"title": title},
            "cdn": {"ingestionType": "rtmp", "resolution": "variable", "frameRate": "variable"},
            "contentDetails": {"isReusable": True},
        }
        request = self._service.liveStreams().insert(
            part="id,snippet,cdn,contentDetails,status", body=body
        )
        return _one(await self._write(request, "liveStreams.insert"), LiveStream)

    async def create_broadcast(self, text: BroadcastText) -> LiveBroadcast:
        """A broadcast that only we start and only we end."""
        body = {
            "snippet": {
                "title": text.title,
                "description": text.description,
                "scheduledStartTime": text.scheduled_at,
            },
            "status": {
                "privacyStatus": text.privacy,
                "selfDeclaredMadeForKids": text.made_for_kids,
            },
            "contentDetails": _content(text, ContentDetails()),
        }
        request = self._service.liveBroadcasts().insert(part=BROADCAST_PARTS, body=body)
        return _one(await self._write(request, "liveBroadcasts.insert"), LiveBroadcast)

    async def update_broadcast(
        self, broadcast: str, text: BroadcastText, before: ContentDetails | None = None
    ) -> LiveBroadcast:
        """Change the text; with ``before``, captions and latency too.

        A part is replaced whole, so each is sent whole.  YouTube takes settings of a broadcast
        that has not begun, and of no other.
        """
        body: dict[str, Any] = {
            "id": broadcast,
            "snippet": {
                "title": text.title,
                "description": text.description,
                "scheduledStartTime": text.scheduled_at,
            },
        }
        if before is not None:
            body["contentDetails"] = _content(text, before)
        parts = ",".join(("id", *list(body)[1:]))
        request = self._service.liveBroadcasts().update(part=parts, body=body)
        return _one(await self._write(request, "liveBroadcasts.update"), LiveBroadcast)

    async def set_flags(
        self, broadcast: str, text: BroadcastText, before: ContentDetails
    ) -> LiveBroadcast:
        """See that only we start it and only we end it; before it has begun."""
        body = {"id": broadcast, "contentDetails": _content(text, before)}
        request = self._service.liveBroadcasts().update(part="id,contentDetails", body=body)
        raw = await self._write(request, "liveBroadcasts.update", reserved=True)
        return _one(raw, LiveBroadcast)

    async def set_status(
        self, broadcast: str, privacy: str, *, made_for_kids: bool, said: Snippet | None = None
    ) -> LiveBroadcast:
        """Say who may watch, and nothing else: no text can hinder it, nor the day's quota.

        With ``said``, what it says already is sent along as it is.
        """
        body: dict[str, Any] = {
            "id": broadcast,
            "status": {"privacyStatus": privacy, "selfDeclaredMadeForKids": made_for_kids},
        }
        if said is not None:
            body["snippet"] = {
                "title": said.title,
                "description": said.description,
                "scheduledStartTime": said.scheduled_start_time,
            }
        request = self._service.liveBroadcasts().update(
            part="id,status" if said is None else "id,snippet,status", body=body
        )
        raw = await self._write(request, "liveBroadcasts.update", reserved=True)
        return _one(raw, LiveBroadcast)

    async def video(self, broadcast: str) -> Video | None:
        """What else a broadcast says as a video; None: YouTube does not show it yet."""
        request = self._service.videos().list(part="id,snippet,status", id=broadcast)
        found = _items(await self._read(request, "videos.list"), Video)
        return found[0] if found else None

    async def describe(self, before: Video, text: BroadcastText) -> None:
        """Give the video its languages and category, and let other sites show it.

        What a broadcast can say as well stays as it was read.  Who may watch is a part of what
        must be sent to have it shown elsewhere: that is sent where it is needed only, and comes
        to its end before anything else can be written.
        """
        body: dict[str, Any] = {
            "id": before.id,
            "snippet": {
                "title": text.title,
                "description": text.description,
                "categoryId": str(text.category),
                "defaultLanguage": text.text_language,
                "defaultAudioLanguage": text.spoken_language,
                "tags": list(before.snippet.tags),
            },
        }
        if before.status.embeddable:
            request = self._service.videos().update(part="snippet", body=body)
            await self._write(request, "videos.update")
            return
        body["status"] = msgspec.to_builtins(replace(before.status, embeddable=True))
        request = self._service.videos().update(part="snippet,status", body=body)
        await _to_its_end(self._write(request, "videos.update"))

    async def set_thumbnail(self, broadcast: str, jpeg: bytes) -> None:
        """Give the video a picture of ours."""
        picture = MediaIoBaseUpload(io.BytesIO(jpeg), mimetype="image/jpeg", resumable=False)
        request = self._service.thumbnails().set(videoId=broadcast, media_body=picture)
        await self._write(request, "thumbnails.set")

    async def bind(self, broadcast: str, stream: str) -> LiveBroadcast:
        """Let a broadcast show what a stream carries."""
        request = self._service.liveBroadcasts().bind(
            id=broadcast, streamId=stream, part=BROADCAST_PARTS
        )
        return _one(await self._write(request, "liveBroadcasts.bind"), LiveBroadcast)

    async def transition(
        self, broadcast: str, target: Literal["live", "complete"], *, reserved: bool = True
    ) -> LiveBroadcast:
        """Ask for the next state; that it is reached shows only later."""
        request = self._service.liveBroadcasts().transition(
            id=broadcast, broadcastStatus=target, part=BROADCAST_PARTS
        )
        raw = await self._write(request, "liveBroadcasts.transition", reserved)
        return _one(raw, LiveBroadcast)

    async def delete(self, broadcast: str) -> None:
        """Take a broadcast away that never was, or has been."""
        request = self._service.liveBroadcasts().delete(id=broadcast)
        await self._write(request, "liveBroadcasts.delete", reserved=True)

    async def chat(self, chat: str, token: str) -> ChatPage:
        """What a chat has said since ``token``; as much as there is, since a page costs the same.

        Its text may hold halves of characters, which nothing of ours could write down.
        """
        place = {"pageToken": token} if token else {}
        request = self._service.liveChatMessages().list(
            liveChatId=chat, part="id,snippet,authorDetails", maxResults=CHAT_PAGE_SIZE, **place
        )
        raw = await self._read(request, "liveChatMessages.list")
        whole = json.dumps(raw, ensure_ascii=False).encode(errors="replace")
        try:
            return msgspec.json.decode(whole, type=ChatPage)
        except msgspec.DecodeError as error:
            raise YouTubeError(Kind.UNCERTAIN, "malformed") from error

    async def say(self, chat: str, text: str) -> None:
        """Write into a chat as the channel."""
        body = {
            "snippet": {
                "liveChatId": chat,
                "type": "textMessageEvent",
                "textMessageDetails": {"messageText": text},
            }
        }
        request = self._service.liveChatMessages().insert(part="snippet", body=body)
        await self._write(request, "liveChatMessages.insert")

    async def refresh(self) -> None:
        """See that the refresh token is still good; costs no quota."""
        await self._run(
            "token.list", lambda http: self._credentials.refresh(google_auth_httplib2.Request(http))
        )

    async def _pages(
        self, calls: Any, request: Any, method: str, shape: type[T], reserved: bool
    ) -> tuple[T, ...]:
        found: list[T] = []
        for _ in range(PAGES_MAX):
            raw = await self._read(request, method, reserved)
            found.extend(_items(raw, shape))
            request = calls.list_next(request, raw)
            if request is None:
                break
        return tuple(found)

    async def _read(self, request: Any, method: str, reserved: bool = False) -> Any:
        await self._charge(method, reserved)
        raw = await self._run(method, lambda http: request.execute(http=http, num_retries=0))
        if not isinstance(raw, dict):
            # The library hands out a body that is not JSON as it is; it must not pass for an
            # empty list, after which things would be made a second time.
            raise YouTubeError(Kind.UNCERTAIN, "malformed")
        return raw

    async def _write(self, request: Any, method: str, reserved: bool = False) -> Any:
        await self._charge(method, reserved)
        return await self._run(method, lambda http: request.execute(http=http, num_retries=0))

    async def _run(self, method: str, use: Callable[[Any], Any]) -> Any:
        def run() -> Any:
            http = transport.fresh(self._credentials, self._settings.timeout_s)
            try:
                with self._refreshing:
                    if not self._credentials.valid:
                        self._credentials.refresh(google_auth_httplib2.Request(http.http))
                return use(http)
            finally:
                http.close()

        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._lanes.of(method), run)
        except ValueError as error:  # a body that is not what it says it is
            raise YouTubeError(Kind.UNCERTAIN, "malformed") from error
        except Exception as error:
            # The edge to an untyped library: what it is known to raise becomes ours, the rest is
            # a bug and goes on.
            known = classify(error)
            if known is None:
                raise
            raise known from None


def _content(text: BroadcastText, before: ContentDetails) -> dict[str, Any]:
    """Settings of a broadcast: ours as we want them, the others as they are."""
    return {
        "enableAutoStart": False,
        "enableAutoStop": False,
        "enableDvr": before.enable_dvr,
        "recordFromStart": before.record_from_start,
        "enableEmbed": True,
        "enableContentEncryption": before.enable_content_encryption,
        "startWithSlate": before.start_with_slate,
        "projection": before.projection,
        "latencyPreference": text.latency,
        "closedCaptionsType": CAPTIONS if text.captions else NO_CAPTIONS,
        "monitorStream": {"enableMonitorStream": False, "broadcastStreamDelayMs": 0},
    }


async def _to_its_end(write: Coroutine[Any, Any, Any]) -> None:
    """Make a write; whoever gives it up waits for it all the same, and so comes after it."""
    task = asyncio.create_task(write)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _one(raw: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise YouTubeError(Kind.UNCERTAIN, "malformed") from error


def _items(raw: Any, shape: type[T]) -> tuple[T, ...]:
    return tuple(_one(item, shape) for item in raw.get("items", []))
