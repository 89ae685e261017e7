"""What is told of each request that reaches Django, and of each query that is slow.

Behind a hit of the page cache nothing of this runs.
"""

import logging
import re
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import perf_counter
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import Error
from django.db.backends.signals import connection_created

from publishing.conditional import PRIVATE, STATE, STATIC
from publishing.logs import request_id
from publishing.metrics import PATH, metrics

access = logging.getLogger("portal.access")
slow = logging.getLogger("portal.slow")

#: Where the page cache says in the WSGI environment that it asks for an answer that it lacks.
MISS = "publishing.miss"
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{1,64}")
#: The media types of files, which take longer than pages.
EXPORT = re.compile(r"text/csv|application/(zip|geo\+json|x-ndjson|vnd\.openxml)")
#: What a statement has of values in itself, and lists of placeholders, whose length makes no other statement.
LITERALS, LISTS = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b"), re.compile(r"%s(?:, %s)+")
LONGEST = 2000


class Watched:
    """WSGI middleware: gives each request an id, writes its line into the log and counts it."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == PATH and settings.METRICS_TOKEN:
            return metrics.answer(environ, start_response)
        given = environ.get("HTTP_X_REQUEST_ID", "")
        identifier = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        token = request_id.set(identifier)
        status, kind = HTTPStatus.INTERNAL_SERVER_ERROR.value, kind_of(path, [])

        def start(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status, kind
            status, kind = int(line[:3]), kind_of(path, headers)
            return start_response(line, [*headers, ("X-Request-ID", identifier)], *error)

        began = perf_counter()
        try:
            return self.application(environ, start)
        finally:
            seconds = perf_counter() - began
            metrics.count("portal_requests_total", kind=kind, status=f"{status // 100}xx")
            metrics.observe(kind, seconds)
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                metrics.count("portal_throttled_total")
            shown = environ.get(STATE)
            said = {
                "method": environ["REQUEST_METHOD"],
                # As it was sent: no line break of a reader's is one of the log's.
                "path": quote(path.encode("latin-1", "replace"))[:LONGEST],
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
                "revision": shown and shown.revision,
                "cache": "miss" if MISS in environ else "pass",
            }
            access.info("%(method)s %(path)s %(status)s %(milliseconds)s ms, revision %(revision)s, %(cache)s", said)
            request_id.reset(token)


def kind_of(path: str, headers: list[tuple[str, str]]) -> str:
    """Return what an answer is: page, api, export, static or admin."""
    if path.startswith(STATIC):
        return "static"
    if PRIVATE in path:
        return "admin"
    if any(name == "Content-Type" and EXPORT.match(value) for name, value in headers):
        return "export"
    return "api" if path.startswith("/api/") else "page"


def watch_query(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Count a query that fails, and write one that is slow into the log, without its parameters."""
    began = perf_counter()
    try:
        return execute(sql, params, many, context)
    except Error as error:
        metrics.database_failed(context["connection"].alias, error)
        raise
    finally:
        seconds = perf_counter() - began
        if 0 < settings.SLOW_QUERY_SECONDS <= seconds:
            alias = context["connection"].alias
            metrics.count("portal_slow_queries_total", database=alias)
            said = {"milliseconds": round(seconds * 1000), "database": alias, "sql": shape(str(sql))}
            slow.warning("A query of %(milliseconds)s ms on %(database)s: %(sql)s", said)


def shape(sql: str) -> str:
    """Return a statement without values, the same for every length of a list."""
    return LITERALS.sub("?", LISTS.sub("%s, …", sql))[:LONGEST]


def connect() -> None:
    """Watch the queries of every connection that is opened from now on."""
    connection_created.connect(_watch_connection)


def _watch_connection(connection: Any, **_rest: Any) -> None:
    # One that was lost and opened again is the same object.
    if watch_query not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch_query)
