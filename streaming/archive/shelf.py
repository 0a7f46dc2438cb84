"""Where the recording of a session lies, and what of it is ready.

DIR/{part}.mkv, {part}.{lang}.vtt       as it was written while on air
DIR/archive/{part}/                     what ``remux`` made of it
DIR/archive/{part}.new/                 what it is about to make; worth nothing after a crash
DIR/archive/*.m3u8, captions-{lang}.vtt the whole, for players
DIR/archive/archive.json                ``venue.archive.Archive``; written last
DIR/archive/state.json                  ``venue.archive.Preparing``, while something is missing
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from streaming.archive.playlists import playlists
from streaming.archive.remux import OnProgress, PartIndex, Unreadable, remux
from streaming.outputs.disk import demand
from venue.archive import Archive, Preparing, starts_of
from venue.webvtt import ABOVE_NAMES_LINES, Cue, cues_of, document, one_at_a_time

NOTHING = b"{}"
"""The index of a file that could not be read."""


class Shelf:
    """The recordings of one session."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._archive = directory / "archive"

    def pending(self) -> list[Path]:
        """Recordings that nothing has been made of yet, the oldest first."""
        return [path for path in self._recordings() if not self._index(path.stem).exists()]

    def is_whole(self) -> bool:
        """Everything that is ready has been put together."""
        return not self._indexed() or (self._archive / "archive.json").exists()

    def sources(self, names: Sequence[str]) -> list[Path]:
        """The recordings of these names."""
        return [self._directory / f"{name}.mkv" for name in names]

    def prepare(self, sources: Sequence[Path], on_progress: OnProgress) -> None:
        """Make these recordings ready, and the whole of all.

        Raises:
            OSError, OutputError: The disk is full or broken; what is ready stays so.
        """
        self._archive.mkdir(exist_ok=True)
        for leftover in self._archive.glob("*.new"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        read_bytes = 0
        for source in sources:
            self._take_apart(source, partial(_counted, on_progress, read_bytes))
            read_bytes += source.stat().st_size
        self._publish()

    def say(self, preparing: Preparing | None) -> None:
        """Tell those who look what is going on; None: nothing is missing."""
        path = self._archive / "state.json"
        if preparing is None:
            path.unlink(missing_ok=True)
            return
        self._archive.mkdir(exist_ok=True)
        _put(path, msgspec.json.encode(preparing))

    def _take_apart(self, source: Path, on_progress: OnProgress) -> None:
        demand(self._archive, 1.0, source.stat().st_size)
        fresh = self._archive / f"{source.stem}.new"
        fresh.mkdir()
        try:
            remux(source, fresh, on_progress)
        except Unreadable:
            shutil.rmtree(fresh)
            fresh.mkdir()
            (fresh / "index.json").write_bytes(NOTHING)
        except BaseException:
            shutil.rmtree(fresh)  # half of it would keep the disk full
            raise
        fresh.rename(self._archive / source.stem)

    def _publish(self) -> None:
        """Write what is made of all parts together."""
        indexes, unreadable = [], []
        for path in self._indexed():
            raw = path.read_bytes()
            if raw == NOTHING:
                unreadable.append(path.parent.name)
            else:
                indexes.append(msgspec.json.decode(raw, type=PartIndex))
        indexes.sort(key=lambda one: one.part.began_at)
        archive = Archive(tuple(one.part for one in indexes), tuple(unreadable))
        if indexes:
            for language in archive.captions:
                text = document(self._captions(archive, language), from_foot=ABOVE_NAMES_LINES)
                _put(self._archive / f"captions-{language}.vtt", text.encode())
            for name, text in playlists(indexes, archive.sounds).items():
                _put(self._archive / name, text.encode())
        _put(self._archive / "archive.json", msgspec.json.encode(archive))

    def _captions(self, archive: Archive, language: str) -> list[Cue]:
        cues: list[Cue] = []
        for part, start_ms in zip(archive.parts, starts_of(archive.parts), strict=True):
            path = self._directory / f"{part.name}.{language}.vtt"
            if not path.exists():
                continue
            start_s = start_ms / 1000
            cues += [
                replace(cue, begin_s=cue.begin_s + start_s, end_s=cue.end_s + start_s)
                for cue in cues_of(path.read_text("utf-8", "replace"))
            ]
        return one_at_a_time(cues)

    def _recordings(self) -> list[Path]:
        return sorted(self._directory.glob("*.mkv"))

    def _indexed(self) -> list[Path]:
        return sorted(self._archive.glob("*/index.json"))

    def _index(self, name: str) -> Path:
        return self._archive / name / "index.json"


def _counted(on_progress: OnProgress, before_bytes: int, read_bytes: int) -> None:
    on_progress(before_bytes + read_bytes)


def _put(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
