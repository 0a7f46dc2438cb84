"""One Opus encoder for each distinct mix, kept while somebody may come back to it."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Final

from streaming.sound.mixer import Mix
from streaming.sound.opus import OpusEncoder
from streaming.sound.pcm import Pcm

MAX_ENCODERS: Final = 48
KEEP_TICKS: Final = 500
"""10 s."""


@dataclass(slots=True)
class _Slot:
    encoder: OpusEncoder
    used: int
    """The last tick it encoded."""
    run: int = field(default=0)
    """Ticks encoded without a break."""


class MixEncoders:
    """The encoders of one engine; audio thread only."""

    def __init__(self, make: Callable[[], OpusEncoder] = OpusEncoder) -> None:
        self._make = make
        self._slots: dict[Mix, _Slot] = {}
        self.refused = 0
        """Ticks of a mix that found no room."""

    def __len__(self) -> int:
        return len(self._slots)

    def run(self, mix: Mix) -> int:
        """For how many ticks without a break the mix has been encoded."""
        slot = self._slots.get(mix)
        return 0 if slot is None else slot.run

    def admit(self, index: int, mixes: Set[Mix]) -> list[Mix]:
        """Make room for the mixes of tick ``index``; those that found it, in a fixed order."""
        self._close_unused(index, mixes)
        admitted = []
        for mix in sorted(mixes, key=lambda one: one.key):
            if mix not in self._slots:
                if len(self._slots) >= MAX_ENCODERS:
                    self.refused += 1
                    continue
                self._slots[mix] = _Slot(self._make(), index)
            admitted.append(mix)
        return admitted

    def encode(
        self, index: int, sounds: Mapping[Mix, Pcm], loss_percent: Mapping[Mix, int]
    ) -> dict[Mix, bytes]:
        """Encode tick ``index`` of every admitted mix, against the loss of its listeners."""
        packets = {}
        for mix, slot in self._slots.items():
            if mix not in sounds:
                slot.run = 0  # its coder knows what was heard then: nobody is moved to it unwarmed
        for mix, sound in sounds.items():
            slot = self._slots[mix]
            slot.run = slot.run + 1 if slot.used >= index - 1 else 1
            slot.used = index
            slot.encoder.expect_loss(loss_percent.get(mix, 0))
            packets[mix] = slot.encoder.encode(sound)
        return packets

    def _close_unused(self, index: int, wanted: Set[Mix]) -> None:
        idle = [mix for mix, slot in self._slots.items() if mix not in wanted]
        crowded = len(wanted | self._slots.keys()) > MAX_ENCODERS
        for mix in idle:
            if crowded or index - self._slots[mix].used > KEEP_TICKS:
                del self._slots[mix]
