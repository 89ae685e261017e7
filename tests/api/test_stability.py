"""Nothing that a script may rest on disappears within version 1 (docs/api.md)."""

import copy
from typing import Any

import pytest

from tests.api.stability import broken, committed, document, frozen, promises


def test_every_promise_is_kept():
    assert broken(frozen(), committed()) == []


def test_every_promise_is_written_down():
    """Else nothing would notice when it is broken later."""
    assert broken(committed(), frozen()) == [], "Run python -m tests.api.stability"


@pytest.fixture
def schema() -> dict[str, Any]:
    return document()


def without_field(schema: Any) -> None:
    del schema["components"]["schemas"]["Centre"]["properties"]["serves"]


def with_another_type(schema: Any) -> None:
    schema["components"]["schemas"]["Designation"]["properties"]["term"] = {"type": "string"}


def without_parameter(schema: Any) -> None:
    operation = schema["paths"]["/api/v1/centres/"]["get"]
    operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "serves"]


def without_format(schema: Any) -> None:
    parameters = schema["paths"]["/api/v1/centres/"]["get"]["parameters"]
    next(one for one in parameters if one["name"] == "format")["schema"]["enum"].remove("csv")


def without_endpoint(schema: Any) -> None:
    del schema["paths"]["/api/v1/coverage/"]


def without_method(schema: Any) -> None:
    del schema["paths"]["/api/v1/centres/"]["post"]


def without_media_type(schema: Any) -> None:
    del schema["paths"]["/api/v1/centres/"]["get"]["responses"]["200"]["content"]["text/csv"]


def without_value(schema: Any) -> None:
    schema["components"]["schemas"]["CentreKindEnum"]["enum"].remove("regional-office")


@pytest.mark.parametrize(
    "breach",
    [
        without_field,
        with_another_type,
        without_parameter,
        without_format,
        without_endpoint,
        without_method,
        without_media_type,
        without_value,
    ],
)
def test_a_breach_would_be_seen(schema: dict[str, Any], breach: Any):
    before = promises(copy.deepcopy(schema))
    breach(schema)
    assert broken(before, promises(schema))
    # What is added breaks nothing.
    assert not broken(promises(schema), before) or breach is with_another_type
