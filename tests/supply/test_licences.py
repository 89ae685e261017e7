"""Every package says a licence that the portal may be made of, and the list of them is current."""

from email.message import Message
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from supply.licences import DEVELOPING, FILE, RUNNING, found, licence, listing


def described(**fields: Any) -> Message:
    message = Message()
    for name, values in fields.items():
        for value in values if isinstance(values, list) else [values]:
            message[name.replace("_", "-")] = value
    return message


def test_the_list_is_current_and_every_licence_allowed():
    text, faults = listing()
    assert faults == []
    assert Path(FILE).read_text(encoding="utf-8") == text, "make licences"


@pytest.mark.parametrize(
    ("fields", "expression", "runs", "develops"),
    [
        ({"License_Expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"}, "MPL-2.0 AND (Apache-2.0 OR MIT)", True, True),
        ({"License_Expression": "MIT AND AGPL-3.0-only"}, "MIT AND AGPL-3.0-only", False, False),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD", True, True),
        ({"License": "BSD 3-Clause OR Apache-2.0"}, "BSD-3-Clause OR Apache-2.0", True, True),
        (
            {"Classifier": "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)"},
            "GPL-3.0-or-later",
            False,
            True,
        ),
        (
            {"Classifier": ["License :: OSI Approved :: MIT License", "License :: Other/Proprietary License"]},
            "MIT OR Other/Proprietary License",
            True,
            True,
        ),
        ({"License": "Proprietary"}, "Proprietary", False, False),
        ({"License": "Copyright\nof somebody"}, "", False, False),
        ({}, "", False, False),
    ],
)
def test_a_licence_is_read_and_judged(fields: Any, expression: str, runs: bool, develops: bool):
    package = described(**fields)
    assert licence("other", package) == expression
    for allowed, passes in ((RUNNING, runs), (DEVELOPING, develops)):
        _known, wrong = found(["other"], allowed, lambda _name: package)
        assert (wrong == []) == passes


def test_what_is_locked_and_not_installed_is_found():
    def absent(name: str) -> Any:
        raise PackageNotFoundError(name)

    assert found(["other"], RUNNING, absent)[1] == ["other is locked and not installed"]
