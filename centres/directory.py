"""The directory: one filter set for its page, the API and every file, counted by the census."""

import datetime
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property, lru_cache
from itertools import groupby, islice
from typing import Any, ClassVar, Self, overload

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from centres.census import NONE, Census, MercuryWork, ServedList, Status, census_on, none_of
from centres.columns import COLUMNS
from centres.models import Centre, CentreKind, InstitutionType
from mechanisms.filters import convention_options, function_options, mechanism_options
from publishing.facets import Facet, FacetValue
from publishing.filters import (
    CodesFilter,
    CountriesFilter,
    ListFilterSet,
    OneFilter,
    TextFilter,
    VocabularyFilter,
)
from publishing.index import matching_ids
from publishing.languages import content_language
from regions.filters import country_options, region_options, scheme_options

#: Rows that an export reads at a time.
CHUNK = 500

#: What the orders of the census are called.
ORDER_NAMES = {
    "name_en": _("English alphabet, as the United Nations lists countries"),
    "name_zh_hans": _("pinyin"),
    "code": _("code"),
    "country": _("host country"),
    "kind": _("kind"),
}
_WAYS = (("", "%(order)s"), ("-", _("%(order)s, from the end")))


def order_options() -> list[tuple[str, Any]]:
    """Return code and name of every order, each both ways."""
    return [(sign + code, mark % {"order": name}) for code, name in ORDER_NAMES.items() for sign, mark in _WAYS]


def own_order() -> str:
    """Return the order of names that a reader of the active language expects."""
    return build_localized_fieldname("name", content_language())


@lru_cache(maxsize=32)
def _with_related(date: datetime.date, language: str | None) -> QuerySet[Centre]:
    """Return the question for centres with what is shown of them; to put it together takes longer than to ask it.

    Args:
        date: the state of the world.
        language: the active one, in whose order relations are read.
    """
    return Centre.objects.with_related(date)


class Selection(Sequence[Centre]):
    """A set of centres in an order, counted by the census; what is asked for of them is read from the database."""

    def __init__(self, census: Census, bits: int, ordering: str) -> None:
        self.census = census
        self.bits = bits
        self.ordering = ordering
        self.rows: QuerySet[Centre] = _with_related(census.date, content_language())

    @property
    def keys(self) -> Iterator[int]:
        """Yield the primary keys, in order: a first page needs only the first."""
        return self.census.in_order(self.bits, self.ordering)

    def read_from(self, rows: QuerySet[Centre]) -> Self:
        """Return the same centres in the same order, to be read from ``rows``."""
        other = copy(self)
        other.rows = rows
        return other

    def after(self, key: int) -> Self:
        """Return those after a primary key, in the order of these."""
        other = copy(self)
        other.bits = self.bits >> (place := bisect_right(self.census.keys, key)) << place
        other.ordering = ""
        return other

    def __len__(self) -> int:
        return self.bits.bit_count()

    @overload
    def __getitem__(self, wanted: int) -> Centre: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Centre]: ...
    def __getitem__(self, wanted: int | slice) -> Centre | list[Centre]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        return self._read(islice(self.keys, wanted.start, wanted.stop, wanted.step))

    def __iter__(self) -> Iterator[Centre]:
        keys = self.keys
        while some := list(islice(keys, CHUNK)):
            yield from self._read(some)

    def _read(self, wanted: Iterable[int]) -> list[Centre]:
        keys = list(wanted)
        rows: dict[int, Centre] = self.rows.in_bulk(keys)
        return [rows[key] for key in keys if key in rows]


class BoxField(forms.CharField):
    """A frame on the map: west, south, east, north in degrees, as in RFC 7946."""

    def to_python(self, value: Any) -> Any:
        """Return the four numbers; raise ValidationError where they are none."""
        text = super().to_python(value)
        if not text:
            return None
        problem = ValidationError(
            _("Write four numbers, west,south,east,north, from -180 to 180 and from -90 to 90: 20,-5,52,15")
        )
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise problem from None
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise problem
        return west, south, east, north


class BoxFilter(django_filters.Filter):
    field_class = BoxField


#: How the facets of regions call what is in no region of a scheme.
NO_HOST_REGION = _("In none of the regions, or unknown")
NO_SERVED_REGION = _("In none of the regions")


