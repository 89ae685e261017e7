"""A statement that takes too long is cancelled, on a server only; its reader is told to ask for less."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls, wsgi
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401 - Django takes them from here.
from publishing import deadlines
from publishing.replicas import replicas
from tests.publishing.test_page_cache import ask

pytestmark = pytest.mark.django_db

#: LONG takes more than LIMIT (seconds), HUGE many times as much, and ends where nobody cancels it; a pause of a busy
#: machine is shorter than LIMIT.
LIMIT, LONG, HUGE = 0.3, 8_000_000, 10**8
QUERY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) SELECT count(*) FROM n"


def answered(number: int) -> int:
    """Ask a connection of its own, made now: a cancelled statement ends its transaction."""
    with connection.copy().temporary_connection() as cursor:
        cursor.execute(QUERY, [number])
        return int(cursor.fetchone()[0])


def huge(request: HttpRequest) -> HttpResponse:
    return HttpResponse(answered(HUGE))


urlpatterns = [path("huge/", huge), path("api/v1/huge/", huge), *urls.urlpatterns]


@pytest.fixture
def limited() -> Iterator[None]:
    deadlines.connect(LIMIT)
    yield
    connection_created.disconnect(dispatch_uid=deadlines.__name__)


def test_it_is_cancelled_and_others_are_not(limited: None):
    with pytest.raises(OperationalError) as refused:
        answered(HUGE)
    assert deadlines.is_cancelled(refused.value)
    assert answered(10) == 10


def test_each_statement_has_its_own_time():
    # Long enough for a short statement on a busy machine.
    seconds = 1
    deadlines.connect(seconds)
    try:
        with connection.copy().temporary_connection() as cursor:
            for _number in range(2):
                cursor.execute(QUERY, [10_000])
                assert cursor.fetchone() == (10_000,)
                time.sleep(seconds)
    finally:
        connection_created.disconnect(dispatch_uid=deadlines.__name__)


def test_other_errors_are_not_taken_for_it(limited: None):
    with connection.copy().temporary_connection() as cursor, pytest.raises(DatabaseError) as refused:
        cursor.execute("SELECT * FROM nothing_of_that_name")
    assert not deadlines.is_cancelled(refused.value)
    assert not deadlines.is_cancelled(None)


def test_a_connection_without_it_goes_on(limited: None):
    with pytest.raises(OperationalError):
        answered(LONG)
    connection_created.disconnect(dispatch_uid=deadlines.__name__)
    assert answered(LONG) == LONG


def test_the_reader_is_told_to_ask_for_less(limited: None, kept_connection: None, settings: Any):
    settings.ROOT_URLCONF = __name__
    django = get_wsgi_application()
    page = ask(django, "/huge/")
    assert (page.status, page.headers["retry-after"]) == (503, "60")
    assert "ask for less" in page.body.decode()
    assert "请缩小范围" in page.body.decode()
    assert "database does not answer" not in page.body.decode()
    document = ask(django, "/api/v1/huge/?lang=zh-hans")
    assert (document.status, document.headers["retry-after"]) == (503, "60")
    assert document.headers["content-type"] == "application/problem+json"
    assert "请缩小范围" in json.loads(document.body)["detail"]
    # The database is not taken for one that is away.
    assert replicas.primary_answers


@pytest.mark.parametrize(("seconds", "is_limited"), [(0, False), (15, True)])
def test_the_served_portal_has_it(settings: Any, seconds: int, is_limited: bool):
    settings.DATABASE_STATEMENT_SECONDS = seconds
    try:
        wsgi._application()
        assert connection_created.disconnect(dispatch_uid=deadlines.__name__) is is_limited
    finally:
        connection_created.disconnect(dispatch_uid=deadlines.__name__)


@pytest.mark.one_database
def test_commands_do_not_have_it():
    code = "import sys; print('config.wsgi' in sys.modules)"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    done = subprocess.run(command, cwd=portal.BASE_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
