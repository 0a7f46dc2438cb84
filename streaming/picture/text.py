"""Words in any script: which font, how wide, where a line breaks.

Fonts come from the wheels this project depends on.  Pillow shapes with HarfBuzz where its wheel
has raqm, else with its basic layout; runs of one script are drawn one after the other.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, floor

import fontpkg
import noto_cjk_sans_otc
from PIL import Image, ImageDraw, ImageFont

TRADITIONAL_CHINESE = 3
"""Index of the Traditional Chinese face in the collection."""

_BASE_DIRECTION_RTL = frozenset({"R", "AL"})
_BASE_DIRECTION_LTR = frozenset({"L"})

_JOINERS = frozenset("\u200c\u200d")
"""Format characters that scripts need; all others could turn or hide the rest of a line."""

_NEVER_FIRST = frozenset("，。、；：？！」』）】》〉…,.;:?!)]}%”’・ー～")
_NEVER_LAST = frozenset("「『（【《〈([{“‘")


class Script(StrEnum):
    """The fonts at hand."""

    LATIN = "latin"
    CJK = "cjk"
    ARABIC = "arabic"
    DEVANAGARI = "devanagari"


MOST_FACES = 96
MOST_SIGNS = 4096

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x08A0, 0x08FF, Script.ARABIC),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x1100, 0x11FF, Script.CJK),
    (0x2E80, 0x9FFF, Script.CJK),
    (0xA8E0, 0xA8FF, Script.DEVANAGARI),
    (0xAC00, 0xD7FF, Script.CJK),
    (0xF900, 0xFAFF, Script.CJK),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE30, 0xFE4F, Script.CJK),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0xFF00, 0xFFEF, Script.CJK),
    (0x20000, 0x323AF, Script.CJK),
)


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one script."""

    text: str
    script: Script


@dataclass(frozen=True, slots=True)
class Line:
    """One line to draw, already fitted."""

    text: str
    width_px: float


def stepped(size_px: int) -> int:
    """The nearest size that faces are opened at: few, because a new face is slow to begin."""
    step = 1 if size_px < 16 else 2 if size_px < 32 else 4 if size_px < 64 else 8
    return size_px // step * step


def oversampling(size_px: int) -> int:
    """How many times larger letters are drawn than they are shown.

    FreeType rounds each step to a whole pixel: at small sizes gaps open within words.
    """
    return 4 if size_px < 24 else 2


def script_of(letter: str) -> Script | None:
    """The script of a letter; None for what goes with its neighbours (spaces, signs, digits)."""
    code = ord(letter)
    if code >= 0x0600:
        for first, last, script in _RANGES:
            if first <= code <= last:
                return script
    if letter.isalpha():
        return Script.LATIN
    return None


def runs(text: str) -> list[Run]:
    """Split a line where the script changes; neutral signs stay with the run before them."""
    found: list[Run] = []
    for letter in text:
        script = script_of(letter)
        if found and (script is None or script == found[-1].script):
            found[-1] = Run(found[-1].text + letter, found[-1].script)
        else:
            found.append(Run(letter, script or Script.LATIN))
    return found


