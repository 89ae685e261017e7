"""``manage.py make_sample``: fill a database of its own with the content and many synthetic centres, to measure."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from centres.models import Centre
from centres.sample import add_sample
from publishing.index import rebuild
from publishing.models import Dataset


class Command(BaseCommand):
    help = "Fill an empty database with the content and many synthetic centres, to measure with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--centres", type=int, default=1000, help="how many synthetic centres (1000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same centres (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["centres"] < 1:
            raise CommandError("--centres: give a number from 1")
        if Centre._meta.db_table in connection.introspection.table_names() and Centre.objects.exists():
            raise CommandError(
                "This database holds centres already, and made-up ones must never stand among real ones. "
                "Set DATABASE_URL to a database of its own, such as sqlite:////tmp/sample.sqlite3, and run this again."
            )
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            call_command("load_content", stdout=self.stdout)
            Dataset.follow()
            add_sample(options["centres"], options["seed"], lambda n: self.stdout.write(f"synthetic centres: {n}"))
            self.stdout.write(f"search index: {rebuild()} entries")
            Dataset.raise_revision()
        with connection.cursor() as cursor:
            # The planner's figures; a server gathers them by itself, though only after a while.
            cursor.execute("ANALYZE")
