"""A PostgreSQL that is away when the portal begins, while it reads and while it writes: it goes on by itself."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.cluster.servers import until
from tests.copies import Copy
from tests.faults.conftest import CENTRE, FIGURES, Served


@pytest.fixture(autouse=True)
def only_on_a_server(copy: Copy) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("A SQLite file is not away; what happens to it is in the other files here.")


def test_a_portal_begins_without_its_database_and_is_ready_when_that_comes(copy: Copy, served: Callable[..., Served]):
    portal = served()
    copy.go_away()
    FIGURES["faults caused"] += 1
    portal.wait("/healthz")
    ready = portal.fetch("/readyz")
    assert (ready.status, ready.headers["retry-after"]) == (503, "5")
    assert b"does not answer" in ready.body
    for path in ("/en/", "/zh-hans/centres/", CENTRE):
        answer = portal.fetch(path)
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert b"Traceback" not in answer.body
    copy.come_back()
    until(lambda: portal.fetch("/readyz").status == 200, "the portal is ready")
    assert portal.fetch("/en/").status == 200


def test_whoever_reads_while_connections_break_has_a_page_or_is_told(copy: Copy, served: Callable[..., Served]):
    portal = served(PAGE_CACHE_MEGABYTES="0")
    portal.wait()
    ended = threading.Event()

    def read(first: int) -> set[int]:
        found = set()
        for number in range(first, first + 10_000):
            if ended.is_set():
                break
            found.add(portal.fetch(f"/api/v1/changes/?since={number}").status)
        return found

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, first) for first in (0, 10_000)]
        for _time in range(20):
            copy.end_connections()
            FIGURES["faults caused"] += 1
            ended.wait(0.1)
        ended.set()
    assert {status for reader in readers for status in reader.result()} <= {200, 503}
    assert portal.fetch("/en/").status == 200


def test_a_write_whose_database_goes_is_refused_whole(copy: Copy, served: Callable[..., Served]):
    portal = served()
    portal.wait()
    revision = copy.ask("SELECT revision FROM publishing_dataset")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as pool:
        copy.stranger.autocommit = False
        copy.do("SELECT revision FROM publishing_dataset FOR UPDATE")
        write = pool.submit(portal.write, "GONE")
        until(lambda: copy.on_server(waiting).fetchone()[0], "the write has begun and waits for the other")
        copy.end_connections("active")
        FIGURES["faults caused"] += 1
        refused = write.result()
        copy.stranger.rollback()
        copy.stranger.autocommit = True
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert b"database does not answer" in refused.body
    assert copy.ask("SELECT revision FROM publishing_dataset") == revision
    assert portal.write("THERE").status == 200
    assert copy.ask("SELECT acronym FROM centres_centre WHERE code = 'kenya-scrc'") == "THERE"
