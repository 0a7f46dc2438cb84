"""Captions in one language and in two."""

import numpy as np
import pytest

from streaming.picture.captions import Caption, CaptionPen, Card
from streaming.picture.labels import labels_in
from streaming.picture.layout import arrange
from streaming.picture.palette import colour_of
from venue.ids import Language, SeatId
from venue.scene import Layout

pytestmark = pytest.mark.unit

PEN = CaptionPen(1280, 720)
ACCENT = colour_of("#4aa8ff")
EWA = Caption("Ewa Nowak", "Deputy Mayor", "Gdynia · Poland")
EWA_IN_CHINESE = Caption("艾娃・諾瓦克", "副市長", "格丁尼亞 · 波蘭")


def inked_rows(drawing: "np.typing.NDArray[np.uint8]", left_px: int) -> int:
    """How many rows of pixels right of ``left_px`` have something bright in them."""
    return int((drawing[:, left_px:, :3].min(axis=2) > 150).any(axis=1).sum())


def test_both_names_stand_side_by_side_where_there_is_room_and_only_one_where_not() -> None:
    sizes = (31, 24)
    assert PEN._pair(("Ewa Nowak", "艾娃"), sizes, 600) == ("Ewa Nowak   艾娃", 31, "")
    assert PEN._pair(("Ewa Nowak", "艾娃"), sizes, 170) == ("Ewa Nowak", 31, "艾娃")
    assert PEN._pair(("", "艾娃"), sizes, 600) == ("艾娃", 31, "")


@pytest.mark.parametrize(("width", "height"), [(760, 96), (412, 148)])
def test_the_second_language_has_a_line_of_its_own(width: int, height: int) -> None:
    alone = PEN.lower_third(width, height, EWA, Caption(), None, ACCENT)
    both = PEN.lower_third(width, height, EWA, EWA_IN_CHINESE, None, ACCENT)
    assert inked_rows(both, 20) > inked_rows(alone, 20) + 8


def test_a_translated_question_is_shown_under_the_question() -> None:
    label = ("QUESTION", "觀眾提問")
    alone = PEN.question(800, 196, Card(("How?", ""), "", 3), label)
    both = PEN.question(800, 196, Card(("How?", "如何？"), "", 3), label)
    assert inked_rows(both, 180) > inked_rows(alone, 180) + 8


def test_two_long_texts_are_cut_so_that_both_are_seen() -> None:
    blocks, _size = PEN._set_texts(["word " * 80, "字" * 200], 600, 150)
    assert len(blocks) == 2
    assert all(block and block[-1].endswith("…") for block in blocks)


def test_our_own_words_are_in_the_language_of_the_picture_or_in_english() -> None:
    assert labels_in(Language("zh-Hant")).next == "下一位"
    assert labels_in(Language("pt-BR")).question == "PERGUNTA"
    assert labels_in(Language("cy")) == labels_in(Language("en"))


@pytest.mark.parametrize("question", [True, False])
def test_captions_in_two_languages_have_more_room(question: bool) -> None:
    seats = [SeatId("a"), SeatId("b")]
    one, two = (
        arrange(Layout.GALLERY, seats, 1280, 720, question=question, bilingual=bilingual)
        for bilingual in (False, True)
    )
    assert two.bottom.height_px > one.bottom.height_px
    assert all(tile.rect.bottom_px < two.bottom.y_px for tile in two.tiles)
