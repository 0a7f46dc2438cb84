"""What the sound of a language costs: the audio thread alone, in virtual time.

    python -m benchmarks.bench_sound [--rounds 3] [--seconds 20]

Six delegates talk at once and hear one another, in one, two and four languages; each language but
the first has an interpreter who talks, and every stem of the recording is made.  Nothing here waits
for a clock, so other work on the machine hardly shows: use it to compare changes.
"""

import argparse
import time

from benchmarks import measure
from rotunda.demo.voice import speech
from streaming.mediatime import TICK_SAMPLES
from tests.streaming.sound.helpers import Studio, packets_of
from venue.ids import FLOOR_LANGUAGE, Language, SeatId
from venue.scene import Person, Scene

LANGUAGES = tuple(Language(tag) for tag in ("en", "zh", "fr", "es"))
DELEGATES = tuple(SeatId(f"delegate-{number}") for number in range(6))
TICKS_PER_S = 50
WARM_UP_TICKS = 100


def one_round(languages: tuple[Language, ...], seconds: int) -> float:
    """CPU milliseconds of the audio thread for a second of sound."""
    booths = {language: SeatId(f"booth-{language}") for language in languages[1:]}
    seats = (*DELEGATES, *booths.values())
    voices = {
        seat: packets_of(speech(95.0 + 17 * number, number)) for number, seat in enumerate(seats)
    }
    spoken = {seat: language for language, seat in booths.items()}
    scene = Scene(
        people={seat: Person(seat, language=spoken.get(seat, LANGUAGES[0])) for seat in seats},
        speaker=DELEGATES[0],
        open_microphones=frozenset(DELEGATES),
        booths=booths,
        languages=languages,
    )
    room = Deaf(languages, voices)
    for seat in seats:
        room.engine.add_listener(seat, seat, FLOOR_LANGUAGE)
    room.run(scene, WARM_UP_TICKS)
    began_s = time.thread_time()
    room.run(scene, seconds * TICKS_PER_S)
    return (time.thread_time() - began_s) / seconds * 1000


class Deaf(Studio):
    """A studio whose listeners decode nothing: that is their own CPU."""

    def _listen(self) -> None:
        self.frames.clear()
        self.packets.clear()


def main() -> None:
    """Run the rounds and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    rounds = [
        {
            f"languages{count}_cpu_ms": one_round(LANGUAGES[:count], options.seconds)
            for count in (1, 2, 4)
        }
        for _ in range(options.rounds)
    ]
    more = {"seconds": options.seconds, "tick_samples": TICK_SAMPLES}
    measure.report("sound", rounds, more)


if __name__ == "__main__":
    main()
