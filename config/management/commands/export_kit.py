"""``manage.py export_kit``: write the offline kit, as a page and as a zip file with all tables."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.api import viewsets
from config.kit import kit_html, kit_name, kit_zip


class Command(BaseCommand):
    help = "Write the offline kit into a folder: one HTML file, and a zip file with it and every table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="the folder; it is made where there is none")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["output"]
        if folder is None:
            raise CommandError("say where to: --output FOLDER")
        for suffix, (content, shown) in {"html": kit_html(), "zip": kit_zip(viewsets)}.items():
            path = folder / kit_name(shown, suffix)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from error
            self.stdout.write(f"kit: {path}, {len(content)} bytes")
