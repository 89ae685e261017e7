"""Measure what nobody has asked before, as the directory grows, against REST framework as it comes and Datasette."""

import argparse
import itertools
import json
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from results import RESULTS, machine, put, table
from servers import OTHER, OTHER_PORT, PORTAL, ROOT, fetch, manage, portal, running

#: What is promised: how many times as often as the plain one, and how much slower with the most than with the fewest.
TIMES, GROWTH = 3, 2
#: Questions a server and size, of which the first few only warm up.
QUESTIONS, WARM_UP = 30, 3
DATASETTE_PORT = 8109
DATASETTE = ROOT / "var" / "bench" / "bin" / "datasette"
SIZES = [1_000, 10_000, 100_000]
CHANGED = "portal, API, the first after a change"
#: What changes the content without touching a centre.
CHANGE = "from publishing.models import Dataset; Dataset.raise_revision()"
SERVERS = ["portal, API", "portal, page", "plain REST framework", "Datasette, one table"]


def questions(database: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return different questions in a random order that is always the same.

    Returns:
        by mechanism, function and country served; and what one table can be asked: by kind and host country.
    """
    connection = sqlite3.connect(database)

    def values(statement: str) -> list[str]:
        return [value for (value,) in connection.execute(statement)]

    mechanisms = values(
        "SELECT DISTINCT m.code FROM centres_designation d JOIN mechanisms_mechanism m ON m.id = d.mechanism_id "
        "WHERE d.centre_id IN (SELECT id FROM centres_centre WHERE code LIKE 'sample-%') ORDER BY 1"
    )
    functions = values("SELECT code FROM mechanisms_function ORDER BY 1")
    countries = values("SELECT iso2 FROM regions_country ORDER BY 1")
    kinds, hosts = (
        values("SELECT DISTINCT kind FROM centres_centre ORDER BY 1"),
        values("SELECT id FROM regions_country"),
    )
    connection.close()
    every = [
        {"mechanism": mechanism, "function": function, "serves": country}
        for mechanism, function, country in itertools.product(mechanisms, functions, countries)
    ]
    choice = random.Random(1)  # noqa: S311 - it hides nothing.
    some = choice.sample(every, QUESTIONS)
    # By turns narrow ones and such that many centres answer to.
    asked = itertools.cycle([{"serves"}, {"mechanism", "function"}, {"mechanism", "function", "serves"}])
    of_one_table = choice.sample([{"kind": kind, "country_id": host} for kind in kinds for host in hosts], QUESTIONS)
    narrowed = [{name: one[name] for name in sorted(names)} for one, names in zip(some, asked, strict=False)]
    return narrowed, of_one_table


def address(base: str, path: str, question: dict[str, str]) -> str:
    return f"{base}{path}?" + "&".join(f"{name}={value}" for name, value in question.items())


def milliseconds(asked: str) -> float:
    start = time.perf_counter()
    fetch(asked)
    return (time.perf_counter() - start) * 1000


def measured(database: Path) -> dict[str, float]:
    """Return the median of each server's times on a database; by turns, so that what else runs hits all."""
    some, of_one_table = questions(database)
    times: dict[str, list[float]] = {name: [] for name in SERVERS}
    datasette = [
        str(DATASETTE),
        "serve",
        str(database),
        "--port",
        str(DATASETTE_PORT),
        "--setting",
        "sql_time_limit_ms",
        "60000",
    ]
    table_address = f"http://127.0.0.1:{DATASETTE_PORT}/{database.stem}/centres_centre.json"
    with (
        portal(database),
        portal(database, "plain", OTHER_PORT, "/centres/?page_size=1"),
        running(datasette, f"http://127.0.0.1:{DATASETTE_PORT}/-/versions.json"),
    ):
        for number, (question, other) in enumerate(zip(some, of_one_table, strict=True)):
            asked = [
                address(PORTAL, "/api/v1/centres/", question),
                address(PORTAL, "/en/centres/", question),
                address(OTHER, "/centres/", question),
                address(table_address, "", {**other, "_size": "50", "_facet": "kind"}),
            ]
            if number < WARM_UP:
                # They are compared only where they answer the same.
                ours, plain = (json.loads(fetch(asked[place])[1]) for place in (0, 2))
                codes, others = ([row["code"] for row in one["results"]] for one in (ours, plain))
                if codes != others or ours["count"] != plain["count"]:
                    raise SystemExit(f"{question} is answered otherwise: {ours['count']} and {plain['count']}")
            for name, one in zip(SERVERS, asked, strict=True):
                times[name].append(milliseconds(one))
    return {name: statistics.median(one[WARM_UP:]) for name, one in times.items()}


def after_a_change(database: Path) -> float:
    """Return the milliseconds of the first question after a change of the content: the census is read anew."""
    times = []
    with portal(database):
        for _time in range(3):
            manage(database, "shell", "--verbosity", "0", "-c", CHANGE)
            time.sleep(1)
            times.append(milliseconds(f"{PORTAL}/api/v1/centres/?page_size=1"))
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", type=Path, help="a folder that has or gets s1000.sqlite3 and so on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as name:
        folder = options.databases or Path(name)
        found: dict[int, dict[str, float]] = {}
        for size in SIZES:
            database = folder / f"s{size}.sqlite3"
            if not database.exists():
                manage(database, "make_sample", "--centres", str(size))
            found[size] = {**measured(database), CHANGED: after_a_change(database)}
    most, fewest = SIZES[-1], SIZES[0]
    times = found[most]["plain REST framework"] / found[most]["portal, API"]
    growth = {name: found[most][name] / found[fewest][name] for name in found[most]}
    rows = [
        [name, *(f"{found[size][name]:.0f}" for size in SIZES), f"{growth[name]:.1f}"] for name in (*SERVERS, CHANGED)
    ]
    put(f"""# First reads

Written by `benchmarks/first_reads.py`; [README.md](README.md) says what is measured and how.

{machine("SQLite")}

Milliseconds of what nobody has asked before, the median of {QUESTIONS - WARM_UP} questions, with so many centres. \
Promised: with {most:,} the API answers {TIMES} times as quickly as the plain one (it was {times:.1f} times), and at \
most {GROWTH} times as slowly as with {fewest:,}.

{table(["", *(f"{size:,}" for size in SIZES), "growth"], rows)}
""")
    print(f"{RESULTS.relative_to(ROOT)} written")
    faults = [f"{times:.1f} times as quick as the plain one"] if times < TIMES else []
    faults += [f"{name} grew {growth[name]:.1f} times" for name in SERVERS[:2] if growth[name] > GROWTH]
    raise SystemExit("; ".join(faults) or 0)


if __name__ == "__main__":
    main()
