"""The directory answers with the same number of queries whether it holds 100 centres or 1,100."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Centre
from centres.sample import add_sample
from publishing.index import rebuild
from publishing.models import Dataset

MORE = 1000
PAGES = [
    "/en/centres/",
    "/zh-hans/centres/",
    "/en/centres/?view=table",
    "/en/centres/?view=map",
    "/en/centres/?mechanism=basel&function=training",
    "/en/centres/?serves=KE",
    "/zh-hans/centres/?q=培训",
    "/en/centres/?q=training&mechanism=basel",
    "/api/v1/centres/",
    "/api/v1/centres/?mechanism=basel",
    "/api/v1/centres/?q=培训",
    "/api/v1/centres/?bbox=-20,-40,60,40",
]


def queries(client: Client, address: str) -> int:
    """Return how many queries an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured)


def counts(client: Client) -> dict[str, int]:
    """Return the number of queries of each page, and of one whose census is yet to be read."""
    Dataset.raise_revision()
    cold = queries(client, PAGES[0])
    return {"cold": cold, **{address: queries(client, address) for address in PAGES}}


@pytest.mark.usefixtures("content")
def test_the_directory_grows_and_its_queries_do_not(client: Client):
    few, before = Centre.objects.count(), counts(client)
    add_sample(MORE, 1, lambda number: None)
    rebuild()
    assert counts(client) == before
    assert Centre.objects.count() == few + MORE
    # A full page and a query that many match: else the same numbers would say little.
    found = client.get("/api/v1/centres/?q=培训").json()
    assert found["count"] > few
    assert len(found["results"]) == 50
