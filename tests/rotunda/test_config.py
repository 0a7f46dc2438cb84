import os
import socket
import stat
from pathlib import Path

import pytest

from rotunda.config import Config, ConfigurationError, load, prepare_data_dir
from rotunda.serve import Deployment, refuse_taken_port
from tests.fakes.tls import Authority

pytestmark = pytest.mark.unit


def test_the_defaults_need_no_environment() -> None:
    config = load({})
    assert (config.host, config.port, config.udp_ports) == ("127.0.0.1", 8080, (40000, 40099))
    assert (config.program.width_px, config.program.fps) == (1280, 25)
    assert config.base_url == "http://127.0.0.1:8080"


def test_the_command_line_wins_over_the_environment() -> None:
    environment = {"ROTUNDA_PORT": "9000", "ROTUNDA_DATA": "/a", "ROTUNDA_HOST": "10.0.0.1"}
    config = load(environment, host="0.0.0.0", port=9001, data="/b")
    assert (config.host, config.port, config.data_dir) == ("0.0.0.0", 9001, Path("/b"))


@pytest.mark.parametrize(
    "environment",
    [
        {"ROTUNDA_PROT": "8080"},
        {"ROTUNDA_PORT": "http"},
        {"ROTUNDA_PORT": "70000"},
        {"ROTUNDA_UDP_PORTS": "40099-40000"},
        {"ROTUNDA_UDP_PORTS": "80-90"},
        {"ROTUNDA_PROGRAM": "720p"},
        {"ROTUNDA_PROGRAM": "1281x720@25"},
        {"ROTUNDA_PROGRAM": "3840x2160@25"},
        {"ROTUNDA_PROGRAM": "1280x720@60"},
        {"ROTUNDA_PRESET": "placebo"},
        {"ROTUNDA_TURN_URLS": "turn:a.example"},
        {"ROTUNDA_PUBLIC_URL": "summit.example"},
        {"ROTUNDA_CA_FILE": "/nowhere/authority.pem"},
        {"ROTUNDA_CA_FILE": __file__},
        {"ROTUNDA_PROXIES": "10.0.0.1/8"},
        {"ROTUNDA_RECEIVERS": "-1"},
        {"ROTUNDA_RECEIVERS_AT_ONCE": "0"},
        {"ROTUNDA_RECEIVERS_AT_ONCE": "many"},
        {"ROTUNDA_YOUTUBE_QUOTA": "0"},
        {"ROTUNDA_YOUTUBE_QUOTA": "400"},  # less than the reserve
        {"ROTUNDA_YOUTUBE_RESERVE": "10000"},
        {"ROTUNDA_PROXIES": "proxy.example"},
    ],
)
def test_a_senseless_or_unknown_setting_is_an_error(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        load(environment)


def test_the_secret_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "data")
    secret = prepare_data_dir(config)
    assert len(secret) >= 48
    assert prepare_data_dir(config) == secret
    assert stat.S_IMODE(os.stat(tmp_path / "data" / "secret").st_mode) == 0o600


def test_no_secret_shows_in_a_printed_configuration() -> None:
    environment = {
        "ROTUNDA_SECRET": "hush-1",
        "ROTUNDA_TURN_URLS": "turn:a.example",
        "ROTUNDA_TURN_SECRET": "hush-2",
        "REDIS_URL": "redis://:hush-3@localhost",
    }
    assert "hush" not in repr(load(environment))


def test_outputs_are_told_which_authorities_to_trust(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    config = load({"ROTUNDA_CA_FILE": str(authority.path), "ROTUNDA_DATA": str(tmp_path)})
    told = Deployment(config, "secret", tmp_path, demo=False).streaming().configuration
    assert told is not None
    assert told["authorities"] == str(authority.path)


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ConfigurationError, match="Cannot listen"):
            refuse_taken_port(Config(data_dir=Path(), port=other.getsockname()[1]))
