"""Checks of the comparison and of reported figures."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editing.checks import Check, Problem
from mechanisms.comparison import compare
from mechanisms.figures import indicator_figures
from mechanisms.models import Criterion, Finding, FindingStatus, Indicator, Mechanism, Provision
from publishing.dates import PartialDate, first_fresh


def _silent(date: datetime.date) -> Iterator[Problem]:
    mechanisms = list(Mechanism.objects.as_of(date).in_reading_order())
    criteria = list(Criterion.objects.with_group().in_reading_order())
    for row in compare(mechanisms, criteria, date).rows:
        for cell in row.cells:
            if cell.status in {FindingStatus.SILENT, FindingStatus.NOT_ASSESSED}:
                texts = {"label": row.criterion, "value": cell.status_label}
                yield Problem(cell.finding or cell.mechanism, _("%(label)s: %(value)s") % texts)


def _disagreeing(date: datetime.date) -> Iterator[Problem]:
    for indicator in Indicator.objects.with_observations(date).in_reading_order():
        for disagreement in indicator_figures(indicator).disagreements:
            yield Problem(indicator, disagreement)


def _old(date: datetime.date) -> Iterator[Problem]:
    limit = first_fresh(date)
    for finding in Finding.objects.latest_as_of(date).filter(stated_on__lt=limit).with_related().in_reading_order():
        yield Problem(finding, _stated(finding.stated_on_date))
    for provision in Provision.objects.as_of(date).filter(list__stated_on__lt=limit).with_related().in_reading_order():
        yield Problem(provision, _stated(provision.list.stated_on_date))
    for indicator in Indicator.objects.with_observations(date).in_reading_order():
        newest = max(indicator.figures, key=lambda one: one.stated_on, default=None)
        if newest and newest.stated_on < limit:
            yield Problem(newest, _stated(newest.stated_on_date))


def _stated(when: PartialDate) -> str:
    return _("The newest statement is of %(date)s.") % {"date": when.display()}


CHECKS = [
    Check(
        "silent-cells",
        gettext_lazy("Silent cells of the comparison"),
        gettext_lazy("Look for a source that says it, and add a finding with its date."),
        _silent,
    ),
    Check(
        "disagreeing-figures",
        gettext_lazy("Figures that disagree"),
        gettext_lazy("Compare the sources; where one is mistaken, say so in its note. True disagreement stays."),
        _disagreeing,
    ),
    Check(
        "old-statements",
        gettext_lazy("Statements older than five years"),
        gettext_lazy("Look for what is said today, and add it with its date beside the old one."),
        _old,
    ),
]
