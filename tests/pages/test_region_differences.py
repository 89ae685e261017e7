"""The page on which region schemes stand beside each other: numbers lead to names, and wrong pairs are refused."""

import pytest
from django.test import Client
from django.utils import translation

from regions.models import Membership, Region, RegionScheme
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
PAGE = "/{}/regions/differences/"


def page(client: Client, lang: str, *schemes: str, **more: str) -> Element:
    """Return the main part of the page."""
    response = client.get(PAGE.format(lang), {"scheme": schemes, **more})
    assert response.status_code == 200
    return parse(response).one("main")


def chosen(main: Element) -> list[str]:
    """Return the schemes chosen in the form."""
    return [
        one["value"]
        for select in main.one("form", cls="pairing").all("select", name="scheme")
        for one in select.all("option")
        if "selected" in one.attributes
    ]


@each_language
@pytest.mark.parametrize("as_of", ["", NOTE_DATE])
def test_each_number_leads_to_as_many_names(client: Client, lang: str, as_of: str):
    main = page(client, lang, "un", "who", as_of=as_of)
    table = main.one("table", cls="crossing")
    assert table.one("caption").text
    assert all(one.get("scope") for one in table.all("th"))
    numbers = [(cell, link) for cell in table.all("td") for link in cell.all("a")]
    assert len(numbers) > 8
    for cell, link in numbers:
        countries = main.one("li", id=link["href"].removeprefix("#")).all("a")
        assert len(countries) == int(cell.text) > 0
        assert all(one["href"].endswith(f"?as_of={as_of}" if as_of else "/") for one in countries)
    for cell in table.all("td", cls="zero"):
        assert (cell.text, cell.all("a")) == ("0", [])
    for row in table.one("tbody").all("tr"):
        *cells, total = [int(one.text) for one in row.all("td")]
        assert sum(cells) == total


@each_language
def test_without_a_choice_the_first_two_are_shown(client: Client, lang: str):
    assert chosen(page(client, lang)) == ["un", "unep"]
    assert chosen(page(client, lang, "", "")) == ["un", "unep"], "as blank fields of a form are sent"
    main = page(client, lang, "who", "un", as_of=NOTE_DATE)
    assert chosen(main) == ["who", "un"]
    swap = [one["href"] for one in main.one(cls="push").all("a")]
    assert swap == [f"/{lang}/regions/differences/?scheme=un&scheme=who&as_of={NOTE_DATE}"]
    assert chosen(parse(client.get(swap[0])).one("main")) == ["un", "who"]


@each_language
@pytest.mark.parametrize(
    "schemes", [["un"], ["un", "un"], ["un", "unep", "un"], ["un", "unep", "who"], ["un", "nonsense"], ["nonsense"]]
)
def test_other_than_two_schemes_are_refused(client: Client, lang: str, schemes: list[str]):
    response = client.get(PAGE.format(lang), {"scheme": schemes})
    assert response.status_code == 400
    problem = parse(response).one("main").one("dl", cls="problems")
    assert "scheme" in problem.one("code").text
    message = problem.all("dd")[0].text
    if "nonsense" in schemes:
        assert "nonsense" in message
        assert "un, unep, who" in message
    elif lang == "en":
        assert message == "Choose two different schemes."


def test_a_majority_and_who_does_not_follow_it_in_words(client: Client):
    africa = page(client, "en", "un", "who").one("section", id="un-africa")
    assert africa.one("p").text == "Of its 54 countries, 47 are in the region “African Region”; the others:"
    others, majority = africa.all("ul")
    assert others.text == ("Eastern Mediterranean Region (7): Djibouti, Egypt, Libya, Morocco, Somalia, Sudan, Tunisia")
    assert majority.text.startswith("African Region (47): Algeria, Angola")
    eastern = page(client, "en", "un", "who").one("section", id="un-eastern-europe")
    assert eastern.one("p").text == "All 23 of its countries are in the region “European Region”."
    Membership.objects.filter(country__iso2="CA", region__scheme__code="un").delete()
    north = page(client, "en", "unep", "un").one("section", id="unep-north-america")
    assert north.one("p").text.startswith("None of its countries is in a region of the scheme “United Nations")
    assert north.one("li").text == "In none of the regions (2): Canada, United States of America"


def test_countries_of_one_scheme_only_are_named(client: Client):
    main = page(client, "en", "un", "who")
    texts = [one.text for one in main.children_of("p")]
    assert any(text.startswith("1 country is in") and text.endswith(": Liechtenstein") for text in texts)
    assert any(text.endswith(": Cook Islands, Niue, United States of America") for text in texts)
    who = RegionScheme.objects.get(code="who")
    Membership.objects.filter(region__scheme=who).exclude(country__regions__scheme__code="un").delete()
    assert "Every country with a region in the scheme “WHO regions” has one" in page(client, "en", "un", "who").text


@each_language
def test_changes_are_told_with_their_dates_and_sources(client: Client, lang: str):
    """In all schemes: the reader of another pair learns of Indonesia's move too."""
    main = page(client, lang, "un", "unep")
    moves = list(main.all("ul", cls="rows")[-1].children_of("li"))
    (indonesia,) = [one for one in moves if any(f"/{lang}/countries/id/" in link["href"] for link in one.all("a"))]
    regions = [one["href"] for one in indonesia.all("a") if "/regions/" in one["href"]]
    assert regions == [f"/{lang}/regions/who-searo/", f"/{lang}/regions/who-wpro/"]
    assert ("23 May 2025" if lang == "en" else "2025年5月23日") in indonesia.text
    assert all(one.all(cls="cite") for one in moves)
    assert not indonesia.all("span", cls="silence")
    then = page(client, lang, "un", "unep", as_of=NOTE_DATE)
    assert len(then.all("ul", cls="rows")[-1].all("span", cls="silence")) == len(moves), "all came later"


def test_that_there_was_no_change_is_said(client: Client):
    Membership.objects.exclude(since=None, until=None).delete()
    assert page(client, "en").all("ul", cls="rows")[-1].text == "No change is recorded."


@each_language
def test_the_pages_of_regions_lead_to_it(client: Client, lang: str):
    links = {one["href"] for one in parse(client.get(f"/{lang}/regions/")).one("main").all("a")}
    assert PAGE.format(lang) in links
    with translation.override(lang):
        region = Region.objects.get(code="who-wpro").get_absolute_url()
    links = {one["href"] for one in parse(client.get(region)).one("main").all("a")}
    own = {f"{PAGE.format(lang)}?scheme=who&scheme={code}#who-wpro" for code in ("un", "unep")}
    assert own <= links
    for link in own:
        parse(client.get(link.partition("#")[0])).one("main").one("section", id="who-wpro")