def right_to_left(text: str) -> bool:
    """True if the first letter with a direction runs from right to left."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _BASE_DIRECTION_RTL:
            return True
        if kind in _BASE_DIRECTION_LTR:
            return False
    return False


def clean(text: str) -> str:
    """One line without control characters: what people type must not break a caption."""
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    kept = "".join(
        letter
        for letter in spaced
        if letter in _JOINERS or not unicodedata.category(letter).startswith("C")
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def initials(name: str) -> str:
    """One or two letters that stand for a person, in the script of the name."""
    words = [word for word in clean(name).split(" ") if word and word[0].isalpha()]
    if not words:
        return "·"
    if script_of(words[0][0]) is not Script.LATIN:
        return _first_letter(words[0])
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper() if all(letter.isalpha() for letter in letters) else words[0][0].upper()


def _first_letter(word: str) -> str:
    """The first letter with the marks that sit on it."""
    marks = 1
    while marks < len(word) and not word[marks].isalpha() and marks < 3:
        marks += 1
    return word[:marks]


def _units(text: str) -> Iterator[str]:
    """The pieces between which a line may break, each with the space that follows it."""
    piece = ""
    for at, letter in enumerate(text):
        piece += letter
        following = text[at + 1] if at + 1 < len(text) else ""
        if not following:
            break
        ideographic = Script.CJK in (script_of(letter), script_of(following))
        breakable = letter == " " or (ideographic and following != " ")
        if breakable and following not in _NEVER_FIRST and letter not in _NEVER_LAST:
            yield piece
            piece = ""
    if piece:
        yield piece


def wrap(text: str, measure: Callable[[str], float], width_px: float, most: int) -> list[str]:
    """Break text into at most ``most`` lines no wider than ``width_px``; the rest becomes "…"."""
    lines: list[str] = []
    line = ""
    for unit in _units(clean(text)):
        if measure((line + unit).rstrip()) <= width_px:
            line += unit
            continue
        if line:
            lines.append(line)
        line = unit
        while measure(line.rstrip()) > width_px and len(line) > 1:
            head = _longest(line, measure, width_px)
            lines.append(line[:head])
            line = line[head:]
    if line:
        lines.append(line)
    whole = [one.rstrip() for one in lines]
    if len(lines) <= most:
        return whole
    return [*whole[: most - 1], shorten("".join(lines[most - 1 :]), measure, width_px, cut=True)]


def _longest(text: str, measure: Callable[[str], float], width_px: float) -> int:
    """How many letters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width_px:
            low = middle
        else:
            high = middle - 1
    return low


def shorten(
    text: str, measure: Callable[[str], float], width_px: float, *, cut: bool = False
) -> str:
    """The text, or as much of it as fits, ended by "…"."""
    if not cut and measure(text) <= width_px:
        return text
    fits = _longest(text, lambda part: measure(part.rstrip() + "…"), width_px)
    return text[:fits].rstrip(" ,.;:，。、；：") + "…"


