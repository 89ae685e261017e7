"""Spreadsheets as editors send and get them, XLSX or CSV: the text of every cell, and nothing of Excel behind it."""

import csv
import datetime
import io
import unicodedata
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.exports.document import is_formula_like
from publishing.exports.table import is_number

# openpyxl is imported where a workbook is at hand: loading it makes every start slower and every worker larger.
if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: Many times what the whole directory takes.
MOST_BYTES = 10 * 2**20
#: A workbook is packed: a few kilobytes can unpack to gigabytes. Read, a byte of it takes some twenty.
MOST_BYTES_UNPACKED = 20 * 2**20
#: Of its parts other than sheets and texts, which are read as a whole: fonts, formats, names.
MOST_BYTES_BESIDE = 2**20
#: Somebody has to read through the differences.
MOST_ROWS = 5000
#: Twice what the widest list has.
MOST_COLUMNS = 100
#: Excel has no more, and no longer text in a cell.
LAST_ROW, MOST_SIGNS = 2**20, 32_767
#: Excel takes no longer list of allowed values.
LONGEST_LIST = 255
DELIMITERS = ",;\t"
ZIP, OLE, PDF = b"PK", b"\xd0\xcf\x11\xe0", b"%PDF-"
#: Of a workbook what may be large: sheets and texts, which are read piece by piece, and what is not read at all.
LARGE = ("xl/worksheets/", "xl/sharedstrings", "xl/media/", "xl/drawings/", "docprops/thumbnail")

CONTROL = gettext_lazy("a control character is no text")
# Its value may be missing or out of date, and nobody has seen it when the differences are looked at.
FORMULA = gettext_lazy("a formula: put its value here")
ERROR = gettext_lazy("an error of the spreadsheet program stands here")
TIME = gettext_lazy("a time of day: a date is expected, or text")


class UnreadableSheet(Exception):
    """A file cannot be read as a table; the text says why and what to do."""


@dataclass
class Sheet:
    """The table of a file.

    Attributes:
        header: the names of the columns, in the row ``header_row`` of the file.
        rows: the texts of the cells by the number of the row in the file; rows without any are left out.
        problems: what is wrong with a cell, by row and place in the row; its text is then empty.
    """

    header: list[str] = field(default_factory=list)
    header_row: int = 0
    rows: dict[int, list[str]] = field(default_factory=dict)
    problems: dict[tuple[int, int], Any] = field(default_factory=dict)

    def add(self, number: int, cells: Iterable[tuple[str, Any]]) -> None:
        """Add a row.

        Args:
            number: of the row in the file.
            cells: of each the text and what is wrong with it.

        Raises:
            UnreadableSheet: the table is too long or too wide, or a text is too long.
        """
        texts: list[str] = []
        is_faulty = False
        for place, (text, problem) in enumerate(cells):
            if place == MOST_COLUMNS:
                raise UnreadableSheet(_("A table has %(number)s columns at most.") % {"number": MOST_COLUMNS})
            if len(text) > MOST_SIGNS:
                values = {"row": number, "number": MOST_SIGNS}
                raise UnreadableSheet(_("Row %(row)s: a cell has %(number)s characters at most.") % values)
            if any(unicodedata.category(one) == "Cc" and not one.isspace() for one in text):
                text, problem = "", CONTROL
            if problem:
                self.problems[number, place] = problem
                is_faulty = True
            texts.append(_unescaped(text.strip()))
        if not any(texts) and not is_faulty:
            return
        if not self.header:
            self.header, self.header_row = texts, number
            return
        if len(self.rows) == MOST_ROWS:
            raise UnreadableSheet(_("A table has %(number)s rows at most: divide it.") % {"number": MOST_ROWS})
        self.rows[number] = texts


