"""API of mechanisms, reference records and the comparison."""

import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from editing.api import WritableViewSet
from mechanisms.changes import changes_between
from mechanisms.comparison_document import comparison_document
from mechanisms.comparison_filters import ComparisonFilterSet
from mechanisms.content import RECORD_TYPES
from mechanisms.filters import (
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
from publishing.content.saving import standing_alone
from publishing.downloads import said_of
from publishing.exports import WRITERS
from publishing.exports.csv import write_csv
from publishing.renderers import CSVRenderer, DOCXRenderer, PortalJSONRenderer, XLSXRenderer


class MechanismViewSet(PortalViewSet):
    """The compared arrangements."""

    serializer_class = MechanismSerializer
    filterset_class = MechanismFilterSet
    orderings = {"code": "code", "letter": "letter"}
    expansions = {"findings": Finding.objects.as_cells}

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
    expansions = {"findings": Finding.objects.as_cells}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Criterion.objects.with_group().with_options()


class FindingViewSet(WritableViewSet):
    """Cells of the comparison: the latest statement not after the date."""

    record_type = standing_alone(RECORD_TYPES, Finding)
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


class ObservationViewSet(WritableViewSet):
    """Reported figures, one by one."""

    record_type = standing_alone(RECORD_TYPES, Observation)
    serializer_class = ObservationListSerializer
    filterset_class = ObservationFilterSet
    orderings = {"stated_on": "stated_on", "value": "value"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Observation.objects.with_related()


class ComparisonView(PortalAPIView):
    """Mechanisms beside each other: a row a criterion, a cell a mechanism, no cell blank.

    As csv, xlsx or docx: the table that the page shows, in the language of ``lang`` (English if left out).
    """

    general = ("format", "lang")
    filterset_class = ComparisonFilterSet
    renderer_classes = (PortalJSONRenderer, CSVRenderer, XLSXRenderer, DOCXRenderer)

    @extend_schema(responses=ComparisonSerializer)
    def get(self, request: Request) -> Response:
        filterset = ComparisonFilterSet(request.query_params, also=self.general)
        self.check_general(filterset.problems)
        if (wanted := self.wanted) in WRITERS:
            with override(self.lang or settings.LANGUAGE_CODE):
                document = comparison_document(filterset, *said_of(request, filterset.as_of_date, "compare"))
            # Scripts take the byte order mark, which Excel wants, for a part of the first column's name.
            file = write_csv(document, bom=False) if wanted == "csv" else WRITERS[wanted](document)
            return Response(file)
        comparison = filterset.comparison()
        since = filterset.changed_since_date
        changes = changes_between(since, comparison) if since else None
        return Response(ComparisonSerializer(comparison, context={"lang": self.lang, "changes": changes}).data)
