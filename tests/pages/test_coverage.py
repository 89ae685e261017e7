"""The coverage's page: numbers with names that lead to their lists, and every empty cell in words."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.coverage import By, Of
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
QUERIES = [
    "",
    f"as_of={NOTE_DATE}",
    "scheme=unep&by=mechanism",
    f"scheme=who&of=served&as_of={NOTE_DATE}",
    f"scheme=unep&of=served&by=kind&mechanism=basel&mechanism=ncpc&q=centre&as_of={NOTE_DATE}",
]
each_query = pytest.mark.parametrize("query", QUERIES)
COMMA = {"en": ", ", "zh-hans": "、"}


def page(client: Client, lang: str, query: str = "") -> Element:
    """Return the main part of the coverage's page."""
    response = client.get(f"/{lang}/coverage/?{query}")
    assert response.status_code == 200
    return parse(response).one("main")


def count(client: Client, url: str) -> int:
    """Return how many centres the directory's page says there are."""
    response = client.get(url)
    assert response.status_code == 200
    return int(re.findall(r"\d+", parse(response).one("main").one("p", role="status").text)[0])


@each_language
@each_query
def test_every_number_is_the_count_of_the_page_that_it_leads_to(client: Client, lang: str, query: str):
    links = page(client, lang, query).one("table").all("a")
    assert len(links) > 10
    # One in ten of each page: every number is checked against the filter set in tests/centres.
    for link in links[::10]:
        assert urlsplit(link["href"]).path == f"/{lang}/centres/"
        assert count(client, link["href"]) == int(link.text), link["href"]


@each_language
@each_query
def test_every_number_says_what_it_counts(client: Client, lang: str, query: str):
    table = page(client, lang, query).one("table")
    columns = [one.text for one in table.one("thead").all("th")]
    for row in table.one("tbody").all("tr"):
        region = row.one("th", scope="row").text
        cells = row.all("td")
        assert [cell["data-label"] for cell in cells] == columns[1:]
        for cell in cells:
            for link in cell.all("a"):
                name = link["aria-label"]
                assert region in name
                assert cell["data-label"] in name or cell is cells[-1]
                assert re.findall(r"\d+", name) == [link.text]
    labels = [link["aria-label"] for link in table.all("a")]
    assert len(set(labels)) == len(labels)


@each_language
@each_query
def test_every_empty_cell_is_named_in_words_and_no_other(client: Client, lang: str, query: str):
    main = page(client, lang, query)
    said = {}
    for one in main.one("ul", cls="gaps").all("li"):
        said[one.one("strong").text] = one.text
    empty = {}
    for row in main.one("table").one("tbody").all("tr"):
        *cells, total = row.all("td")
        missing = [cell["data-label"] for cell in cells if cell.text == "0"]
        assert [bool(cell.all("a")) for cell in cells] == [cell.text != "0" for cell in cells]
        if missing:
            empty[row.one("th").text] = missing if total.text != "0" else []
    assert empty, "the page has a gap to show"
    assert list(said) == list(empty)
    for region, names in empty.items():
        sentence = said[region]
        assert sentence.endswith("." if lang == "en" else "。")
        if names:
            listing = re.split("[:：]", sentence)[-1].strip().rstrip(".。")
            assert listing.split(COMMA[lang]) == names
        else:
            assert len(re.split("[:：]", sentence)) == 2


@each_language
def test_what_no_row_or_column_can_have_is_said_and_linked(client: Client, lang: str):
    for query, known in (("of=served&by=mechanism", {"served_list": ["unknown"]}), ("", {"function": ["none"]})):
        [link] = [one for paragraph in page(client, lang, query).all("p", cls="small") for one in paragraph.all("a")][
            -1:
        ]
        assert parse_qs(urlsplit(link["href"]).query) == known
        assert re.findall(r"\d+", link.parent.text)[0] == str(count(client, link["href"]))


@each_language
def test_the_form_shows_what_is_chosen_and_keeps_the_rest(client: Client, lang: str):
    query = f"scheme=unep&of=served&by=kind&function=training&as_of={NOTE_DATE}"
    form, *others = page(client, lang, query).all("form", method="get")
    selects = {one["name"]: one for one in form.all("select")}
    assert {
        name: [one["value"] for one in select.all("option") if "selected" in one.attributes]
        for name, select in selects.items()
    } == {"scheme": ["unep"], "of": ["served"], "by": ["kind"]}
    hidden = {(one["name"], one["value"]) for one in form.all("input", type="hidden")}
    assert hidden == {("function", "training"), ("as_of", NOTE_DATE)}
    for other in others:
        kept = {one["name"] for one in other.all("input")}
        assert {"scheme", "of", "by", "function", "as_of"} <= kept


@each_language
def test_filters_in_use_can_be_dropped(client: Client, lang: str):
    chips = page(client, lang, "by=mechanism&function=training&q=centre").one("ul", cls="chips").all("li", cls="chip")
    left = {urlsplit(chip.one("a")["href"]).query for chip in chips}
    assert left == {"by=mechanism&q=centre", "by=mechanism&function=training"}
    assert not page(client, lang, "by=mechanism&scheme=who&of=served").all("ul", cls="chips")


def test_no_query_is_made_for_a_cell(client: Client):
    """The census being read, tables of any size take the same queries; kinds are not in the database."""
    client.get("/en/coverage/")
    counts = {}
    for by in By.values:
        for of in Of.values:
            for scheme in ("un", "who"):
                for date in ("", f"&as_of={NOTE_DATE}"):
                    address = f"/en/coverage/?by={by}&of={of}&scheme={scheme}{date}"
                    client.get(address)
                    with CaptureQueriesContext(connection) as captured:
                        client.get(address)
                    counts.setdefault(by, set()).add(len(captured))
    assert [len(found) for found in counts.values()] == [1, 1, 1]
    assert counts["function"] == counts["mechanism"]
    assert counts["kind"].pop() == counts["function"].pop() - 1


@each_language
def test_a_wrong_parameter_is_a_page_that_names_it(client: Client, lang: str):
    for name, value in (("scheme", "nonsense"), ("of", "x"), ("by", "country"), ("page", "2"), ("region", "x")):
        response = client.get(f"/{lang}/coverage/", {name: value})
        assert response.status_code == 400, name
        assert name in response.content.decode()
