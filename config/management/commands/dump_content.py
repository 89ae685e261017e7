"""``manage.py dump_content``: make the fixtures hold exactly what the database holds."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.content import UnloadedContent, check_content, dump_content
from publishing.content.reading import ContentError


class Command(BaseCommand):
    help = "Write the content of the database as the YAML files that load_content reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.FIXTURES_DIR, help="where the files go")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            changed = dump_content(folder)
        except UnloadedContent as error:
            raise CommandError(
                f"{folder}: its files are not those that the database was loaded from. Load them first (changes made "
                "in the database since are then lost), or write into an empty folder and compare."
            ) from error
        for name in changed:
            self.stdout.write(name)
        try:
            check_content(folder)
        except ContentError as error:
            raise CommandError(f"the files are written, but do not load:\n{error}") from error
        self.stdout.write(f"content: {len(changed)} files changed")
