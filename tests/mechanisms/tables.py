"""The comparison as page, API and files give it, each read into the same form."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from openpyxl import Workbook, load_workbook

from mechanisms.models import FindingStatus, Mechanism
from publishing.dates import PartialDate, Precision
from tests.pages.markup import Element

PAGE, API = "/{lang}/compare/", "/api/v1/comparison/"
NUMBERS = re.compile(r"[0-9]+")
#: What is said of a cell without words of its own.
SILENCE = {
    "silent": "The sources read say nothing about it.",
    "not-applicable": "The question does not apply.",
    "not-assessed": "No statement has been recorded by this date.",
}


@dataclass(frozen=True)
class Said:
    """A cell in one language; empty where it has no such part."""

    status: str
    options: tuple[str, ...]
    number: str
    text: str
    date: str

    def line(self, lang: str) -> str:
        """Return the words as a file has them, with single spaces."""
        comma, colon = ("、", "：") if lang.startswith("zh") else (", ", ": ")
        said = f"{self.status}{colon}{self.text}" if self.status else self.text
        return plain(" ".join([comma.join(self.options), self.number, said, self.date]))


@dataclass(frozen=True)
class Table:
    """Names of columns and rows, a row's verdict, and a cell's words by row, column and language; criteria as rows."""

    columns: list[tuple[str, ...]]
    rows: list[tuple[str, ...]]
    verdicts: list[str]
    cells: list[list[list[Said]]]


def plain(text: str) -> str:
    """Return ``text`` with single spaces."""
    return " ".join(text.split())


def other(lang: str) -> str:
    """Return the portal's other language."""
    return "zh-hans" if lang == "en" else "en"


def languages(lang: str, state: dict[str, Any]) -> list[str]:
    """Return the languages of the cells."""
    return [lang, other(lang)] if state.get("view") == "bilingual" else [lang]


def turned(rows: list[list[Any]]) -> list[list[Any]]:
    """Return columns as rows."""
    return [list(column) for column in zip(*rows, strict=True)]


# The page


def page_table(main: Element, *, transposed: bool) -> Table:
    """Return the table of a page, with criteria as rows whichever way it stands; empty where the page has none."""
    if not main.all("table"):
        return Table([], [], [], [])
    table = main.one("table")
    head = table.one("thead").one("tr").all("th")[1:]
    body = [row for part in table.all("tbody") for row in part.all("tr") if "group" not in row.classes]
    side = [row.one("th") for row in body]
    mechanisms, criteria = (side, head) if transposed else (head, side)
    cells = [[said_on_page(cell) for cell in row.all("td")] for row in body]
    return Table(
        [tuple(span.text for span in one.one("a").all("span")) for one in mechanisms],
        [tuple(span.text for span in one.all("span") if "verdict" not in span.classes) for one in criteria],
        [(one.one(cls="verdict").classes - {"verdict"}).pop() for one in criteria],
        turned(cells) if transposed else cells,
    )


def said_on_page(cell: Element) -> list[Said]:
    """Return what a cell of the page says, once a language."""
    return [_said(part) for part in cell.children_of("div")]


def _said(part: Element) -> Said:
    def texts(cls: str) -> list[str]:
        return [one.text for one in part.all("p", cls=cls)]

    statuses = [one.text for one in part.all("span", cls="verdict")]
    (body,) = [one for one in part.all("p") if not one.classes & {"tags", "number", "cite"}]
    status = "".join(statuses)
    return Said(
        status,
        tuple(one.text for one in part.all("span", cls="tag")),
        "".join(texts("number")),
        plain(body.text.removeprefix(status)),
        "".join(texts("cite")),
    )


# The API


def api_table(data: dict[str, Any], langs: list[str]) -> Table:
    """Return what the API's answer in all languages must look like on a page."""
    return Table(
        [tuple(one["name"][lang] for lang in langs) for one in data["mechanisms"]] if data["rows"] else [],
        [tuple(row["criterion"]["name"][lang] for lang in langs) for row in data["rows"]],
        [row["verdict"] for row in data["rows"]],
        [[[_said_in(cell, row, lang) for lang in langs] for cell in row["cells"]] for row in data["rows"]],
    )


