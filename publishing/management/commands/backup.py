"""``manage.py backup``: write the whole database, as of one moment, into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from publishing.backups import BackupProblem, back_up


class Command(BaseCommand):
    help = "Write the whole database, as of one moment, into one file with a checksum. The portal runs on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it")
        parser.add_argument("--force", action="store_true", help="replace a file that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            manifest = back_up(file, force=options["force"])
        except BackupProblem as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size / 1_000_000
        self.stdout.write(f"backup: {file}, revision {manifest.revision}, {manifest.engine}, {size:.1f} MB")
