"""Whatever happens on the way, the decider ends as asked: a small world with YouTube's rules."""

import random
from dataclasses import dataclass, field
from dataclasses import replace as with_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streaming.youtube import decider
from streaming.youtube.decider import next_step
from streaming.youtube.outcomes import done
from streaming.youtube.steps import (
    Case,
    FindBroadcasts,
    FindStreams,
    Found,
    Keep,
    Look,
    Observe,
    Wait,
    Write,
)
from venue.broadcast_commands import Memory
from venue.ids import Instant
from venue.wire_youtube import BroadcastWanted

pytestmark = pytest.mark.unit

NOW = Instant(1_000_000_000)


@dataclass
class World:
    """YouTube as one language sees it, with answers that get lost."""

    chance: random.Random
    faulty: bool = True
    now: Instant = NOW
    memory: Memory = Memory(marker="m")  # noqa: RUF009
    wanted: BroadcastWanted = "live"
    broadcasts: dict[str, str] = field(default_factory=dict)
    """Id to lifecycle."""
    marks: dict[str, int] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    streams: list[str] = field(default_factory=list)
    look: Look | None = None
    found: tuple[Found, ...] | None = None
    found_at: Instant = NOW
    listed: tuple[str, ...] | None = None
    blocked: Instant | None = None
    refusals: dict[str, tuple[int, Instant]] = field(default_factory=dict)
    completed: list[str] = field(default_factory=list)
    late: list[tuple[Instant, Write]] = field(default_factory=list)
    """Inserts that were answered with an error and are applied later."""
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        known = Case(
            self.wanted,
            NOW,
            "w",
            self.memory,
            privacy="unlisted",
            look=self.look,
            streams=self.listed,
            found=self.found,
            found_at=self.found_at,
            blocked_until=self.blocked,
            refusals=self.refusals,
        )
        step = next_step(known, self.now)
        match step:
            case Wait(until):
                self.now = until if until is not None else Instant(self.now + 1000)
            case Keep(memory):
                assert memory != self.memory, "a step that changes nothing would go round for ever"
                if memory.broadcast != self.memory.broadcast:
                    self.look = self.found = None
                self.memory = memory
            case Observe():
                self._observe()
            case FindStreams():
                self.listed = tuple(self.streams)
            case FindBroadcasts():
                self.found_at = self.now
                self.found = tuple(
                    Found(each, each, each in self.bound)
                    for each in sorted(self.broadcasts)
                    if self.marks[each] == self.memory.attempt
                )
            case Write():
                assert step.before.pending == step.verb
                self._write(step)
        self._pass()

    def _observe(self) -> None:
        lifecycle = self.broadcasts.get(self.memory.broadcast, "")
        before = self.look.broadcast_absent_since if self.look else None
        self.look = Look(
            self.now,
            lifecycle,
            "S" if self.memory.broadcast in self.bound else "",
            "unlisted" if lifecycle else "",
            stream_status="active" if self.memory.stream else "",
            health="good",
            broadcast_absent_since=None if lifecycle else before or self.now,
        )

    def _write(self, step: Write) -> None:
        self.memory = step.before
        fates = ("ok", "lost", "dropped", *(("late",) if step.verb == "insert" else ()))
        fate = self.chance.choice(fates) if self.faulty else "ok"
        made = "" if fate in ("dropped", "late") else self._apply(step)
        if fate == "late":
            due = self.now + self.chance.randrange(decider.RECOUNT_MS - 10_000)
            self.late.append((Instant(due), step))
        if fate == "ok" and made is not None:
            self.memory = done(step, made)
        elif fate == "ok":  # refused
            self.memory = replace(step.before, pending="")
            times = self.refusals.get(step.target, (0, NOW))[0] + 1
            self.refusals[step.target] = (times, Instant(self.now + 30_000))
        self.look = self.found = self.listed = None
        self.blocked = Instant(self.now + 1000)

    def _apply(self, step: Write) -> str | None:
        state = self.broadcasts.get(step.target)
        match step.verb:
            case "stream":
                self.streams.append("S")
                return "S"
            case "insert":
                name = f"B{len(self.marks)}"
                self.broadcasts[name], self.marks[name] = "created", step.before.attempt
                return name
            case "bind":
                self.bound.add(step.target)
                self.broadcasts[step.target] = "ready"
            case "live":
                if state != "ready":
                    return None
                stuck = self.faulty and self.chance.random() < 0.3
                self.broadcasts[step.target] = "liveStarting*" if stuck else "liveStarting"
            case "complete":
                if state != "live":
                    return None
                self.completed.append(step.target)
                self.broadcasts[step.target] = "complete"
            case "delete":
                if state == "live":
                    return None
                self.broadcasts.pop(step.target, None)
        return ""

    def _pass(self) -> None:
        """Time passes; what starts has started, unless it is stuck."""
        self.now = Instant(self.now + 200)
        for due, step in tuple(self.late):
            if self.now >= due:
                self.late.remove((due, step))
                self._apply(step)
        for name, state in self.broadcasts.items():
            if state == "liveStarting":
                self.broadcasts[name] = "live"
        if self.look is not None and self.look.lifecycle.endswith("*"):
            self.look = with_(self.look, lifecycle="liveStarting")

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()


@settings(max_examples=200, deadline=None)
@given(st.integers(), st.lists(st.integers(1, 60), min_size=1, max_size=4), st.data())
def test_whatever_gets_lost_it_ends_as_wanted_with_nothing_left_over(
    seed: int, stretches: list[int], data: st.DataObject
) -> None:
    world = World(random.Random(seed))
    for steps in stretches:
        world.run(steps)
        # A restart: all that was not in the journal is forgotten.
        if data.draw(st.booleans()):
            world.look = world.found = world.listed = world.blocked = None
            world.refusals.clear()
    # Nothing that an operator did not end was ever ended, but for replaced ones.
    assert world.memory.broadcast not in world.completed
    world.faulty = False
    world.run(800)
    assert world.broadcasts[world.memory.broadcast] == "live"
    assert list(world.broadcasts) == [world.memory.broadcast] or all(
        state == "complete"
        for name, state in world.broadcasts.items()
        if name != world.memory.broadcast
    )
    assert world.streams == ["S"]
    world.wanted = "ended"
    world.look = None
    world.run(50)
    assert set(world.broadcasts.values()) == {"complete"}
    assert not world.memory.discard


@settings(max_examples=100, deadline=None)
@given(st.integers(), st.integers(1, 40))
def test_what_is_cancelled_half_way_leaves_nothing(seed: int, steps: int) -> None:
    world = World(random.Random(seed), wanted="prepared")
    world.run(steps)
    world.wanted, world.look = "off", None
    world.run(10)
    world.faulty = False
    world.run(200)
    assert world.broadcasts == {}
    assert world.completed == []
