"""All that one verdict for a language is made from, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streaming.youtube.faults import Fault
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from venue.ids import Instant
from venue.wire_youtube import BroadcastVerdict, BroadcastWanted, CheckView

SENDING = frozenset({"running", "degraded"})
"""States of an output in which its target takes what is sent."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know of our own side."""

    output_state: str = ""
    """Of the output to YouTube; empty: it does not run."""
    output_error: str | None = None
    kbps: int | None = None
    """What really left, lately; None: not known yet."""
    retries: int = 0
    flowing_since: Instant | None = None
    """Since when YouTube's server takes it without a break; None: it does not, or need not."""
    fault: Fault | None = None
    """The worst we find in what we send."""
    panic: bool = False
    on_air: bool = True
    backup_state: str | None = None
    """Of the output to the second ingest; None: none is wanted."""

    @property
    def sending(self) -> bool:
        """YouTube gets something of us, by one way or the other."""
        return self.output_state in SENDING or self.backup_state in SENDING


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to show."""

    level: BroadcastVerdict
    code: str
    params: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """All that is judged."""

    wanted: BroadcastWanted
    asked_at: Instant
    privacy: str
    look: Look | None
    trouble: Trouble | None
    ours: Ours
    aired: bool = False
    attempt: int = 0
    cleared: bool = False
    checks: tuple[CheckView, ...] = ()
    """Of a preflight."""
    stumbled: Mapping[str, Trouble] = field(default_factory=dict)
    """Writes that rest because of it, while the others go on."""
    live_since: Instant | None = None
    """Of the broadcast, as it was last shown, be it before a restart of ours."""

    @property
    def lifecycle(self) -> str:
        """Of the broadcast, as far as anybody knows."""
        if self.look is not None:
            return self.look.lifecycle
        return "" if self.live_since is None else "live"
