"""Consent: how a channel is signed in, and signed out again."""

import base64
import hashlib
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import google.auth.exceptions
import pytest

from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.fakes.youtube.tokens import FORCE_SSL
from tests.fakes_youtube.people import Json, Person, post

pytestmark = pytest.mark.unit


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
