"""Briefs on a mechanism and on a comparison: coded answers before prose, and prose whole or not at all."""

from collections.abc import Iterable
from functools import partial
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mechanisms.comparison import Cell, Comparison, Row, Verdict
from mechanisms.figures import IndicatorFigures
from mechanisms.models import Mechanism, Provision
from mechanisms.wording import words
from publishing.briefs import Brief
from publishing.exports import Content, Document, Line, Reference
from publishing.languages import content_language
from publishing.serializers import choice_labels
from publishing.templatetags.portal import joined
from sources.references import cited

#: What a brief on a mechanism leaves out first where it has no room, by the highest number.
FACTS, CODED, FIGURES, PROSE, SILENT, PROVISIONS = range(1, 7)
#: The same of a comparison: rows that differ stay longest, and what cannot be compared goes first.
RANKS = {Verdict.DIFFERS: 1, Verdict.SILENT: 2, Verdict.SAME: 3, Verdict.UNCODED: 4}


def mechanism_brief(
    mechanism: Mechanism,
    comparison: Comparison,
    figures: Iterable[IndicatorFigures],
    provisions: Iterable[Provision],
    asked: Brief,
) -> Document:
    """Return all that a brief on a mechanism may have.

    Args:
        mechanism: from with_related().
        comparison: of it alone, on every criterion.
        figures: of it on the date.
        provisions: of it on the date, in reading order.
        asked: what the brief is to be.
    """
    facts = [
        (lambda: _("Functions"), mechanism.functions.all()),
        (lambda: _("Conventions"), mechanism.conventions.all()),
        (lambda: _("Funds"), mechanism.funds.all()),
    ]
    about = asked.content(lambda: mechanism.summary, cited([mechanism], asked))
    lines = [Line((about,), name=_("Summary"), rank=FACTS)]
    for label, records in facts:
        if records:
            lines.append(_line(asked.content(label), asked.content(partial(joined, records)), FACTS))
    for group, rows in comparison.groups:
        lines.append(asked.heading(partial(getattr, group, "name")))
        lines += [_criterion(row, asked) for row in rows]
    lines.append(asked.heading(lambda: _("Figures")))
    lines += [_figure(shown, asked) for shown in figures if shown.latest]
    if asked.is_detailed:
        for items, of_list in groupby(provisions, key=lambda provision: provision.list):
            lines.append(asked.heading(partial(getattr, items, "name")))
            lines += [_provision(one, asked) for one in of_list]
    return Document(
        language=asked.languages[0],
        title=f"{mechanism.letter} {mechanism.name}",
        notes=asked.notes,
        header=(asked.content(lambda: _("Criterion")), asked.content(lambda: _("What the sources say"))),
        lines=tuple(lines),
        name=f"brief-{mechanism.code}-{asked.date.isoformat()}",
        is_portrait=True,
    )


def comparison_brief(comparison: Comparison, asked: Brief) -> Document:
    """Return all that a brief on a comparison may have: criteria as rows, as it shows them."""
    lines = []
    for group, rows in comparison.groups:
        lines.append(asked.heading(partial(getattr, group, "name")))
        for row in rows:
            first = asked.content(partial(_with_verdict, row), _sources(row, asked))
            answers = [_answers(cell, asked) for cell in row.cells]
            whole, coded = ((first, *(answer[n] for answer in answers)) for n in range(2))
            lines.append(_of_two(whole, coded, asked, name=row.criterion.name, rank=RANKS[row.verdict]))
    columns = [asked.content(partial(getattr, one, "lettered")) for one in comparison.mechanisms]
    return Document(
        language=asked.languages[0],
        title=_("Comparison of mechanisms of technical assistance"),
        notes=asked.notes,
        header=(asked.content(lambda: _("Criterion")), *columns),
        lines=tuple(lines),
        name=f"brief-comparison-{asked.date.isoformat()}",
    )


def _sources(row: Row, asked: Brief) -> tuple[Reference, ...]:
    """Return one footnote on a row, with the source of each cell behind its mechanism's letter."""
    rows = [(cell.mechanism.letter, one) for cell in row.cells for one in _principal_of(cell, asked)]
    places = [f"{letter} {one.short.rstrip('.。')}" for letter, one in rows]
    text = pgettext("between items with commas", "; ").join(places)
    ended = pgettext("end of a citation", "%(text)s.") % {"text": text}
    return (Reference(f"criterion:{row.criterion.code}", ended, ended, rows[0][1].url),) if rows else ()


def _with_verdict(row: Row) -> str:
    verdict = choice_labels(Verdict)[row.verdict][content_language()]
    return _("%(name)s (%(note)s)") % {"name": row.criterion.name, "note": verdict}


def _principal_of(cell: Cell, asked: Brief) -> tuple[Reference, ...]:
    return cited([cell.finding] if cell.finding else [], asked)


def _answers(cell: Cell, asked: Brief, *cited: Reference) -> tuple[Content, Content]:
    """Return what a cell says, and its codes alone; where nothing is coded, the prose is all that there is."""

    def said(*, is_coded: bool) -> str:
        found = words(cell, content_language())
        return "\n".join(found.coded if is_coded else found.lines)

    return asked.content(lambda: said(is_coded=False), cited), asked.content(lambda: said(is_coded=True), cited)


def _of_two(whole: tuple[Content, ...], coded: tuple[Content, ...], asked: Brief, *, name: str, rank: int) -> Line:
    """Return a line in whole where there is room, else by its codes."""
    if asked.is_detailed and whole != coded:
        return Line(whole, name=name, rank=rank, shorter=coded)
    return Line(coded, name=name, rank=rank)


def _criterion(row: Row, asked: Brief) -> Line:
    (cell,) = row.cells
    is_coded = cell.finding is not None and bool(cell.finding.options.all() or cell.finding.number is not None)
    rank = CODED if is_coded else PROSE if cell.is_stated else SILENT
    first = asked.content(lambda: row.criterion.name)
    whole, coded = _answers(cell, asked, *_principal_of(cell, asked))
    return _of_two((first, whole), (first, coded), asked, name=row.criterion.name, rank=rank)


def _figure(shown: IndicatorFigures, asked: Brief) -> Line:
    """Return an indicator with its latest figure; where sources disagree about that time, with each of them."""
    observations = [one.observation for one in shown.rows if shown.latest and one.when == shown.latest.when]

    def said() -> str:
        texts = (
            _("%(name)s (%(note)s)") % {"name": one.figure, "note": one.period or one.stated_on_date.display()}
            for one in observations
        )
        return "\n".join(texts)

    return _line(asked.content(lambda: shown.indicator.name), asked.content(said, cited(observations, asked)), FIGURES)


def _provision(provision: Provision, asked: Brief) -> Line:
    text = asked.content(lambda: provision.text, cited([provision], asked))
    first = asked.content(lambda: provision.label)
    return Line((first, text), name=f"{provision.list.name} {provision.label}", rank=PROVISIONS)


def _line(first: Content, second: Content, rank: int) -> Line:
    """Return a line of two cells, named as its first is in the language of the brief."""
    return Line((first, second), name=first.paragraphs[0][1], rank=rank)
