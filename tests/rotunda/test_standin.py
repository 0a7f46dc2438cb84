"""The demo's stand-in for YouTube: where it can be had, and what is said where not."""

import subprocess
import sys
from pathlib import Path

import pytest

from rotunda.config import ConfigurationError
from rotunda.demo.session import definition
from rotunda.demo.standin import source_tree
from tests.harness.product import ROOT
from venue.errors import CommandRejected
from venue.session import parse_session

pytestmark = pytest.mark.unit


def test_a_checkout_has_it() -> None:
    assert source_tree() == ROOT


def test_an_installed_copy_says_why_it_has_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="installed without them") as refused:
        source_tree(tmp_path / "site-packages" / "rotunda")
    assert "Clone the repository" in str(refused.value)


def test_it_is_a_part_of_the_demo(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rotunda", "serve", "--youtube-standin", "--data", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "add --demo" in done.stderr


@pytest.mark.parametrize(
    ("page", "is_good"),
    [
        ("http://127.0.0.1:8100/", True),
        ("", True),
        ("https://example.org/", False),
        ("http://127.0.0.1:80@example.org/", False),
    ],
)
def test_links_of_a_session_lead_to_youtube_or_to_this_machine(page: str, is_good: bool) -> None:
    youtube = {"privacy": "unlisted", "channels": {"en": "demo-en"}, "standin": page}
    if is_good:
        parsed = parse_session(definition(youtube))
        assert parsed.youtube is not None
        assert parsed.youtube.standin == page
    else:
        with pytest.raises(CommandRejected, match=r"session\.malformed"):
            parse_session(definition(youtube))
