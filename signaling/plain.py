"""Is a document from outside one that can be stored?"""

import msgspec


def storable(document: object) -> bool:
    """False if it holds what JSON can say but UTF-8 or 64 bits cannot.

    JSON's escapes can spell half of a surrogate pair, and its numbers have no bound; either would
    come as far as the journal and end the room's host there.
    """
    try:
        msgspec.json.encode(document)
    except (UnicodeEncodeError, OverflowError, RecursionError, TypeError):
        return False
    return True
