"""Where media goes."""

import pytest

from streaming.engine.app import media_addresses
from streaming.rtc.extension import host_addresses

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_server_for_this_machine_alone_is_reached_by_browsers_that_shun_loopback(
    host: str,
) -> None:
    bound, advertised = media_addresses(host, None)
    assert bound == "0.0.0.0"
    assert advertised[0] == "127.0.0.1"
    assert set(advertised) == {"127.0.0.1", *host_addresses()}


def test_what_the_operator_says_goes_before_what_the_machine_has() -> None:
    assert media_addresses("0.0.0.0", "203.0.113.7") == ("0.0.0.0", ["203.0.113.7"])
    assert media_addresses("192.0.2.5", None) == ("192.0.2.5", ["192.0.2.5"])
    assert media_addresses("0.0.0.0", None) == ("0.0.0.0", host_addresses())
