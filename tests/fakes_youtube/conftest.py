"""A stand-in whose time stands still, and people who use it."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.fakes.youtube import ZH_CHANNEL, YouTubeStandIn
from tests.fakes_youtube.people import Person

NOON = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)
"""When the shows of these tests are scheduled."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture(scope="session")
def running() -> Iterator[YouTubeStandIn]:
    with YouTubeStandIn(ingest=False) as standin:
        yield standin


@pytest.fixture
def youtube(running: YouTubeStandIn) -> YouTubeStandIn:
    """As new, an hour before noon."""
    running.reset()
    running.state.clock.scale(0)
    running.state.clock.set(NOON - dt.timedelta(hours=1))
    return running


@pytest.fixture
def english(youtube: YouTubeStandIn) -> Person:
    return Person(youtube)


@pytest.fixture
def chinese(youtube: YouTubeStandIn) -> Person:
    return Person(youtube, ZH_CHANNEL)
