"""The real client, wired to a stand-in as the product wires it."""

import functools
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import google.oauth2.credentials
import google_auth_httplib2
import httplib2
from googleapiclient import discovery as google_discovery
from googleapiclient.errors import HttpError

from tests.fakes.youtube import EN_CHANNEL, YouTubeStandIn
from tests.fakes.youtube.schema import discovery

Json = dict[str, Any]
START = "2030-01-01T12:00:00Z"
CONTENT = {
    "enableAutoStart": False,
    "enableAutoStop": False,
    "monitorStream": {"enableMonitorStream": False, "broadcastStreamDelayMs": 0},
}


@functools.cache
def service_at(root_url: str) -> Any:
    """What builds requests; it has no connection, so that one is enough for everybody."""
    document = {**discovery(), "rootUrl": root_url, "baseUrl": root_url}
    del document["mtlsRootUrl"]
    return google_discovery.build_from_document(document, http=httplib2.Http())


class Person:
    """Somebody with a token of one channel who uses the official client."""

    def __init__(
        self, youtube: YouTubeStandIn, channel: str = EN_CHANNEL, *scopes: str, known: bool = True
    ) -> None:
        self.youtube = youtube
        self.tokens = youtube.token(channel, *scopes)
        self.credentials = google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
            token=self.tokens["access_token"] if known else None,
            refresh_token=self.tokens["refresh_token"],
            token_uri=self.tokens["token_uri"],
            client_id=self.tokens["client_id"],
            client_secret=self.tokens["client_secret"],
        )
        self.service = service_at(youtube.root_url)
        self.broadcasts = self.service.liveBroadcasts()
        self.streams = self.service.liveStreams()
        self.videos = self.service.videos()

    def do(self, request: Any, *, retries: int = 0, timeout_s: float = 20.0) -> Any:
        """Execute over a connection of its own, as threads must."""
        http = google_auth_httplib2.AuthorizedHttp(
            self.credentials, http=httplib2.Http(timeout=timeout_s)
        )
        try:
            return request.execute(http=http, num_retries=retries)
        finally:
            http.close()

    # -- what nearly every test begins with ----------------------------------------------------

    def broadcast(
        self, title: str = "Roundtable", *, monitor: bool = False, content: Json | None = None
    ) -> Json:
        details = {**CONTENT, **(content or {})}
        details["monitorStream"] = {"enableMonitorStream": monitor, "broadcastStreamDelayMs": 0}
        body = {
            "snippet": {"title": title, "scheduledStartTime": START},
            "status": {"privacyStatus": "unlisted", "selfDeclaredMadeForKids": False},
            "contentDetails": details,
        }
        made: Json = self.do(
            self.broadcasts.insert(part="id,snippet,status,contentDetails", body=body)
        )
        return made

    def stream(self, title: str = "EN", *, reusable: bool = True) -> Json:
        body = {
            "snippet": {"title": title},
            "cdn": {"ingestionType": "rtmp", "resolution": "variable", "frameRate": "variable"},
            "contentDetails": {"isReusable": reusable},
        }
        made: Json = self.do(
            self.streams.insert(part="snippet,cdn,status,contentDetails", body=body)
        )
        return made

    def bind(self, broadcast: Json, stream: Json | None) -> Json:
        target = {} if stream is None else {"streamId": stream["id"]}
        bound: Json = self.do(
            self.broadcasts.bind(id=broadcast["id"], part="status,contentDetails", **target)
        )
        return bound

    def ready(self, **settings: Any) -> tuple[Json, Json]:
        """A broadcast bound to a stream."""
        broadcast, stream = self.broadcast(**settings), self.stream()
        self.bind(broadcast, stream)
        return broadcast, stream

    def go(self, broadcast: Json, target: str) -> str:
        """Transition; the state that the answer shows."""
        answer = self.do(
            self.broadcasts.transition(id=broadcast["id"], broadcastStatus=target, part="status")
        )
        return str(answer["status"]["lifeCycleStatus"])

    def lifecycle(self, broadcast: Json) -> str:
        found = self.do(self.broadcasts.list(id=broadcast["id"], part="status"))["items"]
        return str(found[0]["status"]["lifeCycleStatus"]) if found else "gone"

    def feed(self, stream: Json) -> str:
        """Video flows to a stream, and it is active; the sender's id."""
        sender = self.youtube.push(key_of(stream))
        assert sender is not None, "refused"
        self.youtube.advance(1)
        return sender

    def live(self, **settings: Any) -> tuple[Json, Json, str]:
        """A broadcast on air, its stream, and who sends to it."""
        broadcast, stream = self.ready(**settings)
        sender = self.feed(stream)
        self.go(broadcast, "live")
        self.youtube.advance(1)
        assert self.lifecycle(broadcast) == "live"
        return broadcast, stream, sender


def key_of(stream: Json) -> str:
    return str(stream["cdn"]["ingestionInfo"]["streamName"])


def refusal(work: Callable[[], object]) -> tuple[int, str]:
    """Status and reason with which something is refused; (200, '') when it is not."""
    try:
        work()
    except HttpError as error:
        problem = json.loads(error.content)["error"]
        return problem["code"], str(problem["errors"][0]["reason"])
    return 200, ""


def post(address: str, body: str | Json) -> tuple[int, str]:
    """Post text or JSON to the stand-in; the status and the text of its answer."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    request = urllib.request.Request(address, data=raw, headers={"Content-Type": "text/plain"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
