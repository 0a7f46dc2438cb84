"""The rows of a preflight: each comes true by itself, and none is taken for another."""

from dataclasses import replace
from itertools import pairwise

import pytest

from streaming.outputs.vitals import Vitals
from streaming.youtube.errors import Kind
from streaming.youtube.preflight import Proof, Push, checks, tone_hz
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from streaming.youtube.verdict import SLOW_START_MS
from venue.ids import Instant, Language

pytestmark = pytest.mark.unit

NOW = Instant(1_795_300_000_000)
EN, ZH, PL = Language("en"), Language("zh-Hant"), Language("pl")
LOOK = Look(NOW, "ready", "S", "unlisted", "active", "good")
PUSH = Push("running", right_address=True, vitals=Vitals(tone_hz=550, tone_ms=9_000))
PROOF = Proof(
    lang=ZH,
    languages=(EN, ZH, PL),
    asked_at=Instant(NOW - 60_000),
    wanted_ms=30_000,
    signed_in=True,
    trouble=None,
    quota_left=True,
    stream="S",
    look=LOOK,
    privacy="unlisted",
    primary=PUSH,
    output_error=None,
    taken_ms=31_000,
    stalled=False,
)


def pushing(**more: object) -> Proof:
    return replace(PROOF, primary=replace(PUSH, **more))  # type: ignore[arg-type]


def with_backup(**more: object) -> Proof:
    return replace(PROOF, backup=replace(PUSH, **more))  # type: ignore[arg-type]


def trouble(kind: Kind, code: str) -> Trouble:
    return Trouble(kind, code, "reason", Instant(NOW + 1000), 1)


def test_all_of_it_makes_a_language_ready() -> None:
    assert {row.state for row in checks(PROOF, NOW)} == {"passed"}


@pytest.mark.parametrize(
    ("proof", "check", "state", "code"),
    [
        (replace(PROOF, signed_in=False), "sign_in", "waiting", ""),
        (
            replace(PROOF, trouble=trouble(Kind.CREDENTIALS, "youtube.sign_in")),
            "sign_in",
            "failed",
            "youtube.sign_in",
        ),
        (replace(PROOF, quota_left=None), "quota", "waiting", ""),
        (replace(PROOF, quota_left=False), "quota", "failed", "youtube.quota"),
        (replace(PROOF, privacy="private"), "privacy", "waiting", ""),
        (
            replace(PROOF, privacy="private", not_set=trouble(Kind.OPERATOR, "youtube.refused")),
            "privacy",
            "failed",
            "youtube.privacy_refused",
        ),
        (replace(PROOF, look=replace(LOOK, bound="")), "key", "waiting", ""),
        (pushing(right_address=False), "key", "failed", "youtube.wrong_address"),
        (
            replace(pushing(state="retrying"), output_error="output.unknown_host"),
            "target",
            "failed",
            "youtube.output_broken",
        ),
        (pushing(state="starting"), "target", "waiting", ""),
        (pushing(vitals=Vitals(tone_hz=550, tone_ms=1_000)), "tone", "waiting", ""),
        (pushing(vitals=Vitals()), "tone", "waiting", ""),
        (
            pushing(vitals=Vitals(tone_hz=440, tone_ms=9_000)),
            "tone",
            "failed",
            "youtube.other_language",
        ),
        (
            pushing(vitals=Vitals(tone_hz=0, tone_ms=9_000)),
            "tone",
            "failed",
            "youtube.no_tone",
        ),
        (pushing(right_address=False), "tone", "waiting", ""),
        (replace(PROOF, look=replace(LOOK, stream_status="ready")), "health", "waiting", ""),
        (
            replace(PROOF, look=replace(LOOK, stream_status="ready")),
            "active",
            "failed",
            "youtube.no_data",
        ),
        (
            replace(
                PROOF,
                look=replace(LOOK, stream_status="ready"),
                asked_at=Instant(NOW - SLOW_START_MS + 1),
            ),
            "active",
            "waiting",
            "",
        ),
        (
            replace(PROOF, look=replace(LOOK, stream_status="error")),
            "active",
            "failed",
            "youtube.stream_error",
        ),
        (pushing(state="retrying"), "active", "waiting", ""),
        (replace(PROOF, look=replace(LOOK, health="noData")), "health", "waiting", ""),
        (
            replace(PROOF, look=replace(LOOK, issues=(("audioCodec", "error"),))),
            "health",
            "failed",
            "youtube.issue.audioCodec",
        ),
        # A backup that sends is listened to as well; one that does not holds nothing up.
        (
            with_backup(vitals=Vitals(tone_hz=440, tone_ms=9_000)),
            "tone",
            "failed",
            "youtube.other_language",
        ),
        (with_backup(vitals=Vitals()), "tone", "waiting", ""),
        (with_backup(right_address=False), "key", "failed", "youtube.wrong_address"),
        (with_backup(state="retrying", vitals=Vitals()), "tone", "passed", ""),
        (
            replace(PROOF, trouble=trouble(Kind.OPERATOR, "youtube.not_enabled")),
            "key",
            "failed",
            "youtube.not_enabled",
        ),
        (
            replace(PROOF, trouble=trouble(Kind.OPERATOR, "youtube.wrong_channel")),
            "sign_in",
            "failed",
            "youtube.wrong_channel",
        ),
        (replace(PROOF, taken_ms=29_000), "taken", "waiting", ""),
        (replace(PROOF, stalled=True), "taken", "failed", "youtube.output_stalled"),
    ],
)
def test_what_is_missing_is_one_row(proof: Proof, check: str, state: str, code: str) -> None:
    rows = {row.check: row for row in checks(proof, NOW)}
    assert (rows[check].state, rows[check].code) == (state, code)  # type: ignore[index]


def test_progress_is_told_in_steps() -> None:
    told = {
        dict(checks(replace(PROOF, taken_ms=taken_ms), NOW)[-1].params)["seconds"]
        for taken_ms in range(0, 40_000, 100)
    }
    assert told == {0, 5, 10, 15, 20, 25, 30}


def test_pitches_of_languages_lie_far_apart() -> None:
    languages = tuple(Language(f"l{number}") for number in range(8))
    pitches = [tone_hz(languages, each) for each in languages]
    assert all(later / earlier > 1.2 for earlier, later in pairwise(pitches))
    assert tone_hz(languages, None) == 440
