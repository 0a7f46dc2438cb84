"""Transitions, binding, deletion, automatic starts and ends, and how many may be on air."""

import pytest

from tests.fakes.ingest import wait_until
from tests.fakes.youtube import YouTubeStandIn
from tests.fakes.youtube.model import Lifecycle
from tests.fakes.youtube.rules import next_state
from tests.fakes_youtube.people import Json, Person, key_of, refusal

pytestmark = pytest.mark.unit

INVALID, REDUNDANT, INACTIVE = "invalidTransition", "redundantTransition", "errorStreamInactive"


@pytest.mark.parametrize(
    ("state", "active", "monitor", "testing", "live", "complete"),
    [
        ("created", False, False, INVALID, INVALID, INVALID),
        ("ready", False, True, INACTIVE, INACTIVE, INVALID),
        ("ready", False, False, INACTIVE, INACTIVE, INVALID),
        ("ready", True, True, "testStarting", INVALID, INVALID),
        ("ready", True, False, INVALID, "liveStarting", INVALID),
        ("testStarting", True, True, INVALID, INVALID, INVALID),
        ("liveStarting", True, False, INVALID, INVALID, INVALID),
        ("testing", True, True, REDUNDANT, "liveStarting", "complete"),
        ("testing", False, True, REDUNDANT, INACTIVE, "complete"),
        ("live", True, False, INVALID, REDUNDANT, "complete"),
        ("live", False, False, INVALID, REDUNDANT, "complete"),
        ("complete", False, False, INVALID, INVALID, REDUNDANT),
        ("revoked", True, False, INVALID, INVALID, INVALID),
    ],
)
def test_the_table_of_transitions(
    state: str, active: bool, monitor: bool, testing: str, live: str, complete: str
) -> None:
    found = [
        next_state(Lifecycle(state), target, active=active, monitor=monitor)
        for target in ("testing", "live", "complete")
    ]
    assert found == [testing, live, complete]


def test_a_show_without_monitor_stream_goes_live_and_ends(english: Person) -> None:
    broadcast, stream = english.ready()
    assert refusal(lambda: english.go(broadcast, "live")) == (403, INACTIVE)
    english.feed(stream)
    assert english.go(broadcast, "live") == "liveStarting"
    assert refusal(lambda: english.go(broadcast, "live")) == (403, INVALID)
    assert english.lifecycle(broadcast) == "liveStarting"
    english.youtube.advance(1)
    shown = english.do(english.broadcasts.list(part="snippet,status", id=broadcast["id"]))
    assert shown["items"][0]["status"]["lifeCycleStatus"] == "live"
    assert shown["items"][0]["status"]["recordingStatus"] == "recording"
    assert "actualStartTime" in shown["items"][0]["snippet"]
    assert refusal(lambda: english.go(broadcast, "live")) == (403, REDUNDANT)
    assert english.go(broadcast, "complete") == "complete"
    assert refusal(lambda: english.go(broadcast, "complete")) == (403, REDUNDANT)
    shown = english.do(english.broadcasts.list(part="snippet,status", id=broadcast["id"]))
    assert shown["items"][0]["status"]["recordingStatus"] == "recorded"
    assert "actualEndTime" in shown["items"][0]["snippet"]


def test_a_show_with_monitor_stream_is_tested_first(english: Person) -> None:
    broadcast, stream = english.ready(monitor=True)
    english.feed(stream)
    assert refusal(lambda: english.go(broadcast, "live")) == (403, INVALID)
    assert english.go(broadcast, "testing") == "testStarting"
    english.youtube.advance(1)
    assert refusal(lambda: english.go(broadcast, "testing")) == (403, REDUNDANT)
    assert english.go(broadcast, "live") == "liveStarting"


