"""Filters of host institutions and of the relations of centres; the directory's stand in directory.py."""

import datetime
from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from centres.models import (
    Centre,
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
from mechanisms.filters import mechanism_options
from mechanisms.models import Convention, Fund
from publishing.filters import CodesFilter, CountriesFilter, QueryFilterSet, TextFilter, VocabularyFilter, choice_counts
from publishing.querysets import begun_by, in_force
from regions.filters import country_options


def _institutions_by_mechanism(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    rows = Hosting.objects.as_of(date).filter(
        in_force(date, "centre__designations__"), institution__in=queryset.order_by()
    )
    return dict(
        rows.order_by()
        .values_list("centre__designations__mechanism__code")
        .annotate(n=Count("institution", distinct=True))
    )


class HostInstitutionFilterSet(QueryFilterSet[HostInstitutionQuerySet]):
    institution_type = VocabularyFilter(
        label=_("Type"), vocabulary=InstitutionType, counts=choice_counts("institution_type")
    )
    country = CountriesFilter(
        label=_("Country"), field_name="country__iso2", options=country_options, counts=choice_counts("country__iso2")
    )
    mechanism = CodesFilter(
        label=_("Mechanism"), options=mechanism_options, counts=_institutions_by_mechanism, method="filter_mechanism"
    )
    q = TextFilter(label=_("Words"))

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


class CentreComparisonFilterSet(QueryFilterSet[CentreQuerySet]):
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


class TimelineFilterSet(QueryFilterSet[DesignationQuerySet]):
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


class DesignationFilterSet(QueryFilterSet[DesignationQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="mechanism__code",
        options=mechanism_options,
        counts=choice_counts("mechanism__code"),
    )
    centre = CodesFilter(
        label=_("Centre"), field_name="centre__code", options=centre_options, counts=choice_counts("centre__code")
    )
    role = VocabularyFilter(label=_("Role"), vocabulary=DesignationRole, counts=choice_counts("role"))

    def base(self, date: datetime.date) -> DesignationQuerySet:
        return Designation.objects.as_of(date)

    def shown(self, queryset: DesignationQuerySet, date: datetime.date) -> DesignationQuerySet:
        return queryset.with_related().in_reading_order()


class HostingFilterSet(QueryFilterSet[HostingQuerySet]):
    centre = CodesFilter(
        label=_("Centre"), field_name="centre__code", options=centre_options, counts=choice_counts("centre__code")
    )
    legal_arrangement = VocabularyFilter(
        label=_("Legal arrangement"),
        vocabulary=LegalArrangement,
        counts=choice_counts("legal_arrangement"),
    )

    def base(self, date: datetime.date) -> HostingQuerySet:
        return Hosting.objects.as_of(date)

    def shown(self, queryset: HostingQuerySet, date: datetime.date) -> HostingQuerySet:
        return queryset.with_related().in_reading_order()


class ServiceFilterSet(QueryFilterSet[ServiceQuerySet]):
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
