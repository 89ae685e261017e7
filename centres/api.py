"""API of centres, host institutions and their relations."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from centres.census import ORDERS
from centres.content import RECORD_TYPES
from centres.coverage import CoverageFilterSet
from centres.directory import CentreFilterSet, Selection
from centres.filters import (
    DesignationFilterSet,
    HostingFilterSet,
    HostInstitutionFilterSet,
    ServiceFilterSet,
)
from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from centres.serializers import (
    CentreSerializer,
    CoverageSerializer,
    DesignationListSerializer,
    HostingListSerializer,
    HostInstitutionSerializer,
    ServiceSerializer,
)
from editing.api import WritableViewSet
from publishing.api import PortalAPIView
from publishing.content.saving import standing_alone
from publishing.renderers import GeoJSONRenderer, PortalJSONRenderer
from sources.querysets import with_citations


class CentreViewSet(WritableViewSet):
    """The directory: centres, offices and networks designated on the date."""

    record_type = standing_alone(RECORD_TYPES, Centre)
    serializer_class = CentreSerializer
    filterset_class = CentreFilterSet
    renderer_classes = (*WritableViewSet.renderer_classes, GeoJSONRenderer)
    orderings = dict.fromkeys(ORDERS, "")
    expansions = {"services": lambda date: with_citations("current_services__")}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Centre.objects.with_related(date)

    def ordered(self, rows: Any) -> Any:
        """Return ``rows`` as they are: the filter set has put them in order."""
        return rows

    def related(self, rows: Any) -> Any:
        return rows.read_from(super().related(rows.rows)) if isinstance(rows, Selection) else super().related(rows)

    @staticmethod
    def keys_of(rows: Selection) -> set[str]:
        codes = dict(Centre.objects.order_by().values_list("pk", "code"))
        return {codes[key] for key in rows.keys}

    def after(self, rows: Selection, key: int) -> Selection:
        return rows.after(key)


class HostInstitutionViewSet(WritableViewSet):
    """Institutions that house centres."""

    record_type = standing_alone(RECORD_TYPES, HostInstitution)
    serializer_class = HostInstitutionSerializer
    filterset_class = HostInstitutionFilterSet
    orderings = {"code": "code", "name_en": "sort_key_en", "name_zh_hans": "sort_key_zh_hans"}
    expansions = {"hostings": lambda date: with_citations("current_hostings__")}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return HostInstitution.objects.with_related(date)


class DesignationViewSet(WritableViewSet):
    """Designations in force on the date."""

    record_type = standing_alone(RECORD_TYPES, Designation)
    serializer_class = DesignationListSerializer
    filterset_class = DesignationFilterSet
    orderings = {"since": "since"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Designation.objects.with_related()


class HostingViewSet(WritableViewSet):
    """Who houses which centre on the date."""

    record_type = standing_alone(RECORD_TYPES, Hosting)
    serializer_class = HostingListSerializer
    filterset_class = HostingFilterSet
    orderings = {"since": "since"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Hosting.objects.with_related()


class ServiceViewSet(WritableViewSet):
    """Which centre serves which country on the date."""

    record_type = standing_alone(RECORD_TYPES, Service)
    serializer_class = ServiceSerializer
    filterset_class = ServiceFilterSet

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Service.objects.with_related()


class CoverageAPI(PortalAPIView):
    """Coverage: how many centres in each region have each function, or are of each mechanism or kind.

    The region is that of the host country or, with ``of=served``, of the countries served. Each number has the address
    of its list.
    """

    general = ("format", "lang")
    filterset_class = CoverageFilterSet
    renderer_classes = (PortalJSONRenderer,)

    @extend_schema(responses=CoverageSerializer)
    def get(self, request: Request) -> Response:
        filterset = CoverageFilterSet(request.query_params, also=self.general)
        self.check_general(filterset.problems)
        # A day that was not asked for is not fixed: today's list is always the one of today.
        date = f"as_of={filterset.as_of_date.isoformat()}" if "as_of" in filterset.data else ""

        def address(query: str) -> str:
            text = "&".join(part for part in (query, date) if part)
            return request.build_absolute_uri(reverse("api:centres-list") + (f"?{text}" if text else ""))

        context = {"lang": self.lang, "address": address}
        return Response(CoverageSerializer(filterset.coverage(), context=context).data)
