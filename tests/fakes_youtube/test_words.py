"""Chat and captions: what people write, and what is written for them."""

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest

from tests.fakes_youtube.people import Person, post, refusal

pytestmark = pytest.mark.unit


def said(person: Person, chat_id: str, text: str) -> Any:
    body = {
        "snippet": {
            "liveChatId": chat_id,
            "type": "textMessageEvent",
            "textMessageDetails": {"messageText": text},
        }
    }
    return person.service.liveChatMessages().insert(part="snippet", body=body)


def test_chat_is_read_page_by_page_and_not_too_often(english: Person, chinese: Person) -> None:
    broadcast, *_ = english.live()
    chat_id = broadcast["snippet"]["liveChatId"]
    chat = english.service.liveChatMessages()
    part = "id,snippet,authorDetails"
    chinese.do(said(chinese, chat_id, "你好"))
    first = english.do(chat.list(liveChatId=chat_id, part=part))
    assert [item["snippet"]["displayMessage"] for item in first["items"]] == ["你好"]
    assert first["items"][0]["authorDetails"]["isChatOwner"] is False
    next_ = chat.list(liveChatId=chat_id, part=part, pageToken=first["nextPageToken"])
    assert refusal(lambda: english.do(next_)) == (403, "rateLimitExceeded")
    english.do(said(english, chat_id, "Welcome"))
    english.youtube.advance(first["pollingIntervalMillis"] / 1000)
    items = english.do(next_)["items"]
    assert [item["snippet"]["displayMessage"] for item in items] == ["Welcome"]
    assert items[0]["authorDetails"]["isChatOwner"] is True
    english.go(broadcast, "complete")
    english.youtube.advance(60)
    assert refusal(lambda: english.do(next_)) == (403, "liveChatEnded")
    unknown = chat.list(liveChatId="nowhere", part=part)
    assert refusal(lambda: english.do(unknown)) == (404, "liveChatNotFound")
    assert english.youtube.log.entries("liveChatMessages.list")[0].cost == 5


def test_a_chat_tells_of_money_and_of_what_was_taken_away(english: Person) -> None:
    broadcast, *_ = english.live()
    youtube, chat_id = english.youtube, broadcast["snippet"]["liveChatId"]
    happen = {"happen": "say", "id": broadcast["id"]}
    paid = {"text": "Who pays?", "name": "Lia", "channel": "UClia", "kind": "superChatEvent"}
    _, said = post(f"{youtube.root_url}_ctl/faults", {**happen, "value": paid})
    message = json.loads(said)["answer"]
    post(f"{youtube.root_url}_ctl/faults", {"happen": "delete_message", "id": message})
    form = urllib.parse.urlencode({"v": broadcast["id"], "name": "Bo", "text": "Hello"})
    with urllib.request.urlopen(f"{youtube.root_url}_page/say", form.encode()) as answer:
        assert answer.status == 204
    part = "id,snippet,authorDetails"
    chat = english.service.liveChatMessages()
    items = english.do(chat.list(liveChatId=chat_id, part=part))["items"]
    assert [item["snippet"]["type"] for item in items] == [
        "superChatEvent",
        "messageDeletedEvent",
        "textMessageEvent",
    ]
    assert items[0]["snippet"]["superChatDetails"]["userComment"] == "Who pays?"
    assert items[1]["snippet"]["messageDeletedDetails"]["deletedMessageId"] == items[0]["id"]
    assert items[2]["authorDetails"]["displayName"] == "Bo"


def test_a_chat_message_is_short_and_not_empty(english: Person) -> None:
    chat_id = english.broadcast()["snippet"]["liveChatId"]
    assert refusal(lambda: english.do(said(english, chat_id, ""))) == (400, "messageTextRequired")
    long = said(english, chat_id, "x" * 201)
    assert refusal(lambda: english.do(long)) == (400, "messageTextInvalid")


def test_captions_count_their_posts_and_a_retry_adds_nothing(english: Person) -> None:
    stream = english.stream()
    url = stream["contentDetails"]["closedCaptionsIngestionUrl"]
    hello = "2030-01-01T11:00:00.000 region:reg1#cue1\nHello<br>world\n"
    two = f"{hello}2030-01-01T11:00:02.500\n你好\n世界\n"
    assert post(f"{url}&seq=7", hello) == (200, "2030-01-01T11:00:00.000")
    assert post(f"{url}&seq=7", hello)[0] == 200
    assert post(f"{url}&seq=8", two)[0] == 200
    assert post(f"{url}&seq=10", hello)[0] == 400
    kept = english.youtube.state.streams[stream["id"]].captions
    assert [(one.seq, one.text) for one in kept] == [
        (7, "Hello<br>world"),
        (8, "Hello<br>world"),
        (8, "你好\n世界"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "2030-01-01T11:00:00.000Z\nzone\n",
        "2030-01-01T11:00:00\nno milliseconds\n",
        "2030-13-01T11:00:00.000\nno such month\n",
        "text alone\n",
        "2030-01-01T11:00:00.000\n",
    ],
)
def test_a_caption_without_a_proper_time_or_text_is_refused(english: Person, body: str) -> None:
    url = english.stream()["contentDetails"]["closedCaptionsIngestionUrl"]
    assert post(f"{url}&seq=1", body)[0] == 400


def test_an_empty_caption_asks_for_the_time_and_a_wrong_key_gets_none(english: Person) -> None:
    url = english.stream()["contentDetails"]["closedCaptionsIngestionUrl"]
    assert post(f"{url}&seq=1", "")[0] == 200
    assert post(f"{english.youtube.root_url}closedcaption?cid=wrong&seq=1", "")[0] == 400
