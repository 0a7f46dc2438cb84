import pytest
import socketio

from tests.signaling.conftest import House, until
from venue.roles import Role

pytestmark = pytest.mark.redis


async def test_a_delegate_gets_a_snapshot_and_then_changes_without_a_gap(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    assert delegate.view["you"]["seat"] == "gdynia"
    assert (await chair.command("floor.open"))["ok"]
    asked = await delegate.command("floor.request", {"topic": "trams"})
    assert asked["ok"], asked
    await until(lambda: delegate.view["you"]["turn"] == asked["turn"], "own turn")
    await until(lambda: len(chair.view["floor"]["queue"]) == 1, "the queue")
    assert delegate.view["you"]["position"] == 1
    assert (chair.gaps, delegate.gaps) == (0, 0)


async def test_a_repeat_of_an_id_gets_the_first_answer(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    await chair.command("floor.open")
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    first = await delegate.command("floor.request", {}, op="same")
    await chair.command("floor.withdraw", {"turn": first["turn"]})
    second = await delegate.command("floor.request", {}, op="same")
    assert second == first
    refused = await delegate.command("floor.close", {}, op="refused")
    assert refused["error"]["code"] == "role.forbidden"
    assert await delegate.command("floor.close", {}, op="refused") == refused


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": "1", "name": "floor.fly", "body": {}}, "command.unknown"),
        ({"id": "2", "name": "floor.open", "body": {"extra": 1}}, "command.malformed"),
        ({"id": "3", "name": "floor.withdraw", "body": {}}, "command.malformed"),
        ({"id": "4", "name": "floor.withdraw", "body": {"turn": 7}}, "command.malformed"),
        ({"id": "5", "name": "floor.open", "body": []}, "command.malformed"),
        ({"id": "6", "name": 6, "body": {}}, "command.malformed"),
        ({"name": "floor.open", "body": {}}, "command.malformed"),
        ({"id": "", "name": "floor.open"}, "command.malformed"),
        ({"id": "x" * 81, "name": "floor.open"}, "command.malformed"),
        ({"id": "8", "name": "floor.open", "more": 1}, "command.malformed"),
        ("floor.open", "command.malformed"),
        (None, "command.malformed"),
        ({"id": "9", "name": "room.tick", "body": {}}, "role.forbidden"),
        ({"id": "10", "name": "seat.presence", "body": {}}, "command.malformed"),
    ],
)
async def test_what_is_not_a_command_is_refused_with_a_code(
    house: House, message: object, code: str
) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    answer = await chair.call("command", message)
    assert (answer["ok"], answer["error"]["code"]) == (False, code)
    assert (await chair.command("floor.open"))["ok"]


