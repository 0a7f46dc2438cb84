"""A server of our own for the engine's tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.valkey import Valkey


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    server = Valkey(Path(tempfile.mkdtemp(prefix="vk")))
    server.start()
    yield server
    server.remove()
