"""Keep peaks under a ceiling, for several signals at once.

Gain is a line between edges one millisecond apart.  An edge looks ``look_ahead`` pieces ahead, so
the gain is down before the peak arrives; without look-ahead (listeners, who care for delay) it
falls within the piece and the rest is clipped.
"""

from typing import Final

import numpy as np

from streaming.mediatime import TICK_SAMPLES
from streaming.sound.pcm import Block

PIECE_SAMPLES: Final = 48
LOOK_AHEAD: Final = 5
DELAY_SAMPLES: Final = LOOK_AHEAD * PIECE_SAMPLES
CEILING: Final = np.float32(10 ** (-3.0 / 20))
"""-3 dBFS by estimate: the codec and what lies between samples take their part up to -1.5 dBTP."""
_RELEASE_PER_PIECE: Final = 0.004
_PIECES: Final = TICK_SAMPLES // PIECE_SAMPLES

# Half-band interpolator: what the signal does between two samples.
_HALF: Final = np.array([-0.0105, 0.0465, -0.1525, 0.6165], np.float32)
_ALONG = (np.arange(PIECE_SAMPLES) / PIECE_SAMPLES).astype(np.float32)


def piece_peaks(sound: Block) -> Block:
    """Estimated true peak of each piece: shape (rows, 48 k) to (rows, k)."""
    rows, samples = sound.shape
    peaks: Block = np.abs(sound).reshape(rows, samples // PIECE_SAMPLES, PIECE_SAMPLES).max(axis=2)
    if rows == 0 or float(peaks.max()) < CEILING / 2:
        return peaks
    wide = np.pad(sound, ((0, 0), (3, 4)))
    between = np.zeros_like(sound)
    for k, weight in enumerate(_HALF):
        between += weight * (wide[:, k : k + samples] + wide[:, 7 - k : 7 - k + samples])
    middle: Block = (
        np.abs(between).reshape(rows, samples // PIECE_SAMPLES, PIECE_SAMPLES).max(axis=2)
    )
    return np.maximum(peaks, middle)


class LookAheadLimiter:
    """For programs: 5 ms late, and never over the ceiling."""

    def __init__(self, signals: int) -> None:
        self._sound = np.zeros((signals, DELAY_SAMPLES), np.float32)
        self._wanted = np.ones((signals, LOOK_AHEAD), np.float32)
        self._edge = np.ones(signals, np.float32)
        self._held = np.ones(signals, np.float32)

    def __call__(self, sound: Block) -> Block:
        """Shape (signals, 960) to the same, ``DELAY_SAMPLES`` late."""
        joined = np.concatenate((self._sound, sound), axis=1)
        self._sound = joined[:, TICK_SAMPLES:]
        wanted = (CEILING / np.maximum(piece_peaks(sound), CEILING)).astype(np.float32)
        seen = np.concatenate((self._wanted, wanted), axis=1)
        self._wanted = seen[:, -self._wanted.shape[1] :]
        if float(seen.min()) >= 1 and float(self._edge.min()) >= 1 and float(self._held.min()) >= 1:
            return joined[:, :TICK_SAMPLES]
        return _apply(joined[:, :TICK_SAMPLES], self._edges(seen))

    def _edges(self, seen: Block) -> Block:
        """Gain at the edges of the outgoing pieces, shape (signals, pieces + 1)."""
        # Outgoing piece k is column k of `seen`: the delay is as long as the look ahead.  The edge
        # at the end of a piece must suit both its neighbours, and is prepared by what is ahead.
        need = seen[:, :_PIECES].copy()
        for ahead in range(1, LOOK_AHEAD + 1):
            np.minimum(need, seen[:, ahead : ahead + _PIECES], out=need)
        must = np.minimum(seen[:, :_PIECES], seen[:, 1 : _PIECES + 1])
        edges = np.empty((len(seen), _PIECES + 1), np.float32)
        for row, (needs, musts) in enumerate(zip(need.tolist(), must.tolist(), strict=True)):
            # Numbers of Python: on so few values they are faster than arrays.
            edge, held = float(self._edge[row]), float(self._held[row])
            line = [edge]
            for least, limit in zip(needs, musts, strict=True):
                held = min(least, held + _RELEASE_PER_PIECE)
                edge = min(edge + (held - edge) / 2 if held < edge else held, limit)
                line.append(edge)
            edges[row] = line
            self._edge[row], self._held[row] = edge, held
        return edges


def _apply(sound: Block, edges: Block) -> Block:
    rows = len(sound)
    pieces = sound.reshape(rows, _PIECES, PIECE_SAMPLES)
    slope = (edges[:, 1:] - edges[:, :-1])[:, :, None]
    out = pieces * (edges[:, :-1, None] + slope * _ALONG)
    limited: Block = np.clip(out.reshape(rows, TICK_SAMPLES), -CEILING, CEILING)
    return limited


def clip_softly(sound: Block) -> Block:
    """No delay and no memory: bend what exceeds 0.6 so that it never reaches the ceiling."""
    knee, top = np.float32(0.6), CEILING
    size = np.abs(sound)
    if sound.size == 0 or float(size.max()) <= knee:
        return sound
    over = np.maximum(size - knee, 0)
    room = top - knee
    bent = knee + room * np.tanh(over / room)
    soft: Block = np.where(size > knee, np.copysign(bent, sound), sound)
    return soft