def _regions(nowhere: Any) -> Any:
    """Return the options of a facet of regions: those of each scheme, then ``nowhere``."""

    def options() -> list[tuple[str, str, str]]:
        codes = {name: code for code, name in scheme_options()}
        found = []
        for scheme, regions in groupby(region_options(), key=lambda one: one[2]):
            found += [*regions, (none_of(codes[scheme]), str(nowhere), scheme)]
        return found

    return options


def _functions() -> list[tuple[str, str]]:
    return [*function_options(), (NONE, gettext("none recorded"))]


class CentreFilterSet(ListFilterSet):
    """The directory's filters: every one is of the state of the world on the date."""

    serves = CountriesFilter(label=_("Serves country"), options=country_options)
    mechanism = CodesFilter(label=_("Mechanism"), options=mechanism_options)
    region = CodesFilter(label=_("Region of the host country"), options=_regions(NO_HOST_REGION))
    function = CodesFilter(label=_("Function"), options=_functions)
    serves_region = CodesFilter(label=_("Region served"), options=_regions(NO_SERVED_REGION))
    country = CountriesFilter(label=_("Host country"), options=country_options)
    kind = VocabularyFilter(label=_("Kind"), vocabulary=CentreKind)
    convention = CodesFilter(label=_("Convention"), options=convention_options)
    institution_type = VocabularyFilter(label=_("Type of host institution"), vocabulary=InstitutionType)
    mercury = VocabularyFilter(label=_("Mercury-related work"), vocabulary=MercuryWork)
    served_list = VocabularyFilter(label=_("List of countries served"), vocabulary=ServedList)
    status = VocabularyFilter(
        label=_("Status on the date"), vocabulary=Status, help_text=_("Without a choice: the active ones.")
    )
    q = TextFilter(label=_("Words"))
    bbox = BoxFilter(label=_("Frame on the map"), help_text=_("West, south, east, north in degrees"))
    ordering = OneFilter(label=_("Order"), options=order_options)

    #: What is asked for where nothing is chosen. A centre that was closed or is only nominated is shown to who asks.
    assumed: ClassVar[dict[str, list[str]]] = {"status": [Status.ACTIVE]}

    @cached_property
    def census(self) -> Census:
        """Return the census of the date."""
        return census_on(self.as_of_date)

    def results(self) -> Selection:
        """Return the centres that the parameters ask for, in order."""
        ordering = self.form.cleaned_data["ordering"] or own_order()
        return Selection(self.census, self.found(), ordering)

    def found(self, *, without: Collection[str] = ()) -> int:
        """Return the set of the centres that all filters, or all but some, let through."""
        found = self.census.everything
        for name, bits in self._filtered.items():
            if name not in without:
                found &= bits
        return found

    @cached_property
    def _filtered(self) -> dict[str, int]:
        """Return, by filter in use, the set that it lets through."""
        chosen = self.form.cleaned_data
        filtered = {
            name: self.census.either(name, chosen[name])
            for name, one in self.filters.items()
            if name in self.census.sets and chosen[name]
        }
        for name, values in self.assumed.items():
            filtered.setdefault(name, self.census.either(name, values))
        if chosen["q"]:
            filtered["q"] = self.census.set_of(matching_ids(chosen["q"], Centre))
        if chosen["bbox"]:
            filtered["bbox"] = self.census.within(*chosen["bbox"])
        return filtered

    def facets(self) -> list[Facet]:
        """Return the facets with counts, each with the other ones applied; no query but for the names."""
        facets = []
        for name, one in self.filters.items():
            if not isinstance(one, CodesFilter) or name not in self.census.sets:
                continue
            others = self.found(without=[name])
            sets = self.census.sets[name]
            chosen = set(self.form.cleaned_data[name])
            values = [
                FacetValue(code, label, (sets.get(code, 0) & others).bit_count(), code in chosen, heading)
                for code, label, heading in one.values
            ]
            facets.append(Facet(name, str(one.label), values, str(one.extra.get("help_text", ""))))
        return facets


class DirectoryFilterSet(CentreFilterSet):
    """The directory's page: the same filters, and how it looks."""

    view = OneFilter(
        label=_("View"),
        options=lambda: [("list", _("List")), ("table", _("Table")), ("map", pgettext_lazy("view of a list", "Map"))],
    )
    column = CodesFilter(
        label=_("Columns"), options=lambda: [(code, heading) for code, (heading, _order) in COLUMNS.items()]
    )

    #: What says how the list looks, and not what is in it.
    looks = ("view", "column")
