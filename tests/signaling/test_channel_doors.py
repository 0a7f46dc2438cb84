"""Signing in for channels through the doors, against the stand-in's consent page and tokens."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import msgspec
import pytest
import pytest_asyncio

from signaling.sign_in import STATE_S, States
from signaling.store import Store
from streaming.clerk import Clerk
from streaming.store import connect
from streaming.youtube.credentials import Vault
from streaming.youtube.office import Office
from streaming.youtube.settings import SCOPE, YouTubeSettings
from tests.fakes.valkey import Valkey
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.signaling.conftest import DEFINITION, SECRET, SESSION, House, HouseMaker, code_of
from venue import codec
from venue import journal as keys
from venue.ids import Instant
from venue.roles import Role
from venue.session import YouTubeDefinition

pytestmark = pytest.mark.redis

DOOR = f"/api/sessions/{SESSION}/channels"
CALLBACK = "/api/youtube/callback"
PUBLIC_URL = "https://summit.example"


@pytest.fixture
def standin() -> Iterator[YouTubeStandIn]:
    with YouTubeStandIn(ingest=False) as running:
        yield running


@dataclass
class Place:
    """A session that goes to two channels, and an organiser who has signed in for none."""

    house: House
    vault: Vault
    standin: YouTubeStandIn
    store: Store

    def bearer(self, ticket_id: str = "organizer") -> dict[str, str]:
        return self.house.bearer(Role.ORGANIZER, id=ticket_id)

    async def begin(self, channel: str = "city-en") -> str:
        body = {"channel": channel}
        url = f"{DOOR}/sign-in"
        async with self.house.http.post(url, json=body, headers=self.bearer()) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["url"])

    async def choose(self, address: str, channel: str) -> dict[str, str]:
        """What Google's page hands to the browser once somebody chose; empty: refused."""
        page = address.replace("/auth?", f"/approve?channel={channel}&")
        async with aiohttp.ClientSession() as browser:
            answer = await browser.get(page, allow_redirects=False)
        back = urlsplit(answer.headers["Location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{PUBLIC_URL}/youtube/callback"
        query = parse_qs(back.query)
        return {key: query[key][0] for key in ("state", "code", "error") if key in query}

    async def end(self, given: dict[str, str], ticket_id: str = "organizer") -> tuple[int, Any]:
        headers = self.bearer(ticket_id)
        async with self.house.http.post(CALLBACK, json=given, headers=headers) as answer:
            return answer.status, await answer.json()

    async def refused(self, given: dict[str, str], ticket_id: str = "organizer") -> tuple[int, str]:
        status, body = await self.end(given, ticket_id)
        return status, str(body["error"]["code"])


@pytest_asyncio.fixture
async def place(
    make_house: HouseMaker, store: Store, standin: YouTubeStandIn, valkey: Valkey, tmp_path: Path
) -> AsyncIterator[Place]:
    youtube = YouTubeDefinition("unlisted", {"en": "city-en", "zh": "city-zh"})
    definition = msgspec.structs.replace(DEFINITION, youtube=youtube)
    await store.run("HSET", keys.SESSIONS, SESSION, codec.encode_session(definition))
    house = await make_house(public_url=PUBLIC_URL, youtube_sign_in=True)
    await store.run("SET", keys.streaming_key(SESSION), "streaming-1")
    issued = standin.token(EN_CHANNEL)
    standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
    settings = YouTubeSettings(
        data_dir=str(tmp_path),
        secret=SECRET,
        root=standin.root_url,
        standin=True,
        client_id=issued["client_id"],
        client_secret=issued["client_secret"],
    )
    redis = connect(valkey.url)
    office = Office(settings, redis, lambda: Instant(int(time.time() * 1000)))
    clerk = asyncio.create_task(Clerk(redis, "streaming-1", office).run())
    yield Place(house, Vault(settings), standin, store)
    clerk.cancel()
    await asyncio.gather(clerk, return_exceptions=True)
    office.close()
    await redis.aclose()


async def test_an_organiser_signs_in_and_only_the_vault_has_the_token(place: Place) -> None:
    address = await place.begin()
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert asked["scope"] == SCOPE
    assert (asked["code_challenge_method"], asked["access_type"]) == ("S256", "offline")
    given = await place.choose(address, EN_CHANNEL)
    status, body = await place.end(given)
    assert (status, body) == (200, {"session": SESSION, "title": "English channel"})
    stored = place.vault.find("city-en")
    assert stored.id == EN_CHANNEL
    token = place.vault.reveal(stored).refresh_token
    assert token.startswith("1//")
    # Nothing of it is left where others look, the code included.
    for key in await place.store.run("KEYS", "*"):
        kind = (await place.store.run("TYPE", key)).decode()
        read = {"stream": ("XRANGE", key, "-", "+"), "hash": ("HGETALL", key)}
        found = str(await place.store.run(*read.get(kind, ("DUMP", key))))
        assert token not in found
        assert given["code"] not in found


async def test_a_state_is_good_once(place: Place) -> None:
    given = await place.choose(await place.begin(), EN_CHANNEL)
    assert (await place.end(given))[0] == 200
    assert await place.refused(given) == (409, "signin.replayed")
    denied = await place.choose(await place.begin(), "")
    assert denied["error"] == "access_denied"
    assert await place.refused(denied) == (403, "signin.denied")
    assert await place.refused(denied) == (409, "signin.replayed")
    assert [each.alias for each in place.vault.channels()] == ["city-en"]


async def test_a_state_is_of_the_ticket_that_began_and_of_our_making(place: Place) -> None:
    given = await place.choose(await place.begin(), EN_CHANNEL)
    assert await place.refused(given, "another") == (403, "signin.foreign")
    ticket = place.house.office.read(place.bearer()["Authorization"].removeprefix("Bearer "))
    began_s = int(time.time()) - STATE_S - 1
    _, old = States(SECRET).issue(ticket, "city-en", began_s)
    assert await place.refused({**given, "state": old}) == (410, "signin.expired")
    _, forged = States(SECRET + "!").issue(ticket, "city-en", int(time.time()))
    assert await place.refused({**given, "state": forged}) == (422, "signin.invalid")
    # A ticket is no state, and a state no ticket.
    taken = place.bearer()["Authorization"].removeprefix("Bearer ")
    assert await place.refused({**given, "state": taken}) == (422, "signin.invalid")
    headers = {"Authorization": f"Bearer {given['state']}"}
    assert await code_of(await place.house.http.get(DOOR, headers=headers)) == "ticket.invalid"
    assert place.vault.channels() == ()
    # All of these left the sign-in itself alone.
    assert (await place.end(given))[0] == 200


async def test_a_stolen_code_is_worth_nothing_without_its_verifier(place: Place) -> None:
    first = await place.choose(await place.begin(), EN_CHANNEL)
    second = await place.choose(await place.begin(), EN_CHANNEL)
    mixed = {"state": second["state"], "code": first["code"]}
    status, body = await place.end(mixed)
    assert (status, body["error"]["code"]) == (409, "signin.refused")
    assert body["error"]["params"] == {"reason": "invalid_grant"}
    assert place.vault.channels() == ()


async def test_the_channel_must_be_the_right_one(place: Place) -> None:
    assert (await place.end(await place.choose(await place.begin(), EN_CHANNEL)))[0] == 200
    other = await place.choose(await place.begin(), ZH_CHANNEL)
    status, body = await place.end(other)
    assert (status, body["error"]["code"]) == (409, "signin.wrong_channel")
    assert body["error"]["params"] == {"title": "中文頻道", "expected": "English channel"}
    taken = await place.choose(await place.begin("city-zh"), EN_CHANNEL)
    assert await place.refused(taken) == (409, "signin.channel_taken")
    assert [(each.alias, each.id) for each in place.vault.channels()] == [("city-en", EN_CHANNEL)]


async def test_only_organisers_come_in_and_a_missing_streaming_is_said(place: Place) -> None:
    http, headers = place.house.http, place.house.bearer(Role.MODERATOR, "chair")
    for ask in (http.get(DOOR, headers=headers), http.post(f"{DOOR}/check", headers=headers)):
        assert await code_of(await ask) == "role.forbidden"
    body = {"channel": "stranger"}
    answer = await http.post(f"{DOOR}/sign-in", json=body, headers=place.bearer())
    assert (answer.status, await code_of(answer)) == (404, "channel.unknown")
    async with http.get(DOOR, headers=place.bearer()) as answer:
        shown = await answer.json()
    assert [each["channel"] for each in shown["youtube"]["channels"]] == ["city-en", "city-zh"]
    assert shown["sign_in"]
    await place.store.run("DEL", keys.streaming_key(SESSION))
    answer = await http.post(f"{DOOR}/check", headers=place.bearer())
    assert (answer.status, await code_of(answer)) == (503, "streaming.missing")


async def test_only_an_audience_that_may_choose_youtube_s_player_can_frame_it(
    make_house: HouseMaker, store: Store
) -> None:
    youtube = YouTubeDefinition("public", {"en": "city-en"})
    here = msgspec.structs.replace(youtube, standin="http://127.0.0.1:9/")
    for session, found in (("there", youtube), ("here", here)):
        definition = msgspec.structs.replace(DEFINITION, id=session, youtube=found)
        await store.run("HSET", keys.SESSIONS, session, codec.encode_session(definition))
    house = await make_house(web_dir=Path(__file__).parents[2] / "web")
    expected = {
        "/s/there": "https://www.youtube-nocookie.com/embed/",
        "/s/here": "http://127.0.0.1:9/embed/",
        f"/s/{SESSION}": "'none'",
        "/s/there/channels": "'none'",
        "/": "'none'",
        "/join": "'none'",
    }
    for path, frames in expected.items():
        async with house.http.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"].split("; ")
            assert f"frame-src {frames}" in policy, path


async def test_the_pages_are_served(make_house: HouseMaker) -> None:
    house = await make_house(web_dir=Path(__file__).parents[2] / "web")
    for path in (f"/s/{SESSION}/channels", "/youtube/callback?code=x&state=y"):
        async with house.http.get(path) as answer:
            assert answer.status == 200
            assert "main_channels.js" in await answer.text()
            assert answer.headers["Referrer-Policy"] == "no-referrer"
