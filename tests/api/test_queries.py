"""The same queries for few rows and for many, as recorded in query_counts.json."""

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import translation

from tests.api.endpoints import VIEWSETS, fetch
from tests.api.queries import COUNTS, recorded_queries

pytestmark = pytest.mark.usefixtures("content")

LISTS = [
    "centres",
    "mechanisms",
    "conventions",
    "funds",
    "organizations",
    "institutions",
    "regions",
    "countries",
    "sources",
    "indicators",
]
FEW, MANY = 2, 20
MECHANISMS = ["basel", "multilateral-fund", "rotterdam", "stockholm", "unep-coordinators", "ncpc", "who", "minamata"]


@pytest.mark.parametrize("name", VIEWSETS)
def test_a_list_of_the_api(client: Client, name: str):
    shown = []
    # The census of centres, read once a revision and date, is not part of it.
    fetch(client, name)
    for size in (FEW, MANY):
        with recorded_queries(f"/api/v1/{name}/"):
            response = fetch(client, name, page_size=size)
        shown.append(len(response.json()["results"]))
    assert shown[0] == FEW < shown[1]


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_page(client: Client, monkeypatch: pytest.MonkeyPatch, name: str, lang: str):
    path = f"/{lang}/{name}/"
    with translation.override(lang):
        view = resolve(path).func.view_class
    shown = []
    client.get(path)
    for size in (FEW, MANY):
        monkeypatch.setattr(view, "page_size", size)
        with recorded_queries(f"/{name}/"):
            response = client.get(path)
        shown.append(len(response.context["page"]))
    assert shown[0] == FEW < shown[1]


@pytest.mark.parametrize("path", ["/api/v1/comparison/", "/en/compare/"])
def test_a_comparison(client: Client, path: str):
    # The glossary, read once a revision, is not part of it.
    client.get(path, {"mechanism": MECHANISMS[:FEW]})
    for mechanisms in (MECHANISMS[:FEW], MECHANISMS):
        with recorded_queries(path.replace("/en/", "/")):
            response = client.get(path, {"mechanism": mechanisms})
        assert response.status_code == 200


def test_every_recorded_number_is_of_something():
    paths = {*(f"/api/v1/{name}/" for name in VIEWSETS), *(f"/{name}/" for name in LISTS)}
    assert set(COUNTS) == paths | {"/api/v1/comparison/", "/compare/", "/api/v1/options/", "/options/"}
