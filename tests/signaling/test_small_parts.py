import base64
import hashlib
import hmac
import json
from pathlib import Path

import msgspec
import pytest

from signaling.config import TurnConfig, decode_config
from signaling.limits import Buckets
from signaling.tickets import bearer
from signaling.turn import ice_servers, link_headers

pytestmark = pytest.mark.unit


def test_a_bucket_lets_a_burst_through_and_then_one_a_period() -> None:
    now_s = 100.0
    buckets = Buckets(3, 30.0, lambda: now_s)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 30]
    assert buckets.take("b") == 0
    now_s += 29
    assert buckets.take("a") == 1
    now_s += 1
    assert buckets.take("a") == 0
    assert buckets.take("a") == 30
    buckets.give_back("a")
    assert buckets.take("a") == 0


def test_relay_credentials_are_those_coturn_expects() -> None:
    turn = TurnConfig(("stun:t.example", "turn:t.example?transport=udp"), "s3")
    stun, relay = ice_servers(turn, "gdynia", 1000)
    assert stun == {"urls": ["stun:t.example"]}
    user = str(relay["username"])
    assert user == f"{1000 + 6 * 3600}:gdynia"
    digest = hmac.new(b"s3", user.encode(), hashlib.sha1).digest()
    assert relay["credential"] == base64.b64encode(digest).decode()
    links = link_headers([stun, relay])
    assert links[0] == '<stun:t.example>; rel="ice-server"'
    assert 'credential-type="password"' in links[1]
    assert ice_servers(None, "x", 0) == []


def test_a_bearer_header_is_read_leniently_and_nothing_else_is() -> None:
    assert bearer("Bearer abc") == "abc"
    assert bearer("bearer  abc ") == "abc"
    assert bearer("Basic abc") == ""
    assert bearer(None) == ""


def test_the_configuration_hides_its_secrets_and_knows_its_types() -> None:
    raw = {
        "redis_url": "redis://x",
        "data_dir": "/d",
        "run_dir": "/r",
        "secret": "hidden",
        "process_id": "p",
        "web_dir": "/w",
        "turn": {"urls": ["turn:x"], "secret": "hidden"},
    }
    config = decode_config(json.dumps(raw).encode())
    assert config.data_dir == Path("/d")
    assert "hidden" not in repr(config)
    with pytest.raises(msgspec.ValidationError):
        decode_config(b'{"redis_url": "x"}')
