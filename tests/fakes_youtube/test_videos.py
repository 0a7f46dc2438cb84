"""Videos, their thumbnails, cuepoints."""

import urllib.request
from typing import Any

import pytest
from googleapiclient.http import MediaInMemoryUpload

from tests.fakes.youtube import EN_CHANNEL, YouTubeStandIn
from tests.fakes_youtube.people import Json, Person, refusal

pytestmark = pytest.mark.unit


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def video(english: Person, broadcast: Json, part: str) -> Json:
    found = english.do(english.videos.list(part=part, id=broadcast["id"]))["items"]
    return found[0] if found else {}


def test_the_video_of_a_broadcast_appears_after_a_while(english: Person) -> None:
    broadcast = english.broadcast()
    body = {"id": broadcast["id"], "snippet": {"title": "Late", "categoryId": "25"}}
    assert video(english, broadcast, "id") == {}
    request = english.videos.update(part="snippet", body=body)
    assert refusal(lambda: english.do(request)) == (404, "videoNotFound")
    english.youtube.advance(1)
    assert video(english, broadcast, "id")["id"] == broadcast["id"]


def test_languages_and_tags_are_set_on_the_video_and_replaced_as_a_whole(english: Person) -> None:
    broadcast = english.broadcast()
    english.youtube.advance(1)
    snippet: Json = {
        "title": "圓桌會議",
        "categoryId": "25",
        "tags": ["climate"],
        "defaultLanguage": "zh-Hant",
        "defaultAudioLanguage": "zh-Hant",
    }
    status = {"privacyStatus": "unlisted", "embeddable": False, "containsSyntheticMedia": True}
    body = {"id": broadcast["id"], "snippet": snippet, "status": status}
    english.do(english.videos.update(part="snippet,status", body=body))
    found = video(english, broadcast, "snippet,status")
    assert found["snippet"]["defaultAudioLanguage"] == "zh-Hant"
    assert found["snippet"]["tags"] == ["climate"]
    assert found["status"]["embeddable"] is False
    assert found["status"]["containsSyntheticMedia"] is True
    again = english.do(english.broadcasts.list(part="snippet", id=broadcast["id"]))["items"][0]
    assert again["snippet"]["title"] == "圓桌會議"
    body["snippet"] = {"title": "Plain", "categoryId": "25"}
    english.do(english.videos.update(part="snippet", body=body))
    assert "tags" not in video(english, broadcast, "snippet")["snippet"]


def test_viewers_are_text_and_only_there_while_live(
    english: Person, youtube: YouTubeStandIn
) -> None:
    broadcast, stream = english.ready()
    youtube.state.broadcasts[broadcast["id"]].shown_viewers = 12
    english.feed(stream)
    part = "liveStreamingDetails,statistics"
    assert "concurrentViewers" not in video(english, broadcast, part)["liveStreamingDetails"]
    english.go(broadcast, "live")
    youtube.advance(1)
    found = video(english, broadcast, part)
    assert found["liveStreamingDetails"]["concurrentViewers"] == "12"
    assert found["statistics"]["viewCount"] == "0"
    english.go(broadcast, "complete")
    details = video(english, broadcast, part)["liveStreamingDetails"]
    assert "concurrentViewers" not in details
    assert "activeLiveChatId" not in details


def test_a_private_video_is_nobody_elses_business(english: Person, chinese: Person) -> None:
    broadcast = english.broadcast()
    english.youtube.advance(1)
    assert video(chinese, broadcast, "id") != {}
    body = {"id": broadcast["id"], "status": {"privacyStatus": "private"}}
    request = chinese.videos.update(part="status", body=body)
    assert refusal(lambda: chinese.do(request)) == (403, "forbidden")
    english.do(english.videos.update(part="status", body=body))
    assert video(chinese, broadcast, "id") == {}


def thumbnail(english: Person, broadcast: Json, picture: bytes, **options: Any) -> Any:
    media = MediaInMemoryUpload(picture, mimetype="image/png", **options)
    return english.service.thumbnails().set(videoId=broadcast["id"], media_body=media)


def test_a_thumbnail_is_uploaded_and_shown(english: Person) -> None:
    broadcast = english.broadcast()
    english.youtube.advance(1)
    answer = english.do(thumbnail(english, broadcast, PNG))
    with urllib.request.urlopen(answer["items"][0]["high"]["url"]) as shown:
        assert shown.read() == PNG


def test_a_thumbnail_that_is_none_is_refused(english: Person, youtube: YouTubeStandIn) -> None:
    broadcast = english.broadcast()
    early = thumbnail(english, broadcast, PNG)
    assert refusal(lambda: english.do(early)) == (404, "videoNotFound")
    youtube.advance(1)
    text = thumbnail(english, broadcast, b"no picture")
    assert refusal(lambda: english.do(text)) == (400, "invalidImage")
    nothing = english.service.thumbnails().set(videoId=broadcast["id"])
    assert refusal(lambda: english.do(nothing)) == (400, "mediaBodyRequired")
    resumable = thumbnail(english, broadcast, PNG, resumable=True)
    assert refusal(lambda: english.do(resumable)) == (501, "notImplemented")
    youtube.state.channel(EN_CHANNEL).phone_verified = False
    good = thumbnail(english, broadcast, PNG)
    assert refusal(lambda: english.do(good)) == (403, "forbidden")


def test_a_cuepoint_is_echoed(english: Person) -> None:
    broadcast, *_ = english.live()
    body = {"cueType": "cueTypeAd", "durationSecs": 30}
    answer = english.do(english.broadcasts.insertCuepoint(id=broadcast["id"], body=body))
    assert answer["durationSecs"] == 30
