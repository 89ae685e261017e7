"""One filter, every surface: for any combination, page, API, CSV and Excel have the same centres."""

import csv
import io
import random
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from centres.census import Status
from centres.directory import CentreFilterSet, DirectoryFilterSet
from publishing.filters import CodesFilter
from tests.api.endpoints import NOTE_DATE, fetch, listed
from tests.pages.lists import read

pytestmark = pytest.mark.usefixtures("content")

FACETS = {
    name: one for name, one in CentreFilterSet.base_filters.items() if isinstance(one, CodesFilter) and name != "as_of"
}
WORDS = ["中心", "汞", "training", "區域中心", "university", "SC-2/9"]
COMBINATIONS = 80
#: Of a facet with more values than this, so many are tried on each surface, and so many on the page and in files too.
VALUES, EVERYWHERE = 40, 3


def on_page(client: Client, lang: str, parameters: dict[str, Any]) -> int:
    response = client.get(f"/{lang}/centres/", parameters)
    assert response.status_code == 200, response.content.decode()
    return read(response.content.decode()).count


def in_csv(client: Client, parameters: dict[str, Any]) -> list[str]:
    response = fetch(client, "centres", format="csv", fields="code", **parameters)
    assert response.status_code == 200, response.content.decode()
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows[0] == ["code"]
    return [code for (code,) in rows[1:]]


def in_xlsx(client: Client, parameters: dict[str, Any]) -> list[str]:
    response = fetch(client, "centres", format="xlsx", fields="code", **parameters)
    sheet = load_workbook(io.BytesIO(response.content), read_only=True).worksheets[0]
    return [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]


def in_api(client: Client, parameters: dict[str, Any]) -> list[str]:
    body = listed(client, "centres", fields="code", **parameters)
    assert body["count"] == len(body["results"])
    return [row["code"] for row in body["results"]]


def same_everywhere(client: Client, lang: str, parameters: dict[str, Any]) -> int:
    """Return the number of centres, after checking that every surface has the same ones in the same order."""
    codes = in_api(client, parameters)
    assert in_csv(client, parameters) == codes == in_xlsx(client, parameters), parameters
    assert on_page(client, lang, parameters) == len(codes), parameters
    return len(codes)


