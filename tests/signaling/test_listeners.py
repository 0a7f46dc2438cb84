"""Receivers: WHEP without a picture, counted apart from monitors."""

from tests.fakes.engine_door import FakeEngineDoor
from tests.signaling.conftest import OFFER, SDP, SESSION, House, HouseMaker, code_of

SOUND_ONLY = OFFER.partition("m=video")[0]


async def test_receivers_and_monitors_do_not_take_each_others_places(
    make_house: HouseMaker, engine: FakeEngineDoor
) -> None:
    house = await make_house(whep_viewers_max=1, listeners_max=2)
    assert not engine.peers
    path = f"/whep/{SESSION}?lang=zh"
    for offer, statuses in ((SOUND_ONLY, (201, 201, 503)), (OFFER, (201, 503))):
        for status in statuses:
            async with house.http.post(path, data=offer, headers=SDP) as answer:
                assert answer.status == status
                if status == 503:
                    assert await code_of(answer) == "media.full"
                    assert answer.headers["Retry-After"] == "10"
    assert len(engine.peers) == 3


async def test_a_receiver_that_leaves_makes_room(
    make_house: HouseMaker, engine: FakeEngineDoor
) -> None:
    house = await make_house(listeners_max=1)
    path = f"/whep/{SESSION}?lang=floor"
    async with house.http.post(path, data=SOUND_ONLY, headers=SDP) as answer:
        assert answer.status == 201
        location = answer.headers["Location"]
    async with house.http.delete(location) as answer:
        assert answer.status == 200
    assert not engine.peers
    async with house.http.post(path, data=SOUND_ONLY, headers=SDP) as answer:
        assert answer.status == 201


async def test_a_hall_joins_at_once_from_one_address_and_no_more_than_the_operator_says(
    make_house: HouseMaker, engine: FakeEngineDoor
) -> None:
    path = f"/whep/{SESSION}?lang=zh"
    house = await make_house()
    for _ in range(300):
        async with house.http.post(path, data=SOUND_ONLY, headers=SDP) as answer:
            assert answer.status == 201
    assert len(engine.peers) == 300
    small = await make_house("two", receivers_at_once=3)
    answers = []
    for _ in range(4):
        async with small.http.post(path, data=SOUND_ONLY, headers=SDP) as answer:
            answers.append((answer.status, answer.headers.get("Retry-After")))
    assert answers == [(201, None)] * 3 + [(429, "1")]


async def test_a_receiver_changes_language_on_the_connection_it_has(
    house: House, engine: FakeEngineDoor
) -> None:
    path = f"/whep/{SESSION}?lang=zh"
    async with house.http.post(path, data=SOUND_ONLY, headers=SDP) as answer:
        location = answer.headers["Location"]
        (link,) = answer.headers.getall("Link")
    door = f"{location}/language"
    assert link == f'<{door}>; rel="urn:x-rotunda:whep:ext:language"'
    async with house.http.post(door, json={"lang": "en"}) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [peer["language"] for peer in engine.peers.values()] == ["en"]
    guessed = f"{location[:-4]}0000/language"
    cases = [
        (door, {"lang": "fr"}, 404, "language.unknown"),
        (door, {"lang": 7}, 400, "request.malformed"),
        (door, [], 400, "request.malformed"),
        (guessed, {"lang": "en"}, 404, "media.unknown_peer"),
    ]
    for path, body, status, code in cases:
        async with house.http.post(path, json=body) as answer:
            assert (answer.status, await code_of(answer)) == (status, code)
    async with house.http.options(door) as answer:
        assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    engine.peers.clear()
    async with house.http.post(door, json={"lang": "floor"}) as answer:
        assert (answer.status, await code_of(answer)) == (404, "media.unknown_peer")
