import hashlib
import json
import re
from pathlib import Path

import pytest

from tools import wire_types

pytestmark = pytest.mark.unit

WEB = Path(__file__).resolve().parents[2] / "web"
ROW = re.compile(r"^\| (\S+\.mjs) \|.*\| ([0-9a-f]{64}) \|$", re.MULTILINE)
SENTENCE = re.compile(r'^\s+"?([\w.]+)"?:\s*(?:\n\s*)?"((?:[^"\\]|\\.)*)",?$', re.MULTILINE)
PLACE = re.compile(r"\{(\w+)\}")


def _sentences(name: str) -> dict[str, str]:
    return dict(SENTENCE.findall((WEB / "locales" / f"{name}.js").read_text("utf-8")))


def test_vendored_modules_are_what_their_list_says() -> None:
    rows = dict(ROW.findall((WEB / "vendor" / "VENDORED.md").read_text("utf-8")))
    files = {path.name for path in (WEB / "vendor").glob("*.mjs")}
    assert set(rows) == files
    for name, digest in rows.items():
        assert hashlib.sha256((WEB / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_vendored_versions_are_those_the_checker_sees() -> None:
    checked = json.loads((WEB / "package.json").read_text("utf-8"))["devDependencies"]
    text = (WEB / "vendor" / "VENDORED.md").read_text("utf-8")
    for package, version in re.findall(r"^\| \S+\.mjs \| (\S+) \| (\S+) \|", text, re.MULTILINE):
        assert checked[package] == version, package


@pytest.mark.parametrize(
    "owner",
    ["core", "desk", "public", "booth", "youtube", "broadcast", "channels", "archive"],
)
def test_both_languages_have_the_same_sentences_and_places(owner: str) -> None:
    english, chinese = _sentences(f"{owner}_en"), _sentences(f"{owner}_zh_hant")
    assert english.keys() == chinese.keys()
    assert len(english) > 30
    for key, sentence in english.items():
        assert set(PLACE.findall(sentence)) == set(PLACE.findall(chinese[key])), key


def test_the_wire_types_are_up_to_date() -> None:
    assert wire_types.TARGET.read_text("utf-8") == wire_types.declarations()


def test_every_page_names_its_files_as_the_server_expects() -> None:
    for page in WEB.glob("*.html"):
        for path in re.findall(r'"(/static/[^"]+)"', page.read_text("utf-8")):
            assert path.startswith("/static/-/"), path
            assert (WEB / path.removeprefix("/static/-/")).is_file(), path
