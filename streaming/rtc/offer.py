"""Checks and cleans an SDP offer before a library sees it.  Pure."""

from dataclasses import dataclass

OFFER_BYTES_MAX = 65_536
SECTIONS_MAX = 8
LINES_MAX = 2_000
_NEEDED = ("a=fingerprint:", "a=ice-ufrag:", "a=ice-pwd:")
"""Without them the library takes the offer and falls over later, out of anybody's sight."""


class OfferRefused(Exception):
    """An offer that is not answered; ``code`` goes to the client."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line as offered."""

    mid: str
    kind: str
    """``audio``, ``video`` or ``application``."""
    direction: str
    """As the offerer sees it."""

    @property
    def sends(self) -> bool:
        """The offerer wants to send."""
        return self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        """The offerer wants to receive."""
        return self.direction in ("sendrecv", "recvonly")


@dataclass(frozen=True, slots=True)
class Offer:
    """A clean offer."""

    sdp: str
    sections: tuple[Section, ...]


def clean(sdp: object) -> Offer:
    """Check an offer and take out what would delay or kill the join.

    ``.local`` candidates cost a second each and cannot be resolved from a server; an
    ``end-of-candidates`` after only those ends the join, where the browser's own checks, coming
    from an address nobody announced, would make it work in 0.2 s.

    Raises:
        OfferRefused: ``media.sdp_invalid`` or ``media.too_many_tracks``.
    """
    if not isinstance(sdp, str) or not sdp.startswith("v=0"):
        raise OfferRefused("media.sdp_invalid", "not a session description")
    if len(sdp.encode(errors="replace")) > OFFER_BYTES_MAX:
        raise OfferRefused("media.sdp_invalid", "offer is too long")
    lines = sdp.splitlines()
    if len(lines) > LINES_MAX:
        raise OfferRefused("media.sdp_invalid", "offer has too many lines")
    kept = [line for line in lines if line and _wanted(line)]
    sections = _sections(kept)
    if not sections:
        raise OfferRefused("media.sdp_invalid", "offer has no media")
    if len(sections) > SECTIONS_MAX:
        raise OfferRefused("media.too_many_tracks", "offer has too many media sections")
    for needed in _NEEDED:
        if not any(line.startswith(needed) for line in kept):
            raise OfferRefused("media.sdp_invalid", f"offer has no {needed}")
    return Offer("\r\n".join(kept) + "\r\n", sections)


def _wanted(line: str) -> bool:
    if line.startswith("a=end-of-candidates"):
        return False
    if not line.startswith("a=candidate:"):
        return True
    parts = line.split()
    return len(parts) >= 8 and not parts[4].endswith(".local") and parts[2].lower() == "udp"


def _sections(lines: list[str]) -> tuple[Section, ...]:
    found: list[Section] = []
    shared = "sendrecv"
    for line in lines:
        if line.startswith("m="):
            found.append(Section(str(len(found)), line[2:].split(" ")[0], shared))
        elif line[2:] in ("sendrecv", "sendonly", "recvonly", "inactive"):
            if found:
                found[-1] = Section(found[-1].mid, found[-1].kind, line[2:])
            else:
                shared = line[2:]
        elif line.startswith("a=mid:") and found:
            found[-1] = Section(line[6:].strip(), found[-1].kind, found[-1].direction)
    if len({section.mid for section in found}) != len(found):
        raise OfferRefused("media.sdp_invalid", "two media sections have one mid")
    return tuple(found)
