"""A portal of its own processes before a copy of the database; what was done to it is told at the end of the run."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from accounts.models import Token
from publishing.models import Dataset
from tests.cluster.servers import Answer, Portal
from tests.copies import Copy

CENTRE = "/api/v1/centres/kenya-scrc/"
#: What the faults of this run were and did.
FIGURES = Counter({"faults caused": 0, "requests served meanwhile": 0, "records lost": 0})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES["faults caused"]:
        terminalreporter.write_line("; ".join(f"{name}: {number:,}" for name, number in FIGURES.items()))


class Served(Portal):
    """A portal before a copy of the database, and a token with which a centre can be changed."""

    def __init__(self, copy: Copy, **more: str) -> None:
        with copy.used():
            user = User.objects.create_superuser("writer")
            token, self.secret = Token.objects.create(user=user, name="faults")
            token.scopes.set(Permission.objects.filter(codename="change_centre"))
            #: Of the state before any change of these tests.
            self.tag = f'"{Dataset.current().revision}-{"0" * 24}-identity"'
        own = {"DJANGO_SETTINGS_MODULE": "config.settings_test", "DATABASE_URL": copy.url, "DATABASE_REPLICA_URLS": ""}
        super().__init__({**os.environ, **own}, **more)

    def fetch(self, path: str, body: Any = None, **headers: str) -> Answer:
        answer = super().fetch(path, body, **headers)
        FIGURES["requests served meanwhile"] += 1
        return answer

    def write(self, acronym: str) -> Answer:
        """Give the centre another acronym."""
        return self.fetch(
            f"{CENTRE}?reason=faults",
            {"acronym": acronym},
            Authorization=f"Bearer {self.secret}",
            Content_Type="application/json",
            If_Match=self.tag,
        )


@pytest.fixture
def served(copy: Copy) -> Iterator[Callable[..., Served]]:
    """Begin a portal; it ends with the test."""
    with ExitStack() as stack:

        def begin(**more: str) -> Served:
            portal = Served(copy, **more)
            stack.callback(portal.end)
            return portal

        yield begin
