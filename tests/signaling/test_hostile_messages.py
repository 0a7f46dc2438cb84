"""Socket.IO, spoken by somebody who means no good."""

import asyncio
import contextlib
import logging
from typing import Any

import aiohttp
import pytest
import socketio

from signaling.limits import RATES
from tests.signaling.conftest import SESSION, House
from venue.roles import Role

pytestmark = pytest.mark.redis


async def test_a_seat_that_connects_for_ever_is_told_to_wait(house: House) -> None:
    ticket = house.ticket(Role.DELEGATE, "gdynia")
    refused: list[Any] = []
    for _ in range(RATES["join"][0] * 3):
        client = socketio.AsyncClient(reconnection=False)
        client.on("connect_error", refused.append)
        try:
            await client.connect(house.url, auth={"ticket": ticket}, transports=["websocket"])
        except socketio.exceptions.ConnectionError:
            break
        finally:
            await client.disconnect()
    assert refused[0]["data"]["code"] == "request.too_many"
    await house.sit(Role.DELEGATE, "taipei")


async def test_commands_in_a_flood_are_refused_and_the_room_goes_on(house: House) -> None:
    loud = await house.sit(Role.DELEGATE, "gdynia")
    answers = await asyncio.gather(
        *(loud.command("self.mute", {"muted": bool(number % 2)}) for number in range(200))
    )
    codes = {answer["error"]["code"] for answer in answers if not answer["ok"]}
    assert codes == {"request.too_many"}
    assert sum(answer["ok"] for answer in answers) >= RATES["command"][0]
    quiet = await house.sit(Role.DELEGATE, "taipei")
    assert (await quiet.command("self.mute", {"muted": True}))["ok"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "text",
        [],
        {},
        {"id": "a"},
        {"id": "", "name": "floor.request", "body": {}},
        {"id": "x" * 81, "name": "floor.request", "body": {}},
        {"id": 7, "name": "floor.request", "body": {}},
        {"id": "a", "name": 7, "body": {}},
        {"id": "a", "name": "floor.request", "body": []},
        {"id": "a", "name": "floor.request", "body": {}, "actor": "organizer"},
        {"id": "a", "name": "floor.request", "body": {"topic": "\ud800"}},
        {"id": "\ud800", "name": "floor.request", "body": {}},
        {"id": "a", "name": "\ud800", "body": {}},
        {"id": "a", "name": "floor.request", "body": {"topic": 1}},
        {"id": "a", "name": "floor.request", "body": {"topic": "x" * 200_000}},
        {"id": "a", "name": "seat.add", "body": {}},
        {"id": "a", "name": "question.submit", "body": {"text": "\udfff" * 20}},
        {"id": "a", "name": "question.vote", "body": {"question": "\ud800"}},
    ],
    ids=lambda message: str(message)[:60].encode("ascii", "replace").decode(),
)
async def test_no_message_breaks_a_connection(
    house: House, caplog: pytest.LogCaptureFixture, message: Any
) -> None:
    delegate = await house.sit(Role.DELEGATE, "gdynia")
    answer = await delegate.call("command", message)
    assert not answer["ok"]
    assert answer["error"]["code"] in ("command.malformed", "command.unknown", "role.forbidden")
    for event in ("media", "nonsense"):
        with contextlib.suppress(socketio.exceptions.TimeoutError):
            answer = await delegate.io.call(event, message, timeout=1)
            assert not answer["ok"]
    assert (await delegate.command("self.mute", {"muted": True}))["ok"]
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "auth",
    [
        {"session": SESSION, "name": "\ud800"},
        {"session": "\ud800"},
        {"session": 7},
        {"ticket": "\ud800"},
        {"ticket": ["x"]},
        {"ticket": "x" * 20_000},
        ["x"],
    ],
    ids=lambda auth: str(auth)[:40].encode("ascii", "replace").decode(),
)
async def test_no_greeting_breaks_the_door(
    house: House, caplog: pytest.LogCaptureFixture, auth: Any
) -> None:
    refused: list[Any] = []
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", refused.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(house.url, auth=auth, transports=["websocket"])
    await client.disconnect()
    assert refused[0]["data"]["code"] in ("ticket.missing", "ticket.invalid", "session.unknown")
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "9",
        "4",
        "49",
        "42",
        "42{",
        '42["command",{"id":' + "9" * 500 + "}]",
        "42" + "[" * 100_000,
        "4299999999999999999999-[]",
        '459-["command",{"_placeholder":true,"num":0}]',
        "40/other,{}",
        "43[]",
        "\x00",
    ],
    ids=lambda text: repr(text)[:24],
)
async def test_what_is_not_socket_io_is_counted_and_not_logged(
    house: House, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    async with house.http.ws_connect("/socket.io/?EIO=4&transport=websocket") as socket:
        assert (await socket.receive_str()).startswith("0{")
        with contextlib.suppress(aiohttp.ClientConnectionError):
            for _ in range(20):
                await socket.send_str(text)
            await socket.send_str("2probe")
            with contextlib.suppress(TimeoutError, TypeError):
                await socket.receive_str(timeout=1)
    watcher = await house.watch()
    assert watcher.view["session"]["id"] == SESSION
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []
