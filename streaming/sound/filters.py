"""Recursive filters for many signals at once, without a loop over samples.

A second-order section is a linear system of two states, so a run of samples is a product of
matrices: the output is `x H` (what the run itself causes) plus `s G` (what the past causes).
A tick is cut into runs; the states between them are one more, small product.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from streaming.mediatime import SAMPLE_RATE_HZ, TICK_SAMPLES
from streaming.sound.pcm import Block

RUN_SAMPLES: Final = 48
_RUNS: Final = TICK_SAMPLES // RUN_SAMPLES


@dataclass(frozen=True, slots=True)
class Section:
    """A biquad: ``b`` over ``1, a1, a2``."""

    b: tuple[float, float, float]
    a: tuple[float, float]


def high_pass(corner_hz: float) -> Section:
    """Second-order Butterworth high-pass."""
    k = math.tan(math.pi * corner_hz / SAMPLE_RATE_HZ)
    norm = 1 / (1 + math.sqrt(2) * k + k * k)
    return Section(
        (norm, -2 * norm, norm), (2 * (k * k - 1) * norm, (1 - math.sqrt(2) * k + k * k) * norm)
    )


K_WEIGHTING: Final = (
    Section(
        (1.53512485958697, -2.69169619938640, 1.19839281085285),
        (-1.69065929318241, 0.73248077421585),
    ),
    Section((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
)
"""ITU-R BS.1770: the ear's curve, for 48 kHz."""


_Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _RunMatrices:
    """A chain of sections, for a run of samples at a time."""

    order: int
    own: Block
    """From a run's samples to its output."""
    past: Block
    """From the state before a run to its output."""
    into: Block
    """From a run's samples to the state behind it."""
    between: _Matrix


class Filter:
    """A chain of sections over ``signals`` rows, each with its own memory."""

    def __init__(self, sections: tuple[Section, ...], signals: int) -> None:
        self._runs = _runs_of(sections)
        self._state = np.zeros((signals, self._runs.order))

    def forget(self, row: int) -> None:
        """Clear the memory of one row."""
        self._state[row] = 0

    def __call__(self, sound: Block) -> Block:
        """Filter one tick of the first rows: shape (rows, 960) to the same."""
        rows = len(sound)
        runs = sound.reshape(rows, _RUNS, RUN_SAMPLES)
        # Three-dimensional products stay below the size at which BLAS would wake its threads.
        by, order = self._runs, self._runs.order
        out = runs @ by.own
        steps = (runs @ by.into).reshape(rows, _RUNS * order)
        states = np.concatenate((self._state[:rows], steps), axis=1) @ by.between
        self._state[:rows] = states[:, -order:]
        before = states[:, :-order].reshape(rows, _RUNS, order)
        out += before.astype(np.float32) @ by.past
        return out.reshape(rows, TICK_SAMPLES)


@lru_cache(maxsize=8)
def _runs_of(sections: tuple[Section, ...]) -> _RunMatrices:
    """Made once for a chain: that takes as long as filtering seconds of sound."""
    a, b, c, d = _cascade(sections)
    order = len(a)
    powers = [np.eye(order)]
    for _ in range(RUN_SAMPLES):
        powers.append(powers[-1] @ a)
    impulse = [d, *(float((c @ powers[k] @ b)[0, 0]) for k in range(RUN_SAMPLES - 1))]
    toeplitz = np.zeros((RUN_SAMPLES, RUN_SAMPLES))
    for delay, value in enumerate(impulse):
        toeplitz += np.diag(np.full(RUN_SAMPLES - delay, value), delay)
    past = np.vstack([c @ powers[k] for k in range(RUN_SAMPLES)]).T
    into = np.hstack([powers[RUN_SAMPLES - 1 - k] @ b for k in range(RUN_SAMPLES)]).T
    return _RunMatrices(
        order,
        own=toeplitz.astype(np.float32),
        past=past.astype(np.float32),
        into=into.astype(np.float32),
        between=_between_runs(powers[RUN_SAMPLES].T),
    )


def _between_runs(carry: _Matrix) -> _Matrix:
    """From the first state and what each run adds, to the state before each run and after all."""
    order = len(carry)
    matrix = np.zeros((order * (_RUNS + 1), order * (_RUNS + 1)))
    for source in range(_RUNS + 1):
        block = np.eye(order)
        for target in range(source, _RUNS + 1):
            rows = slice(source * order, (source + 1) * order)
            matrix[rows, target * order : (target + 1) * order] = block
            block = block @ carry
    return matrix


def _cascade(sections: tuple[Section, ...]) -> tuple[_Matrix, _Matrix, _Matrix, float]:
    """The chain as one state space: next = A s + B x, output = C s + D x."""
    a, b, c, d = np.zeros((0, 0)), np.zeros((0, 1)), np.zeros((1, 0)), 1.0
    for section in sections:
        b0, b1, b2 = section.b
        a1, a2 = section.a
        own = np.array([[-a1, 1.0], [-a2, 0.0]])
        entry = np.array([[b1 - a1 * b0], [b2 - a2 * b0]])
        grown = np.zeros((len(a) + 2, len(a) + 2))
        grown[: len(a), : len(a)] = a
        grown[len(a) :, len(a) :] = own
        grown[len(a) :, : len(a)] = entry @ c
        a = grown
        b = np.vstack((b, entry * d))
        c = np.hstack((b0 * c, np.array([[1.0, 0.0]])))
        d *= b0
    return a, b, c, d
