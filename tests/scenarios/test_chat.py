"""Chat and captions of a show in two languages, while our processes are killed under them."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rotunda.demo.link import View
from tests.fakes.youtube.api_chat import say
from tests.harness.product import eventually
from tests.harness.show import LANGUAGES, STEP_S, TOML, Show, ShowDesk, running_show
from tests.harness.table import PATIENCE_S

pytestmark = [pytest.mark.media, pytest.mark.soak, pytest.mark.timeout(600)]

GUEST = "UCguestguestguestguest00"
BESIDE = "chat = true\nchat_post = true\ncaptions = true\n"


def short_show() -> str:
    """A session that ends soon: there is quota enough to read its chats often."""
    now_ms = int(time.time() * 1000)
    times = f'captions = ["en", "zh"]\nstarts_at = {now_ms}\nends_at = {now_ms + 1_800_000}\n'
    return TOML.replace("public = false\n", f"public = false\n{times}") + BESIDE


def write(show: Show, lang: str, text: str) -> None:
    chat = show.broadcast(lang).chat_id
    author = f"{GUEST}{text}"  # many people, so that nobody asks too much
    show.standin.run(lambda: say(show.standin.state, chat, text, author, "Lia"))


def posted(show: Show, lang: str) -> list[str]:
    """What our channel has written into its chat."""
    chat, ours = show.broadcast(lang).chat_id, show.channel(lang)
    said = show.standin.run(lambda: list(show.standin.state.chats[chat]))
    return [one.text for one in said if one.author_channel == ours]


def texts(view: View) -> list[str]:
    return [str(one["text"]) for one in view["questions"]]


async def asked(desk: ShowDesk, *wanted: str) -> None:
    """Wait until all of them are at the desk."""
    await desk.link.until(lambda view: set(wanted) <= set(texts(view)), STEP_S, str(wanted))


async def on_picture(desk: ShowDesk, text: str) -> None:
    question = next(one for one in desk.link.view["questions"] if one["text"] == text)
    body = {"question": question["question"]}
    await desk.link.command("question.approve", {**body, "version": question["version"]})
    await desk.link.command("question.live", body)


def has(about: str, code: str) -> Callable[[dict[str, dict[str, Any]]], bool]:
    def said(seen: dict[str, dict[str, Any]]) -> bool:
        return all(
            any((one["about"], one["code"]) == (about, code) for one in seen[lang]["remarks"])
            for lang in LANGUAGES
        )

    return said


def test_questions_posts_and_captions_survive_kills_each_once(tmp_path: Path) -> None:
    with running_show(tmp_path, session=short_show()) as show:
        asyncio.run(evening(show))
        log = show.product.log()
        assert show.stream("en").key not in log
        assert GUEST not in log
        assert "Lia" not in log


async def evening(show: Show) -> None:
    async with show.desk() as desk:
        await desk.link.command("broadcast.live", {"expect": "unlisted"})
        await desk.until(has("captions", "youtube.captions_ready"), "captions", 90.0)
        await desk.until(has("chat", "youtube.chat_reading"), "chats")
        await questions(show, desk)
        await posts(show, desk)
        await captions(show, desk)
        assert show.lifecycles() == {"en": ["live"], "zh": ["live"]}


async def questions(show: Show, desk: ShowDesk) -> None:
    """Streaming is killed while a page is on its way, signaling with it."""
    write(show, "en", "Who pays for the ferries?")
    write(show, "zh", "渡輪的經費從哪裡來，誰付？")
    await asked(desk, "Who pays for the ferries?", "渡輪的經費從哪裡來，誰付？")
    for number, what in enumerate(("-m streaming", "-m signaling")):
        read = show.standin.log.count("liveChatMessages.list")
        write(show, "en", f"Question number {number}?")
        await eventually(
            lambda read=read: show.standin.log.count("liveChatMessages.list") > read, STEP_S, "read"
        )
        show.product.kill(what)
        await asked(desk, f"Question number {number}?")
    assert sorted(texts(desk.link.view)) == sorted(set(texts(desk.link.view)))
    assert {one["origin"] for one in desk.link.view["questions"]} == {"youtube"}


async def posts(show: Show, desk: ShowDesk) -> None:
    await on_picture(desk, "Who pays for the ferries?")
    expected = ["Who pays for the ferries?"]
    await eventually(lambda: posted(show, "en") == posted(show, "zh") == expected, 60, "posted")
    # YouTube takes it, and we are gone before it says so.
    show.standin.run(lambda: show.standin.faults.add("hang", "liveChatMessages.insert", count=2))
    await on_picture(desk, "Question number 0?")
    inserts = show.standin.log
    await eventually(lambda: inserts.count("liveChatMessages.insert") == 4, STEP_S, "on their way")
    show.product.kill("-m streaming")
    read = show.standin.log.count("liveChatMessages.list")
    await eventually(
        lambda: show.standin.log.count("liveChatMessages.list") > read + 3, STEP_S, "read again"
    )
    assert inserts.count("liveChatMessages.insert") == 4
    await on_picture(desk, "Question number 1?")
    expected.append("Question number 1?")
    await eventually(lambda: posted(show, "en") == posted(show, "zh") == expected, 60, "the next")


async def captions(show: Show, desk: ShowDesk) -> None:
    def shown() -> list[str]:
        return [one.text for one in show.stream("en").captions]

    for number in range(1, 13):
        await desk.link.command("caption.say", {"lang": "en", "text": f"Line {number}"})
        if number == 6:
            show.product.kill("-m streaming")
    expected = [f"Line {number}" for number in range(1, 13)]
    await eventually(lambda: shown()[-1:] == expected[-1:], PATIENCE_S * 2, "the last line")
    assert shown() == expected
    numbers = sorted({one.seq for one in show.stream("en").captions})
    assert numbers == list(range(1, len(numbers) + 1))
