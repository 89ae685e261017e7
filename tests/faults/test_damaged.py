"""A SQLite file that is damaged: readers are told, without a traceback; a backup brings it back, from under readers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from tests.cluster.servers import until
from tests.copies import Copy
from tests.faults.conftest import CENTRE, FIGURES, Served

pytestmark = pytest.mark.one_database


def manage(copy: Copy, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    environment = {**os.environ, "PORTAL_LOCAL": "1", "DATABASE_URL": copy.url}
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def damage(path: Path, begin: int, end: int) -> None:
    """Overwrite a part of a file."""
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(os.urandom(end - begin))
    FIGURES["faults caused"] += 1


def test_a_damaged_database_is_told_and_restored_from_under_the_portal(
    copy: Copy, served: Callable[..., Served], tmp_path: Path
):
    backup = str(tmp_path / "portal.backup")
    assert manage(copy, "backup", backup).returncode == 0
    before = copy.ask("SELECT revision FROM publishing_dataset")
    copy.do("PRAGMA wal_checkpoint(TRUNCATE)")
    copy.stranger.close()
    portal = served(PAGE_CACHE_MEGABYTES="0")
    portal.wait("/healthz")
    # Its beginning, where the schema is, stays.
    size = copy.path.stat().st_size
    damage(copy.path, size // 4, size)
    ready = portal.fetch("/readyz")
    assert (ready.status, b"restore a backup" in ready.body) == (503, True)
    assert portal.fetch("/healthz").status == 200
    for path in ("/en/centres/", "/zh-hans/mechanisms/", CENTRE):
        answer = portal.fetch(path)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert b"database" in answer.body
        assert b"Traceback" not in answer.body
        assert str(copy.path).encode() not in answer.body
    refused = manage(copy, "backup", str(tmp_path / "other"))
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "malformed" in refused.stderr or "restore the last backup" in refused.stderr
    assert not (tmp_path / "other").exists()

    restored = manage(copy, "restore", "--force", backup)
    assert restored.returncode == 0, restored.stderr
    until(lambda: portal.fetch("/readyz").status == 200, "the portal is ready again")
    assert portal.fetch(CENTRE).revision == before


def test_a_file_that_is_no_database_any_more_is_kept_beside_the_restored(copy: Copy, tmp_path: Path):
    backup = str(tmp_path / "portal.backup")
    assert manage(copy, "backup", backup).returncode == 0
    copy.do("PRAGMA wal_checkpoint(TRUNCATE)")
    copy.stranger.close()
    damage(copy.path, 0, 8192)
    refused = manage(copy, "restore", backup)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    restored = manage(copy, "restore", "--force", backup)
    assert restored.returncode == 0, restored.stderr
    assert copy.path.with_name(f"{copy.path.name}.damaged").exists()
    assert manage(copy, "check_content").returncode == 0
