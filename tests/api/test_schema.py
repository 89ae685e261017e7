"""The OpenAPI document: the committed one is the code's, and it says what every endpoint takes and answers."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from editing.api import WritableViewSet
from mechanisms.comparison_filters import ComparisonFilterSet
from publishing.content.dumping import listed_fields
from publishing.filters import CodesFilter
from tests.api.endpoints import (
    CHANGES,
    COMPARISON,
    COVERAGE,
    EXPORT,
    OPTIONS,
    OUTCOME,
    QUOTE,
    ROOT,
    SEARCH,
    VIEWSETS,
    listed,
)
from tests.api.stability import document

pytestmark = pytest.mark.one_database

COMMITTED = settings.BASE_DIR / "docs" / "openapi.yaml"
MAKE = "python manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return document()


def generated(folder: Path) -> str:
    path = folder / "openapi.yaml"
    call_command("spectacular", "--lang", "en", "--validate", "--fail-on-warn", "--file", str(path))
    return path.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_committed_document_is_the_codes(tmp_path: Path):
    assert generated(tmp_path) == COMMITTED.read_text(encoding="utf-8"), f"Run {MAKE}"


def test_the_document_does_not_depend_on_the_content(content: None, tmp_path: Path):
    assert generated(tmp_path) == COMMITTED.read_text(encoding="utf-8"), f"Run {MAKE}"


@pytest.mark.django_db
def test_the_document_that_is_served_is_the_committed_one(client: Client, schema: dict[str, Any]):
    assert schema["openapi"] == "3.1.1"
    assert yaml.load(client.get(f"{ROOT}schema/").content, Loader=yaml.CSafeLoader) == schema


def test_every_endpoint_is_documented(schema: dict[str, Any]):
    details = {f"{ROOT}{name}/{{key}}/" for name in VIEWSETS}
    lists = {f"{ROOT}{name}/" for name in [*VIEWSETS, CHANGES, COMPARISON, COVERAGE, OPTIONS, OUTCOME, SEARCH]}
    files = {f"{ROOT}{name}" for name in (EXPORT, "kit.html", "kit.zip")}
    assert set(schema["paths"]) == lists | details | files | {f"{ROOT}{QUOTE}/"}
    for path, methods in schema["paths"].items():
        viewset = VIEWSETS.get(path.removeprefix(ROOT).split("/")[0])
        is_written = viewset is not None and issubclass(viewset, WritableViewSet)
        writes = {"patch", "delete"} if path in details else {"post"}
        assert set(methods) == {"get"} | (writes if is_written else set()), path
        assert [method for method in methods if not methods[method].get("description")] == [], path
        responses = methods["get"]["responses"]
        whole = {"200", "304", "400", "406", "429"}
        unpaged = {*files, *(f"{ROOT}{name}/" for name in (CHANGES, COMPARISON, COVERAGE, OPTIONS, OUTCOME))}
        missing = {"301", "404"} if path in details else set() if path in unpaged else {"404"}
        assert set(responses) == whole | missing
        for status in set(responses) - {"200", "301", "304"}:
            assert list(responses[status]["content"]) == ["application/problem+json"], (path, status)


@pytest.mark.parametrize("name", [name for name, viewset in VIEWSETS.items() if issubclass(viewset, WritableViewSet)])
def test_writing_is_documented(schema: dict[str, Any], name: str):
    record_type = VIEWSETS[name].record_type
    lists, one = schema["paths"][f"{ROOT}{name}/"], schema["paths"][f"{ROOT}{name}/{{key}}/"]
    for operation, done in ((lists["post"], "201"), (one["patch"], "200"), (one["delete"], "204")):
        assert operation["security"] == [{"token": []}]
        statuses = {done, "202", "400", "401", "403", "406", "409", "415", "429"}
        assert set(operation["responses"]) == statuses | (set() if done == "201" else {"404", "412", "428"})
        parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
        assert set(parameters) == {"as_of", "lang", "reason"} | (set() if done == "201" else {"If-Match", "key"})
        assert parameters["reason"]["required"]
    model = record_type.model.__name__
    record, change = (schema["components"]["schemas"][f"{model}{kind}"] for kind in ("Record", "Change"))
    assert set(record["properties"]) == set(change["properties"]) == {one.name for one in listed_fields(record_type)}
    assert set(record_type.key) - {"since", "locator", "period"} <= set(record["required"])
    assert ("citations" in record["required"]) is (name != "sources")
    assert "required" not in change


@pytest.mark.parametrize("name", VIEWSETS)
def test_every_parameter_of_a_list_is_documented(schema: dict[str, Any], name: str):
    viewset = VIEWSETS[name]
    documented = {one["name"]: one for one in schema["paths"][f"{ROOT}{name}/"]["get"]["parameters"]}
    expected = {*viewset.filterset_class.base_filters, "format", "lang", "fields", "page", "page_size", "cursor"}
    more = {name for name, has in {"ordering": viewset.orderings, "expand": viewset.expansions}.items() if has}
    assert set(documented) == expected | more
    assert documented["lang"]["schema"]["enum"] == ["en", "zh-hans"]
    assert documented["as_of"]["schema"]["format"] == "date"
    for filter_name, one in viewset.filterset_class.base_filters.items():
        assert documented[filter_name]["description"]
        # Repeated for OR.
        assert (documented[filter_name]["schema"]["type"] == "array") is isinstance(one, CodesFilter), filter_name


def test_the_parameters_of_the_comparison_and_of_a_record_are_documented(schema: dict[str, Any]):
    def names(path: str) -> set[str]:
        return {one["name"] for one in schema["paths"][f"{ROOT}{path}/"]["get"]["parameters"]}

    assert names(COMPARISON) == {*ComparisonFilterSet.base_filters, "format", "lang"}
    assert {"mechanism", "criterion", "differences", "silent", "as_of"} < names(COMPARISON)
    assert names("centres/{key}") == {"as_of", "expand", "fields", "format", "key", "lang"}
    assert names("designations/{key}") == {"as_of", "fields", "format", "key", "lang"}


@pytest.mark.parametrize("path", [*VIEWSETS, COMPARISON, *(f"{name}/{{key}}" for name in VIEWSETS)])
def test_files_are_documented_as_files(schema: dict[str, Any], path: str):
    content = schema["paths"][f"{ROOT}{path}/"]["get"]["responses"]["200"]["content"]
    files = {media_type: one["schema"] for media_type, one in content.items() if "$ref" not in one["schema"]}
    assert set(content) - set(files) == {"application/json"}
    assert files["text/csv"]["type"] == "string"


@pytest.mark.parametrize("name", VIEWSETS)
def test_what_may_be_empty_is_documented_so(schema: dict[str, Any], client: Client, content: None, name: str):
    answer = schema["paths"][f"{ROOT}{name}/{{key}}/"]["get"]["responses"]["200"]
    component = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = schema["components"]["schemas"][component]["properties"]
    for record in listed(client, name, as_of="2025-01-01")["results"]:
        for field, value in record.items():
            assert value is not None or "null" in str(fields[field]).lower(), field
            # None of the formats allows for an empty text.
            assert value != "" or "format" not in fields[field], field


class Addresses(HTMLParser):
    """Collects what a page loads, and whether anything runs or styles from inside it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        # Links of the page lead to others, which are loaded only when followed.
        self.found += [value for name in ("src", "href") if tag != "a" and (value := values.get(name))]
        if tag == "style" or (tag == "script" and "src" not in values) or "style" in values:
            self.inline.append(tag)


@pytest.mark.django_db
def test_the_documentations_page_comes_from_here_alone(client: Client):
    response = client.get("/api/docs/")
    assert response.status_code == 200
    page = Addresses(response.content.decode())
    assert len(page.found) == 7
    assert [address for address in page.found if not re.match(r"/(?!/)", address)] == []
    # The content security policy would refuse it.
    assert page.inline == []
    for address in page.found:
        if address.startswith(settings.STATIC_URL):
            assert finders.find(address.removeprefix(settings.STATIC_URL)), address
        else:
            script = client.get(address)
            assert script.status_code == 200
            assert script.headers["Content-Type"].startswith("application/javascript")
            assert "https://" not in script.content.decode()
            assert f"{ROOT}schema/" in script.content.decode()