def read_sheet(name: str, data: bytes) -> Sheet:
    """Return the table of a file: of a workbook its first sheet.

    Args:
        name: the file's.
        data: what it holds.

    Raises:
        UnreadableSheet: it is no workbook and no text, has macros, or is too large.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableSheet(_("A file has %(number)s megabytes at most.") % {"number": MOST_BYTES // 2**20})
    if data.startswith(OLE):
        raise UnreadableSheet(_("This is a protected or an old Excel file: save it as .xlsx, without a password."))
    sheet = Sheet()
    if data.startswith(ZIP):
        _read_workbook(data, sheet)
    elif name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise UnreadableSheet(_("This is no Excel workbook, whatever its name says."))
    elif data.startswith(PDF) or (b"\0" in data and not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))):
        raise UnreadableSheet(_("This is neither a workbook nor text."))
    else:
        _read_text(_decoded(data), sheet)
    if not sheet.header:
        raise UnreadableSheet(_("The table is empty."))
    if not sheet.rows:
        raise UnreadableSheet(_("There are no rows under the names of the columns."))
    return sheet


def _decoded(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data.startswith(BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        # Chinese Excel saves CSV in the latter; hardly any of its texts is by chance also the former.
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet(_("The text is neither UTF-8 nor UTF-16 nor GB18030: save it as CSV UTF-8."))


def _read_text(text: str, sheet: Sheet) -> None:
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    # That a cell is too long is not for the reader to say: it knows no better words.
    csv.field_size_limit(MOST_BYTES)
    try:
        for number, cells in enumerate(reader, 1):
            sheet.add(number, ((cell, None) for cell in cells))
    except csv.Error as error:
        values = {"line": reader.line_num}
        raise UnreadableSheet(
            _("Not readable as CSV at line %(line)s: look at the quotation marks there.") % values
        ) from error


def _read_workbook(data: bytes, sheet: Sheet) -> None:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
        beside = [part.file_size for part in parts if not part.filename.lower().startswith(LARGE)]
        if sum(part.file_size for part in parts) > MOST_BYTES_UNPACKED or sum(beside) > MOST_BYTES_BESIDE:
            values = {"number": MOST_BYTES_UNPACKED // 2**20}
            raise UnreadableSheet(_("A workbook has %(number)s megabytes at most when unpacked.") % values)
        if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
            raise UnreadableSheet(_("This workbook has macros: save it as .xlsx."))
        book = load_workbook(io.BytesIO(data), read_only=True)
        for number, cells in _stored_rows(book.worksheets[0]):
            sheet.add(number, cells)
    except UnreadableSheet:
        raise
    # The library fails on a broken file with whatever it stumbles over.
    except Exception as error:
        raise UnreadableSheet(_("This is no Excel workbook, or it is damaged.")) from error


def _stored_rows(table: Any) -> Iterator[tuple[int, list[tuple[str, Any]]]]:
    """Yield number and cells of each row that a sheet has.

    The library's own rows fill up what is missing, and a file can say that its one row has the number ten thousand
    million.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book = table.parent
    with table._get_source() as source:
        parser = WorkSheetParser(
            source,
            table._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if number > LAST_ROW:
                raise UnreadableSheet(_("A table has %(number)s rows at most: divide it.") % {"number": MOST_ROWS})
            texts = {cell["column"]: _read_cell(cell["value"], cell["data_type"]) for cell in cells}
            filled = [column for column, cell in texts.items() if any(cell)]
            yield number, [texts.get(column, ("", None)) for column in range(1, max(filled, default=0) + 1)]


def _read_cell(value: Any, data_type: str) -> tuple[str, Any]:
    """Return the text of a cell, and what is wrong with it."""
    if value is None:
        return "", None
    if data_type in {"f", "e"}:
        return "", FORMULA if data_type == "f" else ERROR
    if isinstance(value, bool):
        return str(value).lower(), None
    if isinstance(value, float):
        # As it would be written: "1992" of 1992.0, no exponent.
        return f"{Decimal(str(value)).normalize():f}", None
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat(), None
    if isinstance(value, datetime.datetime | datetime.time | datetime.timedelta):
        return "", TIME
    return str(value), None


def _is_marked(text: str) -> bool:
    return is_formula_like(text.lstrip("'"))


def _escaped(text: str) -> str:
    return f"'{text}" if _is_marked(text) and not is_number(text) else text


def _unescaped(text: str) -> str:
    # Of the apostrophes before what is like a formula the first is the mark of whoever wrote the file.
    return text[1:] if text.startswith("'") and _is_marked(text) else text


def csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV that Excel reads right; an apostrophe keeps it from computing."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_escaped(text) for text in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(
    lines: Iterable[Sequence[str]], allowed: Sequence[Sequence[str]], guide: Iterable[Sequence[str]]
) -> bytes:
    """Return a workbook of two sheets: a table, all of it text, and what its columns are.

    Args:
        lines: the table, names of the columns first.
        allowed: of each column the values that may stand in it; nothing where that is no list.
        guide: the other sheet.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    table = book.active
    if not isinstance(table, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    table.title = _("records")
    _write(table, lines)
    table.freeze_panes = "B2"
    for place, values in enumerate(allowed, 1):
        letter = get_column_letter(place)
        # Else Excel takes "2010-06" for a day.
        table.column_dimensions[letter].number_format = "@"
        table.column_dimensions[letter].width = 24
        if values and len(choices := ",".join(values)) <= LONGEST_LIST:
            validation = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            validation.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
            table.add_data_validation(validation)
    about = book.create_sheet(_("columns"))
    _write(about, guide)
    for letter, width in zip("ABCD", (22, 40, 14, 80), strict=True):
        about.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: "Worksheet", lines: Iterable[Sequence[str]]) -> None:
    from openpyxl.cell import Cell
    from openpyxl.styles import Font

    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(row, column)
            if not isinstance(cell, Cell) or not text:
                continue
            # What would be taken for the mark of a CSV file gets one.
            cell.value = _escaped(text) if text.startswith("'") else text
            # Text stays text, whatever it begins with.
            cell.data_type, cell.number_format = "s", "@"
            if row == 1:
                cell.font = Font(bold=True)
