"""Named querysets of centres: who is designated, housed and serving on a date."""

import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Prefetch, Subquery

from publishing.querysets import CodedQuerySet, DatedQuerySet, JoinedTexts
from sources.querysets import with_citations


class DesignationQuerySet(DatedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by("centre__code", "mechanism__position", "since", "pk")

    def by_centre(self) -> Self:
        """Order by the centre's name in the active language."""
        return super().in_reading_order("centre__")

    def with_related(self) -> Self:
        """Join centre and mechanism; prefetch the citations."""
        return self.select_related("centre", "mechanism").prefetch_related(with_citations())


class HostingQuerySet(DatedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by("centre__code", "since", "pk")

    def with_related(self) -> Self:
        """Join centre, institution and its country; prefetch the citations."""
        return self.select_related("centre", "institution__country").prefetch_related(with_citations())


class ServiceQuerySet(DatedQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the services in force on ``date``.

        The centre must also be designated under the mechanism on it: a list of countries without
        a date is as old as the designation, not as the world.
        """
        from centres.models import Designation

        designated = Designation.objects.as_of(date).filter(centre=OuterRef("centre"), mechanism=OuterRef("mechanism"))
        return super().as_of(date).filter(Exists(designated))

    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by("centre__code", "mechanism__position", "country__iso2", "since", "pk")

    def by_country(self) -> Self:
        """Order by the country's name in the active language."""
        return super().in_reading_order("country__")

    def with_related(self) -> Self:
        """Join centre, country and mechanism; prefetch the citations."""
        return self.select_related("centre", "country", "mechanism").prefetch_related(with_citations())


class HostInstitutionQuerySet(CodedQuerySet):
    def with_related(self, date: datetime.date) -> Self:
        """Join the country; prefetch citations and, as ``current_hostings``, what it houses on ``date``."""
        from centres.models import Hosting

        hostings = Hosting.objects.as_of(date).select_related("centre").order_by("centre__code", "pk")
        return self.select_related("country").prefetch_related(
            Prefetch("hostings", queryset=hostings, to_attr="current_hostings"), with_citations()
        )


class CentreQuerySet(CodedQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the centres that are designated under some mechanism on ``date``."""
        from centres.models import Designation

        return self.filter(Exists(Designation.objects.as_of(date).filter(centre=OuterRef("pk"))))

    def designated_under(self, mechanisms: list[str], date: datetime.date) -> Self:
        """Return the centres that one of the mechanisms, by code, designates on ``date``."""
        from centres.models import Designation

        return self.filter(
            Exists(Designation.objects.as_of(date).filter(centre=OuterRef("pk"), mechanism__code__in=mechanisms))
        )

    def with_related(self, date: datetime.date) -> Self:
        """Join and prefetch what a list shows of a centre on ``date``: the same queries for any number of rows.

        Sets ``performs``, ``current_designations``, ``current_hostings`` and ``current_services``; ``codes_served``
        says in one text which countries these serve, for who needs no more of them.
        """
        from centres.models import Designation, Hosting, Service
        from regions.models import Country

        designations = (
            Designation.objects.as_of(date).select_related("mechanism").order_by("mechanism__position", "since", "pk")
        )
        hostings = Hosting.objects.as_of(date).select_related("institution__country").order_by("since", "pk")
        # Prefetched, not joined: hundreds of services share some countries, which are then read and made once.
        services = Service.objects.as_of(date).prefetch_related("country", "mechanism").by_country()
        codes = Service.objects.as_of(date).filter(centre=OuterRef("pk")).order_by().values("centre")
        return self.annotate(
            codes_served=Subquery(codes.annotate(codes=JoinedTexts("country__iso2")).values("codes"))
        ).prefetch_related(
            Prefetch("country", queryset=Country.objects.with_name_on(date)),
            with_functions(),
            Prefetch(
                "designations", queryset=designations.prefetch_related(with_citations()), to_attr="current_designations"
            ),
            Prefetch("hostings", queryset=hostings.prefetch_related(with_citations()), to_attr="current_hostings"),
            Prefetch("services", queryset=services, to_attr="current_services"),
            with_citations(),
        )


def with_functions() -> "Prefetch[str, Any, str]":
    """Return the prefetch of the functions of centres, as the list ``performs``."""
    from mechanisms.models import Function

    return Prefetch("functions", queryset=Function.objects.in_reading_order(), to_attr="performs")
