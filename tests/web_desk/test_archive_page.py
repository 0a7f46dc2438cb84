"""The recording's page: its states in words, and what can be pressed when it is ready."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.harness.browser import words
from tests.harness.screens import VARIANTS, look
from tests.web_desk.conftest import OpenPage, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import program

pytestmark = pytest.mark.browser

AT = 1_795_615_200_000
UNTOLD: dict[str, Any] = {
    "session": "summit-1",
    "title": {"en": "Mayors' Summit", "zh-Hant": "市長高峰會"},
    "languages": ["en", "zh"],
    "timezone": "Asia/Taipei",
    "accent": "#4aa8ff",
    "open": True,
    "done": None,
    "code": None,
}
EMPTY = UNTOLD | {
    "base": "/archive/summit-1/public/",
    "length_ms": 0,
    "sounds": [],
    "captions": [],
    "parts": [],
    "gaps": [],
    "chapters": [],
    "unreadable": 0,
}


def chapter(kind: str, at_ms: int, **more: Any) -> dict[str, Any]:
    named = {"name": "", "title": "", "city": "", "country": "", "language": "en", "text": ""}
    times = {"at_ms": at_ms, "until_ms": at_ms + 60_000, "started_at": AT + at_ms}
    return {"kind": kind, **times, **named, **more}


READY = EMPTY | {
    "state": "ready",
    "length_ms": 600_000,
    "sounds": ["en", "zh", "floor", "booth-zh"],
    "captions": ["en"],
    "parts": [
        {"name": "a", "began_at": AT, "length_ms": 300_000, "at_ms": 0, "kept": True,
         "sounds": ["en", "zh", "floor", "booth-zh"], "size_bytes": 123_456_789},
        {"name": "b", "began_at": AT + 420_000, "length_ms": 300_000, "at_ms": 300_000,
         "kept": False, "sounds": ["en"]},
    ],
    "gaps": [{"at_ms": 300_000, "since": AT + 300_000, "missing_ms": 120_000}],
    "chapters": [
        chapter("turn", 4_000, name="Ewa Nowak", city="Gdynia", country="Poland"),
        chapter("break", 90_000),
        chapter("question", 400_000, text="Where will the night ferries land?"),
    ],
}  # fmt: skip
STATES = {
    "archive.state.none": EMPTY | {"state": "none"},
    "archive.state.recording": UNTOLD | {"state": "recording"},
    "archive.state.preparing": EMPTY | {"state": "preparing", "done": 0.42},
    "archive.state.failed": EMPTY | {"state": "failed", "code": "archive.disk_full"},
    "archive.closed": {},
}


@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_every_state_is_said_in_words_and_axe_finds_nothing(
    open_page: OpenPage, audience_stub: Stub, ui: str
) -> None:
    page = open_page(f"{audience_stub.url}/s/summit-1/archive?ui={ui}")
    for key, told in STATES.items():
        audience_stub.archive = told
        page.reload()
        expect(page.get_by_text(words(ui)[key], exact=True).first).to_be_visible()
        assert violations(page) == [], key
    audience_stub.archive = STATES["archive.state.preparing"]
    page.reload()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0.42")


def test_the_page_turns_ready_by_itself_and_offers_sounds_chapters_and_files(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    audience_stub.archive = STATES["archive.state.preparing"]
    page = open_page(
        f"{audience_stub.url}/s/summit-1/archive?ui=en#ticket=secret",
        viewport={"width": 390, "height": 844},
    )
    expect(page.get_by_role("progressbar")).to_be_visible()
    audience_stub.archive = READY
    chapters = page.get_by_role("navigation", name="Chapters").locator("li")
    expect(chapters).to_have_count(4)
    assert "secret" not in page.url
    texts = [" ".join(text.split()) for text in chapters.all_inner_texts()]
    assert texts[0].startswith("0:04 Ewa Nowak Gdynia · Poland")
    assert texts[2].startswith("Not recorded: 2:00")
    assert page.locator(".chapter.question a").get_attribute("href") == "#t=400"
    sounds = page.get_by_role("group", name="Sound", exact=True)
    sounds.get_by_role("button", name="Original").click()
    expect(sounds.get_by_role("button", name="Original")).to_have_attribute("aria-pressed", "true")
    alone = page.get_by_role("group", name="Interpreters alone").get_by_role("button")
    expect(alone).to_have_text(["中文"])
    # The original of the second part has been moved away.
    files = [each.get_attribute("href") for each in page.locator(".download").all()]
    base = READY["base"]
    assert f"{base}a.mkv" in files
    assert f"{base}b.mkv" not in files
    assert {f"{base}b/en.m4a", f"{base}captions-en.vtt", f"{base}chapters.json"} <= set(files)
    assert look(page, "archive", (VARIANTS[0], VARIANTS[2], VARIANTS[3])) == []


def test_the_desk_leads_to_the_recording_once_it_is_off_air(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = open_page(f"{desk_stub.url}/join?ui=en#ticket")
    page.get_by_role("button", name="Outputs").click()
    recording = page.locator(".output", has_text="Recording")
    way = recording.get_by_role("link", name=words("en")["archive.open"])
    expect(recording).to_be_visible()
    expect(way).to_have_count(0)
    desk_stub.push(program=program(on_air=False, on_air_since=None))
    expect(way).to_have_attribute("href", "/s/summit-1/archive#ticket=ticket")


def test_who_comes_after_the_end_is_sent_to_an_open_recording(
    open_page: OpenPage, audience_stub: Stub
) -> None:
    listed = {"id": "summit-1", "title": {"en": "Summit"}, "languages": ["en"], "timezone": "UTC"}
    over = listed | {"starts_at": None, "accent": "#4aa8ff", "on_air": False, "archive": True}
    audience_stub.sessions = [over]
    audience_stub.view["program"] = program(on_air=False, on_air_since=None)
    page = open_page(f"{audience_stub.url}/s/summit-1?ui=en")
    expect(page.get_by_text("The broadcast has ended")).to_be_visible()
    way = page.get_by_role("link", name="Recording of")
    expect(way).to_have_attribute("href", "/s/summit-1/archive")
    page.goto(f"{audience_stub.url}/?ui=en")
    expect(page.locator(".group", has_text="Earlier")).to_contain_text("Recording")


def test_chapters_speak_the_readers_language(open_page: OpenPage, audience_stub: Stub) -> None:
    words = {"zh": {"name": "艾娃・諾瓦克", "city": "格丁尼亞", "country": "波蘭"}}
    who = {"name": "Ewa Nowak", "title": "Mayor", "city": "Gdynia", "country": "Poland"}
    asked = {"text": "Where will they land?", "translations": {"zh": "停靠何處？"}}
    audience_stub.archive = READY | {
        "chapters": [
            chapter("turn", 4_000, words=words, **who),
            chapter("question", 400_000, **asked),
        ]
    }
    page = open_page(f"{audience_stub.url}/s/summit-1/archive?ui=zh-Hant")
    turn, question = page.locator(".chapter.turn"), page.locator(".chapter.question")
    expect(turn.locator("b")).to_have_text("艾娃・諾瓦克")
    expect(turn.locator("small")).to_have_text("Ewa Nowak · Mayor · 格丁尼亞 · 波蘭")
    expect(question.locator("q")).to_have_text("停靠何處？")
    expect(question.locator("small").first).to_have_text("Where will they land?")