def test_losing_the_video_leaves_a_show_live_and_it_may_still_be_ended(english: Person) -> None:
    broadcast, stream, sender = english.live()
    english.youtube.unpush(sender)
    english.youtube.advance(3600)
    english.youtube.advance(3600)
    status = english.do(english.streams.list(part="status", id=stream["id"]))["items"][0]["status"]
    assert status["streamStatus"] == "inactive"
    assert status["healthStatus"]["status"] == "noData"
    assert english.lifecycle(broadcast) == "live"
    english.feed(stream)
    assert english.lifecycle(broadcast) == "live"
    assert english.go(broadcast, "complete") == "complete"


def test_auto_stop_ends_a_show_a_minute_after_its_video(english: Person) -> None:
    broadcast, _, sender = english.live(content={"enableAutoStop": True})
    english.youtube.unpush(sender)
    english.youtube.advance(1)
    english.youtube.advance(1)
    english.youtube.advance(50)
    assert english.lifecycle(broadcast) == "live"
    english.youtube.advance(20)
    assert english.lifecycle(broadcast) == "complete"


def test_auto_start_goes_live_by_itself_and_the_manual_start_comes_too_late(
    english: Person,
) -> None:
    broadcast, stream = english.ready(content={"enableAutoStart": True})
    english.feed(stream)
    assert english.lifecycle(broadcast) == "liveStarting"
    assert refusal(lambda: english.go(broadcast, "live")) == (403, INVALID)
    english.youtube.advance(1)
    assert refusal(lambda: english.go(broadcast, "live")) == (403, REDUNDANT)


def test_a_broadcast_is_ready_while_it_is_bound(english: Person) -> None:
    broadcast, stream = english.broadcast(), english.stream()
    assert english.lifecycle(broadcast) == "created"
    bound = english.bind(broadcast, stream)
    assert bound["status"]["lifeCycleStatus"] == "ready"
    assert bound["contentDetails"]["boundStreamId"] == stream["id"]
    assert "boundStreamLastUpdateTimeMs" in bound["contentDetails"]
    loose = english.bind(broadcast, None)
    assert loose["status"]["lifeCycleStatus"] == "created"
    assert "boundStreamId" not in loose["contentDetails"]


def test_binding_is_refused_on_air_and_to_what_does_not_exist(english: Person) -> None:
    live, stream, _ = english.live()
    assert refusal(lambda: english.bind(live, None)) == (403, "liveBroadcastBindingNotAllowed")
    other = english.broadcast()
    assert refusal(lambda: english.bind(other, {"id": "none"})) == (404, "liveStreamNotFound")
    assert refusal(lambda: english.bind({"id": "none"}, stream)) == (404, "liveBroadcastNotFound")


def test_a_stream_that_is_not_reusable_is_bound_once(english: Person) -> None:
    stream = english.stream(reusable=False)
    english.bind(english.broadcast(), stream)
    second = english.broadcast()
    assert refusal(lambda: english.bind(second, stream)) == (403, "liveBroadcastBindingNotAllowed")


def deleted(english: Person, broadcast: Json) -> tuple[int, str]:
    return refusal(lambda: english.do(english.broadcasts.delete(id=broadcast["id"])))


def test_a_broadcast_is_deleted_in_every_state_but_on_air(english: Person) -> None:
    created = english.broadcast()
    assert english.do(english.broadcasts.delete(id=created["id"])) == ""
    assert deleted(english, created) == (404, "liveBroadcastNotFound")
    ready, _ = english.ready()
    assert deleted(english, ready) == (200, "")
    live, *_ = english.live()
    assert deleted(english, live) == (403, "liveBroadcastDeletionNotAllowed")
    english.go(live, "complete")
    assert deleted(english, live) == (200, "")


def test_a_stream_is_kept_while_a_broadcast_that_is_not_over_needs_it(english: Person) -> None:
    live, stream, _ = english.live()
    work = english.streams.delete(id=stream["id"])
    assert refusal(lambda: english.do(work)) == (403, "liveStreamDeletionNotAllowed")
    english.go(live, "complete")
    assert refusal(lambda: english.do(work)) == (200, "")
    assert refusal(lambda: english.do(work)) == (404, "liveStreamNotFound")


