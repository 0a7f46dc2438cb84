"""What goes wrong: refusals, lost answers, quota, rate, and calls that nobody may make."""

import datetime as dt
import json
import urllib.error
import urllib.request
from http.client import HTTPException, RemoteDisconnected

import google.auth.exceptions
import httplib2
import pytest
from googleapiclient.errors import HttpError

from tests.fakes.youtube import ZH_CHANNEL, Limits, YouTubeStandIn
from tests.fakes.youtube.tokens import READONLY
from tests.fakes_youtube.people import Person, refusal

pytestmark = pytest.mark.unit

INSERT, TRANSITION, LIST = (
    "liveBroadcasts.insert",
    "liveBroadcasts.transition",
    "liveBroadcasts.list",
)


def listing(english: Person) -> object:
    return english.do(english.broadcasts.list(part="id", mine=True))


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("userRequestsExceedRateLimit", 403),
        ("livePermissionBlocked", 403),
        ("accessNotConfigured", 403),
        ("dailyLimitExceeded", 403),
        ("youtubeSignupRequired", 401),
        ("internalError", 500),
        ("backendError", 503),
    ],
)
def test_a_fault_answers_with_any_reason_and_only_as_often_as_it_is_told(
    english: Person, reason: str, status: int
) -> None:
    # Three, because the client meets a 401 with two refreshes of its own.
    fault = english.youtube.faults.add("error", LIST, reason=reason, count=3)
    assert refusal(lambda: listing(english)) == (status, reason)
    fault.count = fault.hits
    assert refusal(lambda: listing(english)) == (200, "")
    assert english.youtube.log.entries(LIST)[0].fault == "error"


def test_a_fault_is_told_which_request_it_hits(english: Person) -> None:
    first, second = english.broadcast(), english.broadcast()
    english.youtube.faults.add("error", LIST, id=second["id"], part="status", count=None)

    def ask(broadcast: dict[str, str], part: str) -> tuple[int, str]:
        request = english.broadcasts.list(part=part, id=broadcast["id"])
        return refusal(lambda: english.do(request))

    assert ask(first, "status") == (200, "")
    assert ask(second, "id") == (200, "")
    assert ask(second, "status") == (503, "backendError")


def test_a_lost_answer_makes_the_client_insert_twice(english: Person) -> None:
    english.youtube.faults.add("apply_then_drop", INSERT)
    made = english.broadcast("Only once, please")
    entries = english.youtube.log.entries(INSERT)
    assert [entry.status for entry in entries] == [0, 200]
    assert [entry.body for entry in entries] == [entries[0].body] * 2
    found = english.do(english.broadcasts.list(part="id,snippet", mine=True))["items"]
    assert [item["snippet"]["title"] for item in found] == ["Only once, please"] * 2
    assert made["id"] in [item["id"] for item in found]


def test_a_connection_that_is_always_dropped_leaves_nothing_behind(english: Person) -> None:
    english.youtube.faults.add("drop", INSERT, count=None)
    with pytest.raises((RemoteDisconnected, ConnectionError, HTTPException)):
        english.broadcast()
    assert len(english.youtube.log.entries(INSERT)) >= 2
    assert english.youtube.state.broadcasts == {}


def test_an_answer_that_never_comes_is_a_timeout(english: Person) -> None:
    english.youtube.faults.add("hang", LIST, count=None)
    with pytest.raises(TimeoutError):
        english.do(english.broadcasts.list(part="id", mine=True), timeout_s=0.2)


def test_a_late_answer_is_an_answer(english: Person) -> None:
    english.youtube.faults.add("latency", LIST, delay_s=0.1)
    assert refusal(lambda: listing(english)) == (200, "")
    assert english.youtube.log.entries(LIST)[0].fault == "latency"


def test_a_page_of_a_proxy_is_not_json(english: Person) -> None:
    english.youtube.faults.add("html", LIST)
    with pytest.raises(HttpError) as caught:
        listing(english)
    assert caught.value.status_code == 502
    assert b"<html>" in caught.value.content


def test_half_an_answer_reaches_the_caller_as_text(english: Person) -> None:
    # The client hands out what it cannot parse: whoever reads answer["items"] gets a TypeError.
    english.youtube.faults.add("truncate", LIST)
    answer = listing(english)
    assert isinstance(answer, str)
    assert answer.startswith("{")


