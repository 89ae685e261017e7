"""The database as it is, to compare before and after."""

from typing import Any

from django.db import connection


def dump(*, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, past all models and their languages.

    Args:
        without: columns to leave out, such as a time of loading.
    """
    tables: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # The name comes from the database itself.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            kept = [n for n, column in enumerate(cursor.description) if column[0] not in without]
            rows = [tuple(row[n] for n in kept) for row in cursor.fetchall()]
            tables[table] = sorted(rows, key=repr)
    return tables
