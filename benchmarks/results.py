"""RESULTS.md: a part for each script, which writes only its own."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def put(part: str) -> None:
    """Write a part, which begins with a heading of the first level, in the place of the earlier one with it."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    parts = [one.strip() for one in re.split(r"^(?=# )", old, flags=re.MULTILINE) if one.strip()]
    heading = part.partition("\n")[0]
    places = [n for n, one in enumerate(parts) if one.partition("\n")[0] == heading]
    parts[slice(places[0], places[0] + 1) if places else slice(len(parts), None)] = [part.strip()]
    RESULTS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def machine(*programs: str) -> str:
    """Return the sentence that says when and on what was measured.

    Args:
        programs: what ran beside the portal, with versions.
    """
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    others = "".join(f", {one}" for one in programs)
    return (
        f"Measured on {datetime.now(UTC).date().isoformat()} on a virtual machine with {os.cpu_count()} cores "
        f"({platform.machine()}) and {gigabytes:.0f} GB of memory: {platform.system()}, "
        f"Python {platform.python_version()}{others}."
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a table; its first column is of names, the others are of figures."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] + ["---:"] * (len(header) - 1), *rows))
