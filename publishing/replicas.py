"""Which database a reading asks: the primary, or one of the replicas that stream from it.

Whoever only reads what is public may read a replica; everything else asks the primary. A replica is used while it has
the state that the primary has: the dataset's revision says so exactly, which no number of seconds does, and an idle
primary does not make it look late. Every process finds out for itself and shares nothing with the others.
"""

import datetime
import itertools
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS as PRIMARY
from django.db import Error, OperationalError, close_old_connections, connections

from publishing.metrics import Sample, metrics
from publishing.models import Dataset

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class Behind(OperationalError):
    """A replica has not got yet what readers have seen already."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"revision {revision} is old")
        self.revision = revision


class Reading(NamedTuple):
    """What a thread reads: the database, and the revision that it must have at least."""

    alias: str
    least: int


class Report(NamedTuple):
    """What a database said of itself."""

    revision: int
    #: Tells states of one revision apart, as after a primary was lost with its last changes.
    changed_at: datetime.datetime | None
    #: Whether it streams from another.
    is_replica: bool


ORDINARY = Reading(PRIMARY, 0)
_reading: ContextVar[Reading] = ContextVar("reading", default=ORDINARY)


class ReplicaRouter:
    """Django's questions where to read and write."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return reading_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Let records of all databases meet: they are copies of one."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


class Replicas:
    """What this process knows of the databases, and which of them it asks."""

    def __init__(self, aliases: tuple[str, ...]) -> None:
        """Begin with the primary alone, until the first look.

        Args:
            aliases: the replicas, as the settings name them.
        """
        self.aliases = aliases
        #: The replicas that are used, and whether the primary answers.
        self.usable: tuple[str, ...] = ()
        self.primary_answers = True
        #: The highest revision that was shown, by any database.
        self.revision = 0
        #: By how many revisions each replica was behind at the last look that found it.
        self.lags: dict[str, int] = {}
        #: The last decision that is in the log.
        self._told: tuple[bool, tuple[str, ...]] | None = None
        self._turns = itertools.count()
        self._lock = Lock()
        self._watch: Thread | None = None

    def read(self, work: Callable[[], Result], *, primary_first: bool = False) -> Result:
        """Have ``work`` read one database, and where that fails the next; it must only read.

        Args:
            work: calls ``accept`` with the revision that it found.
            primary_first: whether the reader may have written just now.

        Raises:
            django.db.Error: no database could be read; the error of the last.
        """
        if self.aliases and self._watch is None:
            self._begin_to_watch()
        behind: dict[str, int] = {}
        for alias in self.candidates(primary_first=primary_first):
            try:
                return self._attempt(alias, self.revision, work)
            except Error as error:
                failure = error
                if isinstance(error, Behind):
                    behind[alias] = error.revision
        # An old page is better than none.
        for alias in sorted(behind, key=lambda alias: -behind[alias]):
            try:
                return self._attempt(alias, 0, work)
            except Error as error:
                failure = error
        raise failure

    def candidates(self, *, primary_first: bool) -> list[str]:
        """Return every database in the order in which to try them; the replicas by turns."""
        usable = self.usable
        turn = next(self._turns) % len(usable) if usable else 0
        order = [*usable[turn:], *usable[:turn]]
        order.insert(0 if primary_first and self.primary_answers else len(order), PRIMARY)
        return [*order, *(alias for alias in self.aliases if alias not in usable)]

    def _attempt(self, alias: str, least: int, work: Callable[[], Result]) -> Result:
        try:
            with _reading_from(alias, 0 if alias == PRIMARY else least):
                return work()
        except Error as error:
            # Until the next look.
            with self._lock:
                self.usable = tuple(one for one in self.usable if one != alias)
                self.primary_answers &= alias != PRIMARY
            connection = connections[alias]
            if not isinstance(error, Behind):
                if connection.connection is None:
                    # A statement that failed is counted by publishing/watching.py.
                    metrics.database_failed(alias, error)
                if not connection.in_atomic_block:
                    connection.close()
            raise

    def accept(self, revision: int) -> None:
        """Take note of the revision that was read; raise Behind where readers have seen a later one."""
        if revision < _reading.get().least:
            raise Behind(revision)
        with self._lock:
            self.revision = max(self.revision, revision)

    def judge(self, reports: dict[str, Report], seen: int) -> None:
        """Decide which databases are used until the next look.

        While the primary answers, they are those that stream from somewhere and have its state; a database that has
        been promoted, or follows a primary that was given up, goes its own way. While it is away, they are those that
        have the latest state, and a promoted one is as good as any.

        Args:
            reports: what each database said that answered.
            seen: the highest revision that had been shown before they were asked.
        """
        primary = reports.get(PRIMARY)
        latest = primary or max(reports.values(), key=lambda report: report.revision, default=None)
        usable = tuple(
            alias
            for alias in self.aliases
            if latest
            and (report := reports.get(alias))
            and report[:2] == latest[:2]
            and (report.is_replica or not primary)
        )
        with self._lock:
            self.primary_answers, self.usable = primary is not None, usable
            if latest:
                # It is lower where the last changes were lost with a primary.
                self.revision = latest.revision if latest.revision < seen else max(self.revision, latest.revision)
                self.lags |= {one: latest.revision - reports[one].revision for one in self.aliases if one in reports}
        if self._told != (told := (primary is not None, usable)):
            self._told = told
            answers = "answers" if primary else "does not answer"
            logger.warning("The primary %s; replicas in use: %s", answers, ", ".join(usable) or "none")

    def figures(self) -> Iterator[Sample]:
        """Yield how the databases are, for ``publishing.metrics``."""
        yield Sample("portal_dataset_revision", self.revision)
        yield Sample("portal_primary_answers", self.primary_answers)
        for alias in self.aliases:
            yield Sample("portal_replica_in_use", alias in self.usable, {"database": alias})
        for alias, lag in self.lags.items():
            yield Sample("portal_replica_lag_revisions", lag, {"database": alias})

    def _begin_to_watch(self) -> None:
        with self._lock:
            if self._watch is None:
                self._watch = Thread(target=self._look_again_and_again, name="replicas", daemon=True)
                self._watch.start()

    def _look_again_and_again(self) -> None:
        # A thread of its own: no reader waits for a machine that does not answer.
        while True:
            seen, reports = self.revision, {}
            close_old_connections()
            for alias in (PRIMARY, *self.aliases):
                try:
                    reports[alias] = examine(alias)
                except Error:
                    connections[alias].close()
            self.judge(reports, seen)
            # So that without the page cache, too, a change shows as soon as is promised.
            time.sleep(settings.PAGE_CACHE_SECONDS or 0.1)


def examine(alias: str) -> Report:
    """Ask a PostgreSQL database how it is; raise django.db.Error where it does not say."""
    with _reading_from(alias, 0):
        dataset = Dataset.current()
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return Report(dataset.revision, dataset.changed_at, *cursor.fetchone())


def reading_alias() -> str:
    """Return the database that the thread reads."""
    return _reading.get().alias


@contextmanager
def _reading_from(alias: str, least: int) -> Iterator[None]:
    token = _reading.set(Reading(alias, least))
    try:
        yield
    finally:
        _reading.reset(token)


#: This process's own.
replicas = Replicas(tuple(alias for alias in settings.DATABASES if alias != PRIMARY))
