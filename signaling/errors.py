"""What can go wrong at the shell for people.

ApiError                an answer of an HTTP or Socket.IO door: status, stable code, parameters
StoreError
    StoreUnavailable    Redis cannot be reached, or the outcome of a write is not known
    JournalConflict     somebody else has written: this process no longer owns the room
"""

from collections.abc import Mapping

Params = Mapping[str, str | int | bool | None]

MESSAGES: Mapping[str, str] = {
    "request.malformed": "The request could not be understood.",
    "request.too_large": "The request is too large.",
    "request.unsupported_type": "This content type is not accepted here.",
    "request.not_acceptable": "The answer is not available in an acceptable type.",
    "request.not_found": "There is nothing here.",
    "request.method_not_allowed": "This method is not allowed here.",
    "request.too_many": "Too many in a short time; try again a little later.",
    "request.timeout": "The request did not come to its end.",
    "request.failed": "The server failed to answer.",
    "request.precondition_required": "This request needs an If-Match header.",
    "request.precondition_failed": "The connection is not in the state that If-Match names.",
    "session.unknown": "There is no such session.",
    "ticket.missing": "A ticket is needed.",
    "ticket.invalid": "The ticket is not valid.",
    "ticket.expired": "The ticket has expired.",
    "ticket.foreign": "The ticket belongs to another session.",
    "ticket.revoked": "The ticket has been revoked.",
    "seat.none": "The ticket names no seat.",
    "language.unknown": "The session has no such language.",
    "role.forbidden": "Your role may not do this.",
    "room.busy": "The room is too busy; try again.",
    "room.timeout": "The room did not answer in time; a repeat with the same id is safe.",
    "store.unavailable": "The store cannot be reached; nothing was changed for certain.",
    "media.unavailable": "The media engine is not there yet.",
    "media.full": "There is no place left.",
    "media.sdp_invalid": "The session description cannot be used.",
    "media.no_common_codec": "The offer has no codec that is taken here.",
    "media.restart_unsupported": "Make a new connection instead of an ICE restart.",
    "media.unknown_peer": "There is no such media connection.",
    "output.malformed": "The target is not valid.",
    "output.removed": "This output has been removed again.",
    "output.unknown": "There is no such output.",
    "question.too_many": "Too many questions in a short time.",
    "question.not_votable": "This question cannot be voted on now.",
    "question.unknown": "There is no such question.",
    "archive.pass": "This address of the recording is not valid any more.",
    "calendar.no_time": "The session has no time yet.",
    "channel.unknown": "The session goes to no such channel.",
    "streaming.missing": "No streaming process looks after this session now.",
    "signin.unconfigured": "There is no OAuth client for the web; see docs/youtube.md.",
    "signin.invalid": "This is not the end of a sign-in that was begun here.",
    "signin.expired": "The sign-in took too long; begin again.",
    "signin.foreign": "The sign-in was begun with another ticket.",
    "signin.replayed": "This sign-in has been used already; begin again.",
    "signin.denied": "Access was denied on Google's page; nothing was changed.",
    "signin.refused": "Google refused the sign-in; begin again.",
    "signin.scope_missing": "Not all that Rotunda needs was allowed.",
    "signin.no_refresh_token": "Google gave no lasting sign-in; remove Rotunda's access there.",
    "signin.no_channel": "The account has no channel.",
    "signin.wrong_channel": "Another channel was chosen than the session goes to.",
    "signin.channel_taken": "The chosen channel is another language's.",
    "audience.full": "There is no place left for viewers.",
}
"""One English sentence a code; clients translate the code, not the sentence."""


class ApiError(Exception):
    """An answer that is not success."""

    def __init__(
        self, status: int, code: str, params: Params | None = None, message: str | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params = dict(params or {})
        self.message = message or MESSAGES.get(code, "The request was refused.")

    def body(self) -> dict[str, object]:
        return {"error": {"code": self.code, "params": self.params, "message": self.message}}


class StoreError(Exception):
    """Redis did not do what was asked."""


class StoreUnavailable(StoreError):
    """Redis cannot be reached, or what became of the write is unknown."""


class JournalConflict(StoreError):
    """The journal has entries this process did not write."""
