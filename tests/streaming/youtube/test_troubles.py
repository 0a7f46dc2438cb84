"""Trouble with YouTube: what each error is, when it is tried again, what the quota is kept for."""

import http.client
import json
import ssl

import httplib2
import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import HttpError
from redis.asyncio import Redis

from streaming.youtube import troubles
from streaming.youtube.errors import Kind, YouTubeError, classify
from streaming.youtube.ledger import Ledger, next_midnight, pacific_day
from streaming.youtube.troubles import Trouble
from venue.ids import Instant

NOW = Instant(1_795_300_000_000)
HOUR_MS = 3_600_000


def http_error(status: int, body: object) -> HttpError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpError(httplib2.Response({"status": status, "retry-after": "7"}), content)


def reason(word: str) -> dict[str, object]:
    return {"error": {"code": 403, "errors": [{"reason": word}], "details": [{"x": 1}]}}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (http_error(403, reason("redundantTransition")), Kind.DONE),
        (http_error(403, reason("errorStreamInactive")), Kind.IDLE),
        (http_error(403, reason("invalidTransition")), Kind.CHANGED),
        (http_error(403, reason("liveStreamingNotEnabled")), Kind.OPERATOR),
        (http_error(403, reason("userRequestsExceedRateLimit")), Kind.LATER),
        (http_error(429, reason("rateLimitExceeded")), Kind.LATER),
        (http_error(403, reason("quotaExceeded")), Kind.QUOTA),
        (http_error(404, reason("liveBroadcastNotFound")), Kind.GONE),
        (http_error(400, reason("invalidTitle")), Kind.BUG),
        (http_error(401, reason("authError")), Kind.CREDENTIALS),
        (http_error(502, b"<html>Bad Gateway</html>"), Kind.UNCERTAIN),
        (http_error(503, reason("errorExecutingTransition")), Kind.UNCERTAIN),
        (http_error(403, b"[]"), Kind.OPERATOR),
        (RefreshError("invalid_grant: gone", {"error": "invalid_grant"}), Kind.CREDENTIALS),
        (RefreshError("try again", retryable=True), Kind.UNCERTAIN),
        (TransportError("no route"), Kind.UNCERTAIN),
        (TimeoutError(), Kind.UNCERTAIN),
        (ssl.SSLError(), Kind.UNCERTAIN),
        (http.client.RemoteDisconnected(), Kind.UNCERTAIN),
        (httplib2.ServerNotFoundError(), Kind.UNCERTAIN),
    ],
)
def test_every_exception_of_a_call_is_one_of_ours(error: Exception, kind: Kind) -> None:
    found = classify(error)
    assert found is not None
    assert found.kind is kind
    assert "youtube." in found.code


@pytest.mark.unit
def test_a_bug_is_not_taken_for_trouble() -> None:
    assert classify(TypeError("missing argument")) is None


@pytest.mark.unit
def test_back_off_grows_to_its_cap_and_quota_waits_for_midnight() -> None:
    before: Trouble | None = None
    waits = []
    for _ in range(9):
        error = YouTubeError(Kind.UNCERTAIN, "x")
        before = troubles.after(error, before, ending=False, now=NOW, jitter=0)
        waits.append(before.until - NOW)
    assert waits == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]
    quota = YouTubeError(Kind.QUOTA, "quotaExceeded")
    found = troubles.after(quota, None, ending=False, now=NOW, jitter=0)
    assert found.until == next_midnight(NOW)
    assert pacific_day(Instant(found.until - 1)) < pacific_day(found.until)
    ending = troubles.after(quota, None, ending=True, now=NOW, jitter=0)
    assert ending.until - NOW == troubles.QUOTA_ENDING_MS
    asked = YouTubeError(Kind.LATER, "rateLimitExceeded", 429, 30.0)
    assert troubles.after(asked, None, ending=False, now=NOW, jitter=0).until - NOW == 30_000


@pytest.mark.redis
async def test_the_reserve_is_for_going_live_and_for_ending(redis: "Redis") -> None:
    now = NOW
    ledger = Ledger(redis, lambda: now, daily=1000, reserve=500)
    for _ in range(10):
        await ledger.charge("liveBroadcasts.insert", False)
    with pytest.raises(YouTubeError):
        await ledger.charge("liveStreams.list", False)
    # A new process knows what was spent.
    again = Ledger(redis, lambda: now, daily=1000, reserve=500)
    assert await again.used() == 500
    await again.charge("liveBroadcasts.transition", True)
    await again.exhausted()
    with pytest.raises(YouTubeError):
        await Ledger(redis, lambda: now, daily=100_000).charge("liveStreams.list", False)
    now = next_midnight(now)
    await ledger.charge("liveStreams.list", False)
    assert await ledger.used() == 1
