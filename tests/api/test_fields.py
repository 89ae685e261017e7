"""``fields=`` and ``expand=``: less and more of a record, never a query a row, never a join for what is not asked."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.endpoints import VIEWSETS, fetch, listed, lookups, problem

pytestmark = pytest.mark.usefixtures("content")

EXPANSIONS = [(name, field) for name, viewset in VIEWSETS.items() for field in viewset.expansions]
#: Of the records; a feed has only what is new about them.
FORMATS = [
    (name, renderer.format)
    for name, viewset in VIEWSETS.items()
    for renderer in viewset.renderer_classes
    if renderer.format != "atom"
]
#: What each list reads whatever is asked for: the state of the dataset, the count, the rows.
BASIC = 4


def queries(client: Client, name: str, **parameters: Any) -> int:
    """Return how many queries an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        response = fetch(client, name, **parameters)
    assert response.status_code == 200, response.content.decode()
    return len(captured)


@pytest.mark.one_database
@pytest.mark.parametrize("name", VIEWSETS)
def test_each_field_alone_is_as_in_the_whole_record(client: Client, name: str):
    whole = listed(client, name, page_size=40)["results"]
    for field in whole[0]:
        few = queries(client, name, fields=field, page_size=2)
        assert queries(client, name, fields=field, page_size=40) == few, field
        rows = listed(client, name, fields=field, page_size=40)["results"]
        assert rows == [{field: row[field]} for row in whole]
    assert len(whole) > 1


@pytest.mark.parametrize("name", VIEWSETS)
def test_what_is_not_asked_for_is_not_read(client: Client, name: str):
    shown = rows_of(client, name)[0]
    own = next(field for field in ("code", "iso2", "since", "locator", "stated_on") if field in shown)
    with CaptureQueriesContext(connection) as captured:
        fetch(client, name, fields=own, page_size=20)
    assert len(captured) <= BASIC + (name == "centres")
    assert queries(client, name, page_size=20) >= len(captured)


def rows_of(client: Client, name: str) -> list[Any]:
    """Return a few rows of the list as they are in whole."""
    rows: list[Any] = listed(client, name, page_size=2)["results"]
    return rows


@pytest.mark.one_database
@pytest.mark.parametrize(("name", "wanted"), FORMATS)
def test_every_format_costs_the_same_for_few_rows_and_for_many(client: Client, name: str, wanted: str):
    """Files have the whole list, so they are made shorter by what is asked for."""
    fields = ",".join([*rows_of(client, name)[0], *VIEWSETS[name].expansions])
    if wanted == "json":
        assert queries(client, name, fields=fields, page_size=2) == queries(client, name, fields=fields, page_size=200)
        return
    with_whole = queries(client, name, fields=fields, format=wanted)
    # A file also says its revision, and reads the citations of five hundred rows at a time.
    assert with_whole <= queries(client, name, fields=fields, page_size=2) + 2


@pytest.mark.parametrize(("name", "field"), EXPANSIONS)
def test_an_expansion_adds_one_field_and_no_query_a_row(client: Client, name: str, field: str):
    plain = listed(client, name, page_size=200)["results"]
    expanded = listed(client, name, page_size=200, expand=field)["results"]
    assert [{key: row[key] for key in row if key != field} for row in expanded] == plain
    assert all(field not in row for row in plain)
    assert any(row[field] for row in expanded)
    assert queries(client, name, expand=field, page_size=2) == queries(client, name, expand=field, page_size=200)
    # The same of one record, and by naming it among the fields.
    lookup = lookups(name, 1)[0]
    record = fetch(client, name, lookup, expand=field).json()
    assert fetch(client, name, lookup, fields=field).json() == {field: record[field]}


def test_expanded_records_are_those_of_their_own_lists(client: Client):
    listed_services = {
        row["key"]: row for row in listed(client, "services", centre="south-africa-bcrc-scrc")["results"]
    }
    centre = fetch(client, "centres", "south-africa-bcrc-scrc", expand="services").json()
    assert {row["key"]: row for row in centre["services"]} == listed_services
    assert len(listed_services) > 5
    basel = fetch(client, "mechanisms", "basel", expand="findings", as_of="2010-06-07").json()
    found = listed(client, "findings", mechanism="basel", as_of="2010-06-07")["results"]
    assert basel["findings"] == found
    institution = fetch(client, "institutions", lookups("institutions", 1)[0], expand="hostings").json()
    assert [one["centre"]["code"] for one in institution["hostings"]] == [one["code"] for one in institution["hosts"]]


def test_a_file_has_a_column_for_what_is_expanded(client: Client):
    header = fetch(client, "centres", format="csv", expand="services").content.decode().split("\r\n")[0].split(",")
    assert "services" in header
    assert "services" not in fetch(client, "centres", format="csv").content.decode().split("\r\n")[0].split(",")


@pytest.mark.parametrize("name", [name for name, viewset in VIEWSETS.items() if viewset.expansions])
def test_a_wrong_expansion_is_refused(client: Client, name: str):
    document = problem(fetch(client, name, expand="nonsense"), 400)
    for allowed in VIEWSETS[name].expansions:
        assert allowed in document["errors"]["expand"][0]


def test_a_list_without_expansions_does_not_know_the_parameter(client: Client):
    assert "expand" in problem(fetch(client, "sources", expand="citations"), 400)["errors"]
