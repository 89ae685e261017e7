"""``manage.py restore``: make the database what it was when a backup was made."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from publishing.backups import BackupProblem, restore


class Command(BaseCommand):
    help = "Make the database what it was when a backup was made: all of it, or it stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument("--force", action="store_true", help="replace a database that has content or accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["file"], force=options["force"])
        except BackupProblem as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"restored: revision {manifest.revision}, as of {manifest.made_at}")
