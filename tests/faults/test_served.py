"""Readers that are slow, a cache that is full, a worker that dies, a clock that jumps: the others have their pages."""

import datetime
import itertools
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.servers import HOST, children, until
from tests.faults.conftest import CENTRE, FIGURES, Served

pytestmark = pytest.mark.one_database

SLOW = 12
#: A portal whose clock is as much ahead as a file says, in seconds.
CLOCK = """
import datetime, os, time
from django.utils import timezone
ahead, real = os.environ["AHEAD"], time.time
time.time = lambda: real() + float(open(ahead).read())
timezone.now = lambda: datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
"""


def connect(portal: Served, beginning: str) -> socket.socket:
    """Begin a request."""
    connection = socket.create_connection((HOST, portal.port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(beginning.encode())
    FIGURES["faults caused"] += 1
    return connection


def test_slow_clients_keep_nobody_waiting(served: Callable[..., Served]):
    portal = served()
    portal.wait()
    assert portal.fetch("/api/v1/export.zip").status == 200
    host = f"Host: {HOST}\r\n"
    own = f"Authorization: Bearer {portal.secret}\r\nIf-Match: {portal.tag}\r\nContent-Type: application/json\r\n"
    with ExitStack() as stack:
        # Who never ends to ask, and who does not read: more than there are threads.
        asking = [connect(portal, "GET /en/ HTTP/1.1\r\n") for _number in range(SLOW)]
        reading = [connect(portal, f"GET /api/v1/export.zip HTTP/1.1\r\n{host}\r\n") for _number in range(SLOW)]
        # Who does not send what was announced holds a thread, but no lock; nginx keeps such away (docs/operations.md).
        body = connect(portal, f"PATCH {CENTRE}?reason=slow HTTP/1.1\r\n{host}{own}Content-Length: 1000\r\n\r\n")
        for connection in (*asking, *reading, body):
            stack.enter_context(connection)
        for letter in "X-Slow: 1":
            for connection in (*asking, body):
                connection.sendall(letter.encode())
            for connection in reading:
                assert len(connection.recv(1)) == 1
            for path in ("/en/", CENTRE, "/healthz", f"/api/v1/changes/?since={ord(letter)}"):
                assert portal.fetch(path).status == 200
        assert portal.write("QUICK").status == 200


def test_a_full_cache_gives_right_answers(served: Callable[..., Served]):
    portal = served(PAGE_CACHE_MEGABYTES="1")
    portal.wait()
    centres = portal.fetch("/en/centres/").body
    asked = [portal.fetch(f"/api/v1/centres/?page_size=100&as_of={year}-12-31") for year in range(2005, 2026)]
    assert {answer.status for answer in asked} == {200}
    assert sum(len(answer.body) for answer in asked) > 2 * 2**20
    FIGURES["faults caused"] += 1
    assert portal.fetch("/en/centres/").body == centres
    assert portal.write("FULL").status == 200
    until(lambda: b"FULL" in portal.fetch(CENTRE).body, "the change shows", 5)


def test_a_worker_that_is_killed_is_begun_again(served: Callable[..., Served]):
    portal = served()
    portal.wait()
    assert portal.write("BEFORE").status == 200
    before = children(portal.process.pid)
    portal.kill_worker()
    FIGURES["faults caused"] += 1
    portal.wait()
    assert set(children(portal.process.pid)).isdisjoint(before)
    FIGURES["records lost"] += b"BEFORE" not in portal.fetch(CENTRE).body
    assert b"BEFORE" in portal.fetch(CENTRE).body


def test_a_clock_that_jumps_moves_today_and_blocks_nobody(served: Callable[..., Served], tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    ahead = tmp_path / "ahead"
    ahead.write_text("0")
    own = {"PYTHONPATH": str(tmp_path), "AHEAD": str(ahead), "DJANGO_SETTINGS_MODULE": "config.settings"}
    portal = served(**own, PORTAL_LOCAL="1", API_REQUESTS_A_MINUTE="5", PAGE_CACHE_MILLISECONDS="100")
    portal.wait("/healthz")
    day, numbers = datetime.timedelta(days=1), itertools.count()
    for jump in (day, -400 * day, 800 * day, -day / 24, day * 0):
        ahead.write_text(str(jump.total_seconds()))
        FIGURES["faults caused"] += 1
        date = (datetime.datetime.now(datetime.UTC) + jump).date()
        until(lambda date=date: portal.fetch(CENTRE).headers["content-as-of"] == str(date), "today is another", 5)
        assert portal.fetch("/readyz").status == 200
        # Each is asked once: what is held costs nothing of the limit.
        statuses = [portal.fetch(f"/api/v1/changes/?since={next(numbers)}").status for _time in range(20)]
        # In each minute the limit counts anew, whichever way it was reached.
        assert (statuses[0], set(statuses)) == (200, {200, 429})
