"""Readers and an editor under a fault every few seconds: nothing fails but what is refused, nothing is torn or lost.

``FAULT_SECONDS`` says how long; `make faults` takes ten minutes. The primary is killed and begun again, not given up:
what a promoted replica had not got yet is lost by design (docs/operations.md).
"""

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

import pytest

from tests.cluster.servers import until
from tests.cluster.test_cluster import CENTRE, Cluster

SECONDS = int(os.environ.get("FAULT_SECONDS", "60"))
#: How often the history has an acronym.
COUNT = "SELECT count(*) FROM centres_historicalcentre WHERE acronym = '{}'"
#: Between two faults; half of that what is dead stays so.
EVERY = 30 if SECONDS >= 300 else 10


class Editor(threading.Thread):
    """Changes a centre all the time, through the nodes by turns, and keeps what was answered."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(daemon=True)
        self.cluster = cluster
        self.answers: Counter[str] = Counter()
        self.kept: list[str] = []
        self.wrong: list[Any] = []
        self.goes_on = True

    def run(self) -> None:
        for number in itertools.count():
            if not self.goes_on:
                return
            self.write(f"L-{number}", number % 2)
            time.sleep(0.2)

    def write(self, acronym: str, node: int) -> None:
        own = {"Authorization": f"Bearer {self.cluster.token}"}
        portal = self.cluster.portals[node]
        try:
            before = portal.fetch(CENTRE, **own)
            if "etag" in before.headers:
                own |= {"Content_Type": "application/json", "If_Match": before.headers["etag"]}
                before = portal.fetch(f"{CENTRE}?reason=load", {"acronym": acronym}, **own)
        except (OSError, HTTPException):
            # Whether it was written nobody can say.
            self.answers["cut off"] += 1
            return
        self.answers[str(before.status)] += 1
        if before.status == 200:
            self.kept.append(acronym)
        # 412: read where the last change had not come yet.
        elif before.status != 412 and (before.status, "retry-after" in before.headers) != (503, True):
            self.wrong.append((acronym, before))


def faults(cluster: Cluster) -> list[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Return what is done, by its name, and what the operator does about it, which is nothing for a worker."""
    portal, other = cluster.portals

    def begin() -> None:
        other.begin()
        other.wait()

    return [
        ("worker killed", portal.kill_worker, portal.wait),
        ("replica killed", cluster.two.kill, cluster.two.start),
        ("primary killed", cluster.primary.kill, cluster.primary.start),
        ("portal ended", other.end, begin),
        ("other replica killed", cluster.one.kill, cluster.one.start),
    ]


def test_nothing_is_torn_or_lost_under_mixed_load(cluster: Cluster, capsys: pytest.CaptureFixture[str]):
    for reader in cluster.readers:
        reader.may_be_cut = True
    editor = Editor(cluster)
    editor.start()
    done: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    for name, blow, remedy in itertools.cycle(faults(cluster)):
        if time.monotonic() >= end:
            break
        blow()
        done[name] += 1
        time.sleep(EVERY / 2)
        remedy()
        time.sleep(EVERY / 2)
    written = len(editor.kept)
    until(lambda: len(editor.kept) > written, "changes are taken again, without a hand")
    editor.goes_on = False
    editor.join()
    cluster.shows(editor.kept[-1])
    lost = [one for one in editor.kept if not cluster.primary.ask(COUNT.format(one))]
    with capsys.disabled():
        print(  # noqa: T201 - what it measures, it prints.
            f"\n{SECONDS} seconds; faults caused: {done.total()} {dict(done)}; "
            f"requests served meanwhile: {sum(reader.count for reader in cluster.readers):,} "
            f"(cut off: {sum(reader.cut for reader in cluster.readers)}); "
            f"changes: {dict(editor.answers)}; records lost: {len(lost)}"
        )
    assert not editor.wrong
    assert not lost
    assert editor.answers["503"] or not done["primary killed"]
