"""The walk through every page: done once, shared by the tests that judge it."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import load_missing_content
from tests.pages.walk import LANGUAGES, Seen, addresses, visit

#: What each page showed, by language and address without it.
Walk = dict[str, dict[str, Seen]]


@pytest.fixture(scope="session")
def walk(content_in_database: None, django_db_blocker) -> Walk:
    """Every page in every language. It only reads, so it needs no transaction of its own."""
    cache.clear()
    with django_db_blocker.unblock():
        load_missing_content()
        client = Client()
        return {lang: {rest: visit(client, f"/{lang}/{rest}") for rest in addresses()} for lang in LANGUAGES}
