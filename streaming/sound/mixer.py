"""Who hears what: one bus a language, and for each open microphone the same without it.

A mix is a sum over the sources it holds, so a voice that must not be heard is not subtracted but
never added: nothing is left of it, whatever gain and limiter do to the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from streaming.packets import booth_stem, stems_of
from streaming.sound.languages import LanguageBuses, Lines
from streaming.sound.leveller import PROGRAM, Leveller
from streaming.sound.limiter import LookAheadLimiter, clip_softly
from streaming.sound.pcm import Block, Pcm
from streaming.sound.voices import Voices
from venue.ids import FLOOR_LANGUAGE, Language, SeatId
from venue.scene import Scene


@dataclass(frozen=True, slots=True)
class Mix:
    """One distinct sound: a language, less an acoustic group (None: nobody is taken out)."""

    language: Language
    without: str | None = None
    booth_only: bool = False
    """A stem: the booth as it is, without the floor."""

    @property
    def key(self) -> str:
        """Its name for senders."""
        return self.language if self.without is None else f"{self.language} without {self.without}"


def group_of(scene: Scene, seat: SeatId) -> str:
    """The acoustic group of a seat; alone, it is a group of its own."""
    person = scene.people.get(seat)
    return person.group if person is not None and person.group else str(seat)


@dataclass(frozen=True, slots=True)
class Mixed:
    """The sound of one tick."""

    programs: Mapping[Language, Pcm]
    """For the encoders of the outputs, stems included, ``limiter.DELAY_SAMPLES`` late."""
    mixes: Mapping[Mix, Pcm]


class Mixer:
    """From the contributions of the sources to programs and listeners' mixes."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self._languages = tuple(languages)
        self._buses = (FLOOR_LANGUAGE, *(one for one in languages if one != FLOOR_LANGUAGE))
        stems = stems_of(self._languages)
        self._booths = tuple(one for one in languages if booth_stem(one) in stems)
        self._names = (*self._buses, *(booth_stem(one) for one in self._booths))
        self._encoded = (*self._languages, *stems)
        self._trim = Leveller(PROGRAM, len(self._names))
        self._limiter = LookAheadLimiter(len(self._names))
        self.language_buses = LanguageBuses()

    def bus_of(self, language: Language) -> Language:
        """The bus that serves a language: the floor, while it has no sound of its own."""
        known = language in self._buses and self.language_buses.differs(language)
        return language if known else FLOOR_LANGUAGE

    def tick(
        self,
        scene: Scene,
        voices: Voices,
        sound: Block,
        lines: Mapping[Language, Lines],
        mixes: Sequence[Mix],
    ) -> Mixed:
        """Mix the contributions ``sound``, shape (rows, 960), of ``voices``."""
        stems = (Mix(one, booth_only=True) for one in self._booths)
        wanted = [*(Mix(bus) for bus in self._buses), *stems, *mixes]
        summed = _sum(wanted, scene, voices, sound, lines)
        count = len(self._names)
        gains = self._trim.gains(summed[:count])
        programs = self._limiter(summed[:count] * gains)
        rows = [self._buses.index(mix.language) for mix in mixes]
        heard = clip_softly(summed[count:] * gains[rows])
        return Mixed(
            {one: programs[self._names.index(one)] for one in self._encoded},
            dict(zip(mixes, heard, strict=True)),
        )


def _sum(
    mixes: Sequence[Mix],
    scene: Scene,
    voices: Voices,
    sound: Block,
    lines: Mapping[Language, Lines],
) -> Block:
    floor = np.zeros((len(mixes), len(sound)), np.float32)
    booth = np.zeros_like(floor)
    for seat, row in voices.seats.items():
        if not voices.sounds(seat):
            continue
        group, role = group_of(scene, seat), voices.role(seat)
        for index, mix in enumerate(mixes):
            if mix.without == group:
                continue
            if not role.booth_of:
                floor[index, row] = not mix.booth_only
            elif mix.language in role.booth_of:
                booth[index, row] = 1
    out: Block = floor @ sound
    for index, mix in enumerate(mixes):
        line = lines.get(mix.language)
        if mix.booth_only:
            out[index] = booth[index] @ sound
        elif line is not None:
            out[index] *= line.floor
            if booth[index].any():
                out[index] += (booth[index] @ sound) * line.booth
    return out
