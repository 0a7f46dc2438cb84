"""Words in many scripts: runs, directions, line breaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageDraw

from streaming.picture.captions import Caption, CaptionPen, Card
from streaming.picture.drawing import Draughtsman
from streaming.picture.palette import colour_of
from streaming.picture.text import (
    Script,
    Typesetter,
    clean,
    initials,
    picture,
    right_to_left,
    runs,
    shorten,
    wrap,
)

pytestmark = pytest.mark.unit

PEN = Draughtsman(640, 360)
CAPTIONS = CaptionPen(640, 360)


def each_letter_ten(text: str) -> float:
    return 10.0 * len(text)


def test_a_line_splits_where_the_script_changes() -> None:
    assert [run.script for run in runs("陳其邁 Chen أحمد प्रिया")] == [
        Script.CJK,
        Script.LATIN,
        Script.ARABIC,
        Script.DEVANAGARI,
    ]


@given(st.text(max_size=60))
def test_runs_lose_no_letter(text: str) -> None:
    assert "".join(run.text for run in runs(text)) == text


def test_direction_follows_the_first_letter_that_has_one() -> None:
    assert right_to_left("12 أحمد Ahmed")
    assert not right_to_left("Ahmed أحمد")
    assert not right_to_left("2030")


def test_control_characters_and_line_feeds_do_not_reach_a_caption() -> None:
    assert clean("a\r\nb\tc\x00\x1b[31md") == "a b c[31md"


def test_marks_that_turn_a_line_around_are_taken_out_and_joiners_kept() -> None:
    assert clean("abc\u202edef\u2066") == "abcdef"
    assert clean("क\u200dष") == "क\u200dष"


def test_latin_breaks_at_spaces() -> None:
    assert wrap("the quick brown fox", each_letter_ten, 100, 4) == ["the quick", "brown fox"]


def test_chinese_breaks_between_any_two_letters_but_not_before_a_stop() -> None:
    lines = wrap("沿海城市應如何保護居民安全，之後呢？", each_letter_ten, 120, 4)
    assert len(lines) == 2
    assert not lines[1].startswith("，")


def test_an_opening_bracket_never_ends_a_line() -> None:
    lines = wrap("一二三四五六七八九「十」", each_letter_ten, 100, 4)
    assert not lines[0].endswith("「")


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert wrap("abcdefghijkl", each_letter_ten, 50, 4) == ["abcde", "fghij", "kl"]


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    lines = wrap("one two three four five six seven", each_letter_ten, 70, 2)
    assert lines == ["one two", "three…"]


@given(st.text(max_size=200), st.integers(40, 400), st.integers(1, 4))
def test_wrapped_lines_fit(text: str, width: int, most: int) -> None:
    lines = wrap(text, each_letter_ten, width, most)
    assert len(lines) <= most
    assert all(each_letter_ten(line) <= width for line in lines)


def test_a_short_line_is_left_alone() -> None:
    assert shorten("Gdynia", each_letter_ten, 60) == "Gdynia"
    assert shorten("Gdynia", each_letter_ten, 50) == "Gdyn…"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Aleksandra Dulkiewicz", "AD"),
        ("Sven", "S"),
        ("陳其邁", "陳"),
        ("أحمد المنصوري", "أ"),
        ("प्रिया शर्मा", "प्"),
        ("  ", "·"),
        ("41", "·"),
    ],
)
def test_initials_stand_for_a_name_in_its_own_script(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("text", ["Gdańsk", "高雄", "دبي", "मुंबई", "Київ", "Αθήνα"])
def test_every_script_has_its_letters_in_our_fonts(text: str) -> None:
    type_ = Typesetter()
    face = type_._face(runs(text)[0].script, 40, False)
    missing = bytes(face.getmask("\U0010fffe"))
    assert all(bytes(face.getmask(letter)) != missing for letter in text if letter.isalpha())


def test_a_theme_colour_that_cannot_be_read_becomes_ours() -> None:
    assert colour_of("#ff8000") == (255, 128, 0, 255)
    assert colour_of("red") == colour_of("#4aa8ff")


@given(st.text(max_size=80))
@settings(max_examples=40, deadline=None)
def test_whatever_people_write_can_be_drawn(text: str) -> None:
    accent = colour_of("#4aa8ff")
    both = (text, text)
    PEN.tag(both, 200)
    caption = Caption(text, text, text)
    badge = (("REMOTE", "遠端"), accent)
    for height in (78, 96, 148, 196):
        CAPTIONS.lower_third(300, height, caption, caption, badge, accent)
    PEN.card(222, 124, both, both, accent)
    PEN.slate(both, accent)
    CAPTIONS.question(800, 148, Card(both, text, 3), ("QUESTION", "觀眾提問"))


def test_signs_that_no_font_has_are_left_out_and_others_find_their_font() -> None:
    type_ = Typesetter()
    assert type_.known("Bravo 👍🏽 — ★ 陳") == "Bravo — ★ 陳"
    assert type_.home("★") is Script.CJK
    assert type_.home("—") is Script.LATIN


@pytest.mark.parametrize("height", [360, 720, 1080])
def test_drawings_have_even_sizes_at_every_height(height: int) -> None:
    pen, over = Draughtsman(height * 16 // 9, height), CaptionPen(height * 16 // 9, height)
    me = Caption("Name", "Mayor", "Gdynia")
    accent = colour_of("#4aa8ff")
    drawings = [
        over.live(),
        over.clock("3:08", "running"),
        pen.tag(("Tomé Carvalho", ""), 200),
        over.title(("Summit", "高峰會"), accent, scrim=True),
        over.next_speaker(("陳其邁", ""), ("NEXT", "下一位"), 400),
        pen.waiting(222, 124, ("Reconnecting", "重新連線中")),
        over.lower_third(600, 78, me, me, (("REMOTE", "遠端"), accent), accent),
        over.question(800, 148, Card(("Why? " * 90, ""), "Mina", 12_345), ("Q", "")),
    ]
    assert all(drawing.shape[0] % 2 == drawing.shape[1] % 2 == 0 for drawing in drawings)


def test_letters_stand_evenly_at_small_sizes() -> None:
    typesetter = Typesetter()
    drawing = picture(120, 24)
    typesetter.draw(ImageDraw.Draw(drawing), (4, 18), "l" * 20, 13, (255, 255, 255, 255))
    columns = np.asarray(drawing)[:, :, 3].sum(axis=0, dtype=float)
    step_px = typesetter.measure("l", 13)
    first_px = float((columns * np.arange(120)).sum() / columns.sum()) - 9.5 * step_px
    for number in range(20):
        centre = first_px + number * step_px
        near = np.arange(round(centre - step_px / 2), round(centre + step_px / 2) + 1)
        weights = columns[near] * np.clip(step_px / 2 + 0.5 - abs(near - centre), 0, 1)
        assert abs(float((weights * near).sum() / weights.sum()) - centre) < 0.25
