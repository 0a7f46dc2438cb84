"""Signing in for channels, against the stand-in's consent page and tokens."""

import json
import stat
import threading
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest

from rotunda.config import ConfigurationError, load
from rotunda.youtube import channels, forget, login, settings_of, web_client_trouble
from streaming.youtube.credentials import Vault
from streaming.youtube.errors import YouTubeError
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn

pytestmark = pytest.mark.redis


class Person(webbrowser.BaseBrowser):
    """Opens the consent page and chooses a channel; an empty one refuses."""

    def __init__(self, channel: str) -> None:
        super().__init__("person")
        self.channel = channel
        self.asked = ""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.asked = url
        page = url.replace("/auth?", f"/approve?channel={self.channel}&")
        threading.Thread(target=lambda: urllib.request.urlopen(page).read(), daemon=True).start()
        return True


@pytest.fixture
def standin() -> Iterator[YouTubeStandIn]:
    with YouTubeStandIn(ingest=False) as running:
        yield running


@pytest.fixture
def settings(standin: YouTubeStandIn, tmp_path: Path) -> YouTubeSettings:
    environment = {"ROTUNDA_YOUTUBE_ROOT": standin.root_url, "ROTUNDA_YOUTUBE_STANDIN": "1"}
    return settings_of(load(environment, data=str(tmp_path / "data")), "a secret")


@pytest.fixture
def client(standin: YouTubeStandIn, tmp_path: Path) -> Path:
    issued = standin.token(EN_CHANNEL)
    path = tmp_path / "client.json"
    known = {key: issued[key] for key in ("client_id", "client_secret")}
    path.write_text(json.dumps({"installed": known}))
    return path


def signs_in(
    settings: YouTubeSettings, client: Path, chosen: str, *, alias: str = "", channel: str = ""
) -> Person:
    person = Person(chosen)
    webbrowser.register("person", None, person)
    login(settings, client, alias=alias, channel=channel, port=0, browser="person")
    return person


def test_two_channels_are_kept_encrypted_and_found_by_alias(
    settings: YouTubeSettings, client: Path
) -> None:
    person = signs_in(settings, client, EN_CHANNEL, alias="city-en")
    assert "code_challenge_method=S256" in person.asked
    assert "access_type=offline" in person.asked
    assert "youtube.force-ssl" in person.asked
    signs_in(settings, client, ZH_CHANNEL, alias="city-zh")
    vault = Vault(settings)
    assert vault.find("city-zh").id == ZH_CHANNEL
    secret = vault.reveal(vault.find(EN_CHANNEL))
    path = Path(settings.data_dir) / "youtube" / "channels.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret.refresh_token.startswith("1//")
    assert secret.refresh_token not in path.read_text()
    assert secret.client_secret not in path.read_text()
    assert secret.refresh_token not in repr(secret)
    # Signing in again replaces, it does not double.
    signs_in(settings, client, EN_CHANNEL, alias="city-en")
    assert [each.alias for each in vault.channels()] == ["city-zh", "city-en"]
    forget(settings, "city-zh")
    assert [each.alias for each in vault.channels()] == ["city-en"]


def test_the_wrong_channel_a_refusal_and_a_wrong_file_are_said(
    settings: YouTubeSettings, client: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="not UCstandinEnglish"):
        signs_in(settings, client, ZH_CHANNEL, channel=EN_CHANNEL)
    with pytest.raises(ConfigurationError, match="Nobody signed in"):
        signs_in(settings, client, "")
    with pytest.raises(ConfigurationError, match="Desktop app"):
        login(settings, tmp_path / "none", alias="", channel="", port=0, browser="person")
    assert Vault(settings).channels() == ()


def test_dead_tokens_are_listed_and_the_week_of_testing_is_named(
    settings: YouTubeSettings, client: Path, standin: YouTubeStandIn
) -> None:
    signs_in(settings, client, EN_CHANNEL, alias="city-en")
    assert [trouble for _, trouble in channels(settings)] == [""]
    standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
    assert [trouble.partition(":")[0] for _, trouble in channels(settings)] == ["signed out"]
    path = Path(settings.data_dir) / "youtube" / "channels.json"
    rows = json.loads(path.read_text())
    rows[0]["granted_at"] -= 7 * 86_400_000
    path.write_text(json.dumps(rows))
    (trouble,) = [trouble for _, trouble in channels(settings)]
    assert "Testing" in trouble


def test_another_secret_cannot_read_the_tokens(settings: YouTubeSettings, client: Path) -> None:
    signs_in(settings, client, EN_CHANNEL, alias="city-en")
    other = YouTubeSettings(data_dir=settings.data_dir, secret="another", root=settings.root)
    vault = Vault(other)
    with pytest.raises(YouTubeError) as error:
        vault.open(vault.find("city-en"))
    assert error.value.code == "youtube.unreadable_token"


@pytest.mark.parametrize(
    "environment",
    [
        {"ROTUNDA_YOUTUBE_ROOT": "http://127.0.0.1:8099/"},
        {"ROTUNDA_YOUTUBE_ROOT": "https://localhost/"},
        {"ROTUNDA_YOUTUBE_STANDIN": "1"},
        {"ROTUNDA_YOUTUBE_STANDIN": "1", "ROTUNDA_YOUTUBE_ROOT": "https://youtube.example/"},
        {"ROTUNDA_YOUTUBE_ROOT": "http://youtube.example/"},
        {"ROTUNDA_YOUTUBE_ROOT": "https://youtube.example"},
        {"ROTUNDA_YOUTUBE_STANDIN": "yes"},
    ],
)
def test_production_and_a_stand_in_are_never_mixed(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        load(environment)
    assert load({}).youtube_root == ""


def test_the_web_client_must_lead_back_to_this_server(tmp_path: Path) -> None:
    path = tmp_path / "web.json"

    def trouble(base_url: str, *redirect_uris: str) -> str:
        client = {"client_id": "x", "client_secret": "y", "redirect_uris": redirect_uris}
        path.write_text(json.dumps({"web": client}))
        return web_client_trouble(
            load({"ROTUNDA_YOUTUBE_CLIENT": str(path), "ROTUNDA_PUBLIC_URL": base_url})
        )

    mine = "https://summit.example/youtube/callback"
    assert trouble("https://summit.example", "https://other.example/", mine) == ""
    assert mine in trouble("https://summit.example", mine + "/")
    assert "https" in trouble("http://summit.example", "http://summit.example/youtube/callback")
    local = "http://127.0.0.1:8080"
    assert trouble(local, f"{local}/youtube/callback") == ""
    path.write_text(json.dumps({"installed": {}}))
    config = load({"ROTUNDA_YOUTUBE_CLIENT": str(path)}, data=str(tmp_path))
    with pytest.raises(ConfigurationError, match="Web application"):
        settings_of(config, "a secret")
