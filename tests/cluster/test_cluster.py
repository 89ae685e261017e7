"""A primary with two streaming replicas, of which any may die: who reads does not notice, who writes is told.

It starts real servers and takes a minute, so `make test-cluster` asks for it by name and `make test` does not.
"""

import itertools
import re
import tempfile
import threading
import time
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from typing import Any

from tests.cluster.servers import Answer, Portal, Postgres, portal_environment, until

CENTRE = "/api/v1/centres/kenya-scrc/"
#: What the readers ask for; the last one is new each time, so that no cache has it.
PAGES = ["/en/", "/zh-hans/centres/", "/en/centres/kenya-scrc/", CENTRE, "/api/v1/changes/?since={}"]
#: A page of staff, and the session of somebody who has signed in, as far as anybody knows without a database.
STAFF, SESSION = "/zh-hans/admin/", "sessionid=0123456789abcdef0123456789abcdef"


class Reader(threading.Thread):
    """Reads public pages of a node all the time and keeps what was wrong with them."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(daemon=True)
        self.portal = portal
        self.count = self.cut = 0
        #: Whether the node itself dies at times.
        self.may_be_cut = False
        self.wrong: list[Any] = []
        self.goes_on = True

    def run(self) -> None:
        shown = 0
        for number in itertools.count():
            if not self.goes_on:
                return
            path = PAGES[number % len(PAGES)].format(number)
            try:
                answer = self.portal.fetch(path)
            except (OSError, HTTPException) as error:
                self.cut += 1
                if not self.may_be_cut:
                    self.wrong.append((path, error))
                time.sleep(0.1)
                continue
            self.count += 1
            told = re.search(rb"Dataset revision (\d+)\.", answer.body)
            if answer.status != 200:
                self.wrong.append((path, answer))
            elif told and int(told[1]) != answer.revision:
                self.wrong.append((path, f"a page of revision {int(told[1])} has the tag of {answer.revision}"))
            elif answer.revision < shown and not self.cut:
                self.wrong.append((path, f"revision {answer.revision} after {shown}"))
            else:
                shown = answer.revision
            time.sleep(0.02)


class Cluster:
    """The databases, two web nodes and their readers."""

    def __init__(self, stack: ExitStack, loaded: Postgres, token: str) -> None:
        """Begin them.

        Args:
            stack: ends them.
            loaded: a server that has ended, with the content.
            token: one with which a centre can be changed there.
        """
        self.token = token
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-cluster-")))
        self.databases = [Postgres(folder / name) for name in ("primary", "one", "two")]
        for database in self.databases:
            stack.callback(database.end)
        self.primary, self.one, self.two = self.databases
        self.primary.take(loaded)
        self.primary.start()
        environment = portal_environment([self.primary, self.one], [self.one, self.two])
        self.one.follow(self.primary)
        self.two.follow(self.primary, self.one)
        self.one.start()
        self.two.start()
        # One keeps what it has answered; the other asks a database each time.
        self.portals = [Portal(environment), Portal(environment, PAGE_CACHE_MEGABYTES="0")]
        for portal in self.portals:
            stack.callback(portal.end)
        for portal in self.portals:
            portal.wait()
        self.readers = [Reader(portal) for portal in self.portals]
        for reader in self.readers:
            stack.callback(reader.join)
            stack.callback(setattr, reader, "goes_on", False)
            reader.start()

    def write(self, acronym: str, *, is_found: bool = True) -> Answer:
        """Give the centre another acronym, through one of the nodes; who writes reads it at once, through the other.

        Args:
            is_found: whether the other node has found the primary; until it has, it reads what it knows of.
        """
        portal, token = self.portals[0], f"Bearer {self.token}"
        before = portal.fetch(CENTRE, Authorization=token)
        answer = portal.fetch(
            f"{CENTRE}?reason=cluster",
            {"acronym": acronym},
            Authorization=token,
            Content_Type="application/json",
            If_Match=before.headers["etag"],
        )
        if answer.status == 200 and is_found:
            assert acronym in self.portals[1].fetch(CENTRE, Authorization=token).body.decode()
        return answer

    def shows(self, acronym: str) -> None:
        """A second after a write every node shows it, and no reader has noticed anything."""
        time.sleep(1)
        for portal, reader in zip(self.portals, self.readers, strict=True):
            assert acronym in portal.fetch(CENTRE).body.decode()
            assert not reader.wrong


def test_readers_do_not_notice_that_databases_die(cluster: Cluster):
    primary, one, two = cluster.databases
    for replica in (one, two):
        until(replica.was_read, "replicas are read")
    assert cluster.write("W-1").status == 200
    cluster.shows("W-1")

    one.kill()
    assert cluster.write("W-2").status == 200
    cluster.shows("W-2")
    two.kill()
    cluster.shows("W-2")
    for replica in (one, two):
        replica.start()
        until(replica.was_read, "a replica that has come back is read")

    two.ask("SELECT pg_wal_replay_pause()::text")
    assert cluster.write("W-3").status == 200
    cluster.shows("W-3")
    until(lambda: not two.was_read(), "a replica that is behind is read no more", 5)
    two.ask("SELECT pg_wal_replay_resume()::text")
    until(two.was_read, "a replica that has caught up is read")

    primary.kill()
    refused = cluster.write("W-4")
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert b"database does not answer" in refused.body
    page = cluster.portals[0].fetch(STAFF, Cookie=SESSION)
    assert (page.status, page.headers["retry-after"]) == (503, "5")
    assert "无法保存" in page.body.decode()
    cluster.shows("W-3")

    one.ask("SELECT pg_promote()")
    until(lambda: cluster.write("W-5", is_found=False).status == 200, "the new primary takes changes")
    cluster.shows("W-5")
    assert cluster.write("W-6").status == 200
    cluster.shows("W-6")
    until(two.was_read, "the other replica follows the new primary")

    for reader in cluster.readers:
        assert not reader.wrong
        assert reader.count > 20
