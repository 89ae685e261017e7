"""Reported figures as pages show them: in the order of the time that they are about, with what sources disagree on."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mechanisms.models import Indicator, Observation, Qualifier
from publishing.charts import Chart, Figure, figures_chart
from publishing.dates import PartialDate, Precision

#: How far from its value a figure with "about" may be, as a share of it.
ABOUT = 0.1


@dataclass(frozen=True)
class Reported:
    """A figure in its place among the others."""

    observation: Observation
    #: When it holds, in words: the period, or the date of the statement.
    when: str
    #: Another source says something else of the same time.
    is_disputed: bool


@dataclass(frozen=True)
class IndicatorFigures:
    """An indicator's figures: rows of the table, the drawing, the disagreements in words."""

    indicator: Indicator
    rows: list[Reported]
    chart: Chart | None
    disagreements: list[str]

    @property
    def latest(self) -> Reported | None:
        """Return the figure about the latest time."""
        return self.rows[-1] if self.rows else None


def indicator_figures(indicator: Indicator) -> IndicatorFigures:
    """Return what a page shows of an indicator that comes from ``with_observations()``."""
    observations = sorted(indicator.figures, key=lambda one: (*_time(one), one.stated_on, one.value))
    disagreements, disputed = [], set()
    for (period, year), group in groupby(sorted(observations, key=_subject), key=_subject):
        rows = list(group)
        if _disagree(rows):
            disputed |= {one.pk for one in rows}
            disagreements.append(_in_words(rows, period or str(year or "")))
    return IndicatorFigures(
        indicator,
        [Reported(one, _when(one), one.pk in disputed) for one in observations],
        # A year is a name, not an amount: a scale from zero says nothing of it.
        None if indicator.is_of_years else figures_chart([_figure(one) for one in observations]),
        disagreements,
    )


def _time(one: Observation) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day that a figure is about, as exact as it is known."""
    if one.period:
        years = one.period.split("-")
        return datetime.date(int(years[0]), 1, 1), datetime.date(int(years[-1]), 12, 31)
    stated = one.stated_on_date
    if stated.precision in {Precision.YEAR, Precision.MONTH}:
        return stated.date, PartialDate.parse(str(stated), end=True).date
    return stated.date, stated.date


def _subject(one: Observation) -> tuple[str, int]:
    """Return what two figures must share so that they can disagree: the period and the year of the statement.

    A later statement may be news and need not contradict; a year in which something happened never changes.
    """
    return one.period, 0 if one.indicator.is_of_years else one.stated_on.year


def _disagree(rows: list[Observation]) -> bool:
    """Tell whether no single number can be what all figures mean."""
    bounds = [_bounds(one) for one in rows]
    return max(low for low, _high in bounds) > min(high for _low, high in bounds)


def _bounds(one: Observation) -> tuple[float, float]:
    """Return between which numbers a figure lies by its qualifier."""
    value = float(one.value)
    return {
        Qualifier.EXACT: (value, value),
        Qualifier.ABOUT: (value * (1 - ABOUT), value * (1 + ABOUT)),
        Qualifier.MORE_THAN: (value, float("inf")),
        Qualifier.AT_MOST: (0.0, value),
    }[Qualifier(one.qualifier)]


def _in_words(rows: list[Observation], period: str) -> str:
    """Return the disagreement in words: "Sources disagree: 10 and 9 (2025)"."""
    *others, last = dict.fromkeys(one.number for one in rows)
    figures = _("%(others)s and %(last)s") % {
        "others": pgettext("between items of a list", ", ").join(others),
        "last": last,
    }
    if not period:
        return _("Sources disagree: %(figures)s") % {"figures": figures}
    return _("Sources disagree: %(figures)s (%(period)s)") % {"figures": figures, "period": period}


def _when(one: Observation) -> str:
    return one.period or one.stated_on_date.display()


def _figure(one: Observation) -> Figure:
    title = _("%(label)s: %(value)s") % {"label": _when(one), "value": one.figure}
    is_bound = not one.period and one.stated_on_precision == Precision.BY
    return Figure(*_time(one), one.value, one.number, title, is_bound)
