"""The country lens: it agrees with the directory, never counts the unknown, says the gaps, and fits on a page."""

import datetime
import io
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from docx import Document as read_docx
from docx.enum.section import WD_ORIENT

from centres.census import members
from centres.directory import CentreFilterSet
from centres.lens import Lens, Reach, lens
from centres.models import Centre, CentreKind, Designation, Service
from mechanisms.models import Mechanism
from publishing.exports import Content, Document, Line
from publishing.exports.docx import write_docx
from publishing.filters import today
from publishing.models import Dataset
from regions.models import Country
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = pytest.mark.usefixtures("content")

each_language = pytest.mark.parametrize("lang", LANGUAGES)
NOTE = datetime.date.fromisoformat(NOTE_DATE)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def of(iso2: str, date: datetime.date | None = None) -> Lens:
    date = date or today()
    return lens(Country.objects.with_name_on(date).get(iso2=iso2), date)


def page(client: Client, lang: str, iso2: str, **query: str) -> Element:
    response = client.get(f"/{lang}/countries/{iso2}/", query)
    assert response.status_code == 200
    return parse(response).one("main")


def listed(iso2: str, date: datetime.date) -> set[int]:
    """Return the keys of the centres that the directory finds for a country."""
    filterset = CentreFilterSet(QueryDict(f"serves={iso2}&as_of={date.isoformat()}"))
    assert filterset.problems == {}
    keys = filterset.census.keys
    return {keys[position] for position in members(filterset.found(), len(keys))}


@pytest.mark.parametrize("date", [NOTE, None], ids=["of the note", "today"])
def test_it_agrees_with_the_directory_for_every_country(date: datetime.date | None):
    date = date or today()
    served = {
        country.iso2: {centre.pk for centre in lens(country, date).centres}
        for country in Country.objects.with_name_on(date)
    }
    assert served == {iso2: listed(iso2, date) for iso2 in served}
    assert sum(map(len, served.values())) > 500


@each_language
def test_page_and_directory_show_the_same_centres(client: Client, lang: str):
    for query in ({}, {"as_of": NOTE_DATE}):
        links = {one["href"] for one in page(client, lang, "ke", **query).all("a") if not one.get("aria-current")}
        (found,) = [one for one in links if f"/{lang}/centres/?serves=KE" in one]
        shown = parse(client.get(found)).one("main").one("ul", cls="results").all("h2")
        assert shown
        in_lens = {
            one.all("a")[0]["href"]
            for section in page(client, lang, "ke", **query).all("section", cls="lens")
            for one in section.all("li")
        }
        assert in_lens == {one.one("a")["href"] for one in shown}


@pytest.mark.parametrize("date", [NOTE, None], ids=["of the note", "today"])
def test_a_centre_without_services_never_counts_as_serving(date: datetime.date | None):
    date = date or today()
    unlisted = set(Centre.objects.as_of(date).exclude(pk__in=Service.objects.as_of(date).values("centre")))
    assert len(unlisted) > 15
    for country in Country.objects.with_name_on(date).filter(iso2__in=["KE", "MN", "TH", "CU", "NG", "IR"]):
        found = lens(country, date)
        assert found.unlisted == len(unlisted)
        assert not found.centres & unlisted
        assert not {one.pk for one in unlisted} & listed(country.iso2, date)


def test_a_list_that_is_lost_makes_the_centre_unknown_and_not_a_gap_of_its_own():
    before = of("KE")
    network = Centre.objects.get(services__country__iso2="KE", services__mechanism__code="multilateral-fund")
    network.services.all().delete()
    after = of("KE")
    assert network in before.centres - after.centres
    assert after.unlisted == before.unlisted + 1
    gap = {mechanism.code: text for mechanism, text in after.gaps}["multilateral-fund"]
    assert gap == (
        "None of its 14 centres, offices and networks lists Kenya among the countries it serves; "
        "5 have no published list."
    )


def test_each_mechanism_of_the_date_serves_or_is_a_gap():
    for iso2 in ("KE", "MN", "LI"):
        for date in (NOTE, today()):
            found = of(iso2, date)
            codes = {one.mechanism.code for one in found.serving} | {one.code for one, _text in found.gaps}
            assert codes == set(Mechanism.objects.as_of(date).values_list("code", flat=True))
            assert len(found.serving) + len(found.gaps) == len(codes)
    assert "minamata" not in {one.mechanism.code for one in of("KE", NOTE).reaches}


