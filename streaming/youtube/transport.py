"""One HTTP connection a call, each write sent once."""

from typing import Any

import google_auth_httplib2
import httplib2


class Resent(httplib2.HttpLib2Error):  # type: ignore[misc]
    """The library wanted to send a write a second time; what became of the first is unknown."""


class _Once:
    """A connection that takes one request."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._used = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def request(self, *arguments: Any, **options: Any) -> Any:
        if self._used:
            raise Resent("not sent twice")
        self._used = True
        return self._connection.request(*arguments, **options)


class OnceHttp(httplib2.Http):  # type: ignore[misc]
    """Without httplib2's own repeat of requests whose connection broke.

    It repeats them whatever the method: an insert would arrive twice.
    """

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: Any, headers: Any
    ) -> Any:
        once = conn if method == "GET" else _Once(conn)
        return super()._conn_request(once, request_uri, method, body, headers)


def fresh(credentials: Any, timeout_s: float) -> Any:
    """A connection for one call: shared ones mix answers up between threads."""
    return google_auth_httplib2.AuthorizedHttp(credentials, http=OnceHttp(timeout=timeout_s))
