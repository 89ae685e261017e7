"""Whether the lock files match pyproject.toml. Nobody is asked, so it holds without a network too."""

import re
import sys
import tomllib
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply import BENCHMARKS, DEVELOPMENT, ROOT, RUN

#: The Pythons that the portal is run on.
PYTHONS = ("3.11", "3.12", "3.13")
ADDRESS = re.compile(r"^.*(?:://|--(?:extra-)?index|--find-links).*$", re.MULTILINE)


def entries(lock: str) -> dict[str, list[Requirement]]:
    """Return the pinned requirements of a lock by their names; some have one a Python."""
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[\w.-]+==[^\\\n]+", lock, re.MULTILINE):
        pin = Requirement(line.strip())
        found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def version(pin: Requirement) -> str:
    """Return the version that a requirement is pinned to."""
    (specifier,) = pin.specifier
    return specifier.version


def is_for(pin: Requirement, python: str) -> bool:
    """Say whether a pin counts under a Python."""
    return not pin.marker or pin.marker.evaluate({"python_version": python, "python_full_version": f"{python}.0"})


def faults(project: dict[str, Any], locks: dict[str, str]) -> list[str]:
    """Return what is wrong with the locks.

    Args:
        project: what pyproject.toml says.
        locks: the text of each lock by its name.
    """
    run = [Requirement(text) for text in project["project"]["dependencies"]]
    groups = {name: [Requirement(text) for text in some] for name, some in project["dependency-groups"].items()}
    named = {RUN: run, DEVELOPMENT: run + groups["dev"], BENCHMARKS: groups["bench"]}
    found = []
    for name, text in locks.items():
        pins = entries(text)
        for wanted in named[name]:
            for python in PYTHONS:
                versions = [version(pin) for pin in pins.get(canonicalize_name(wanted.name), []) if is_for(pin, python)]
                if len(versions) != 1:
                    found.append(f"{name}: {wanted.name} has {len(versions)} versions for Python {python}")
                elif not wanted.specifier.contains(versions[0]):
                    found.append(f"{name}: {wanted.name} {versions[0]} is not {wanted.specifier} (Python {python})")
        found += [
            f"{name}: {entry.partition(' ')[0]} has no hash"
            for entry in re.split(r"\n(?=\w)", text)
            if "--hash=sha256:" not in entry
        ]
        found += [f"{name}: an address: {line.strip()}" for line in ADDRESS.findall(text)]
    both = entries(locks[DEVELOPMENT])
    found += [
        f"{package}: {RUN} and {DEVELOPMENT} have other versions"
        for package, pins in entries(locks[RUN]).items()
        if {version(pin) for pin in pins} != {version(pin) for pin in both.get(package, [])}
    ]
    return found


def read() -> tuple[dict[str, Any], dict[str, str]]:
    """Return what pyproject.toml says, and the locks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project, {name: (ROOT / name).read_text(encoding="utf-8") for name in (RUN, DEVELOPMENT, BENCHMARKS)}


if __name__ == "__main__":
    if wrong := faults(*read()):
        sys.exit("\n".join([*wrong, "The lock does not match pyproject.toml: make lock"]))
