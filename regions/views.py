"""Lists of regions and countries; their own pages stand with the centres that they host and that serve them."""

from itertools import groupby
from typing import Any

from publishing.views import PortalListView, PortalView, require
from regions.differences import changes, differences
from regions.filters import CountryFilterSet, RegionFilterSet, SchemePairFilterSet
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
