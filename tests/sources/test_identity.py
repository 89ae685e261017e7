"""A source is there once: by its symbol and by its address, whatever brings it."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import IntegrityError, transaction
from django.test import Client

from sources.identity import address_key, symbol_key
from sources.models import Source
from tests.api.endpoints import problem
from tests.api.test_writing import permissions, token_for
from tests.editing.test_saving import opened, saved
from tests.publishing.small_content import change, load, write_small_content

ADDRESS = "https://example.org/reports?id=1"
RECORD = {
    "title": {"en": "A report", "zh-hans": "一份报告"},
    "read_on": "2026-01-01",
    "language": "en",
    "kind": "other",
    "reliability": "primary",
}
YAML = """\
- code: {code}
  title: {{en: A report, zh-hans: 一份报告}}
  read_on: 2026-01-01
  language: en
  kind: other
  reliability: primary
  url: {url}
"""


@pytest.mark.parametrize(
    "same",
    [
        "http://example.org/reports?id=1",
        "https://www.example.org/reports?id=1",
        "https://EXAMPLE.org:443/reports?id=1",
        "https://example.org/reports?id=1#page-3",
        " https://example.org/reports?id=1 ",
    ],
)
def test_what_leads_to_the_same_page_is_one_address(same: str):
    assert address_key(same) == address_key(ADDRESS)


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/reports?id=2",
        "https://example.org/Reports?id=1",
        "https://example.org:8080/reports?id=1",
        "https://old.example.org/reports?id=1",
        "https://example.org/reports?id=1#/annex",
        "",
    ],
)
def test_what_may_lead_to_another_is_another(other: str):
    assert address_key(other) != address_key(ADDRESS)


def test_a_symbol_is_one_however_it_is_spaced_and_written():
    assert symbol_key("UNEP (DTIE)/Hg/INC.1/21") == symbol_key("unep（DTIE）/hg/INC.1/21")
    assert symbol_key("SC-4/23") != symbol_key("SC-4/2.3")
    assert address_key("http://example.org") == address_key("https://example.org/") == "example.org"
    assert (symbol_key(" "), address_key("")) == (None, None)


@pytest.fixture
def first(db: None) -> Source:
    return source("first", symbol="SC-4/23", url=ADDRESS)


def source(code: str, **values: Any) -> Source:
    texts = {"title_en": "A report", "title_zh_hans": "一份报告", "read_on": "2026-01-01"}
    return Source.objects.create(code=code, language="en", kind="other", reliability="primary", **{**texts, **values})


@pytest.mark.parametrize("values", [{"symbol": "sc-4/23"}, {"url": "http://www.example.org/reports?id=1"}])
def test_the_database_refuses_the_second(first: Source, values: dict[str, str]):
    with pytest.raises(IntegrityError), transaction.atomic():
        source("second", **values)


def test_many_may_have_neither(first: Source):
    assert [source(code).url_key for code in ("second", "third")] == [None, None]


@pytest.mark.parametrize(("lang", "said"), [("en", "“first” has this already"), ("zh-hans", "来源“first”已有此项")])
def test_the_form_says_which_has_it(client: Client, first: Source, lang: str, said: str):
    client.force_login(User.objects.create_superuser("editor"))
    second = source("second", url="https://example.org/other")
    form = {**opened(client, second, lang), "url": "http://example.org/reports?id=1#p", "symbol": "SC-4/23"}
    response = saved(client, second, {**form, "reason": "x"}, lang)
    errors = response.context["adminform"].form.errors
    assert sorted(errors) == ["symbol", "url"]
    assert all(said in messages[0] for messages in errors.values())
    # What it has itself is no other's, under another code too.
    own = {**opened(client, first, lang), "code": "renamed", "reason": "x"}
    assert saved(client, first, own, lang).status_code == 302


@pytest.mark.parametrize(("lang", "said"), [("en", "“first” has this already"), ("zh-hans", "来源“first”已有此项")])
def test_the_api_says_which_has_it(first: Source, lang: str, said: str):
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(permissions(Source))
    script = Client(headers={"authorization": f"Bearer {token_for(user, permissions(Source))}"})

    def post(**values: str) -> Any:
        body = {**RECORD, "code": "second", **values}
        return script.post(f"/api/v1/sources/?reason=x&lang={lang}", body, content_type="application/json")

    problems = problem(post(url="http://example.org/reports?id=1", symbol="SC-4/23"), 400)["errors"]
    assert sorted(problems) == ["symbol", "url"]
    assert all(said in messages[0] for messages in problems.values())
    assert post(url="https://example.org/reports?id=2").status_code == 201


class TestFiles:
    @pytest.fixture
    def folder(self, db: None, tmp_path: Path) -> Path:
        folder = write_small_content(tmp_path / "fixtures")
        with (folder / "sources.yaml").open("a", encoding="utf-8") as file:
            file.write(YAML.format(code="one", url=ADDRESS) + YAML.format(code="two", url="https://example.org/2"))
        load(folder)
        return folder

    def test_the_loader_says_where_it_stands_already(self, folder: Path):
        line = change(folder, "sources.yaml", "https://example.org/2", "http://www.example.org/reports?id=1")
        with pytest.raises(CommandError, match=rf"two, url: the same value stands in .*sources\.yaml:{line - 13}$"):
            load(folder)

    def test_addresses_change_hands(self, folder: Path):
        change(folder, "sources.yaml", ADDRESS, "https://example.org/3")
        change(folder, "sources.yaml", "https://example.org/2", ADDRESS)
        change(folder, "sources.yaml", "https://example.org/3", "https://example.org/2")
        load(folder)
        assert dict(Source.objects.exclude(url="").values_list("code", "url_key")) == {
            "one": "example.org/2",
            "two": "example.org/reports?id=1",
        }

    def test_a_source_gets_another_code(self, folder: Path):
        change(folder, "sources.yaml", "code: one", "code: three")
        load(folder)
        assert Source.objects.get(url_key="example.org/reports?id=1").code == "three"
