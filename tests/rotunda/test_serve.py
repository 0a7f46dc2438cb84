"""The command line, as an operator uses it."""

import asyncio
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from rotunda.config import ConfigurationError, load
from rotunda.people import import_sessions
from tests.fakes.ingest import wait_until
from tests.harness.product import Product, running_product
from venue.errors import CommandRejected

pytestmark = pytest.mark.media

TOML = """
[[session]]
id = "one"
title = { en = "One" }
[[session]]
id = "two"
title = { en = "Two" }
languages = ["en", "zh"]
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("data")) as running:
        yield running


def test_sessions_of_a_file_are_imported_into_the_running_server(product: Product) -> None:
    product.import_session(TOML)

    def listed() -> bool:
        return {one["id"] for one in product.get("/api/sessions")["sessions"]} == {"one", "two"}

    wait_until(listed, 10, "the new sessions")


def test_importing_again_changes_a_session_that_is_open(product: Product) -> None:
    product.import_session(TOML.replace('en = "Two"', 'en = "Two, renamed"'))

    def title() -> str:
        sessions = product.get("/api/sessions")["sessions"]
        return next(str(one["title"]["en"]) for one in sessions if one["id"] == "two")

    wait_until(lambda: title() == "Two, renamed", 10, "the new title")


def test_a_ticket_of_the_command_line_is_let_in(product: Product) -> None:
    ticket = product.ticket("two", "moderator", name="Ana Silva")
    answer = product.request("POST", "/api/redeem", ticket)
    assert (answer["session"], answer["role"], answer["name"]) == ("two", "moderator", "Ana Silva")


def test_the_check_is_content_with_a_running_server(product: Product) -> None:
    verdicts = product.run("check").splitlines()
    assert verdicts
    assert all(verdict.startswith("ok") for verdict in verdicts)


def test_no_ticket_secret_or_key_stands_in_a_command_line(product: Product) -> None:
    secret = (product.data_dir / "secret").read_text().strip()
    for process in [psutil.Process(product.pid), *psutil.Process(product.pid).children(True)]:
        assert secret not in " ".join(process.cmdline())
        assert secret not in json.dumps(process.environ())


def test_an_interrupt_ends_every_process(tmp_path: Path) -> None:
    product = Product(tmp_path)
    product.start()
    family = [psutil.Process(product.pid), *psutil.Process(product.pid).children(True)]
    assert len(family) >= 4
    family[0].send_signal(signal.SIGINT)
    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert not (tmp_path / "run.json").exists()


def test_sessions_are_imported_without_a_server_too(tmp_path: Path) -> None:
    config = load({}, data=str(tmp_path))
    document = {"id": "alone", "title": {"en": "Alone"}}
    assert asyncio.run(import_sessions(config, document)) == ["alone"]


def test_of_a_file_with_one_bad_session_nothing_is_imported(tmp_path: Path) -> None:
    config = load({}, data=str(tmp_path))
    good, bad = {"id": "good", "title": {"en": "Good"}}, {"id": "Bad Id", "title": {"en": "x"}}
    with pytest.raises(CommandRejected) as refusal:
        asyncio.run(import_sessions(config, {"session": [good, bad]}))
    assert refusal.value.code == "session.malformed"


def test_an_unreachable_store_is_told(tmp_path: Path) -> None:
    config = load({"REDIS_URL": "redis://127.0.0.1:1"}, data=str(tmp_path))
    with pytest.raises(ConfigurationError, match="Redis"):
        asyncio.run(import_sessions(config, {"id": "x", "title": {"en": "X"}}))
