"""Every wrong parameter of every endpoint is refused in words: which one, and what is allowed."""

import re
from typing import Any

import pytest
from django.test import Client

from centres.api import CoverageAPI
from mechanisms.comparison_filters import ComparisonFilterSet
from options.api import OutcomeAPI
from options.filters import OptionsFilterSet
from publishing.filters import NAMED_VALUES, CodesFilter
from search.api import SearchView
from tests.api.endpoints import (
    COMPARISON,
    COVERAGE,
    OPTIONS,
    OUTCOME,
    SEARCH,
    VIEWSETS,
    fetch,
    lookups,
    problem,
    wrong_value,
)

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

FILTERSETS = {
    **{name: viewset.filterset_class for name, viewset in VIEWSETS.items()},
    COMPARISON: ComparisonFilterSet,
    COVERAGE: CoverageAPI.filterset_class,
    OPTIONS: OptionsFilterSet,
    OUTCOME: OutcomeAPI.filterset_class,
    SEARCH: SearchView.filterset_class,
}
#: Endpoint, filter and a value that the filter must refuse.
WRONG_FILTERS = [
    (endpoint, name, wrong_value(name, one))
    for endpoint, filterset in FILTERSETS.items()
    for name, one in filterset.base_filters.items()
]
#: What is wrong on every list, and words that the message must hold.
WRONG_EVERYWHERE = [
    ("as_of", "soon", ["YYYY-MM-DD"]),
    ("as_of", "1899-12-31", ["1900-01-01", "2100-12-31"]),
    ("as_of", "2101-01-01", ["1900-01-01", "2100-12-31"]),
    ("as_of", "2010-02-30", ["YYYY-MM-DD"]),
    ("lang", "fr", ["en", "zh-hans"]),
    ("format", "xml", ["json"]),
]
WRONG_ON_LISTS = [
    ("page", "0", ["1"]),
    ("page", "-1", ["1"]),
    ("page", "first", ["1"]),
    ("page_size", "0", ["1", "500"]),
    ("page_size", "501", ["1", "500"]),
    ("page_size", "all", ["1", "500"]),
]


def message(client: Client, endpoint: str, lookup: str = "", /, **parameters: Any) -> str:
    """Return the message on the one parameter that is wrong, after checking that no other is named."""
    wrong = [name for name in parameters if name != "lang"] or ["lang"]
    document = problem(fetch(client, endpoint, lookup, **parameters), 400)
    assert list(document) == ["type", "title", "status", "detail", "errors"]
    assert list(document["errors"]) == wrong
    messages = document["errors"][wrong[0]]
    assert messages
    assert all(messages)
    assert wrong[0] in document["detail"]
    return " ".join(messages)


@pytest.mark.parametrize("endpoint", FILTERSETS)
def test_an_unknown_parameter(client: Client, endpoint: str):
    text = message(client, endpoint, nonsense="1")
    for name in [*FILTERSETS[endpoint].base_filters, "lang", "format"]:
        assert name in text


@pytest.mark.parametrize(("name", "value", "words"), WRONG_EVERYWHERE)
@pytest.mark.parametrize("endpoint", FILTERSETS)
def test_a_wrong_value_of_what_every_endpoint_takes(
    client: Client, endpoint: str, name: str, value: str, words: list[str]
):
    text = message(client, endpoint, **{name: value})
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("endpoint", VIEWSETS)
def test_a_page_after_the_last_is_not_found_and_the_last_is_named(client: Client, endpoint: str):
    document = problem(fetch(client, endpoint, page="999999", page_size=2), 404)
    assert str(document["last_page"]) in document["detail"]
    last = fetch(client, endpoint, page=document["last_page"], page_size=2)
    assert last.status_code == 200
    assert last.json()["next"] is None


@pytest.mark.parametrize(("wrong", "meant"), [("mechanisms", "mechanism"), ("asof", "as_of"), ("serve", "serves")])
def test_the_nearest_name_is_offered(client: Client, wrong: str, meant: str):
    assert f"“{meant}”" in message(client, "centres", **{wrong: "1"})


@pytest.mark.parametrize(("name", "value", "words"), WRONG_ON_LISTS)
@pytest.mark.parametrize("endpoint", VIEWSETS)
def test_a_wrong_page(client: Client, endpoint: str, name: str, value: str, words: list[str]):
    text = message(client, endpoint, **{name: value})
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("endpoint", VIEWSETS)
def test_an_unknown_field_and_an_unknown_order(client: Client, endpoint: str):
    fields = list(VIEWSETS[endpoint](action="list").get_serializer_class()().fields)
    # Alone, and among right ones.
    for value in ("nonsense", f"{fields[0]},nonsense"):
        text = message(client, endpoint, fields=value)
        assert [name for name in ["nonsense", *fields] if name not in text] == []
    text = message(client, endpoint, ordering="nonsense")
    assert [name for name in ["nonsense", *VIEWSETS[endpoint].orderings] if name not in text] == []


