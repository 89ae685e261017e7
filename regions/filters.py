"""Filters of the lists of regions, countries and memberships."""

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from publishing.filters import CodesFilter, CountriesFilter, PortalFilterSet, TextFilter, choice_counts
from regions.models import Basis, Country, Membership, Region, RegionScheme, UNStatus


def scheme_options() -> Any:
    return RegionScheme.objects.order_by("position", "pk").values_list("code", "name")


def region_options() -> list[tuple[str, str]]:
    """Return every region with its scheme's name, because names recur across schemes."""
    regions = Region.objects.select_related("scheme").in_reading_order()
    return [(region.code, f"{region.name} ({region.scheme.name})") for region in regions]


def country_options() -> Any:
    return Country.objects.in_reading_order().values_list("iso2", "name")


class RegionSchemeFilterSet(PortalFilterSet):
    def base(self, date: datetime.date) -> QuerySet[Any]:
        return RegionScheme.objects.all()

    def shown(self, queryset: Any, date: datetime.date) -> QuerySet[Any]:
        return queryset.with_citations().in_reading_order()  # type: ignore[no-any-return]


class RegionFilterSet(PortalFilterSet):
    scheme = CodesFilter(
        label=_("Region scheme"),
        field_name="scheme__code",
        options=scheme_options,
        counts=choice_counts("scheme__code"),
    )

    def base(self, date: datetime.date) -> QuerySet[Any]:
        return Region.objects.all()

    def shown(self, queryset: Any, date: datetime.date) -> QuerySet[Any]:
        return queryset.with_country_count(date).with_citations().in_reading_order()  # type: ignore[no-any-return]


def _countries_by_region(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    members = Membership.objects.as_of(date).filter(country__in=queryset.order_by())
    return dict(members.order_by().values_list("region__code").annotate(n=Count("country", distinct=True)))


class CountryFilterSet(PortalFilterSet):
    region = CodesFilter(label=_("Region"), options=region_options, counts=_countries_by_region, method="filter_region")
    un_status = CodesFilter(
        label=_("Status at the United Nations"), options=lambda: UNStatus.choices, counts=choice_counts("un_status")
    )
    q = TextFilter(label=_("Name or code"), method="filter_q")

    def base(self, date: datetime.date) -> QuerySet[Any]:
        return Country.objects.all()

    def shown(self, queryset: Any, date: datetime.date) -> QuerySet[Any]:
        return queryset.with_name_on(date).with_regions(date).in_reading_order()  # type: ignore[no-any-return]

    def filter_region(self, queryset: Any, name: str, value: list[str]) -> QuerySet[Any]:
        return queryset.in_regions(value, self.as_of_date) if value else queryset  # type: ignore[no-any-return]

    def filter_q(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find a country by its name, a former name or a code, in either language."""
        former = Q(former_names__name_en__icontains=value) | Q(former_names__name_zh_hans__icontains=value)
        names = Q(name_en__icontains=value) | Q(name_zh_hans__icontains=value)
        codes = Q(iso2__iexact=value) | Q(iso3__iexact=value) | Q(m49=value)
        return queryset.filter(pk__in=Country.objects.filter(names | codes | former).values("pk"))


def _members_by_region(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    return dict(queryset.order_by().values_list("region__code").annotate(n=Count("pk")))


class MembershipFilterSet(PortalFilterSet):
    region = CodesFilter(
        label=_("Region"), field_name="region__code", options=region_options, counts=_members_by_region
    )
    country = CountriesFilter(
        label=_("Country"), field_name="country__iso2", options=country_options, counts=choice_counts("country__iso2")
    )
    basis = CodesFilter(label=_("Basis"), options=lambda: Basis.choices, counts=choice_counts("basis"))

    def base(self, date: datetime.date) -> QuerySet[Any]:
        return Membership.objects.as_of(date)

    def shown(self, queryset: Any, date: datetime.date) -> QuerySet[Any]:
        return queryset.with_related().order_by(  # type: ignore[no-any-return]
            "region__scheme__position", "region__position", "country__iso2", "pk"
        )
