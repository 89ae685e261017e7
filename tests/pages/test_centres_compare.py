"""The page on which centres stand beside each other: its address is its whole state, and no cell is blank."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from centres.comparison import Verdict
from centres.models import Centre
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
CODES = ["china-bcrc-scrc", "nigeria-bccc", "senegal-bcrc-scrc", "fao-africa-office", "who-cc-niehs"]


def page(client: Client, lang: str, *codes: str, **more: str) -> Element:
    """Return the main part of the comparison of the centres."""
    response = client.get(f"/{lang}/centres/compare/", {"centre": codes, **more})
    assert response.status_code == 200
    return parse(response).one("main")


def refusal(client: Client, lang: str, *codes: str) -> str:
    """Return the message of a page that refuses the centres."""
    response = client.get(f"/{lang}/centres/compare/", {"centre": codes})
    assert response.status_code == 400
    problem = parse(response).one("main").one("dl", cls="problems")
    assert "centre" in problem.one("code").text
    return problem.all("dd")[0].text


def row(main: Element, number: int) -> Element:
    """Return a row of the table."""
    return main.one("tbody").all("tr")[number]


@each_language
@pytest.mark.parametrize("as_of", ["", NOTE_DATE])
def test_no_cell_is_blank_and_each_names_its_sources(client: Client, lang: str, as_of: str):
    main = page(client, lang, *CODES, **({"as_of": as_of} if as_of else {}))
    rows = main.one("tbody").all("tr")
    assert len(rows) == 11
    query = f"?as_of={as_of}" if as_of else ""
    columns = [one["href"] for one in main.one("thead").all("a")]
    assert columns == [f"/{lang}/centres/{code}/{query}" for code in CODES], "in the order of the address"
    with translation.override(lang):
        labels = {verdict.value: str(verdict.label) for verdict in Verdict}
    for one in rows:
        verdict = one.one("th", scope="row").one(cls="verdict")
        (code,) = verdict.classes - {"verdict"}
        assert verdict.text == labels[code]
        cells = one.all("td")
        assert len(cells) == len(CODES)
        for cell in cells:
            assert cell["data-label"]
            said = [part.text for part in cell.all("p") if "cite" not in part.classes]
            assert said, one.text
            assert all(said), one.text
            assert cell.all(cls="cite"), one.text
    table = main.one("table")
    assert table.one("caption").text
    assert all(one.get("scope") for one in table.all("th"))


@each_language
def test_what_all_of_them_serve_stands_above_the_table(client: Client, lang: str):
    main = page(client, lang, "egypt-bcrc", "senegal-bcrc-scrc", as_of=NOTE_DATE)
    above = main.children_of("p")[-1]
    links = [one["href"] for one in above.all("a")]
    assert links
    cells = [{one["href"] for one in cell.all("a")} for cell in row(main, 5).all("td")]
    assert set(links) <= cells[0] & cells[1]
    assert all(link.endswith(f"/?as_of={NOTE_DATE}") for link in links)
    if lang == "en":
        assert above.text.startswith("All of them serve: ")


def test_an_unknown_set_is_said_to_be_unknown(client: Client):
    main = page(client, "en", "egypt-bcrc", "nigeria-bccc")
    above = main.children_of("p")[-1].text
    assert "unknown" in above
    assert Centre.objects.get(code="nigeria-bccc").name_en in above
    assert Centre.objects.get(code="egypt-bcrc").name_en not in above
    assert "no source gives the set" in row(main, 5).all("td")[1].text


def test_that_no_country_is_common_is_said(client: Client):
    main = page(client, "en", "china-bcrc-scrc", "senegal-bcrc-scrc")
    assert main.children_of("p")[-1].text == "There is no country that all of them serve."


def test_the_functions_that_all_have_are_said(client: Client):
    head = row(page(client, "en", "china-bcrc-scrc", "nigeria-bccc"), 6).one("th").text
    assert "Common to all: Training, Technology transfer" in head
    assert "Networking" not in head


def test_a_country_has_the_name_of_the_date(client: Client):
    then = row(page(client, "en", "czechia-scrc", "china-bcrc-scrc", as_of=NOTE_DATE), 1).all("td")[0].text
    now = row(page(client, "en", "czechia-scrc", "china-bcrc-scrc"), 1).all("td")[0].text
    assert "Czech Republic" in then
    assert "Czechia" in now


@each_language
@pytest.mark.parametrize("codes", [[], CODES[:1], [CODES[0], CODES[0]]])
def test_with_none_or_one_there_is_a_chooser(client: Client, lang: str, codes: list[str]):
    main = page(client, lang, *codes, as_of=NOTE_DATE)
    assert not main.all("table")
    chooser = main.one("details", cls="chooser")
    assert "open" in chooser.attributes
    with translation.override(lang):
        order = [one.code for one in Centre.objects.in_reading_order() if one.code not in codes]
    assert [one["value"] for one in chooser.one("select").all("option")] == ["", *order]
    kept = {(one["name"], one["value"]) for one in chooser.all("input", type="hidden")}
    assert kept == {("as_of", NOTE_DATE), *(("centre", code) for code in codes)}
    prefix = "".join(f"centre={code}&" for code in dict.fromkeys(codes))
    adding = {one["href"] for one in chooser.all("a")}
    assert adding == {f"/{lang}/centres/compare/?{prefix}centre={code}&as_of={NOTE_DATE}" for code in order}
    assert len(main.all("li", cls="chip")) == len(set(codes))


@each_language
def test_one_click_takes_a_centre_away(client: Client, lang: str):
    main = page(client, lang, *CODES[:3], as_of=NOTE_DATE)
    links = [one["href"] for one in main.one("ul", cls="chips").all("a") if one.get("aria-label")]
    kept = [[code for code in CODES[:3] if code != gone] for gone in CODES[:3]]
    assert links == ["?" + "&".join(f"centre={code}" for code in codes) + f"&as_of={NOTE_DATE}" for codes in kept]
    assert main.one("ul", cls="chips").one("a", cls="small")["href"] == f"/{lang}/centres/compare/?as_of={NOTE_DATE}"


@each_language
def test_five_are_the_most(client: Client, lang: str):
    chooser = page(client, lang, *CODES).one("details", cls="chooser")
    assert not chooser.all("select")
    assert not chooser.all("a")
    message = refusal(client, lang, *CODES, "egypt-bcrc")
    assert message
    if lang == "en":
        assert message == "Choose at most five centres."
    assert len(page(client, lang, *CODES, CODES[0]).one("thead").all("a")) == 5, "one that is named twice is one"


@each_language
def test_an_unknown_centre_is_named(client: Client, lang: str):
    message = refusal(client, lang, "nowhere", CODES[0])
    assert "nowhere" in message
    assert Centre.objects.in_reading_order()[0].code


def test_two_centres_take_as_many_queries_as_five(client: Client):
    def queries(codes: list[str]) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, "en", *codes)
        return len(captured)

    queries(CODES)
    assert queries(CODES[:3:2]) == queries(CODES)


@each_language
def test_the_directory_leads_there(client: Client, lang: str):
    main = parse(client.get(f"/{lang}/centres/?mechanism=basel&as_of={NOTE_DATE}")).one("main")
    (form,) = [one for one in main.all("form") if one.get("action") == f"/{lang}/centres/compare/"]
    assert form.one("input", type="hidden")["value"] == NOTE_DATE
    boxes = form.all("input", type="checkbox", name="centre")
    rows = form.one("ul", cls="results").children_of("li")
    assert [f"/{lang}/centres/{box['value']}/?as_of={NOTE_DATE}" for box in boxes] == [
        one.one("h2").one("a")["href"] for one in rows
    ]
    assert len(form.all("button")) == 1


@each_language
def test_a_centres_page_leads_there(client: Client, lang: str):
    main = parse(client.get(f"/{lang}/centres/{CODES[0]}/?as_of={NOTE_DATE}")).one("main")
    links = [one["href"] for one in main.all("a")]
    assert f"/{lang}/centres/compare/?centre={CODES[0]}&as_of={NOTE_DATE}" in links


def test_no_centre_has_the_pages_name():
    assert not Centre.objects.filter(code="compare").exists()