def reach_of(*kinds: str, unlisted: int = 0) -> Reach:
    return Reach(Mechanism(), [], list(kinds), unlisted)


CENTRE, OFFICE, NETWORK = CentreKind.REGIONAL_CENTRE, CentreKind.REGIONAL_OFFICE, CentreKind.REGIONAL_NETWORK


@pytest.mark.parametrize(
    ("reach", "sentence"),
    [
        (reach_of(), "The portal records no centre, office or network under it."),
        (reach_of(CENTRE), "Its 1 centre does not list Mongolia among the countries it serves."),
        (reach_of(OFFICE, OFFICE), "None of its 2 offices lists Mongolia among the countries it serves."),
        (
            reach_of(CENTRE, NETWORK, CENTRE, unlisted=1),
            (
                "None of its 3 centres, offices and networks lists Mongolia among the countries it serves; "
                "1 has no published list."
            ),
        ),
        (
            reach_of(CENTRE, CENTRE, CENTRE, unlisted=2),
            "None of its 3 centres lists Mongolia among the countries it serves; 2 have no published list.",
        ),
        (
            reach_of(OFFICE, CentreKind.SUBREGIONAL_OFFICE, unlisted=2),
            (
                "None of its 2 offices has a published list of the countries it serves; whether any serves Mongolia is "
                "unknown."
            ),
        ),
        (
            reach_of(CENTRE, unlisted=1),
            "Its 1 centre has no published list of the countries it serves; whether it serves Mongolia is unknown.",
        ),
    ],
)
def test_a_gap_is_a_sentence(reach: Reach, sentence: str):
    assert reach.gap("Mongolia") == sentence


def test_those_that_serve_say_of_how_many_nothing_is_known():
    reaches = {one.mechanism.code: one for one in of("KE").serving}
    assert reaches["basel"].unknown == (
        "Of its 14 centres, 7 have no published list of the countries they serve, and are not counted here."
    )
    assert reaches["ncpc"].unknown == ""


def test_a_mechanism_whose_list_is_of_another_one_is_unknown_there():
    """A list is of a mechanism: the countries that a centre serves under Basel say nothing of Stockholm."""
    date = today()
    both = Centre.objects.get(code="china-bcrc-scrc")
    stockholm = {one.mechanism.code: one for one in of("MN").reaches}["stockholm"]
    both.services.filter(mechanism__code="stockholm").delete()
    after = {one.mechanism.code: one for one in of("MN").reaches}["stockholm"]
    assert after.unlisted == stockholm.unlisted + 1
    assert both in of("MN").centres, "still under Basel"
    assert Designation.objects.as_of(date).filter(centre=both, mechanism__code="stockholm").exists()


def test_the_queries_are_the_same_for_any_country():
    """Some are left out where there is nothing to join; Kenya, which hosts and is served by many, needs all."""
    for iso2 in ("KE", "TH", "PA", "EG", "CU", "MN", "LI"):
        country = Country.objects.with_name_on(NOTE).get(iso2=iso2)
        with CaptureQueriesContext(connection) as captured:
            assert lens(country, NOTE).gaps
        assert len(captured) <= 26, iso2


# The page


@pytest.mark.one_database
@each_language
def test_the_page_says_the_gaps_and_what_is_unknown(client: Client, lang: str):
    main = page(client, lang, "mn")
    with translation.override(lang):
        found = of("MN")
        gaps = [text for _mechanism, text in found.gaps]
    assert gaps
    assert [one.text for one in main.all("dl", cls="facts")[0].all("dd")] == gaps
    assert str(found.unlisted) in main.children_of("article")[0].text
    assert [one["href"] for one in main.all("a") if "/regions/" in one["href"]] == [
        f"/{lang}/regions/{one.region.code}/" for one in found.memberships
    ]


def test_a_centre_abroad_stands_under_the_name_that_its_country_had(client: Client):
    Service.objects.create(
        centre=Centre.objects.get(code="czechia-scrc"),
        country=Country.objects.get(iso2="SK"),
        mechanism=Mechanism.objects.get(code="stockholm"),
    )
    sections = page(client, "en", "sk", as_of=NOTE_DATE).all("section", cls="lens")
    text = " ".join(one.text for one in sections)
    assert "Czech Republic" in text
    assert "Czechia" not in text.replace("(Czechia)", "")


# The brief in Word


