"""The preflight of one language: what must hold before it is called ready, row by row.  Pure.

The right language on the right broadcast is proved by our own ears: the output that pushes to the
address of this broadcast decodes what it has written there and must find this language's pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from streaming.outputs.vitals import Vitals
from streaming.youtube.errors import Kind
from streaming.youtube.issues import worst_issue
from streaming.youtube.known import SENDING
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from streaming.youtube.verdict import SLOW_START_MS
from venue.ids import Instant, Language
from venue.wire_youtube import CheckName, CheckView

TONE_MS = 3_000
"""Heard for so long, it is no accident."""
TONE_OFF_HZ = 6
SIGN_IN = frozenset(
    {
        "youtube.unknown_channel",
        "youtube.wrong_channel",
        "youtube.no_channel",
        "youtube.unreadable_token",
    }
)
STEP_S = 5
"""Progress is told in steps: each is an entry in the journal."""


def tone_hz(languages: Sequence[Language], lang: Language | None) -> int:
    """A pitch for each language, a third apart, so that one hears which is which."""
    place = languages.index(lang) if lang in languages else 0
    return round(440 * 1.25**place)


@dataclass(frozen=True, slots=True)
class Push:
    """One output of the language."""

    state: str
    """Empty: it does not run."""
    right_address: bool
    """It pushes where YouTube says that this broadcast's stream arrives."""
    vitals: Vitals


@dataclass(frozen=True, slots=True)
class Proof:
    """All that is known of one language in its preflight."""

    lang: Language
    languages: tuple[Language, ...]
    asked_at: Instant
    wanted_ms: int
    """How long YouTube must have taken slate and tone."""
    signed_in: bool
    """The token and the channel were tried since the preflight was asked for."""
    trouble: Trouble | None
    quota_left: bool | None
    stream: str
    look: Look | None
    privacy: str
    """Who may watch, by the operator's word."""
    primary: Push
    output_error: str | None
    taken_ms: int
    stalled: bool
    not_set: Trouble | None = None
    """YouTube does not take that word."""
    backup: Push | None = None
    """To YouTube's second ingest, where that is wanted; it proves itself while it sends."""


def checks(proof: Proof, now: Instant) -> tuple[CheckView, ...]:
    """Every row, in the order in which they come true."""
    return (
        _sign_in(proof),
        _quota(proof),
        _privacy(proof),
        _key(proof),
        _target(proof),
        _tone(proof),
        _active(proof, now),
        _health(proof),
        _taken(proof),
    )


def _row(name: CheckName, passed: bool, code: str = "", **params: str | int) -> CheckView:
    """Passed; failed for a reason; or waiting."""
    if passed:
        return CheckView(name, "passed", "", params)
    return CheckView(name, "failed" if code else "waiting", code, params)


def _sign_in(proof: Proof) -> CheckView:
    trouble = proof.trouble
    if trouble is not None and _of_sign_in(trouble):
        return _row("sign_in", False, trouble.code, reason=trouble.reason)
    return _row("sign_in", proof.signed_in)


def _of_sign_in(trouble: Trouble) -> bool:
    return trouble.kind is Kind.CREDENTIALS or trouble.code in SIGN_IN


def _quota(proof: Proof) -> CheckView:
    spent = proof.trouble is not None and proof.trouble.kind is Kind.QUOTA
    if spent or proof.quota_left is False:
        return _row("quota", False, "youtube.quota")
    return _row("quota", proof.quota_left is True)


def _privacy(proof: Proof) -> CheckView:
    """Nobody goes live before this is so."""
    seen, refused = "" if proof.look is None else proof.look.privacy, proof.not_set
    passed = seen == proof.privacy
    if not passed and seen and refused is not None and not refused.passing:
        code, reason = "youtube.privacy_refused", refused.reason
        return _row("privacy", False, code, reason=reason, privacy=seen, wanted=proof.privacy)
    return _row("privacy", passed)


def _key(proof: Proof) -> CheckView:
    look, trouble = proof.look, proof.trouble
    refused = trouble is not None and trouble.kind in (Kind.OPERATOR, Kind.BUG)
    if trouble is not None and refused and not _of_sign_in(trouble):
        return _row("key", False, trouble.code, reason=trouble.reason)
    bound = look is not None and bool(proof.stream) and look.bound == proof.stream
    running = [push for push in _pushes(proof) if push.state]
    if bound and not all(push.right_address for push in running):
        return _row("key", False, "youtube.wrong_address")
    return _row("key", bound and proof.primary.right_address)


def _pushes(proof: Proof) -> tuple[Push, ...]:
    return (proof.primary,) if proof.backup is None else (proof.primary, proof.backup)


def _target(proof: Proof) -> CheckView:
    state = proof.primary.state
    if state in ("retrying", "failed"):
        return _row("target", False, "youtube.output_broken", error=proof.output_error or "")
    return _row("target", state in SENDING)


def _tone(proof: Proof) -> CheckView:
    """A backup that sends must send the same; one that does not is for the verdict."""
    if proof.primary.state not in SENDING:
        return _row("tone", False)
    rows = [_tone_of(push, proof) for push in _pushes(proof) if push.state in SENDING]
    return next((row for row in rows if row.state != "passed"), rows[0])


def _tone_of(push: Push, proof: Proof) -> CheckView:
    heard, long = push.vitals.tone_hz, push.vitals.tone_ms >= TONE_MS
    if heard is None or not long:
        return _row("tone", False)
    for lang in proof.languages:
        if abs(heard - tone_hz(proof.languages, lang)) <= TONE_OFF_HZ:
            if lang == proof.lang:
                return _row("tone", push.right_address, hz=heard)
            return _row("tone", False, "youtube.other_language", heard=lang)
    return _row("tone", False, "youtube.no_tone")


def _active(proof: Proof, now: Instant) -> CheckView:
    status = "" if proof.look is None else proof.look.stream_status
    # YouTube calls a stream active for a while after an older push.
    if status == "active":
        return _row("active", proof.primary.state in SENDING)
    if status == "error":
        return _row("active", False, "youtube.stream_error")
    late = proof.primary.state in SENDING and now - proof.asked_at >= SLOW_START_MS
    return _row("active", False, "youtube.no_data" if late and status else "")


def _health(proof: Proof) -> CheckView:
    look = proof.look
    if look is None or look.stream_status != "active":
        return _row("health", False)
    worst = worst_issue(look)
    if worst is not None and worst.level == "bad":
        return _row("health", False, worst.code, **dict(worst.params))
    return _row("health", look.health in ("good", "ok"))


def _taken(proof: Proof) -> CheckView:
    wanted_s = round(proof.wanted_ms / 1000)
    if proof.stalled and proof.primary.state in SENDING:
        return _row("taken", False, "youtube.output_stalled")
    passed = proof.taken_ms >= proof.wanted_ms
    shown_s = wanted_s if passed else proof.taken_ms // 1000 // STEP_S * STEP_S
    return _row("taken", passed, seconds=shown_s, wanted=wanted_s)
