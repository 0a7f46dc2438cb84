"""What a poster says; apart from the drawing, so that whoever orders one loads no drawing code."""

import msgspec


class Words(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the picture says."""

    title: str
    date: str = ""
    city: str = ""
    language: str = ""
    accent: str = ""
