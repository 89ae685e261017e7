"""Make the first administrator of a new installation."""

import getpass
import os
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from accounts.roles import ADMINISTRATOR

VARIABLE = "ADMINISTRATOR_PASSWORD"


class Command(BaseCommand):
    help = f"Make an account with the role administrator. Asks for the password, or takes it from {VARIABLE}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(VARIABLE) or self._asked()
        user = User(username=options["name"], is_staff=True)
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        user.set_password(password)
        with transaction.atomic():
            user.save()
            user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        self.stdout.write(f"{user} can sign in at {reverse('admin:index')}.")

    @staticmethod
    def _asked() -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password (again): "):
            raise CommandError("The passwords differ.")
        return password
