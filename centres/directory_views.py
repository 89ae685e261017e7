"""The directory's page: a list, a table or a map of the same centres."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from centres.census import ServedList, members
from centres.columns import COLUMNS, DEFAULT, LISTED
from centres.comparison import compare
from centres.comparison_document import directory_document
from centres.directory import DirectoryFilterSet, own_order
from centres.models import Centre
from centres.serializers import CentreSerializer
from mechanisms.models import Mechanism
from publishing.exports import Document
from publishing.languages import content_language
from publishing.maps import WORLD, Drawing, Frame, Place, draw
from publishing.views import PortalListView
from quoting.quotable import QuotablePage


class CentreListView(QuotablePage, PortalListView):
    template_name = "centres/list.html"
    filterset_class = DirectoryFilterSet
    filterset: DirectoryFilterSet
    serializer_class = CentreSerializer
    formats = ("csv", "xlsx", "geojson")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page of centres and what the chosen view needs."""
        chosen = self.filterset.form.cleaned_data
        view = chosen["view"] or "list"
        context = {
            **super().context(**kwargs),
            "view": view,
            "ordering": chosen["ordering"] or own_order(),
            "orders": self._orders(),
            **self._unlisted(),
        }
        if view == "table":
            context |= self._table(chosen["column"] or DEFAULT, context["ordering"])
        if view == "map":
            context["map"] = self._map()
        return context

    def document(self, **kwargs: Any) -> Document:
        centres = self.filterset.results()
        self.check_rows(len(centres))
        chosen = self.filterset.form.cleaned_data
        wanted = chosen["column"] or (DEFAULT if chosen["view"] == "table" else LISTED)
        columns = [code for code in COLUMNS if code in wanted]
        language = content_language()
        return directory_document(compare(list(centres), self.date), columns, self.filterset.in_words(), language)

    def _orders(self) -> list[tuple[str, str]]:
        """Return the orders offered as links; the table's headings offer the others."""
        if content_language() == "en":
            names = [("name_en", _("By name"))]
        else:
            names = [("name_zh_hans", _("By pinyin")), ("name_en", _("UN order (English alphabet)"))]
        return [*names, ("country", _("By host country")), ("kind", _("By kind"))]

    def _unlisted(self) -> dict[str, Any]:
        """Count the centres that may serve the chosen country or region, but no source says whom they serve."""
        asked = [name for name in ("serves", "serves_region") if self.filterset.form.cleaned_data[name]]
        if not asked:
            return {}
        unknown = self.filterset.census.sets["served_list"][ServedList.UNKNOWN]
        query = self.request.GET.copy()
        for name in (*asked, "page"):
            query.pop(name, None)
        query.setlist("served_list", [ServedList.UNKNOWN])
        return {
            "unlisted": (self.filterset.found(without=asked) & unknown).bit_count(),
            "unlisted_address": f"?{query.urlencode()}",
        }

    def _table(self, wanted: list[str], ordering: str) -> dict[str, Any]:
        """Return the columns shown, each with the order that its heading leads to, and all that there are."""
        columns = [("name", _("Name"), own_order())]
        columns += [(code, str(heading), order) for code, (heading, order) in COLUMNS.items() if code in wanted]
        directions = {"": "ascending", "-": "descending"}
        return {
            "columns": [
                {
                    "code": code,
                    "heading": heading,
                    "next": f"-{order}" if order and ordering == order else order,
                    "direction": next(
                        (word for sign, word in directions.items() if order and ordering == sign + order), ""
                    ),
                }
                for code, heading, order in columns
            ],
            "all_columns": [(code, heading, code in wanted) for code, (heading, _order) in COLUMNS.items()],
        }

    def _map(self) -> Drawing:
        """Return the map of all results: of the frame asked for, of the chosen regions or countries, of the world."""
        census, found = self.filterset.census, self.filterset.found()
        letters: dict[int, str] = {}
        # A centre under two mechanisms has the colour of the first.
        for code, letter in Mechanism.objects.order_by("-position").values_list("code", "letter"):
            under = census.sets["mechanism"].get(code, 0) & found
            letters |= dict.fromkeys(members(under, len(census.keys)), letter)
        places = [
            Place(*point, css=letters.get(position, ""), key=census.keys[position])
            for position in members(found, len(census.keys))
            if (point := census.points[position])
        ]
        drawing = draw(places, self._frame(places))
        rows = Centre.objects.in_bulk([place.key for place in drawing.named])
        for place in drawing.named:
            place.name, place.url = rows[place.key].name, reverse("centre-detail", args=[rows[place.key].code])
        return drawing

    def _frame(self, places: list[Place]) -> Frame:
        chosen = self.filterset.form.cleaned_data
        if chosen["bbox"]:
            return Frame(*chosen["bbox"]).fitted()
        if places and (chosen["region"] or chosen["country"]):
            return Frame.holding((place.longitude, place.latitude) for place in places).fitted()
        return WORLD
