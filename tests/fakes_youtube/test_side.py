"""Videos, thumbnails, channels, chat, captions, consent, control, pages."""

import base64
import hashlib
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import google.auth.exceptions
import pytest
from googleapiclient.http import MediaInMemoryUpload

from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.fakes.youtube.tokens import FORCE_SSL
from tests.fakes_youtube.people import Json, Person, key_of, refusal

pytestmark = pytest.mark.unit

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


# -- videos ---------------------------------------------------------------------------------------


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


# -- chat -----------------------------------------------------------------------------------------


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


# -- captions -------------------------------------------------------------------------------------


def post(address: str, body: str | Json) -> tuple[int, str]:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    request = urllib.request.Request(address, data=raw, headers={"Content-Type": "text/plain"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


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


# -- consent --------------------------------------------------------------------------------------

BACK = "http://127.0.0.1:9/callback"
VERIFIER = "v" * 64


def consent_url(youtube: YouTubeStandIn, **more: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    query = {
        "client_id": youtube.state.tokens.client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": FORCE_SSL,
        "state": "s1",
        "access_type": "offline",
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **more,
    }
    return f"{youtube.root_url}o/oauth2/auth?{urllib.parse.urlencode(query)}"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def redirected(address: str) -> dict[str, str]:
    """The query with which a browser is sent back."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.build_opener(_Stay).open(address)
    location = str(caught.value.headers["Location"])
    assert location.startswith(BACK)
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(location).query))


def exchanged(youtube: YouTubeStandIn, code: str, **more: str) -> tuple[int, Json]:
    tokens = youtube.state.tokens
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": tokens.client_id,
        "client_secret": tokens.clients[tokens.client_id],
        "code_verifier": VERIFIER,
        **more,
    }
    status, body = post(f"{youtube.root_url}token", urllib.parse.urlencode(form))
    return status, json.loads(body)


def test_consent_for_a_channel_ends_in_tokens_of_that_channel(youtube: YouTubeStandIn) -> None:
    with urllib.request.urlopen(consent_url(youtube)) as answer:
        page = answer.read().decode()
    assert "English channel" in page
    assert "中文頻道" in page
    back = redirected(consent_url(youtube, login_hint=ZH_CHANNEL))
    assert back["state"] == "s1"
    status, tokens = exchanged(youtube, back["code"])
    assert status == 200
    assert tokens["token_type"] == "Bearer"
    assert tokens["scope"] == FORCE_SSL
    person = Person(youtube)
    person.credentials.token = tokens["access_token"]
    found = person.do(person.service.channels().list(part="id", mine=True))
    assert found["items"][0]["id"] == ZH_CHANNEL
    assert exchanged(youtube, back["code"])[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "wrong"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_is_worth_nothing_in_wrong_hands(
    youtube: YouTubeStandIn, change: dict[str, str], error: str
) -> None:
    back = redirected(consent_url(youtube, login_hint=EN_CHANNEL))
    assert exchanged(youtube, back["code"], **change)[1]["error"] == error


def test_a_second_consent_brings_a_refresh_token_only_when_asked_for(
    youtube: YouTubeStandIn,
) -> None:
    def tokens(**more: str) -> Json:
        back = redirected(consent_url(youtube, login_hint=EN_CHANNEL, **more))
        return exchanged(youtube, back["code"])[1]

    assert "refresh_token" in tokens()
    assert "refresh_token" not in tokens()
    assert "refresh_token" in tokens(prompt="consent")
    assert "refresh_token" not in tokens(access_type="online", prompt="consent")


def test_a_channel_can_be_disconnected(english: Person) -> None:
    address = f"{english.youtube.root_url}revoke"
    assert post(address, urllib.parse.urlencode({"token": "unknown"}))[0] == 400
    form = urllib.parse.urlencode({"token": english.tokens["refresh_token"]})
    assert post(address, form)[0] == 200
    request = english.service.channels().list(part="id", mine=True)
    with pytest.raises(google.auth.exceptions.RefreshError, match="invalid_grant"):
        english.do(request)


def test_a_refusal_at_the_consent_page_comes_back_as_one(youtube: YouTubeStandIn) -> None:
    address = consent_url(youtube).replace("/auth?", "/approve?")
    assert redirected(f"{address}&channel=") == {"error": "access_denied", "state": "s1"}


# -- control and pages ----------------------------------------------------------------------------


def get(youtube: YouTubeStandIn, path: str) -> Any:
    with urllib.request.urlopen(f"{youtube.root_url}{path}") as answer:
        return json.load(answer)


def test_another_process_can_make_faults_and_read_what_happened(english: Person) -> None:
    youtube, root = english.youtube, english.youtube.root_url
    order = {"action": "error", "method": "liveStreams.*", "reason": "forbidden"}
    assert post(f"{root}_ctl/faults", order)[0] == 200
    assert refusal(english.stream) == (403, "forbidden")
    assert get(youtube, "_ctl/faults")[0]["hits"] == 1
    log = get(youtube, "_ctl/log?method=liveStreams.insert")
    assert [entry["reason"] for entry in log["entries"]] == ["forbidden"]
    assert log["entries"][0]["subject"] == EN_CHANNEL
    broadcast, *_ = english.live()
    assert post(f"{root}_ctl/faults", {"happen": "revoke", "id": broadcast["id"]})[0] == 200
    shown = get(youtube, "_ctl/state")["broadcasts"][0]
    assert [state for _, state in shown["history"]] == [
        *("created", "ready", "liveStarting", "live", "revoked")
    ]
    wrong = post(f"{root}_ctl/faults", {"action": "explode"})
    assert wrong[0] == 400
    assert "explode" in wrong[1]
    assert post(f"{root}_ctl/faults", {"happen": "nothing"})[0] == 400
    assert post(f"{root}_ctl/clock", {"set": "2030-01-01T11:30:00Z"})[0] == 200
    assert get(youtube, "_ctl/clock") == {"now": "2030-01-01T11:30:00Z"}
    made = json.loads(post(f"{root}_ctl/tokens", {"channel": "UCother", "title": "Other"})[1])
    assert made["token_uri"] == f"{root}token"
    assert post(f"{root}_ctl/reset", {})[0] == 200
    assert get(youtube, "_ctl/state")["broadcasts"] == []


def test_the_page_tells_what_people_see_and_no_keys(english: Person) -> None:
    broadcast, stream, _ = english.live()
    youtube = english.youtube
    with urllib.request.urlopen(f"{youtube.root_url}watch?v={broadcast['id']}") as answer:
        assert b"<main" in answer.read()
    with urllib.request.urlopen(f"{youtube.root_url}hls.mjs") as answer:
        assert answer.headers["Content-Type"].startswith("text/javascript")
    shown = get(youtube, f"_page/broadcasts?v={broadcast['id']}&viewer=me")
    assert shown[0]["title"] == "Roundtable"
    assert (shown[0]["lifecycle"], shown[0]["privacy"]) == ("live", "unlisted")
    assert shown[0]["viewers"] == 1
    assert key_of(stream) not in json.dumps(shown)
    found = english.do(english.videos.list(part="liveStreamingDetails", id=broadcast["id"]))
    assert found["items"][0]["liveStreamingDetails"]["concurrentViewers"] == "1"


def test_a_recording_cannot_be_asked_for_outside_its_folder(youtube: YouTubeStandIn) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{youtube.root_url}recordings/..%2Fnginx.conf")
    assert caught.value.code == 404
