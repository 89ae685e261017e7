"""Triggers that raise the dataset's revision, whatever writes to a table of the content: bulk statements and plain SQL
too, which send no signals.

Who follows a change themself (``upkeep``, the loader) marks that with ``Dataset.follow()``, and the triggers leave it
to them. The mark is data of the transaction: no other transaction sees it, and with a rollback it is gone.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from publishing.models import Dataset, KeyedModel

NAME = "raise_revision"
#: The dataset's row as of before the first change, if there is none.
BEGIN = (
    "INSERT INTO publishing_dataset (id, revision, content_hash, followed) "
    "SELECT 1, 0, '', {false} WHERE NOT EXISTS (SELECT 1 FROM publishing_dataset)"
)
RAISE = "UPDATE publishing_dataset SET revision = revision + 1, changed_at = {now} WHERE id = 1 AND NOT followed"
# Once a statement, not once a row.
POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN {BEGIN.format(false="false")} ON CONFLICT DO NOTHING; END IF;
{RAISE.format(now="clock_timestamp()")};
RETURN NULL; END $$
"""
# As Django writes a time on SQLite.
SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def content_tables() -> list[str]:
    """Return the tables of every model of the content and of their many-to-many relations."""
    found = set()
    for model in apps.get_models():
        if issubclass(model, KeyedModel):
            found.add(model._meta.db_table)
            relations: Iterable[Any] = model._meta.many_to_many
            found |= {one.remote_field.through._meta.db_table for one in relations}
    return sorted(found)


def triggers(using: str) -> dict[tuple[str, str], str]:
    """Return the portal's triggers in a database: table and name, and on SQLite the statement that made each."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{NAME}%"]
            )
        else:
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, '' FROM pg_trigger WHERE NOT tgisinternal AND tgname = %s",
                [NAME],
            )
        return {(table, name): statement for table, name, statement in cursor.fetchall()}


def make_triggers(using: str, **kwargs: Any) -> None:
    """Make the triggers that a database lacks; to be called after each migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor)
        if Dataset._meta.db_table not in present or "followed" not in _columns(connection, cursor):
            return  # It is migrated to a state before them.
    wanted: dict[tuple[str, str], str] = {}
    for table in sorted(set(content_tables()).intersection(present)):
        wanted |= _wanted(connection.vendor, table)
    there = triggers(using)
    statements = [POSTGRESQL] if connection.vendor == "postgresql" else []
    for (table, name), statement in wanted.items():
        if there.get((table, name)) not in {statement, ""}:
            if connection.vendor == "sqlite":
                statements.append(f'DROP TRIGGER IF EXISTS "{name}"')
            statements.append(statement)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop_triggers(using: str, plan: Sequence[Any], **kwargs: Any) -> None:
    """Drop the triggers on SQLite before a migration: it makes a table anew under another name, which they forbid."""
    if plan and connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            for _table, name in triggers(using):
                cursor.execute(f'DROP TRIGGER "{name}"')


def _columns(connection: BaseDatabaseWrapper, cursor: Any) -> set[str]:
    return {one.name for one in connection.introspection.get_table_description(cursor, Dataset._meta.db_table)}


def _wanted(vendor: str, table: str) -> dict[tuple[str, str], str]:
    """Return the triggers that a table should have."""
    if vendor == "postgresql":
        events = "INSERT OR UPDATE OR DELETE OR TRUNCATE"
        return {(table, NAME): f'CREATE TRIGGER {NAME} AFTER {events} ON "{table}" EXECUTE FUNCTION {NAME}()'}
    found = {}
    for event in ("INSERT", "UPDATE", "DELETE"):
        begin = f"{BEGIN.format(false=0)}; " if event == "INSERT" else ""
        body = f"{begin}{RAISE.format(now=SQLITE_NOW)};"
        name = f"{NAME}_{table}_{event.lower()}"
        found[table, name] = f'CREATE TRIGGER "{name}" AFTER {event} ON "{table}" BEGIN {body} END'
    return found
