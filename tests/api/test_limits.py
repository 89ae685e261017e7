"""Requests are counted by address; a script is told what is left and when to come again."""

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from publishing import throttling
from tests.api.endpoints import fetch, problem

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

LIMIT = 3


@pytest.fixture(autouse=True)
def limited(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow three requests a minute, at a quarter of a minute's beginning."""
    settings.API_REQUESTS_A_MINUTE = LIMIT
    caches["throttle"].clear()
    monkeypatch.setattr(throttling.time, "time", lambda: 600.0 * 60 + 15)


def test_each_answer_says_what_is_left(client: Client):
    for left in (2, 1, 0):
        answer = fetch(client, "functions")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"address";q=3;w=60'
        assert answer.headers["RateLimit"] == f'"address";r={left};t=45'


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_one_too_many_is_told_when_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch, lang: str):
    for _number in range(LIMIT):
        fetch(client, "functions")
    refused = fetch(client, "functions", lang=lang)
    document = problem(refused, 429)
    assert refused.headers["Retry-After"] == "45"
    assert "45" in document["detail"]
    assert bool(re.search("[\u4e00-\u9fff]", document["detail"])) is (lang == "zh-hans")
    assert refused.headers["RateLimit"] == '"address";r=0;t=45'
    assert "ETag" not in refused.headers
    monkeypatch.setattr(throttling.time, "time", lambda: 601.0 * 60)
    assert fetch(client, "functions").status_code == 200


def test_wrong_requests_count(client: Client):
    for _number in range(LIMIT):
        problem(fetch(client, "functions", colour="red"), 400)
    problem(fetch(client, "functions"), 429)


def test_what_the_reader_has_already_does_not_count(client: Client):
    tag = fetch(client, "functions").headers["ETag"]
    for _number in range(LIMIT * 3):
        assert client.get("/api/v1/functions/", headers={"if-none-match": tag}).status_code == 304
    assert fetch(client, "functions").headers["RateLimit"] == '"address";r=1;t=45'


def test_addresses_are_counted_apart(client: Client):
    for _number in range(LIMIT):
        fetch(client, "functions")
    assert client.get("/api/v1/functions/", REMOTE_ADDR="203.0.113.7").status_code == 200
    problem(fetch(client, "functions"), 429)


def test_a_header_does_not_make_another_address(client: Client):
    """Unless a proxy of ours has set it, whoever sends it can write anything there."""
    answers = [
        client.get("/api/v1/functions/", headers={"x-forwarded-for": f"203.0.113.{number}"})
        for number in range(LIMIT + 1)
    ]
    assert [one.status_code for one in answers] == [200] * LIMIT + [429]


def test_behind_a_proxy_the_address_is_the_one_it_saw(client: Client, settings: Any):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    for _number in range(LIMIT):
        fetch(client, "functions")
    for number in range(LIMIT + 1):
        forwarded = f"198.51.100.{number}, 203.0.113.9"
        answer = client.get("/api/v1/functions/", headers={"x-forwarded-for": forwarded})
    assert answer.status_code == 429
    assert client.get("/api/v1/functions/", headers={"x-forwarded-for": "203.0.113.10"}).status_code == 200


def test_no_limit_where_none_is_set(client: Client, settings: Any):
    settings.API_REQUESTS_A_MINUTE = 0
    for _number in range(LIMIT * 3):
        answer = fetch(client, "functions")
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


def test_pages_are_not_limited(client: Client):
    assert {client.get("/en/functions/").status_code for _number in range(LIMIT * 2)} == {404}
    assert {client.get("/en/data/").status_code for _number in range(LIMIT * 2)} == {200}
