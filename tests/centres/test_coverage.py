"""The coverage: every number is the count of the list that it leads to, and nothing is counted twice or left out."""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from centres.coverage import HEATS, By, CoverageFilterSet, Of
from centres.directory import CentreFilterSet
from centres.models import Centre
from mechanisms.models import Function, Mechanism
from regions.models import Country, Membership, Region, RegionScheme
from tests.api.endpoints import NOTE_DATE, fetch, listed, problem

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

SCHEMES = ["un", "unep", "who"]
each_scheme = pytest.mark.parametrize("scheme", SCHEMES)
each_of = pytest.mark.parametrize("of", Of.values)
each_by = pytest.mark.parametrize("by", By.values)
each_date = pytest.mark.parametrize("as_of", ["", NOTE_DATE])
#: The facets that the rows are.
FACETS = {"host": "region", "served": "serves_region"}


def coverage(client: Client, **parameters: Any) -> Any:
    """Return the API's answer."""
    response = fetch(client, "coverage", **parameters)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def numbers(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield every number of an answer."""
    yield answer["total"]
    yield from answer["columns"]
    for row in answer["rows"]:
        yield row["total"]
        yield from row["cells"]
    yield from filter(None, answer["unknown"].values())


def listed_by(url: str) -> int:
    """Return how many centres the directory lists at an address."""
    filterset = CentreFilterSet(QueryDict(urlsplit(url).query))
    assert filterset.problems == {}
    return len(filterset.results())


def codes(client: Client, **parameters: Any) -> set[str]:
    return {one["code"] for one in listed(client, "centres", **parameters)["results"]}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch):
    """Read once what the filters offer: the lists of a test are thousands."""
    for one in CentreFilterSet.base_filters.values():
        if hasattr(one, "options"):
            offered = list(one.options())
            monkeypatch.setattr(one, "options", lambda offered=offered: offered)


def test_every_scheme_is_tried():
    assert sorted(RegionScheme.objects.values_list("code", flat=True)) == SCHEMES


@each_date
@each_by
@each_of
@each_scheme
def test_every_number_is_the_count_of_its_list(client: Client, quick: None, scheme: str, of: str, by: str, as_of: str):
    answer = coverage(client, scheme=scheme, of=of, by=by, **({"as_of": as_of} if as_of else {}))
    assert (answer["scheme"], answer["of"], answer["by"]) == (scheme, of, by)
    every = list(numbers(answer))
    assert [one["url"] for one in every if one["count"] != listed_by(one["url"])] == []
    assert len({one["url"] for one in every}) == len(every)
    assert sum(one["count"] > 0 for one in every) > 10
    assert all(("as_of=2010-06-07" in one["url"]) == bool(as_of) for one in every)


def test_an_address_of_the_api_gives_the_list(client: Client):
    """Once through the API itself, the lists above being those of its filter set."""
    for one in numbers(coverage(client, scheme="who", of="served", by="mechanism", as_of=NOTE_DATE)):
        assert client.get(one["url"]).json()["count"] == one["count"], one


@each_of
@each_by
def test_other_filters_and_words_are_kept(client: Client, quick: None, of: str, by: str):
    chosen = {"mechanism": ["basel", "stockholm"], "function": ["training", "inventories"], "q": "waste"}
    answer = coverage(client, of=of, by=by, **chosen)
    assert answer["total"]["count"] == listed(client, "centres", **chosen)["count"] > 5
    assert answer["total"]["count"] < listed(client, "centres", **{**chosen, "q": ""})["count"], (
        "the words keep some out"
    )
    assert [one["url"] for one in numbers(answer) if one["count"] != listed_by(one["url"])] == []
    if by in chosen:
        # What is filtered for are the columns: of the others the list could not be asked for.
        assert sorted(one["code"] for one in answer["columns"]) == sorted(chosen[by])


@each_of
def test_regions_that_are_filtered_for_are_the_rows(client: Client, of: str):
    chosen = ["who-afro", "un-none", "un-africa"]
    answer = coverage(client, of=of, **{FACETS[of]: chosen})
    assert [row["region"]["code"] for row in answer["rows"]] == ["un-africa", "who-afro", "un-none"]
    assert [one["url"] for one in numbers(answer) if one["count"] != listed_by(one["url"])] == []


@each_scheme
@each_date
def test_every_centre_has_a_row_by_its_host_country(client: Client, scheme: str, as_of: str):
    answer = coverage(client, scheme=scheme, **({"as_of": as_of} if as_of else {}))
    found = [codes(client, **dict(QueryDict(urlsplit(row["total"]["url"]).query).lists())) for row in answer["rows"]]
    assert set.union(*found) == codes(client, **({"as_of": as_of} if as_of else {}))
    elsewhere = [row for row in answer["rows"] if row["region"]["code"] == f"{scheme}-none"]
    inside = Country.objects.filter(memberships__in=Membership.objects.filter(region__scheme__code=scheme))
    outside = set(Centre.objects.exclude(country__in=inside).values_list("code", flat=True)) & set.union(*found)
    assert (found[-1] if elsewhere else set()) == outside


@each_scheme
def test_a_region_served_is_served_by_who_serves_any_of_its_countries(client: Client, scheme: str):
    """The same from the countries: the directory's `serves`, country by country."""
    date = datetime.date.fromisoformat(NOTE_DATE)
    members: dict[str, set[str]] = {f"{scheme}-none": set(Country.objects.values_list("iso2", flat=True))}
    for one in Membership.objects.as_of(date).filter(region__scheme__code=scheme).select_related("region", "country"):
        members.setdefault(one.region.code, set()).add(one.country.iso2)
        members[f"{scheme}-none"].discard(one.country.iso2)
    for row in coverage(client, scheme=scheme, of="served", as_of=NOTE_DATE)["rows"]:
        region = row["region"]["code"]
        serving = codes(client, serves=sorted(members[region]), as_of=NOTE_DATE)
        assert codes(client, serves_region=region, as_of=NOTE_DATE) == serving, region
        assert row["total"]["count"] == len(serving), region


def test_totals_count_each_centre_once(client: Client):
    answer = coverage(client)
    assert answer["total"]["count"] == listed(client, "centres")["count"]
    for row in answer["rows"]:
        cells = [cell["count"] for cell in row["cells"]]
        assert max(cells) <= row["total"]["count"]
    assert sum(sum(cell["count"] for cell in row["cells"]) > row["total"]["count"] for row in answer["rows"]) > 3


def test_what_is_unknown_is_counted(client: Client):
    everything = codes(client)
    functionless = set(Centre.objects.filter(functions=None).values_list("code", flat=True)) & everything
    answer = coverage(client)
    assert answer["unknown"]["function"]["count"] == len(functionless) > 0
    assert answer["unknown"]["served_list"] is None
    assert codes(client, function="none") == functionless
    answer = coverage(client, of="served", by="mechanism")
    assert answer["unknown"]["served_list"]["count"] == listed(client, "centres", served_list="unknown")["count"] > 0
    assert answer["unknown"]["function"] is None


def test_columns_are_what_there_was_on_the_date(client: Client):
    def columns(**parameters: Any) -> list[str]:
        return [one["code"] for one in coverage(client, **parameters)["columns"]]

    assert columns() == list(Function.objects.in_reading_order().values_list("code", flat=True))
    now, then = columns(by="mechanism"), columns(by="mechanism", as_of=NOTE_DATE)
    assert now == list(Mechanism.objects.in_reading_order().values_list("code", flat=True))
    assert set(now) - set(then) == {"minamata"}
    assert columns(by="mechanism", as_of=NOTE_DATE, mechanism="minamata") == ["minamata"]


def test_names_are_in_both_languages_or_in_one(client: Client):
    both, english = coverage(client, by="kind"), coverage(client, by="kind", lang="en")
    region = Region.objects.get(code=both["rows"][0]["region"]["code"])
    assert both["rows"][0]["region"]["name"] == {"en": region.name_en, "zh-hans": region.name_zh_hans}
    assert english["rows"][0]["region"]["name"] == region.name_en
    assert set(both["columns"][0]["name"]) == set(both["note"]) == {"en", "zh-hans"}
    assert english["columns"][0]["name"] == both["rows"][0]["cells"][0]["name"]["en"] == "regional centre"
    assert english["note"] == both["note"]["en"]


def test_the_strongest_tint_is_of_the_most_and_none_of_nothing():
    filterset = CoverageFilterSet(QueryDict())
    assert filterset.problems == {}
    cells = [cell for row in filterset.coverage().rows for cell in row.cells]
    heats = {heat: [cell.count for cell in cells if cell.heat == heat] for heat in range(HEATS + 1)}
    assert set(heats[0]) == {0}
    assert all(0 not in heats[heat] for heat in range(1, HEATS + 1))
    for heat in range(1, HEATS):
        assert max(heats[heat]) < min(heats[heat + 1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scheme", "nonsense"),
        ("of", "nonsense"),
        ("by", "region"),
        ("serves_region", "nonsense"),
        ("ordering", "code"),
        ("page", "1"),
        ("nonsense", "1"),
        ("lang", "fr"),
        ("format", "csv"),
        ("as_of", "soon"),
    ],
)
def test_a_wrong_parameter_is_refused(client: Client, name: str, value: str):
    assert name in problem(fetch(client, "coverage", **{name: value}), 400)["errors"]


def test_a_scheme_without_members_has_everybody_elsewhere(client: Client):
    Membership.objects.all().delete()
    answer = coverage(client)
    assert answer["rows"][-1]["region"]["code"] == "un-none"
    assert answer["rows"][-1]["total"]["count"] == answer["total"]["count"] > 0
    assert {row["total"]["count"] for row in answer["rows"][:-1]} == {0}
