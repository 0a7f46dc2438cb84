"""What YouTube takes as a text: its limits, said before it refuses."""

from unicodedata import category

from venue.errors import CommandRejected

TITLE_MOST = 100
DESCRIPTION_BYTES = 4_900
"""YouTube takes 5,000; the rest is for the marker."""


def plain(text: str) -> str:
    """Without the two signs that YouTube refuses.

    >>> plain("<b>")
    '‹b›'
    """
    return text.replace("<", "‹").replace(">", "›")


def cut_to(text: str, most_bytes: int) -> str:
    """As many whole letters as go into so many bytes of UTF-8.

    >>> cut_to("高峰會", 7)
    '高峰'
    """
    return text.encode()[:most_bytes].decode(errors="ignore")


def checked_line(field: str, typed: str) -> str:
    """A title, or the words of the picture, as one line.

    Raises:
        CommandRejected: ``broadcast.title_missing``, ``broadcast.title_long``,
            ``broadcast.angle_brackets``.
    """
    line = " ".join(typed.split())
    line = "".join(each for each in line if category(each) != "Cc")
    if not line and field == "title":
        raise CommandRejected("broadcast.title_missing")
    if len(line) > TITLE_MOST:
        raise CommandRejected("broadcast.title_long", most=TITLE_MOST, length=len(line))
    _refuse_brackets(field, line)
    return line


def checked_description(typed: str) -> str:
    """The organiser's words above the programme.

    Raises:
        CommandRejected: ``broadcast.description_long``, ``broadcast.angle_brackets``.
    """
    lines = typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = (
        "".join(each for each in line if category(each) != "Cc" or each == "\t") for line in lines
    )
    text = "\n".join(line.rstrip() for line in kept).strip()
    size = len(text.encode())
    if size > DESCRIPTION_BYTES:
        raise CommandRejected("broadcast.description_long", most=DESCRIPTION_BYTES, length=size)
    _refuse_brackets("description", text)
    return text


def _refuse_brackets(field: str, text: str) -> None:
    if "<" in text or ">" in text:
        raise CommandRejected("broadcast.angle_brackets", field=field)
