"""Filters, chips and paging: what is chosen is shown, can be dropped one by one, and survives every link."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES

pytestmark = pytest.mark.usefixtures("content")

each_language = pytest.mark.parametrize("lang", LANGUAGES)
CHOSEN = [
    ("mechanism", "basel"),
    ("mechanism", "stockholm"),
    ("kind", "regional-centre"),
    ("region", "un-africa"),
    ("q", "centre"),
    ("as_of", "2012-01-01"),
]


def listed(client: Client, url: str, query: object = None) -> Element:
    """Return the main part of the list at ``url``."""
    response = client.get(url, query or {})
    assert response.status_code == 200
    return parse(response).one("main")


def count(page: Element) -> int:
    """Return how many results the page says there are."""
    return int(re.findall(r"\d+", page.one("p", role="status").text)[0])


def query_of(link: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(link).query)


@each_language
def test_a_chip_drops_one_value_and_keeps_the_rest(client: Client, lang: str):
    url = f"/{lang}/centres/?" + "&".join(f"{name}={value}" for name, value in [*CHOSEN, ("page", "1")])
    page = listed(client, url)
    chips = page.one("ul", cls="chips").all("li", cls="chip")
    removable = [pair for pair in CHOSEN if pair[0] != "as_of"]
    left = {frozenset(CHOSEN) - frozenset(query_of(chip.one("a")["href"])) for chip in chips}
    assert left == {frozenset([pair]) for pair in removable}
    assert len(chips) == len(removable)
    for chip in chips:
        link = chip.one("a")
        assert link.get("aria-label") != "×"
        assert chip.one("span").text
        assert len(query_of(link["href"])) == len(CHOSEN) - 1
        assert count(listed(client, f"/{lang}/centres/{link['href']}")) > 0
    clear = [one["href"] for one in page.one("ul", cls="chips").all("a", cls="small")]
    assert clear == [f"/{lang}/centres/?as_of=2012-01-01"]


@each_language
@pytest.mark.parametrize(
    ("rest", "query"),
    [("sources/", [("reliability", "primary")]), ("centres/", [("as_of", "2020-01-01"), ("q", "centre")])],
)
def test_paging_keeps_the_filter_and_shows_every_record_once(client: Client, lang: str, rest: str, query: list):
    url = f"/{lang}/{rest}?" + "&".join(f"{name}={value}" for name, value in query)
    response = client.get(url)
    assert response.status_code == 200
    total, found, number = count(parse(response)), [], 1
    while True:
        page = listed(client, url)
        assert count(page) == total
        found += [one.all("h2")[0].one("a")["href"] for one in page.one("ul", cls="results").children_of("li")]
        following = page.all("a", rel="next")
        if not following:
            break
        number += 1
        link = following[0]["href"]
        assert dict(query_of(link)) == {**dict(query), "page": str(number)}
        url = f"/{lang}/{rest}{link}"
        before = listed(client, url).one("a", rel="prev")["href"]
        assert dict(query_of(before)) == {**dict(query), "page": str(number - 1)}
    assert number > 1
    assert len(found) == len(set(found)) == total


@each_language
def test_an_empty_result_names_the_filters_and_offers_to_drop_each(client: Client, lang: str):
    chosen = [("mechanism", "basel"), ("mechanism", "who"), ("kind", "regional-network"), ("q", "zzz")]
    url = f"/{lang}/centres/?" + "&".join(f"{name}={value}" for name, value in [*chosen, ("as_of", "2010-06-07")])
    page = listed(client, url)
    assert count(page) == 0
    assert not page.all("ul", cls="results")
    empty = page.one(cls="empty")
    assert len(empty.all("p")) == 2
    legends = {one.text for one in page.one("details", cls="facets").all("legend")}
    dropped = set()
    for link in empty.all("a"):
        assert link.text in legends, "the filter goes by the name that it has in the form"
        kept = query_of(link["href"])
        dropped |= {name for name, _value in chosen} - {name for name, _value in kept}
        assert ("as_of", "2010-06-07") in kept
        assert client.get(f"/{lang}/centres/{link['href']}").status_code == 200
    assert dropped == {"mechanism", "kind", "q"}
    assert len(empty.all("a")) == 3


@each_language
def test_a_list_that_only_the_date_has_emptied_says_so(client: Client, lang: str):
    empty = listed(client, f"/{lang}/conventions/?as_of=1900-01-01").one(cls="empty")
    assert not empty.all("a")
    assert len(empty.all("p")) == 2


@each_language
def test_a_facet_counts_what_ticking_it_would_give(client: Client, lang: str):
    """Each value's number is the count of the page that it leads to; what would give nothing is disabled but shown."""
    url = f"/{lang}/centres/?region=un-africa&as_of=2012-01-01"
    facets = listed(client, url).one("details", cls="facets")
    boxes = facets.all("input", type="checkbox", name="mechanism") + facets.all("input", type="checkbox", name="kind")
    assert len(boxes) > 10
    for box in boxes:
        label = box.parent
        assert label
        number = int(label.one(cls="n").text)
        assert ("disabled" in box.attributes) == (number == 0)
        assert count(listed(client, f"{url}&{box['name']}={box['value']}")) == number, box["value"]


@each_language
def test_the_form_shows_what_is_chosen(client: Client, lang: str):
    facets = listed(client, f"/{lang}/centres/", CHOSEN_QUERY).one("details", cls="facets")
    ticked = {(one["name"], one["value"]) for one in facets.all("input") if "checked" in one.attributes}
    assert ticked == {pair for pair in CHOSEN if pair[0] in {"mechanism", "kind", "region"}}
    assert facets.one("input", name="q")["value"] == "centre"
    assert facets.one("input", name="as_of")["value"] == "2012-01-01"
    assert facets.all("button")


CHOSEN_QUERY = {name: [value for other, value in CHOSEN if other == name] for name, _value in CHOSEN}
