"""What happened in a room and for how long, folded from its journal.  Pure.

A room is a value without a past; the archive's chapters and the report want to know since when and
until when something was so.  After every entry ``facts_of`` says what holds; a stretch runs from
the entry with which a fact began to hold to the one with which it ceased.
"""

from collections.abc import Mapping

import msgspec

from venue.ids import Instant, OutputId, QuestionId
from venue.journal import Entry
from venue.program import OutputChanged
from venue.questions import live_question
from venue.room import Room, open_room, replay
from venue.session import SessionDefinition
from venue.stage import SceneChoice
from venue.staging import booths_on_air

ON_AIR = "air"
SLATE = "slate"
_UP = frozenset({"running", "degraded"})
_UNWANTED = frozenset({"ready", "finished"})


class Stretch(msgspec.Struct, frozen=True):
    """Something was so for a while."""

    fact: str
    start: Instant
    stop: Instant


class OutputStory(msgspec.Struct, frozen=True):
    """What became of one target."""

    lang: str
    kind: str
    target: str
    drops: int = 0
    """How often it ran and then did not, without being told to end."""
    retries: int = 0
    sent_bytes: int = 0
    errors: Mapping[str, int] = {}
    """Codes and how often each was reported first."""


class Story(msgspec.Struct, frozen=True):
    """A room with its past."""

    room: Room
    seq: int = 0
    at: Instant = Instant(0)
    """Of the newest entry."""
    open: Mapping[str, Instant] = {}
    """Facts that hold, and since when."""
    stretches: tuple[Stretch, ...] = ()
    outputs: Mapping[OutputId, OutputStory] = {}

    def of(self, prefix: str) -> tuple[Stretch, ...]:
        """Stretches of the facts that begin so, in order; what still holds ends with the story."""
        running = tuple(Stretch(fact, start, self.at) for fact, start in self.open.items())
        found = [one for one in (*self.stretches, *running) if one.fact.startswith(prefix)]
        return tuple(sorted(found, key=lambda one: one.start))


def begin(definition: SessionDefinition) -> Story:
    """The story before its first entry."""
    return Story(open_room(definition))


def tell(story: Story, entry: Entry) -> Story:
    """Go on by one entry of the journal."""
    room = replay(story.room, entry.events)
    facts = facts_of(room)
    ended = tuple(
        Stretch(fact, start, entry.at) for fact, start in story.open.items() if fact not in facts
    )
    outputs = story.outputs
    for event in entry.events:
        if isinstance(event, OutputChanged):
            outputs = _output_changed(story.room, outputs, event)
    return Story(
        room=room,
        seq=entry.seq,
        at=entry.at,
        open={fact: story.open.get(fact, entry.at) for fact in facts},
        stretches=(*story.stretches, *ended) if ended else story.stretches,
        outputs=outputs,
    )


def facts_of(room: Room) -> tuple[str, ...]:
    """What holds in a room now, as names."""
    facts = [f"into:{language}" for language in booths_on_air(room)]
    if room.program.on_air_since is not None:
        facts.append(ON_AIR)
        if room.stage.scene is SceneChoice.SLATE:
            facts.append(SLATE)
    live = live_question(room.questions)
    if live is not None:
        facts.append(f"live:{live.question}")
    facts += [
        f"output:{output}" for output, each in room.program.outputs.items() if each.state in _UP
    ]
    return tuple(facts)


def shown_at(story: Story, question: QuestionId) -> Instant | None:
    """When a question was on the picture last."""
    shown = story.of(f"live:{question}")
    return next((one.start for one in reversed(shown) if one.fact == f"live:{question}"), None)


def _output_changed(
    before: Room, outputs: Mapping[OutputId, OutputStory], event: OutputChanged
) -> Mapping[OutputId, OutputStory]:
    known = before.program.outputs.get(event.output)
    if known is None:
        return outputs
    told = outputs.get(event.output) or OutputStory(known.lang or "", known.kind, known.target)
    dropped = known.state in _UP and event.state not in _UP and event.state not in _UNWANTED
    errors = dict(told.errors)
    if event.error is not None and event.error != known.error:
        errors[event.error] = errors.get(event.error, 0) + 1
    changed = OutputStory(
        lang=told.lang,
        kind=told.kind,
        target=told.target,
        drops=told.drops + dropped,
        retries=told.retries + _more(known.retries, event.retries),
        sent_bytes=told.sent_bytes + _more(known.sent_bytes, event.sent_bytes),
        errors=errors,
    )
    return {**outputs, event.output: changed}


def _more(known: int, now: int) -> int:
    """By how much a counter has grown; one that went back began again from nought."""
    return now - known if now >= known else now
