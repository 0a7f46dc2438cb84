"""WHIP and WHEP over HTTP, with an engine of the test."""

import asyncio

import pytest

from signaling.config import TurnConfig
from signaling.store import Store
from tests.fakes.engine_door import FakeEngineDoor
from tests.signaling.conftest import (
    DEADLINE_S,
    OFFER,
    SDP,
    SESSION,
    House,
    HouseMaker,
    code_of,
    publish,
)
from venue import journal as keys
from venue.roles import Role

pytestmark = pytest.mark.redis


async def test_whip_makes_a_connection_that_can_trickle_and_end(
    house: House, engine: FakeEngineDoor
) -> None:
    bearer = house.bearer(Role.ROOM, "hall")
    made = await publish(house)
    assert made.status == 201
    assert made.content_type == "application/sdp"
    assert (await made.text()).startswith("v=0")
    location, etag = made.headers["Location"], made.headers["ETag"]
    (peer,) = engine.peers.values()
    assert (peer["seat"], peer["kind"], peer["role"]) == ("hall", "whip", "room")
    fragment = {**bearer, "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": etag}
    async with house.http.patch(location, data="a=candidate", headers=fragment) as answer:
        assert answer.status == 204
    assert [text for _, text in engine.fragments] == ["a=candidate"]
    cases = [
        ({**fragment, "Content-Type": "text/plain"}, 415),
        ({k: v for k, v in fragment.items() if k != "If-Match"}, 428),
        ({**fragment, "If-Match": '"other"'}, 412),
        ({**fragment, "If-Match": "*"}, 422),
        ({**fragment, **house.bearer(Role.DELEGATE, "gdynia")}, 404),
        ({k: v for k, v in fragment.items() if k != "Authorization"}, 401),
    ]
    for headers, status in cases:
        async with house.http.patch(location, data="a=candidate", headers=headers) as answer:
            assert answer.status == status, await answer.text()
    async with house.http.delete(location) as answer:
        assert answer.status == 401
    async with house.http.delete(location, headers=bearer) as answer:
        assert answer.status == 200
    async with house.http.delete(location, headers=bearer) as answer:
        assert (answer.status, await code_of(answer)) == (404, "media.unknown_peer")
    assert not engine.peers


async def test_whip_refuses_what_it_cannot_take(house: House, engine: FakeEngineDoor) -> None:
    path, bearer = f"/whip/{SESSION}", house.bearer(Role.ROOM, "hall")
    cases: list[tuple[dict[str, str], str, int, str]] = [
        (SDP, OFFER, 401, "ticket.missing"),
        ({**SDP, **house.bearer(Role.AUDIENCE)}, OFFER, 403, "role.forbidden"),
        ({**SDP, **house.bearer(Role.ROOM, "hall", session="x")}, OFFER, 403, "ticket.foreign"),
        ({**bearer, "Content-Type": "text/plain"}, OFFER, 415, "request.unsupported_type"),
        ({**bearer, **SDP, "Accept": "text/html"}, OFFER, 406, "request.not_acceptable"),
        ({**bearer, **SDP}, "hello", 422, "media.sdp_invalid"),
        ({**bearer, **SDP}, "", 422, "media.sdp_invalid"),
        ({**bearer, **SDP}, "v=0" + "x" * 70_000, 413, "request.too_large"),
    ]
    for headers, body, status, code in cases:
        async with house.http.post(path, data=body, headers=headers) as answer:
            assert (answer.status, await code_of(answer)) == (status, code)
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not engine.peers
    engine.refuse_with = (422, "media.no_common_codec")
    refused = await publish(house)
    assert (refused.status, await code_of(refused)) == (422, "media.no_common_codec")
    async with house.http.get(path) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    async with house.http.options(path) as answer:
        assert answer.status == 204
        assert answer.headers["Accept-Post"] == "application/sdp"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


