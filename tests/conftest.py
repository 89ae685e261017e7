"""What every test can use. Tests that ask for `content` see the real content; all others see an empty database.

What a database stores, finds, orders, counts, refuses or locks is tested on SQLite and on PostgreSQL. What judges the
answer made of it (mark-up, wording, refusals of wrong parameters, files, drawings, the content itself) has the same
rows before it on both, and is tested on SQLite alone: such tests have the marker `one_database`. Those that ask for no
database get it below. Of a walk through pages, languages or roles PostgreSQL takes as much as makes each query once.
"""

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis.configuration import set_hypothesis_home_dir
from pytest_django.live_server_helper import LiveServer

from publishing.models import Dataset
from tests.copies import Copy
from tests.network import only_this_machine

#: The database with the content as it was first loaded, on SQLite.
LOADED: list[sqlite3.Connection] = []

# Else it would write its folder beside the code.
set_hypothesis_home_dir(settings.VAR_DIR / "hypothesis")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that ask for no database: they run once."""
    if "django_db_setup" not in getattr(item, "fixturenames", []) and not item.get_closest_marker("django_db"):
        item.add_marker(pytest.mark.one_database)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests without content first, and last those that empty the database when they are done.

    The content is then loaded once: before it comes nobody's test can meet it, and after it only the few tests that
    commit (`live_server`, `transaction=True`) have to load it again. pytest-django has sorted before; the sort is
    stable, so its order holds inside each group.
    """

    def group(item: pytest.Item) -> int:
        names = getattr(item, "fixturenames", [])
        marker = item.get_closest_marker("django_db")
        if "content_in_database" not in names:
            return 0
        commits = "transactional_db" in names or "live_server" in names
        return 2 if commits or (marker and marker.kwargs.get("transaction")) else 1

    items.sort(key=group)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, at the end, which tool was not there and kept tests from running (tests/tools.py)."""
    for reason in sorted({report.longrepr[2] for report in terminalreporter.getreports("skipped")}):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), yellow=True)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    with only_this_machine():
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Undo what outlives a test: cached pages, and the language that the last request activated."""
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> Iterator[None]:
    """Make the test database whichever tests run.

    pytest-django's own makes none where no test is marked; the browser tests alone, which reach the database through
    a server, would then read the developer's.
    """
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session")
def content_in_database(django_db_setup: None, django_db_blocker) -> None:
    """Load fixtures/ once, outside every test's transaction."""
    with django_db_blocker.unblock():
        load_missing_content()


@pytest.fixture
def content(content_in_database: None, db: None) -> None:
    """The real content, in the database. What a test changes in it is undone after the test."""
    load_missing_content()


@pytest.fixture
def copy(content_in_database: None, django_db_blocker, tmp_path: Path) -> Iterator[Copy]:
    """A copy of the database with the real content, for other processes and for what would spoil it."""
    with django_db_blocker.unblock():
        load_missing_content()
        made = Copy(tmp_path)
        yield made
        made.close()


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Keep requests from closing the test's connection, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def server(content_in_database: None) -> Iterator[LiveServer]:
    """The portal on a port of this machine.

    pytest-django's `live_server` is the same server, but it empties the database after every test.
    """
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def served(server: LiveServer, django_db_blocker) -> Iterator[str]:
    """The address of the portal with the real content, which the test only reads."""
    # The server's threads read the database during the test.
    with django_db_blocker.unblock():
        load_missing_content()
        yield server.url


def load_missing_content() -> None:
    """Load fixtures/ unless it is there; a test that commits empties every table when it is done.

    To load takes half a minute. On SQLite it is done once, and what it made is copied back.
    """
    if Dataset.objects.exists():
        return
    if LOADED:
        LOADED[0].backup(connection.connection)
        # Made anew when the tables were emptied, with other keys.
        ContentType.objects.clear_cache()
        return
    call_command("load_content", stdout=io.StringIO())
    if connection.vendor == "sqlite":
        LOADED.append(sqlite3.connect(":memory:", check_same_thread=False))
        connection.connection.backup(LOADED[0])