def test_a_transition_that_failed_may_succeed_the_next_time(english: Person) -> None:
    broadcast, stream = english.ready()
    english.feed(stream)
    english.youtube.faults.add("error", TRANSITION, reason="errorExecutingTransition")
    assert refusal(lambda: english.go(broadcast, "live")) == (503, "errorExecutingTransition")
    assert english.lifecycle(broadcast) == "ready"
    assert english.go(broadcast, "live") == "liveStarting"


def test_a_transition_may_have_worked_although_it_failed(english: Person) -> None:
    broadcast, stream = english.ready()
    english.feed(stream)
    english.youtube.faults.add("apply_then_error", TRANSITION, reason="backendError")
    assert refusal(lambda: english.go(broadcast, "live")) == (503, "backendError")
    assert english.lifecycle(broadcast) == "liveStarting"
    assert english.youtube.log.count(TRANSITION, applied=True) == 1


def test_one_401_is_mended_by_a_refresh(english: Person) -> None:
    english.youtube.faults.add("error", LIST, reason="authError")
    listing(english)
    assert [entry.status for entry in english.youtube.log.entries(LIST)] == [401, 200]
    assert english.youtube.log.count("oauth.token", applied=True) == 1


def test_a_401_for_ever_is_told_to_the_caller(english: Person) -> None:
    english.youtube.faults.add("error", LIST, reason="authError", count=None)
    assert refusal(lambda: listing(english)) == (401, "authError")
    assert english.youtube.log.count("oauth.token") == 2


def test_too_many_requests_say_when_to_come_back(english: Person) -> None:
    english.youtube.faults.add(
        "error", LIST, reason="rateLimitExceeded", status=429, retry_after_s=7
    )
    with pytest.raises(HttpError) as caught:
        listing(english)
    assert caught.value.status_code == 429
    assert caught.value.resp["retry-after"] == "7"


def test_quota_may_end_at_a_certain_call(english: Person) -> None:
    english.youtube.faults.add("error", reason="quotaExceeded", after=2, count=None)
    found = [refusal(lambda: listing(english))[1] for _ in range(4)]
    assert found == ["", "", "quotaExceeded", "quotaExceeded"]


def test_a_token_of_the_wrong_channel_sees_another_channel(english: Person) -> None:
    english.youtube.faults.add("wrong_channel", "channels.list", channel=ZH_CHANNEL)
    request = english.service.channels().list(part="id,snippet", mine=True)
    assert english.do(request)["items"][0]["id"] == ZH_CHANNEL
    assert english.do(request)["items"][0]["id"] == english.tokens["channel"]


# -- quota and rate -------------------------------------------------------------------------------


def test_calls_cost_what_google_says_also_when_they_are_refused(english: Person) -> None:
    listing(english)
    assert refusal(lambda: english.go({"id": "none"}, "live"))[0] == 404
    request = english.broadcasts.list(part="nonsense", mine=True)
    assert refusal(lambda: english.do(request)) == (400, "unknownPart")
    assert [entry.cost for entry in english.youtube.log.entries()] == [1, 50, 1]


def test_quota_is_shared_by_all_channels_and_comes_back_at_midnight_in_california(
    youtube: YouTubeStandIn,
) -> None:
    youtube.reset(limits=Limits(quota=120))
    youtube.state.clock.scale(0)
    youtube.state.clock.set(dt.datetime(2030, 1, 1, 7, 0, tzinfo=dt.UTC))
    english, chinese = Person(youtube), Person(youtube, ZH_CHANNEL)
    english.broadcast()
    chinese.broadcast()
    assert refusal(english.broadcast) == (403, "quotaExceeded")
    assert refusal(lambda: listing(chinese)) == (200, "")
    # 07:59 UTC is 23:59 in California in winter; 08:00 is the next day there.
    youtube.advance(59 * 60)
    assert refusal(english.broadcast) == (403, "quotaExceeded")
    youtube.advance(60)
    assert refusal(english.broadcast) == (200, "")


def test_the_official_client_does_not_retry_the_live_apis_own_rate_limit(
    youtube: YouTubeStandIn,
) -> None:
    youtube.reset(limits=Limits(calls_per_minute=2))
    youtube.state.clock.scale(0)
    english = Person(youtube)
    assert [refusal(lambda: listing(english))[0] for _ in range(2)] == [200, 200]
    request = english.broadcasts.list(part="id", mine=True)
    found = refusal(lambda: english.do(request, retries=3))
    assert found == (403, "userRequestsExceedRateLimit")
    assert english.youtube.log.count(LIST) == 3
    youtube.advance(61)
    assert refusal(lambda: listing(english)) == (200, "")


