"""The API of the search: the same as the page, with the addresses of the records."""

from typing import Any

import pytest
import yaml
from django.test import Client

from search.filters import SearchFilterSet
from search.kinds import LISTS
from tests.api.endpoints import problem

pytestmark = pytest.mark.usefixtures("content")

PATH = "/api/v1/search/"


def answer(client: Client, **parameters: Any) -> Any:
    response = client.get(PATH, parameters)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def test_a_result_says_what_it_is_and_where(client: Client):
    document = answer(client, q="肯尼亚")
    first = document["results"][0]
    assert first == {
        "kind": "regions.country",
        "key": "KE",
        "title": {"en": "Kenya", "zh-hans": "肯尼亚"},
        "snippet": None,
        "languages": ["zh-hans"],
        "url": "http://testserver/api/v1/countries/KE/",
        "page": "/en/countries/ke/",
    }
    assert document["count"] > 5
    assert document["read_as"] == [{"typed": "肯尼亚", "read": "肯尼亚", "synonyms": []}]


def test_every_kind_has_addresses_that_answer(client: Client):
    for kind in LISTS:
        document = answer(client, q="中", kind=kind, page_size=3)
        assert document["results"], kind
        for result in document["results"]:
            assert result["kind"] == kind
            record = client.get(result["url"])
            assert record.status_code == 200
            assert (record.json().get("code") or record.json().get("iso2") or record.json()["key"]) == result["key"]
            page = client.get(result["page"].partition("#")[0])
            assert page.status_code == 200


def test_a_language_makes_texts_strings(client: Client):
    for lang in ("en", "zh-hans"):
        both, one = (answer(client, q="SC-2/9", **parameters) for parameters in ({}, {"lang": lang}))
        # The order is that of the language.
        assert len(both["results"]) == len(one["results"]) == 4
        by_key = {result["key"]: result for result in both["results"]}
        for single in one["results"]:
            whole = by_key[single["key"]]
            assert single["title"] == whole["title"][lang]
            assert single["snippet"] == ((whole["snippet"] or {}).get(lang) or None)
            assert single["page"] == whole["page"].replace("/en/", f"/{lang}/")


def test_pages_are_the_whole_list_once(client: Client):
    whole = answer(client, q="training", page_size=500)
    assert whole["next"] is None
    seen: list[Any] = []
    url: str | None = f"{PATH}?q=training&page_size=20"
    while url:
        document = client.get(url).json()
        seen += document["results"]
        url = document["next"]
    assert seen == whole["results"]
    assert len(seen) == whole["count"] > 40


def test_how_the_query_was_read(client: Client):
    (part,) = answer(client, q="區域中心")["read_as"]
    assert part["typed"] == "區域中心"
    assert part["read"] == "区域中心"
    assert "regional centre" in part["synonyms"]


def test_nothing_asked_finds_nothing(client: Client):
    assert answer(client) == {"count": 0, "next": None, "previous": None, "results": [], "read_as": []}


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"q": "x" * 201}, "q"),
        ({"q": "x" * 10_000}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "a", "kind": "nonsense"}, "kind"),
        ({"q": "a", "as_of": "soon"}, "as_of"),
        ({"q": "a", "lang": "fr"}, "lang"),
        ({"q": "a", "page": "0"}, "page"),
        ({"query": "a"}, "query"),
        ({"q": ["a", "b"]}, "q"),
    ],
)
def test_wrong_parameters_are_named(client: Client, parameters: dict[str, Any], wrong: str):
    assert list(problem(client.get(PATH, parameters), 400)["errors"]) == [wrong]


def test_every_parameter_is_documented(client: Client):
    schema = client.get("/api/v1/schema/?format=json")
    documented = yaml.load(schema.content, Loader=yaml.CSafeLoader)["paths"][PATH]["get"]["parameters"]
    expected = {*SearchFilterSet.base_filters, "format", "lang", "page", "page_size"}
    assert {one["name"] for one in documented} == expected


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries: Any):
    for size in (1, 100):
        with django_assert_max_num_queries(3 + len(LISTS)):
            assert len(answer(client, q="中心", page_size=size)["results"]) == size
