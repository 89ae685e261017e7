"""RESULTS.md: a part for each script, which writes only its own."""

import re
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
