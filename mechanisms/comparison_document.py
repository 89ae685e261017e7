"""The comparison as a table to take away: exactly the rows and cells on the screen."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from mechanisms.comparison import Cell, Row, Verdict
from mechanisms.comparison_filters import ComparisonFilterSet
from mechanisms.models import Mechanism
from mechanisms.wording import words
from publishing.exports import Content, Document, Line
from publishing.languages import content_language
from publishing.models import CodedModel
from publishing.serializers import choice_labels
from sources.references import references


def comparison_document(filterset: ComparisonFilterSet, notes: Iterable[str] = (), base: str = "") -> Document:
    """Return what the parameters show as a document in the active language and, if both are asked for, the other too.

    Args:
        notes: what it says of itself.
        base: scheme and host before the addresses of sources.
    """
    language = content_language()
    comparison, languages = filterset.comparison(), filterset.languages(language)
    transpose = filterset.is_on("transpose")
    first = _("Mechanism") if transpose else _("Criterion")
    if transpose:
        header = [_names(row.criterion, "name", languages, row.verdict) for row in comparison.rows]
        lines = [
            Line((_names(one, "short_name", languages), *(_cell(cell, languages, base) for cell in cells)))
            for one, cells in comparison.columns
        ]
    else:
        header = [_names(one, "short_name", languages) for one in comparison.mechanisms]
        lines = []
        for group, rows in comparison.groups:
            lines.append(Line((_names(group, "name", languages),), is_heading=True))
            lines += [_line(row, languages, base) for row in rows]
    return Document(
        language=language,
        title=_("Comparison of mechanisms of technical assistance"),
        notes=tuple(notes),
        header=(Content(((language, first),)), *header),
        lines=tuple(lines),
        name=f"comparison-{comparison.date.isoformat()}",
        table=_("Comparison"),
    )


def _line(row: Row, languages: list[str], base: str) -> Line:
    first = _names(row.criterion, "name", languages, row.verdict)
    return Line((first, *(_cell(cell, languages, base) for cell in row.cells)))


def _names(record: CodedModel, field: str, languages: list[str], verdict: Verdict | None = None) -> Content:
    """Return a record's name in each language, and a row's verdict behind it."""
    names = []
    for language in languages:
        name = getattr(record, build_localized_fieldname(field, language))
        if isinstance(record, Mechanism):
            name = f"{record.letter} {name}"
        if verdict is not None:
            with translation.override(language):
                name = _("%(name)s (%(note)s)") % {"name": name, "note": choice_labels(Verdict)[verdict][language]}
        names.append((language, name))
    return Content(tuple(names), key=record.code)


def _cell(cell: Cell, languages: list[str], base: str) -> Content:
    paragraphs = tuple((language, line) for language in languages for line in _lines(cell, language))
    citations = cell.finding.cited if cell.finding else ()
    return Content(paragraphs, references(citations, base))


def _lines(cell: Cell, language: str) -> list[str]:
    with translation.override(language):
        return words(cell, language).lines
