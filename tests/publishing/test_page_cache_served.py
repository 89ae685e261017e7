"""The cache in the portal as it is served: a process of its own, before a database that others change and take away."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from publishing.conditional import snapshot
from publishing.models import Dataset
from tests.copies import COPY, Copy

CENTRE = "/api/v1/centres/kenya-scrc/"
CHANGE = "UPDATE centres_centre SET acronym = 'KE-1' WHERE code = 'kenya-scrc'"
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def portal(copy: Copy) -> Iterator[str]:
    """The address of a portal before the copy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--blocking-threads", "2"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers-kill-timeout", "2", "config.wsgi:application"]
    environment = {**os.environ, "DATABASE_URL": copy.url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    environment["METRICS_TOKEN"] = TOKEN
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _time in range(600):
            try:
                fetch(address + CENTRE)
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def fetch(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        response = urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return response.status, {name.lower(): value for name, value in response.headers.items()}, response.read()


def figure(portal: str, family: str, label: str) -> float:
    """Return the sum of the figures of a family that have a label with this value."""
    status, _headers, body = fetch(f"{portal}/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    lines = [line for line in body.decode().splitlines() if line.startswith(family) and f'="{label}"' in line]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def test_what_a_stranger_changes_is_seen_within_a_second_and_without_a_database_there_is_what_is_held(
    copy: Copy, portal: str
):
    assert "hit" in fetch(portal + CENTRE)[1]["cache-status"]
    copy.do(CHANGE)
    time.sleep(settings.PAGE_CACHE_SECONDS)
    _status, headers, body = fetch(portal + CENTRE)
    assert b"KE-1" in body
    assert "hit" not in headers["cache-status"]
    assert figure(portal, "portal_cache_answers_total", "hit") >= 1
    if connection.vendor == "sqlite":
        return  # Its file cannot go away from under a server that has it open.
    copy.go_away()
    time.sleep(settings.PAGE_CACHE_SECONDS)
    status, headers, held = fetch(portal + CENTRE)
    assert (status, held) == (200, body)
    assert headers["cache-status"].endswith("detail=stale")
    for other in ("/en/centres/", "/api/v1/functions/"):
        status, headers, _body = fetch(portal + other)
        assert (status, headers["retry-after"]) == (503, "5")
        assert "etag" not in headers
    # They are told without a database.
    assert figure(portal, "portal_cache_answers_total", "stale") >= 1
    assert figure(portal, "portal_database_errors_total", "default") >= 1
    copy.come_back()
    time.sleep(settings.PAGE_CACHE_SECONDS)
    for _time in range(6):
        assert fetch(portal + "/api/v1/functions/")[0] == 200
    assert fetch(portal + CENTRE)[1]["cache-status"] == "portal; hit"


def test_a_reading_sees_one_state_and_keeps_no_writer_out(copy: Copy):
    options = {**connection.settings_dict["OPTIONS"], "transaction_mode": "IMMEDIATE", "timeout": 1}
    own = {"OPTIONS": options} if connection.vendor == "sqlite" else {}
    name = str(copy.url.removeprefix("sqlite:///")) if connection.vendor == "sqlite" else COPY
    before = connections["default"]
    connections["default"] = type(before)({**before.settings_dict, "NAME": name, **own}, "default")
    try:
        with snapshot():
            revision = Dataset.current().revision
            copy.do(CHANGE)
            assert Dataset.current().revision == revision
        assert Dataset.current().revision > revision
        # Writers begin as they did.
        assert getattr(connection, "transaction_mode", "IMMEDIATE") == "IMMEDIATE"
    finally:
        connection.close()
        connections["default"] = before
