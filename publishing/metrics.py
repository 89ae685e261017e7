"""Figures of the running portal, for Prometheus, on ``/metrics``.

Each worker is a process and counts for itself; whichever of them is asked tells the figures of all, each with the
label ``worker``. To that end each writes its own into ``var/metrics/`` every few seconds. It is written here and not
with prometheus-client: that library takes no numbers at the time of asking where there are several processes, and
almost all of these are such: what the page cache and the replicas know already, at no cost to a reader.

The path is private by a token. That only this machine may ask would protect nothing: behind nginx every reader comes
from this machine.
"""

import hmac
import logging
import os
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error

logger = logging.getLogger(__name__)

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
#: Seconds between two writings of a worker, and after which one that wrote nothing is taken for gone.
INTERVAL, GONE = 5, 30
#: Upper bounds of the histogram, in seconds.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

#: Every figure: its type, and what it says.
FAMILIES = {
    "portal_requests_total": ("counter", "Requests that Django answered, by kind and class of the status."),
    "portal_answer_seconds": ("histogram", "Time until Django began an answer, by kind."),
    "portal_throttled_total": ("counter", "Requests refused with 429."),
    "portal_cache_answers_total": (
        "counter",
        "All requests: hit, stale (database away) and collapsed were answered by the page cache, miss and pass not.",
    ),
    "portal_cache_bytes": ("gauge", "What the page cache holds."),
    "portal_cache_entries": ("gauge", "Answers that the page cache holds."),
    "portal_dataset_revision": ("gauge", "The highest revision of the dataset that was shown."),
    "portal_primary_answers": ("gauge", "Whether the primary answered at the last look."),
    "portal_replica_in_use": ("gauge", "Whether a replica is read."),
    "portal_replica_lag_revisions": ("gauge", "Revisions by which a replica is behind."),
    "portal_database_errors_total": ("counter", "Statements and connections that failed."),
    "portal_slow_queries_total": ("counter", "Statements slower than SLOW_QUERY_MILLISECONDS."),
    "process_resident_memory_bytes": ("gauge", "Memory of the worker."),
}


class Sample(NamedTuple):
    """A number, with the suffix that a histogram's parts have."""

    family: str
    value: float
    labels: dict[str, str] = {}
    suffix: str = ""


class Metrics:
    """What a process has counted, and the figures that others tell when they are asked."""

    def __init__(self) -> None:
        #: Called at each asking.
        self.sources: list[Callable[[], Iterable[Sample]]] = [self._counted]
        self._counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, family: str, **labels: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[family, tuple(labels.items())] += 1

    def observe(self, kind: str, seconds: float) -> None:
        """Take note of how long an answer took."""
        with self._lock:
            self._buckets.setdefault(kind, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, seconds)] += 1
            # Counter is for whole numbers by its type only.
            self._seconds[kind] += seconds  # type: ignore[assignment]

    def database_failed(self, alias: str, error: Error) -> None:
        """Count a statement, or a connection, that a database failed."""
        self.count("portal_database_errors_total", database=alias, error=type(error).__name__)

    def begin(self) -> None:
        """Begin to write this worker's figures for the others."""
        Thread(target=self._write_again_and_again, name="metrics", daemon=True).start()

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Tell the figures of all workers to who has the token; a WSGI application."""
        given = environ.get("HTTP_AUTHORIZATION", "").encode()
        status, body, more = "200 OK", "", []
        if hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
            body = exposition(self.lines(), *self._others())
        else:
            status, more = "401 Unauthorized", [("WWW-Authenticate", "Bearer")]
        content = body.encode()
        headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(content)))]
        start_response(status, [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), *more])
        return [content]

    def lines(self) -> list[str]:
        """Return this worker's figures as Prometheus reads them, without what says what they are."""
        return [
            f"{sample.family}{sample.suffix}{_written(sample.labels)} {float(sample.value)}"
            for source in self.sources
            for sample in source()
        ]

    def write(self) -> None:
        """Write this worker's figures, all at once."""
        path = _folder() / f"{os.getpid()}.prom"
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_text("\n".join(self.lines()), encoding="utf-8")
        unfinished.replace(path)

    def _write_again_and_again(self) -> None:
        while True:
            try:
                self.write()
            except OSError:
                logger.exception("The figures of this worker cannot be written")
            time.sleep(INTERVAL)

    def _others(self) -> Iterator[list[str]]:
        """Yield the figures of the other workers that are alive; remove those of the others."""
        for path in _folder().glob("*.prom"):
            if path.stem == str(os.getpid()):
                continue
            try:
                if time.time() - path.stat().st_mtime < GONE:
                    yield path.read_text(encoding="utf-8").splitlines()
                else:
                    path.unlink()
            except FileNotFoundError:
                # Another worker is asked at the same time.
                continue

    def _counted(self) -> Iterator[Sample]:
        with self._lock:
            counts, seconds = dict(self._counts), dict(self._seconds)
            buckets = {kind: list(accumulate(counted)) for kind, counted in self._buckets.items()}
        for (family, labels), value in counts.items():
            yield Sample(family, value, dict(labels))
        for kind, reached in buckets.items():
            for bound, value in zip((*map(str, BOUNDS), "+Inf"), reached, strict=True):
                yield Sample("portal_answer_seconds", value, {"kind": kind, "le": bound}, "_bucket")
            yield Sample("portal_answer_seconds", reached[-1], {"kind": kind}, "_count")
            yield Sample("portal_answer_seconds", seconds[kind], {"kind": kind}, "_sum")
        # Linux only.
        if (memory := Path("/proc/self/statm")).exists():
            pages = int(memory.read_text().split()[1])
            yield Sample("process_resident_memory_bytes", pages * os.sysconf("SC_PAGE_SIZE"))


def exposition(*workers: list[str]) -> str:
    """Return the figures of workers in Prometheus' text format: every family once, with what it is."""
    found: dict[str, list[str]] = {}
    for line in (line for lines in workers for line in lines):
        name = line.partition("{")[0]
        found.setdefault(name if name in FAMILIES else name.rpartition("_")[0], []).append(line)
    return "".join(
        f"# HELP {name} {says}\n# TYPE {name} {kind}\n" + "".join(f"{line}\n" for line in found[name])
        for name, (kind, says) in FAMILIES.items()
        if name in found
    )


def _written(labels: dict[str, str]) -> str:
    # Their values are names of this program; none needs an escape.
    pairs = {**labels, "worker": str(os.getpid())}
    return "{" + ",".join(f'{name}="{value}"' for name, value in pairs.items()) + "}"


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "metrics"


#: This process's own.
metrics = Metrics()
