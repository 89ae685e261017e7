"""The search's page in both languages, and its suggestions."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search.kinds import LISTS
from search.models import Term
from search.views import EXAMPLES
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = pytest.mark.usefixtures("content")

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def main(client: Client, lang: str, **parameters: Any) -> Element:
    """Return the main part of the search's page."""
    response = client.get(f"/{lang}/search/", parameters)
    assert response.status_code == 200
    return parse(response).one("main")


def count(page: Element) -> int:
    return int(page.one("p", cls="count").one("strong").text)


def results(page: Element) -> list[Element]:
    return [item for group in page.all("ul", cls="results") for item in group.children_of("li")]


@each_language
@pytest.mark.parametrize("query", ["区域中心", "training", "汞", "SC-2/9", "Kenya 培训"])
def test_groups_and_lists_agree_with_the_api(client: Client, lang: str, query: str):
    page = main(client, lang, q=query)
    api = client.get("/api/v1/search/", {"q": query}).json()
    assert count(page) == api["count"] > 0
    of_kinds = {}
    for section in page.all("section", cls="found"):
        shown = len(section.all("h3"))
        links = [one for one in section.all("a") if "kind=" in one["href"]]
        number = int("".join(filter(str.isdigit, section.one("h2").text)))
        assert shown == min(5, number)
        assert len(links) == (number > 5)
        for link in links:
            (kind,) = parse_qs(urlsplit(link["href"]).query)["kind"]
            listed = main(client, lang, **parse_qs(urlsplit(link["href"]).query))
            assert count(listed) == number == client.get("/api/v1/search/", {"q": query, "kind": kind}).json()["count"]
            assert len(results(listed)) == min(20, number)
        of_kinds[section.one("h2").text] = number
    assert sum(of_kinds.values()) == count(page)


@each_language
def test_a_long_list_goes_on_and_keeps_the_query(client: Client, lang: str):
    first = main(client, lang, q="中心", kind="sources.source", as_of=NOTE_DATE)
    following = first.one("a", rel="next")["href"]
    assert parse_qs(urlsplit(following).query) == {
        "q": ["中心"],
        "kind": ["sources.source"],
        "as_of": [NOTE_DATE],
        "page": ["2"],
    }
    second = main(client, lang, **parse_qs(urlsplit(following).query))
    titles = [one.one("a").text for page in (first, second) for one in results(page)]
    assert len(titles) > 25


def test_a_hit_in_the_other_language_is_labelled_and_marked_with_it(client: Client):
    page = main(client, "en", q="肯尼亚", kind="regions.country")
    (kenya,) = results(page)
    assert kenya.one("a").text == "Kenya"
    assert kenya.one("span", cls="tag").text == "in Chinese"
    assert kenya.one("span", lang="zh-Hans").one("mark").text == "肯尼亚"
    (kenya,) = results(main(client, "zh-hans", q="kenya", kind="regions.country"))
    assert kenya.one("a").text == "肯尼亚"
    assert kenya.one("span", lang="en").one("mark").text == "Kenya"
    (kenya,) = results(main(client, "en", q="kenya", kind="regions.country"))
    assert kenya.all(cls="tag") == []
    assert kenya.one("a").one("mark").text == "Kenya"


@each_language
def test_snippets_are_marked_in_the_text_as_it_is_written(client: Client, lang: str):
    page = main(client, lang, q="SC‑2/9")
    snippets = page.all("p", cls="snippet")
    assert snippets
    assert {mark.text for one in snippets for mark in one.all("mark")} == {"SC-2/9"}


@each_language
def test_the_page_says_how_the_query_was_read(client: Client, lang: str):
    text = main(client, lang, q="區域中心").one(cls="reading").text
    assert "regional centre" in text
    # Chinese has no spaces around the arrow.
    assert "區域中心→区域中心" in text.replace(" ", "")
    assert "SC‑2/9→SC-2/9" in main(client, lang, q="SC‑2/9").one(cls="reading").text.replace(" ", "")
    assert main(client, lang, q="kenya").one(cls="reading").text == ""
    assert count(main(client, lang, q="區域中心")) == count(main(client, lang, q="区域中心"))


def test_a_term_leads_to_its_entry_which_leads_to_its_search(client: Client):
    url = Term.objects.get(code="regional-centre").get_absolute_url()
    assert url == "/en/glossary/#regional-centre"
    page = client.get(url).content.decode()
    assert 'id="regional-centre"' in page
    assert "/en/search/?q=regional+centre" in page


@each_language
def test_without_a_query_there_are_examples_that_find_something(client: Client, lang: str):
    page = main(client, lang)
    links = [one["href"] for one in page.one("ul", cls="inline-list").all("a")]
    assert len(links) == len(EXAMPLES)
    for link in links:
        assert count(parse(client.get(link)).one("main")) > 0, link


