"""Briefs on mechanisms and comparisons: on as many pages as they say, with footnotes, and nothing cut in the middle."""

import io
import re
from math import ceil
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document as read_docx
from docx.shared import Pt

from mechanisms.models import Criterion, Finding, Mechanism
from publishing.filters import today
from publishing.models import Dataset
from tests.pages.markup import parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_view = pytest.mark.parametrize("view", ["", "bilingual"])
CHINESE = re.compile("[\u3000-\u9fff\uff00-\uff60]")
#: Points of a page less its margins, upright and across.
HEIGHTS = {True: 756, False: 510}


def taken(client: Client, path: str, pages: int, **query: Any) -> Any:
    """Return a brief as a Word file, after checking that it is on no more pages than asked for."""
    response = client.get(path, {"format": f"brief-{pages}", **query})
    assert response.status_code == 200
    name = rf'attachment; filename="brief-[a-z0-9-]+-{query.get("as_of", today().isoformat())}-{pages}\.docx"'
    assert re.fullmatch(name, response.headers["Content-Disposition"])
    word = read_docx(io.BytesIO(response.content))
    assert used(word) <= pages * HEIGHTS[word.sections[0].page_width < word.sections[0].page_height]
    return word


def used(word: Any) -> float:
    """Return how many points the text takes: a count of its own, by letters of usual size."""
    section = word.sections[0]
    across = (section.page_width - section.left_margin - section.right_margin) / Pt(1)
    total = sum(height(one.text, across, 9) + 2 for one in word.paragraphs)
    for row in word.tables[0].rows:
        cells = {cell._tc: cell for cell in row.cells}.values()
        total += max(sum(height(one.text, cell.width.pt - 11, 9) + 2 for one in cell.paragraphs) for cell in cells)
    return total + sum(height(text, across, 8) for text in footnotes(word))


def height(text: str, width: float, size: int) -> float:
    wide = len(CHINESE.findall(text))
    lines = max(1, ceil(size * (wide + 0.42 * (len(text) - wide)) / width))
    return lines * size * (1.35 if wide else 1.15)