def _said_in(cell: dict[str, Any], row: dict[str, Any], lang: str) -> Said:
    with translation.override(lang):
        text = (cell["text"] or {}).get(lang) or gettext(SILENCE.get(cell["status"], ""))
        return Said(
            "" if cell["status"] == FindingStatus.STATED else cell["status_label"][lang],
            tuple(option["name"][lang] for option in cell["options"]),
            _number(cell["number"], is_year=row["criterion"]["code"] == "year-established"),
            plain(text),
            _date(cell),
        )


def _number(number: float | None, *, is_year: bool) -> str:
    if number is None:
        return ""
    return str(number) if is_year else f"{number:,}"


def _date(cell: dict[str, Any]) -> str:
    if cell["stated_on"] is None:
        return ""
    day = PartialDate.parse(cell["stated_on"])
    if cell["stated_on_precision"] == Precision.BY:
        return gettext("as read on %(date)s") % {"date": day.display()}
    date = PartialDate(day.date, cell["stated_on_precision"]).display()
    if cell["stated_on_precision"] == Precision.DAY:
        return gettext("stated on %(date)s") % {"date": date}
    return gettext("stated in %(date)s") % {"date": date}


# Files


def unguarded(text: str) -> str:
    """Return a cell of a CSV file without the apostrophe that guards it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_rows(data: bytes) -> list[list[str]]:
    """Return the rows of a CSV file, less those of headings, sources taken off."""
    rows = [[unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    return [[re.sub(r"\n\[[^\n]*\]$", "", cell) for cell in row] for row in rows if any(row[1:]) or row == rows[0]]


def workbook(data: bytes) -> Workbook:
    """Return an Excel file, opened."""
    return load_workbook(io.BytesIO(data))


def sheet(book: Workbook, number: int) -> list[list[Any]]:
    """Return the values of a sheet."""
    return [list(row) for row in book.worksheets[number].iter_rows(values_only=True)]


def xlsx_rows(book: Workbook) -> list[list[str]]:
    """Return the rows of the table in an Excel file, less those of headings, marks of sources taken off."""
    rows = [[str(cell or "") for cell in row] for row in sheet(book, 0)]
    return [[re.sub(r"( \[[0-9]+\])+$", "", cell) for cell in row] for row in rows if any(row[1:]) or row == rows[0]]


def file_rows(table: Table, data: dict[str, Any], langs: list[str], *, transposed: bool) -> list[list[str]]:
    """Return the rows that a file of ``table`` must have, with single spaces; the corner is the file's own."""
    letters = dict(Mechanism.objects.values_list("code", "letter"))
    mechanisms = [
        " ".join(f"{letters[one['code']]} {one['name'][lang]}" for lang in langs) for one in data["mechanisms"]
    ]
    criteria = [
        " ".join(_noted(name, row["verdict_label"][lang], lang) for name, lang in zip(names, langs, strict=True))
        for names, row in zip(table.rows, data["rows"], strict=True)
    ]
    cells = [
        [" ".join(said.line(lang) for said, lang in zip(cell, langs, strict=True)) for cell in row]
        for row in table.cells
    ]
    if transposed:
        head, side, cells = criteria, mechanisms, turned(cells)
    else:
        head, side = mechanisms, criteria
    # Where no row is left there is nothing but the header.
    return [["", *head], *([name, *row] for name, row in zip(side, cells, strict=True))] if cells else [["", *head]]


def _noted(name: str, note: str, lang: str) -> str:
    with translation.override(lang):
        return gettext("%(name)s (%(note)s)") % {"name": name, "note": note}


def without_corner(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows of a file with single spaces and an empty corner."""
    return [
        ["" if (row, column) == (0, 0) else plain(cell) for column, cell in enumerate(cells)]
        for row, cells in enumerate(rows)
    ]
