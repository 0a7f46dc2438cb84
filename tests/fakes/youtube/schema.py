"""Bodies are checked as Google's front end does: against the discovery document's own schemas."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import googleapiclient

from tests.fakes.youtube.errors import Refusal

_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int, str),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}

_ENUM_REASONS = {
    "privacyStatus": "invalidPrivacyStatus",
    "latencyPreference": "invalidLatencyPreferenceOptions",
    "projection": "invalidProjection",
    "frameRate": "invalidFrameRate",
    "resolution": "invalidResolution",
    "ingestionType": "invalidIngestionType",
}
"""Fields whose wrong words have a documented reason of their own."""


@functools.cache
def discovery() -> dict[str, Any]:
    """The discovery document that the installed client brings along."""
    folder = Path(googleapiclient.__path__[0]) / "discovery_cache" / "documents"
    document: dict[str, Any] = json.loads((folder / "youtube.v3.json").read_text())
    return document


def check_body(body: object, schema: str) -> dict[str, Any]:
    """The body, if each of its fields exists in the schema and has its type.

    Raises:
        Refusal: 400 ``invalid`` with the path of the first field that does not fit.
    """
    _check(body, {"$ref": schema}, _snake(schema))
    assert isinstance(body, dict)
    return body


def _check(value: object, shape: Mapping[str, Any], path: str) -> None:
    if "$ref" in shape:
        shape = {"type": "object", **discovery()["schemas"][shape["$ref"]]}
    kind = str(shape.get("type", "object"))
    wrong = not isinstance(value, _JSON_TYPES[kind])
    if wrong or (isinstance(value, bool) and kind != "boolean"):
        raise Refusal("invalid", f"Invalid value at '{path}' ({kind}), {json.dumps(value)}")
    if "enum" in shape and value not in shape["enum"]:
        field = next((name for name in _ENUM_REASONS if path.endswith(_snake(name))), "")
        reason = _ENUM_REASONS.get(field, "invalid")
        raise Refusal(reason, f"Invalid value at '{path}' (TYPE_ENUM), {json.dumps(value)}")
    if isinstance(value, list):
        for place, item in enumerate(value):
            _check(item, shape["items"], f"{path}[{place}]")
    elif isinstance(value, dict) and "properties" in shape:
        _check_fields(value, shape["properties"], path)


def _check_fields(value: Mapping[str, Any], fields: Mapping[str, Any], path: str) -> None:
    for name, item in value.items():
        if name not in fields:
            text = f"Invalid JSON payload received. Unknown name \"{name}\" at '{path}': "
            raise Refusal("invalid", text + "Cannot find field.")
        if item is not None:
            _check(item, fields[name], f"{path}.{_snake(name)}")


def _snake(name: str) -> str:
    letters = (f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return "".join(letters).lstrip("_")
