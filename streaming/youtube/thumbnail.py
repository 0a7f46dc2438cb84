"""The thumbnail of a broadcast: what is on it, and a process that draws it."""

import hashlib

import msgspec

from streaming.child import answer_of
from streaming.picture.words import Words
from streaming.youtube.errors import Kind, YouTubeError
from venue.announcement import city_of, date_of, language_name
from venue.broadcast import Broadcast
from venue.session import SessionDefinition

MODULE = "streaming.picture.poster"
DRAWING_S = 60.0
LOOK = "1"
"""Another look of the picture is another picture."""


def words_of(broadcast: Broadcast, session: SessionDefinition) -> Words:
    """What the picture says, in the broadcast's language."""
    lang = broadcast.lang
    return Words(
        title=broadcast.picture or broadcast.title,
        date=date_of(session, lang),
        city=city_of(session, lang),
        language=language_name(lang),
        accent=session.accent,
    )


def picture_of(broadcast: Broadcast, session: SessionDefinition) -> str:
    """Digest of the picture that is wanted; empty: none."""
    if session.youtube is None or not session.youtube.thumbnail or broadcast.rehearsal:
        return ""
    told = msgspec.json.encode((LOOK, words_of(broadcast, session)))
    return hashlib.sha256(told).hexdigest()[:16]


async def drawn(broadcast: Broadcast, session: SessionDefinition) -> bytes:
    """The picture as JPEG.

    Raises:
        YouTubeError: BUG: it could not be drawn.
    """
    order = msgspec.json.encode(words_of(broadcast, session))
    jpeg = await answer_of(MODULE, order, DRAWING_S)
    if not jpeg:
        raise YouTubeError(Kind.BUG, "not_drawn")
    return jpeg
