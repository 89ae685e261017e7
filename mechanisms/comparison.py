"""The comparison: mechanisms beside each other on criteria, as the sources stood on a date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import models
from django.utils.translation import gettext_lazy as _

from mechanisms.models import Criterion, CriterionGroup, Finding, FindingStatus, Mechanism


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
    criterion: Criterion
    cells: list[Cell]

    @property
    def verdict(self) -> Verdict:
        """Return how the cells stand to each other; silence weighs more than a difference."""
        if any(cell.status in {FindingStatus.SILENT, FindingStatus.NOT_ASSESSED} for cell in self.cells):
            return Verdict.SILENT
        codes = {cell.code for cell in self.cells}
        if len(codes) > 1:
            return Verdict.DIFFERS
        _status, options, number = next(iter(codes))
        return Verdict.SAME if options or number is not None else Verdict.UNCODED


@dataclass(frozen=True)
class Comparison:
    mechanisms: list[Mechanism]
    rows: list[Row]
    date: datetime.date

    @property
    def groups(self) -> list[tuple[CriterionGroup, list[Row]]]:
        """Return the rows under their headings."""
        return [(group, list(rows)) for group, rows in groupby(self.rows, key=lambda row: row.criterion.group)]

    def count(self, verdict: Verdict) -> int:
        """Return the number of rows with ``verdict``."""
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows by verdict."""
        return {verdict.value: self.count(verdict) for verdict in Verdict}


def compare(mechanisms: Sequence[Mechanism], criteria: Sequence[Criterion], date: datetime.date) -> Comparison:
    """Return the comparison of ``mechanisms`` on ``criteria``: the latest statement of each not after ``date``.

    Four queries for any number of cells.
    """
    findings = (
        Finding.objects.latest_as_of(date).filter(mechanism__in=mechanisms, criterion__in=criteria).with_related()
    )
    by_cell = {(finding.mechanism_id, finding.criterion_id): finding for finding in findings}
    rows = [
        Row(criterion, [Cell(one, criterion, by_cell.get((one.pk, criterion.pk))) for one in mechanisms])
        for criterion in criteria
    ]
    return Comparison(list(mechanisms), rows, date)
