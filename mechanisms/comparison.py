"""The comparison: mechanisms beside each other on criteria, as the sources stood on a date."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db import models
from django.utils.translation import gettext_lazy as _

from mechanisms.models import Criterion, CriterionGroup, Finding, FindingStatus, Mechanism, Provision


class Verdict(models.TextChoices):
    """How the cells of a row stand to each other; told from codes and status, never from prose."""

    SAME = "same", _("same")
    DIFFERS = "differs", _("differs")
    #: At least one mechanism's sources say nothing, or nothing was assessed.
    SILENT = "silent", _("silent")
    #: Every cell is stated, but in prose only: nothing coded can be compared.
    UNCODED = "not-coded", _("not coded")


@dataclass(frozen=True)
class Cell:
    """What is known of one mechanism on one criterion; never blank."""

    mechanism: Mechanism
    criterion: Criterion
    finding: Finding | None
    #: Items of an enumerated list in the sources that answer the criterion, in full.
    provisions: tuple[Provision, ...] = ()

    @property
    def status(self) -> str:
        """Return the finding's status; where no statement was found by the date, "not assessed"."""
        return self.finding.status if self.finding else FindingStatus.NOT_ASSESSED

    @property
    def status_label(self) -> str:
        """Return the status in words of the active language."""
        return str(FindingStatus(self.status).label)

    @property
    def is_stated(self) -> bool:
        """Tell whether the sources say something, contradictory or not."""
        return self.status in {FindingStatus.STATED, FindingStatus.CONFLICTING}

    @property
    def code(self) -> tuple[str, frozenset[str], object]:
        """Return what decides whether two cells are the same: status, options, number."""
        if self.finding is None:
            return self.status, frozenset(), None
        return self.status, frozenset(option.code for option in self.finding.options.all()), self.finding.number


@dataclass(frozen=True)
class Row:
    """A criterion and what is known of each mechanism on it."""

    criterion: Criterion
    cells: list[Cell]

    @property
    def is_silent(self) -> bool:
        """Tell whether the sources say nothing of at least one mechanism, or no mechanism existed yet."""
        return not self.cells or any(
            cell.status in {FindingStatus.SILENT, FindingStatus.NOT_ASSESSED} for cell in self.cells
        )

    @property
    def is_differing(self) -> bool:
        """Tell whether the cells differ in status, options or number."""
        return len({cell.code for cell in self.cells}) > 1

    @property
    def verdict(self) -> Verdict:
        """Return how the cells stand to each other; silence weighs more than a difference."""
        if self.is_silent:
            return Verdict.SILENT
        if self.is_differing:
            return Verdict.DIFFERS
        _status, options, number = self.cells[0].code
        return Verdict.SAME if options or number is not None else Verdict.UNCODED


@dataclass(frozen=True)
class Comparison:
    """Rows and columns as of a date.

    Attributes:
        rows: those that are shown.
        all_rows: those that were asked for, of which the counts speak.
    """

    mechanisms: list[Mechanism]
    rows: list[Row]
    date: datetime.date
    all_rows: list[Row]

    @property
    def groups(self) -> list[tuple[CriterionGroup, list[Row]]]:
        """Return the rows under their headings."""
        return [(group, list(rows)) for group, rows in groupby(self.rows, key=lambda row: row.criterion.group)]

    @property
    def columns(self) -> list[tuple[Mechanism, list[Cell]]]:
        """Return the cells by mechanism, for a table with mechanisms as rows."""
        return [(one, [row.cells[n] for row in self.rows]) for n, one in enumerate(self.mechanisms)]

    def only(self, *, differing: bool, silent: bool) -> "Comparison":
        """Return the comparison with the rows whose verdict is one of those asked for; all where none is."""
        wanted = {verdict for verdict, is_on in ((Verdict.DIFFERS, differing), (Verdict.SILENT, silent)) if is_on}
        return replace(self, rows=[row for row in self.all_rows if not wanted or row.verdict in wanted])

    def count(self, verdict: Verdict) -> int:
        """Return the number of rows with ``verdict``, shown or not."""
        return sum(row.verdict == verdict for row in self.all_rows)

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows by verdict."""
        return {verdict.value: self.count(verdict) for verdict in Verdict}


def compare(mechanisms: Sequence[Mechanism], criteria: Sequence[Criterion], date: datetime.date) -> Comparison:
    """Return the comparison of ``mechanisms`` on ``criteria``: the latest statement of each not after ``date``.

    Seven queries for any number of cells.
    """
    findings = (
        Finding.objects.latest_as_of(date).filter(mechanism__in=mechanisms, criterion__in=criteria).with_related()
    )
    by_cell = {(finding.mechanism_id, finding.criterion_id): finding for finding in findings}
    lists: dict[tuple[int, int | None], list[Provision]] = defaultdict(list)
    provisions = Provision.objects.as_of(date).filter(list__mechanism__in=mechanisms, list__criterion__in=criteria)
    for provision in provisions.with_source_list().in_reading_order():
        lists[provision.list.mechanism_id, provision.list.criterion_id].append(provision)

    def cell(one: Mechanism, criterion: Criterion) -> Cell:
        place = one.pk, criterion.pk
        return Cell(one, criterion, by_cell.get(place), tuple(lists.get(place, ())))

    rows = [Row(criterion, [cell(one, criterion) for one in mechanisms]) for criterion in criteria]
    return Comparison(list(mechanisms), rows, date, rows)
