"""A server does not start with what is for a developer's machine only, and says what to set instead."""

import os
import string
import subprocess
import sys

import pytest
from django.conf import settings

SECRET = string.ascii_letters
RIGHT = {"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "portal.example"}
HOW = "secrets.token_urlsafe"


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Import what the server imports, in a process that has these settings and no others of the portal."""
    names = {"PORTAL_LOCAL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "SECURITY_CONTACT", "DJANGO_SETTINGS_MODULE"}
    clean = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-c", "import config.wsgi"]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env={**clean, **variables}, capture_output=True, text=True, check=False
    )


def test_it_starts_with_a_secret_and_its_hosts():
    assert (done := start(**RIGHT)).returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"SECRET_KEY": ""}, ["SECRET_KEY is not set", HOW]),
        ({"SECRET_KEY": "only-for-this-machine"}, ["SECRET_KEY can be guessed", HOW]),
        ({"SECRET_KEY": SECRET[:49]}, ["SECRET_KEY can be guessed", HOW]),
        ({"SECRET_KEY": "abcd" * 20}, ["SECRET_KEY can be guessed", HOW]),
        ({"DEBUG": "1"}, ["leave DEBUG out", "PORTAL_LOCAL=1"]),
        ({"ALLOWED_HOSTS": "*"}, ["ALLOWED_HOSTS=portal.example", "PORTAL_LOCAL=1"]),
        ({"ALLOWED_HOSTS": "portal.example, *"}, ["ALLOWED_HOSTS=portal.example"]),
        ({"ALLOWED_HOSTS": " , "}, ["ALLOWED_HOSTS=portal.example"]),
        ({"SECURITY_CONTACT": "security@portal.example"}, ["mailto:somebody@example.org"]),
        ({"PORTAL_LANGUAGES": "fr,de"}, ["PORTAL_LANGUAGES='fr,de'", "fr, es, ru, ar"]),
        ({"PORTAL_LANGUAGES": "ar,ar"}, ["each once"]),
    ],
)
def test_it_refuses_and_says_how_to_mend_it(variables: dict[str, str], says: list[str]):
    done = start(**{**RIGHT, **variables})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert [one for one in says if one not in last] == []
    # The secret stays one.
    assert SECRET[:49] not in done.stderr
