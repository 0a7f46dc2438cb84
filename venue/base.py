"""The two roots of everything a room is told and everything that happens in it."""

import msgspec


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="verb"):
    """Somebody wants something; its tag is the verb."""


class Event(msgspec.Struct, frozen=True, tag_field="event", omit_defaults=True):
    """Something happened; its tag is its name in the journal."""
