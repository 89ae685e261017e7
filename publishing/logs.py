"""Lines of the log: JSON in production, readable ones on a developer's machine.

No line holds personal data: no address, no name of a user, no query string, no token.
"""

import datetime
import json
import logging
import re
from contextvars import ContextVar
from typing import Any

#: The request that the thread answers; empty where it answers none, as behind a hit of the page cache.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: What PostgreSQL adds to an error: the values of a row, the statement with its values.
VALUES = re.compile(r"^(?:DETAIL|CONTEXT|LINE \d+):.*\n?(?:\s*\^\n?)?", re.MULTILINE)


class ReadableFormatter(logging.Formatter):
    """Lines for a person. A traceback keeps its message and loses the rows that a database tells with it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id}] {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        return VALUES.sub("", super().formatException(ei))


class JsonFormatter(ReadableFormatter):
    """A JSON object a line. The arguments of a message that names them are members of their own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        if isinstance(record.args, dict):
            line |= record.args
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # ASCII: a lone surrogate in a path is no UTF-8.
        return json.dumps(line, default=str)
