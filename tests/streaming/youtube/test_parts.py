"""The small pure parts: verdicts, errors, back-off, the quota's day, wording."""

import http.client
import json
import re
import ssl
from dataclasses import replace
from pathlib import Path

import httplib2
import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import HttpError
from redis.asyncio import Redis

from streaming.youtube import issues, troubles
from streaming.youtube.client import _document
from streaming.youtube.errors import Kind, YouTubeError, classify
from streaming.youtube.faults import STARVED, Fault
from streaming.youtube.known import Known, Ours, Verdict
from streaming.youtube.ledger import Ledger, next_midnight, pacific_day
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
        (replace(SHOW, look=replace(LIVE, stream_status="error")), "bad", "youtube.stream_error"),
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


def http_error(status: int, body: object) -> HttpError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpError(httplib2.Response({"status": status, "retry-after": "7"}), content)


def reason(word: str) -> dict[str, object]:
    return {"error": {"code": 403, "errors": [{"reason": word}], "details": [{"x": 1}]}}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (http_error(403, reason("redundantTransition")), Kind.DONE),
        (http_error(403, reason("errorStreamInactive")), Kind.IDLE),
        (http_error(403, reason("invalidTransition")), Kind.CHANGED),
        (http_error(403, reason("liveStreamingNotEnabled")), Kind.OPERATOR),
        (http_error(403, reason("userRequestsExceedRateLimit")), Kind.LATER),
        (http_error(429, reason("rateLimitExceeded")), Kind.LATER),
        (http_error(403, reason("quotaExceeded")), Kind.QUOTA),
        (http_error(404, reason("liveBroadcastNotFound")), Kind.GONE),
        (http_error(400, reason("invalidTitle")), Kind.BUG),
        (http_error(401, reason("authError")), Kind.CREDENTIALS),
        (http_error(502, b"<html>Bad Gateway</html>"), Kind.UNCERTAIN),
        (http_error(503, reason("errorExecutingTransition")), Kind.UNCERTAIN),
        (http_error(403, b"[]"), Kind.OPERATOR),
        (RefreshError("invalid_grant: gone", {"error": "invalid_grant"}), Kind.CREDENTIALS),
        (RefreshError("try again", retryable=True), Kind.UNCERTAIN),
        (TransportError("no route"), Kind.UNCERTAIN),
        (TimeoutError(), Kind.UNCERTAIN),
        (ssl.SSLError(), Kind.UNCERTAIN),
        (http.client.RemoteDisconnected(), Kind.UNCERTAIN),
        (httplib2.ServerNotFoundError(), Kind.UNCERTAIN),
    ],
)
def test_every_exception_of_a_call_is_one_of_ours(error: Exception, kind: Kind) -> None:
    found = classify(error)
    assert found is not None
    assert found.kind is kind
    assert "youtube." in found.code


@pytest.mark.unit
def test_a_bug_is_not_taken_for_trouble() -> None:
    assert classify(TypeError("missing argument")) is None


@pytest.mark.unit
def test_back_off_grows_to_its_cap_and_quota_waits_for_midnight() -> None:
    before: Trouble | None = None
    waits = []
    for _ in range(9):
        error = YouTubeError(Kind.UNCERTAIN, "x")
        before = troubles.after(error, before, ending=False, now=NOW, jitter=0)
        waits.append(before.until - NOW)
    assert waits == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]
    quota = YouTubeError(Kind.QUOTA, "quotaExceeded")
    found = troubles.after(quota, None, ending=False, now=NOW, jitter=0)
    assert found.until == next_midnight(NOW)
    assert pacific_day(Instant(found.until - 1)) < pacific_day(found.until)
    ending = troubles.after(quota, None, ending=True, now=NOW, jitter=0)
    assert ending.until - NOW == troubles.QUOTA_ENDING_MS
    asked = YouTubeError(Kind.LATER, "rateLimitExceeded", 429, 30.0)
    assert troubles.after(asked, None, ending=False, now=NOW, jitter=0).until - NOW == 30_000


@pytest.mark.redis
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


async def test_the_reserve_is_for_going_live_and_for_ending(redis: "Redis") -> None:
    now = NOW
    ledger = Ledger(redis, lambda: now, daily=1000, reserve=500)
    for _ in range(10):
        await ledger.charge("liveBroadcasts.insert", False)
    with pytest.raises(YouTubeError):
        await ledger.charge("liveStreams.list", False)
    # A new process knows what was spent.
    again = Ledger(redis, lambda: now, daily=1000, reserve=500)
    assert await again.used() == 500
    await again.charge("liveBroadcasts.transition", True)
    await again.exhausted()
    with pytest.raises(YouTubeError):
        await Ledger(redis, lambda: now, daily=100_000).charge("liveStreams.list", False)
    now = next_midnight(now)
    await ledger.charge("liveStreams.list", False)
    assert await ledger.used() == 1
