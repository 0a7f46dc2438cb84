"""The control of the stand-in from another process, and its pages."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.fakes.youtube import EN_CHANNEL, YouTubeStandIn
from tests.fakes_youtube.people import Person, key_of, post, refusal

pytestmark = pytest.mark.unit


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
