"""What a backup has comes back, on a database of either kind; what is broken, or does not fit, changes nothing."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.copies import Copy, postgresql_programs

CHANGE = "UPDATE centres_centre SET acronym = 'LATER' WHERE code = 'kenya-scrc'"
LATER = "SELECT count(*) FROM centres_centre WHERE acronym = 'LATER'"
#: A migration that the program has and an older database had not.
FORGET = "DELETE FROM django_migrations WHERE app = 'sessions'"
FORGOTTEN = "DROP TABLE django_session"


class Portal:
    """The commands, on a copy of the test database."""

    def __init__(self, copy: Copy, folder: Path) -> None:
        self.copy, self.file = copy, folder / "portal.backup"
        programs = f"{postgresql_programs()}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PORTAL_LOCAL": "1", "DATABASE_URL": copy.url, "PATH": programs}

    def run(self, *arguments: str, **more: str) -> tuple[int, str]:
        """Run a command of manage.py; return its exit code and what it said."""
        command = [sys.executable, "manage.py", *arguments]
        environment = {**self.environment, **more}
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    @property
    def state(self) -> tuple[Any, ...]:
        """Return the revision, and how much there is of some tables."""
        count = "SELECT count(*) FROM"
        tables = ("publishing_dataset", "centres_service", "sources_citation", "publishing_contentchange")
        counts = [self.copy.ask(f"{count} {table}") for table in tables]
        return self.copy.ask("SELECT revision FROM publishing_dataset"), self.copy.ask(LATER), *counts


@pytest.fixture
def portal(copy: Copy, tmp_path: Path) -> Portal:
    return Portal(copy, tmp_path)


def rewrite(file: Path, **changes: Any) -> None:
    """Change what a backup says of itself."""
    with zipfile.ZipFile(file) as archive:
        manifest, database = json.loads(archive.read("manifest.json")), archive.read("database")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({**manifest, **changes}))
        archive.writestr("database", database)


def test_what_was_saved_comes_back_with_its_revision(portal: Portal):
    before = portal.state
    code, said = portal.run("backup", str(portal.file))
    assert code == 0, said
    assert f"revision {before[0]}, {connection.vendor}" in said
    assert portal.file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(portal.file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["revision"], manifest["engine"]) == (before[0], connection.vendor)
    code, said = portal.run("backup", str(portal.file))
    assert (code, "is there already" in said) == (1, True)

    # What came after goes, a table that the backup does not know too.
    portal.copy.do(CHANGE)
    portal.copy.do("CREATE TABLE later (id integer)")
    changed = portal.state
    assert changed != before
    code, said = portal.run("restore", str(portal.file))
    assert (code, "has content or accounts" in said) == (1, True)
    assert portal.state == changed
    code, said = portal.run("restore", str(portal.file), "--force")
    assert (code, f"revision {before[0]}" in said) == (0, True), said
    assert portal.state == before
    with pytest.raises(Exception, match="later"):
        portal.copy.ask("SELECT count(*) FROM later")
    # Triggers and sequences too.
    portal.copy.do(CHANGE)
    assert portal.state[0] == before[0] + 1


def test_a_backup_of_an_older_program_is_migrated_and_of_a_newer_refused(portal: Portal):
    portal.copy.do(FORGOTTEN)
    portal.copy.do(FORGET)
    assert portal.run("backup", str(portal.file))[0] == 0
    code, said = portal.run("restore", str(portal.file), "--force")
    assert code == 0, said
    assert portal.copy.ask("SELECT count(*) FROM django_session") == 0
    rewrite(portal.file, migrations=["centres.9999_not_yet"])
    before = portal.state
    code, said = portal.run("restore", str(portal.file), "--force")
    assert (code, "newer program (it has centres.9999_not_yet)" in said) == (1, True)
    assert portal.state == before


def test_what_is_broken_or_does_not_fit_changes_nothing(portal: Portal):
    assert portal.run("backup", str(portal.file))[0] == 0
    portal.copy.do(CHANGE)
    before, whole = portal.state, portal.file.read_bytes()
    middle = len(whole) // 2
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]

    def refused(message: str) -> None:
        code, said = portal.run("restore", str(portal.file), "--force")
        assert (code, message in said, str(portal.file) in said) == (1, True, True), said
        assert portal.state == before

    for broken in (whole[:middle], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], b"", b"PK"):
        portal.file.write_bytes(broken)
        refused("no whole backup")
    for changes, message in (
        ({"sha256": "0" * 64}, "no whole backup"),
        ({"engine": other}, f"is of {other}"),
        ({"format": 2}, "format 2"),
    ):
        portal.file.write_bytes(whole)
        rewrite(portal.file, **changes)
        refused(message)
    portal.file.unlink()
    refused("is not there")
    # A migration fails after everything has been read: its table is there already.
    portal.copy.do(FORGET)
    assert portal.run("backup", str(portal.file))[0] == 0
    # What has come since would be gone.
    portal.copy.do(CHANGE.replace("LATER", "LATEST"))
    before = portal.state
    refused("already exists")
