"""One request to the API as its method sees it, and the parts of an answer."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tests.fakes.youtube.errors import Refusal
from tests.fakes.youtube.schema import check_body
from tests.fakes.youtube.state import State


class Call(msgspec.Struct, kw_only=True):
    """A checked request: the caller is known, has paid, and named its parts well."""

    state: State
    method: str
    channel_id: str
    query: Mapping[str, list[str]]
    parts: tuple[str, ...] = ()
    body: object = None
    upload: bytes = b""

    def word(self, name: str) -> str:
        """A query value, '' when it is absent."""
        values = self.query.get(name, [])
        return values[-1] if values else ""

    def words(self, name: str) -> tuple[str, ...]:
        """A repeated query value; commas separate as well."""
        return tuple(split(self.query.get(name, [])))

    def resource(self, schema: str) -> dict[str, Any]:
        """The body, checked against a schema of the discovery document.

        Raises:
            Refusal: 400 when it does not fit.
        """
        return check_body(self.body if self.body is not None else {}, schema)

    def one_filter(self, *names: str) -> str:
        """The one filter that is given.

        Raises:
            Refusal: none is, or more than one.
        """
        given = [name for name in names if name in self.query and self.word(name) != "false"]
        if not given:
            raise Refusal(
                "missingRequiredParameter",
                "No filter selected. Expected one of: " + ", ".join(names),
            )
        if len(given) > 1:
            raise Refusal(
                "incompatibleParameters",
                "Incompatible parameters specified in the request: " + ", ".join(given),
            )
        return given[0]


def split(values: Iterable[str]) -> Iterable[str]:
    """Words of comma-separated, repeated values, without blanks."""
    return (word.strip() for value in values for word in value.split(",") if word.strip())


def page(
    call: Call, kind: str, items: list[dict[str, Any]], least: int = 0, most: int = 50
) -> dict[str, Any]:
    """A list answer with the items of one page; 5 unless the caller wants another number.

    Raises:
        Refusal: maxResults or pageToken make no sense.
    """
    wanted = call.word("maxResults") or "5"
    token = call.word("pageToken") or "P0"
    if not wanted.isdigit() or not least <= int(wanted) <= most:
        raise Refusal(
            "invalidParameter", f"Invalid value '{wanted}' for maxResults: {least}..{most}"
        )
    if not token.startswith("P") or not token[1:].isdigit():
        raise Refusal("invalidPageToken")
    start, size = int(token[1:]), int(wanted)
    answer: dict[str, Any] = {"kind": f"youtube#{kind}", "etag": etag(items)}
    if size and start + size < len(items):
        answer["nextPageToken"] = f"P{start + size}"
    if start:
        answer["prevPageToken"] = f"P{max(0, start - size)}"
    answer["pageInfo"] = {"totalResults": len(items), "resultsPerPage": size}
    return {**answer, "items": items[start : start + size]}


def etag(content: object) -> str:
    return f'"{hash(repr(content)) & 0xFFFFFFFFFFFF:012x}"'


def chosen(kind: str, id_: str, parts: Iterable[str], whole: Mapping[str, Any]) -> dict[str, Any]:
    """A resource with the requested parts alone."""
    shown = {part: whole[part] for part in parts if part in whole}
    return {"kind": f"youtube#{kind}", "etag": etag(shown), "id": id_, **shown}
