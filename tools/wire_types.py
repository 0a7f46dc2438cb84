"""Write ``web/src/wire.d.ts`` from ``venue/wire*.py``, so that pages and server agree on shapes.

python -m tools.wire_types            writes the file
python -m tools.wire_types --check    exit status 1 if the file is out of date
"""

import dataclasses
import inspect
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from venue import wire, wire_booths, wire_youtube

TARGET = Path(__file__).resolve().parent.parent / "web" / "src" / "wire.d.ts"
HEADER = "// Generated from venue/wire*.py by tools/wire_types.py.  Do not edit.\n"
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def declarations() -> str:
    """Give the whole TypeScript module as text."""
    shapes = vars(wire_youtube) | vars(wire_booths) | vars(wire)
    names = {id(value): name for name, value in shapes.items() if get_origin(value) is Literal}
    parts = [HEADER]
    for name, value in shapes.items():
        if get_origin(value) is Literal:
            parts.append(f"export type {name} = {_literal(value)};\n")
        elif dataclasses.is_dataclass(value) and isinstance(value, type):
            parts.append(_interface(name, value, names))
    return "\n".join(parts)


def _interface(name: str, shape: Any, names: Mapping[int, str]) -> str:
    hints = get_type_hints(shape)
    doc = inspect.getdoc(shape) or ""
    lines = [f"/** {' '.join(doc.split())} */", f"export interface {name} {{"]
    lines += [
        f"  readonly {field.name}: {_type(hints[field.name], names)};"
        for field in dataclasses.fields(shape)
    ]
    return "\n".join([*lines, "}", ""])


def _literal(hint: object) -> str:
    return " | ".join(f'"{value}"' for value in get_args(hint))


def _type(hint: Any, names: Mapping[int, str]) -> str:
    if hint in SCALARS:
        return SCALARS[hint]
    if isinstance(hint, NewType):
        return _type(hint.__supertype__, names)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return str(hint.__name__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return names.get(id(hint)) or _literal(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(argument, names) for argument in arguments)
    if origin is tuple:
        return f"ReadonlyArray<{_type(arguments[0], names)}>"
    if origin is Mapping:
        return f"Readonly<Record<string, {_type(arguments[1], names)}>>"
    raise TypeError(f"no TypeScript for {hint!r}")


def main(arguments: list[str]) -> int:
    text = declarations()
    if "--check" in arguments:
        return 0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
