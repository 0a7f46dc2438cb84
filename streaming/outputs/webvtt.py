"""Captions as WebVTT: segments beside those of HLS, and a file beside a recording.  Pure."""

from collections import deque
from typing import Final

from streaming.mediatime import VIDEO_CLOCK_HZ
from streaming.packets import Caption
from venue.ids import Language
from venue.webvtt import ABOVE_NAMES_LINES, Cue, document

MOST_CUES: Final = 64
_READ_S: Final = 1.5
_READ_S_A_CHARACTER: Final = 0.06
_MOST_S: Final = 7.0


def reading_s(text: str) -> float:
    """How long a line should stand."""
    wide = sum(ord(character) >= 0x2E80 for character in text)
    characters = len(text) + 2 * wide  # one of these is read as slowly as three letters
    return min(_MOST_S, _READ_S + _READ_S_A_CHARACTER * characters)


class CueList:
    """The cues of one language; a new line takes the place of the one before."""

    def __init__(self) -> None:
        self._cues: deque[Cue] = deque(maxlen=MOST_CUES)
        self._open_s = 0.0

    def take(self, caption: Caption) -> None:
        """Show a line from its time on, or from where nothing has been written yet."""
        newest_s = self._cues[-1].begin_s if self._cues else 0.0
        begin_s = max(caption.at / VIDEO_CLOCK_HZ, self._open_s, newest_s)
        if self._cues and self._cues[-1].end_s > begin_s:
            last = self._cues.pop()
            if last.begin_s < begin_s:
                self._cues.append(Cue(last.begin_s, begin_s, last.text))
        self._cues.append(Cue(begin_s, begin_s + reading_s(caption.text), caption.text))

    def segment(self, begin_s: float, end_s: float) -> str:
        """The WebVTT segment of a stretch of media time; it will not be written again.

        It holds of each line only what lies in the stretch.  Whether the next line cuts it short is
        not known yet, and players take one line with two ends for two lines, and show both.
        """
        self._open_s = max(self._open_s, end_s)
        shown = [
            Cue(max(cue.begin_s, begin_s), min(cue.end_s, end_s), cue.text)
            for cue in self._cues
            if cue.begin_s < end_s and cue.end_s > begin_s
        ]
        while self._cues and self._cues[0].end_s <= begin_s:
            self._cues.popleft()
        clock = "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0"
        return document(shown, clock, ABOVE_NAMES_LINES)


class CaptionTracks:
    """The cues of every language."""

    def __init__(self, languages: tuple[Language, ...]) -> None:
        self._lists = {language: CueList() for language in languages}

    def take(self, caption: Caption) -> None:
        """Take a line; one in a language that is not ours is nobody's."""
        if caption.language in self._lists:
            self._lists[caption.language].take(caption)

    def segment(self, language: Language, begin_s: float, end_s: float) -> str:
        """The segment of one language."""
        return self._lists[language].segment(begin_s, end_s)
