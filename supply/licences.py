"""Under which licences everything stands that is locked: docs/licences.md, from the metadata of what is installed.

``--write`` writes that file; without it the command fails where the file is not current, where a package does not say
its licence, or where that licence is not one of those that the portal may be made of.
"""

import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from supply import DEVELOPMENT, ROOT, RUN
from supply.locks import entries, read

#: Licences that ask for no more than to be named, or for changes to a library's own files.
RUNNING = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0"),
    *("PSF-2.0", "Unlicense", "Zlib"),
    # A library that stays its own file, as every Python package does.
    "LGPL",
}
#: Of tools that run beside the portal and are given to nobody, these too.
DEVELOPING = RUNNING | {"Artistic", "GPL-2.0-or-later", "GPL-3.0-or-later"}

#: What metadata call the licences that have a shorter name.
NAMES = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
#: Packages whose metadata say nothing, by the licence file that they bring.
READ = {"axe-playwright-python": "MIT AND MPL-2.0"}
FILE = ROOT / "docs" / "licences.md"
HEAD = """# Licences

What the portal is made of, and under which licence each part stands: `make licences` writes this list from the metadata
of what is locked, as it is installed on Linux; `supply/licences.py` says which licences are allowed.
"""


def licence(name: str, described: Any) -> str:
    """Return a package's licence as an SPDX expression, or near to one; empty where it says none.

    Args:
        name: the package.
        described: its metadata.
    """
    if expression := described.get("License-Expression") or READ.get(name):
        return str(expression)
    classes = [one.rpartition(" :: ")[2] for one in described.get_all("Classifier") or [] if one.startswith("License")]
    # Where there are several, one may choose.
    if named := [NAMES.get(one, one) for one in classes]:
        return " OR ".join(named)
    text = described.get("License") or ""
    for long, short in NAMES.items():
        text = text.replace(long, short)
    return "" if "\n" in text else text


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Say whether a licence is one of the allowed: of those joined by AND each, of those joined by OR one."""
    parts = [part.strip(" ()").split(" OR ") for part in expression.split(" AND ")]
    return all(any(one.strip() in allowed for one in part) for part in parts)


def found(packages: list[str], allowed: set[str], described: Callable[[str], Any]) -> tuple[dict[str, str], list[str]]:
    """Return the licence of each package, and what is wrong with them."""
    known, wrong = {}, []
    for name in packages:
        try:
            known[name] = licence(name, described(name))
        except PackageNotFoundError:
            wrong.append(f"{name} is locked and not installed")
            continue
        if not is_allowed(known[name], allowed):
            wrong.append(f"{name}: {known[name] or 'no known licence'} is not one of {', '.join(sorted(allowed))}")
    return known, wrong


def listing(described: Callable[[str], Any] = metadata) -> tuple[str, list[str]]:
    """Return the text of docs/licences.md, and what is wrong with the licences."""
    _project, locks = read()
    run, all_of_them = (_applying(locks[lock]) for lock in (RUN, DEVELOPMENT))
    parts, faults = [HEAD], []
    for title, packages, allowed in (
        ("To run it", run, RUNNING),
        ("To develop it", [name for name in all_of_them if name not in run], DEVELOPING),
    ):
        known, wrong = found(packages, allowed, described)
        faults += wrong
        rows = "".join(f"| {name} | {expression} |\n" for name, expression in known.items())
        parts.append(f"\n## {title}\n\n| package | licence |\n|---|---|\n{rows}")
    return "".join(parts), faults


def _applying(lock: str) -> list[str]:
    """Return the packages of a lock, less those of other systems and interpreters."""
    named = entries(lock).items()
    return sorted(name for name, pins in named if any(not pin.marker or pin.marker.evaluate() for pin in pins))


if __name__ == "__main__":
    text, faults = listing()
    if "--write" in sys.argv[1:]:
        FILE.write_text(text, encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
        faults.append(f"{FILE.relative_to(ROOT)} is not current: make licences")
    if faults:
        sys.exit("\n".join(faults))
