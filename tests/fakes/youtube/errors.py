"""The refusals of the API, in Google's shape: one row for each reason."""

from collections.abc import Mapping

_HELP = "https://developers.google.com/youtube/v3/live/docs"

_STATUS: dict[int, tuple[str, ...]] = {
    400: (
        *("titleRequired", "invalidTitle", "invalidDescription", "scheduledStartTimeRequired"),
        *("invalidScheduledStartTime", "invalidScheduledEndTime", "privacyStatusRequired"),
        *("invalidPrivacyStatus", "invalidAutoStart", "invalidAutoStop", "invalidEmbedSetting"),
        *("invalidLatencyPreferenceOptions", "invalidProjection", "enableMonitorStreamRequired"),
        *("broadcastStreamDelayMsRequired", "enableContentEncryptionRequired"),
        *("startWithSlateRequired", "cdnRequired", "frameRateRequired", "invalidFrameRate"),
        *("resolutionRequired", "invalidResolution", "ingestionTypeRequired"),
        *("invalidIngestionType", "idRequired", "statusRequired", "unknownPart", "unexpectedPart"),
        *("incompatibleParameters", "missingRequiredParameter", "invalid", "parseError"),
        *("invalidPageToken", "invalidParameter", "invalidImage", "mediaBodyRequired"),
        *("invalidCategoryId", "invalidTags", "liveChatIdRequired", "messageTextRequired"),
        *("messageTextInvalid", "typeRequired"),
    ),
    401: ("authError", "youtubeSignupRequired"),
    403: (
        *("errorStreamInactive", "invalidTransition", "redundantTransition"),
        *("liveBroadcastBindingNotAllowed", "liveBroadcastDeletionNotAllowed"),
        *("liveBroadcastModificationNotAllowed", "liveStreamDeletionNotAllowed"),
        *("liveStreamModificationNotAllowed", "liveStreamingNotEnabled", "livePermissionBlocked"),
        *("insufficientLivePermissions", "insufficientPermissions", "forbidden"),
        *("accessNotConfigured", "userBroadcastsExceedLimit", "concurrentBroadcastsExceedLimit"),
        *("sharedIngestionBroadcastsExceedLimit", "userRequestsExceedRateLimit"),
        *("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"),
        *("liveChatEnded", "liveChatDisabled"),
    ),
    404: (
        *("liveBroadcastNotFound", "liveStreamNotFound", "videoNotFound", "liveChatNotFound"),
        *("channelNotFound", "notFound"),
    ),
    429: ("uploadRateLimitExceeded",),
    500: ("internalError",),
    501: ("notImplemented",),
    503: ("backendError", "errorExecutingTransition", "serviceUnavailable"),
}

STATUS_OF: Mapping[str, int] = {
    reason: status for status, reasons in _STATUS.items() for reason in reasons
}
"""The HTTP status that goes with each reason."""

_MESSAGES = {
    "errorStreamInactive": "Stream is inactive",
    "invalidTransition": "Invalid transition",
    "redundantTransition": "Redundant transition",
    "quotaExceeded": (
        "The request cannot be completed because you have exceeded your "
        '<a href="/youtube/v3/getting-started#quota">quota</a>.'
    ),
    "authError": "Invalid Credentials",
    "insufficientPermissions": "Request had insufficient authentication scopes.",
    "liveChatEnded": "The live chat is no longer live.",
    "liveBroadcastNotFound": "Broadcast not found",
    "liveStreamNotFound": "Stream not found",
    "videoNotFound": "The video that you are trying to use cannot be found.",
    "rateLimitExceeded": "The request was sent too soon after the previous one.",
    "userRequestsExceedRateLimit": "The user has sent too many requests in a given timeframe.",
    "liveStreamingNotEnabled": "The user is not enabled for live streaming.",
    "unknownPart": "{0}",
}

_DOMAINS = {
    "authError": "global",
    "insufficientPermissions": "global",
    "notFound": "global",
    "parseError": "global",
    "invalid": "global",
    "unknownPart": "youtube.part",
    "unexpectedPart": "youtube.part",
    "missingRequiredParameter": "youtube.parameter",
    "incompatibleParameters": "youtube.parameter",
}

_GRPC = {
    "invalid": "INVALID_ARGUMENT",
    "parseError": "INVALID_ARGUMENT",
    "authError": "UNAUTHENTICATED",
    "insufficientPermissions": "PERMISSION_DENIED",
    "rateLimitExceeded": "RESOURCE_EXHAUSTED",
    "userRateLimitExceeded": "RESOURCE_EXHAUSTED",
    "userRequestsExceedRateLimit": "RESOURCE_EXHAUSTED",
    "backendError": "UNAVAILABLE",
}


class Refusal(Exception):
    """A request is answered with an error of Google's shape.

    ``reason`` is the machine's word; ``status`` is taken from its row unless given.
    """

    def __init__(self, reason: str, message: str = "", status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status or STATUS_OF[reason]
        self.message = message or _MESSAGES.get(reason, reason)

    def body(self, resource: str) -> dict[str, object]:
        """The JSON body; ``resource`` like ``liveBroadcasts.transition`` names domain and help."""
        collection, _, verb = resource.partition(".")
        quota = self.reason in ("quotaExceeded", "dailyLimitExceeded")
        singular = collection.removesuffix("s") or "api"
        domain = "youtube.quota" if quota else _DOMAINS.get(self.reason, f"youtube.{singular}")
        detail = {"message": self.message, "domain": domain, "reason": self.reason}
        if self.status == 401:
            detail |= {"location": "Authorization", "locationType": "header"}
        elif domain.startswith(f"youtube.{singular}"):
            detail["extendedHelp"] = f"{_HELP}/{collection}/{verb}"
        error: dict[str, object] = {"code": self.status, "message": self.message}
        error["errors"] = [detail]
        if self.reason in _GRPC:
            error["status"] = _GRPC[self.reason]
        return {"error": error}
