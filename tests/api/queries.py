"""Counting the queries of an answer against query_counts.json; a difference shows the SQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

#: Queries of each list, page and comparison, whatever the number of rows. Change a number only on purpose.
COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text(encoding="utf-8"))


@contextmanager
def recorded_queries(path: str) -> Iterator[None]:
    """Check that the block makes as many queries as are recorded for the answer at ``path``."""
    with CaptureQueriesContext(connection) as captured:
        yield
    expected = COUNTS.get(path)
    if len(captured) != expected:
        lines = [f"{number}. {query['sql']}" for number, query in enumerate(captured.captured_queries, 1)]
        raise AssertionError("\n".join([f"{path}: {len(captured)} queries, query_counts.json says {expected}", *lines]))
