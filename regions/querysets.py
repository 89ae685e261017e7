"""Named querysets of regions, countries and memberships."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Prefetch, Q

from publishing.querysets import CodedQuerySet, DatedQuerySet, PortalQuerySet, in_force
from sources.querysets import with_citations

if TYPE_CHECKING:
    from regions.models import RegionScheme


class RegionSchemeQuerySet(CodedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by(f"{prefix}position", "pk")

    def with_citations(self) -> Self:
        return self.prefetch_related(with_citations())


class RegionQuerySet(CodedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        """Order by scheme, then as the scheme itself lists its regions."""
        return self.order_by(f"{prefix}scheme__position", f"{prefix}position", "pk")

    def with_country_count(self, date: datetime.date) -> Self:
        """Join the scheme and add ``country_count``: the members on ``date``."""
        return self.select_related("scheme").annotate(
            country_count=Count("memberships", filter=in_force(date, "memberships__"), distinct=True)
        )

    def with_citations(self) -> Self:
        return self.prefetch_related(with_citations())


class CountryQuerySet(PortalQuerySet):
    def get_by_natural_key(self, iso2: str) -> Any:
        return self.get(iso2=iso2)

    def with_name_on(self, date: datetime.date) -> Self:
        """Prefetch, as ``names_then``, the names that were still to be used after ``date``."""
        from regions.models import FormerName

        return self.prefetch_related(
            Prefetch(
                "former_names",
                queryset=FormerName.objects.filter(until__gte=date).order_by("until", "pk"),
                to_attr="names_then",
            )
        )

    def with_regions(self, date: datetime.date) -> Self:
        """Prefetch, as ``current_memberships``, the regions that the country is in on ``date``."""
        from regions.models import Membership

        memberships = (
            Membership.objects.as_of(date)
            .select_related("region__scheme")
            .order_by("region__scheme__position", "region__position", "pk")
        )
        return self.prefetch_related(Prefetch("memberships", queryset=memberships, to_attr="current_memberships"))

    def in_regions(self, codes: list[str], date: datetime.date) -> Self:
        """Return the countries that are in one of the regions on ``date``."""
        from regions.models import Membership

        members = Membership.objects.as_of(date).filter(region__code__in=codes)
        return self.filter(Q(pk__in=members.values("country")))


class FormerNameQuerySet(PortalQuerySet):
    pass


class MembershipQuerySet(DatedQuerySet):
    def of_schemes(self, schemes: Iterable["RegionScheme"]) -> Self:
        """Return the memberships in regions of the schemes."""
        return self.filter(region__scheme__in=schemes)

    def dated(self) -> Self:
        """Return the memberships that began or ended on a date that a source gives."""
        return self.filter(Q(since__isnull=False) | Q(until__isnull=False))

    def by_scheme(self) -> Self:
        """Order as the schemes and their regions stand, then by country."""
        return self.order_by("region__scheme__position", "region__position", "country__iso2", "since", "pk")

    def with_country_on(self, date: datetime.date) -> Self:
        """Join region and scheme; prefetch the country with its name on ``date``."""
        from regions.models import Country

        return self.select_related("region__scheme").prefetch_related(
            Prefetch("country", queryset=Country.objects.with_name_on(date))
        )

    def with_citations(self) -> Self:
        return self.prefetch_related(with_citations())

    def with_related(self) -> Self:
        """Join region, scheme and country; prefetch the citations."""
        return self.select_related("region__scheme", "country").prefetch_related(with_citations())
