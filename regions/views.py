"""Pages of regions and the list of countries; the country's own page stands with the centres that serve it."""

from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from publishing.views import PortalDetailView, PortalListView, PortalView, require
from regions.differences import changes, differences
from regions.filters import CountryFilterSet, RegionFilterSet, SchemePairFilterSet
from regions.models import Membership, Region, RegionScheme
from regions.serializers import CountrySerializer, RegionSerializer


class RegionListView(PortalListView):
    template_name = "regions/list.html"
    filterset_class = RegionFilterSet
    serializer_class = RegionSerializer

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's regions under their schemes too."""
        context = super().context(**kwargs)
        regions = groupby(context["page"], key=lambda region: region.scheme)
        return {**context, "schemes": [(scheme, list(rows)) for scheme, rows in regions]}


class RegionDetailView(PortalDetailView):
    template_name = "regions/detail.html"

    def records(self) -> QuerySet[Any]:
        return Region.objects.with_country_count(self.date).with_citations()

    def beside(self, record: Any) -> dict[str, Any]:
        """Return the memberships in force on the date and those of other times."""
        rows = list(Membership.objects.filter(region=record).with_related().in_reading_order("country__"))
        current = set(Membership.objects.as_of(self.date).filter(region=record).values_list("pk", flat=True))
        return {
            "memberships": [row for row in rows if row.pk in current],
            "other_memberships": [row for row in rows if row.pk not in current],
            "other_schemes": RegionScheme.objects.exclude(pk=record.scheme_id).in_reading_order(),
        }


class RegionDifferencesView(PortalView):
    """Two region schemes beside each other, and the changes over time in all of them."""

    template_name = "regions/differences.html"
    filterset_class = SchemePairFilterSet
    filterset: SchemePairFilterSet

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the two schemes crossed; raise Http404 where there are not two."""
        pair = self.filterset.pair()
        require(len(pair) == 2)
        return {
            "schemes": self.filterset.all_schemes,
            "differences": differences(pair[0], pair[1], self.date),
            "changes": changes(self.date),
        }


class CountryListView(PortalListView):
    template_name = "countries/list.html"
    filterset_class = CountryFilterSet
    serializer_class = CountrySerializer
    page_size = 200
