"""The captions of a scene as patches at their places, in the picture's one or two languages."""

from dataclasses import dataclass, field

from streaming.picture.canvas import Patch
from streaming.picture.captions import Badge, Caption, CaptionPen, Card
from streaming.picture.drawings import Drawings
from streaming.picture.labels import labels_in
from streaming.picture.layout import Plan, even, scaled
from streaming.picture.palette import CYAN, VIOLET, colour_of
from streaming.picture.pen import Both
from venue.ids import Language
from venue.scene import LowerThird, Scene, SecondLanguage

NO_SECOND = SecondLanguage(Language(""))


def label(scene: Scene, name: str) -> Both:
    """A word of ours in the picture's languages, once if they share it."""
    first = getattr(labels_in(scene.language), name)
    other = getattr(labels_in(scene.second.language), name) if scene.second else ""
    return first, "" if other == first else other


@dataclass(slots=True)
class CaptionLayer:
    """Draws the captions of scenes of one size.  One thread only."""

    pen: CaptionPen
    drawings: Drawings
    height_px: int = field(init=False)

    def __post_init__(self) -> None:
        self.height_px = self.pen.height_px

    def patches(self, scene: Scene, plan: Plan) -> list[Patch]:
        """Title, LIVE, lower third, question, next speaker."""
        patches: list[Patch] = []
        if scene.on_air:
            patches.append(self.live(plan))
        if not plan.tiles:
            return patches
        accent, top = colour_of(scene.accent), plan.top
        second = scene.second or NO_SECOND
        if scene.title:
            scrim, title = plan.full_bleed, (scene.title, second.title)
            key = ("title", title, accent, scrim)
            drawing = self.drawings.patch(
                key,
                lambda: self.pen.title(title, accent, scrim=scrim),
                lambda width, height: (top.x_px, top.y_px),
            )
            patches.append(drawing)
        if scene.lower_third is not None:
            patches.append(self._lower_third(scene, scene.lower_third, plan))
        if scene.question is not None:
            patches.append(self._question(scene, plan))
        elif scene.next_speaker:
            patches.append(self._next(scene, plan))
        return patches

    def live(self, plan: Plan) -> Patch:
        top = plan.top
        return self.drawings.patch(
            ("live",),
            self.pen.live,
            lambda width, height: (top.right_px - width, top.y_px + scaled(2, self.height_px)),
        )

    def _lower_third(self, scene: Scene, caption: LowerThird, plan: Plan) -> Patch:
        bottom, accent = plan.bottom, colour_of(scene.accent)
        narrow = scene.question is not None
        width = even(bottom.width_px * (0.335 if narrow else 0.62))
        first = Caption(caption.name, caption.title, caption.place)
        added = (scene.second or NO_SECOND).lower_third
        other = Caption(added.name, added.title, added.place) if added else Caption()
        badge = _badge(scene)
        key = ("lower third", first, other, badge, accent, width, bottom.height_px)
        return self.drawings.patch(
            key,
            lambda: self.pen.lower_third(width, bottom.height_px, first, other, badge, accent),
            lambda width, height: (bottom.x_px, bottom.bottom_px - height),
        )

    def _question(self, scene: Scene, plan: Plan) -> Patch:
        bottom, asked = plan.bottom, scene.question
        assert asked is not None
        card = Card((asked.text, asked.other), asked.author, asked.votes)
        words = label(scene, "question")
        share = 0.652 if scene.lower_third is not None else 0.84
        width = even(bottom.width_px * share)
        # Beside the caption; in the middle if there is none.
        free = bottom.width_px - width
        left = bottom.x_px + (free if scene.lower_third is not None else free // 4 * 2)
        return self.drawings.patch(
            ("question", card, words, width, bottom.height_px),
            lambda: self.pen.question(width, bottom.height_px, card, words),
            lambda width, height: (left, bottom.y_px),
        )

    def _next(self, scene: Scene, plan: Plan) -> Patch:
        bottom = plan.bottom
        most_px = even(bottom.width_px * 0.36)  # What the caption of who speaks leaves.
        name = (scene.next_speaker, (scene.second or NO_SECOND).next_speaker)
        words = label(scene, "next")
        return self.drawings.patch(
            ("next", name, words, most_px),
            lambda: self.pen.next_speaker(name, words, most_px),
            lambda width, height: (bottom.right_px - width, bottom.bottom_px - height),
        )


def _badge(scene: Scene) -> Badge:
    """Where who speaks is, if that is known."""
    person = scene.people.get(scene.speaker) if scene.speaker is not None else None
    colour = {"remote": CYAN, "room": VIOLET}.get(person.place) if person is not None else None
    return None if person is None or colour is None else (label(scene, person.place), colour)
