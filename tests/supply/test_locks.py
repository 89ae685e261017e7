"""The lock matches pyproject.toml, and one that does not is found out."""

import copy
from typing import Any

import pytest

from supply import DEVELOPMENT, RUN
from supply.locks import faults, read

PROJECT, LOCKS = read()


def test_the_lock_matches():
    assert faults(PROJECT, LOCKS) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("\nsegno==", "\nsegna==", "segno has 0 versions"),
        ("\nsegno==1", "\nsegno==0", "segno 0"),
        ("\nsegno==", "\nsegno==1.6.5 \\\n    --hash=sha256:0\nsegno==", "segno has 2 versions"),
        ("    --hash=sha256:", "    --nothing=", "has no hash"),
        ("\nsegno==", "\n--index-url=x\nsegno==", "an address"),
        ("\nsegno==", "\n# http://portal.example/\nsegno==", "an address"),
        ("\nsqlparse==0", "\nsqlparse==9", "sqlparse: requirements.txt and requirements-dev.txt have other versions"),
    ],
)
def test_a_lock_that_is_wrong_is_found(before: str, after: str, says: str):
    assert before in LOCKS[RUN]
    found = faults(PROJECT, {RUN: LOCKS[RUN].replace(before, after), DEVELOPMENT: LOCKS[DEVELOPMENT]})
    assert any(says in one for one in found)


@pytest.mark.parametrize("group", ["project", "dependency-groups"])
def test_a_dependency_that_is_not_locked_is_found(group: str):
    project: dict[str, Any] = copy.deepcopy(PROJECT)
    (project["project"]["dependencies"] if group == "project" else project["dependency-groups"]["dev"]).append(
        "other>=1"
    )
    found = faults(project, LOCKS)
    assert any("requirements-dev.txt: other has 0 versions" in one for one in found)
    assert any("requirements.txt: other" in one for one in found) == (group == "project")
