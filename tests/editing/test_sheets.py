"""Reading spreadsheets as editors send them: encodings, numbers, dates, and what is no table."""

import datetime
import io
import itertools
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from editing import sheets
from editing.sheets import Sheet, UnreadableSheet, csv_bytes, read_sheet, xlsx_bytes

CHINESE = "code{0}note_zh_hans\r\nbasel{0}《巴塞尔公约》，镕\r\n"


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    """Return a good workbook with one more part."""
    out = io.BytesIO(workbook(["code"], ["basel"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


DOCTYPE = "<!DOCTYPE worksheet [{}]>"
EXTERNAL = '<!ENTITY e SYSTEM "file:///etc/hostname">'
#: Each of nine entities is ten of the one before: a billion letters.
LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise("abcdefghi")
)


def with_sheet(rows: str, doctype: str = "") -> bytes:
    """Return a workbook whose sheet has the column "code" and these rows, as they stand in the file."""
    good, out = zipfile.ZipFile(io.BytesIO(workbook(["code"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            text = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = doctype.encode() + text.replace(b"</sheetData>", f"{rows}</sheetData>".encode())
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_in_the_encodings_and_with_the_delimiters_of_editors(encoding: str, delimiter: str):
    sheet = read_sheet("x.csv", CHINESE.format(delimiter).encode(encoding))
    assert sheet == Sheet(["code", "note_zh_hans"], 1, {2: ["basel", "《巴塞尔公约》，镕"]})


def test_values_of_excel_are_taken_as_their_plain_text():
    values = [1992, 1992.0, -33.925, 0.00001, True, datetime.date(2010, 6, 7), datetime.datetime(2010, 6, 7), " a\nb "]
    sheet = read_sheet("x.xlsx", workbook(["x"] * 8, values))
    assert sheet.rows[2] == ["1992", "1992", "-33.925", "0.00001", "true", "2010-06-07", "2010-06-07", "a\nb"]
    assert not sheet.problems


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("=1+1", "a formula"),
        (ArrayFormula("A2", "=1+1"), "a formula"),
        ("#REF!", "an error"),
        (datetime.datetime(2010, 6, 7, 12), "a time of day"),
        (datetime.time(12), "a time of day"),
    ],
)
def test_a_cell_that_is_no_text_is_told(value: Any, message: str):
    sheet = read_sheet("x.xlsx", workbook(["code", "x"], ["basel", value]))
    ((place, problem),) = sheet.problems.items()
    assert place == (2, 1)
    assert str(problem).startswith(message)
    assert sheet.rows == {2: ["basel", ""]}


def test_rows_have_the_numbers_that_the_editor_sees():
    rows = [[], ["code"], [], ["a"], [None], ["b"]]
    for data in (workbook(*rows), b"\ncode\n\na\n,\nb\n"):
        sheet = read_sheet("x", data)
        assert (sheet.header_row, {number: row[0] for number, row in sheet.rows.items()}) == (2, {4: "a", 6: "b"})


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-a", "@x", "'=1", "''-a", "＝1", "-1.5", "'a", "a; b", 'say "x"', "两\n行"]
)
def test_what_we_write_is_read_as_it_was(text: str):
    lines = [["code", "x"], ["basel", text]]
    for data in (csv_bytes(lines), xlsx_bytes(lines, [["basel"], []], [["a"]])):
        sheet = read_sheet("x", data)
        assert sheet.rows == {2: ["basel", text]}
        assert not sheet.problems


def test_what_a_program_would_compute_is_marked():
    assert csv_bytes([["=1+1", "-a", "-1.5", "a", "＝1"]]) == "\ufeff'=1+1,'-a,-1.5,a,'＝1\r\n".encode()


def test_nothing_can_stand_in_a_cell_that_a_database_refuses():
    sheet = read_sheet("x.csv", b"code,no\1te\nba\1sel,b\n")
    assert "\1" not in repr(sheet)
    assert set(sheet.problems) == {(1, 1), (2, 0)}


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.csv", b"code\n\xff\xff\n", "neither UTF-8"),
        ("x.csv", "代码\n".encode("utf-16") + b"\0", "neither UTF-8"),
        ("x.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither a workbook nor text"),
        ("x.csv", b"%PDF-1.7\n1 0 obj\n", "neither a workbook nor text"),
        ("x.csv", b"MZ\x90\0\x03\0\0\0", "neither a workbook nor text"),
        ("x.csv", b"," * 10**6, "100 columns"),
        ("x.csv", b"code\n" + b"x" * 10**6, "Row 2: a cell has 32767 characters"),
        ("x.csv", b"code\n" + b"x" * 32_768, "Row 2: a cell has 32767 characters"),
        ("x.xlsx", with_sheet('<row r="2"><c r="ZZZ2" t="str"><v>a</v></c></row>'), "100 columns"),
        ("x.xlsx", with_sheet('<row r="99999999999"><c t="str"><v>a</v></c></row>'), "rows at most"),
        ("x.xlsx", with_sheet("", DOCTYPE.format('<!ENTITY a "a"><!ENTITY b "&a;&a;">')), "no rows"),
        ("x.xlsx", with_sheet("<row><c t='str'><v>&e;</v></c></row>", DOCTYPE.format(EXTERNAL)), "damaged"),
        ("x.xlsx", with_sheet("<row><c t='str'><v>&i;</v></c></row>", DOCTYPE.format(LAUGHS)), "damaged"),
        ("x.xlsx", with_part("xl/other.xml", bytes(2**20 + 1)), "when unpacked"),
        ("x.xlsx", with_part("xl/worksheets/sheet9.xml", bytes(25 * 2**20)), "when unpacked"),
        ("x.csv", b'code,x\nbasel,"open\n', "line 2"),
        ("x.csv", b"", "empty"),
        ("x.csv", b"\n,,\n", "empty"),
        ("x.csv", b"code,name_en\n\n", "no rows"),
        ("x.xlsx", workbook(), "empty"),
        ("x.xlsx", workbook(["code"]), "no rows"),
        ("x.xlsx", b"code\nbasel\n", "no Excel workbook"),
        ("x.xlsx", b"PK\x03\x04 and then nothing", "no Excel workbook"),
        ("x.xlsx", with_part("a", b"x")[:-40], "no Excel workbook"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        ("x.xlsm", with_part("xl/vbaProject.bin", b"x"), "macros"),
        ("renamed.xlsx", with_part("xl/VBAPROJECT.BIN", b"x"), "macros"),
        ("x.csv", b"," * 100 + b"code\n", "100 columns"),
    ],
)
def test_what_is_no_table_is_told(name: str, data: bytes, message: str):
    with pytest.raises(UnreadableSheet, match=message):
        read_sheet(name, data)


def test_what_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch):
    bomb = with_part("xl/media/zeros", bytes(2**20))
    assert len(bomb) < 20_000
    monkeypatch.setattr(sheets, "MOST_BYTES_UNPACKED", 2**20)
    with pytest.raises(UnreadableSheet, match="when unpacked"):
        read_sheet("x.xlsx", bomb)
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    assert read_sheet("x.csv", b"code\na\nb\n").rows
    for data in (b"code\na\nb\nc\n", workbook(["code"], ["a"], ["b"], ["c"])):
        with pytest.raises(UnreadableSheet, match="2 rows at most"):
            read_sheet("x", data)
    monkeypatch.setattr(sheets, "MOST_BYTES", 5)
    with pytest.raises(UnreadableSheet, match="megabytes"):
        read_sheet("x.csv", b"code\na\nb\n")


def test_a_workbook_offers_the_allowed_values_and_keeps_text_as_text():
    book = load_workbook(io.BytesIO(xlsx_bytes([["code", "role"], ["a", "2010-06"]], [[], ["x", "y"]], [["Column"]])))
    table, about = book.worksheets
    (validation,) = table.data_validations.dataValidation
    assert (validation.formula1, str(validation.sqref)) == ('"x,y"', "B2:B5001")
    assert table["B2"].number_format == table.column_dimensions["B"].number_format == "@"
    assert about["A1"].value == "Column"