async def test_an_encoder_that_comes_first_has_an_engine_started(
    house: House, store: Store, engine: FakeEngineDoor
) -> None:
    lease = await store.run("GETDEL", keys.media_key(SESSION))
    publishing = asyncio.create_task(publish(house))

    async def wanted() -> bool:
        return bool(await store.run("EXISTS", keys.engine_wanted_key(SESSION)))

    async with asyncio.timeout(DEADLINE_S):
        while not await wanted():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not publishing.done()
    # The wish ends by itself: an encoder that gives up leaves no engine running for nobody.
    assert await store.run("PTTL", keys.engine_wanted_key(SESSION)) > 0
    await store.run("SET", keys.media_key(SESSION), lease)
    made = await publishing
    assert made.status == 201
    assert len(engine.peers) == 1


async def test_strangers_start_no_engine(make_house: HouseMaker, store: Store) -> None:
    house = await make_house(engine_wait_s=0.1)
    path = f"/whip/{SESSION}"
    for headers in ({}, house.bearer(Role.AUDIENCE), house.bearer(Role.ROOM, "hall", session="x")):
        async with house.http.post(path, data=OFFER, headers={**SDP, **headers}) as answer:
            assert answer.status in (401, 403)
    async with house.http.post(f"/whep/{SESSION}", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (503, "media.unavailable")
    assert not await store.run("EXISTS", keys.engine_wanted_key(SESSION))
    refused = await publish(house)
    assert (refused.status, await code_of(refused)) == (503, "media.unavailable")
    assert await store.run("EXISTS", keys.engine_wanted_key(SESSION))


async def test_without_an_engine_whip_and_whep_say_so(make_house: HouseMaker) -> None:
    house = await make_house(engine_wait_s=0.1)
    refused = await publish(house)
    assert (refused.status, await code_of(refused)) == (503, "media.unavailable")
    async with house.http.post(f"/whep/{SESSION}", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (503, "media.unavailable")
    async with house.http.post("/whep/nowhere", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (404, "session.unknown")


async def test_whep_is_open_counted_and_capped(
    make_house: HouseMaker, engine: FakeEngineDoor
) -> None:
    house = await make_house(whep_viewers_max=2)
    path = f"/whep/{SESSION}?lang=zh"
    locations = []
    for _ in range(2):
        async with house.http.post(path, data=OFFER, headers=SDP) as answer:
            assert answer.status == 201
            locations.append(answer.headers["Location"])
    assert {peer["language"] for peer in engine.peers.values()} == {"zh"}
    async with house.http.post(path, data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (503, "media.full")
    async with house.http.delete(locations[0]) as answer:
        assert answer.status == 200
    async with house.http.post(path, data=OFFER, headers=SDP) as answer:
        assert answer.status == 201
    # A monitor that vanished without a word makes room too.
    engine.peers.clear()
    async with house.http.post(path, data=OFFER, headers=SDP) as answer:
        assert answer.status == 201
    async with house.http.post(f"/whep/{SESSION}?lang=fr", data=OFFER, headers=SDP) as answer:
        assert (answer.status, await code_of(answer)) == (404, "language.unknown")
    guessed = locations[1][:-4] + "0000"
    async with house.http.delete(guessed) as answer:
        assert answer.status == 404


async def test_relays_are_named_before_the_offer_to_who_may_come_in(
    make_house: HouseMaker, engine: FakeEngineDoor
) -> None:
    house = await make_house(turn=TurnConfig(("turn:relay.example:3478",), "shared"))
    preflight = {"Access-Control-Request-Method": "POST"}
    cases: list[tuple[str, dict[str, str], int]] = [
        (f"/whep/{SESSION}", {}, 1),
        (f"/whep/{SESSION}", preflight, 0),
        (f"/whip/{SESSION}", house.bearer(Role.ROOM, "hall"), 1),
    ]
    for path, headers, links in cases:
        async with house.http.options(path, headers=headers) as answer:
            assert answer.status == 204
            found = answer.headers.getall("Link", [])
            assert len(found) == links
            assert all('credential="' in link for link in found)
    stranger = house.bearer(Role.ROOM, "hall", session="x")
    async with house.http.options(f"/whep/{SESSION}", headers=stranger) as answer:
        assert answer.status == 403
        assert "Link" not in answer.headers
