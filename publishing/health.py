"""What a supervisor or a balancer asks of a node: ``/healthz``, whether the process lives, and ``/readyz``, whether it
can answer readers. Both are answered past the page cache, and say nothing that readers may not know."""

import logging
import time
from collections.abc import Callable
from functools import cache, lru_cache

from django.db import DatabaseError, Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from publishing.models import Dataset
from publishing.problems import RETRY_SECONDS
from publishing.replicas import reading_alias, replicas

logger = logging.getLogger(__name__)

LIVE, READY = "/healthz", "/readyz"
#: Seconds for which a SQLite file that was read through is taken to be whole; it costs a tenth of a second.
WHOLE_SECONDS = 60


class NotReady(Exception):
    """The node cannot answer readers; the arguments are the check that failed and what to do."""


class HealthMiddleware:
    """Answer both addresses before anything that asks for a host, a language or a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == LIVE:
            response = JsonResponse({"status": "ok"})
        elif request.path_info == READY:
            response = ready()
        else:
            return self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def ready() -> JsonResponse:
    """Return 200 with the content's revision, or 503 with the check that failed and what to do."""
    try:
        revision = replicas.read(examine)
    except NotReady as failure:
        failed, remedy = failure.args
    except Error as error:
        # The text of an error may name servers and users: it is for the log.
        logger.error("/readyz: %s", error)
        failed, remedy = "database", "The database does not answer: start it, or mend DATABASE_URL."
        if connections[reading_alias()].vendor == "sqlite":
            remedy = "The database file is away or damaged: stop the portal and restore a backup (docs/operations.md)."
    else:
        return JsonResponse({"status": "ok", "revision": revision})
    answer = {"status": "unavailable", "failed": failed, "remedy": remedy}
    return JsonResponse(answer, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def examine() -> int:
    """Return the revision of the content, from one database.

    Raises:
        NotReady: a migration or the content is missing.
        django.db.Error: the database does not answer, or is damaged.
    """
    connection = connections[reading_alias()]
    if connection.vendor == "sqlite":
        _read_through(connection.alias, int(time.monotonic() // WHOLE_SECONDS))
    if missing := wanted_migrations() - MigrationRecorder(connection).applied_migrations().keys():
        raise NotReady("migrations", f"{len(missing)} are missing: run manage.py migrate.")
    if not (revision := Dataset.current().revision):
        raise NotReady("content", "There is none: run manage.py load_content, or restore a backup.")
    replicas.accept(revision)
    return revision


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """Return the app and name of every migration of this program."""
    return frozenset(MigrationLoader(None).disk_migrations)


@lru_cache(maxsize=1)
def _read_through(alias: str, _period: int) -> None:
    """Read a SQLite file to its end; raise DatabaseError where it is damaged. What it found holds for a period."""
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        if (said := cursor.fetchone()[0]) != "ok":
            raise DatabaseError(said)
