"""Which pages may open a socket here."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit


def own_pages(public_url: str) -> Callable[[str | None, Mapping[str, Any]], bool]:
    """Pages of our own address only: the public one, or the one the request itself names."""

    def allowed(origin: str | None, environ: Mapping[str, Any]) -> bool:
        if origin is None:
            return False
        host = urlsplit(origin).netloc
        return origin == public_url.rstrip("/") or host == environ.get("HTTP_HOST")

    return allowed
