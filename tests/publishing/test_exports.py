"""What is taken away opens where it is taken: Excel, Word and a script; small documents first, then the real table."""

import csv
import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from openpyxl import load_workbook

from mechanisms.models import Criterion, Mechanism
from publishing.exports import MEDIA_TYPES, WRITERS, Content, Document, Line, Reference
from publishing.exports.csv import write_csv
from publishing.exports.docx import write_docx
from publishing.exports.table import Table, csv_lines, xlsx_bytes
from publishing.exports.xlsx import write_xlsx
from publishing.models import Dataset
from sources.models import Citation
from tests.mechanisms.tables import API, PAGE
from tests.pages.walk import LANGUAGES, NOTE_DATE

each_language = pytest.mark.parametrize("lang", LANGUAGES)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ADDRESS = "http://testserver/en/compare/?mechanism=basel"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]
HARMLESS = ["1-1", "a=1", "'quoted", " =1", "“=”"]


def content(text: str, *references: Reference) -> Content:
    return Content((("en", text),), references)


def reference(source: str, place: str) -> Reference:
    return Reference(
        source, f"{source} in full & <more>, {place}.", f"{source}, {place}", f"{ADDRESS}#{source}-{place}"
    )


FIRST, SECOND, AGAIN = reference("one", "para. 1"), reference("two", "p. 2"), reference("one", "para. 3")


def document(*texts: str, language: str = "en") -> Document:
    """Return a document with one row; its cells cite two, one and, of the first source, another place."""
    cells = (content(texts[0], FIRST, SECOND), content(texts[1], AGAIN), content(texts[2]))
    header = tuple(content(text) for text in ("Row", "A", "B", "C"))
    lines = (Line((content("Group"),), is_heading=True), Line((content("Name"), *cells)))
    return Document(language, "Title", ("As of today.", "Revision 7.", ADDRESS), header, lines, "name", "Table")


