"""Pages of mechanisms, reference records and the comparison."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mechanisms.comparison import Verdict, compare
from mechanisms.filters import (
    ComparisonFilterSet,
    ConventionFilterSet,
    FundFilterSet,
    MechanismFilterSet,
    OrganizationFilterSet,
)
from mechanisms.models import (
    Convention,
    Criterion,
    Fund,
    Indicator,
    Mechanism,
    Organization,
    OrganizationRole,
    Provision,
)
from publishing.views import BadParameters, PortalDetailView, PortalListView, PortalView


class MechanismListView(PortalListView):
    template_name = "mechanisms/list.html"
    filterset_class = MechanismFilterSet


class MechanismDetailView(PortalDetailView):
    """A mechanism's profile: every criterion, its provisions, figures, roles."""

    template_name = "mechanisms/detail.html"

    def records(self) -> QuerySet[Any]:
        return Mechanism.objects.with_related()

    def beside(self, record: Any) -> dict[str, Any]:
        criteria = list(Criterion.objects.with_group().in_reading_order())
        indicators = Indicator.objects.filter(mechanism=record).with_observations(self.date).in_reading_order()
        return {
            "is_in_force": Mechanism.objects.as_of(self.date).filter(pk=record.pk).exists(),
            "comparison": compare([record], criteria, self.date),
            "provisions": Provision.objects.as_of(self.date)
            .filter(list__mechanism=record)
            .with_related()
            .in_reading_order(),
            "indicators": [indicator for indicator in indicators if indicator.figures],
            "roles": OrganizationRole.objects.as_of(self.date)
            .filter(mechanism=record)
            .with_related()
            .order_by("role", "pk"),
        }


class CompareView(PortalView):
    """Mechanisms beside each other; with nothing chosen, a chooser."""

    template_name = "mechanisms/compare.html"
    filterset_class = ComparisonFilterSet
    filterset: ComparisonFilterSet
    fewest, most = 2, 8

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the comparison, or only the chooser; raise BadParameters for one mechanism alone."""
        mechanisms, criteria = self.filterset.chosen_parts()
        chosen = self.filterset.form.cleaned_data
        context = {
            "all_mechanisms": Mechanism.objects.as_of(self.date).in_reading_order(),
            "all_criteria": Criterion.objects.with_group().in_reading_order(),
            "chosen_mechanisms": chosen["mechanism"],
            "chosen_criteria": chosen["criterion"],
        }
        if not chosen["mechanism"] and not chosen["criterion"]:
            return context
        if chosen["mechanism"] and len(set(chosen["mechanism"])) < self.fewest:
            raise BadParameters({"mechanism": [_("Choose from two to eight mechanisms.")]})
        comparison = compare(mechanisms, criteria, self.date)
        absent = set(chosen["mechanism"]) - {mechanism.code for mechanism in mechanisms}
        return {
            **context,
            "comparison": comparison,
            "summary": summary(comparison.counts),
            "absent": Mechanism.objects.filter(code__in=absent).in_reading_order(),
        }


def summary(counts: dict[str, int]) -> list[str]:
    """Return the counts of rows by verdict, in words."""
    templates = {
        Verdict.SAME: ngettext("%(n)s row is the same", "%(n)s rows are the same", counts[Verdict.SAME]),
        Verdict.DIFFERS: ngettext("%(n)s row differs", "%(n)s rows differ", counts[Verdict.DIFFERS]),
        Verdict.SILENT: ngettext(
            "%(n)s row is silent for one or more", "%(n)s rows are silent for one or more", counts[Verdict.SILENT]
        ),
        Verdict.UNCODED: ngettext(
            "%(n)s row is in words only", "%(n)s rows are in words only", counts[Verdict.UNCODED]
        ),
    }
    return [text % {"n": counts[verdict]} for verdict, text in templates.items() if counts[verdict]]


class ConventionListView(PortalListView):
    template_name = "conventions/list.html"
    filterset_class = ConventionFilterSet


class ConventionDetailView(PortalDetailView):
    template_name = "conventions/detail.html"

    def records(self) -> QuerySet[Any]:
        return Convention.objects.with_related()


class FundListView(PortalListView):
    template_name = "funds/list.html"
    filterset_class = FundFilterSet


class FundDetailView(PortalDetailView):
    template_name = "funds/detail.html"

    def records(self) -> QuerySet[Any]:
        return Fund.objects.with_related()


class OrganizationListView(PortalListView):
    template_name = "organizations/list.html"
    filterset_class = OrganizationFilterSet


class OrganizationDetailView(PortalDetailView):
    template_name = "organizations/detail.html"

    def records(self) -> QuerySet[Any]:
        return Organization.objects.with_related(self.date)

    def beside(self, record: Any) -> dict[str, Any]:
        return {
            "conventions": record.conventions.in_reading_order(),
            "funds": record.funds.in_reading_order(),
        }
