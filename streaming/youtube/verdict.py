"""One verdict and one sentence for a language, from all that is known.  Pure.

What we know ourselves explains better than what YouTube complains of: a stalled output is named
before the starved stream it causes.  The first line that applies is said.
"""

from collections.abc import Callable

from streaming.youtube.errors import Kind
from streaming.youtube.flow import is_unconfirmed
from streaming.youtube.issues import worst_issue
from streaming.youtube.known import SENDING, Known, Verdict
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from venue.broadcast import ON_YOUTUBE, OVER
from venue.ids import Instant
from venue.wire_youtube import BroadcastVerdict, CheckView

SLOW_START_MS = 45_000
OWN_CHANGE_MS = 15_000
"""How long YouTube may take to show what an operator has just set."""

STALE_MS = 150_000
"""A look so old says nothing of now."""

OWN_PUSH_MS = 90_000
"""A stream is called active for a while after a push of ours has ended."""

ARCHIVE_SOON_MS = 11 * 3_600_000
"""An hour before YouTube's limit."""


def judge(known: Known, now: Instant) -> Verdict:
    """One verdict, one sentence."""
    if known.wanted in ("off", "ended"):
        return _at_the_end(known)
    for judged in _IN_TURN:
        verdict = judged(known, now)
        if verdict is not None:
            return verdict
    return Verdict("good", _fine(known))


def _at_the_end(known: Known) -> Verdict:
    ended = known.wanted == "ended"
    if known.cleared:
        return Verdict("none", "youtube.ended" if ended else "youtube.off")
    trouble = known.trouble
    if trouble is not None and not trouble.plain:
        level: BroadcastVerdict = "bad" if known.aired else "warning"
        code = "youtube.end_in_studio" if known.aired else trouble.code
        return Verdict(level, code, (("reason", trouble.reason),))
    if ended:
        return Verdict("none", "youtube.ending_slate" if known.aired else "youtube.ending")
    return Verdict("none", "youtube.clearing")


def _by_itself(known: Known, now: Instant) -> Verdict | None:
    """It is on YouTube, and nobody of ours said so."""
    look = known.look
    if look is None or known.wanted == "live" or look.lifecycle not in ON_YOUTUBE:
        return None
    return Verdict("down", "youtube.public_by_itself", (("privacy", look.privacy),))


def _stopped(known: Known, now: Instant) -> Verdict | None:
    """The broadcast is over and nobody of ours said so."""
    look = known.look
    if look is None:
        return None
    if look.lifecycle == "revoked":
        return Verdict("down", "youtube.revoked")
    if look.lifecycle in OVER:
        return Verdict("down", "youtube.completed_outside")
    if known.aired and not look.lifecycle:
        return Verdict("down", "youtube.removed")
    return None


def _blocked(known: Known, now: Instant) -> Verdict | None:
    """Calls fail.  While video flows and people watch, that is no more than a warning."""
    trouble = _told(known)
    if trouble is None:
        return None
    passing = trouble.passing
    on_air = known.lifecycle == "live"
    if passing and on_air:
        return None
    # Whether the output runs is for ``_own_side``; a dead one is worse than a mute API.
    if on_air and not known.ours.sending:
        return None
    level: BroadcastVerdict = "warning" if on_air or passing else "bad"
    code = trouble.code
    if on_air and trouble.kind is Kind.QUOTA:
        code = "youtube.quota_on_air"
    elif on_air and trouble.kind is Kind.CREDENTIALS:
        code = "youtube.sign_in_on_air"
    return Verdict(level, code, (("reason", trouble.reason),))


def _told(known: Known) -> Trouble | None:
    """The trouble to tell: of all calls, else of those that are tried again beside the others."""
    starting = known.wanted == "live" and (known.look is None or known.look.lifecycle != "live")
    troubles = (
        known.trouble,
        known.stumbled.get("live") if starting else None,
        known.stumbled.get("update"),
    )
    return next((each for each in troubles if each is not None and not each.plain), None)


