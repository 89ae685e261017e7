"""What supervisors and balancers ask: whether the process lives, and whether it can answer readers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from publishing.conditional import is_public
from publishing.health import _read_through
from publishing.models import Dataset


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    _read_through.cache_clear()
    yield
    _read_through.cache_clear()


def unready(client: Client) -> dict[str, Any]:
    response = client.get("/readyz")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert (response.headers["Cache-Control"], response.headers["Content-Type"]) == ("no-store", "application/json")
    answer = response.json()
    assert (answer.keys(), answer["status"]) == ({"status", "failed", "remedy"}, "unavailable")
    return answer


def test_a_process_that_lives_says_so_without_asking_anybody(client: Client, settings: Any):
    # No host of ours and no HTTPS, as a balancer asks; and no database, which this test may not use.
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"
    assert not is_public("/healthz")
    assert not is_public("/readyz")


@pytest.mark.usefixtures("content")
def test_a_node_that_is_ready_tells_its_revision(client: Client, settings: Any):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/readyz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.json() == {"status": "ok", "revision": Dataset.current().revision}


@pytest.mark.usefixtures("content")
def test_without_a_migration_it_is_not_ready(client: Client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    answer = unready(client)
    assert (answer["failed"], "1 are missing: run manage.py migrate" in answer["remedy"]) == ("migrations", True)


@pytest.mark.django_db
def test_without_content_it_is_not_ready(client: Client):
    Dataset.objects.update(revision=0)
    assert unready(client)["failed"] == "content"


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready_and_gives_nothing_away(client: Client, tmp_path: Path):
    damaged = tmp_path / "secret.sqlite3"
    damaged.write_bytes(b"This is no database. " * 500)
    own = {"NAME": str(damaged)} if connection.vendor == "sqlite" else {"HOST": "127.0.0.1", "PORT": "9", "OPTIONS": {}}
    before = connections["default"]
    connections["default"] = type(before)({**before.settings_dict, **own, "TEST": {}}, "default")
    try:
        answer = unready(client)
    finally:
        connections["default"].close()
        connections["default"] = before
    assert answer["failed"] == "database"
    assert "secret" not in str(answer)
    assert "127.0.0.1" not in str(answer)
    assert ("restore a backup" in answer["remedy"]) == (connection.vendor == "sqlite")
