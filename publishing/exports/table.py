"""A list of the API as a flat table, and how it is written: CSV, Excel, GeoJSON."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from modeltranslation.utils import build_localized_fieldname

from publishing.exports.document import is_formula_like
from publishing.renderers import json_bytes
from publishing.serializers import LANGUAGES, NAMED_SCHEMA, STATUS_SCHEMA, TEXT_SCHEMA

#: Between several values in one cell.
SEPARATOR = "; "
#: What names an object in a list: the first that it has.
NAMES = ("key", "reference", "code")


class Table:
    """The columns of a serializer's records.

    A translated text has a column a language ("name_en"), a related thing one for its code and one
    for its name a language ("country", "country_name_en"), a list one for the codes of its items, and
    the state of the translation one a language and one for the texts that are out of date.

    Args:
        serializer: of the list, unbound.
        lang: the one language of ``?lang=``; all if left out.
    """

    def __init__(self, serializer: Any, lang: str | None) -> None:
        self.columns: list[tuple[str, tuple[str, ...]]] = []
        languages = (
            [(build_localized_fieldname("", code), (code,)) for code in LANGUAGES] if lang is None else [("", ())]
        )
        for name, field in serializer.fields.items():
            schema = _schema(serializer, name, field)
            if schema is NAMED_SCHEMA:
                self.columns.append((name, (name, "code")))
                self.columns += [(f"{name}_name{suffix}", (name, "name", *path)) for suffix, path in languages]
            elif schema is TEXT_SCHEMA:
                self.columns += [(f"{name}{suffix}", (name, *path)) for suffix, path in languages]
            elif schema is STATUS_SCHEMA:
                self.columns += [
                    (build_localized_fieldname(name, step), (name, step)) for step in STATUS_SCHEMA["properties"]
                ]
            else:
                self.columns.append((name, (name,)))

    @property
    def header(self) -> list[str]:
        return [name for name, _path in self.columns]

    def row(self, record: dict[str, Any]) -> list[str]:
        """Return the cells of a record as the serializer writes it."""
        cells = []
        for _name, path in self.columns:
            value: Any = record
            for step in path:
                value = None if value is None else value[step]
            cells.append(_text(value))
        return cells


def _schema(serializer: Any, name: str, field: Any) -> Any:
    """Return how the OpenAPI document describes a field, where the portal says it itself."""
    for described in (field, getattr(serializer, f"get_{name}", None)):
        schema = getattr(described, "_spectacular_annotation", {}).get("field")
        if schema is not None:
            return schema
    return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return SEPARATOR.join(_named(one) for one in value)
    return json_bytes(value).decode() if isinstance(value, dict) else str(value)


def _named(item: Any) -> str:
    if not isinstance(item, dict):
        return _text(item)
    name = next((item[name] for name in NAMES if name in item), item)
    return _text(name)


def csv_lines(table: Table, records: Iterable[dict[str, Any]], *, bom: bool = False) -> Iterator[bytes]:
    """Yield the lines of a CSV file in UTF-8.

    Args:
        bom: begin with a byte order mark, without which Excel misreads Chinese; scripts want none.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if bom:
        out.write("\ufeff")
    for cells in _rows(table, records):
        # An apostrophe keeps a spreadsheet from computing what a reader should read.
        writer.writerow([f"'{text}" if is_formula_like(text) and not is_number(text) else text for text in cells])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _rows(table: Table, records: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    yield table.header
    for record in records:
        yield table.row(record)


def is_number(text: str) -> bool:
    """Tell whether a text is a plain number, such as a southern latitude, which no spreadsheet computes."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def xlsx_bytes(table: Table, records: Iterable[dict[str, Any]], notes: Iterable[str]) -> bytes:
    """Return an Excel workbook of one sheet, and one that says what it is.

    Args:
        notes: lines of the second sheet: date shown, revision, address.
    """
    # Loaded only where a workbook is made, as in publishing/exports/__init__.py.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.freeze_panes = "B2"
    for cells in _rows(table, records):
        row = []
        for text in cells:
            cell = WriteOnlyCell(sheet, value=text)
            # Text stays text, whatever it begins with.
            cell.data_type = "s"
            row.append(cell)
        sheet.append(row)
    about = book.create_sheet("about")
    for note in notes:
        about.append([note])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def geojson_bytes(records: Iterable[tuple[dict[str, Any], tuple[float, float] | None]]) -> bytes:
    """Return a GeoJSON feature collection (RFC 7946).

    Args:
        records: each with its longitude and latitude; None where it has no place.
    """
    features = [
        {
            "type": "Feature",
            "geometry": None if point is None else {"type": "Point", "coordinates": point},
            "properties": record,
        }
        for record, point in records
    ]
    return json_bytes({"type": "FeatureCollection", "features": features})
