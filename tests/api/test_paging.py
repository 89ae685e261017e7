"""Pages of a list make the list: no record twice, none lost, in a total order."""

import json
import math
import re
from typing import Any

import pytest
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.test import Client, RequestFactory
from rest_framework.request import Request

from centres.census import _KEPT
from centres.models import Centre
from publishing.ordering import sort_key
from sources.models import Citation, Source
from tests.api.endpoints import VIEWSETS, fetch, listed, problem

pytestmark = pytest.mark.usefixtures("content")

#: With every record, whatever its standing.
EVERY = {"centres": {"status": ["active", "expired", "closed", "nominated"]}}
#: Every order of every list: its own, and each that ?ordering= takes, both ways.
ORDERS = [
    (endpoint, sign + name)
    for endpoint, viewset in VIEWSETS.items()
    for sign, name in [("", ""), *((sign, name) for name in viewset.orderings for sign in ("", "-"))]
]


def pages(client: Client, endpoint: str, ordering: str, size: int) -> list[str]:
    """Return the records of all pages, reached by the addresses that each page gives.

    In the list's own order they are whole; in another one, what tells them apart.
    """
    rows: list[Any] = []
    fields = VIEWSETS[endpoint](action="list").get_serializer_class()().fields
    key = next(name for name in ("key", "code", "iso2") if name in fields)
    body = fetch(client, endpoint, page_size=size, ordering=ordering, fields=key if ordering else "").json()
    count = body["count"]
    for number in range(1, math.ceil(count / size) + 1):
        assert len(body["results"]) == min(size, count - len(rows)), number
        rows += body["results"]
        if body["next"]:
            body = client.get(body["next"]).json()
    assert body["next"] is None
    assert len(rows) == count
    return [json.dumps(row, sort_keys=True) for row in rows]


@pytest.mark.parametrize(("endpoint", "ordering"), ORDERS)
def test_pages_make_the_list(client: Client, endpoint: str, ordering: str):
    whole = pages(client, endpoint, ordering, 500)
    assert len(set(whole)) == len(whole), "a record stands twice"
    assert pages(client, endpoint, ordering, len(whole) // 4 + 1) == whole


@pytest.mark.parametrize(("endpoint", "ordering"), ORDERS)
def test_the_order_is_total(endpoint: str, ordering: str):
    """Every order ends in a unique column; a database may otherwise deal the pages differently each time."""
    queryset = behind(endpoint, ordering)
    if endpoint == "centres":
        # Sorted in memory, each centre once: the census gives the same list whenever it is read.
        _KEPT.clear()
        keys = list(queryset.keys)
        assert keys == list(behind(endpoint, ordering).keys)
        assert len(set(keys)) == len(keys) > 1
        return
    assert queryset.query.order_by, "no order"
    last = queryset.query.order_by[-1]
    name = last.expression.name if isinstance(last, OrderBy) else last.removeprefix("-")
    assert name == "pk" or queryset.model._meta.get_field(name).unique


def behind(endpoint: str, ordering: str) -> QuerySet[Any]:
    """Return the queryset behind the list, as the view makes it."""
    view = VIEWSETS[endpoint](action="list", format_kwarg=None)
    view.request = Request(RequestFactory().get("/", {"ordering": ordering}))
    return view.get_queryset()


@pytest.mark.parametrize(("endpoint", "ordering"), [(endpoint, name) for endpoint, name in ORDERS if name])
def test_an_order_sorts(client: Client, endpoint: str, ordering: str):
    """The database sorts as Python does, whichever it is; what is not known stands last, either way."""
    name = ordering.removeprefix("-")
    fields = "name" if name.startswith("name_") else name
    rows = listed(client, endpoint, ordering=ordering, fields=fields)["results"]
    values = [shown(endpoint, row, name) for row in rows]
    known = [value for value in values if value is not None]
    assert len(set(known)) > 1
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=ordering.startswith("-"))


