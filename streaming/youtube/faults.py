"""What we find wrong with our own side, before YouTube does.  Pure.

Each fault has a sentence, and the complaints of YouTube's that it explains.  A fault is said when
it has held for a while and taken back when it has been gone for one, so that a sentence stands
long enough to be read; its figures stay as they were when it was said.
"""

from dataclasses import dataclass

from streaming.outputs.vitals import Vitals
from venue.ids import Instant

TARGET_LUFS = -16
LOUDNESS_OFF_LU = 6
QUIET_MS = 10_000
SLOW_SHARE = 0.9
"""Of the pictures that belong on the grid."""
AV_OFF_MS = 400
"""The silence that fills a gap is 300 ms behind; players wait for more than that."""
LAG_MS = 2_500
BACK_MS = 6_000
"""A fault must be gone for so long."""
TOGETHER_MS = 3_000
"""What was last wrong so soon after something worse was its consequence, and is over with it."""

STARVED = frozenset({"videoIngestionStarved", "bitrateLow", "noVideoStream"})
KEYS = frozenset({"gopSizeLong", "gopSizeOver", "gopSizeShort"})
SOUND = frozenset({"noAudioStream", "audioBitrateLow"})


Wrong = dict[str, dict[str, int]]
"""Code to figures."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One of them, to be said."""

    code: str
    params: tuple[tuple[str, int], ...] = ()
    explains: frozenset[str] = frozenset()
    """Types of YouTube's complaints that follow from it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What an output has been doing lately, and what it should."""

    shown: bool
    """It plays the program, and has for some seconds."""
    engine_up: bool
    slate: bool
    """Slate was played in place of pictures."""
    filled: bool
    """Silence was played in place of sound."""
    slow_kbps: int | None
    """The target takes no more than this, for seconds; None: it takes what is sent."""
    late: bool
    """Packets came too late to be sent, or pictures were left out."""
    speaking_ms: int
    """How long the same person has had the floor, on air; 0: nobody."""
    vitals: Vitals

    @property
    def old(self) -> bool:
        """What is written is far from now."""
        return self.vitals.lag_ms is not None and self.vitals.lag_ms > LAG_MS

    @property
    def late_here(self) -> bool:
        """What is old while the line takes everything was old before it came to the line."""
        return self.late or (self.old and not self.vitals.backlog_bytes)


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    after_ms: int
    explains: frozenset[str] = frozenset()


RULES = (
    _Rule("youtube.engine_gone", 0, STARVED | KEYS | SOUND),
    _Rule("youtube.pictures_stopped", 0, STARVED | KEYS),
    _Rule("youtube.lagging", 4_000, STARVED | KEYS),
    _Rule("youtube.output_slow", 0, STARVED),
    _Rule("youtube.encoder_slow", 4_000, STARVED | KEYS),
    _Rule("youtube.packets_late", 8_000, STARVED | KEYS),  # one hiccup is counted for six
    _Rule("youtube.av_apart", 6_000),
    _Rule("youtube.silent", 0, SOUND),
    _Rule("youtube.quiet", 0, SOUND),
    _Rule("youtube.too_soft", 10_000),
    _Rule("youtube.too_loud", 10_000),
)
"""The worst first; what explains another stands before it."""


def found(signs: Signs) -> Wrong:
    """Everything that is wrong now, with its figures."""
    slow = signs.slow_kbps
    wrong: Wrong = {} if slow is None else {"youtube.output_slow": {"kbps": slow}}
    return wrong | _sent(signs) | _heard(signs) if signs.shown else wrong


def _sent(signs: Signs) -> Wrong:
    vitals, wrong = signs.vitals, Wrong()
    if not signs.engine_up:
        wrong["youtube.engine_gone"] = {}
    elif signs.slate:
        wrong["youtube.pictures_stopped"] = {}
    fps, wanted = vitals.fps, vitals.fps_wanted
    if fps is not None and fps < SLOW_SHARE * wanted:
        wrong["youtube.encoder_slow"] = {"fps": fps, "wanted": wanted}
    elif signs.late_here:
        wrong["youtube.packets_late"] = {}
    if signs.old and vitals.backlog_bytes:
        wrong["youtube.lagging"] = {"seconds": round((vitals.lag_ms or 0) / 1000)}
    if vitals.av_ms is not None and abs(vitals.av_ms) > AV_OFF_MS:
        wrong["youtube.av_apart"] = {"ms": round(vitals.av_ms, -2)}
    return wrong


def _heard(signs: Signs) -> Wrong:
    vitals = signs.vitals
    if signs.filled:
        # Sound that comes too late is a matter of the machine, and said as such.
        return {} if signs.late_here else {"youtube.silent": {}}
    # The silence of a break says nothing of whoever speaks after it.
    quiet_ms = min(vitals.quiet_ms, signs.speaking_ms)
    if quiet_ms >= QUIET_MS:
        return {"youtube.quiet": {"seconds": round(quiet_ms / 1000)}}
    lufs = vitals.loudness_lufs
    if lufs is None or vitals.quiet_ms or abs(lufs - TARGET_LUFS) <= LOUDNESS_OFF_LU:
        return {}
    code = "youtube.too_soft" if lufs < TARGET_LUFS else "youtube.too_loud"
    return {code: {"lufs": lufs, "wanted": TARGET_LUFS}}


@dataclass(slots=True)
class _Held:
    since: Instant
    seen: Instant
    params: dict[str, int]


class Faults:
    """Remembers how long each has held."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def forget(self) -> None:
        """The output is another one now, or plays something else."""
        self._held.clear()

    def take(self, wrong: Wrong, now: Instant) -> Fault | None:
        """Note what is wrong now; the worst that has held for long enough, if any."""
        for code, params in wrong.items():
            held = self._held.setdefault(code, _Held(now, now, params))
            held.seen = now
        over = [held.seen for held in self._held.values() if now - held.seen > BACK_MS]
        if over:
            gone = max(now - BACK_MS, max(over) + TOGETHER_MS)
            self._held = {code: held for code, held in self._held.items() if held.seen > gone}
        for rule in RULES:
            known = self._held.get(rule.code)
            if known is None or known.seen - known.since < rule.after_ms:
                continue
            return Fault(rule.code, tuple(known.params.items()), rule.explains)
        return None
