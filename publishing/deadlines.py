"""Statements that take too long are cancelled, so that no question keeps a server from all others.

Only the portal as it is served has the limit (config/wsgi.py): commands, such as a migration, take their time.
"""

import sqlite3
import time
from typing import Any

from django.db.backends.signals import connection_created

#: Steps of SQLite between two looks at the clock: some microseconds.
STEPS = 10_000
#: PostgreSQL's code of a statement that was cancelled.
CANCELLED = "57014"


def connect(seconds: float) -> None:
    """Limit the statements of every connection that is made from now on.

    Args:
        seconds: that a statement may take; on SQLite until its last row is read. 0 is no limit.
    """
    if not seconds:
        return

    def limit(connection: Any, **kwargs: Any) -> None:
        if connection.vendor == "sqlite":
            _limit_sqlite(connection.connection, seconds)
        else:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = %s", [round(seconds * 1000)])

    connection_created.connect(limit, weak=False, dispatch_uid=__name__)


def _limit_sqlite(connection: sqlite3.Connection, seconds: float) -> None:
    due = 0.0

    def begin(statement: str) -> None:
        nonlocal due
        due = time.monotonic() + seconds

    connection.set_trace_callback(begin)
    connection.set_progress_handler(lambda: time.monotonic() > due, STEPS)


def is_cancelled(error: BaseException | None) -> bool:
    """Say whether a database's error is that a statement took too long."""
    cause = getattr(error, "__cause__", None)
    is_interrupted = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    return is_interrupted or getattr(cause, "pgcode", None) == CANCELLED
