"""API of mechanisms, reference records and the comparison."""

import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mechanisms.comparison import compare
from mechanisms.filters import (
    ComparisonFilterSet,
    ConventionFilterSet,
    CriterionFilterSet,
    FindingFilterSet,
    FunctionFilterSet,
    FundFilterSet,
    IndicatorFilterSet,
    MechanismFilterSet,
    ObservationFilterSet,
    OrganizationFilterSet,
    ProvisionFilterSet,
)
from mechanisms.models import (
    Convention,
    Criterion,
    Finding,
    Function,
    Fund,
    Indicator,
    Mechanism,
    Observation,
    Organization,
    Provision,
)
from mechanisms.serializers import (
    ComparisonSerializer,
    ConventionSerializer,
    CriterionSerializer,
    FindingSerializer,
    FunctionSerializer,
    FundSerializer,
    IndicatorSerializer,
    MechanismSerializer,
    ObservationListSerializer,
    OrganizationSerializer,
    ProvisionSerializer,
)
from publishing.api import PortalAPIView, PortalViewSet


class MechanismViewSet(PortalViewSet):
    """The compared arrangements."""

    serializer_class = MechanismSerializer
    filterset_class = MechanismFilterSet
    orderings = {"code": "code", "letter": "letter"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Mechanism.objects.with_related()


class ConventionViewSet(PortalViewSet):
    """Treaties and their articles on technical assistance."""

    serializer_class = ConventionSerializer
    filterset_class = ConventionFilterSet
    orderings = {"code": "code", "adopted": "adopted"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Convention.objects.with_related()


class OrganizationViewSet(PortalViewSet):
    """Organizations and what they do in the mechanisms."""

    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilterSet
    orderings = {"code": "code"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Organization.objects.with_related(date)


class FundViewSet(PortalViewSet):
    """Funds and financial mechanisms."""

    serializer_class = FundSerializer
    filterset_class = FundFilterSet
    orderings = {"code": "code"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Fund.objects.with_related()


class FunctionViewSet(PortalViewSet):
    """Kinds of technical assistance."""

    serializer_class = FunctionSerializer
    filterset_class = FunctionFilterSet

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Function.objects.all()


class CriterionViewSet(PortalViewSet):
    """Rows of the comparison and their coded options."""

    serializer_class = CriterionSerializer
    filterset_class = CriterionFilterSet

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Criterion.objects.with_group().with_options()


class FindingViewSet(PortalViewSet):
    """Cells of the comparison: the latest statement not after the date."""

    serializer_class = FindingSerializer
    filterset_class = FindingFilterSet
    orderings = {"stated_on": "stated_on"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Finding.objects.with_related()


class ProvisionViewSet(PortalViewSet):
    """Items of enumerated lists in sources."""

    serializer_class = ProvisionSerializer
    filterset_class = ProvisionFilterSet
    orderings = {"code": "code"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Provision.objects.with_related()


class IndicatorViewSet(PortalViewSet):
    """Figures that sources report, each with its observations by the date."""

    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilterSet
    orderings = {"code": "code"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Indicator.objects.with_observations(date)


class ObservationViewSet(PortalViewSet):
    """Reported figures, one by one."""

    serializer_class = ObservationListSerializer
    filterset_class = ObservationFilterSet
    orderings = {"stated_on": "stated_on", "value": "value"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Observation.objects.with_related()


class ComparisonView(PortalAPIView):
    """Mechanisms beside each other: a row a criterion, a cell a mechanism, no cell blank."""

    general = ("format", "lang")
    filterset_class = ComparisonFilterSet

    @extend_schema(responses=ComparisonSerializer)
    def get(self, request: Request) -> Response:
        filterset = ComparisonFilterSet(request.query_params, also=self.general)
        self.check_general(filterset.problems)
        comparison = compare(*filterset.chosen_parts(), filterset.as_of_date)
        return Response(ComparisonSerializer(comparison, context={"lang": self.lang}).data)