def _restarted(known: Known, now: Instant) -> Verdict | None:
    """It was live when somebody last looked, which was before a restart of ours."""
    if known.look is not None or known.live_since is None:
        return None
    trouble = _told(known)
    if trouble is not None and not trouble.passing:
        return None
    return Verdict("warning", "youtube.looking")


def _own_side(known: Known, now: Instant) -> Verdict | None:
    """The output process, before YouTube's opinion of what it gets."""
    ours = known.ours
    if known.wanted == "prepared":
        return None
    on_air = known.lifecycle in ON_YOUTUBE
    level: BroadcastVerdict = "down" if on_air else "bad"
    params = (("error", ours.output_error or ""), ("retries", ours.retries))
    if ours.output_state not in SENDING and ours.backup_state in SENDING:
        return Verdict("warning", "youtube.on_backup", params)
    if ours.output_state in ("retrying", "failed"):
        return Verdict(level, "youtube.output_broken", params)
    if ours.output_state == "" or ours.output_state == "starting":
        if now - known.asked_at < SLOW_START_MS and not on_air:
            return None
        return Verdict(level, "youtube.output_missing")
    if ours.kbps == 0:
        return Verdict(level, "youtube.output_stalled")
    return None


def _no_data(known: Known, now: Instant) -> Verdict | None:
    """We send, and YouTube has nothing; what it says of a push that has just come is of before."""
    look = known.look
    if look is None or known.wanted == "prepared" or look.stream_status == "active":
        return None
    on_air = look.lifecycle in ON_YOUTUBE
    if look.stream_status == "error":
        return Verdict("bad", "youtube.stream_error")
    if on_air and is_unconfirmed(look, known.ours.flowing_since):
        return Verdict("warning", "youtube.resuming")
    if on_air:
        return Verdict("down", "youtube.no_data_on_air")
    if now - known.asked_at >= SLOW_START_MS:
        return Verdict("bad", "youtube.no_data")
    return None


def _gate(known: Known, now: Instant) -> Verdict | None:
    """It does not go live while YouTube would let others watch than the operator said."""
    look = known.look
    if look is None or known.wanted not in ("preflight", "live"):
        return None
    if look.privacy in ("", known.privacy):
        return None
    params = (("privacy", look.privacy), ("wanted", known.privacy))
    refused = known.stumbled.get("status")
    if refused is not None and not refused.passing:
        return Verdict("bad", "youtube.privacy_refused", (*params, ("reason", refused.reason)))
    if look.lifecycle in ON_YOUTUBE or now - known.asked_at < OWN_CHANGE_MS:
        return None
    return Verdict("bad", "youtube.privacy_gate", params)


def _early_flags(known: Known, now: Instant) -> Verdict | None:
    """YouTube may begin or end it by itself, and does not let us change that."""
    look, refused = known.look, known.stumbled.get("flags")
    if look is None or refused is None or refused.passing:
        return None
    if look.lifecycle in ON_YOUTUBE or not (look.auto_start or look.auto_stop):
        return None
    level: BroadcastVerdict = "bad" if look.auto_start and known.wanted != "live" else "warning"
    return Verdict(level, "youtube.flags_refused", (("reason", refused.reason),))


def _starting(known: Known, now: Instant) -> Verdict | None:
    look = known.look
    if known.wanted == "live" and (look is None or look.lifecycle != "live"):
        if known.attempt:
            return Verdict("warning", "youtube.replaced", (("count", known.attempt),))
        slow = now - known.asked_at >= SLOW_START_MS
        return Verdict("warning" if slow else "none", "youtube.starting")
    if look is None:
        return Verdict("none", "youtube.preparing")
    if known.wanted == "prepared" and look.lifecycle != "ready":
        return Verdict("none", "youtube.preparing")
    if known.wanted == "preflight":
        return _checking(known.checks, look)
    return None


