"""Whatever goes wrong under the API is a problem document (RFC 9457); elsewhere it is a page."""

from typing import Any

import pytest
from django.test import Client

from tests.api.endpoints import (
    CHANGES,
    COMPARISON,
    COVERAGE,
    EXPORT,
    OPTIONS,
    OUTCOME,
    ROOT,
    SEARCH,
    VIEWSETS,
    fetch,
    problem,
)

ENDPOINTS = [*VIEWSETS, CHANGES, COMPARISON, COVERAGE, OPTIONS, OUTCOME, SEARCH]
ADDRESSES = [*(f"{ROOT}{name}/" for name in ENDPOINTS), f"{ROOT}{EXPORT}"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v1/nothing/x/", "/api/v2/centres/"])
def test_no_such_address(client: Client, address: str):
    problem(client.get(address), 404)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["centres/a%00/", "findings/basel~a%00~2010-06-07/", "nothing/a%00/", "a%00/"])
def test_an_address_that_no_database_reads(client: Client, path: str):
    problem(client.get(f"{ROOT}{path}"), 400)
    assert client.get(f"/en/{path}").status_code == 400


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("name", VIEWSETS)
def test_no_such_record(client: Client, name: str):
    problem(fetch(client, name, "no-such-record"), 404)


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_method_that_is_not_there(client: Client, address: str):
    answer = client.put(address, "{}", content_type="application/json")
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]
    assert "PUT" not in answer.headers["Allow"]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("accepted", ["application/xml", "text/html", "image/*, text/html;q=0.9"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_the_reader_cannot_take(client: Client, address: str, accepted: str):
    answer = client.get(address, headers={"accept": accepted})
    document = problem(answer, 406)
    given = "application/zip" if address.endswith(".zip") else "application/json"
    assert given in document["detail"]
    assert "ETag" not in answer.headers


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    "accepted", ["*/*", "text/*", "text/csv", "text/html, text/csv;q=0.5", "application/xml, */*;q=0.1"]
)
def test_what_the_reader_can_take(client: Client, accepted: str):
    answer = client.get(f"{ROOT}functions/", {"format": "csv"}, headers={"accept": accepted})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("path", [f"{ROOT}centres/", "/en/centres/"])
def test_a_failure_of_the_portal(monkeypatch: pytest.MonkeyPatch, path: str):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr("centres.directory.CentreFilterSet.results", fail)
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    if path.startswith("/api/"):
        problem(answer, 500)
    else:
        assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_a_host_that_is_not_ours(client: Client):
    answer = client.get(f"{ROOT}functions/", headers={"host": "elsewhere.example"})
    assert "elsewhere" not in problem(answer, 400)["detail"]
