"""Drawings kept for use again: a seat comes and goes often, and text is slow to draw."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from streaming.picture.canvas import Patch, Planes, Rgba, patch_of, planes_from
from streaming.picture.layout import Rect

MOST_KEPT_BYTES = 48 * 1024 * 1024


@dataclass(slots=True)
class Drawings:
    """Patches and planes by what they show.  One thread only."""

    kept: "OrderedDict[Hashable, Patch | Planes]" = field(default_factory=OrderedDict)
    kept_bytes: int = 0

    def patch(
        self,
        key: Hashable,
        draw: Callable[[], Rgba],
        place: Callable[[int, int], tuple[int, int]],
    ) -> Patch:
        """A drawing as a patch at its place; drawn once, moved for nothing."""
        kept = self.kept.get(key)
        if kept is None:
            kept = self._keep(key, patch_of(draw(), 0, 0))
        assert isinstance(kept, Patch)
        self.kept.move_to_end(key)
        width, height = kept.rect.width_px, kept.rect.height_px
        x_px, y_px = (value // 2 * 2 for value in place(width, height))
        return Patch(Rect(x_px, y_px, width, height), kept.colour, kept.remain)

    def planes(self, key: Hashable, draw: Callable[[], Rgba]) -> Planes:
        """An opaque drawing as planes; drawn once."""
        kept = self.kept.get(key)
        if kept is None:
            kept = self._keep(key, planes_from(draw()))
        assert isinstance(kept, Planes)
        self.kept.move_to_end(key)
        return kept

    def _keep(self, key: Hashable, drawn: "Patch | Planes") -> "Patch | Planes":
        """Remember a drawing and forget the longest unused ones beyond the bound."""
        self.kept[key] = drawn
        self.kept_bytes += drawn.size_bytes
        while self.kept_bytes > MOST_KEPT_BYTES and len(self.kept) > 1:
            _, forgotten = self.kept.popitem(last=False)
            self.kept_bytes -= forgotten.size_bytes
        return drawn
