"""Which mix every listener is sent, and when it may change.

A listener changes streams only after both have been encoded side by side for a few ticks, so
the new one's coder has settled on the same sound; and a gate opens only after everyone who must
not hear it has left for a stream without it.  So no change clicks, and nobody hears themself.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Final

from streaming.sound.mixer import Mix, group_of
from streaming.sound.voices import Role
from venue.ids import Language, SeatId
from venue.scene import Scene

WARM_TICKS: Final = 3


@dataclass(frozen=True, slots=True)
class Listener:
    """One who listens: a seat whose own group is left out, or a monitor (None)."""

    seat: SeatId | None
    language: Language


@dataclass(frozen=True, slots=True)
class Heard:
    """A source that is, or is about to be, in the mix."""

    group: str
    role: Role
    audible: bool
    """Its gate has begun to open."""


class Routes:
    """The present routes, and those that are being prepared."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}
        self._current: dict[str, Mix] = {}
        self._next: dict[str, Mix] = {}
        self._loss: dict[str, int] = {}
        self._hurried = False
        self._planned: object = None
        """What the last plan was made from; a plan costs, and most ticks change nothing."""

    def add(self, name: str, listener: Listener) -> None:
        """Add a listener, or replace what is known of one."""
        self._listeners[name] = listener
        self._planned = None

    def remove(self, name: str) -> None:
        self._listeners.pop(name, None)
        self._current.pop(name, None)
        self._next.pop(name, None)
        self._loss.pop(name, None)

    def report_loss(self, name: str, percent: int) -> None:
        """Note what a listener loses on its way."""
        if name in self._listeners:
            self._loss[name] = percent

    def loss(self) -> dict[Mix, int]:
        """The worst loss among the listeners of each mix, in percent."""
        worst: dict[Mix, int] = {}
        for name, percent in self._loss.items():
            mix = self._current.get(name)
            if mix is not None:
                worst[mix] = max(percent, worst.get(mix, 0))
        return worst

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    @property
    def current(self) -> Mapping[str, Mix]:
        return self._current

    def wanted(self) -> frozenset[Mix]:
        """Every mix that must be encoded now: those sent, and those being prepared."""
        return frozenset(self._current.values()) | frozenset(self._next.values())

    def plan(
        self, scene: Scene, heard: Mapping[SeatId, Heard], bus_of: Callable[[Language], Language]
    ) -> None:
        """Decide what each listener should get."""
        buses = {
            one: bus_of(one) for one in {_language(x, scene) for x in self._listeners.values()}
        }
        made_from = (scene, dict(heard), buses)
        if made_from == self._planned:
            return
        self._planned = made_from
        for name, listener in self._listeners.items():
            language = buses[_language(listener, scene)]
            group = None if listener.seat is None else group_of(scene, listener.seat)
            own = [one for one in heard.values() if one.group == group]
            without = group if any(_carries(language, one) for one in own) else None
            mix = Mix(language, without)
            self._next[name] = mix
            now = self._current.get(name)
            if (
                now is not None
                and now.without != group
                and any(one.audible and _carries(now.language, one) for one in own)
            ):
                # Grouped anew while speaking: a click is better than one's own voice.
                self._current[name] = mix
                self._hurried = True

    def switch(self, ready: Callable[[Mix], bool]) -> bool:
        """Move whoever can be moved; True when a route changed."""
        changed, self._hurried = self._hurried, False
        for name, mix in self._next.items():
            now = self._current.get(name)
            if now != mix and (now is None or ready(mix)):
                self._current[name] = mix
                changed = True
        return changed

    def exposed_groups(self) -> Set[str]:
        """Groups that would hear themselves if one of their gates opened now."""
        exposed = set()
        for name, wanted in self._next.items():
            if wanted.without is not None:
                now = self._current.get(name)
                if now is None or now.without != wanted.without:
                    exposed.add(wanted.without)
        return exposed


def _language(listener: Listener, scene: Scene) -> Language:
    if listener.seat is None:
        return listener.language
    return scene.listening.get(listener.seat, listener.language)


def _carries(language: Language, source: Heard) -> bool:
    return not source.role.booth_of or language in source.role.booth_of
