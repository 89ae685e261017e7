"""Searches and files are counted by address, on pages and in the API together; no file is longer than it may be."""

import re
import time
from typing import Any

import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.test import Client

from publishing import throttling
from publishing.conditional import state
from publishing.page_cache import PageCache
from tests.api.endpoints import problem
from tests.publishing.test_page_cache import ask

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

LIMIT = 3
#: The beginning of this one.
MINUTE = time.time() // 60 * 60
SEARCHES = ["/{lang}/search/?q=nairobi", "/{lang}/search/suggest/?q=nai", "/api/v1/search/?q=nairobi&lang={lang}"]
FILES = [
    "/{lang}/centres/?format=csv",
    "/{lang}/centres/?format=xlsx",
    "/{lang}/countries/ke/?format=docx",
    "/{lang}/compare/?mechanism=basel&mechanism=who&format=docx",
    "/api/v1/functions/?format=ndjson&lang={lang}",
    "/api/v1/comparison/?mechanism=basel&mechanism=who&format=csv&lang={lang}",
    "/api/v1/export.zip",
    "/api/v1/kit.html",
    "/api/v1/kit.zip",
]


@pytest.fixture(autouse=True)
def limited(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow three a minute of each, at a quarter of a minute's beginning."""
    settings.SEARCHES_A_MINUTE = settings.EXPORTS_A_MINUTE = LIMIT
    caches["throttle"].clear()
    monkeypatch.setattr(throttling.time, "time", lambda: MINUTE + 15)


@pytest.mark.parametrize("addresses", [SEARCHES, FILES], ids=["searches", "files"])
@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_one_too_many_is_told_when_to_come_again(client: Client, addresses: list[str], lang: str):
    given = [address.format(lang=lang) for address in addresses]
    assert [client.get(address).status_code for address in given[:LIMIT]] == [200] * LIMIT
    for address in given:
        refused = client.get(address)
        if address.startswith("/api/"):
            text = problem(refused, 429)["detail"]
        else:
            assert refused.status_code == 429
            assert refused.headers["Content-Type"] == "text/html; charset=utf-8"
            text = re.sub(r"<[^>]+>|\s+", " ", refused.content.decode().partition("<main")[2].partition("</main>")[0])
        assert refused.headers["Retry-After"] == "45"
        assert "ETag" not in refused.headers
        assert "45" in text
        if ".zip" not in address and ".html" not in address:
            assert bool(re.search("[\u4e00-\u9fff]", text)) is (lang == "zh-hans"), text
    # What costs little stays open.
    assert client.get(f"/{lang}/centres/").status_code == 200
    assert client.get("/api/v1/functions/").status_code == 200


def test_the_next_minute_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch):
    assert [client.get("/en/search/?q=a").status_code for _number in range(LIMIT + 1)] == [200] * LIMIT + [429]
    monkeypatch.setattr(throttling.time, "time", lambda: MINUTE + 60)
    assert client.get("/en/search/?q=a").status_code == 200


def test_the_api_says_what_is_left_of_each_limit(client: Client, settings: Any):
    settings.API_REQUESTS_A_MINUTE = 9
    answer = client.get("/api/v1/search/?q=nairobi")
    assert answer.headers["RateLimit"] == '"address";r=8;t=45, "search";r=2;t=45'
    assert answer.headers["RateLimit-Policy"] == '"address";q=9;w=60, "search";q=3;w=60'
    assert client.get("/api/v1/export.zip").headers["RateLimit"] == '"address";r=7;t=45, "export";r=2;t=45'


def test_what_is_kept_or_known_costs_nothing(settings: Any, kept_connection: None):
    settings.PAGE_CACHE_SECONDS = 0
    django = get_wsgi_application()
    kept = PageCache(django, state)
    for address in ("/en/search/?q=nairobi", "/en/centres/?format=csv"):
        answers = [ask(kept, address) for _number in range(LIMIT * 2)]
        assert [one.status for one in answers] == [200] * LIMIT * 2
        tag = answers[0].headers["etag"]
        known = [ask(django, address, if_none_match=tag) for _number in range(LIMIT * 2)]
        assert [one.status for one in known] == [304] * LIMIT * 2


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
    ],
)
def test_addresses_are_counted_apart(client: Client, first: str, second: str, same: bool):
    for _number in range(LIMIT + 1):
        refused = client.get("/en/search/?q=a", REMOTE_ADDR=first)
    assert refused.status_code == 429
    assert client.get("/en/search/?q=a", REMOTE_ADDR=second).status_code == (429 if same else 200)


def test_no_limit_where_none_is_set(client: Client, settings: Any):
    settings.SEARCHES_A_MINUTE = settings.EXPORTS_A_MINUTE = 0
    for address in ("/en/search/?q=a", "/en/centres/?format=csv&q=a"):
        assert {client.get(address).status_code for _number in range(LIMIT * 2)} == {200}


@pytest.mark.parametrize(("lang", "words"), [("en", "more than 5 rows"), ("zh-hans", "列表超过5行")])
def test_a_list_that_is_too_long_for_a_file_says_so(client: Client, settings: Any, lang: str, words: str):
    settings.EXPORTS_A_MINUTE, settings.EXPORT_ROWS = 0, 5
    for wanted in ("csv", "xlsx"):
        answer = client.get(f"/{lang}/centres/?format={wanted}")
        assert answer.status_code == 400
        assert words in answer.content.decode()
    for wanted in ("csv", "xlsx", "ndjson", "geojson"):
        document = problem(client.get(f"/api/v1/centres/?format={wanted}&lang={lang}"), 400)
        assert words in document["errors"]["format"][0]
    rows = client.get(f"/{lang}/centres/?country=ke").content.decode().count("<h2")
    assert rows
    assert client.get(f"/{lang}/centres/?country=ke&format=csv").status_code == 200
    settings.EXPORT_ROWS = 0
    assert client.get(f"/{lang}/centres/?format=csv").status_code == 200


def test_a_counter_that_was_thrown_out_stops_nobody(client: Client, settings: Any):
    # It keeps nothing, as one that is full may not.
    settings.CACHES = {**settings.CACHES, "throttle": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert client.get(SEARCHES[0].format(lang="en")).status_code == 200
