"""What changed in a comparison between two dates: cells by kind of change."""

import datetime
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from mechanisms.comparison import Cell, Comparison, compare


class ChangeKind(models.TextChoices):
    """The most telling difference between two states of a cell."""

    NEW = "new", _("first statement")
    STATUS = "status", _("another status")
    OPTIONS = "options", _("another coded answer")
    NUMBER = "number", _("another number")
    WORDING = "wording", _("only the words")


@dataclass(frozen=True)
class Change:
    """A cell before and after, and what kind of change lies between."""

    before: Cell
    after: Cell
    kind: ChangeKind


@dataclass(frozen=True)
class Changes:
    """The changed cells by kind, and how many cells stayed as they were."""

    since: datetime.date
    until: datetime.date
    changes: list[Change]
    unchanged: int

    @property
    def by_kind(self) -> list[tuple[ChangeKind, list[Change]]]:
        """Return the changes under their kinds, kinds without a change left out."""
        groups = [(kind, [change for change in self.changes if change.kind == kind]) for kind in ChangeKind]
        return [(kind, rows) for kind, rows in groups if rows]


def changes_between(since: datetime.date, after: Comparison) -> Changes:
    """Return how the cells of a comparison differ from those of an earlier date.

    A cell changes when a later finding stands in it; the same finding on both dates is no change.
    """
    before = compare(after.mechanisms, [row.criterion for row in after.all_rows], since)
    changes, unchanged = [], 0
    for old_row, new_row in zip(before.rows, after.all_rows, strict=True):
        for old, new in zip(old_row.cells, new_row.cells, strict=True):
            kind = _kind(old, new)
            if kind is None:
                unchanged += 1
            else:
                changes.append(Change(old, new, kind))
    return Changes(since, after.date, changes, unchanged)


def _kind(old: Cell, new: Cell) -> ChangeKind | None:
    if old.finding == new.finding:
        return None
    if old.finding is None:
        return ChangeKind.NEW
    (old_status, old_options, old_number), (new_status, new_options, new_number) = old.code, new.code
    if old_status != new_status:
        return ChangeKind.STATUS
    if old_options != new_options:
        return ChangeKind.OPTIONS
    return ChangeKind.NUMBER if old_number != new_number else ChangeKind.WORDING