def test_one_key_is_not_enough_for_two_broadcasts(english: Person) -> None:
    _, stream, _ = english.live()
    second = english.broadcast()
    english.bind(second, stream)
    found = refusal(lambda: english.go(second, "live"))
    assert found == (403, "sharedIngestionBroadcastsExceedLimit")


def test_a_channel_has_only_so_many_broadcasts_on_air(
    english: Person, chinese: Person, youtube: YouTubeStandIn
) -> None:
    youtube.state.limits.concurrent_per_channel = 1
    english.live()
    second, stream = english.ready()
    english.feed(stream)
    found = refusal(lambda: english.go(second, "live"))
    assert found == (403, "concurrentBroadcastsExceedLimit")
    chinese.live()


def test_a_channel_has_only_so_many_broadcasts_waiting(
    english: Person, youtube: YouTubeStandIn
) -> None:
    youtube.state.limits.broadcasts_per_channel = 1
    english.broadcast()
    assert refusal(english.broadcast) == (403, "userBroadcastsExceedLimit")


def test_a_start_that_never_ends_is_left_by_deleting_and_binding_anew(english: Person) -> None:
    broadcast, stream = english.ready()
    english.feed(stream)
    english.youtube.faults.add("stuck", "liveBroadcasts.transition")
    assert english.go(broadcast, "live") == "liveStarting"
    english.youtube.advance(1800)
    assert english.lifecycle(broadcast) == "liveStarting"
    assert refusal(lambda: english.go(broadcast, "complete")) == (403, INVALID)
    assert deleted(english, broadcast) == (200, "")
    again = english.broadcast()
    english.bind(again, stream)
    assert english.go(again, "live") == "liveStarting"
    english.youtube.advance(1)
    assert english.lifecycle(again) == "live"


def test_primary_and_backup_feed_one_stream_and_a_second_primary_is_refused(
    english: Person,
) -> None:
    stream = english.stream()
    primary = english.feed(stream)
    backup = english.youtube.push(key_of(stream), backup=True)
    assert backup is not None
    assert english.youtube.push(key_of(stream)) is None
    english.youtube.unpush(primary)
    english.youtube.advance(10)
    english.youtube.advance(10)
    assert english.youtube.state.streams[stream["id"]].status == "active"
    english.youtube.unpush(backup)
    english.youtube.advance(10)
    english.youtube.advance(10)
    assert english.youtube.state.streams[stream["id"]].status == "inactive"


def test_a_stream_that_stays_ready_although_video_flows(english: Person) -> None:
    broadcast, stream = english.ready()
    english.youtube.faults.hold_ready(stream["id"])
    english.feed(stream)
    english.youtube.advance(60)
    assert refusal(lambda: english.go(broadcast, "live")) == (403, INACTIVE)
    english.youtube.faults.hold_ready(stream["id"], held=False)
    english.youtube.advance(1)
    assert english.go(broadcast, "live") == "liveStarting"


def test_a_rotated_key_refuses_who_comes_with_the_old_one(english: Person) -> None:
    stream = english.stream()
    fresh = english.youtube.faults.rotate_key(stream["id"])
    assert english.youtube.push(key_of(stream)) is None
    assert english.youtube.push(fresh) is not None


def test_hanging_up_ends_what_is_pushed(english: Person) -> None:
    _, stream, _ = english.live()
    english.youtube.faults.hang_up(stream["id"])
    held = english.youtube.state.streams[stream["id"]]
    wait_until(lambda: not held.publishers, 10, "nobody publishes")


def test_what_others_do_to_a_broadcast_shows(english: Person) -> None:
    revoked, *_ = english.live()
    english.youtube.faults.revoke(revoked["id"])
    assert english.lifecycle(revoked) == "revoked"
    assert refusal(lambda: english.go(revoked, "complete")) == (403, INVALID)
    ended, *_ = english.live()
    english.youtube.faults.complete_in_studio(ended["id"])
    assert english.lifecycle(ended) == "complete"
    assert refusal(lambda: english.go(ended, "complete")) == (403, REDUNDANT)
