"""Shapes of resources, lists, parts, and what insert and update accept."""

import gzip
import json
import urllib.request
from typing import Any

import pytest

from tests.fakes.youtube import YouTubeStandIn
from tests.fakes_youtube.people import CONTENT, START, Json, Person, key_of, refusal

pytestmark = pytest.mark.unit

BODY: Json = {
    "snippet": {"title": "Roundtable", "scheduledStartTime": START},
    "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
}
CDN: Json = {"ingestionType": "rtmp", "resolution": "variable", "frameRate": "variable"}


def with_(base: Json, path: str, value: object) -> Json:
    """A copy with one field set, or removed when ``value`` is None."""
    copy: Json = json.loads(json.dumps(base))
    *way, last = path.split(".")
    place = copy
    for name in way:
        place = place.setdefault(name, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return copy


def test_an_inserted_broadcast_has_googles_defaults_and_only_the_requested_parts(
    english: Person,
) -> None:
    made = english.do(english.broadcasts.insert(part="snippet,status,contentDetails", body=BODY))
    assert set(made) == {"kind", "etag", "id", "snippet", "status", "contentDetails"}
    assert made["kind"] == "youtube#liveBroadcast"
    assert len(made["id"]) == 11
    assert made["status"]["lifeCycleStatus"] == "created"
    assert made["contentDetails"]["monitorStream"]["enableMonitorStream"] is True
    assert made["contentDetails"]["enableAutoStop"] is False
    assert "boundStreamId" not in made["contentDetails"]
    listed = english.do(english.broadcasts.list(part="status", mine=True))["items"][0]
    assert set(listed) == {"kind", "etag", "id", "status"}


def test_a_broadcast_is_for_grown_ups_unless_it_says_otherwise(english: Person) -> None:
    body = with_(BODY, "status.selfDeclaredMadeForKids", None)
    made = english.do(english.broadcasts.insert(part="snippet,status", body=body))
    assert made["status"]["selfDeclaredMadeForKids"] is False
    assert made["status"]["madeForKids"] is False


def test_a_title_in_chinese_comes_back_as_it_was_sent(english: Person) -> None:
    made = english.broadcast("圓桌會議:氣候 & 城市")
    found = english.do(english.broadcasts.list(part=["id", "snippet"], id=[made["id"]]))["items"]
    assert found[0]["snippet"]["title"] == "圓桌會議:氣候 & 城市"


def test_an_answer_is_compressed_for_who_asks_for_it(english: Person) -> None:
    address = f"{english.youtube.root_url}youtube/v3/channels?part=id,snippet&mine=true"
    headers = {
        "Authorization": f"Bearer {english.tokens['access_token']}",
        "Accept-Encoding": "gzip",
    }
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
        shown = json.loads(gzip.decompress(answer.read()))
    assert shown["items"][0]["id"] == english.tokens["channel"]


def test_lists_hold_five_unless_asked_and_go_on_page_by_page(english: Person) -> None:
    made = {english.broadcast(f"Part {number}")["id"] for number in range(7)}
    first = english.do(english.broadcasts.list(part="id", mine=True))
    assert len(first["items"]) == 5
    assert first["pageInfo"] == {"totalResults": 7, "resultsPerPage": 5}
    request = english.broadcasts.list_next(english.broadcasts.list(part="id", mine=True), first)
    second = english.do(request)
    assert len(second["items"]) == 2
    assert "nextPageToken" not in second
    assert {item["id"] for item in first["items"] + second["items"]} == made
    all_ = english.do(english.broadcasts.list(part="id", mine=True, maxResults=50))
    assert len(all_["items"]) == 7


def test_somebody_elses_resources_do_not_exist(english: Person, chinese: Person) -> None:
    broadcast, stream = english.ready()
    found = chinese.do(chinese.broadcasts.list(part="id", id=broadcast["id"]))
    assert found["items"] == []
    assert chinese.do(chinese.streams.list(part="id", mine=True))["items"] == []
    taken = chinese.broadcast()
    assert refusal(lambda: chinese.bind(taken, stream)) == (404, "liveStreamNotFound")
    assert refusal(lambda: chinese.go(broadcast, "live")) == (404, "liveBroadcastNotFound")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, (400, "missingRequiredParameter")),
        ({"mine": True, "id": "x"}, (400, "incompatibleParameters")),
        ({"mine": True, "broadcastStatus": "all"}, (400, "incompatibleParameters")),
        ({"id": "unknown"}, (200, "")),
        ({"mine": True, "maxResults": 51}, (400, "invalidParameter")),
        ({"mine": True, "pageToken": "nonsense"}, (400, "invalidPageToken")),
    ],
)
def test_a_list_takes_exactly_one_filter(
    english: Person, filters: Json, expected: tuple[int, str]
) -> None:
    request = english.broadcasts.list(part="id", **filters)
    assert refusal(lambda: english.do(request)) == expected


