"""API of regions and countries."""

import datetime
from typing import Any

from django.db.models import QuerySet

from publishing.api import PortalViewSet
from regions.filters import CountryFilterSet, MembershipFilterSet, RegionFilterSet, RegionSchemeFilterSet
from regions.models import Country, Membership, Region, RegionScheme
from regions.serializers import CountrySerializer, MembershipSerializer, RegionSchemeSerializer, RegionSerializer


class RegionSchemeViewSet(PortalViewSet):
    """Whose division of the world."""

    serializer_class = RegionSchemeSerializer
    filterset_class = RegionSchemeFilterSet

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return RegionScheme.objects.with_citations()


class RegionViewSet(PortalViewSet):
    """Regions of all schemes; codes are unique across them."""

    serializer_class = RegionSerializer
    filterset_class = RegionFilterSet
    orderings = {"code": "code"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Region.objects.with_country_count(date).with_citations()


class CountryViewSet(PortalViewSet):
    """Countries under their UN short names, with their regions on the date."""

    serializer_class = CountrySerializer
    filterset_class = CountryFilterSet
    orderings = {"iso2": "iso2", "name_en": "sort_key_en", "name_zh_hans": "sort_key_zh_hans"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Country.objects.with_name_on(date).with_regions(date)

    def get_object(self) -> Country:
        """Return the country by its code in either case; raise Http404 where there is none."""
        self.kwargs["key"] = self.kwargs["key"].upper()
        country: Country = super().get_object()
        return country


class MembershipViewSet(PortalViewSet):
    """Countries in regions, in force on the date."""

    serializer_class = MembershipSerializer
    filterset_class = MembershipFilterSet

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Membership.objects.with_related()
