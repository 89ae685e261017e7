"""``manage.py rebuild_index``: write the search index anew from the records."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from publishing.index import rebuild
from publishing.models import Dataset


class Command(BaseCommand):
    help = "Write the search index anew: after bulk statements, which saves do not see, or to be sure."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            self.stdout.write(f"search index: {rebuild()} entries")
            Dataset.raise_revision()