def parts(data: bytes) -> dict[str, ET.Element]:
    """Return every XML part of a Word file, parsed; fail where the file or one part is broken."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        names = [name for name in file.namelist() if name.endswith((".xml", ".rels"))]
        assert len(names) == len(set(names))
        return {name: ET.fromstring(file.read(name)) for name in names}  # noqa: S314


def texts(element: ET.Element) -> str:
    """Return all text inside an element of a Word file."""
    return "".join(one.text or "" for one in element.iter(f"{W}t"))


def footnotes(found: dict[str, ET.Element]) -> dict[int, str]:
    """Return the footnotes of a Word file by number, the lines above them left out."""
    return {
        int(one.attrib[f"{W}id"]): texts(one).strip()
        for one in found["word/footnotes.xml"]
        if f"{W}type" not in one.attrib
    }


# CSV


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_guards_what_a_spreadsheet_would_compute(text):
    rows = list(csv.reader(io.StringIO(write_csv(document(text, "b", "c"), bom=False).decode(), newline="")))
    assert rows[2][1] == f"'{text}\n[one, para. 1; two, p. 2]"
    written = write_csv(Document("en", "", (), (content(text),), (Line((content(text),)),)), bom=False)
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [[f"'{text}"], [f"'{text}"]]


@pytest.mark.parametrize("text", HARMLESS)
def test_csv_leaves_other_texts_alone(text):
    written = write_csv(Document("en", "", (), (content(text),), ()), bom=False).decode()
    assert next(csv.reader(io.StringIO(written, newline=""))) == [text]


def test_csv_has_a_mark_for_excel_and_as_many_columns_in_each_row():
    data = write_csv(document("中文", "b", "c"))
    assert data == b"\xef\xbb\xbf" + write_csv(document("中文", "b", "c"), bom=False)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [4, 4, 4]
    assert rows[1] == ["Group", "", "", ""]


# Excel


@pytest.mark.parametrize("text", [*(one for one in DANGEROUS if one[0] not in "\t\r"), "=HYPERLINK(1)", *HARMLESS])
def test_a_workbook_computes_nothing(text):
    book = load_workbook(io.BytesIO(write_xlsx(document("a", text, text))))
    for sheet in book:
        assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    cell = book.worksheets[0]["D3"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@"))


def test_a_workbook_is_frozen_wrapped_and_prints_its_header():
    sheet = load_workbook(io.BytesIO(write_xlsx(document("a", "b", "c")))).worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(cells) == 9
    assert all(cell.alignment.wrap_text and cell.alignment.vertical == "top" for cell in cells)


def test_a_workbook_numbers_its_sources_and_links_to_them():
    book = load_workbook(io.BytesIO(write_xlsx(document("a", "b", "c"))))
    assert book.sheetnames == ["Table", "Sources", "About"]
    table, sources, about = book.worksheets
    assert [table.cell(3, column).value for column in range(1, 5)] == ["Name", "a [1] [2]", "b [3]", "c"]
    assert [cell.value for cell in sources[1]] == ["#", "Source", "Address"]
    for number, one in enumerate((FIRST, SECOND, AGAIN), 1):
        row = sources[number + 1]
        assert [cell.value for cell in row] == [number, one.text, one.url]
        assert row[2].hyperlink.target == one.url.partition("#")[0] or row[2].hyperlink.target == one.url
    assert sources.max_row == 4
    assert [row[0].value for row in about.iter_rows()] == ["Title", "As of today.", "Revision 7.", ADDRESS]


# Lists, as page and API give them


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@SUM(A1)", "＝1", *HARMLESS, "-1.5"])
def test_the_file_of_a_list_computes_nothing(text):
    table, records = Table(SimpleNamespace(fields={"name": None}), None), [{"name": text}]
    lines = b"".join(csv_lines(table, records)).decode()
    guarded = text if text in {*HARMLESS, "-1.5"} else f"'{text}"
    assert list(csv.reader(io.StringIO(lines, newline=""))) == [["name"], [guarded]]
    cell = load_workbook(io.BytesIO(xlsx_bytes(table, records, [])))["data"]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


# Word


def test_a_word_file_is_a_landscape_page_whose_header_repeats():
    found = parts(write_docx(document("a", "b", "c")))
    body = found["word/document.xml"]
    (size,) = body.iter(f"{W}pgSz")
    assert size.attrib[f"{W}orient"] == "landscape"
    width, height = int(size.attrib[f"{W}w"]), int(size.attrib[f"{W}h"])
    # A4 in twentieths of a point.
    assert (abs(width - 16838), abs(height - 11906)) <= (3, 3)
    rows = list(body.iter(f"{W}tr"))
    assert [len(list(row.iter(f"{W}tblHeader"))) for row in rows] == [1, 0, 0]
    (span,) = rows[1].iter(f"{W}gridSpan")
    assert span.attrib[f"{W}val"] == "4"
    assert [texts(paragraph) for paragraph in list(body.iter(f"{W}p"))[:4]] == [
        "Title",
        "As of today.",
        "Revision 7.",
        ADDRESS,
    ]


def test_footnotes_stand_in_order_each_with_one_mark():
    found = parts(write_docx(document("a", "b", "c")))
    marks = [int(one.attrib[f"{W}id"]) for one in found["word/document.xml"].iter(f"{W}footnoteReference")]
    assert marks == [1, 2, 3]
    # The second time a source is named in short.
    assert footnotes(found) == {1: FIRST.text, 2: SECOND.text, 3: AGAIN.short}
    assert {one.attrib[f"{W}type"] for one in found["word/footnotes.xml"] if f"{W}type" in one.attrib} == {
        "separator",
        "continuationSeparator",
    }
    related = [one.attrib["Target"] for one in found["word/_rels/document.xml.rels"]]
    assert sum("footnotes.xml" in one for one in related) == 1
    kinds = [one.attrib for one in found["[Content_Types].xml"] if one.attrib.get("PartName") == "/word/footnotes.xml"]
    assert [one["ContentType"].rpartition(".")[2] for one in kinds] == ["footnotes+xml"]


@pytest.mark.parametrize(("language", "code"), [("en", "en-GB"), ("zh-hans", "zh-CN")])
def test_every_run_names_its_language_and_an_east_asian_font(language, code):
    found = parts(write_docx(document("中文", "b", "c", language=language)))
    runs = [
        run
        for name in ("word/document.xml", "word/footnotes.xml")
        for run in found[name].iter(f"{W}r")
        if run.find(f"{W}t") is not None and texts(run).strip()
    ]
    assert len(runs) > 10
    for run in runs:
        (fonts,) = run.iter(f"{W}rFonts")
        assert fonts.attrib[f"{W}eastAsia"] == "SimSun"
        (lang,) = run.iter(f"{W}lang")
        assert lang.attrib[f"{W}eastAsia"] == "zh-CN"
        assert lang.attrib[f"{W}val"] in {code, "en-GB"}, "the cells here are English"


@pytest.mark.parametrize("columns", range(1, 10))
def test_the_columns_of_a_word_file_fill_the_page(columns):
    cells = tuple(content(str(n)) for n in range(columns))
    body = parts(write_docx(Document("en", "T", (), cells, (Line(cells),))))["word/document.xml"]
    for row in body.iter(f"{W}tr"):
        widths = [int(one.attrib[f"{W}w"]) for one in row.iter(f"{W}tcW")]
        assert len(widths) == columns
        assert abs(sum(widths) - (16838 - 2 * 850)) < 30


# The real comparison

pytestmark = pytest.mark.one_database
real = pytest.mark.usefixtures("content")


def taken(client: Client, lang: str, wanted: str, **more: Any) -> Any:
    """Return the answer with the file from the page."""
    return client.get(
        PAGE.format(lang=lang), {"mechanism": ["basel", "who", "ncpc"], "as_of": NOTE_DATE, "format": wanted, **more}
    )


@real
@each_language
@pytest.mark.parametrize("wanted", WRITERS)
def test_a_file_has_a_name_and_a_type(client: Client, lang: str, wanted: str):
    response = taken(client, lang, wanted)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == MEDIA_TYPES[wanted]
    assert response.headers["Content-Disposition"] == f'attachment; filename="comparison-{NOTE_DATE}.{wanted}"'
    state = {"mechanism": ["basel", "who"], "format": wanted, "lang": lang}
    assert client.get(API, state).headers["Content-Type"] == MEDIA_TYPES[wanted]


@real
@each_language
def test_only_the_page_gives_a_byte_order_mark(client: Client, lang: str):
    assert taken(client, lang, "csv").content.startswith(b"\xef\xbb\xbf")
    answer = client.get(API, {"mechanism": ["basel", "who"], "format": "csv", "lang": lang}).content
    assert not answer.startswith(b"\xef\xbb\xbf")
    assert answer.decode().startswith("Criterion," if lang == "en" else "比较项目,")


@real
def test_a_statement_that_looks_like_a_formula_is_a_text_in_every_file(client: Client):
    Mechanism.objects.filter(code="basel").update(short_name_en="=1+1")
    Criterion.objects.filter(code="legal-status").update(name_en="=cmd|'/c calc'!A0")
    table = {"transpose": "true", "criterion": ["legal-status", "governance"]}
    rows = list(csv.reader(io.StringIO(taken(client, "en", "csv", **table).content.decode("utf-8-sig"), newline="")))
    assert rows[0][1].startswith("'=cmd")
    book = load_workbook(io.BytesIO(taken(client, "en", "xlsx", **table).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).startswith("=cmd") and cell.quotePrefix for cell in cells)


@real
@each_language
def test_the_sources_of_a_workbook_lead_to_their_pages(client: Client, lang: str):
    sources = load_workbook(io.BytesIO(taken(client, lang, "xlsx").content)).worksheets[1]
    rows = list(sources.iter_rows(min_row=2))
    assert len(rows) > 20
    assert [row[0].value for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        link = row[2].hyperlink
        target = f"{link.target}#{link.location}" if link.location and "#" not in link.target else link.target
        assert target == row[2].value
        assert target.startswith(f"http://testserver/{lang}/sources/")
    for row in rows[::10]:
        assert client.get(row[2].value.partition("#")[0]).status_code == 200


def shown(client: Client, lang: str, **more: Any) -> dict[str, ET.Element]:
    """Return the parts of the Word file."""
    return parts(taken(client, lang, "docx", **more).content)


@real
@each_language
@pytest.mark.parametrize("more", [{}, {"transpose": "true"}, {"view": "bilingual"}], ids=str)
def test_the_footnotes_of_the_comparison_are_its_citations(client: Client, lang: str, more: dict[str, str]):
    found = shown(client, lang, **more)
    body, notes = found["word/document.xml"], footnotes(found)
    marks = [int(one.attrib[f"{W}id"]) for one in body.iter(f"{W}footnoteReference")]
    assert marks == list(range(1, len(marks) + 1)) == sorted(notes)
    data = client.get(API, {"mechanism": ["basel", "who", "ncpc"], "as_of": NOTE_DATE, "lang": lang}).json()
    cells = [row["cells"] for row in data["rows"]]
    if "transpose" in more:
        cells = [list(column) for column in zip(*cells, strict=True)]
    cited = [one for row in cells for cell in row for one in cell["citations"]]
    titles = {one["source"]: (one["symbol"], one["title"]) for one in cited}
    # One footnote a source in each cell, with all its places.
    expected: list[tuple[str, list[str]]] = []
    for row in cells:
        for cell in row:
            places: dict[str, list[str]] = {}
            for one in cell["citations"]:
                places.setdefault(one["source"], []).append(one["place"])
            expected += places.items()
    assert len(expected) == len(notes) > 40
    names = {one.source.code: str(one.source) for one in Citation.objects.select_related("source")}
    assert names
    seen = set()
    for (source, places), note in zip(expected, notes.values(), strict=True):
        symbol, title = titles[source]
        assert all(place in note for place in places), note
        if source not in seen:
            assert (symbol or title.replace("《", "〈").replace("》", "〉")) in note
        assert len(note) > 8
        seen.add(source)


@real
@each_language
@pytest.mark.parametrize("more", [{}, {"transpose": "true"}, {"view": "bilingual"}], ids=str)
def test_the_comparison_in_word_says_what_it_is(client: Client, lang: str, more: dict[str, str]):
    found = shown(client, lang, **more)
    paragraphs = [texts(one) for one in found["word/document.xml"].iter(f"{W}p")]
    title, date, revision, address = paragraphs[:4]
    assert ("机制" in title) == (lang != "en")
    assert ("7 June 2010" if lang == "en" else "2010年6月7日") in date
    assert re.findall("[0-9]+", revision) == [str(Dataset.current().revision)]
    assert address.startswith(f"http://testserver/{lang}/compare/?mechanism=basel&")
    assert "format" not in address
    assert client.get(address.removeprefix("http://testserver")).status_code == 200
    rows = [[texts(cell) for cell in row.iter(f"{W}tc")] for row in found["word/document.xml"].iter(f"{W}tr")]
    criteria, mechanisms = Criterion.objects.count(), 3
    if "transpose" in more:
        assert [len(row) for row in rows] == [criteria + 1] * (mechanisms + 1)
    else:
        assert len([row for row in rows if len(row) == 1]) == 6, "headings run across"
        assert [len(row) for row in rows if len(row) > 1] == [mechanisms + 1] * (criteria + 1)
    assert all(cell.strip() for row in rows for cell in row)
    codes = {one.attrib[f"{W}val"] for one in found["word/document.xml"].iter(f"{W}lang")}
    own = "zh-CN" if lang != "en" else "en-GB"
    assert codes == ({"en-GB", "zh-CN"} if "view" in more else {own})


@real
@each_language
@pytest.mark.parametrize("wanted", WRITERS)
def test_a_bilingual_file_has_both_languages_in_each_cell(client: Client, lang: str, wanted: str):
    data = taken(client, lang, wanted, view="bilingual", criterion="term-and-renewal").content
    if wanted == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    elif wanted == "xlsx":
        rows = [[str(one or "") for one in row] for row in load_workbook(io.BytesIO(data)).worksheets[0].values]
    else:
        table = parts(data)["word/document.xml"].iter(f"{W}tr")
        rows = [[texts(cell) for cell in row.iter(f"{W}tc")] for row in table]
    assert len(rows) == 3
    for cell in [*rows[0][1:], *rows[2]]:
        assert re.search("[a-z]{4}", cell), cell
        assert re.search("[一-鿿]{2}", cell), cell
        latin, chinese = (re.search(one, cell) for one in ("[a-z]{4}", "[一-鿿]{2}"))
        assert latin
        assert chinese
        assert (latin.start() < chinese.start()) == (lang == "en"), "the page's language first"
