"""Which locked versions have known faults of security, by the database of advisories that OSV keeps.

It ends with 0 where none is known, 1 where some are, and 2 where the database was not reached and so nothing is known;
``--if-reachable`` makes the last no failure and says it as loudly. Written here: pip-audit would bring twenty-five
packages into the very chain that is looked at, and cannot tell the last two apart.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Any

from supply import DEVELOPMENT
from supply.locks import entries, read, version

DATABASE = "https://api.osv.dev/v1/querybatch"
SECONDS = 20
LOUD = """
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
!! NOT ASKED: the database of advisories cannot be reached from here.
!! Nothing is known about the {count} locked versions. Run `make audit` where it can.
!! ({reason})
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
"""


def ask(pins: Iterable[tuple[str, str]], database: str) -> list[str]:
    """Return the advisories on packages and versions.

    Raises:
        OSError: the database was not reached.
        ValueError: what answered is not the database.
    """
    asked = list(pins)
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": number} for name, number in asked]
    body = json.dumps({"queries": queries}).encode()
    request = urllib.request.Request(database, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
        answer: Any = json.load(response)
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or len(results) != len(asked):
        raise ValueError("the answer is not one of an OSV database")
    return [
        f"{name} {number}: {advisory['id']}"
        for (name, number), result in zip(asked, results, strict=True)
        for advisory in result.get("vulns", [])
    ]


def main(arguments: list[str]) -> int:
    """Ask and tell; return the code to end with."""
    _project, locks = read()
    pins = [(name, version(pin)) for name, named in entries(locks[DEVELOPMENT]).items() for pin in named]
    try:
        known = ask(pins, os.environ.get("OSV_DATABASE", DATABASE))
    except (OSError, ValueError) as error:
        print(LOUD.format(count=len(pins), reason=error), file=sys.stderr)
        return 0 if "--if-reachable" in arguments else 2
    print("\n".join([*known, f"{len(pins)} locked versions, {len(known)} known advisories."]))
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
