"""Every list and every record answers; what is not there is a problem document."""

import csv
import io
import json

import pytest
from django.test import Client

from editing.api import WritableViewSet
from publishing.api import PortalViewSet
from publishing.exports import MEDIA_TYPES
from tests.api.endpoints import COMPARISON, ROOT, VIEWSETS, fetch, listed, lookups, problem

pytestmark = pytest.mark.usefixtures("content")

#: Section 6 of the design: the public interface, which changes only on purpose.
NAMES = [
    "mechanisms",
    "conventions",
    "organizations",
    "funds",
    "functions",
    "criteria",
    "findings",
    "provisions",
    "indicators",
    "observations",
    "centres",
    "institutions",
    "designations",
    "hostings",
    "services",
    "region-schemes",
    "regions",
    "countries",
    "memberships",
    "sources",
    "citations",
    "terms",
]


def test_the_lists_are_those_of_the_design():
    assert list(VIEWSETS) == NAMES
    assert all(issubclass(viewset, PortalViewSet) for viewset in VIEWSETS.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_list_has_the_envelope(client: Client, name: str):
    response = fetch(client, name, page_size=2)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert body["count"] > 2
    assert len(body["results"]) == 2
    assert body["previous"] is None
    following = client.get(body["next"]).json()
    assert following["results"]
    assert client.get(following["previous"]).json()["results"] == body["results"]


@pytest.mark.parametrize("name", NAMES)
def test_a_record_has_the_fields_of_the_list(client: Client, name: str):
    keys = lookups(name)
    fields = set(listed(client, name, page_size=1)["results"][0])
    for key in {keys[0], keys[len(keys) // 2], keys[-1]}:
        response = fetch(client, name, key)
        assert response.status_code == 200, key
        assert fields <= set(response.json())


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_found_by_what_the_list_calls_it(client: Client, name: str):
    rows = listed(client, name, page_size=20)["results"]
    field = next(field for field in ("key", "code", "iso2") if field in rows[0])
    for row in rows:
        assert fetch(client, name, row[field]).json()[field] == row[field]


def test_a_country_is_found_in_either_case(client: Client):
    assert fetch(client, "countries", "ke").content == fetch(client, "countries", "KE").content


def test_a_citation_is_found_by_its_place_and_by_its_source_alone(client: Client):
    assert fetch(client, "citations", "inc1-note~para-14").json()["reference"] == "inc1-note#para-14"
    whole = next(row for row in listed(client, "citations")["results"] if not row["locator"])
    assert fetch(client, "citations", f"{whole['source']}~").json() == whole
    problem(fetch(client, "citations", "inc1-note~para-999"), 404)


def test_a_key_of_another_shape_finds_nothing(client: Client):
    for key in ("basel", "basel~staff~soon", "basel~staff~2010-06-07~more", "~~"):
        problem(fetch(client, "findings", key), 404)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_record_is_a_problem(client: Client, name: str):
    assert problem(fetch(client, name, "999999999"), 404)["title"] == "Not Found"


@pytest.mark.parametrize("path", ["nonsense/", "centres/no_such/", "centres/no such/", "findings/no-number/"])
def test_an_address_that_nothing_matches_is_a_problem(client: Client, path: str):
    assert problem(client.get(ROOT + path), 404)["title"] == "Not Found"


@pytest.mark.one_database
def test_a_page_that_nothing_matches_stays_a_page(client: Client):
    response = client.get("/en/nonsense/")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("name", [*NAMES, COMPARISON])
def test_what_cannot_be_written_says_so(client: Client, name: str):
    is_writable = name in NAMES and issubclass(VIEWSETS[name], WritableViewSet)
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(f"{ROOT}{name}/", {}, content_type="application/json")
        if is_writable and method == "post":
            problem(response, 401)
        else:
            problem(response, 405)
            assert "GET" in response.headers["Allow"]


def test_fields_leave_the_others_out(client: Client):
    rows = listed(client, "centres", fields="code,name")["results"]
    assert rows
    assert all(list(row) == ["code", "name"] for row in rows)
    nested = listed(client, "centres", fields="designations", mechanism="basel")["results"]
    assert all("role" in one for row in nested for one in row["designations"])


@pytest.mark.one_database
@pytest.mark.parametrize("name", NAMES)
def test_a_record_as_a_file_is_a_list_with_it_alone(client: Client, name: str):
    key = lookups(name, 1)[0]
    record = fetch(client, name, key).json()
    lines = fetch(client, name, key, format="ndjson").content.splitlines()
    assert [json.loads(line) for line in lines] == [record]
    (row,) = csv.DictReader(io.StringIO(fetch(client, name, key, format="csv").content.decode()))
    field = next(field for field in ("key", "code", "iso2") if field in record)
    assert row[field] == record[field]
    assert fetch(client, name, key, format="xlsx").content.startswith(b"PK")


@pytest.mark.one_database
def test_a_centre_as_a_file_is_a_place(client: Client):
    (feature,) = fetch(client, "centres", "kenya-scrc", format="geojson").json()["features"]
    assert feature["geometry"]["type"] == "Point"
    assert feature["properties"] == fetch(client, "centres", "kenya-scrc").json()


@pytest.mark.one_database
@pytest.mark.parametrize("wanted", ["csv", "geojson", "ndjson", "xlsx"])
def test_a_file_of_nothing_is_of_its_type_too(client: Client, wanted: str):
    none, some = (fetch(client, "centres", format=wanted, as_of=day) for day in ("1900-01-01", "2010-06-07"))
    assert len(none.content) < len(some.content)
    assert none.status_code == 200
    assert none.headers["Content-Type"] == some.headers["Content-Type"] == MEDIA_TYPES[wanted]


def test_an_answer_says_which_date_it_shows(client: Client):
    assert fetch(client, "centres", as_of="2010-06-07").headers["Content-As-Of"] == "2010-06-07"
