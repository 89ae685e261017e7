"""Writing a document as a Word file in the style of a United Nations conference-room paper."""

import io
from collections.abc import Iterator
from itertools import count
from xml.sax.saxutils import escape

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from publishing.exports.document import Content, Document

A4_LONG, A4_SHORT, MARGIN = Mm(297), Mm(210), Mm(15)
#: Word takes the first for Latin letters and the second for Chinese characters.
LATIN_FONT, CHINESE_FONT = "Times New Roman", "SimSun"
WORD_LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
#: Characters of the longest cell times columns: about a third of a page.
LONGEST_WHOLE_ROW = 2400
FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def write_docx(document: Document) -> bytes:
    """Return a table whose header row repeats on each page and whose sources are numbered footnotes."""
    word = new_document()
    _set_page(word, document)
    title = word.add_paragraph()
    title.paragraph_format.space_after = Pt(6)
    _write_run(title, document.title, document.language, bold=True, size=14)
    for note in document.notes:
        _write_run(word.add_paragraph(), note, document.language, size=9)
    marks = count(1)
    table = word.add_table(rows=0, cols=len(document.header))
    table.style = "Table Grid"
    table.autofit = False
    widths = column_widths(len(document.header), (A4_SHORT if document.is_portrait else A4_LONG) - 2 * MARGIN)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    header = table.add_row()
    for place, cell in zip(header.cells, document.header, strict=True):
        _write_cell(place, cell, marks, bold=True)
    _repeat_on_each_page(header)
    for line in document.lines:
        row = table.add_row()
        # A row that fills most of a page must be split, or the page before it stays empty.
        if max(len(cell.text) for cell in line.cells) * len(document.header) < LONGEST_WHOLE_ROW:
            _keep_whole(row)
        places = row.cells[: len(line.cells)]
        if len(places) < len(row.cells):
            places = (*places[:-1], places[-1].merge(row.cells[-1]))
        is_bold = line.is_heading or len(line.cells) > 1
        for column, (place, cell) in enumerate(zip(places, line.cells, strict=True)):
            _write_cell(place, cell, marks, bold=is_bold and column == 0, shaded=line.is_heading)
    _add_footnotes(word, [text for _line, texts in document.with_footnotes() for text in texts], document.language)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _set_page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT if document.is_portrait else WD_ORIENT.LANDSCAPE
    sides = (A4_SHORT, A4_LONG) if document.is_portrait else (A4_LONG, A4_SHORT)
    section.page_width, section.page_height = sides
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    word.core_properties.title = document.title
    word.core_properties.language = WORD_LANGUAGES[document.language]
    normal = word.styles["Normal"]
    normal.font.size = Pt(9)
    normal.paragraph_format.space_after = Pt(2)
    # The library's own template has wider lines.
    normal.paragraph_format.line_spacing = 1
    _set_fonts(normal.element.get_or_add_rPr(), document.language)


def _set_fonts(properties: object, language: str) -> None:
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), LATIN_FONT)
    fonts.set(qn("w:eastAsia"), CHINESE_FONT)
    lang = OxmlElement("w:lang")
    code = WORD_LANGUAGES[language]
    lang.set(qn("w:val"), code)
    lang.set(qn("w:eastAsia"), code if language.startswith("zh") else "zh-CN")
    properties.append(lang)  # type: ignore[attr-defined]


def column_widths(columns: int, room: int) -> list[int]:
    """Return the widths that fill ``room``: the first column narrower, the others alike."""
    if columns == 1:
        return [room]
    first = room // (columns + 1) if columns > 2 else room // 4
    return [first] + [(room - first) // (columns - 1)] * (columns - 1)


def _write_run(paragraph: Paragraph, text: str, language: str, *, bold: bool = False, size: int = 0) -> Run:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    _set_fonts(run._r.get_or_add_rPr(), language)
    return run


def _write_cell(place: _Cell, cell: Content, marks: Iterator[int], *, bold: bool = False, shaded: bool = False) -> None:
    """Write a cell; each of its sources becomes the next footnote."""
    paragraph = place.paragraphs[0]
    for number, (language, text) in enumerate(cell.paragraphs):
        if number:
            paragraph = place.add_paragraph()
        _write_run(paragraph, text, language, bold=bold)
    for number in range(len(cell.references)):
        if number:
            # A gap between two marks of one cell.
            paragraph.add_run(" ").font.superscript = True
        _add_mark(paragraph, next(marks))
    if shaded:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E9EDF1")
        place._tc.get_or_add_tcPr().append(shade)


def _add_mark(paragraph: Paragraph, number: int) -> None:
    run = paragraph.add_run()
    run.font.superscript = True
    mark = OxmlElement("w:footnoteReference")
    # Word keeps 0 for the line above the footnotes.
    mark.set(qn("w:id"), str(number))
    run._r.append(mark)


def _repeat_on_each_page(row: _Row) -> None:
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _add_footnotes(word: WordDocument, texts: list[str], language: str) -> None:
    """Add the part of the file that holds the footnotes; python-docx has none of its own."""
    code = WORD_LANGUAGES[language]
    notes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="16"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr><w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" w:eastAsia="{CHINESE_FONT}"/>'
        f'<w:sz w:val="16"/><w:lang w:val="{code}" w:eastAsia="zh-CN"/></w:rPr>'
        f'<w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
        for number, text in enumerate(texts, 1)
    )
    separators = (
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
        "</w:footnote>"
    )
    start = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>'
    xml = f"{start}{separators}{notes}</w:footnotes>"
    package = word.part.package
    part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES_TYPE, xml.encode(), package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