async def test_a_client_that_missed_a_change_is_whole_again_after_resync(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    viewer = await house.watch()
    await chair.command("floor.open")
    viewer.view = {}
    viewer.take_snapshot(await viewer.call("resync", {}))
    await until(lambda: viewer.view["floor"]["list"] == "open", "the open list")
    await chair.command("floor.close")
    await until(lambda: viewer.view["floor"]["list"] == "closed", "the closed list")


async def test_a_viewer_sees_a_question_only_once_it_is_approved(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    author, other = await house.watch(name="Ann"), await house.watch()
    asked = await author.command("question.submit", {"text": "When will the tram come here?"})
    assert asked["ok"], asked
    await until(lambda: len(chair.view["questions"]) == 1, "the question at the desk")
    await until(lambda: len(author.view["questions"]) == 1, "the author's own question")
    assert author.view["questions"][0]["mine"]
    # A later change that everybody gets shows that the earlier one was kept from them.
    await chair.command("floor.open")
    await until(lambda: other.view["floor"]["list"] == "open", "the open list")
    assert "tram" not in str(other.events)
    approve = {"question": asked["question"], "version": 1}
    assert (await chair.command("question.approve", approve))["ok"]
    await until(lambda: len(other.view["questions"]) == 1, "the approved question")
    assert not other.view["questions"][0]["mine"]
    await until(lambda: author.view["questions"][0]["state"] == "approved", "approval")


async def test_votes_count_once_a_voter_and_only_the_voter_sees_their_own(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    author = await house.watch()
    device = author.view["you"]["device"]
    asked = await author.command("question.submit", {"text": "Who pays for the new bridge?"})
    question = {"question": asked["question"]}
    early = await author.command("question.vote", question)
    assert early["error"]["code"] == "question.not_votable"
    await chair.command("question.approve", {**question, "version": 1})
    assert (await author.command("question.vote", question))["ok"]
    assert (await author.command("question.vote", question))["ok"]
    other = await house.watch()
    assert (await other.command("question.vote", question))["ok"]
    await until(lambda: chair.view["questions"][0]["votes"] == 2, "two votes")
    await until(lambda: other.view["questions"][0]["voted"], "the own vote")
    silent = await house.watch()
    assert not silent.view["questions"][0]["voted"]
    again = await house.watch(device=device)
    assert again.view["questions"][0]["voted"]
    assert again.view["questions"][0]["mine"]
    assert (await other.command("question.unvote", question))["ok"]
    await until(lambda: chair.view["questions"][0]["votes"] == 1, "one vote")
    await until(lambda: not other.view["questions"][0]["voted"], "the vote taken back")


async def test_a_vote_shows_on_every_page_of_its_voter(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    first = await house.watch()
    second = await house.watch(device=first.view["you"]["device"])
    stranger = await house.watch()
    asked = await first.command("question.submit", {"text": "Who pays for the new bridge?"})
    question = {"question": asked["question"]}
    await chair.command("question.approve", {**question, "version": 1})
    await until(lambda: stranger.view["questions"], "the approved question")
    assert (await first.command("question.vote", question))["ok"]
    await until(lambda: second.view["questions"][0]["voted"], "the vote on the second page")
    assert (await second.command("question.unvote", question))["ok"]
    await until(lambda: not first.view["questions"][0]["voted"], "taken back on the first page")
    assert not stranger.view["questions"][0]["voted"]


async def test_one_device_cannot_flood_the_desk_with_questions(house: House) -> None:
    chair = await house.sit(Role.MODERATOR, "chair")
    viewer = await house.watch()
    for number in range(3):
        text = f"This is question number {number}?"
        asked = await viewer.command("question.submit", {"text": text})
        await chair.command("question.approve", {"question": asked["question"], "version": 1})
    refused = await viewer.command("question.submit", {"text": "And one more question?"})
    assert refused["error"]["code"] == "question.too_many"
    assert refused["error"]["params"]["retry_after_s"] > 0


async def test_a_second_tab_takes_the_seat_and_the_first_is_told(house: House) -> None:
    first = await house.sit(Role.DELEGATE, "gdynia")
    second = await house.sit(Role.DELEGATE, "gdynia")
    await until(lambda: first.media(), "the farewell")
    assert first.media() == [{"kind": "gone", "reason": "replaced"}]
    await until(lambda: not first.io.connected, "the end of the first")
    chair = await house.sit(Role.MODERATOR, "chair")

    def presence() -> str:
        seats = {seat["seat"]: seat for seat in chair.view["seats"]}
        return str(seats["gdynia"]["presence"])

    await until(lambda: presence() == "online", "presence")
    await second.io.disconnect()
    await until(lambda: presence() == "away", "absence")


async def test_a_ticket_can_bring_a_seat_the_room_does_not_know(house: House) -> None:
    guest = await house.sit(Role.DELEGATE, "lima", name="Rosa", city="Lima", country="Peru")
    seats = {seat["seat"]: seat for seat in guest.view["seats"]}
    assert seats["lima"]["city"] == "Lima"
    assert guest.view["you"]["name"] == "Rosa"


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({}, "ticket.missing"),
        ({"ticket": "nonsense"}, "ticket.invalid"),
        ({"ticket": 7}, "ticket.invalid"),
        ({"session": "elsewhere"}, "session.unknown"),
        ({"session": 7}, "ticket.missing"),
    ],
)
async def test_a_stranger_is_refused_with_a_code(house: House, auth: object, code: str) -> None:
    client = socketio.AsyncClient(reconnection=False)
    refusals: list[object] = []
    client.on("connect_error", refusals.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(house.url, auth=auth, transports=["websocket"])
    assert refusals[0]["data"]["code"] == code  # type: ignore[index]


async def test_an_offer_reaches_the_engine_under_the_senders_own_seat(
    house: House, engine: object
) -> None:
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    offer = {"kind": "offer", "sdp": "v=0\r\n", "tracks": {"0": "camera"}}
    answer = await delegate.call("media", offer)
    assert answer["ok"], answer
    assert answer["sdp"].startswith("v=0")
    assert [peer["seat"] for peer in engine.peers.values()] == ["gdynia"]  # type: ignore[attr-defined]
    bad = await delegate.call("media", {**offer, "tracks": {"0": "telepathy"}})
    assert bad["error"]["code"] == "media.malformed"
    viewer = await house.watch()
    refused = await viewer.call("media", offer)
    assert refused["error"]["code"] == "role.forbidden"


async def test_without_an_engine_an_offer_is_refused(house: House) -> None:
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    answer = await delegate.call("media", {"kind": "offer", "sdp": "v=0\r\n", "tracks": {}})
    assert answer["error"]["code"] == "media.unavailable"
