"""Which modules a page loads, told to the browser at once.

A browser finds the imports of a module only when it has the module, so a page of many small modules
comes in as many exchanges as its imports are deep.  The pages name only their entry; here its
imports are followed to their ends, and all are named in the head, to be asked for side by side.

An entry may import others when it knows more (``() => import("./main_desk.js")``).  What all of
those have in common is named in the head too, and the rest of each in a block of JSON with the id
``later``: ``{address of the module: [addresses of what it needs besides]}``.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PLACEHOLDER = "/static/-/"
"""Where the pages' own files are, before the server puts their version in."""

_ENTRY = re.compile(
    r'(?P<indent> *)<script type="module" src="/static/-/(?P<path>[^"]+)"></script>\n'
)
_IMPORT_MAP = re.compile(r'<script type="importmap">(?P<json>.*?)</script>', re.DOTALL)
_STATIC = re.compile(
    r"""(?:^|[;}])\s*(?:import|export)\b(?:[\w$\s{},*]*\bfrom)?\s*["'](?P<name>[^"']+)["']""",
    re.MULTILINE,
)
_LATER = re.compile(r"""=>\s*import\(\s*["'](?P<name>[^"']+\.js)["']\s*\)(?!\.)""")


@dataclass(slots=True)
class Graph:
    """The modules under a directory; paths are relative to it, with slashes."""

    root: Path
    mapped: Mapping[str, str]
    """The import map: names without a path to paths."""
    _read: dict[str, str] = field(default_factory=dict)

    def needed(self, entry: str) -> dict[str, None]:
        """A module and all that it imports, the nearest first."""
        found = dict.fromkeys([entry])
        waiting = [entry]
        while waiting:
            named = self._named(waiting.pop(0), _STATIC)
            waiting += [path for path in named if path not in found]
            found |= dict.fromkeys(named)
        return found

    def later(self, entry: str) -> list[str]:
        """Modules that an entry imports when it knows more."""
        return self._named(entry, _LATER)

    def _named(self, path: str, pattern: re.Pattern[str]) -> list[str]:
        if path not in self._read:
            file = self.root / path
            # What is missing is the browser's to complain of, with the address.
            self._read[path] = file.read_text("utf-8") if file.is_file() else ""
        folder = posixpath.dirname(path)
        return [
            self.mapped.get(name) or posixpath.normpath(posixpath.join(folder, name))
            for name in pattern.findall(self._read[path])
        ]


def with_preloads(page: str, root: Path) -> str:
    """The page with the modules of its entry named before it."""
    entry = _ENTRY.search(page)
    import_map = _IMPORT_MAP.search(page)
    if entry is None or import_map is None:
        return page
    addresses = json.loads(import_map["json"])["imports"]
    graph = Graph(root, {name: url.removeprefix(PLACEHOLDER) for name, url in addresses.items()})
    first = graph.needed(entry["path"])
    later = {path: graph.needed(path) for path in graph.later(entry["path"])}
    if later:
        first |= dict.fromkeys(
            path
            for path in next(iter(later.values()))
            if all(path in one for one in later.values())
        )
    lines = [f'<link rel="modulepreload" href="{PLACEHOLDER}{path}">' for path in first]
    if later:
        rest = {
            PLACEHOLDER + path: [PLACEHOLDER + one for one in needed if one not in first]
            for path, needed in later.items()
        }
        lines.append(f'<script type="application/json" id="later">{json.dumps(rest)}</script>')
    told = "".join(f"{entry['indent']}{line}\n" for line in lines)
    return page[: entry.start()] + told + page[entry.start() :]
