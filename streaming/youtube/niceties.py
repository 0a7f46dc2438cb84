"""What is good to have on YouTube and hinders no show: tried a few times, then left with a note.

The notes of other writes are kept with those."""

from collections.abc import Iterable

from streaming.youtube.errors import Kind, YouTubeError
from venue.ids import Instant

NICETIES = frozenset({"describe", "thumbnail"})
GAVE_WAY = "gave_way"
"""An operator spoke meanwhile: nothing failed."""

TRIES = 3
REST_MS = 15_000
_WORTH_ANOTHER = frozenset({Kind.UNCERTAIN, Kind.LATER, Kind.GONE, Kind.CHANGED, Kind.IDLE})

_NOTES = {
    "youtube.undescribed": "describe",
    "youtube.thumbnail_forbidden": "thumbnail",
    "youtube.thumbnail_refused": "thumbnail",
    "youtube.thumbnail_failed": "thumbnail",
    "youtube.text_refused": "update",
    "youtube.flags_corrected": "flags",
    "youtube.link_changed": "link",
    "youtube.kept_gone": "kept",
    "youtube.kept_live": "kept",
    "youtube.kept_auto_start": "kept",
    "youtube.kept_privacy": "kept",
}
"""Codes for people, and the write each is about."""


class Niceties:
    """Of one run of one language."""

    def __init__(self, notes: Iterable[str] = ()) -> None:
        """``notes``: what people were told before a restart."""
        self.rest_until: Instant | None = None
        self._tries: dict[str, int] = {}
        self._notes = {_NOTES[code]: code for code in notes if code in _NOTES}

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what could not be done."""
        return tuple(sorted(self._notes.values()))

    def done(self, verb: str) -> None:
        """It is as it should be."""
        self._notes.pop(verb, None)
        self._tries.pop(verb, None)

    def failed(self, verb: str, error: YouTubeError, now: Instant) -> bool:
        """Whether it is worth another try, later; if not, people are told."""
        if error.reason == GAVE_WAY:
            return True
        tries = self._tries[verb] = self._tries.get(verb, 0) + 1
        if error.kind in _WORTH_ANOTHER and tries < TRIES:
            self.rest_until = Instant(now + REST_MS * tries)
            return True
        self._tries.pop(verb)
        self._notes[verb] = _note(verb, error)
        return False

    def note(self, about: str, code: str) -> None:
        """Have people told, until what it is about is done."""
        self._notes[about] = code


def _note(verb: str, error: YouTubeError) -> str:
    if verb == "describe":
        return "youtube.undescribed"
    if error.kind is Kind.OPERATOR:
        return "youtube.thumbnail_forbidden"
    return "youtube.thumbnail_refused" if error.kind is Kind.BUG else "youtube.thumbnail_failed"
