"""The parameters of the comparison: what page, API and exports are asked for."""

import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mechanisms.comparison import Comparison, compare
from mechanisms.filters import criterion_options, group_options, mechanism_options
from mechanisms.models import Criterion, Mechanism
from mechanisms.querysets import MechanismQuerySet
from publishing.filters import AsOfFilter, CodesFilter, QueryFilterSet, SwitchFilter
from publishing.languages import languages_of


def view_options() -> list[tuple[str, str]]:
    """Return how the cells may be read."""
    return [("single", gettext("one language")), ("bilingual", gettext("both languages"))]


class ComparisonFilterSet(QueryFilterSet[MechanismQuerySet]):
    """The whole state of a comparison; all mechanisms and all criteria where none is chosen."""

    FEWEST, MOST = 2, 8

    mechanism = CodesFilter(label=_("Mechanism"), options=mechanism_options)
    criterion = CodesFilter(label=_("Criterion"), options=criterion_options)
    group = CodesFilter(label=_("Group of criteria"), options=group_options)
    differences = SwitchFilter(label=_("Only rows that differ"))
    silent = SwitchFilter(label=_("Only rows where something is silent"))
    transpose = SwitchFilter(label=_("Mechanisms as rows"))
    view = CodesFilter(label=_("View"), options=view_options)
    changed_since = AsOfFilter(
        label=_("What changed since"), help_text=_("List the cells that changed between this date and the date shown.")
    )

    @property
    def problems(self) -> dict[str, list[str]]:
        """Add what only the whole tells: how many mechanisms, and that a change needs two dates."""
        problems = super().problems
        codes = self.data.getlist("mechanism")
        if "mechanism" not in problems and codes and not (len(set(codes)) >= self.FEWEST and len(codes) <= self.MOST):
            problems["mechanism"] = [gettext("Choose from two to eight different mechanisms.")]
        if not problems and self.changed_since_date and self.changed_since_date >= self.as_of_date:
            problems["changed_since"] = [gettext("Give a date before the date shown.")]
        return problems

    @property
    def changed_since_date(self) -> datetime.date | None:
        """Return the earlier of the two dates between which changes are asked for."""
        date: datetime.date | None = self.form.cleaned_data.get("changed_since")
        return date

    def is_on(self, name: str) -> bool:
        """Tell whether a switch is on."""
        return "true" in self.form.cleaned_data[name]

    @property
    def is_bilingual(self) -> bool:
        """Tell whether both languages are asked for, cell by cell."""
        return "bilingual" in self.form.cleaned_data["view"]

    def languages(self, first: str) -> list[str]:
        """Return the languages of the cells for whoever reads in ``first``."""
        return languages_of(first, is_bilingual=self.is_bilingual)

    @property
    def is_chosen(self) -> bool:
        """Tell whether the reader chose anything to compare."""
        return any(self.form.cleaned_data[name] for name in ("mechanism", "criterion", "group"))

    def base(self, date: datetime.date) -> MechanismQuerySet:
        """Return the mechanisms that existed on ``date``."""
        return Mechanism.objects.as_of(date)

    @cached_property
    def all_mechanisms(self) -> list[Mechanism]:
        """Return the mechanisms that existed on the date, in the order of the portal."""
        return list(self.base(self.as_of_date).in_reading_order())

    @cached_property
    def all_criteria(self) -> list[Criterion]:
        """Return the criteria in the order of the portal."""
        return list(Criterion.objects.with_group().in_reading_order())

    def chosen_parts(self) -> tuple[list[Mechanism], list[Criterion]]:
        """Return the mechanisms and criteria that are asked for, all where none is."""
        chosen = {name: set(self.form.cleaned_data[name]) for name in ("mechanism", "criterion", "group")}
        mechanisms = [one for one in self.all_mechanisms if not chosen["mechanism"] or one.code in chosen["mechanism"]]
        criteria = [
            one for one in self.all_criteria if one.code in chosen["criterion"] or one.group.code in chosen["group"]
        ]
        return mechanisms, criteria or self.all_criteria

    def comparison(self) -> Comparison:
        """Return the comparison that the parameters ask for, with the rows that the switches keep."""
        comparison = compare(*self.chosen_parts(), self.as_of_date)
        return comparison.only(differing=self.is_on("differences"), silent=self.is_on("silent"))