def brief(client: Client, lang: str, iso2: str, **query: str) -> Any:
    response = client.get(f"/{lang}/countries/{iso2}/", {"format": "docx", **query})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == DOCX
    date = query.get("as_of") or today().isoformat()
    assert response.headers["Content-Disposition"] == f'attachment; filename="brief-{iso2}-{date}.docx"'
    return read_docx(io.BytesIO(response.content))


@pytest.mark.one_database
@each_language
@pytest.mark.parametrize("iso2", ["mn", "ke", "cz", "li"])
@pytest.mark.parametrize("as_of", ["", NOTE_DATE])
def test_the_brief_says_what_the_page_says(client: Client, lang: str, iso2: str, as_of: str):
    query = {"as_of": as_of} if as_of else {}
    word = brief(client, lang, iso2, **query)
    main = page(client, lang, iso2, **query)
    with translation.override(lang):
        found = of(iso2.upper(), NOTE if as_of else None)
        text = "\n".join(cell.text for row in word.tables[0].rows for cell in row.cells)
        assert word.paragraphs[0].text == main.one("h1").text == found.name
        assert all(centre.name in text for centre in [*found.centres, *found.hosted])
        assert all(sentence in text for _mechanism, sentence in found.gaps)
        assert all(one.region.name in text and one.region.scheme.name in text for one in found.memberships)
    headings = [one.text for one in main.all("h2")]
    shaded = [row.cells[0].text for row in word.tables[0].rows if len({cell._tc for cell in row.cells}) == 1]
    assert shaded[0] in headings
    notes = [one.text for one in word.paragraphs[1:]]
    assert any(("2010" if as_of else str(today().year)) in note for note in notes)
    assert any(str(Dataset.current().revision) in note for note in notes)
    address = notes[-1]
    assert address.startswith(f"http://testserver/{lang}/countries/{iso2}/?as_of=")
    assert client.get(address.removeprefix("http://testserver")).status_code == 200


@pytest.mark.one_database
def test_the_brief_has_the_names_of_the_date(client: Client):
    then = brief(client, "en", "cz", as_of=NOTE_DATE)
    assert then.paragraphs[0].text == "Czech Republic"
    assert then.paragraphs[1].text == "Name today: Czechia"
    now = brief(client, "en", "cz")
    assert now.paragraphs[0].text == "Czechia"
    assert now.paragraphs[1].text == "Former name: Czech Republic (until 16 May 2016)"


@pytest.mark.one_database
def test_each_centre_is_a_row_with_its_sources(client: Client):
    word = brief(client, "en", "ke")
    rows = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    found = of("KE")
    kept = [row for row in rows if len(set(row)) == 3]
    assert len(kept) - 1 == len(found.centres) + len(found.hosted), "under the header"
    (institute,) = [row for row in kept if "Africa Institute" in row[1]]
    assert institute[0] == "A Basel centres\nD Stockholm centres"
    assert institute[1].endswith("(Pretoria, South Africa)")
    assert institute[2].startswith("A regional centre, decision III/19, since 1995\nD regional or subregional centre")
    marks = word.element.body.xpath(".//w:footnoteReference")
    assert len(marks) >= len(kept) - 1


@pytest.mark.one_database
@each_language
@pytest.mark.parametrize(
    "query", ["format=pdf", "format=docx&format=docx", "format=docx&as_of=soon", "format=docx&q=a"]
)
def test_a_wrong_request_for_the_brief_is_refused(client: Client, lang: str, query: str):
    assert client.get(f"/{lang}/countries/ke/?{query}").status_code == 400
    assert client.get(f"/{lang}/countries/xx/?format=docx").status_code == 404


def test_a_portrait_document_is_upright_and_its_last_cell_runs_across():
    def said(text: str) -> Content:
        return Content((("en", text),))

    header, lines = (said("a"), said("b"), said("c")), (Line((said("d"), said("e"))), Line((said("f"),)))
    for is_portrait in (True, False):
        data = write_docx(Document("en", "T", (), header, lines, is_portrait=is_portrait))
        word = read_docx(io.BytesIO(data))
        section, (first, second, third) = word.sections[0], word.tables[0].rows
        assert (section.orientation == WD_ORIENT.PORTRAIT) == is_portrait == (section.page_width < section.page_height)
        room = section.page_width - section.left_margin - section.right_margin
        for row, texts in ((first, "abc"), (second, "dee"), (third, "fff")):
            assert "".join(cell.text for cell in row.cells) == texts
            widths = {cell._tc: cell.width for cell in row.cells}
            assert abs(sum(widths.values()) - room) < 2000
