"""The timeline: what had begun by a date, bar by bar, with the same in words."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from centres.models import Centre, CentreKind, Designation
from mechanisms.models import Convention, Fund, Mechanism
from publishing.querysets import begun_by
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
THEN = datetime.date.fromisoformat(NOTE_DATE)


def main(client: Client, url: str) -> Element:
    response = client.get(url)
    assert response.status_code == 200
    return parse(response).one("main")


def bars(page: Element) -> list[str]:
    """Return what each bar is, in words."""
    return [one["aria-label"] for one in page.all("g", role="img")]


def lane(page: Element, path: str) -> Element:
    """Return the lane of what is at ``path``."""
    [found] = [one for one in page.all("svg") for one in one.children_of("g") if path in one.all("a")[0]["href"]]
    return found


@each_language
def test_it_has_a_lane_for_every_convention_fund_and_centre_and_a_bar_for_every_designation(client: Client, lang: str):
    page = main(client, f"/{lang}/timeline/")
    lanes = [one for svg in page.all("svg", cls="timeline") for one in svg.children_of("g")]
    assert len(lanes) == Convention.objects.count() + Fund.objects.count() + Centre.objects.count()
    assert len(bars(page)) == Convention.objects.count() + Fund.objects.count() + Designation.objects.count()
    rows = [row for table in page.all("table") for row in table.one("tbody").all("tr")]
    assert len(rows) == len(bars(page))
    with translation.override(lang):
        names = {one.name for one in Centre.objects.all()} | {one.name for one in Fund.objects.all()}
    shown = {one.all("a")[0].get("aria-label") or one.all("a")[0].text for one in lanes}
    assert names <= shown


@each_language
def test_groups_have_headings_names_and_tables(client: Client, lang: str):
    page = main(client, f"/{lang}/timeline/")
    sections = page.one(id="results").all("section")
    assert [one.one("h2")["id"] for one in sections][:2] == ["conventions", "funds"]
    assert {one.one("h2")["id"] for one in sections[2:]} <= set(CentreKind.values)
    for one in sections:
        region = one.one("div", role="region")
        assert region["tabindex"] == "0"
        assert one.one("h2").text in region["aria-label"]
        heads = [head.text for head in one.one("thead").all("th")]
        for row in one.one("tbody").all("tr"):
            assert row.one("th", scope="row").text
            assert [cell["data-label"] for cell in row.children_of("td")] == heads[1:]
            assert "/sources/" in " ".join(link["href"] for link in row.all("a"))
    labels = [one.one("div", role="region")["aria-label"] for one in sections]
    assert len(set(labels)) == len(labels)


def test_a_convention_is_marked_where_it_enters_into_force(client: Client):
    minamata = lane(main(client, "/en/timeline/"), "/conventions/minamata/")
    assert bars(minamata) == ["Minamata Convention: adopted on 10 October 2013, in force since 16 August 2017"]
    assert len(minamata.all("line", cls="mark")) == 1
    before = lane(main(client, "/en/timeline/?as_of=2015-01-01"), "/conventions/minamata/")
    assert bars(before) == ["Minamata Convention: adopted on 10 October 2013, not yet in force"]
    assert not before.all("line", cls="mark")


@each_language
def test_what_began_after_the_date_is_not_drawn(client: Client, lang: str):
    page = main(client, f"/{lang}/timeline/?as_of={NOTE_DATE}")
    later = Designation.objects.exclude(begun_by(THEN)).count()
    assert later > 5
    conventions = Convention.objects.as_of(THEN).count()
    funds = Fund.objects.filter(begun_by(THEN)).count()
    assert len(bars(page)) == conventions + funds + Designation.objects.count() - later
    assert not [one for one in page.all("a") if "/conventions/minamata/" in one["href"]]
    assert f"/{lang}/conventions/basel/?as_of={NOTE_DATE}" in [one["href"] for one in page.all("a")]


def test_an_end_after_the_date_is_not_yet_known_and_one_before_it_stays(client: Client):
    url = "/en/timeline/?mechanism=stockholm"
    moscow = "/centres/russia-moscow-bcrc/"
    assert "April 2011 to 2015" in bars(lane(main(client, url), moscow))[0]
    then = lane(main(client, f"{url}&as_of=2013-01-01"), moscow)
    assert "since April 2011" in bars(then)[0]
    assert "2015" not in bars(then)[0]


def test_ends_of_stated_terms_are_marked_up_to_the_date(client: Client):
    url, china = "/en/timeline/?mechanism=stockholm", "/centres/china-bcrc-scrc/"
    for as_of, marks in [("2013-04-30", 0), ("2013-05-01", 1), ("2020-01-01", 2), ("2022-01-01", 3)]:
        shown = lane(main(client, f"{url}&as_of={as_of}"), china)
        assert len(shown.all("line", cls="mark")) == marks, as_of
        assert "term of 4 years" in bars(shown)[0]


@each_language
def test_a_bar_has_the_letter_and_the_colour_of_its_mechanism(client: Client, lang: str):
    page = main(client, f"/{lang}/timeline/")
    china = lane(page, "/centres/china-bcrc-scrc/")
    drawn = [(one.one("path").classes & set("ABCDEFGM"), one.one("text").text) for one in china.all("g", role="img")]
    assert drawn == [({"A"}, "A"), ({"D"}, "D")]
    for one in page.all("g", role="img"):
        letters = [text.text for text in one.all("text")]
        assert one.one("path").classes & {"neutral", *letters}


def test_an_open_beginning_is_drawn_and_said(client: Client):
    page = main(client, "/en/timeline/?mechanism=unep-coordinators")
    office = lane(page, "/centres/unep-africa-office/")
    said = bars(office)
    assert len(said) == 2
    assert "beginning not stated" in said[0]
    assert "by 7 June 2010" in said[1]
    undated, attested = (one.one("path") for one in office.all("g", role="img"))
    assert "undated" in undated.classes
    assert "undated" not in attested.classes
    # Pointed at both ends: two corners more.
    assert [one["d"].count("L") for one in (undated, attested)] == [5, 5]


@each_language
def test_a_mechanism_keeps_its_own_conventions_funds_and_designations(client: Client, lang: str):
    page = main(client, f"/{lang}/timeline/?mechanism=stockholm")
    stockholm = Mechanism.objects.get(code="stockholm")
    expected = stockholm.conventions.count() + stockholm.funds.count() + stockholm.designations.count()
    assert len(bars(page)) == expected
    assert {one.text for one in page.all("text", cls="on-bar")} == {"D"}
    offered = {one["value"]: one for one in page.all("input", type="checkbox", name="mechanism")}
    assert "checked" in offered["stockholm"].attributes
    counts = {code: int(one.parent.one("span", cls="n").text) for code, one in offered.items() if one.parent}
    designated = stockholm.designations.values("centre").distinct().count()
    assert counts["stockholm"] == stockholm.conventions.count() + stockholm.funds.count() + designated
    assert counts["minamata"] > 0, "it has no centres, and still has a convention and funds"


def test_nothing_in_the_drawing_has_a_style_of_its_own(client: Client):
    page = main(client, "/en/timeline/")
    for svg in page.all("svg"):
        assert not svg.all("style")
        assert not [one for one in svg.walk() if "style" in one.attributes]


def test_it_needs_as_many_queries_for_many_lanes_as_for_few(client: Client):
    counts = []
    # Few: one mechanism with conventions, funds and centres; many: all of them.
    codes = list(Mechanism.objects.order_by("position").values_list("code", flat=True))
    for chosen in (["stockholm"], codes):
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/en/timeline/", {"mechanism": chosen})
        assert page.status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


@each_language
@pytest.mark.parametrize("query", ["mechanism=nonsense", "as_of=soon", "page=1", "as_of=2010-06-07&as_of=2011-01-01"])
def test_wrong_parameters_are_refused(client: Client, lang: str, query: str):
    assert client.get(f"/{lang}/timeline/?{query}").status_code == 400


def test_a_date_before_everything_shows_what_has_no_date(client: Client):
    page = main(client, "/en/timeline/?as_of=1900-01-01")
    assert bars(page)
    assert all("beginning not stated" in one for one in bars(page))
    assert len(page.all("path", cls="undated")) == len(bars(page))