def footnotes(word: Any) -> list[str]:
    (part,) = [one.target_part for one in word.part.rels.values() if one.reltype.endswith("/footnotes")]
    notes = re.findall(r'<w:footnote w:id="\d+">(.*?)</w:footnote>', part.blob.decode(), re.DOTALL)
    return [" ".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", note)).strip() for note in notes]


def rows(word: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in word.tables[0].rows]


@each_language
@each_view
@pytest.mark.parametrize("pages", [1, 3])
def test_a_brief_on_each_mechanism_fits_and_says_what_it_is(client: Client, lang: str, view: str, pages: int):
    for mechanism in Mechanism.objects.order_by("position"):
        path = f"/{lang}/mechanisms/{mechanism.code}/"
        word = taken(client, path, pages, **({"view": view} if view else {}))
        notes = [one.text for one in word.paragraphs if one.text]
        name = mechanism.name_en if lang == "en" else mechanism.name_zh_hans
        assert notes[0] == f"{mechanism.letter} {name}"
        assert str(today().year) in notes[1]
        assert str(Dataset.current().revision) in notes[2]
        assert notes[-1] == f"http://testserver{path}?as_of={today().isoformat()}"
        assert client.get(notes[-1]).status_code == 200
        marks = [int(one) for one in word.element.body.xpath(".//w:footnoteReference/@w:id")]
        assert marks == list(range(1, len(footnotes(word)) + 1))
        assert len(marks) > 5
        text = "\n".join("\n".join(row) for row in rows(word))
        assert bool(CHINESE.search(text)) == (lang != "en" or bool(view))
        assert bool(re.search("[a-z]{3} [a-z]{3} [a-z]", text)) == (lang == "en" or bool(view))


def test_a_page_has_codes_and_three_have_whole_sentences(client: Client):
    finding = Finding.objects.latest_as_of(today()).get(mechanism__code="basel", criterion__code="host-arrangement")
    options = ", ".join(finding.options.in_reading_order().values_list("name_en", flat=True))
    one, three = (dict(row[:2] for row in rows(taken(client, "/en/mechanisms/basel/", pages))) for pages in (1, 3))
    name = finding.criterion.name_en
    assert one[name] == options
    assert three[name] in {options, "\n".join([options, finding.text_en, three[name].split("\n")[-1]])}
    texts = set(Finding.objects.filter(mechanism__code="basel").values_list("text_en", flat=True))
    whole = [said for said in three.values() if texts & set(said.split("\n"))]
    assert len(whole) > 8
    criteria = set(Criterion.objects.values_list("name_en", flat=True))
    assert criteria <= set(three), "three pages have each criterion"
    # What is not among the rows of one page is named or counted above them.
    (left,) = [note.text for note in taken(client, "/en/mechanisms/basel/", 1).paragraphs if "Left out" in note.text]
    (count,) = re.findall(r"Left out, (\d+) rows", left)
    assert int(count) >= len(criteria - set(one)) > 0


@each_language
@each_view
@pytest.mark.parametrize("pages", [1, 3])
def test_a_brief_on_a_comparison_has_its_columns_and_the_rows_that_differ(
    client: Client, lang: str, view: str, pages: int
):
    state = {"mechanism": ["basel", "who", "ncpc"], "as_of": NOTE_DATE, **({"view": view} if view else {})}
    word = taken(client, f"/{lang}/compare/", pages, **state)
    found = rows(word)
    assert len(found[0]) == 4
    body = [row for row in found[1:] if len(set(row)) > 1]
    differs = "(differs)" if lang == "en" else "（不同）"
    assert len(body) > 3
    assert all(differs in row[0] for row in body) or any("Left out" not in one.text for one in word.paragraphs)
    # One footnote a row, with the letters of the mechanisms whose source it is.
    assert len(footnotes(word)) == len(body)
    assert all(re.match("[AFG] .", note) for note in footnotes(word))
    assert parse(client.get(word.paragraphs[-1].text or word.paragraphs[-2].text)).one("main")


def test_a_comparison_has_criteria_as_rows_whatever_the_page_has(client: Client):
    state = {"mechanism": ["basel", "who"]}
    upright, across = (rows(taken(client, "/en/compare/", 1, **state, **more)) for more in ({}, {"transpose": "true"}))
    assert upright == across


def test_a_comparison_of_everything_still_fits(client: Client):
    codes = list(Mechanism.objects.values_list("code", flat=True))
    for pages in (1, 3):
        word = taken(client, "/zh-hans/compare/", pages, mechanism=codes, view="bilingual")
        assert len(rows(word)[0]) == len(codes) + 1
        assert len(rows(word)) > 2


@each_language
@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("mechanisms/basel/", "format=brief", "format"),
        ("mechanisms/basel/", "format=docx", "format"),
        ("mechanisms/basel/", "format=brief-1&view=both", "view"),
        ("mechanisms/basel/", "view=bilingual", "view"),
        ("mechanisms/basel/", "format=brief-1&format=brief-3", "format"),
        ("compare/", "mechanism=basel&mechanism=who&format=brief-2", "format"),
        ("countries/ke/", "format=brief-2", "format"),
        ("countries/ke/", "view=bilingual", "view"),
        ("regions/who-wpro/", "format=docx", "format"),
    ],
)
def test_a_wrong_request_for_a_brief_is_refused(client: Client, lang: str, path: str, query: str, name: str):
    response = client.get(f"/{lang}/{path}?{query}")
    assert response.status_code == 400
    assert name in parse(response).one(role="alert").one("code").text


@pytest.mark.parametrize("path", ["mechanisms/basel/", "countries/ke/", "regions/un-africa/"])
def test_the_page_offers_its_briefs(client: Client, path: str):
    page = parse(client.get(f"/en/{path}", {"as_of": NOTE_DATE})).one("details", cls="briefs")
    links = [one["href"] for one in page.all("a")]
    assert len(links) == 4
    for link in links:
        assert f"as_of={NOTE_DATE}" in link
        assert client.get(f"/en/{path}{link}").headers["Content-Type"].endswith("wordprocessingml.document")


def test_a_brief_costs_no_query_a_row(client: Client):
    counts = []
    for codes in (["basel", "who"], list(Mechanism.objects.values_list("code", flat=True))):
        with CaptureQueriesContext(connection) as captured:
            taken(client, "/en/compare/", 3, mechanism=codes)
        counts.append(len(captured))
    assert counts[0] == counts[1] < 16
    with CaptureQueriesContext(connection) as captured:
        taken(client, "/en/mechanisms/basel/", 3)
    assert len(captured) < 28
