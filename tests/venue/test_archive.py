"""Where turns, questions and breaks lie in the recording."""

import pytest

from tests.venue.table import CHAIR, viewer
from tests.venue.told import Told
from venue.archive import Archive, Chapter, Part, chapters_of, gaps_of, placed
from venue.ids import DurationMs, Instant
from venue.roles import SYSTEM

pytestmark = pytest.mark.unit

START = 1_000_000


def part(name: str, began_at: int, length_ms: int, *sounds: str) -> Part:
    return Part(name, Instant(began_at), DurationMs(length_ms), sounds)


def shown(chapters: tuple[Chapter, ...]) -> list[tuple[str, str, int, int]]:
    return [(one.kind, one.text or one.name, one.start - START, one.stop) for one in chapters]


def test_a_turn_is_one_chapter_from_its_first_word_to_its_last() -> None:
    table = Told()
    table.pass_ms(5_000)
    table.speech("gdynia", 10_000, 20_000, pause_ms=4_000)
    (chapter,) = chapters_of(table.story)
    assert (chapter.start - START, chapter.stop - START) == (5_000, 39_000)
    assert (chapter.name, chapter.city, chapter.country) == ("Ewa Nowak", "Gdynia", "Poland")


def test_a_speech_that_goes_on_lasts_as_long_as_the_journal_knows() -> None:
    table = Told()
    table.when(CHAIR, "floor.add_for", seat="gdynia")
    table.when(CHAIR, "floor.call")
    table.pass_ms(7_000)
    table.when(CHAIR, "floor.close")
    (chapter,) = chapters_of(table.story)
    assert chapter.stop - chapter.start == 7_000


def test_a_call_that_was_undone_is_no_chapter() -> None:
    table = Told()
    table.when(CHAIR, "floor.add_for", seat="gdynia")
    table.when(CHAIR, "floor.call")
    called = table.last_op()
    table.pass_ms(3_000)
    table.when(CHAIR, "floor.undo", command=called)
    assert chapters_of(table.story) == ()


def test_only_answered_questions_are_chapters_from_when_they_were_on_the_picture() -> None:
    table = Told()
    table.question("Where will the night ferries land?", 30_000)
    table.when(viewer(2), "question.submit", text="Will there be bicycles on them?")
    table.pass_ms(10_000)
    asked = next(iter(table.room.questions))
    table.when(CHAIR, "question.translate", question=asked, lang="zh", text="夜間渡輪停靠何處？")
    (chapter,) = chapters_of(table.story)
    assert chapter.kind == "question"
    assert (chapter.question, chapter.translations) == (asked, {"zh": "夜間渡輪停靠何處？"})
    assert chapter.text == "Where will the night ferries land?"
    assert (chapter.start - START, chapter.stop - START) == (0, 30_000)
    assert chapter.country == "Japan"


def test_the_slate_on_air_is_a_break_unless_it_was_a_cut() -> None:
    table = Told()
    for length_ms in (60_000, 5_000):
        table.when(CHAIR, "onair.start")
        table.when(CHAIR, "stage.scene", layout="slate")
        table.pass_ms(length_ms)
        table.when(CHAIR, "stage.scene", layout="auto")
    table.when(CHAIR, "onair.stop")
    table.when(CHAIR, "stage.scene", layout="slate")
    table.pass_ms(600_000)
    table.when(CHAIR, "stage.scene", layout="auto")
    assert shown(chapters_of(table.story)) == [("break", "", 0, START + 60_000)]


def test_chapters_lie_where_the_parts_hold_them() -> None:
    parts = (part("a", 10_000, 20_000), part("b", 40_000, 30_000))
    spans = {
        "before": (1_000, 9_000),
        "from before": (8_000, 12_000),
        "inside": (15_500, 18_000),
        "into the gap": (25_000, 35_000),
        "in the gap": (31_000, 39_000),
        "over the gap": (28_000, 45_000),
        "from the gap": (35_000, 41_000),
        "past the end": (69_000, 99_000),
        "after": (70_000, 99_000),
    }
    chapters = [
        Chapter("turn", Instant(start), Instant(stop), name=name)
        for name, (start, stop) in spans.items()
    ]
    found = {one.chapter.name: (one.at_ms, one.until_ms) for one in placed(chapters, parts)}
    assert found == {
        "from before": (0, 2_000),
        "inside": (5_500, 8_000),
        "into the gap": (15_000, 20_000),
        "over the gap": (18_000, 25_000),
        "from the gap": (20_000, 21_000),
        "past the end": (49_000, 50_000),
    }


def test_gaps_say_what_is_missing_and_small_ones_are_none() -> None:
    parts = (part("a", 0, 10_000), part("b", 10_400, 5_000), part("c", 60_000, 5_000))
    (gap,) = gaps_of(parts)
    assert (gap.at_ms, gap.since, gap.missing_ms) == (15_000, 15_400, 44_600)


def test_an_archive_has_the_sounds_and_the_length_of_all_its_parts() -> None:
    parts = (part("a", 0, 10_000, "en", "floor"), part("b", 20_000, 5_000, "en", "fr"))
    archive = Archive(parts)
    assert archive.sounds == ("en", "floor", "fr")
    assert archive.length_ms == 15_000


def test_a_story_knows_who_interpreted_and_what_became_of_a_target() -> None:
    table = Told()
    table.when(CHAIR, "onair.start")
    steps: list[tuple[str, int, str | None]] = [
        ("starting", 0, None),
        ("running", 100, None),
        ("retrying", 100, "output.lost"),
        ("running", 150, None),
        ("running", 50, None),
        ("finished", 80, None),
    ]
    for state, sent_bytes, error in steps:
        table.pass_ms(1_000)
        body = {"output": "hls", "state": state, "sent_bytes": sent_bytes, "error": error}
        table.when(SYSTEM, "output.state", **body)
    output = next(iter(table.story.outputs.values()))
    assert output.drops == 1
    assert output.sent_bytes == 230
    assert dict(output.errors) == {"output.lost": 1}
    up = [one.stop - one.start for one in table.story.of("output:hls")]
    assert up == [1_000, 2_000]
