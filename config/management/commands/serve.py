"""``manage.py serve``: the portal on this machine, its database prepared; for a server see docs/operations.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from granian.constants import Interfaces
from granian.server import Server

#: Each keeps a database connection, and two cores answer no sooner with more.
THREADS = 4
#: Seconds after which a worker that does not end is ended: Ctrl-C reaches it too, and where its parent tells it in the
#: same instant, granian waits for itself.
PATIENCE = 5


class Command(BaseCommand):
    help = "Migrate the database and load the content, each where something has changed, and serve the portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="on which to serve (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_content", if_changed=True, stdout=self.stdout)
        # The worker is a fork of this process, so that it need not load Django again; a connection would be torn by it.
        connections.close_all()
        self.stdout.write(f"The portal: http://127.0.0.1:{options['port']}/ (Ctrl-C stops it)")
        Server(
            "config.wsgi:application",
            port=options["port"],
            interface=Interfaces.WSGI,
            websockets=False,
            blocking_threads=THREADS,
            workers_kill_timeout=PATIENCE,
        ).serve()