@pytest.mark.one_database
@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("name", FACETS)
def test_every_value_of_a_facet(client: Client, name: str, lang: str):
    facet = next(
        one for one in client.get(f"/{lang}/centres/", {"as_of": NOTE_DATE}).context["facets"] if one.name == name
    )
    values = facet.values if len(facet.values) < VALUES else random.Random(lang).sample(facet.values, VALUES // 2)  # noqa: S311
    for number, value in enumerate(values):
        parameters = {name: value.code, "as_of": NOTE_DATE}
        count = same_everywhere(client, lang, parameters) if number < EVERYWHERE else len(in_api(client, parameters))
        assert count == value.count, parameters


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_combinations(client: Client, lang: str):
    chance = random.Random(f"combinations {lang}")  # noqa: S311
    options = {name: [str(code) for code, *_rest in one.options()] for name, one in FACETS.items()}
    found = 0
    for _number in range(COMBINATIONS // 2):
        names = chance.sample(sorted(options), chance.randint(1, 4))
        parameters: dict[str, Any] = {
            name: chance.sample(options[name], min(chance.choice([1, 1, 3, 8]), len(options[name]))) for name in names
        }
        if chance.random() < 0.4:
            parameters["q"] = chance.choice(WORDS)
        if chance.random() < 0.4:
            parameters["as_of"] = chance.choice([NOTE_DATE, "1998-01-01", "2020-02-29"])
        if chance.random() < 0.2:
            parameters["bbox"] = chance.choice(["-20,-40,55,40", "60,-50,-120,60"])
        found += bool(same_everywhere(client, lang, parameters))
    # Not all of them are empty.
    assert found > COMBINATIONS // 10


@pytest.mark.one_database
@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_the_files_of_the_page_have_the_filtered_list(client: Client, lang: str):
    parameters = {"mechanism": "basel", "as_of": NOTE_DATE}
    codes = in_api(client, {**parameters, "lang": lang})
    response = client.get(f"/{lang}/centres/", {**parameters, "format": "csv"})
    text = response.content.decode()
    # For Excel, which opens what a reader downloads.
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["code"] for row in rows] == codes
    assert len(codes) == 14
    assert all(row["name_en"] and row["name_zh_hans"] for row in rows)
    assert response.headers["Content-Disposition"] == f'attachment; filename="centres-{NOTE_DATE}.csv"'
    book = load_workbook(
        io.BytesIO(client.get(f"/{lang}/centres/", {**parameters, "format": "xlsx"}).content), read_only=True
    )
    assert [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == codes
    notes = [str(row[0]) for row in book.worksheets[1].iter_rows(values_only=True)]
    assert any("2010" in note for note in notes)
    assert any("mechanism=basel" in note and "format" not in note for note in notes)
    places = client.get(f"/{lang}/centres/", {**parameters, "format": "geojson"}).json()
    assert places["type"] == "FeatureCollection"
    assert [one["properties"]["code"] for one in places["features"]] == codes
    longitude, latitude = places["features"][0]["geometry"]["coordinates"]
    assert -180 <= longitude <= 180
    assert -90 <= latitude <= 90


@pytest.mark.one_database
def test_the_apis_csv_has_no_byte_order_mark_and_bad_formats_are_named(client: Client):
    assert fetch(client, "centres", format="csv", fields="code").content.startswith(b"code\r\n")
    response = client.get("/en/centres/", {"format": "pdf"})
    assert response.status_code == 400
    assert "geojson" in response.content.decode()


def test_a_centre_without_a_published_list_never_serves_and_is_counted_as_unknown(client: Client):
    unknown = set(in_api(client, {"served_list": "unknown"}))
    countries = [str(code) for code, _name in FACETS["serves"].options()]
    serving = set(in_api(client, {"serves": countries}))
    assert unknown
    assert not unknown & serving
    assert unknown | serving == set(in_api(client, {}))
    page = client.get("/en/centres/", {"serves": "KE"})
    assert page.context["unlisted"] == len(unknown)
    assert client.get(f"/en/centres/{page.context['unlisted_address']}").context["count"] == len(unknown)


@pytest.mark.one_database
@pytest.mark.parametrize("view", ["list", "table", "map"])
@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_every_view_shows_the_same_centres(client: Client, view: str, lang: str):
    parameters = {"mechanism": "stockholm", "view": view, "page_size": 20}
    page = client.get(f"/{lang}/centres/", parameters)
    assert [centre.code for centre in page.context["page"]] == in_api(client, {"mechanism": "stockholm", "lang": lang})
    if view == "map":
        drawn = [place.url for mark in page.context["map"].marks for place in mark.places]
        assert len(drawn) == len(set(drawn)) == 17
    # What is about looks stays out of the API's address, and the API refuses it.
    assert 'href="/api/v1/centres/?mechanism=stockholm"' in page.content.decode()
    assert fetch(client, "centres", view=view).status_code == 400


@pytest.mark.one_database
def test_the_tables_columns_can_be_chosen_and_sorted(client: Client):
    html = client.get("/en/centres/", {"view": "table", "column": ["host", "mercury"]}).content.decode()
    assert "Host institution" in html
    assert "no host stated" in html
    assert 'aria-sort="ascending"' in html
    assert "ordering=-name_en" in html
    down = client.get("/en/centres/", {"view": "table", "ordering": "-name_en"})
    assert 'aria-sort="descending"' in down.content.decode()
    up = client.get("/en/centres/", {"view": "table", "page_size": 200})
    downwards = client.get("/en/centres/", {"view": "table", "ordering": "-name_en", "page_size": 200})
    keys = [centre.sort_key_en for centre in up.context["page"]]
    assert keys == sorted(keys)
    assert [centre.sort_key_en for centre in downwards.context["page"]] == sorted(keys, reverse=True)


def test_chinese_offers_pinyin_and_the_united_nations_order(client: Client):
    offered = [code for code, _name in client.get("/zh-hans/centres/").context["orders"]]
    assert offered[:2] == ["name_zh_hans", "name_en"]
    pinyin = [one.sort_key_zh_hans for one in client.get("/zh-hans/centres/").context["page"]]
    assert pinyin == sorted(pinyin)
    english = [one.sort_key_en for one in client.get("/zh-hans/centres/", {"ordering": "name_en"}).context["page"]]
    assert english == sorted(english)


def test_without_a_status_the_active_ones_are_shown(client: Client):
    everything = in_api(client, {"status": [status.value for status in Status]})
    active = in_api(client, {})
    assert set(active) < set(everything)
    assert in_api(client, {"status": "active"}) == active
    html = client.get("/en/centres/", {"mechanism": "basel"}).content.decode()
    # Nobody chose it, so there is nothing to remove.
    assert "Remove active" not in html


@pytest.mark.one_database
@pytest.mark.parametrize(
    "name_and_value",
    [("view", "globe"), ("column", "colour"), ("ordering", "size"), ("bbox", "1,2,3"), ("page_size", "7")],
)
@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_wrong_look_is_refused_with_what_is_allowed(client: Client, name_and_value: tuple[str, str], lang: str):
    name, value = name_and_value
    response = client.get(f"/{lang}/centres/", {name: value})
    assert response.status_code == 400
    html = response.content.decode()
    assert name in html
    allowed = {"view": "map", "column": "host", "ordering": "name_en", "bbox": "20,-5,52,15", "page_size": "100"}
    assert allowed[name] in html


def test_looks_are_no_filters():
    assert set(DirectoryFilterSet.base_filters) - set(CentreFilterSet.base_filters) == set(DirectoryFilterSet.looks)
