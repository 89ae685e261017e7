"""The outcome check: what was asked for in 2010, what ranked first then had, and what was adopted."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db import models
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mechanisms.models import FindingStatus, Mechanism
from options.filters import OptionsFilterSet
from options.models import Preset
from options.needs import Need
from options.ranking import Point, Ranking, ranking_of
from options.values import evidence_on

#: The question of the negotiators, and the mechanism that they adopted.
ASKED, ADOPTED = "mercury-as-asked-in-2010", "minamata"


class Verdict(models.TextChoices):
    """What became of something asked for; told from coded answers, never from prose."""

    ADOPTED = "adopted", pgettext_lazy("outcome", "adopted")
    PARTLY = "partly", _("adopted in part")
    NOT = "not", _("not adopted")
    SILENT = "silent", _("silent")
    #: The sources say something, in prose only.
    UNCODED = "not-coded", _("in words only")
    NOT_YET = "not-yet", _("not yet adopted")


class Had(NamedTuple):
    """What one that held the first place had."""

    mechanism: Mechanism
    point: Point


@dataclass(frozen=True)
class Line:
    """A need: what the first of 2010 had of it, what was adopted, and what stands on the date shown.

    Attributes:
        had: what each mechanism that held the first place had, in the order of the portal.
        adopted: None before the adoption.
        later: the newest statement on the date, where that is another than the first.
    """

    need: Need
    had: list[Had]
    adopted: Point | None
    later: Point | None

    @property
    def verdict(self) -> Verdict:
        """Return what became of it when the text was adopted."""
        return verdict_on(self.adopted)

    @property
    def later_verdict(self) -> Verdict:
        """Return what became of it by the date shown."""
        return verdict_on(self.later)


def verdict_on(point: Point | None) -> Verdict:
    """Return what a mechanism's share of a need amounts to."""
    if point is None:
        return Verdict.NOT_YET
    if point.is_silent:
        return Verdict.SILENT
    if point.share:
        return Verdict.ADOPTED if point.share == 1 else Verdict.PARTLY
    is_said = any(
        cell.status == FindingStatus.STATED and cell.finding and not cell.finding.options.all()
        for cell in point.evidence.cells
    )
    return Verdict.UNCODED if is_said else Verdict.NOT


@dataclass(frozen=True)
class Outcome:
    """The check as a whole."""

    preset: Preset
    ranking: Ranking
    asked_on: datetime.date
    mechanism: Mechanism
    date: datetime.date
    lines: list[Line]

    @property
    def adopted_on(self) -> datetime.date:
        """Return the day of the adoption, on which the mechanism begins."""
        return self.mechanism.since or self.date

    @cached_property
    def counts(self) -> list[tuple[Verdict, int]]:
        """Return how many needs there are of each verdict, without those of none."""
        verdicts = [line.verdict for line in self.lines]
        return [(one, verdicts.count(one)) for one in Verdict if one in verdicts]


def get_outcome(date: datetime.date) -> Outcome:
    """Return what was adopted of what was asked for, as it stands on ``date``.

    Raises:
        Http404: the question or the mechanism is not in the content.
    """
    preset = get_object_or_404(Preset.objects.with_citations(), code=ASKED)
    mechanism = get_object_or_404(Mechanism, code=ADOPTED)
    filterset = OptionsFilterSet(QueryDict(preset.query))
    filterset.is_valid()
    ranking = ranking_of(filterset)
    since = mechanism.since or date

    def points(day: datetime.date) -> dict[str, Point]:
        record = evidence_on([mechanism], ranking.needs, filterset.criteria, day)
        return {need.code: Point(need, record[mechanism.pk, need.code]) for need in ranking.needs}

    adopted = points(since) if since <= date else {}
    later = points(date) if since < date else {}
    lines = []
    for place, need in enumerate(ranking.needs):
        had = [Had(leader.mechanism, leader.points[place]) for leader in ranking.leaders]
        now, then = later.get(need.code), adopted.get(need.code)
        is_other = now and then and now.evidence.cells != then.evidence.cells
        lines.append(Line(need, had, then, now if is_other else None))
    return Outcome(preset, ranking, filterset.as_of_date, mechanism, date, lines)
