"""Sends the digests that members of staff asked for; to be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.digests import is_configured, send_digests


class Command(BaseCommand):
    help = "Send to each member of staff who asked for it what has changed since the last digest."

    def handle(self, **options: Any) -> None:
        if not is_configured():
            # A portal without mail is in order, and its timer no failure.
            self.stdout.write("No digest is sent: EMAIL_HOST, MAIL_FROM and PORTAL_ADDRESS are not all set.")
            return
        sent, failed = send_digests()
        self.stdout.write(f"Digests sent: {sent}.")
        if failed:
            raise CommandError(f"{failed} could not be sent and will come next time; the log says why.")