def shown(endpoint: str, row: Any, name: str) -> Any:
    """Return what the order ``name`` sorts ``row`` by."""
    if name.startswith("name_"):
        language = name.removeprefix("name_").replace("_", "-")
        return sort_key(row["name"][language], language)
    if (endpoint, name) == ("centres", "country"):
        return row["country"] and sort_key(row["country"]["name"]["en"], "en")
    return row[name]["code"] if isinstance(row[name], dict) else row[name]


def test_neighbours_are_in_a_header_too(client: Client):
    for page in (1, 2):
        answer = fetch(client, "centres", page=page, page_size=50)
        body = answer.json()
        links = re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])
        assert {name: address for address, name in links} == {
            name: body[field] for name, field in (("next", "next"), ("prev", "previous")) if body[field]
        }
    assert "Link" not in fetch(client, "mechanisms").headers


def by_cursor(client: Client, endpoint: str, size: int) -> list[Any]:
    """Return the records of all pages, reached by following the cursor."""
    body = fetch(client, endpoint, cursor=0, page_size=size).json()
    rows, count = list(body["results"]), body["count"]
    while body["next"]:
        assert len(body["results"]) == size
        response = client.get(body["next"])
        body = response.json()
        assert body["previous"] is None
        rows += body["results"]
    assert len(rows) == count
    return rows


@pytest.mark.parametrize("endpoint", VIEWSETS)
def test_a_cursor_goes_through_the_whole_list(client: Client, endpoint: str):
    whole = sorted(pages(client, endpoint, "", 500))
    assert sorted(json.dumps(row, sort_keys=True) for row in by_cursor(client, endpoint, len(whole) // 4 + 1)) == whole


def test_a_cursor_keeps_the_filters(client: Client):
    found = by_cursor(Client(), "centres", 500)
    body = fetch(client, "centres", cursor=0, page_size=3, mechanism="basel", fields="code").json()
    rows = list(body["results"])
    while body["next"]:
        body = client.get(body["next"]).json()
        rows += body["results"]
    basel = [row["code"] for row in listed(client, "centres", mechanism="basel")["results"]]
    assert sorted(row["code"] for row in rows) == sorted(basel)
    assert 3 < len(rows) < len(found)


@pytest.mark.parametrize("endpoint", ["centres", "sources"])
def test_what_comes_and_goes_meanwhile_shifts_nothing(client: Client, endpoint: str):
    """Pages by number would miss the record after the one that went."""
    model = {"centres": Centre, "sources": Source}[endpoint]
    keys = list(model.objects.order_by("pk").values_list("code", flat=True))
    first = fetch(client, endpoint, cursor=0, page_size=10, **EVERY.get(endpoint, {})).json()
    seen = [row["code"] for row in first["results"]]
    Citation.objects.filter(source__code=seen[0]).delete()
    model.objects.get(code=seen[0]).delete()
    second = client.get(first["next"]).json()
    assert [row["code"] for row in second["results"]] == [key for key in keys if key not in seen][:10]


@pytest.mark.parametrize(
    "parameters", [{"cursor": "x"}, {"cursor": "-1"}, {"cursor": "9" * 30}, {"cursor": "²"}, {"cursor": "1.5"}]
)
@pytest.mark.parametrize("endpoint", ["centres", "sources"])
def test_a_wrong_cursor_is_refused(client: Client, endpoint: str, parameters: dict[str, str]):
    assert "0" in problem(fetch(client, endpoint, **parameters), 400)["errors"]["cursor"][0]


@pytest.mark.parametrize(("name", "value"), [("page", "1"), ("ordering", "code"), ("format", "csv")])
def test_a_cursor_stands_alone(client: Client, name: str, value: str):
    wrong = "cursor" if name == "format" else name
    assert list(problem(fetch(client, "centres", cursor=0, **{name: value}), 400)["errors"]) == [wrong]


def test_a_cursor_after_the_last_record_is_the_end(client: Client):
    for endpoint in ("centres", "sources"):
        body = fetch(client, endpoint, cursor="9" * 18).json()
        assert (body["results"], body["next"]) == ([], None)
        assert body["count"] > 50
