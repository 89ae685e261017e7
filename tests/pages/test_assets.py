"""The files as production serves them: collected, under names with a hash, and asked for by these names."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client

from tests.pages.markup import Element, parse

pytestmark = pytest.mark.one_database

PAGES = {
    "/en/": 200,
    "/zh-hans/data/": 200,
    "/en/compare/?mechanism=basel&mechanism=who": 200,
    "/zh-hans/mechanisms/": 200,
    "/en/mechanisms/basel/": 200,
    "/zh-hans/conventions/basel/": 200,
    "/en/funds/gef-trust-fund/": 200,
    "/zh-hans/organizations/unep/": 200,
    "/en/centres/": 200,
    "/zh-hans/centres/china-bcrc-scrc/": 200,
    "/en/institutions/": 200,
    "/zh-hans/institutions/africa-institute/": 200,
    "/en/regions/": 200,
    "/zh-hans/regions/who-wpro/": 200,
    "/en/countries/": 200,
    "/zh-hans/countries/ke/": 200,
    "/en/sources/": 200,
    "/zh-hans/sources/inc1-note/": 200,
    "/en/centres/?kind=nonsense": 400,
    "/zh-hans/nothing/": 404,
    "/api/docs/": 200,
    "/en/admin/login/": 200,
}


def loaded(page: Element) -> list[str]:
    """Return the addresses of the scripts, styles and icons of a page."""
    links = [one["href"] for one in page.all("link") if one["rel"] in {"stylesheet", "icon"}]
    return links + [one["src"] for one in page.all("script", "img") if "src" in one.attributes]


def test_every_page_asks_for_collected_files_by_their_hashed_names(content: None, settings: Any, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path / "static"
    production = importlib.import_module("config.settings").STORAGES
    assert "Manifest" in production["staticfiles"]["BACKEND"]
    settings.STORAGES = production
    settings.WHITENOISE_AUTOREFRESH = False
    call_command("collectstatic", interactive=False, verbosity=0)
    # The middleware reads the folder when it is made, with the first request of a client.
    client = Client()
    asked: set[str] = set()
    for url, status in PAGES.items():
        response = client.get(url)
        assert response.status_code == status, url
        of_page = {one for one in loaded(parse(response)) if not one.startswith("/api/")}
        assert len(of_page) >= 3, url
        asked |= of_page
    ours = {re.sub(r"\.[0-9a-f]{12}\.", ".", url) for url in asked}
    assert {"/static/portal.css", "/static/portal.js", "/static/icon.svg"} <= ours
    for url in asked:
        assert re.fullmatch(r"/static/.+\.[0-9a-f]{12}\.(css|js|svg|png)", url), f"{url} has no hash"
        assert (tmp_path / "static" / url.removeprefix("/static/")).is_file(), url
        if url.endswith((".css", ".js")):
            packed = client.get(url, headers={"Accept-Encoding": "gzip, br"})
            assert packed.headers["Content-Encoding"] == "br", url
            packed.close()
        response = client.get(url, headers={"Accept-Encoding": "gzip"})
        assert response.status_code == 200, url
        assert "immutable" in response.headers["Cache-Control"], url
        assert b"".join(response), url
        response.close()
    assert Path(django_settings.STATIC_ROOT) == tmp_path / "static"
