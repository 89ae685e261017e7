"""Filters of the lists of regions, countries and memberships."""

import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.filters import (
    CodesFilter,
    CountriesFilter,
    PortalFilterSet,
    QueryFilterSet,
    TextFilter,
    VocabularyFilter,
    choice_counts,
)
from regions.models import Basis, Country, Membership, Region, RegionScheme, UNStatus
from regions.querysets import CountryQuerySet, MembershipQuerySet, RegionQuerySet, RegionSchemeQuerySet


def scheme_options() -> Any:
    """Return code and name of every scheme, in its order."""
    return RegionScheme.objects.order_by("position", "pk").values_list("code", "name")


def region_options() -> list[tuple[str, str, str]]:
    """Return every region under its scheme, because names recur across schemes."""
    regions = Region.objects.select_related("scheme").in_reading_order()
    return [(region.code, region.name, region.scheme.name) for region in regions]


def country_options() -> Any:
    """Return code and name of every country, in reading order."""
    return Country.objects.in_reading_order().values_list("iso2", "name")


class RegionSchemeFilterSet(QueryFilterSet[RegionSchemeQuerySet]):
    def base(self, date: datetime.date) -> RegionSchemeQuerySet:
        return RegionScheme.objects.all()

    def shown(self, queryset: RegionSchemeQuerySet, date: datetime.date) -> RegionSchemeQuerySet:
        return queryset.with_citations().in_reading_order()


class SchemePairFilterSet(PortalFilterSet):
    """Two schemes to set beside each other, in the order of the address; the first two where none is chosen."""

    scheme = CodesFilter(label=_("Region scheme"), options=scheme_options)

    @property
    def problems(self) -> dict[str, list[str]]:
        """Add what only the whole tells: that it takes two different schemes."""
        problems = super().problems
        codes = self.data.getlist("scheme")
        if "scheme" not in problems and codes and not (len(codes) == len(set(codes)) == 2):
            problems["scheme"] = [gettext("Choose two different schemes.")]
        return problems

    @cached_property
    def all_schemes(self) -> list[RegionScheme]:
        """Return every scheme, in its order."""
        return list(RegionScheme.objects.in_reading_order())

    def pair(self) -> list[RegionScheme]:
        """Return the two schemes; the parameters must be free of problems."""
        by_code = {scheme.code: scheme for scheme in self.all_schemes}
        return [by_code[code] for code in self.form.cleaned_data["scheme"]] or self.all_schemes[:2]


class RegionFilterSet(QueryFilterSet[RegionQuerySet]):
    scheme = CodesFilter(
        label=_("Region scheme"),
        field_name="scheme__code",
        options=scheme_options,
        counts=choice_counts("scheme__code"),
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> RegionQuerySet:
        return Region.objects.all()

    def shown(self, queryset: RegionQuerySet, date: datetime.date) -> RegionQuerySet:
        return queryset.with_country_count(date).with_citations().in_reading_order()


def _countries_by_region(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    members = Membership.objects.as_of(date).filter(country__in=queryset.order_by())
    return dict(members.order_by().values_list("region__code").annotate(n=Count("country", distinct=True)))


class CountryFilterSet(QueryFilterSet[CountryQuerySet]):
    region = CodesFilter(label=_("Region"), options=region_options, counts=_countries_by_region, method="filter_region")
    un_status = VocabularyFilter(
        label=_("Status at the United Nations"), vocabulary=UNStatus, counts=choice_counts("un_status")
    )
    q = TextFilter(label=_("Name or code"))

    def base(self, date: datetime.date) -> CountryQuerySet:
        return Country.objects.all()

    def shown(self, queryset: CountryQuerySet, date: datetime.date) -> CountryQuerySet:
        return queryset.with_name_on(date).with_regions(date).in_reading_order()

    def filter_region(self, queryset: CountryQuerySet, name: str, value: list[str]) -> CountryQuerySet:
        return queryset.in_regions(value, self.as_of_date) if value else queryset


def _members_by_region(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    return dict(queryset.order_by().values_list("region__code").annotate(n=Count("pk")))


class MembershipFilterSet(QueryFilterSet[MembershipQuerySet]):
    region = CodesFilter(
        label=_("Region"), field_name="region__code", options=region_options, counts=_members_by_region
    )
    country = CountriesFilter(
        label=_("Country"), field_name="country__iso2", options=country_options, counts=choice_counts("country__iso2")
    )
    basis = VocabularyFilter(label=_("Basis"), vocabulary=Basis, counts=choice_counts("basis"))

    def base(self, date: datetime.date) -> MembershipQuerySet:
        return Membership.objects.as_of(date)

    def shown(self, queryset: MembershipQuerySet, date: datetime.date) -> MembershipQuerySet:
        return queryset.with_related().order_by("region__scheme__position", "region__position", "country__iso2", "pk")
