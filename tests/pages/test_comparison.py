"""The comparison: no cell is blank, every row says in words how its cells stand to each other."""

import pytest
from django.test import Client
from django.utils import translation

from mechanisms.comparison import Verdict
from mechanisms.models import Criterion, Mechanism
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = pytest.mark.usefixtures("content")

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def compared(client: Client, lang: str, mechanisms: list[str], **more: object) -> Element:
    """Return the main part of a comparison."""
    response = client.get(f"/{lang}/compare/", {"mechanism": mechanisms, **more})
    assert response.status_code == 200
    return parse(response).one("main")


def rows(page: Element) -> list[Element]:
    """Return the rows of the table, without those of headings."""
    return [row for body in page.one("table").all("tbody") for row in body.all("tr") if "group" not in row.classes]


@each_language
@pytest.mark.parametrize("as_of", ["", NOTE_DATE])
def test_no_cell_is_blank(client: Client, lang: str, as_of: str):
    codes = list(Mechanism.objects.values_list("code", flat=True))
    page = compared(client, lang, codes, **({"as_of": as_of} if as_of else {}))
    assert len(codes) == 8
    assert Criterion.objects.count() > 20
    expected = len(codes) - (1 if as_of else 0)
    names = [one.text for one in page.one("thead").all("a")]
    assert len(names) == len(set(names)) == expected
    found = rows(page)
    assert len(found) == Criterion.objects.count()
    for row in found:
        cells = row.all("td")
        assert [cell["data-label"] for cell in cells] == names, "on a phone each cell says whose it is"
        for cell in cells:
            said = [one.text for one in cell.all("p") if not one.classes & {"cite", "tags"}]
            assert said, row.text
            assert all(len(text) > 3 or text.isdecimal() for text in said), said
            silent = cell.all(cls="is-silent")
            # What is stated names its source and its date; what is not says so in words.
            assert silent or (cell.all(cls="cite") and cell.all("p", cls="date")), cell.text
            assert all(one.text for one in silent)


@each_language
def test_every_row_says_its_verdict_in_words(client: Client, lang: str):
    with translation.override(lang):
        labels = {verdict.value: str(verdict.label) for verdict in Verdict}
    page = compared(client, lang, ["basel", "stockholm", "ncpc", "who"])
    met = set()
    for row in rows(page):
        verdict = row.one("th").one(cls="verdict")
        (code,) = verdict.classes - {"verdict"}
        assert verdict.text == labels[code]
        met.add(code)
    assert len(met) > 1
    assert len(set(labels.values())) == len(labels)


@each_language
def test_criteria_and_mechanisms_can_be_chosen(client: Client, lang: str):
    page = compared(client, lang, ["who", "basel"], criterion=["legal-status", "governance"], as_of=NOTE_DATE)
    assert len(rows(page)) == 2
    assert [one["href"].split("/")[3] for one in page.one("thead").all("a")] == ["basel", "who"]
    ticked = {(one["name"], one["value"]) for one in page.all("input") if "checked" in one.attributes}
    assert ticked == {
        ("mechanism", "basel"),
        ("mechanism", "who"),
        ("criterion", "legal-status"),
        ("criterion", "governance"),
    }
    table = page.one("table")
    assert table.one("caption").text
    assert all(one.get("scope") for one in table.all("th"))


@each_language
def test_a_column_can_be_dropped_while_two_stay(client: Client, lang: str):
    page = compared(client, lang, ["who", "basel", "ncpc"], criterion="legal-status")
    links = {one["href"] for one in page.one("ul", cls="chips").all("a") if one.get("aria-label")}
    kept = "&criterion=legal-status"
    assert links == {
        f"?mechanism=basel&mechanism=ncpc{kept}",
        f"?mechanism=who&mechanism=ncpc{kept}",
        f"?mechanism=who&mechanism=basel{kept}",
    }
    page = compared(client, lang, ["who", "basel"])
    assert not [one for one in page.one("ul", cls="chips").all("a") if one.get("aria-label")]


@each_language
def test_with_nothing_chosen_there_is_a_chooser(client: Client, lang: str):
    page = compared(client, lang, [])
    assert not page.all("table")
    assert "open" in page.one("details", cls="chooser").attributes
    assert len(page.all("input", name="mechanism")) == 8
    assert len(page.all("input", name="criterion")) == Criterion.objects.count()
