"""Every code that may reach the desk about YouTube has a sentence in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.youtube.issues import ISSUES
from tests.harness.browser import words
from venue.wire_youtube import BroadcastStage

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    *sorted((ROOT / "streaming" / "youtube").glob("*.py")),
    *sorted((ROOT / "venue").glob("broadcast*.py")),
)
CODE = re.compile(r"(youtube|broadcast)\.[a-z_]+")
ISSUE_CODES = {f"youtube.issue.{each}" for each in (*ISSUES, "other")}


def _constants(path: Path) -> Iterator[str]:
    """String literals of a module that are whole codes; what is built is told apart below."""
    tree = ast.parse(path.read_text("utf-8"))
    built = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in built:
            yield node.value


def codes() -> set[str]:
    found = {text for path in SOURCES for text in _constants(path) if CODE.fullmatch(text)}
    verbs = {text for text in words_of_commands() if text in found}
    return (found - verbs) | ISSUE_CODES


def words_of_commands() -> set[str]:
    """Tags of commands: ``tag="broadcast.live"``; they look like codes."""
    return {
        keyword.value.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef | ast.Call)
        for keyword in node.keywords
        if keyword.arg == "tag"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    } | {"broadcast.remember", "broadcast.seen"}


def built_codes() -> set[str]:
    """Beginnings of codes that are put together at run time."""
    return {
        str(node.values[0].value)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and CODE.match(str(node.values[0].value))
    }


def test_the_codes_are_found_where_they_are_made() -> None:
    found = codes()
    assert {"youtube.live", "youtube.not_enabled", "youtube.sign_in_testing"} <= found
    assert {"youtube.issue.gopSizeLong", "broadcast.changed", "broadcast.ending"} <= found
    assert built_codes() == {"youtube.issue."}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_code_has_a_sentence(language: str) -> None:
    known = words(language)
    said = {code: code if code.startswith("youtube.") else f"error.{code}" for code in codes()}
    assert {code for code, key in said.items() if key not in known} == set()


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_every_stage_has_a_word(language: str) -> None:
    known = words(language)
    assert {f"stage.{each}" for each in BroadcastStage.__args__} <= known.keys()  # type: ignore[attr-defined]


def test_no_sentence_is_about_a_code_that_nobody_sends() -> None:
    sentences = {
        key
        for key in words("en")
        if key.startswith("youtube.") and not key.startswith("youtube.privacy.")
    }
    assert sentences - codes() == {"youtube.unknown"}


CALM = {"off", "preparing", "prepared", "checking", "ready", "starting", "live", "live_slate"}
CALM |= {"ending", "ending_slate", "ended", "clearing", "signed_in", "quota_lasts", "post_sent"}
CALM |= {"chat_reading", "chat_reading_some", "chat_ended", "captions_ready", "captions_sent"}
CALM |= {"output_broken", "on_backup"}
"""Nobody has to do anything; what an output says ends with a remedy of its own."""

REMEDY = {
    "en": re.compile(
        r"\b(check|look|set|free|bring|lower|stop|switch|end|sign|signs|publish|verify|change|delete"
        r"|leave|find|press|edit|enable|create|remove|watch|post|read|show|give|do not"
        r"|go live|going live|technician|again|by itself|meanwhile"
        r"|works|depends?|carries|kept|being started)\b",
        re.IGNORECASE,
    ),
    "zh-Hant": re.compile(r"請|系統會|重新|重試|自動|期間|仍由|正在啟動|進行到結束|不影響|即可"),
}
"""What somebody is to do, or who does it for them."""


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_what_needs_a_hand_says_what_to_do(language: str) -> None:
    """After the complaint: the last part of the sentence alone holds the remedy."""
    known = words(language)
    for code in codes():
        if code.startswith("youtube.") and code.removeprefix("youtube.") not in CALM:
            first, *rest = re.split(r"[.。；;:：，,]\s*", known[code].rstrip(".。"))
            assert any(REMEDY[language].search(part) for part in rest), (code, first)
