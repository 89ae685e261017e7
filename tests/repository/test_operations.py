"""The commands of docs/operations.md that save the database and bring it back do so, as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.copies import Copy, postgresql_programs

OPERATIONS = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text(encoding="utf-8")


def run(step: str, folder: Path, url: str) -> None:
    """Run the block of a step, such as "backup", with a folder in the place of the one for backups."""
    (commands,) = re.findall(rf"^```sh {step}\n(.*?)^```$", OPERATIONS, re.MULTILINE | re.DOTALL)
    commands = commands.replace("/var/backups", str(folder)).replace(".venv/bin/python", sys.executable)
    programs = f"{postgresql_programs()}:{os.environ['PATH']}"
    environment = {**os.environ, "PORTAL_LOCAL": "1", "DATABASE_URL": url, "PATH": programs}
    command = ["bash", "-euo", "pipefail", "-c", commands]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)


def test_what_was_saved_comes_back(copy: Copy, tmp_path: Path):
    copy.do("UPDATE publishing_dataset SET revision = 77")
    run("backup", tmp_path, copy.url)
    copy.do("UPDATE publishing_dataset SET revision = 78")
    run("restore", tmp_path, copy.url)
    assert copy.ask("SELECT revision FROM publishing_dataset") == 77
