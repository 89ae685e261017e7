"""Where a reader comes in, and how the language is changed."""

import pytest
from django.test import Client

from tests.pages.markup import parse

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]


@pytest.mark.parametrize("path", ["", "centres/", "countries/ke/"])
@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("zh", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.5", "en"),
        ("fr", "en"),
        ("fr;q=0.9,zh;q=0.5", "zh-hans"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_an_address_without_language_leads_to_the_readers(client: Client, path: str, header: str, lang: str):
    response = client.get(f"/{path}", {"as_of": "2010-06-07"}, headers={"Accept-Language": header})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/{lang}/{path}?as_of=2010-06-07"
    assert "Accept-Language" in response.headers["Vary"]


def test_a_page_under_its_language_does_not_vary_by_language_or_cookie(client: Client):
    response = client.get("/zh-hans/", headers={"Accept-Language": "en"})
    assert response.headers["Content-Language"] == "zh-hans"
    assert "Accept-Language" not in response.headers["Vary"]
    assert "Cookie" not in response.headers["Vary"]
    assert not response.cookies


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "centres/?mechanism=basel&mechanism=stockholm&region=un-africa&as_of=2010-06-07",
        "centres/?page=2&q=%E4%B8%AD%E5%9B%BD+a%26b",
        "compare/?mechanism=basel&mechanism=who&criterion=legal-status",
        "centres/?kind=nonsense",
        "nothing/?a=b",
    ],
)
def test_the_switch_keeps_page_and_query(client: Client, rest: str):
    answers = {lang: client.get(f"/{lang}/{rest}") for lang in ("en", "zh-hans")}
    for lang, response in answers.items():
        page = parse(response)
        links = page.one(cls="languages").all("a")
        assert [one["href"] for one in links] == [f"/en/{rest}", f"/zh-hans/{rest}"]
        assert [one["lang"] for one in links] == ["en", "zh-Hans"]
        assert [one.text for one in links] == ["English", "中文"]
        assert [one["href"] for one in links if one.get("aria-current")] == [f"/{lang}/{rest}"]
    assert answers["en"].status_code == answers["zh-hans"].status_code
