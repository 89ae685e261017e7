"""A process killed in the middle of an import or a migration leaves the old state, and the next goes through."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from centres.models import Service
from editing.importing import receive
from editing.models import Import
from editing.sheets import csv_bytes, read_sheet
from publishing.triggers import triggers
from tests.copies import Copy
from tests.database import dump
from tests.editing.test_importing import HEAD, ROWS, new_services
from tests.faults.conftest import FIGURES

#: Does its work and is killed by itself, as kill -9 does, when so many statements have written; 0 is never.
KILLED = """
import itertools, os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from editing.importing import apply
count = itertools.count(1)
def follow(execute, sql, *rest):
    result = execute(sql, *rest)
    if sql.startswith(("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER")) and next(count) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return result
connection.execute_wrappers.append(follow)
exec(sys.argv[2])
"""


def work(url: str, after: int, what: str) -> int:
    """Do something in a process of its own; return its exit code, negative where it was killed.

    Args:
        after: how many statements that write; 0 lets it end.
    """
    own = {"DATABASE_URL": url, "DATABASE_REPLICA_URLS": "", "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    command = [sys.executable, "-c", KILLED, str(after), what]
    FIGURES["faults caused"] += bool(after)
    return subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **own}, check=False).returncode


def test_a_killed_import_leaves_the_old_content_whole(copy: Copy):
    sheet = read_sheet("services.csv", csv_bytes([HEAD, *[[str(cell) for cell in row] for row in new_services()]]))
    with copy.used():
        pk = receive(User.objects.create_superuser("author"), Service, "services.csv", sheet).pk
        before, services = dump(), Service.objects.count()
    # One of them writes some of the records, another what follows from them.
    for after in (3, 6):
        assert work(copy.url, after, f"apply({pk}, 'killed')") == -signal.SIGKILL
        with copy.used():
            assert dump() == before
    assert work(copy.url, 0, f"apply({pk}, 'not killed')") == 0
    with copy.used():
        FIGURES["records lost"] += services + ROWS - Service.objects.count()
        assert Service.objects.count() == services + ROWS
        assert not Import.objects.exists()


def schema() -> tuple[set[str], set[tuple[str, str]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(connection.introspection.table_names(cursor)), set(triggers("default"))


def test_a_killed_migration_goes_on_from_where_it_was(copy: Copy, tmp_path: Path):
    with copy.used():
        expected = schema()
    if connection.vendor == "sqlite":
        copy.path = tmp_path / "new.sqlite3"
        copy.url = f"sqlite:///{copy.path}"
    else:
        copy.do("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for after in (2, 60):
        assert work(copy.url, after, "call_command('migrate', verbosity=0)") == -signal.SIGKILL
    assert work(copy.url, 0, "call_command('migrate', verbosity=0)") == 0
    with copy.used():
        assert schema() == expected


@pytest.mark.one_database
def test_the_statements_of_the_killed_are_counted(tmp_path: Path):
    """Else the others would show nothing."""
    assert work(f"sqlite:///{tmp_path}/new", 1, "connection.cursor().execute('SELECT 1')") == 0
    assert work(f"sqlite:///{tmp_path}/new", 1, "connection.cursor().execute('CREATE TABLE a (b)')") == -signal.SIGKILL
