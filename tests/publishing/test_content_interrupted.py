"""A loader that is killed while it writes leaves the old content whole, and the next load is a normal one."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings

from tests.publishing.small_content import write_small_content


@pytest.fixture
def database(tmp_path):
    return tmp_path / "portal.sqlite3"


def manage(database, *arguments):
    """Start a command of the portal on a database file of its own."""
    environment = {**os.environ, "PORTAL_LOCAL": "1", "DATABASE_URL": f"sqlite:///{database}"}
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process):
    output, _nothing = process.communicate(timeout=120)
    assert process.returncode == 0, output
    return output


def read(database, statement):
    """Return the rows as a reader that starts now sees them."""
    connection = sqlite3.connect(database, timeout=0, isolation_level=None)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def everything(database):
    """Return every row of every table."""
    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_a_killed_loader_leaves_the_old_content_whole(database, tmp_path):
    finish(manage(database, "migrate", "--verbosity", "0"))
    finish(manage(database, "load_content", "--folder", str(write_small_content(tmp_path / "small"))))
    before = everything(database)

    # The first line of the report comes when rows are written and more are to follow: the loader is stopped there.
    loader = manage(database, "load_content")
    assert "sources.source" in loader.stdout.readline()
    loader.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            read(database, "BEGIN IMMEDIATE")
        assert read(database, "SELECT code FROM sources_source") == [("note",)], "a reader sees half a load"
    finally:
        loader.kill()
        loader.communicate()
    assert loader.returncode == -signal.SIGKILL
    assert everything(database) == before

    assert finish(manage(database, "load_content")).endswith("content: changed, revision 2\n")
    assert len(read(database, "SELECT iso2 FROM regions_country")) == 196
