"""What each role may see of the questions; a part of ``venue.views``."""

from collections.abc import Iterable, Mapping

from venue.ids import QuestionId, VoterId
from venue.questions import PUBLISHED, Question, State, may_moderate
from venue.roles import SEATED, Role
from venue.room import Room
from venue.wire import QuestionState, QuestionView


def question_views(room: Room, role: Role) -> tuple[QuestionView, ...]:
    """What everybody of a role sees of the questions, oldest first."""
    return tuple(_question(asked, role) for asked in _visible(room, role))


def _visible(room: Room, role: Role) -> Iterable[Question]:
    if may_moderate(role):
        return room.questions.values()
    return (asked for asked in room.questions.values() if asked.state in PUBLISHED)


def _question(asked: Question, role: Role, mine: bool = False, voted: bool = False) -> QuestionView:
    """A question; the chair's list is nobody else's business."""
    state: QuestionState = asked.state.value
    hidden = {State.SHORTLISTED} if role in SEATED else {State.SHORTLISTED, State.NEXT}
    if not may_moderate(role) and asked.state in hidden:
        state = "approved"
    rejected = asked.state is State.REJECTED and (mine or may_moderate(role))
    return QuestionView(
        question=asked.question,
        version=asked.version,
        state=state,
        text=asked.text,
        lang=asked.lang,
        author=asked.name,
        country=asked.country,
        votes=asked.votes,
        submitted_at=asked.submitted_at,
        mine=mine,
        voted=voted,
        reject_reason=asked.reason if rejected else None,
        origin=asked.origin,
        translations=asked.translations,
    )


def own_questions(
    room: Room,
    role: Role,
    voter: VoterId,
    base: tuple[QuestionView, ...],
    voted: frozenset[QuestionId],
) -> tuple[QuestionView, ...]:
    """The role's views, those that the voter asked or voted for made the voter's own."""
    own = {asked.question for asked in room.questions.values() if asked.author == voter}
    if not own and not voted:
        return base
    shown = {view.question: view for view in base}
    for question in own | (voted & shown.keys()):
        asked = room.questions[question]
        shown[question] = _question(asked, role, question in own, question in voted)
    order = {question: index for index, question in enumerate(room.questions)}
    return tuple(sorted(shown.values(), key=lambda view: order[view.question]))


def counters(room: Room, audience: int) -> Mapping[str, int]:
    """How many questions became what, and how many people watch."""
    states = [asked.state for asked in room.questions.values()]
    return {
        "received": len(states),
        "published": sum(state in PUBLISHED for state in states),
        "answered": states.count(State.ANSWERED),
        "rejected": states.count(State.REJECTED),
        "audience": audience,
    }
