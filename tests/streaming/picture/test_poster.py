"""The picture that announces a session: whole, in any script, and clear of YouTube's badge."""

import io

import numpy as np
import pytest
from PIL import Image

from streaming.picture.poster import HEIGHT_PX, MOST_BYTES, WIDTH_PX, jpeg_of
from streaming.picture.words import Words

pytestmark = pytest.mark.unit

BADGE_PX = (220, 70)
"""The lower right corner, where YouTube says how long or that it is live."""
WHITE = 225


def drawn(words: Words) -> np.ndarray:
    """Brightness of each pixel, from the JPEG."""
    coded = jpeg_of(words)
    assert len(coded) < MOST_BYTES
    with Image.open(io.BytesIO(coded)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (WIDTH_PX, HEIGHT_PX))
        return np.asarray(picture.convert("L"))


@pytest.mark.parametrize(
    ("title", "city"),
    [
        ("Cities by the Water: a roundtable of mayors", "Porto"),
        ("臨水之城：市長圓桌會議", "波多"),
        ("مدن على الماء: مائدة مستديرة لرؤساء البلديات", "بورتو"),
        ("जल के किनारे के शहर: महापौरों का गोलमेज सम्मेलन", "पोर्टो"),
        ("W" * 100, "W" * 120),
        ("市" * 100, "市" * 120),
        ("Zusammenkunft " * 7, ""),
        ("", ""),
    ],
)
def test_all_words_are_on_it_and_nothing_at_its_edges(title: str, city: str) -> None:
    bright = drawn(Words(title, "Saturday, 21 November 2026", city, "English", "#2c5b3f")) > WHITE
    rows, columns = np.nonzero(bright)
    assert columns.min() >= 40
    assert columns.max() <= WIDTH_PX - 40
    assert rows.min() >= 40
    assert rows.max() <= HEIGHT_PX - 30
    assert not bright[-BADGE_PX[1] :, -BADGE_PX[0] :].any()


def test_the_session_s_colour_is_seen() -> None:
    green, red = (
        np.asarray(Image.open(io.BytesIO(jpeg_of(Words("Summit", accent=accent)))))
        for accent in ("#20c060", "#c02040")
    )
    assert green[:, :10, 1].mean() > green[:, :10, 0].mean() + 80
    assert red[:, :10, 0].mean() > red[:, :10, 1].mean() + 80
