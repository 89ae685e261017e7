"""Backups: the whole database as of one moment, in one file that says what it is and whether it is whole.

The file is a zip: ``manifest.json``, and ``database`` as its engine writes it. It appears under its name when it is
complete and on the disk. What is restored is checked, made and migrated first, and then takes the place of what was
there at once: whatever fails before leaves the old state.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.utils import timezone
from psycopg2.extensions import make_dsn

from publishing.conditional import program
from publishing.health import wanted_migrations
from publishing.models import Dataset

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
CHUNK = 2**20
#: Where PostgreSQL keeps the old state until the new one is complete.
ASIDE = "before_restore"
SET_ASIDE = f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE; ALTER SCHEMA public RENAME TO {ASIDE}; CREATE SCHEMA public;"
BRING_BACK = f"DROP SCHEMA public CASCADE; ALTER SCHEMA {ASIDE} RENAME TO public"


class BackupProblem(Exception):
    """A backup cannot be made or restored; the text says which file, why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    #: As Django names it: sqlite or postgresql.
    engine: str
    revision: int
    made_at: str
    #: The checksum of the program that made it, and the migrations that its database had.
    program: str
    migrations: list[str]
    sha256: str


def back_up(path: Path, *, force: bool = False) -> Manifest:
    """Write a backup of the database.

    Args:
        path: the file.
        force: whether it may take the place of one that is there.

    Raises:
        BackupProblem: nothing was written; what was there is as it was.
    """
    if path.exists() and not force:
        raise BackupProblem(f"{path} is there already: name another file, or say --force.")
    with _explained(path, "nothing was written"), TemporaryDirectory(prefix=".backup-", dir=path.parent) as name:
        database, unfinished = Path(name, DATABASE), Path(name, "unfinished")
        revision, migrations = (_save_sqlite if connection.vendor == "sqlite" else _save_postgresql)(database)
        with database.open("rb") as source:
            checksum = hashlib.file_digest(source, "sha256").hexdigest()
        made_at = timezone.now().isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, connection.vendor, revision, made_at, program(), migrations, checksum)
        # It holds accounts.
        unfinished.touch(0o600)
        with unfinished.open("r+b") as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
                archive.write(database, DATABASE)
            target.flush()
            os.fsync(target.fileno())
        os.replace(unfinished, path)
        _sync_folder(path.parent)
    return manifest


def restore(path: Path, *, force: bool = False) -> Manifest:
    """Make the database what it was when a backup was made, migrated to this program.

    Args:
        path: the backup.
        force: whether to replace a database that has content or accounts.

    Raises:
        BackupProblem: the database is as it was.
    """
    kept = Path(connection.settings_dict["NAME"]).parent if connection.vendor == "sqlite" else None
    with _explained(path, "the database is as it was"):
        if not force and _is_in_use():
            raise BackupProblem("The database has content or accounts: say --force to replace them.")
        with TemporaryDirectory(prefix=".restore-", dir=kept) as name:
            database = Path(name, DATABASE)
            manifest = _extract(path, database)
            (_put_sqlite if connection.vendor == "sqlite" else _put_postgresql)(database)
    return manifest


@contextmanager
def _explained(path: Path, outcome: str) -> Iterator[None]:
    """Say in the words of a BackupProblem what failed inside the block."""
    try:
        yield
    except FileNotFoundError as error:
        missing = Path(error.filename or path)
        hint = "install PostgreSQL's client programs" if missing.name == str(missing) else "name one that is there"
        raise BackupProblem(f"{missing} is not there: {hint}; {outcome}.") from error
    except OSError as error:
        raise BackupProblem(f"{path}: {error.strerror or error}; {outcome}.") from error
    except subprocess.CalledProcessError as error:
        raise BackupProblem(f"{path}: {error.stderr.strip()}; {outcome}.") from error
    except (sqlite3.Error, Error) as error:
        raise BackupProblem(f"{path}: the database says: {str(error).strip()}; {outcome}.") from error


