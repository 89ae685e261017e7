"""The API's endpoints as the tests walk through them: taken from its own address table, so that none is forgotten."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client

from centres.directory import BoxFilter
from config.api import router
from publishing.api import PortalViewSet
from publishing.filters import AsOfFilter, CodesFilter, OneFilter, TextFilter, today
from publishing.problems import CONTENT_TYPE

ROOT = "/api/v1/"
VIEWSETS: dict[str, type[PortalViewSet]] = {prefix: viewset for prefix, viewset, _basename in router.registry}
COMPARISON = "comparison"
SEARCH = "search"
COVERAGE = "coverage"
OPTIONS = "options"
OUTCOME = "options/outcome"
EXPORT = "export.zip"
CHANGES = "changes"
QUOTE = "quotes/{code}"
#: The day of the note that the comparison starts from.
NOTE_DATE = "2010-06-07"


def fetch(client: Client, name: str, lookup: str = "", /, **parameters: Any) -> HttpResponse:
    """Return the answer of the list ``name``, or of one of its records, to these parameters."""
    path = f"{ROOT}{name}/{quote(lookup)}/" if lookup else f"{ROOT}{name}/"
    return client.get(path, parameters)


def listed(client: Client, name: str, /, **parameters: Any) -> Any:
    """Return the list ``name`` as the API wrote it, up to 500 records."""
    response = fetch(client, name, **{"page_size": 500, **parameters})
    assert response.status_code == 200, response.content.decode()
    return response.json()


def lookups(name: str, most: int | None = None) -> list[str]:
    """Return what the addresses of the records of the list ``name`` end in, of no more than the first ``most``."""
    viewset = VIEWSETS[name]
    return [str(row.key) for row in viewset().records(today())[:most]]


def wrong_value(name: str, one: Any) -> str:
    """Return a value that the filter must refuse."""
    if isinstance(one, CodesFilter | OneFilter):
        return "nonsense"
    if isinstance(one, BoxFilter):
        return "30,10,20"
    if isinstance(one, TextFilter):
        return "x" * 201
    assert isinstance(one, AsOfFilter), f"a filter of a new kind: {name}; say here what it refuses"
    return "soon"


def problem(response: HttpResponse, status: int) -> Any:
    """Return the problem document of an answer, after checking that it is one."""
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == CONTENT_TYPE
    document = response.json()
    assert {"type", "title", "status", "detail"} <= set(document)
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document