@dataclass(slots=True)
class Typesetter:
    """Measures and draws lines.  Not for more than one thread: font faces are not."""

    _faces: dict[tuple[Script, int, bool], ImageFont.FreeTypeFont] = field(default_factory=dict)
    _home: dict[str, Script | None] = field(default_factory=dict)
    """Which font has a sign that no script claims; None: neither has it."""

    def _face(self, script: Script, size_px: int, bold: bool) -> ImageFont.FreeTypeFont:
        size_px = stepped(size_px)
        key = (script, size_px, bold and script is not Script.CJK)
        face = self._faces.get(key)
        if face is None:
            if len(self._faces) >= MOST_FACES:
                self._faces.clear()
            face = self._faces[key] = _open(script, size_px * oversampling(size_px), bold)
        return face

    def _length(self, run: Run, size_px: int, bold: bool) -> float:
        """Width of a run in pixels of the picture."""
        scale = oversampling(stepped(size_px))
        return self._face(run.script, size_px, bold).getlength(run.text) / scale

    def warm(self, sizes_px: Sequence[int]) -> None:
        """Draw one letter of each face: its first one takes FreeType 15 ms, and holds the GIL."""
        for size_px in sizes_px:
            for bold in (False, True):
                self._face(Script.LATIN, size_px, bold).getmask("o")
            self._face(Script.CJK, size_px, False).getmask("口")

    def measure(self, text: str, size_px: int, *, bold: bool = False) -> float:
        """Width of a line in pixels."""
        return sum(self._length(run, size_px, bold) for run in runs(text))

    def draw(
        self,
        onto: ImageDraw.ImageDraw,
        place: tuple[float, float],
        text: str,
        size_px: int,
        colour: tuple[int, int, int, int],
        *,
        bold: bool = False,
    ) -> float:
        """Draw a line with its baseline's left end at ``place``; gives its width."""
        x, baseline = place
        ordered: Sequence[Run] = self._runs(text)
        if right_to_left(text):
            ordered = list(reversed(ordered))
        for run in ordered:
            self._stamp(onto, (x, baseline), run, size_px, colour, bold)
            x += self._length(run, size_px, bold)
        return x - place[0]

    def _stamp(
        self,
        onto: ImageDraw.ImageDraw,
        place: tuple[float, float],
        run: Run,
        size_px: int,
        colour: tuple[int, int, int, int],
        bold: bool,
    ) -> None:
        """Draw a run large and put it down small, to a fraction of a pixel."""
        face = self._face(run.script, size_px, bold)
        scale = oversampling(stepped(size_px))
        # The collection has one weight, so a bold ideograph is a thicker stroke.
        stroke = scale * size_px / 80 if bold and run.script is Script.CJK else 0
        box = face.getbbox(run.text, anchor="ls", stroke_width=stroke)
        x, baseline = place
        left, top = floor(x + box[0] / scale), floor(baseline + box[1] / scale)
        right, bottom = ceil(x + box[2] / scale), ceil(baseline + box[3] / scale)
        if right <= left or bottom <= top:
            return
        large = Image.new("L", ((right - left) * scale, (bottom - top) * scale))
        origin = (x - left) * scale, (baseline - top) * scale
        ImageDraw.Draw(large).text(origin, run.text, 255, face, anchor="ls", stroke_width=stroke)
        onto.bitmap((left, top), large.reduce(scale), colour)

    def home(self, letter: str) -> Script | None:
        """The font that has a sign, so that no empty box goes on air."""
        if letter not in self._home:
            if len(self._home) >= MOST_SIGNS:
                self._home.clear()
            self._home[letter] = next(
                (script for script in (Script.LATIN, Script.CJK) if self._has(script, letter)), None
            )
        return self._home[letter]

    def _has(self, script: Script, letter: str) -> bool:
        face = self._face(script, 20, False)
        # The box of a code point that Unicode will never assign is the box of a missing sign.
        return bytes(face.getmask(letter)) != bytes(face.getmask("\uffff"))

    def known(self, text: str) -> str:
        """Clean text without the signs that our fonts lack: emoji, rare scripts."""
        return clean("".join(map(self._known_letter, clean(text))))

    def _known_letter(self, letter: str) -> str:
        if letter < "\u2000" or letter in _JOINERS or script_of(letter) not in (None, Script.LATIN):
            return letter
        return letter if self.home(letter) is not None else ""

    def _runs(self, text: str) -> list[Run]:
        """Runs of fonts: as ``runs``, but a sign that Noto Sans lacks goes to the Chinese font."""
        found: list[Run] = []
        for run in runs(text):
            for letter in run.text:
                script = run.script
                if letter >= "\u2000" and script is Script.LATIN:
                    script = self.home(letter) or script
                if found and found[-1].script is script:
                    found[-1] = Run(found[-1].text + letter, script)
                else:
                    found.append(Run(letter, script))
        return found

    def shorten(self, text: str, size_px: int, width_px: float, *, bold: bool = False) -> str:
        """One clean line that fits."""
        return shorten(
            self.known(text), lambda part: self.measure(part, size_px, bold=bold), width_px
        )

    def fit(
        self, text: str, sizes_px: Sequence[int], width_px: float, *, bold: bool = False
    ) -> tuple[str, int]:
        """The line at the largest size that holds it, else cut at the smallest."""
        line = self.known(text)
        for size_px in sizes_px:
            if self.measure(line, size_px, bold=bold) <= width_px:
                return line, size_px
        return self.shorten(line, sizes_px[-1], width_px, bold=bold), sizes_px[-1]

    def wrap(
        self, text: str, size_px: int, width_px: float, most: int, *, bold: bool = False
    ) -> list[str]:
        """Break text into lines."""
        return wrap(
            self.known(text), lambda part: self.measure(part, size_px, bold=bold), width_px, most
        )


def _open(script: Script, size_px: int, bold: bool) -> ImageFont.FreeTypeFont:
    """Load one face of the wheels."""
    if script is Script.CJK:
        # By path, so that FreeType maps the 19 MB collection instead of reading it once a size.
        path = str(noto_cjk_sans_otc.FONT_PATH)
        return ImageFont.truetype(path, size_px, index=TRADITIONAL_CHINESE)
    family = {
        Script.LATIN: "Noto Sans",
        Script.ARABIC: "Noto Sans Arabic",
        Script.DEVANAGARI: "Noto Sans Devanagari",
    }[script]
    face = ImageFont.truetype(str(fontpkg.path(family)), size_px)
    face.set_variation_by_axes([650 if bold else 430, 100])
    return face


def picture(width_px: int, height_px: int) -> Image.Image:
    """An empty drawing."""
    return Image.new("RGBA", (width_px, height_px), (0, 0, 0, 0))
