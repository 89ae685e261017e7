"""Programs that some tests need and that Python's packages do not bring."""

import os
from typing import NoReturn

import pytest


def missing(message: str) -> NoReturn:
    """Skip the test for want of a program; the run says so at its end (tests/conftest.py).

    In CI the programs are part of the machine: that one is absent is a fault, not a circumstance.
    """
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
