"""Filters of the directory and of the relations of centres."""

import datetime
from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from centres.models import (
    Centre,
    CentreKind,
    Designation,
    DesignationRole,
    Hosting,
    HostInstitution,
    InstitutionType,
    LegalArrangement,
    Service,
)
from centres.querysets import (
    CentreQuerySet,
    DesignationQuerySet,
    HostingQuerySet,
    HostInstitutionQuerySet,
    ServiceQuerySet,
)
from mechanisms.filters import function_options, mechanism_options
from mechanisms.models import Convention, Fund
from publishing.filters import CodesFilter, CountriesFilter, PortalFilterSet, TextFilter, choice_counts
from publishing.querysets import begun_by, in_force
from regions.filters import country_options, region_options
from regions.models import Membership


def _by_designation(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    rows = Designation.objects.as_of(date).filter(centre__in=queryset.order_by()).order_by()
    return dict(rows.values_list("mechanism__code").annotate(n=Count("centre", distinct=True)))


def _by_region(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    rows = Membership.objects.as_of(date).filter(country__centres__in=queryset.order_by()).order_by()
    return dict(rows.values_list("region__code").annotate(n=Count("country__centres", distinct=True)))


def _by_service(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    rows = Service.objects.as_of(date).filter(centre__in=queryset.order_by()).order_by()
    return dict(rows.values_list("country__iso2").annotate(n=Count("centre", distinct=True)))


def _by_institution_type(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    rows = Hosting.objects.as_of(date).filter(centre__in=queryset.order_by()).order_by()
    return dict(rows.values_list("institution__institution_type").annotate(n=Count("centre", distinct=True)))


class CentreFilterSet(PortalFilterSet[CentreQuerySet]):
    """The directory's filters: every one is of the state of the world on the date."""

    mechanism = CodesFilter(
        label=_("Mechanism"), options=mechanism_options, counts=_by_designation, method="filter_mechanism"
    )
    region = CodesFilter(
        label=_("Region of the host country"), options=region_options, counts=_by_region, method="filter_region"
    )
    serves = CountriesFilter(
        label=_("Serves country"), options=country_options, counts=_by_service, method="filter_serves"
    )
    kind = CodesFilter(label=_("Kind"), options=lambda: CentreKind.choices, counts=choice_counts("kind"))
    function = CodesFilter(
        label=_("Function"), options=function_options, counts=choice_counts("functions__code"), method="filter_function"
    )
    institution_type = CodesFilter(
        label=_("Type of host institution"),
        options=lambda: InstitutionType.choices,
        counts=_by_institution_type,
        method="filter_institution_type",
    )
    q = TextFilter(label=_("Words"), method="filter_q")

    def base(self, date: datetime.date) -> CentreQuerySet:
        return Centre.objects.as_of(date)

    def shown(self, queryset: CentreQuerySet, date: datetime.date) -> CentreQuerySet:
        return queryset.with_related(date).in_reading_order()

    def filter_mechanism(self, queryset: CentreQuerySet, name: str, value: list[str]) -> CentreQuerySet:
        return queryset.designated_under(value, self.as_of_date) if value else queryset

    def filter_region(self, queryset: CentreQuerySet, name: str, value: list[str]) -> CentreQuerySet:
        return queryset.in_regions(value, self.as_of_date) if value else queryset

    def filter_serves(self, queryset: CentreQuerySet, name: str, value: list[str]) -> CentreQuerySet:
        return queryset.serving(value, self.as_of_date) if value else queryset

    def filter_function(self, queryset: CentreQuerySet, name: str, value: list[str]) -> CentreQuerySet:
        return (
            queryset.filter(pk__in=Centre.objects.filter(functions__code__in=value).values("pk")) if value else queryset
        )

    def filter_institution_type(self, queryset: CentreQuerySet, name: str, value: list[str]) -> CentreQuerySet:
        return queryset.hosted_by_type(value, self.as_of_date) if value else queryset

    def filter_q(self, queryset: CentreQuerySet, name: str, value: str) -> CentreQuerySet:
        return queryset.matching(value)


def _institutions_by_mechanism(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    rows = Hosting.objects.as_of(date).filter(
        in_force(date, "centre__designations__"), institution__in=queryset.order_by()
    )
    return dict(
        rows.order_by()
        .values_list("centre__designations__mechanism__code")
        .annotate(n=Count("institution", distinct=True))
    )


class HostInstitutionFilterSet(PortalFilterSet[HostInstitutionQuerySet]):
    institution_type = CodesFilter(
        label=_("Type"), options=lambda: InstitutionType.choices, counts=choice_counts("institution_type")
    )
    country = CountriesFilter(
        label=_("Country"), field_name="country__iso2", options=country_options, counts=choice_counts("country__iso2")
    )
    mechanism = CodesFilter(
        label=_("Mechanism"), options=mechanism_options, counts=_institutions_by_mechanism, method="filter_mechanism"
    )

    def base(self, date: datetime.date) -> HostInstitutionQuerySet:
        """Institutions that house a centre on ``date``."""
        return HostInstitution.objects.filter(pk__in=Hosting.objects.as_of(date).values("institution"))

    def shown(self, queryset: HostInstitutionQuerySet, date: datetime.date) -> HostInstitutionQuerySet:
        return queryset.with_related(date).in_reading_order()

    def filter_mechanism(
        self, queryset: HostInstitutionQuerySet, name: str, value: list[str]
    ) -> HostInstitutionQuerySet:
        if not value:
            return queryset
        centres = Centre.objects.designated_under(value, self.as_of_date)
        hostings = Hosting.objects.as_of(self.as_of_date).filter(centre__in=centres)
        return queryset.filter(pk__in=hostings.values("institution"))


def centre_options() -> Any:
    """Return code and name of every centre, in reading order."""
    return Centre.objects.in_reading_order().values_list("code", "name")


class CentreComparisonFilterSet(PortalFilterSet[CentreQuerySet]):
    """Which centres stand beside each other."""

    centre = CodesFilter(label=_("Centre"), field_name="code", options=centre_options)

    def base(self, date: datetime.date) -> CentreQuerySet:
        """Return every centre: one that is not designated on ``date`` can be compared, and the page says so."""
        return Centre.objects.all()

    def shown(self, queryset: CentreQuerySet, date: datetime.date) -> CentreQuerySet:
        return queryset.with_related(date).in_reading_order()


def _lanes_by_mechanism(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    """Count the centres, conventions and funds of each mechanism, as the timeline has a lane for each."""
    lanes = Counter(dict(queryset.order_by().values_list("mechanism__code").annotate(n=Count("centre", distinct=True))))
    for related in (Convention.objects.as_of(date), Fund.objects.filter(begun_by(date))):
        lanes.update(dict(related.order_by().values_list("mechanisms__code").annotate(n=Count("pk", distinct=True))))
    return dict(lanes)


class TimelineFilterSet(PortalFilterSet[DesignationQuerySet]):
    """The timeline: everything that had begun by the date, also what has ended since."""

    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="mechanism__code",
        options=mechanism_options,
        counts=_lanes_by_mechanism,
    )

    def base(self, date: datetime.date) -> DesignationQuerySet:
        return Designation.objects.filter(begun_by(date))

    def shown(self, queryset: DesignationQuerySet, date: datetime.date) -> DesignationQuerySet:
        return queryset.with_related().by_centre()


class DesignationFilterSet(PortalFilterSet[DesignationQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="mechanism__code",
        options=mechanism_options,
        counts=choice_counts("mechanism__code"),
    )
    centre = CodesFilter(
        label=_("Centre"), field_name="centre__code", options=centre_options, counts=choice_counts("centre__code")
    )
    role = CodesFilter(label=_("Role"), options=lambda: DesignationRole.choices, counts=choice_counts("role"))

    def base(self, date: datetime.date) -> DesignationQuerySet:
        return Designation.objects.as_of(date)

    def shown(self, queryset: DesignationQuerySet, date: datetime.date) -> DesignationQuerySet:
        return queryset.with_related().in_reading_order()


class HostingFilterSet(PortalFilterSet[HostingQuerySet]):
    centre = CodesFilter(
        label=_("Centre"), field_name="centre__code", options=centre_options, counts=choice_counts("centre__code")
    )
    legal_arrangement = CodesFilter(
        label=_("Legal arrangement"),
        options=lambda: LegalArrangement.choices,
        counts=choice_counts("legal_arrangement"),
    )

    def base(self, date: datetime.date) -> HostingQuerySet:
        return Hosting.objects.as_of(date)

    def shown(self, queryset: HostingQuerySet, date: datetime.date) -> HostingQuerySet:
        return queryset.with_related().in_reading_order()


class ServiceFilterSet(PortalFilterSet[ServiceQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="mechanism__code",
        options=mechanism_options,
        counts=choice_counts("mechanism__code"),
    )
    centre = CodesFilter(
        label=_("Centre"), field_name="centre__code", options=centre_options, counts=choice_counts("centre__code")
    )
    country = CountriesFilter(
        label=_("Country"), field_name="country__iso2", options=country_options, counts=choice_counts("country__iso2")
    )

    def base(self, date: datetime.date) -> ServiceQuerySet:
        return Service.objects.as_of(date)

    def shown(self, queryset: ServiceQuerySet, date: datetime.date) -> ServiceQuerySet:
        return queryset.with_related().in_reading_order()