@pytest.mark.parametrize(("endpoint", "name", "value"), WRONG_FILTERS)
def test_a_wrong_value_of_a_filter(client: Client, endpoint: str, name: str, value: str):
    text = message(client, endpoint, **{name: value})
    one = FILTERSETS[endpoint].base_filters[name]
    if isinstance(one, CodesFilter):
        allowed = [str(code) for code, *_rest in one.options()]
        assert value.upper() in text.upper()
        assert allowed
        assert [code for code in allowed[:NAMED_VALUES] if code not in text] == []


@pytest.mark.parametrize(("endpoint", "name", "value"), WRONG_FILTERS)
def test_a_wrong_value_is_found_beside_a_right_one(client: Client, endpoint: str, name: str, value: str):
    one = FILTERSETS[endpoint].base_filters[name]
    right = next(str(code) for code, *_rest in one.options()) if isinstance(one, CodesFilter) else "2010-06-07"
    message(client, endpoint, **{name: [right, value]})


@pytest.mark.parametrize("name", ["lang", "format", "fields", "page", "page_size", "ordering", "as_of", "q"])
def test_a_single_parameter_given_twice(client: Client, name: str):
    right = {"lang": "en", "format": "json", "fields": "code", "page": "1", "page_size": "5", "ordering": "code"}
    value = right.get(name, "2010-06-07")
    assert message(client, "centres", **{name: [value, value]}) == "Give this parameter once."


def test_blank_parameters_count_as_absent(client: Client):
    blank = {"as_of": "", "mechanism": "", "q": " ", "page": "", "page_size": "", "ordering": "", "fields": ""}
    assert fetch(client, "centres", **blank).json()["results"] == fetch(client, "centres").json()["results"]


@pytest.mark.parametrize(
    "blank", [{"format": "", "page": "1"}, {"format": "csv", "page": ""}, {"cursor": "0", "page": ""}]
)
def test_a_blank_parameter_stands_in_no_others_way(client: Client, blank: dict[str, str]):
    kept = {name: value for name, value in blank.items() if value}
    answer, same = (fetch(client, "functions", **parameters) for parameters in (blank, kept))
    assert answer.status_code == same.status_code == 200
    assert answer.headers["Content-Type"] == same.headers["Content-Type"]


def test_all_that_is_wrong_is_named_at_once(client: Client):
    wrong = {
        "as_of": "soon",
        "mechanism": "x",
        "kind": "x",
        "lang": "fr",
        "ordering": "x",
        "fields": "x",
        "nonsense": "1",
    }
    assert set(problem(fetch(client, "centres", **wrong), 400)["errors"]) == set(wrong)


@pytest.mark.parametrize("endpoint", VIEWSETS)
def test_a_record_is_as_strict(client: Client, endpoint: str):
    lookup = lookups(endpoint, 1)[0]
    for name, value in [
        ("nonsense", "1"),
        ("as_of", "soon"),
        ("lang", "fr"),
        ("format", "xml"),
        ("fields", "nonsense"),
        ("page", "1"),
        ("ordering", "code"),
        ("mechanism", "basel"),
    ]:
        message(client, endpoint, lookup, **{name: value})


def in_chinese(text: str) -> bool:
    """Tell whether a message has Chinese and, beside codes and names of parameters, no English sentence."""
    return bool(re.search(r"[\u4e00-\u9fff]", text)) and not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", text)


@pytest.mark.parametrize("endpoint", FILTERSETS)
def test_messages_are_in_the_language_of_the_request(client: Client, endpoint: str):
    filters = FILTERSETS[endpoint].base_filters.items()
    wrong = {"nonsense": "1", "format": "xml", **{name: wrong_value(name, one) for name, one in filters}}
    if endpoint in VIEWSETS:
        wrong |= {"ordering": "x", "fields": "x"}
    for lang, expected in (("zh-hans", True), ("en", False)):
        document = problem(fetch(client, endpoint, **wrong, lang=lang), 400)
        assert set(document["errors"]) == set(wrong)
        for name, messages in document["errors"].items():
            for text in messages:
                assert in_chinese(text) is expected, (name, text)


@pytest.mark.parametrize(("name", "value"), [("page", "0"), ("page_size", "501")])
def test_paging_is_refused_in_the_language_of_the_request(client: Client, name: str, value: str):
    assert in_chinese(message(client, "centres", **{name: value}, lang="zh-hans"))
    assert not in_chinese(message(client, "centres", **{name: value}, lang="en"))


def test_what_is_not_there_is_said_in_the_language_of_the_request(client: Client):
    for path in ("centres/nonsense/?", "nonsense/?", "centres/?page=9999&"):
        assert in_chinese(problem(client.get(f"/api/v1/{path}lang=zh-hans"), 404)["detail"])
        assert not in_chinese(problem(client.get(f"/api/v1/{path}"), 404)["detail"])
