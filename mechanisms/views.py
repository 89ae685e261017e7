"""Pages of mechanisms, reference records and the comparison."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from mechanisms.briefs import mechanism_brief
from mechanisms.comparison import compare
from mechanisms.figures import indicator_figures
from mechanisms.filters import (
    ConventionFilterSet,
    FundFilterSet,
    IndicatorFilterSet,
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
from mechanisms.serializers import (
    ConventionSerializer,
    FundSerializer,
    IndicatorSerializer,
    MechanismSerializer,
    OrganizationSerializer,
)
from publishing.briefs import Brief, BriefedDetailView
from publishing.exports import Document
from publishing.views import PortalDetailView, PortalListView


class MechanismListView(PortalListView):
    template_name = "mechanisms/list.html"
    filterset_class = MechanismFilterSet
    serializer_class = MechanismSerializer


class MechanismDetailView(BriefedDetailView):
    """A mechanism's profile: every criterion, its provisions, figures, roles."""

    template_name = "mechanisms/detail.html"

    def records(self) -> QuerySet[Any]:
        return Mechanism.objects.with_related()

    def brief(self, record: Any, asked: Brief) -> Document:
        shown = self.beside(record)
        return mechanism_brief(record, shown["comparison"], shown["figures"], shown["provisions"], asked)

    def beside(self, record: Any) -> dict[str, Any]:
        criteria = list(Criterion.objects.with_group().in_reading_order())
        indicators = Indicator.objects.filter(mechanism=record).with_observations(self.date).in_reading_order()
        return {
            "is_in_force": Mechanism.objects.as_of(self.date).filter(pk=record.pk).exists(),
            "comparison": compare([record], criteria, self.date),
            "languages": [get_language()],
            "provisions": Provision.objects.as_of(self.date)
            .filter(list__mechanism=record)
            .with_related()
            .in_reading_order(),
            "figures": [indicator_figures(indicator) for indicator in indicators if indicator.figures],
            "roles": OrganizationRole.objects.as_of(self.date)
            .filter(mechanism=record)
            .with_related()
            .order_by("role", "pk"),
        }


class IndicatorListView(PortalListView):
    template_name = "indicators/list.html"
    filterset_class = IndicatorFilterSet
    serializer_class = IndicatorSerializer
    # All on one page, so that no mechanism is torn apart.
    page_size = 200

    def context(self, **kwargs: Any) -> dict[str, Any]:
        context = super().context(**kwargs)
        return {**context, "figures": [indicator_figures(indicator) for indicator in context["page"]]}


class IndicatorDetailView(PortalDetailView):
    """An indicator: what sources report of it, and where they disagree."""

    template_name = "indicators/detail.html"

    def records(self) -> QuerySet[Any]:
        return Indicator.objects.with_observations(self.date)

    def beside(self, record: Any) -> dict[str, Any]:
        return {"shown": indicator_figures(record)}


class ConventionListView(PortalListView):
    template_name = "conventions/list.html"
    filterset_class = ConventionFilterSet
    serializer_class = ConventionSerializer


class ConventionDetailView(PortalDetailView):
    template_name = "conventions/detail.html"

    def records(self) -> QuerySet[Any]:
        return Convention.objects.with_related()


class FundListView(PortalListView):
    template_name = "funds/list.html"
    filterset_class = FundFilterSet
    serializer_class = FundSerializer


class FundDetailView(PortalDetailView):
    template_name = "funds/detail.html"

    def records(self) -> QuerySet[Any]:
        return Fund.objects.with_related()


class OrganizationListView(PortalListView):
    template_name = "organizations/list.html"
    filterset_class = OrganizationFilterSet
    serializer_class = OrganizationSerializer


class OrganizationDetailView(PortalDetailView):
    template_name = "organizations/detail.html"

    def records(self) -> QuerySet[Any]:
        return Organization.objects.with_related(self.date)

    def beside(self, record: Any) -> dict[str, Any]:
        return {
            "conventions": record.conventions.in_reading_order(),
            "funds": record.funds.in_reading_order(),
        }
