"""Writing a document as an Excel workbook."""

import io

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from publishing.exports.document import Content, Document, Reference, is_formula_like

FIRST_WIDTH, WIDTH = 26, 44  # in characters
WRAPPED = Alignment(wrap_text=True, vertical="top")
SHADE = PatternFill("solid", fgColor="E9EDF1")


def write_xlsx(document: Document) -> bytes:
    """Return a workbook: the table with frozen header and first column, its sources as links, what it is."""
    book = Workbook()
    references, numbers = document.numbered()
    table = book.active
    if not isinstance(table, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    table.title = document.table
    _write_table(table, document, numbers)
    with translation.override(document.language):
        _write_sources(book.create_sheet(_("Sources")), references)
        about = book.create_sheet(_("About"))
    for row, note in enumerate((document.title, *document.notes), 1):
        _put(about, row, 1, note)
    about.column_dimensions["A"].width = 100
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_table(sheet: Worksheet, document: Document, numbers: dict[Reference, int]) -> None:
    for column, cell in enumerate(document.header, 1):
        _put(sheet, 1, column, cell.text).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = FIRST_WIDTH if column == 1 else WIDTH
    for row, line in enumerate(document.lines, 2):
        for column, cell in enumerate(line.cells, 1):
            place = _put(sheet, row, column, _with_numbers(cell, numbers))
            if line.is_heading or column == 1:
                place.font = Font(bold=True)
        if line.is_heading:
            for column in range(1, len(document.header) + 1):
                sheet.cell(row, column).fill = SHADE
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"


def _with_numbers(cell: Content, numbers: dict[Reference, int]) -> str:
    marks = "".join(f" [{numbers[reference]}]" for reference in cell.references)
    return f"{cell.text}{marks}"


def _write_sources(sheet: Worksheet, references: list[Reference]) -> None:
    for column, title in enumerate(("#", _("Source"), _("Address")), 1):
        _put(sheet, 1, column, title).font = Font(bold=True)
    for number, reference in enumerate(references, 1):
        sheet.cell(number + 1, 1, number)
        _put(sheet, number + 1, 2, reference.text)
        link = _put(sheet, number + 1, 3, reference.url)
        link.hyperlink = reference.url
        link.style = "Hyperlink"
    sheet.column_dimensions["B"].width = 80
    sheet.column_dimensions["C"].width = 80
    sheet.freeze_panes = "A2"


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write ``text`` as text: what begins like a formula stays what it says."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError("the sheet has no merged cells")
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = is_formula_like(text)
    cell.alignment = WRAPPED
    return cell
