"""A URL is one representation: every language at once, or the one of ?lang=; headers change nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from publishing.serializers import LANGUAGES, LabelField, NamedField, PortalSerializer, TranslatedField
from tests.api.endpoints import COMPARISON, VIEWSETS, fetch, lookups

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

HEADERS = ["zh-hans", "zh-CN,zh;q=0.9", "en", "fr"]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every object keyed by language inside ``value``, with where it stands."""
    if isinstance(value, dict):
        if set(value) & set(LANGUAGES):
            yield path, value
            return
        for name, inner in value.items():
            yield from texts(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, f"{path}[]")


def in_language(value: Any, lang: str) -> Any:
    """Return ``value`` as it must be with ?lang=: each object keyed by language as its text.

    Lists are sorted in an arbitrary way, because their reading order is the language's.
    """
    if isinstance(value, dict):
        if set(value) & set(LANGUAGES):
            return value[lang]
        return {name: in_language(inner, lang) for name, inner in value.items()}
    return sorted((in_language(inner, lang) for inner in value), key=repr) if isinstance(value, list) else value


def answers(client: Client, endpoint: str, size: int = 500, **parameters: Any) -> list[HttpResponse]:
    """Return the endpoint's list, and one of its records."""
    if endpoint == COMPARISON:
        return [fetch(client, endpoint, **parameters)]
    record = lookups(endpoint, 1)[0]
    return [fetch(client, endpoint, **parameters, page_size=size), fetch(client, endpoint, record, **parameters)]


@pytest.mark.parametrize("endpoint", [*VIEWSETS, COMPARISON])
def test_a_translated_field_is_an_object_of_exactly_the_languages(client: Client, endpoint: str):
    assert LANGUAGES == ["en", "zh-hans"] == [code for code, _name in settings.CONTENT_LANGUAGES]
    for response in answers(client, endpoint):
        found = list(texts(response.json()))
        assert found
        for path, text in found:
            assert list(text) == LANGUAGES, path
            assert all(isinstance(one, str) for one in text.values()), path
            # Equal languages: a text is there in both or in neither. Only of other forms a word may have none in one.
            assert path.endswith(".variants") or bool(text["en"]) == bool(text["zh-hans"]), (path, text)


@pytest.mark.parametrize("endpoint", VIEWSETS)
def test_every_field_with_a_name_or_a_translation_is_such_an_object(client: Client, endpoint: str):
    serializer: PortalSerializer = VIEWSETS[endpoint](action="list").get_serializer_class()()
    plain = [name for name, one in serializer.fields.items() if isinstance(one, TranslatedField | LabelField)]
    named = [name for name, one in serializer.fields.items() if isinstance(one, NamedField)]
    assert plain or named or endpoint == "citations"
    for row in fetch(client, endpoint, page_size=500).json()["results"]:
        for name in plain:
            assert isinstance(row[name], dict), name
        for name in named:
            for one in row[name] if isinstance(row[name], list) else [row[name]]:
                assert one is None or isinstance(one["name"], dict), name


@pytest.mark.parametrize("endpoint", [*VIEWSETS, COMPARISON])
def test_lang_makes_each_text_a_string_and_changes_nothing_else(client: Client, endpoint: str):
    in_both = answers(client, endpoint)
    for lang in LANGUAGES:
        for both, one in zip(in_both, answers(client, endpoint, lang=lang), strict=True):
            whole, single = both.json(), one.json()
            assert list(texts(single)) == [], lang
            for body in (whole, single):
                # Addresses, which hold the parameter.
                body.pop("next", None)
                body.pop("previous", None)
            assert in_language(single, lang) == in_language(whole, lang), lang


@pytest.mark.parametrize("endpoint", [*VIEWSETS, COMPARISON])
def test_no_header_changes_the_answer(client: Client, endpoint: str):
    plain = answers(client, endpoint, 20)
    refused = fetch(client, endpoint, as_of="soon")
    for header in HEADERS:
        accepting = Client(headers={"accept-language": header, "accept": "text/html, */*;q=0.1"})
        for expected, response in zip(plain, answers(accepting, endpoint, 20), strict=True):
            assert response.content == expected.content
            vary = response.headers.get("Vary", "").lower()
            assert "accept-language" not in vary
            assert "cookie" not in vary
            assert "Content-Language" not in response.headers
        assert fetch(accepting, endpoint, as_of="soon").content == refused.content


def test_nor_does_the_language_of_an_earlier_page(client: Client):
    expected = fetch(client, "centres").content
    client.get("/zh-hans/centres/")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert fetch(client, "centres").content == expected


def test_schema_and_its_page_do_not_depend_on_the_header(client: Client):
    for path in ("/api/v1/schema/", "/api/docs/"):
        assert client.get(path).content == client.get(path, headers={"accept-language": "zh-hans"}).content
