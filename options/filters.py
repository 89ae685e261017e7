"""The parameters of the options: a whole question, which page, API and files are asked in the same words."""

import datetime
from collections import defaultdict

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mechanisms.filters import option_options
from mechanisms.models import Criterion, CriterionKind, Mechanism
from mechanisms.querysets import MechanismQuerySet
from options.needs import EXTRA, REACH, SPEED, Need, Weight, extra_heading, need_heading, weight_code
from publishing.filters import CodesFilter, CountriesFilter, OneFilter, QueryFilterSet
from publishing.models import KEY_SEPARATOR
from regions.filters import country_options, region_options
from regions.models import Membership


class Silence(models.TextChoices):
    """What silence of the sources is taken for, to see what hangs on it."""

    NO = "no", _("“no”")
    YES = "yes", _("“yes”")


def weight_options() -> list[tuple[str, str]]:
    """Return each weight of each need, with a name."""
    criteria = Criterion.objects.filter(kind=CriterionKind.CHOICE).in_reading_order().values_list("code", "name")
    return [
        (weight_code(code, weight), gettext("%(label)s: %(value)s") % {"label": name, "value": weight.label})
        for code, name in [*criteria, *EXTRA.items()]
        for weight in Weight
    ]


class AskedFilter(CodesFilter):
    """Codes of which each asks for something more."""

    repeated = "repeated for each"


class OptionsFilterSet(QueryFilterSet[MechanismQuerySet]):
    """The question: coded answers asked for, countries to reach, what each need weighs."""

    option = AskedFilter(
        label=_("What is asked for"),
        options=option_options,
        help_text=_("Coded answers; those of one criterion are one need, and all of them are asked for."),
    )
    weight = AskedFilter(
        label=_("Weight"),
        options=weight_options,
        help_text=_("A need and its weight, joined by ~; a need without one is important."),
    )
    serves_region = CodesFilter(label=_("Region to reach"), options=region_options)
    serves = CountriesFilter(label=_("Country to reach"), options=country_options)
    silence = OneFilter(label=_("If silence were"), options=lambda: Silence.choices)

    @property
    def problems(self) -> dict[str, list[str]]:
        """Add what only the whole tells: two weights of one need, and a weight of what is not asked for."""
        problems = super().problems
        if problems:
            return problems
        given: defaultdict[str, list[str]] = defaultdict(list)
        for code in dict.fromkeys(self.form.cleaned_data["weight"]):
            given[code.split(KEY_SEPARATOR)[0]].append(code)
        asked = {need.code for need in self.needs}
        for name, codes in given.items():
            if len(codes) > 1:
                text = gettext("One need has one weight, not several: %(codes)s")
            elif name not in asked and self.weights[name] != Weight.IGNORE:
                text = gettext("Nothing is asked for that has this weight: %(codes)s")
            else:
                continue
            problems.setdefault("weight", []).append(text % {"codes": ", ".join(codes)})
        return problems

    def base(self, date: datetime.date) -> MechanismQuerySet:
        """Return the mechanisms that existed on ``date``."""
        return Mechanism.objects.as_of(date)

    @cached_property
    def mechanisms(self) -> list[Mechanism]:
        """Return the mechanisms that are ranked, in the order of the portal."""
        return list(self.base(self.as_of_date).in_reading_order())

    @cached_property
    def criteria(self) -> list[Criterion]:
        """Return the criteria that can be asked for, with their coded answers, in the order of the portal."""
        rows = Criterion.objects.filter(kind=CriterionKind.CHOICE)
        return list(rows.with_group().with_options().in_reading_order())

    @cached_property
    def weights(self) -> dict[str, Weight]:
        """Return the weights that are given, by need."""
        pairs = (code.split(KEY_SEPARATOR) for code in self.form.cleaned_data["weight"])
        return {need: Weight(weight) for need, weight in pairs}

    @cached_property
    def silence_taken_for(self) -> Silence | None:
        """Return what silence is to be taken for; None where it is only shown."""
        chosen = self.form.cleaned_data["silence"]
        return Silence(chosen) if chosen else None

    @cached_property
    def needs(self) -> list[Need]:
        """Return what is asked for, in the order of the portal."""
        chosen = set(self.form.cleaned_data["option"])
        needs = []
        for criterion in self.criteria:
            options = tuple(option for option in criterion.options.all() if option.code in chosen)
            if options:
                weight = self.weights.get(criterion.code, Weight.IMPORTANT)
                needs.append(Need(need_heading(criterion), weight, criterion, options))
        if self.countries:
            weight = self.weights.get(REACH, Weight.IMPORTANT)
            needs.append(Need(extra_heading(REACH), weight, countries=self.countries))
        # Nothing else says that speed is asked for.
        if self.weights.get(SPEED, Weight.IGNORE) != Weight.IGNORE:
            needs.append(Need(extra_heading(SPEED), self.weights[SPEED]))
        return needs

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Return the ISO codes of the countries to reach: those named, and those of the regions on the date."""
        regions = self.form.cleaned_data["serves_region"]
        members = Membership.objects.as_of(self.as_of_date).filter(region__code__in=regions)
        found = set(members.order_by().values_list("country__iso2", flat=True)) if regions else set()
        return tuple(sorted(found | set(self.form.cleaned_data["serves"])))

    @property
    def directory_query(self) -> dict[str, list[str]]:
        """Return the directory's filters for who serves a country to reach.

        It takes a country and a region together for both at once; so where both are named, regions are spelt out.
        """
        regions = self.form.cleaned_data["serves_region"]
        if regions and not self.form.cleaned_data["serves"]:
            return {"serves_region": regions}
        return {"serves": list(self.countries)} if self.countries else {}