def test_broadcasts_are_listed_by_their_state(english: Person) -> None:
    live, *_ = english.live()
    waiting = english.broadcast()

    def ids(**filters: str) -> list[str]:
        found = english.do(english.broadcasts.list(part="id", **filters))["items"]
        return [item["id"] for item in found]

    assert ids(broadcastStatus="active") == [live["id"]]
    assert ids(broadcastStatus="upcoming") == [waiting["id"]]
    assert ids(broadcastStatus="completed") == []
    assert len(ids(broadcastStatus="all")) == 2
    assert ids(broadcastStatus="all", broadcastType="persistent") == []


@pytest.mark.parametrize(
    ("collection", "part", "expected"),
    [
        ("liveBroadcasts", "snippet,nonsense", (400, "unknownPart")),
        ("liveBroadcasts", "cdn", (400, "unknownPart")),
        ("liveBroadcasts", " snippet , status ", (200, "")),
        ("liveStreams", "contentDetails", (400, "unexpectedPart")),
        ("liveStreams", "id,snippet,cdn,status", (200, "")),
    ],
)
def test_parts_are_checked(
    english: Person, collection: str, part: str, expected: tuple[int, str]
) -> None:
    request = getattr(english.service, collection)().list(part=part, mine=True)
    assert refusal(lambda: english.do(request)) == expected


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("snippet.title", None, "titleRequired"),
        ("snippet.title", "x" * 101, "invalidTitle"),
        ("snippet.description", "<b>", "invalidDescription"),
        ("snippet.scheduledStartTime", None, "scheduledStartTimeRequired"),
        ("snippet.scheduledStartTime", "tomorrow", "invalidScheduledStartTime"),
        ("snippet.scheduledStartTime", "2001-01-01T00:00:00Z", "invalidScheduledStartTime"),
        ("snippet.scheduledEndTime", "2029-12-31T00:00:00Z", "invalidScheduledEndTime"),
        ("status.privacyStatus", None, "privacyStatusRequired"),
        ("status.privacyStatus", "secret", "invalidPrivacyStatus"),
        ("contentDetails.latencyPreference", "slow", "invalidLatencyPreferenceOptions"),
        ("contentDetails.enableAutostart", True, "invalid"),
        ("contentDetails.enableAutoStart", "yes", "invalid"),
        ("contentDetails.projection", "flat", "invalidProjection"),
        ("title", "at the wrong level", "invalid"),
    ],
)
def test_a_broadcast_that_makes_no_sense_is_not_inserted(
    english: Person, path: str, value: object, reason: str
) -> None:
    request = english.broadcasts.insert(
        part="snippet,status,contentDetails", body=with_(BODY, path, value)
    )
    assert refusal(lambda: english.do(request)) == (400, reason)
    assert english.youtube.state.broadcasts == {}


@pytest.mark.parametrize(
    "flags",
    [
        {"latencyPreference": "ultraLow", "closedCaptionsType": "closedCaptionsHttpPost"},
        {"latencyPreference": "normal", "enableLowLatency": True},
    ],
)
def test_flags_that_exclude_each_other_are_refused(english: Person, flags: Json) -> None:
    assert refusal(lambda: english.broadcast(content=flags)) == (
        400,
        "invalidLatencyPreferenceOptions",
    )


def test_a_part_of_the_body_that_part_does_not_name_is_not_read(english: Person) -> None:
    request = english.broadcasts.insert(part="status", body=BODY)
    assert refusal(lambda: english.do(request)) == (400, "titleRequired")


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("snippet.title", None, "titleRequired"),
        ("snippet.title", "x" * 129, "invalidTitle"),
        ("cdn", None, "cdnRequired"),
        ("cdn.ingestionType", None, "ingestionTypeRequired"),
        ("cdn.resolution", None, "resolutionRequired"),
        ("cdn.frameRate", None, "frameRateRequired"),
        ("cdn.ingestionType", "srt", "invalidIngestionType"),
        ("cdn.resolution", "4k", "invalidResolution"),
        ("cdn.frameRate", "25fps", "invalidFrameRate"),
    ],
)
def test_a_stream_that_makes_no_sense_is_not_inserted(
    english: Person, path: str, value: object, reason: str
) -> None:
    body = with_({"snippet": {"title": "EN"}, "cdn": CDN}, path, value)
    request = english.streams.insert(part="snippet,cdn", body=body)
    assert refusal(lambda: english.do(request)) == (400, reason)


def test_a_stream_names_all_four_addresses_and_its_caption_url(english: Person) -> None:
    stream = english.stream()
    ingestion = stream["cdn"]["ingestionInfo"]
    assert [len(group) for group in key_of(stream).split("-")] == [4] * 5
    assert ingestion["rtmpsIngestionAddress"].startswith("rtmps://localhost")
    assert ingestion["rtmpsBackupIngestionAddress"].endswith("/live2?backup=1")
    assert stream["status"] == {"streamStatus": "ready", "healthStatus": {"status": "noData"}}
    url = stream["contentDetails"]["closedCaptionsIngestionUrl"]
    assert url == f"{english.youtube.root_url}closedcaption?cid={key_of(stream)}"