def _checking(checks: tuple[CheckView, ...], look: Look) -> Verdict | None:
    """The first row that failed is the sentence; None: all have passed."""
    for row in checks:
        if row.state == "failed":
            return Verdict("bad", row.code, tuple(row.params.items()))
    passed = bool(checks) and all(row.state == "passed" for row in checks)
    return None if passed and look.lifecycle == "ready" else Verdict("none", "youtube.checking")


def _faults(known: Known, now: Instant) -> Verdict | None:
    """What we find ourselves, and what YouTube complains of; a cause is said before its effect."""
    look, fault = known.look, known.ours.fault
    if look is None or known.wanted == "prepared":
        return None
    theirs = worst_issue(look)
    if fault is None or known.ours.panic:
        return theirs
    explained = theirs is not None and dict(theirs.params).get("type") in fault.explains
    if theirs is not None and theirs.level == "bad" and not explained:
        return theirs
    if theirs is None or not explained:
        return Verdict("warning", fault.code, fault.params)
    says = tuple(each for each in theirs.params if each[0] == "says")
    return Verdict(theirs.level, fault.code, (*fault.params, *says))


def _small_things(known: Known, now: Instant) -> Verdict | None:
    ours, look = known.ours, known.look
    if known.wanted == "prepared":
        return _key_in_use(known) or _privacy(known, now)
    if ours.panic:
        return Verdict("warning", "youtube.panic")
    if ours.backup_state in ("retrying", "failed"):
        return Verdict("warning", "youtube.backup_broken")
    if look is not None and look.lifecycle == "live" and now - look.at > STALE_MS:
        return Verdict("warning", "youtube.stale")
    return _privacy(known, now) or _archive(known, now)


def _key_in_use(known: Known) -> Verdict | None:
    """Something arrives that is not ours, nor the end of what we have sent."""
    look = known.look
    if look is None or look.stream_status != "active" or known.ours.sending:
        return None
    if look.at - known.asked_at < OWN_PUSH_MS:
        return None
    return Verdict("warning", "youtube.key_in_use")


def _archive(known: Known, now: Instant) -> Verdict | None:
    """YouTube keeps a recording of so many hours, and nothing of a longer one."""
    since = known.live_since
    if since is None or now - since < ARCHIVE_SOON_MS:
        return None
    return Verdict("warning", "youtube.archive", (("hours", (now - since) // 3_600_000),))


def _auto_stop(known: Known, now: Instant) -> Verdict | None:
    """It cannot be switched off any more once it is live."""
    on_air = known.look is not None and known.look.lifecycle in ON_YOUTUBE
    if known.look is None or not on_air or not known.look.auto_stop:
        return None
    return Verdict("warning", "youtube.auto_stop")


def _privacy(known: Known, now: Instant) -> Verdict | None:
    """Somebody changed it in the studio; a change of our own takes a moment."""
    seen = "" if known.look is None else known.look.privacy
    if not seen or seen == known.privacy or now - known.asked_at < OWN_CHANGE_MS:
        return None
    params = (("privacy", seen), ("wanted", known.privacy))
    opener = seen == "public" or known.privacy == "private"
    level: BroadcastVerdict = "bad" if opener and known.wanted == "live" else "warning"
    return Verdict(level, "youtube.privacy_differs", params)


def _fine(known: Known) -> str:
    if known.wanted == "prepared":
        return "youtube.prepared"
    if known.wanted == "preflight":
        return "youtube.ready"
    return "youtube.live" if known.ours.on_air else "youtube.live_slate"


_IN_TURN: tuple[Callable[[Known, Instant], Verdict | None], ...] = (
    _by_itself,
    _stopped,
    _blocked,
    _restarted,
    _own_side,
    _no_data,
    _gate,
    _early_flags,
    _starting,
    _faults,
    _small_things,
    _auto_stop,
)