def test_checks_come_in_the_order_token_scope_quota_parts(youtube: YouTubeStandIn) -> None:
    youtube.reset(limits=Limits(quota=0))
    reader = Person(youtube, ZH_CHANNEL, READONLY)
    insert = reader.broadcasts.insert(part="nonsense", body={})
    assert refusal(lambda: reader.do(insert)) == (403, "insufficientPermissions")
    assert refusal(lambda: listing(reader)) == (403, "quotaExceeded")
    youtube.state.ledger.limit = 100
    request = reader.broadcasts.list(part="nonsense")
    assert refusal(lambda: reader.do(request)) == (400, "unknownPart")


# -- tokens ---------------------------------------------------------------------------------------


def test_an_old_access_token_is_renewed_behind_the_callers_back(english: Person) -> None:
    english.youtube.advance(3601)
    listing(english)
    assert [entry.status for entry in english.youtube.log.entries(LIST)] == [401, 200]


def test_without_an_access_token_the_client_asks_for_one_first(youtube: YouTubeStandIn) -> None:
    person = Person(youtube, known=False)
    listing(person)
    assert [entry.method for entry in youtube.log.entries()] == ["oauth.token", LIST]


def test_a_revoked_token_is_an_invalid_grant(english: Person) -> None:
    english.youtube.run(
        lambda: english.youtube.state.tokens.revoke(english.tokens["refresh_token"])
    )
    with pytest.raises(google.auth.exceptions.RefreshError, match="expired or revoked") as caught:
        listing(english)
    assert caught.value.args[1]["error"] == "invalid_grant"
    assert caught.value.retryable is False


def test_the_token_endpoint_may_fail_in_its_own_shape(youtube: YouTubeStandIn) -> None:
    youtube.faults.add("error", "oauth.token", reason="invalid_grant")
    person = Person(youtube, known=False)
    with pytest.raises(google.auth.exceptions.RefreshError) as caught:
        listing(person)
    assert caught.value.args[1]["error"] == "invalid_grant"
    assert refusal(lambda: listing(person)) == (200, "")


def test_a_consent_screen_in_testing_lasts_a_week(english: Person) -> None:
    english.youtube.state.timings.refresh_life_s = 7 * 86_400
    english.youtube.advance(6 * 86_400)
    assert refusal(lambda: listing(english)) == (200, "")
    english.youtube.advance(86_400)
    with pytest.raises(google.auth.exceptions.RefreshError, match="invalid_grant"):
        listing(english)


def test_two_tokens_are_two_channels(english: Person, chinese: Person) -> None:
    def own(person: Person) -> str:
        request = person.service.channels().list(part="id,snippet", mine=True)
        return str(person.do(request)["items"][0]["snippet"]["title"])

    assert (own(english), own(chinese)) == ("English channel", "中文頻道")


# -- addresses that nobody may use ----------------------------------------------------------------


def test_batch_is_not_here(english: Person) -> None:
    batch = english.service.new_batch_http_request()
    batch.add(english.broadcasts.list(part="id", mine=True))
    with pytest.raises(HttpError) as caught:
        batch.execute(http=httplib2.Http(timeout=5))
    assert caught.value.status_code == 404
    assert english.youtube.log.entries()[-1].path.startswith("/batch")


def test_an_unknown_address_is_answered_in_googles_shape(youtube: YouTubeStandIn) -> None:
    person = Person(youtube)
    headers = {"Authorization": f"Bearer {person.tokens['access_token']}"}
    asked = urllib.request.Request(f"{youtube.root_url}youtube/v3/playlists", headers=headers)
    with pytest.raises(urllib.error.HTTPError) as caught, urllib.request.urlopen(asked):
        pass
    assert caught.value.code == 404
    assert json.load(caught.value)["error"]["errors"][0]["reason"] == "notFound"


def test_a_search_fails_the_run() -> None:
    def run() -> None:
        with YouTubeStandIn(ingest=False) as youtube:
            person = Person(youtube)
            request = person.service.search().list(part="id", forMine=True, type="video")
            assert refusal(lambda: person.do(request)) == (403, "forbidden")

    with pytest.raises(AssertionError, match=r"search\.list was called 1 times"):
        run()
