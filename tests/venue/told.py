"""A table whose story is told, entry by entry, as from its journal."""

from typing import Any

from tests.venue.table import CHAIR, SESSION, Table, viewer
from venue.ids import CommandId, Instant
from venue.journal import Entry
from venue.roles import Actor
from venue.session import parse_session
from venue.story import Story, begin, tell


class Told(Table):
    """The list is open and two delegates are live."""

    def __init__(self) -> None:
        super().__init__()
        self.story: Story = begin(parse_session(SESSION))
        self.when(CHAIR, "floor.open")
        self.live("gdynia", "dijon")

    def when(self, actor: Actor, verb: str, **body: Any) -> list[str]:
        before = len(self.journal)
        names = super().when(actor, verb, **body)
        events = tuple(self.journal[before:])
        op = CommandId(self.last_op())
        self.story = tell(
            self.story, Entry(self.commands, op, actor, Instant(self.now), events, {})
        )
        return names

    def speech(self, seat: str, *lengths_ms: int, pause_ms: int = 0) -> None:
        """A turn, held between its stretches."""
        self.when(CHAIR, "floor.add_for", seat=seat)
        self.when(CHAIR, "floor.call")
        for number, length_ms in enumerate(lengths_ms):
            current = self.current()
            assert current is not None
            if number:
                self.when(CHAIR, "floor.pause", turn=current[0])
                self.pass_ms(pause_ms)
                self.when(CHAIR, "floor.resume", turn=current[0])
            assert self.current() == (current[0], "speaking")
            self.pass_ms(length_ms)
        self.when(CHAIR, "floor.end", turn=current[0])

    def question(self, text: str, length_ms: int) -> None:
        """Asked, shown for a while, answered."""
        self.when(viewer(1), "question.submit", text=text, country="Japan")
        asked = list(self.room.questions)[-1]
        self.when(CHAIR, "question.approve", question=asked, version=1)
        self.when(CHAIR, "question.live", question=asked)
        self.pass_ms(length_ms)
        self.when(CHAIR, "question.answered", question=asked)