@each_language
def test_nothing_found_says_which_word_emptied_it_and_what_finds_something(client: Client, lang: str):
    page = main(client, lang, q="nairobbi 培训")
    assert count(page) == 0
    empty = page.one(cls="empty")
    links = [one["href"] for one in empty.all("a")]
    assert len(links) >= 2
    for link in links:
        assert count(parse(client.get(link)).one("main")) > 0, link
    assert any("nairobbi" in item.text and not item.all("a") for item in empty.all("li"))
    assert any(parse_qs(urlsplit(link).query)["q"] == ["nairobi 培训"] for link in links)


@each_language
def test_a_kind_that_emptied_it_can_be_dropped(client: Client, lang: str):
    page = main(client, lang, q="Kenya", kind="mechanisms.provision")
    assert count(page) == 0
    (link,) = page.one(cls="empty").all("a")
    assert parse_qs(urlsplit(link["href"]).query) == {"q": ["Kenya"]}


@each_language
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ('"', 200), ("AND", 200), ("*", 200), ("SC-2/9", 200), ("😀", 200), ("%", 200), ("<script>", 200), ("'", 200),
        ("a b " * 50, 200), ("a\x00b", 400), ("\x00", 400), ("x" * 201, 400), ("x" * 10_000, 400),
    ],
)  # fmt: skip
def test_hostile_queries_neither_fail_nor_find_everything(client: Client, lang: str, query: str, status: int):
    response = client.get(f"/{lang}/search/", {"q": query})
    assert response.status_code == status
    everything = client.get("/api/v1/search/", {"q": "e"}).json()["count"]
    page = parse(response).one("main")
    if status == 200 and page.all("p", cls="count"):
        assert count(page) < everything
    assert not page.all("script")


@each_language
def test_the_number_of_queries_does_not_grow(client: Client, lang: str):
    numbers = []
    for query in ("SC-2/9", "中"):
        with CaptureQueriesContext(connection) as captured:
            shown = len(results(main(client, lang, q=query)))
        numbers.append((len(captured), shown))
    assert numbers[0][0] == numbers[1][0] <= 6
    assert numbers[0][1] * 5 < numbers[1][1]


# Every page


@each_language
@pytest.mark.parametrize("rest", ["", "centres/", "countries/ke/", "nothing/"])
def test_every_page_has_a_search(client: Client, lang: str, rest: str):
    body = parse(client.get(f"/{lang}/{rest}?as_of={NOTE_DATE}")).one("body")
    form = body.one("header").one("form", role="search")
    assert form["action"] == f"/{lang}/search/"
    field = form.one("input", name="q")
    assert [one.text for one in form.all("label") if one["for"] == field["id"]] != [""]
    assert form.one("input", name="as_of")["value"] == NOTE_DATE
    assert urlsplit(field["data-suggest"]).path == f"/{lang}/search/suggest/"


@each_language
@pytest.mark.parametrize("query", ["Kenya", "肯尼亚", "KE", "KEN"])
def test_the_country_picker_works_as_a_plain_form(client: Client, lang: str, query: str):
    for rest in ("", "countries/"):
        form = parse(client.get(f"/{lang}/{rest}")).one("main").all("form", cls="find" if rest else "stack")[0]
        assert form.one("input", name="q")["data-suggest"].endswith("?kind=regions.country")
    listed = parse(client.get(f"/{lang}/countries/", {"q": query})).one("ul", cls="countries")
    assert f"/{lang}/countries/ke/" in [one["href"] for one in listed.all("a")]


# Suggestions


def suggestions(client: Client, lang: str = "en", **parameters: Any) -> list[dict[str, str]]:
    response = client.get(f"/{lang}/search/suggest/", parameters)
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["results"]
    return found


@each_language
def test_suggestions_are_few_lead_somewhere_and_cost_little(client: Client, lang: str):
    for query in ("ba", "巴", "regional centre", "汞", "SC-"):
        with CaptureQueriesContext(connection) as captured:
            found = suggestions(client, lang, q=query, as_of=NOTE_DATE)
        assert len(captured) <= 3
        assert 0 < len(found) <= 8
        for one in found:
            assert set(one) == {"label", "hint", "kind", "url"}
            assert one["url"].startswith(f"/{lang}/")
            assert f"as_of={NOTE_DATE}" in one["url"]
            assert client.get(one["url"]).status_code == 200


def test_what_begins_so_is_suggested_first_and_the_other_language_gives_a_hint(client: Client):
    assert suggestions(client, q="Ken")[0] == {
        "label": "Kenya",
        "hint": "",
        "kind": "country",
        "url": "/en/countries/ke/",
    }
    assert suggestions(client, q="肯尼")[0]["hint"] == "肯尼亚"
    assert suggestions(client, q="Cape Ver", kind="regions.country")[0]["hint"] == "Cape Verde"


@pytest.mark.parametrize("query", ["", " ", "k", '"', "zzzz", "😀"])
def test_nothing_is_suggested_for_too_little(client: Client, query: str):
    assert suggestions(client, q=query) == []


def test_suggestions_refuse_what_they_do_not_know(client: Client):
    for parameters in ({"q": "a", "kind": "nonsense"}, {"q": "x" * 201}, {"what": "a"}):
        response = client.get("/en/search/suggest/", parameters)
        assert response.status_code == 400
        assert response.json()["errors"]
    assert set(LISTS) > {"regions.country"}
