"""Where to report a weakness, as RFC 9116 has it."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

ADDRESS = "/.well-known/security.txt"
CONTACT = "mailto:security@portal.example"

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_it_says_whom_to_tell_until_when(client: Client, settings: Any):
    settings.SECURITY_CONTACT = CONTACT
    answer = client.get(ADDRESS)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    expires = datetime.datetime.fromisoformat(fields.pop("Expires"))
    assert datetime.timedelta(days=90) < expires - timezone.now() < datetime.timedelta(days=365)
    assert fields == {
        "Contact": CONTACT,
        "Preferred-Languages": "en, zh",
        "Canonical": f"http://testserver{ADDRESS}",
        "Policy": "http://testserver/.well-known/security-policy.txt",
    }
    policy = client.get(fields["Policy"].removeprefix("http://testserver"))
    assert policy.content == (Path(portal.BASE_DIR) / "SECURITY.md").read_bytes()
    assert client.post(ADDRESS).status_code == 405


def test_nobody_is_invented(client: Client, settings: Any):
    settings.SECURITY_CONTACT = ""
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(("contact", "warned"), [("", True), (CONTACT, False)])
def test_the_check_of_a_server_warns_of_it(settings: Any, contact: str, warned: bool):
    settings.SECURITY_CONTACT = contact
    found = {one.id: one for one in run_checks(include_deployment_checks=True)}
    assert ("config.W001" in found) is warned
    assert not warned or "mailto:" in (found["config.W001"].hint or "")
