"""A script that has the current state gets 304 from one query; an answer's tag names its very bytes."""

import gzip
import re

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Centre
from publishing import conditional
from publishing.conditional import accepted
from tests.api.endpoints import COMPARISON, COVERAGE, OPTIONS, ROOT, SEARCH, VIEWSETS, lookups

pytestmark = pytest.mark.usefixtures("content")

ADDRESSES = [
    *(f"{ROOT}{name}/" for name in VIEWSETS),
    f"{ROOT}{COMPARISON}/",
    f"{ROOT}{COVERAGE}/",
    f"{ROOT}{OPTIONS}/?option=core-functions-training",
    f"{ROOT}{SEARCH}/?q=汞",
    f"{ROOT}centres/kenya-scrc/",
    f"{ROOT}centres/?format=csv",
    f"{ROOT}schema/",
]
CENTRES = f"{ROOT}centres/?page_size=5"


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_has_not_changed_is_not_sent_again(client: Client, address: str):
    first = client.get(address)
    assert first.status_code == 200
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"\d+-[0-9a-f]{24}-identity"', tag)
    with CaptureQueriesContext(connection) as captured:
        second = client.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert second.status_code == 304
    assert second.content == b""
    assert second.headers["ETag"] == tag
    assert second.headers["Last-Modified"] == first.headers["Last-Modified"]
    assert [query["sql"] for query in captured.captured_queries if "publishing_dataset" not in query["sql"]] == []
    assert len(captured) == 1


def test_a_tag_is_of_one_address_one_date_and_one_program(client: Client, monkeypatch: pytest.MonkeyPatch):
    tags = [
        client.get(address).headers["ETag"]
        for address in (CENTRES, f"{CENTRES}&lang=en", f"{CENTRES}&as_of=2010-06-07", f"{ROOT}centres/?page_size=6")
    ]
    assert len(set(tags)) == len(tags)
    monkeypatch.setattr(conditional, "program", lambda: "another")
    assert client.get(CENTRES).headers["ETag"] != tags[0]
    assert client.get(CENTRES, headers={"If-None-Match": tags[0]}).status_code == 200


def test_a_change_of_the_content_is_sent(client: Client):
    tag = client.get(CENTRES).headers["ETag"]
    centre = Centre.objects.get(code="kenya-scrc")
    centre.acronym = "KE-1"
    centre.save()
    again = client.get(CENTRES, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("taken", "coding", "decoded"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("identity", "identity", bytes),
        ("", "identity", bytes),
    ],
)
def test_each_coding_has_its_own_tag_and_the_same_bytes_each_time(client: Client, taken, coding, decoded):
    plain = client.get(CENTRES)
    one, other = (client.get(CENTRES, headers={"Accept-Encoding": taken}) for _time in range(2))
    assert one.headers.get("Content-Encoding", "identity") == coding
    assert one.headers["ETag"].endswith(f'-{coding}"')
    assert one.content == other.content
    assert decoded(one.content) == plain.content
    assert one.headers["Vary"] == "Accept-Encoding"
    assert coding == "identity" or len(one.content) < len(plain.content) / 2
    # Whoever holds one coding need not fetch another.
    held = client.get(CENTRES, headers={"If-None-Match": one.headers["ETag"], "Accept-Encoding": "identity"})
    assert held.status_code == 304


def test_codings_that_are_refused_are_not_taken():
    assert accepted("br;q=0, gzip;q=0.5, *;q=0.0") == {"gzip"}


@pytest.mark.parametrize("address", [f"{ROOT}centres/?kind=nonsense", f"{ROOT}centres/nowhere/"])
def test_an_error_has_no_tag_and_can_be_read_from_anywhere(client: Client, address: str):
    response = client.get(address)
    assert response.status_code in {400, 404}
    assert "ETag" not in response.headers
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"If-None-Match": "*"}).status_code == response.status_code


def test_a_script_of_another_site_may_read(client: Client):
    answer = client.get(CENTRES)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    asked = client.options(CENTRES, headers={"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 200
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    head = client.head(CENTRES)
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert head.content == b""


def test_a_page_says_nothing_of_the_kind(client: Client):
    assert "Access-Control-Allow-Origin" not in client.get("/en/").headers


def test_records_have_tags_too(client: Client):
    for name in ("findings", "designations"):
        response = client.get(f"{ROOT}{name}/{lookups(name, 1)[0]}/")
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert response.headers["ETag"]