def _extract(path: Path, database: Path) -> Manifest:
    """Take the database out of a backup; raise BackupProblem where it is not whole or does not fit."""
    broken = f"{path} is no whole backup of the portal: it was cut off or changed. Take another one."
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            if manifest.format != FORMAT or manifest.engine != connection.vendor:
                said = f"{path} is of {manifest.engine}, format {manifest.format}"
                raise BackupProblem(f"{said}; this portal restores {connection.vendor}, format {FORMAT}.")
            if newer := {*manifest.migrations} - {".".join(one) for one in wanted_migrations()}:
                raise BackupProblem(f"{path} is of a newer program (it has {min(newer)}): install that first.")
            with archive.open(DATABASE) as source, database.open("wb") as target:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    target.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError) as error:
        raise BackupProblem(broken) from error
    if digest.hexdigest() != manifest.sha256:
        raise BackupProblem(broken)
    return manifest


def _is_in_use() -> bool:
    """Say whether something would be lost."""
    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model._base_manager.exists() for model in (Dataset, get_user_model()))


def _described(cursor: Any) -> tuple[int, list[str]]:
    """Return the revision and the migrations of a database, by its driver's cursor."""
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    migrations = [name for (name,) in cursor.fetchall()]
    cursor.execute("SELECT coalesce(max(revision), 0) FROM publishing_dataset")
    return cursor.fetchone()[0], migrations


def _save_sqlite(database: Path) -> tuple[int, list[str]]:
    connection.ensure_connection()
    with closing(sqlite3.connect(database)) as copy:
        connection.connection.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise sqlite3.DatabaseError(f"it is damaged ({said}): restore the last backup (docs/operations.md)")
        return _described(copy.cursor())


def _put_sqlite(database: Path) -> None:
    place = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(database)
    try:
        call_command("migrate", verbosity=0)
        connection.close()
    finally:
        connection.settings_dict["NAME"] = place
    try:
        _copy_over(database, Path(place))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
            raise
        # Too damaged to be written over; who has it open must be started again.
        for suffix in ("-wal", "-shm", ""):
            if (damaged := Path(f"{place}{suffix}")).exists():
                os.replace(damaged, f"{place}.damaged{suffix}")
        _copy_over(database, Path(place))


def _copy_over(database: Path, place: Path) -> None:
    """Write a SQLite database over another in one transaction, which readers of that one see when it is complete."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(place)) as target:
        source.backup(target)


def _save_postgresql(database: Path) -> tuple[int, list[str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        described = _described(cursor)
        cursor.execute("SELECT pg_export_snapshot()")
        # The same moment for both.
        options = [f"--snapshot={cursor.fetchone()[0]}", f"--exclude-schema={ASIDE}", f"--file={database}"]
        _run("pg_dump", _address(), "--format=custom", "--no-owner", "--no-privileges", *options)
    return described


def _put_postgresql(database: Path) -> None:
    before, script = database.with_name("before.sql"), database.with_name("script.sql")
    before.write_text(SET_ASIDE)
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(database))
    quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    _run("psql", _address(), *quiet, "--single-transaction", f"--file={before}", f"--file={script}")
    connection.close()
    try:
        call_command("migrate", verbosity=0)
    except BaseException:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BRING_BACK)
        raise
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _address() -> str:
    """Return where the database is, for PostgreSQL's programs; the password is in their environment."""
    parameters = connection.get_connection_params()
    left_out = {"password", "cursor_factory"}
    address = {name: value for name, value in parameters.items() if name not in left_out}
    return f"--dbname={make_dsn(**address)}"


def _run(name: str, *arguments: str) -> None:
    password = connection.settings_dict["PASSWORD"]
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    subprocess.run([name, *arguments], env=environment, check=True, capture_output=True, text=True)  # noqa: S603


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
