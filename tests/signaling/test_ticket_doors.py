"""Tickets: redeemed, refused, revoked."""

import time
from typing import Any

import aiohttp
import jwt
import pytest
from msgspec.structs import replace

from signaling.store import Store
from tests.fakes.engine_door import FakeEngineDoor
from tests.signaling.conftest import (
    DEFINITION,
    OFFER,
    SDP,
    SECRET,
    SESSION,
    House,
    HouseMaker,
    code_of,
    publish,
    until,
)
from venue import codec
from venue import journal as keys
from venue.ids import Instant
from venue.roles import Role

pytestmark = pytest.mark.redis


async def test_redeeming_a_ticket_tells_where_to_sit(house: House) -> None:
    headers = house.bearer(Role.MODERATOR, "chair", name="Chair")
    async with house.http.post("/api/redeem", headers=headers) as answer:
        assert answer.status == 200
        told = await answer.json()
    assert (told["session"], told["page"], told["seat"]) == (SESSION, "moderator", "chair")
    assert told["ice_servers"] == []


def forged(**changes: Any) -> str:
    claims = {"session": SESSION, "role": "delegate", "seat": "gdynia", "name": "X", "jti": "j"}
    claims |= {"exp": int(time.time()) + 3600, **changes}
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, SECRET)


@pytest.mark.parametrize(
    ("ticket", "code"),
    [
        ("", "ticket.missing"),
        ("nonsense", "ticket.invalid"),
        ("x" * 5000, "ticket.invalid"),
        (forged(exp=1), "ticket.expired"),
        (forged(exp=None), "ticket.invalid"),
        (forged(jti=None), "ticket.invalid"),
        (forged(role="system"), "ticket.invalid"),
        (forged(role="king"), "ticket.invalid"),
        (forged(role=None), "ticket.invalid"),
        (forged(seat="../etc"), "ticket.invalid"),
        (forged(seat=7.5), "ticket.invalid"),
        (forged(name=["x"]), "ticket.invalid"),
        (forged(lang="<script>"), "ticket.invalid"),
        (forged(aud="rotunda-device"), "ticket.invalid"),
        (jwt.encode({"session": SESSION, "exp": 9e9, "jti": "j"}, "x" * 32), "ticket.invalid"),
        (jwt.encode({"session": SESSION, "exp": 9e9}, "", algorithm="none"), "ticket.invalid"),
    ],
)
async def test_a_bad_ticket_is_refused_with_its_code(house: House, ticket: str, code: str) -> None:
    headers = {"Authorization": f"Bearer {ticket}"}
    async with house.http.post("/api/redeem", headers=headers) as answer:
        assert answer.status == 401
        assert await code_of(answer) == code
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_ticket_of_another_session_opens_nothing_here(house: House) -> None:
    headers = house.bearer(Role.MODERATOR, "chair", session="elsewhere")
    async with house.http.get(f"/api/sessions/{SESSION}/outputs", headers=headers) as answer:
        assert (answer.status, await code_of(answer)) == (403, "ticket.foreign")
    async with house.http.post("/api/redeem", headers=headers) as answer:
        assert (answer.status, await code_of(answer)) == (404, "session.unknown")


async def test_a_revoked_ticket_is_worth_nothing_and_its_page_is_closed(house: House) -> None:
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    path = f"/api/sessions/{SESSION}/tickets/revoke"
    mine, desk = house.bearer(Role.DELEGATE, "gdynia"), house.bearer(Role.ORGANIZER)
    async with house.http.post(path, json={"seat": "gdynia"}, headers=mine) as answer:
        assert (answer.status, await code_of(answer)) == (403, "role.forbidden")
    async with house.http.post(path, json={}, headers=desk) as answer:
        assert answer.status == 422
    async with house.http.post(path, json={"seat": "gdynia"}, headers=desk) as answer:
        assert answer.status == 204
    await until(lambda: not delegate.io.connected, "the closed connection")
    assert delegate.media() == [{"kind": "gone", "reason": "revoked"}]
    async with house.http.post("/api/redeem", headers=mine) as answer:
        assert (answer.status, await code_of(answer)) == (401, "ticket.revoked")
    other = house.bearer(Role.DELEGATE, "taipei")
    async with house.http.post("/api/redeem", headers=other) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("by", ["seat", "jti"])
async def test_revoking_ends_the_media_of_that_ticket_alone(
    house: House, engine: FakeEngineDoor, by: str
) -> None:
    await publish(house)
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    await delegate.call("media", {"kind": "offer", "sdp": OFFER, "tracks": {}})
    assert {peer["seat"] for peer in engine.peers.values()} == {"hall", "gdynia"}
    mark = {"seat": "hall"} if by == "seat" else {"jti": "room-hall"}
    path, desk = f"/api/sessions/{SESSION}/tickets/revoke", house.bearer(Role.ORGANIZER)
    async with house.http.post(path, json=mark, headers=desk) as answer:
        assert answer.status == 204
    assert {peer["seat"] for peer in engine.peers.values()} == {"gdynia"}
    assert delegate.io.connected


async def test_a_page_of_another_origin_gets_no_socket(house: House) -> None:
    path = "/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await house.http.ws_connect(path, headers={"Origin": "https://evil.example"})
    async with house.http.ws_connect(path, headers={"Origin": house.url}) as own:
        assert (await own.receive_str()).startswith("0{")


async def test_a_ticket_for_the_hall_opens_the_receiver_of_a_closed_session(
    make_house: HouseMaker, store: Store, engine: FakeEngineDoor
) -> None:
    starts_s = int(time.time()) + 30 * 86_400
    closed = replace(DEFINITION, public=False, starts_at=Instant(starts_s * 1000))
    await store.run("HSET", keys.SESSIONS, SESSION, codec.encode_session(closed))
    house = await make_house()
    path = f"/api/sessions/{SESSION}/tickets/hall"
    for headers, refusal in (
        ({}, (401, "ticket.missing")),
        (house.bearer(Role.DELEGATE, "gdynia"), (403, "role.forbidden")),
        (house.bearer(Role.AUDIENCE), (403, "role.forbidden")),
    ):
        async with house.http.post(path, headers=headers) as answer:
            assert (answer.status, await code_of(answer)) == refusal
    async with house.http.post(path, headers=house.bearer(Role.ROOM, "hall")) as answer:
        assert answer.status == 201
        made = await answer.json()
    # Printed weeks before, it lasts until the event is over.
    assert made["expires_at"] > (starts_s + 86_400) * 1000
    whep, hall = f"/whep/{SESSION}?lang=zh", {"Authorization": f"Bearer {made['ticket']}"}
    async with house.http.post(whep, data=OFFER, headers=SDP) as answer:
        assert answer.status == 401
    async with house.http.post(whep, data=OFFER, headers={**SDP, **hall}) as answer:
        assert answer.status == 201
    async with house.http.post(path, headers=hall) as answer:
        assert (answer.status, await code_of(answer)) == (403, "role.forbidden")
    await house.connect({"ticket": made["ticket"]})
    desk, revoke = house.bearer(Role.ORGANIZER), path.replace("hall", "revoke")
    async with house.http.post(revoke, json={"jti": made["jti"]}, headers=desk) as answer:
        assert answer.status == 204
    async with house.http.post(whep, data=OFFER, headers={**SDP, **hall}) as answer:
        assert (answer.status, await code_of(answer)) == (401, "ticket.revoked")
