"""A disk that is full: what is being written is refused, what was there stays, and with room all goes on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.copies import Copy
from tests.faults.conftest import CENTRE, FIGURES, Served
from tests.tools import missing

pytestmark = pytest.mark.one_database


class Disk:
    """A small file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"

    def fill(self, room: int = 0) -> None:
        """Leave no room, or so many bytes."""
        with self.ballast.open("wb", buffering=0) as file:
            for size in (2**16, 1):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        assert not shutil.disk_usage(self.folder).free
        os.truncate(self.ballast, self.ballast.stat().st_size - room)
        FIGURES["faults caused"] += 1

    def clear(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        missing("No small disk can be mounted here: what happens when it is full is not tested.")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607 - as mount, above.


def test_a_change_is_refused_while_the_disk_is_full_and_pages_are_read(
    copy: Copy, served: Callable[..., Served], disk: Disk
):
    copy.move(disk.folder)
    portal = served()
    portal.wait()
    assert portal.write("BEFORE").status == 200
    portal.tag = portal.fetch(CENTRE).headers["etag"]
    disk.fill()
    for number in range(3):
        refused = portal.write(f"FULL-{number}")
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    for path in ("/en/centres/", "/zh-hans/", CENTRE, "/api/v1/changes/?since=0"):
        assert portal.fetch(path).status == 200
    assert b"BEFORE" in portal.fetch(CENTRE).body
    disk.clear()
    assert portal.write("AFTER").status == 200
    assert copy.ask("PRAGMA integrity_check") == "ok"
    assert copy.ask("SELECT acronym FROM centres_centre WHERE code = 'kenya-scrc'") == "AFTER"


@pytest.mark.usefixtures("content")
def test_the_export_is_given_where_it_cannot_be_kept(client: Client, disk: Disk, settings: Any):
    settings.VAR_DIR = disk.folder
    (disk.folder / "export").mkdir()
    disk.fill()
    response = client.get("/api/v1/export.zip")
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert not list((disk.folder / "export").iterdir())


def test_a_backup_that_finds_no_room_changes_nothing(copy: Copy, disk: Disk, tmp_path: Path):
    def manage(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "manage.py", *arguments]
        environment = {**os.environ, "PORTAL_LOCAL": "1", "DATABASE_URL": copy.url}
        done = subprocess.run(
            command, cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr

    kept, elsewhere = disk.folder / "portal.backup", tmp_path / "portal.backup"
    assert manage("backup", str(kept))[0] == 0
    elsewhere.write_bytes(whole := kept.read_bytes())
    # It ends before the database is copied, and while the copy is packed.
    for room in (0, copy.path.stat().st_size + len(whole) // 2):
        disk.fill(room)
        code, said = manage("backup", "--force", str(kept))
        assert (code, str(kept) in said, "nothing was written" in said) == (1, True, True)
        assert kept.read_bytes() == whole
        assert {path.name for path in disk.folder.iterdir()} == {"portal.backup", "ballast"}
        disk.clear()

    copy.move(disk.folder)
    copy.do("UPDATE publishing_dataset SET revision = 77")
    disk.fill()
    code, said = manage("restore", "--force", str(elsewhere))
    assert (code, "the database is as it was" in said) == (1, True)
    assert copy.ask("SELECT revision FROM publishing_dataset") == 77
    assert copy.ask("PRAGMA integrity_check") == "ok"
