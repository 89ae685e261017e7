"""API of centres, host institutions and their relations."""

import datetime
from typing import Any

from django.db.models import QuerySet

from centres.filters import (
    CentreFilterSet,
    DesignationFilterSet,
    HostingFilterSet,
    HostInstitutionFilterSet,
    ServiceFilterSet,
)
from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from centres.serializers import (
    CentreSerializer,
    DesignationListSerializer,
    HostingListSerializer,
    HostInstitutionSerializer,
    ServiceSerializer,
)
from publishing.api import PortalViewSet


class CentreViewSet(PortalViewSet):
    """The directory: centres, offices and networks designated on the date."""

    serializer_class = CentreSerializer
    filterset_class = CentreFilterSet
    orderings = {
        "code": "code",
        "name_en": "sort_key_en",
        "name_zh_hans": "sort_key_zh_hans",
        "country": "country__iso2",
    }

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Centre.objects.with_related(date)


class HostInstitutionViewSet(PortalViewSet):
    """Institutions that house centres."""

    serializer_class = HostInstitutionSerializer
    filterset_class = HostInstitutionFilterSet
    orderings = {"code": "code", "name_en": "sort_key_en", "name_zh_hans": "sort_key_zh_hans"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return HostInstitution.objects.with_related(date)


class DesignationViewSet(PortalViewSet):
    """Designations in force on the date."""

    serializer_class = DesignationListSerializer
    filterset_class = DesignationFilterSet
    orderings = {"since": "since"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Designation.objects.with_related()


class HostingViewSet(PortalViewSet):
    """Who houses which centre on the date."""

    serializer_class = HostingListSerializer
    filterset_class = HostingFilterSet
    orderings = {"since": "since"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Hosting.objects.with_related()


class ServiceViewSet(PortalViewSet):
    """Which centre serves which country on the date."""

    serializer_class = ServiceSerializer
    filterset_class = ServiceFilterSet

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Service.objects.with_related()
