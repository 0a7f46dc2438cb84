"""Relay credentials, judged by coturn."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from aioice import turn
from aioice.stun import TransactionFailed

from signaling.config import TurnConfig
from signaling.turn import CREDENTIAL_LIFE_S, credentials, ice_servers
from tests.fakes.relay import coturn

pytestmark = pytest.mark.media

SECRET = "shared"


@pytest.fixture(scope="module")
def relay() -> Iterator[int]:
    with coturn(SECRET) as port:
        yield port


async def allocate(port: int, user: str, password: str) -> None:
    """Ask for a relayed address.

    Raises:
        TransactionFailed: The credentials are refused.
    """
    async with asyncio.timeout(20):
        transport, _ = await turn.create_turn_endpoint(
            asyncio.DatagramProtocol,
            server_addr=("127.0.0.1", port),
            username=user,
            password=password,
        )
    transport.close()


async def test_the_relay_takes_our_credentials(relay: int) -> None:
    await allocate(relay, *credentials(SECRET, "seat:gdynia", int(time.time())))


async def test_the_relay_refuses_another_secret_and_credentials_that_have_run_out(
    relay: int,
) -> None:
    long_ago = int(time.time()) - 2 * CREDENTIAL_LIFE_S
    for secret, now_s in (("another", int(time.time())), (SECRET, long_ago)):
        with pytest.raises(TransactionFailed):
            await allocate(relay, *credentials(secret, "seat:gdynia", now_s))


def test_a_browser_is_told_of_relays_only_when_there_are_some() -> None:
    assert ice_servers(None, "x", 0) == []
    (server,) = ice_servers(TurnConfig(("turn:a.example:3478",), SECRET), "x", 0)
    assert server["urls"] == ["turn:a.example:3478"]
    assert server["username"] == f"{CREDENTIAL_LIFE_S}:x"
