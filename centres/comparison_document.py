"""Centres beside each other, and the rows of the directory, as a table to take away."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from centres.columns import COLUMNS
from centres.comparison import Cell, Comparison, Row
from centres.models import Centre
from centres.wording import cell_lines
from publishing.dates import PartialDate
from publishing.exports import Content, Document, Line
from sources.references import references

#: Which row of the comparison says what a column of the directory does.
KINDS = {"mechanisms": "designations", "host": "hosts", "served": "countries"}


def centres_document(comparison: Comparison, language: str) -> Document:
    """Return the comparison of centres as a document in ``language``, which must be active."""
    return Document(
        language=language,
        title=_("Compare centres"),
        notes=(),
        header=(
            Content(((language, _("What is compared")),)),
            *(_centre(centre, language) for centre in comparison.centres),
        ),
        lines=tuple(
            Line((_name(row, language), *(_cell(row, cell, comparison, language) for cell in row.cells)))
            for row in comparison.rows
        ),
    )


def directory_document(comparison: Comparison, columns: Iterable[str], notes: Iterable[str], language: str) -> Document:
    """Return a list of centres, a row each, as a document in ``language``, which must be active.

    Args:
        comparison: of all of them, in the order of the list.
        columns: those of the directory's table, in the order in which they stand there.
        notes: by what the list was filtered.
    """
    rows = [(code, comparison.by_code[KINDS.get(code, code)]) for code in columns]
    return Document(
        language=language,
        title=_("Centres, offices and networks"),
        notes=tuple(notes),
        header=(
            Content(((language, _("Name")),)),
            *(Content(((language, str(COLUMNS[code][0])),), key=code) for code, _row in rows),
        ),
        lines=tuple(
            Line(
                (
                    _centre(centre, language),
                    *(_cell(row, row.cells[n], comparison, language, counted=True) for _code, row in rows),
                )
            )
            for n, centre in enumerate(comparison.centres)
        ),
    )


def _centre(centre: Centre, language: str) -> Content:
    return Content(((language, centre.name),), key=centre.code)


def _name(row: Row, language: str) -> Content:
    name = _("%(name)s (%(note)s)") % {"name": row.name, "note": row.verdict.label}
    return Content(((language, name),), key=row.code)


def _cell(row: Row, cell: Cell, comparison: Comparison, language: str, *, counted: bool = False) -> Content:
    lines = cell_lines(row, cell, PartialDate(comparison.date), counted=counted)
    return Content(tuple((language, line) for line in lines), references(cell.citations, ""))
