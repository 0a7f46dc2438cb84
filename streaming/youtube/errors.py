"""What can go wrong between us and YouTube.

YouTubeError        one kind of trouble with one call
  .kind             what to do about it (``Kind``)
  .code             a stable code for people, ``youtube.*``
  .reason           YouTube's own machine word, or the name of the exception
"""

import http.client
import json
from enum import StrEnum

import httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from googleapiclient.errors import HttpError


class Kind(StrEnum):
    """What follows from a failed call."""

    DONE = "done"
    """It was so already: a success."""
    CHANGED = "changed"
    """The state is another one than we thought: look, then plan anew."""
    IDLE = "idle"
    """The stream carries nothing yet: wait for it, at one unit a look."""
    GONE = "gone"
    """What the call is about does not exist."""
    UNCERTAIN = "uncertain"
    """It may have been applied: find out before the next write."""
    LATER = "later"
    """Too many requests a minute."""
    QUOTA = "quota"
    """Nothing more until midnight in California."""
    OPERATOR = "operator"
    """Somebody must do something first."""
    CREDENTIALS = "credentials"
    """Somebody must sign in again."""
    BUG = "bug"
    """We asked for nonsense, or the operator wrote some."""


CHANGED = frozenset(
    {
        "invalidTransition",
        "liveBroadcastBindingNotAllowed",
        "liveBroadcastDeletionNotAllowed",
        "liveStreamDeletionNotAllowed",
        "liveStreamModificationNotAllowed",
        "modificationNotAllowed",
    }
)
OPERATOR = frozenset(
    {
        "liveStreamingNotEnabled",
        "livePermissionBlocked",
        "insufficientLivePermissions",
        "insufficientPermissions",
        "forbidden",
        "accessNotConfigured",
        "userBroadcastsExceedLimit",
        "concurrentBroadcastsExceedLimit",
        "sharedIngestionBroadcastsExceedLimit",
        "youtubeSignupRequired",
    }
)
CROWDED = frozenset({"concurrentBroadcastsExceedLimit", "sharedIngestionBroadcastsExceedLimit"})
"""There is one broadcast too many on air."""

LATER = frozenset({"userRequestsExceedRateLimit", "rateLimitExceeded", "userRateLimitExceeded"})
QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
OPERATOR_INPUT = frozenset(
    {
        "titleRequired",
        "invalidTitle",
        "invalidDescription",
        "invalidScheduledStartTime",
        "scheduledStartTimeRequired",
    }
)
TRANSPORT_ERRORS = (OSError, httplib2.HttpLib2Error, http.client.HTTPException, TransportError)
"""``ssl.SSLError`` and time-outs are OSErrors."""


class YouTubeError(Exception):
    """A call failed; its message holds neither body nor address."""

    def __init__(
        self, kind: Kind, reason: str, status: int = 0, retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{kind.value}: {reason} ({status})")
        self.kind = kind
        self.reason = reason
        self.status = status
        self.retry_after_s = retry_after_s

    @property
    def code(self) -> str:
        """The sentence for people."""
        return code_of(self.kind, self.reason)


_CODES = {
    "liveStreamingNotEnabled": "youtube.not_enabled",
    "livePermissionBlocked": "youtube.not_enabled",
    "insufficientLivePermissions": "youtube.not_permitted",
    "insufficientPermissions": "youtube.not_permitted",
    "forbidden": "youtube.not_permitted",
    "youtubeSignupRequired": "youtube.no_channel",
    "accessNotConfigured": "youtube.api_off",
    "userBroadcastsExceedLimit": "youtube.too_many_broadcasts",
    "concurrentBroadcastsExceedLimit": "youtube.too_many_live",
    "sharedIngestionBroadcastsExceedLimit": "youtube.key_shared",
    "wrong_channel": "youtube.wrong_channel",
    "unknown_channel": "youtube.unknown_channel",
    "unreadable_token": "youtube.unreadable_token",
    "standin": "youtube.standin_mixed",
}
_KIND_CODES = {
    Kind.UNCERTAIN: "youtube.unreachable",
    Kind.LATER: "youtube.rate_limited",
    Kind.QUOTA: "youtube.quota",
    Kind.CREDENTIALS: "youtube.sign_in",
    Kind.BUG: "youtube.refused",
    Kind.OPERATOR: "youtube.not_permitted",
    Kind.IDLE: "youtube.stream_inactive",
    Kind.CHANGED: "youtube.not_now",
    Kind.GONE: "youtube.not_now",
}


def code_of(kind: Kind, reason: str) -> str:
    """A stable code: by reason where one is known, else by kind."""
    if reason in OPERATOR_INPUT:
        return "youtube.bad_text"
    return _CODES.get(reason) or _KIND_CODES.get(kind, "youtube.refused")


def classify(error: BaseException) -> YouTubeError | None:
    """Any exception a call can end with, as ours; None: it is a bug and must not be caught."""
    if isinstance(error, YouTubeError):
        return error
    if isinstance(error, HttpError):
        return from_http(error)
    if isinstance(error, RefreshError):
        # The library says which failures of the token's own endpoint may pass.
        if error.retryable:
            return YouTubeError(Kind.UNCERTAIN, "refresh_failed")
        return YouTubeError(Kind.CREDENTIALS, _refresh_reason(error))
    if isinstance(error, TRANSPORT_ERRORS):
        return YouTubeError(Kind.UNCERTAIN, type(error).__name__)
    if isinstance(error, GoogleAuthError):
        return YouTubeError(Kind.CREDENTIALS, type(error).__name__)
    return None


def _refresh_reason(error: RefreshError) -> str:
    for part in error.args:
        if isinstance(part, dict) and isinstance(part.get("error"), str):
            return str(part["error"])[:60]
    return "invalid_grant" if "invalid_grant" in str(error) else "refresh_refused"


def from_http(error: HttpError) -> YouTubeError:
    """An answer that is not 2xx, by its machine reason; bodies may be HTML."""
    status = int(error.resp.status)
    reason = reason_in(error.content)
    retry_after = error.resp.get("retry-after", "")
    wait_s = float(retry_after) if retry_after.isdigit() else None
    return YouTubeError(kind_of(status, reason), reason or f"http_{status}", status, wait_s)


def reason_in(content: bytes) -> str:
    """``error.errors[0].reason`` of a body; empty if it is not there."""
    try:
        first = json.loads(content)["error"]["errors"][0]["reason"]
    except (ValueError, LookupError, TypeError):
        return ""
    return first[:60] if isinstance(first, str) else ""


def kind_of(status: int, reason: str) -> Kind:
    """What to do about an answer."""
    words = (
        (Kind.DONE, frozenset({"redundantTransition"})),
        (Kind.IDLE, frozenset({"errorStreamInactive"})),
        (Kind.UNCERTAIN, frozenset({"errorExecutingTransition", "backendError", "internalError"})),
        (Kind.CHANGED, CHANGED),
        (Kind.OPERATOR, OPERATOR),
        (Kind.LATER, LATER),
        (Kind.QUOTA, QUOTA),
    )
    for kind, reasons in words:
        if reason in reasons:
            return kind
    if status >= 500:
        return Kind.UNCERTAIN
    by_status = {401: Kind.CREDENTIALS, 403: Kind.OPERATOR, 404: Kind.GONE, 429: Kind.LATER}
    return by_status.get(status, Kind.BUG)