def test_a_stream_that_is_not_reusable_is_not_listed(english: Person) -> None:
    hidden, shown = english.stream(reusable=False), english.stream()
    listed = english.do(english.streams.list(part="id", mine=True))["items"]
    assert [item["id"] for item in listed] == [shown["id"]]
    asked = english.do(english.streams.list(part="id", id=f"{hidden['id']},{shown['id']}"))
    assert len(asked["items"]) == 2


# -- update ---------------------------------------------------------------------------------------


def updated(english: Person, broadcast: Json, part: str, **parts: Any) -> Json:
    body = {"id": broadcast["id"], **parts}
    answer: Json = english.do(english.broadcasts.update(part=part, body=body))
    return answer


def test_update_puts_everything_it_does_not_name_back_to_its_default(english: Person) -> None:
    made = english.broadcast(content={"enableDvr": False, "enableAutoStop": True})
    assert made["contentDetails"]["enableDvr"] is False
    monitor = {"enableMonitorStream": True, "broadcastStreamDelayMs": 0}
    after = updated(
        english,
        made,
        "contentDetails,status",
        contentDetails={"monitorStream": monitor},
        status={"selfDeclaredMadeForKids": True},
    )
    assert after["contentDetails"]["enableDvr"] is True
    assert after["contentDetails"]["enableAutoStop"] is False
    kept = updated(english, made, "status", status={"privacyStatus": "private"})
    assert kept["status"]["selfDeclaredMadeForKids"] is False
    # It was unlisted: this is how a private show becomes public.
    assert after["status"]["privacyStatus"] == "public"


def test_update_leaves_the_parts_alone_that_it_does_not_name(english: Person) -> None:
    made = english.broadcast("Before")
    snippet = {"title": "After", "scheduledStartTime": START}
    updated(english, made, "snippet", snippet=snippet)
    found = english.do(
        english.broadcasts.list(part="snippet,status,contentDetails", id=made["id"])
    )["items"][0]
    assert found["snippet"]["title"] == "After"
    assert found["status"] == made["status"]
    assert found["contentDetails"] == made["contentDetails"]


@pytest.mark.parametrize(
    ("monitor", "reason"),
    [
        ({}, "enableMonitorStreamRequired"),
        ({"enableMonitorStream": False}, "broadcastStreamDelayMsRequired"),
    ],
)
def test_update_wants_both_monitor_fields(english: Person, monitor: Json, reason: str) -> None:
    made = english.broadcast()
    work = {"contentDetails": {"monitorStream": monitor}}
    assert refusal(lambda: updated(english, made, "contentDetails", **work)) == (400, reason)


def test_flags_are_frozen_once_a_broadcast_is_on_air_but_its_title_is_not(
    english: Person,
) -> None:
    live, *_ = english.live()
    other = {**CONTENT, "enableDvr": False}
    frozen = refusal(lambda: updated(english, live, "contentDetails", contentDetails=other))
    assert frozen == (403, "liveBroadcastModificationNotAllowed")
    same = updated(english, live, "contentDetails", contentDetails=CONTENT)
    assert same["contentDetails"]["enableDvr"] is True
    renamed = updated(english, live, "snippet", snippet={"title": "Second hour"})
    assert renamed["snippet"]["title"] == "Second hour"


def test_update_needs_an_id_that_exists(english: Person) -> None:
    nobody = {"id": ""}
    assert refusal(lambda: updated(english, nobody, "status", status={})) == (400, "idRequired")
    unknown = {"id": "unknown"}
    found = refusal(lambda: updated(english, unknown, "status", status={}))
    assert found == (404, "liveBroadcastNotFound")


def test_the_cdn_of_a_stream_cannot_be_changed(english: Person) -> None:
    stream = english.stream()
    body = {"id": stream["id"], "snippet": {"title": "New"}, "cdn": CDN}
    answer = english.do(english.streams.update(part="snippet,cdn", body=body))
    assert answer["snippet"]["title"] == "New"
    body["cdn"] = {**CDN, "resolution": "720p", "frameRate": "30fps"}
    request = english.streams.update(part="snippet,cdn", body=body)
    assert refusal(lambda: english.do(request)) == (403, "liveStreamModificationNotAllowed")


def test_a_channel_without_live_streaming_is_told_so(
    english: Person, youtube: YouTubeStandIn
) -> None:
    youtube.state.channel(english.tokens["channel"]).live_enabled = False
    assert refusal(english.broadcast) == (403, "liveStreamingNotEnabled")
    assert refusal(english.stream) == (403, "liveStreamingNotEnabled")
