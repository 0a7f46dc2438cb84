"""One verdict and one sentence from everything known of a language."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from streaming.youtube import issues
from streaming.youtube.client import _document
from streaming.youtube.errors import Kind
from streaming.youtube.faults import STARVED, Fault
from streaming.youtube.flow import CONFIRM_MS
from streaming.youtube.known import Known, Ours, Verdict
from streaming.youtube.shapes import Issue
from streaming.youtube.steps import Look
from streaming.youtube.troubles import Trouble
from streaming.youtube.verdict import judge
from venue.ids import Instant
from venue.wire_youtube import CheckView

NOW = Instant(1_795_300_000_000)
LIVE = Look(NOW, "live", "S", "unlisted", "active", "good")
RUNNING = Ours(output_state="running", kbps=3000)
SLOW = Fault("youtube.encoder_slow", (("fps", 12), ("wanted", 25)), STARVED)
SHOW = Known("live", Instant(NOW - 300_000), "unlisted", LIVE, None, RUNNING, aired=True)
IDLE = replace(SHOW, wanted="prepared", look=replace(LIVE, lifecycle="ready"), ours=Ours())
HOUR_MS = 3_600_000
TARGET = CheckView("target", "passed", "", {})
CODE = re.compile(r'"(youtube\.[a-z_.]+|broadcast\.[a-z_]+)"')


def trouble(kind: Kind, code: str = "youtube.x", failures: int = 5) -> Trouble:
    return Trouble(kind, code, "reason", Instant(NOW + 1000), failures)


UNREACHABLE = trouble(Kind.UNCERTAIN, "youtube.unreachable")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("known", "level", "code"),
    [
        (SHOW, "good", "youtube.live"),
        (
            replace(
                SHOW,
                wanted="preflight",
                asked_at=NOW,
                look=replace(LIVE, lifecycle="ready"),
                ours=Ours("starting"),
            ),
            "none",
            "youtube.checking",
        ),
        (replace(SHOW, ours=replace(RUNNING, on_air=False)), "good", "youtube.live_slate"),
        (replace(SHOW, live_since=Instant(NOW - 11 * HOUR_MS + 1)), "good", "youtube.live"),
        (replace(SHOW, live_since=Instant(NOW - 11 * HOUR_MS)), "warning", "youtube.archive"),
        # The end of a rehearsal's push is no other encoder.
        (replace(IDLE, asked_at=Instant(NOW - 60_000)), "good", "youtube.prepared"),
        (IDLE, "warning", "youtube.key_in_use"),
        (
            replace(SHOW, look=replace(LIVE, lifecycle="complete")),
            "down",
            "youtube.completed_outside",
        ),
        (replace(SHOW, look=replace(LIVE, lifecycle="revoked")), "down", "youtube.revoked"),
        (replace(SHOW, look=replace(LIVE, lifecycle="")), "down", "youtube.removed"),
        # Our own side explains the platform's complaint.
        (
            replace(
                SHOW,
                ours=Ours("retrying", "output.lost", retries=3),
                look=replace(LIVE, issues=(("videoIngestionStarved", "error"),)),
            ),
            "down",
            "youtube.output_broken",
        ),
        (replace(SHOW, ours=replace(RUNNING, kbps=0)), "down", "youtube.output_stalled"),
        (replace(SHOW, ours=Ours()), "down", "youtube.output_missing"),
        (
            replace(SHOW, look=replace(LIVE, stream_status="inactive")),
            "down",
            "youtube.no_data_on_air",
        ),
        # What YouTube lacked before our push came back it may have by now.
        *(
            (
                replace(
                    SHOW,
                    ours=replace(RUNNING, flowing_since=Instant(NOW + came_ms)),
                    look=replace(LIVE, stream_status="inactive"),
                ),
                level,
                code,
            )
            for came_ms, level, code in (
                (5_000, "warning", "youtube.resuming"),
                (1 - CONFIRM_MS, "warning", "youtube.resuming"),
                (-CONFIRM_MS, "down", "youtube.no_data_on_air"),
            )
        ),
        (replace(SHOW, look=replace(LIVE, stream_status="error")), "bad", "youtube.stream_error"),
        # A restart of ours: what was last seen says nothing of now.
        (replace(SHOW, look=None, live_since=NOW), "warning", "youtube.looking"),
        (replace(SHOW, look=None, live_since=NOW, ours=Ours()), "warning", "youtube.looking"),
        (
            replace(SHOW, look=None, live_since=NOW, trouble=UNREACHABLE),
            "warning",
            "youtube.unreachable",
        ),
        (
            replace(SHOW, look=None, live_since=NOW, trouble=UNREACHABLE, ours=Ours()),
            "down",
            "youtube.output_missing",
        ),
        (
            replace(
                SHOW,
                look=replace(LIVE, issues=(("gopSizeLong", "warning"), ("bitrateLow", "error"))),
            ),
            "bad",
            "youtube.issue.bitrateLow",
        ),
        (
            replace(SHOW, look=replace(LIVE, issues=(("gopSizeLong", "warning"),))),
            "warning",
            "youtube.issue.gopSizeLong",
        ),
        (
            replace(SHOW, look=replace(LIVE, issues=(("audioBitrateHigh", "info"),))),
            "good",
            "youtube.live",
        ),
        (
            replace(SHOW, look=replace(LIVE, issues=(("brandNew", "error"),))),
            "bad",
            "youtube.issue.other",
        ),
        (replace(SHOW, trouble=trouble(Kind.QUOTA)), "warning", "youtube.quota_on_air"),
        (replace(SHOW, trouble=trouble(Kind.CREDENTIALS)), "warning", "youtube.sign_in_on_air"),
        (replace(SHOW, trouble=trouble(Kind.UNCERTAIN, failures=1)), "good", "youtube.live"),
        (replace(SHOW, trouble=trouble(Kind.IDLE, failures=2)), "good", "youtube.live"),
        (
            replace(SHOW, trouble=trouble(Kind.QUOTA), ours=Ours("failed")),
            "down",
            "youtube.output_broken",
        ),
        (replace(SHOW, ours=replace(RUNNING, panic=True)), "warning", "youtube.panic"),
        (
            replace(SHOW, ours=Ours("retrying", "output.lost", backup_state="running")),
            "warning",
            "youtube.on_backup",
        ),
        (
            replace(SHOW, ours=Ours("retrying", "output.lost", backup_state="retrying")),
            "down",
            "youtube.output_broken",
        ),
        (
            replace(SHOW, ours=replace(RUNNING, backup_state="failed")),
            "warning",
            "youtube.backup_broken",
        ),
        (replace(SHOW, ours=replace(RUNNING, backup_state="running")), "good", "youtube.live"),
        (replace(SHOW, ours=replace(RUNNING, fault=SLOW)), "warning", "youtube.encoder_slow"),
        # A cause is said before its effect, and as gravely; what has another cause comes first.
        (
            replace(
                SHOW,
                ours=replace(RUNNING, fault=SLOW),
                look=replace(LIVE, issues=(("videoIngestionStarved", "error"),)),
            ),
            "bad",
            "youtube.encoder_slow",
        ),
        (
            replace(
                SHOW,
                ours=replace(RUNNING, fault=SLOW),
                look=replace(LIVE, issues=(("audioCodec", "error"),)),
            ),
            "bad",
            "youtube.issue.audioCodec",
        ),
        (
            replace(SHOW, ours=replace(RUNNING, fault=SLOW, panic=True)),
            "warning",
            "youtube.panic",
        ),
        (replace(SHOW, look=replace(LIVE, privacy="public")), "bad", "youtube.privacy_differs"),
        (
            replace(SHOW, look=replace(LIVE, privacy="private")),
            "warning",
            "youtube.privacy_differs",
        ),
        # It went on YouTube by itself, whatever else is wrong; or may.
        *(
            (
                replace(
                    SHOW, wanted=wanted, look=replace(LIVE, lifecycle=state), ours=Ours("failed")
                ),
                "down",
                "youtube.public_by_itself",
            )
            for wanted in ("prepared", "preflight")
            for state in ("liveStarting", "live")
        ),
        (
            replace(
                SHOW,
                wanted="preflight",
                look=replace(LIVE, lifecycle="ready", auto_start=True),
                stumbled={"flags": trouble(Kind.OPERATOR, failures=1)},
            ),
            "bad",
            "youtube.flags_refused",
        ),
        (replace(SHOW, look=replace(LIVE, auto_stop=True)), "warning", "youtube.auto_stop"),
        # Held back before the show; why, once it was refused.
        (
            replace(SHOW, aired=False, look=replace(LIVE, lifecycle="ready", privacy="public")),
            "bad",
            "youtube.privacy_gate",
        ),
        (
            replace(
                SHOW,
                look=replace(LIVE, privacy="public"),
                stumbled={"status": trouble(Kind.OPERATOR, failures=1)},
            ),
            "bad",
            "youtube.privacy_refused",
        ),
        # An answer that got lost is no refusal.
        (
            replace(
                SHOW,
                asked_at=NOW,
                look=replace(LIVE, privacy="public"),
                stumbled={"status": trouble(Kind.UNCERTAIN, failures=2)},
            ),
            "good",
            "youtube.live",
        ),
        # What is tried again beside other calls is told after a few times.
        (
            replace(
                SHOW,
                look=replace(LIVE, lifecycle="ready"),
                stumbled={"live": trouble(Kind.IDLE, "youtube.stream_inactive", 3)},
            ),
            "bad",
            "youtube.stream_inactive",
        ),
        (
            replace(
                SHOW,
                look=replace(LIVE, lifecycle="ready"),
                stumbled={"live": trouble(Kind.IDLE, "youtube.stream_inactive", 2)},
            ),
            "warning",
            "youtube.starting",
        ),
        # The operator has just changed it, and YouTube was not asked since.
        (replace(SHOW, asked_at=NOW, look=replace(LIVE, privacy="public")), "good", "youtube.live"),
        (
            replace(SHOW, wanted="ended", trouble=trouble(Kind.QUOTA)),
            "bad",
            "youtube.end_in_studio",
        ),
        (replace(SHOW, wanted="ended"), "none", "youtube.ending_slate"),
        (replace(SHOW, wanted="ended", aired=False), "none", "youtube.ending"),
        (replace(SHOW, wanted="ended", cleared=True), "none", "youtube.ended"),
        (replace(SHOW, wanted="off", cleared=True), "none", "youtube.off"),
        (
            replace(
                SHOW, wanted="preflight", look=replace(LIVE, lifecycle="ready"), checks=(TARGET,)
            ),
            "good",
            "youtube.ready",
        ),
        (
            replace(
                SHOW,
                wanted="preflight",
                look=replace(LIVE, lifecycle="ready"),
                checks=(TARGET, replace(TARGET, check="tone", state="waiting")),
            ),
            "none",
            "youtube.checking",
        ),
        (
            replace(
                SHOW,
                wanted="preflight",
                look=replace(LIVE, lifecycle="ready"),
                checks=(TARGET, replace(TARGET, state="failed", code="youtube.no_tone")),
            ),
            "bad",
            "youtube.no_tone",
        ),
        (
            replace(SHOW, wanted="preflight", look=replace(LIVE, lifecycle="created")),
            "none",
            "youtube.checking",
        ),
        (
            replace(
                SHOW,
                wanted="preflight",
                look=replace(LIVE, lifecycle="ready", stream_status="ready"),
            ),
            "bad",
            "youtube.no_data",
        ),
        (
            replace(SHOW, wanted="prepared", look=replace(LIVE, lifecycle="ready")),
            "good",
            "youtube.prepared",
        ),
        (
            replace(SHOW, look=replace(LIVE, lifecycle="liveStarting")),
            "warning",
            "youtube.starting",
        ),
        (
            replace(SHOW, look=replace(LIVE, lifecycle="ready"), attempt=1),
            "warning",
            "youtube.replaced",
        ),
    ],
)
def test_one_verdict_and_one_sentence(known: Known, level: str, code: str) -> None:
    found: Verdict = judge(known, NOW)
    assert (found.level, found.code) == (level, code)


@pytest.mark.unit
def test_every_issue_type_of_the_interface_has_its_place() -> None:
    described = _document()["schemas"]["LiveStreamConfigurationIssue"]["properties"]["type"]["enum"]
    known = {name for name in described if not name.endswith("Unspecified")}
    assert known <= set(issues.ISSUES), known - set(issues.ISSUES)


@pytest.mark.unit
def test_every_sentence_is_written_in_both_languages() -> None:
    root = Path(__file__).parents[3]
    sources = "".join(path.read_text() for path in (root / "streaming/youtube").glob("*.py"))
    codes = {
        code
        for code in CODE.findall(sources)
        if code not in ("broadcast.remember", "broadcast.seen")
    }
    codes -= {"youtube.issue.", "youtube.v3.json"}
    codes |= {f"youtube.issue.{kind}" for kind in (*issues.ISSUES, "other")}
    for name in ("youtube_en.js", "youtube_zh_hant.js"):
        text = (root / "web/locales" / name).read_text()
        missing = [code for code in sorted(codes) if f'"{code}"' not in text]
        assert not missing, (name, missing)


@pytest.mark.unit
def test_youtubes_own_words_go_along_with_ours() -> None:
    long = "Please use a keyframe\nfrequency of \u202efour seconds.  " + "x" * 400
    issue = Issue("gopSizeLong", "warning", "Long", long)
    assert issue.words.startswith("Please use a keyframe frequency of four seconds. xxx")
    assert len(issue.words) == 240
    assert Issue("gopSizeLong", "warning", "Check it").words == "Check it"
    look = replace(LIVE, issues=(("gopSizeLong", "warning"),), words=(("gopSizeLong", "Too long"),))
    found = judge(replace(SHOW, look=look), NOW)
    assert dict(found.params) == {"type": "gopSizeLong", "says": "Too long"}
    # Where we know the cause it is said instead, and what it led to is YouTube's to say.
    look = replace(LIVE, issues=(("videoIngestionStarved", "error"),))
    look = replace(look, words=(("videoIngestionStarved", "Not enough video"),))
    found = judge(replace(SHOW, look=look, ours=replace(RUNNING, fault=SLOW)), NOW)
    assert found.code == "youtube.encoder_slow"
    assert dict(found.params)["says"] == "Not enough video"
