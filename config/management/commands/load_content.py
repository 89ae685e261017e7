"""``manage.py load_content``: make the database hold exactly what the fixtures hold."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.content import check_content, content_hash, load_content
from publishing.content.reading import ContentError
from publishing.content.writing import Change
from publishing.models import Dataset


class Command(BaseCommand):
    help = "Load the content from YAML files: all of it, or nothing and a list of what is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.FIXTURES_DIR, help="where the files are")
        parser.add_argument("--check", action="store_true", help="validate only; the database stays as it is")
        parser.add_argument("--if-changed", action="store_true", help="do nothing where these files are loaded already")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder}: there is no such folder")
        if options["if_changed"] and Dataset.current().content_hash == content_hash(folder):
            self.stdout.write("content: up to date")
            return
        try:
            if options["check"]:
                builder = check_content(folder)
                self.stdout.write(f"content: {sum(map(len, builder.built.values()))} records, no fault")
                return
            changed = load_content(folder, self._report)
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"content: {'changed' if changed else 'unchanged'}, {Dataset.current()}")

    def _report(self, change: Change) -> None:
        counts = f"+{len(change.created)} ~{len(change.updated)} -{len(change.removed)}"
        self.stdout.write(f"{change.name:34} {change.total:6}  {counts}")
        for key, mark in change.left_behind:
            self.stdout.write(f"  {key}: {mark} is as before, another language is not: right, or outdated: [{mark}]?")
