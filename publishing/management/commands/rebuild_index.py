"""``manage.py rebuild_index``: write the search index anew from the records."""

from typing import Any

from django.core.management.base import BaseCommand

from publishing.index import rebuild


class Command(BaseCommand):
    help = "Write the search index anew: after bulk statements, which saves do not see, or to be sure."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"search index: {rebuild()} entries")
