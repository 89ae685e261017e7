"""The directory as the offline kit has it: its centres in full, and its census and texts for the kit's script."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from modeltranslation.utils import build_localized_fieldname

from centres.census import ORDERS, Status, census_on
from centres.directory import CentreFilterSet
from centres.models import Centre, Designation, Hosting, Service
from centres.served import Served, served_under
from publishing.facets import Facet
from publishing.index import kind_of
from publishing.models import IndexEntry
from publishing.querysets import with_only
from publishing.serializers import LANGUAGES
from publishing.text import folding_table, normalise
from sources.querysets import with_citations

#: The texts of a centre that the page has each in an element of its own (templates/kit/_centre.html).
SHOWN = ("name", "summary", "expertise", "mercury_note", "note")
#: Centres read at a time.
CHUNK = 50


@dataclass(frozen=True)
class KitCentre:
    """A centre with what its page shows, of which whom it serves on the date."""

    #: Has the designations and hosts of all times.
    centre: Centre
    #: Its position in the census.
    place: int
    #: None where no designation has begun.
    status: Status | None
    served: list[Served]

    @property
    def country(self) -> str:
        """Return the name of the host country on the date; nothing where it is unknown."""
        country: Any = self.centre.country
        return str((*country.names_then, country)[0].name) if country else ""


def kit_centres(date: datetime.date) -> Iterator[KitCentre]:
    """Yield every centre, in reading order; so many are read at a time, for together they would take 14 MB."""
    designations = Designation.objects.with_related().order_by("mechanism__position", "since", "pk")
    hostings = Hosting.objects.with_related().order_by("since", "pk")
    # Thousands of them share some hundreds of records: each is made once.
    shared = ("country", "mechanism", with_citations(for_thousands=True))
    services = Service.objects.as_of(date).prefetch_related(*shared).by_country()
    census = census_on(date)
    everything = Centre.objects.with_related(date).in_reading_order()
    centres = with_only(everything, {"country", "performs", "cited"}).prefetch_related(
        Prefetch("designations", queryset=designations, to_attr="ever_designated"),
        Prefetch("hostings", queryset=hostings, to_attr="ever_hosted"),
        Prefetch("services", queryset=services, to_attr="serving"),
    )
    for centre in centres.iterator(chunk_size=CHUNK):
        place = census.places[centre.pk]
        status = next((Status(one) for one, bits in census.sets["status"].items() if bits >> place & 1), None)
        yield KitCentre(centre, place, status, served_under(centre.serving))


def directory_facets(date: datetime.date) -> list[Facet]:
    """Return the facets of the directory with nothing chosen, in the active language."""
    filterset = CentreFilterSet(QueryDict(f"as_of={date}"))
    filterset.form.full_clean()
    return filterset.facets()


def directory_data(date: datetime.date) -> dict[str, Any]:
    """Return the census of a date, the texts that words are looked for in, and how a query is read."""
    census = census_on(date)
    known: set[str] = set()
    numbers: dict[str, int] = {}
    texts: list[list[int]] = [[] for _key in census.keys]
    entries = IndexEntry.objects.filter(kind=kind_of(Centre), record_id__in=census.places)
    shown = _shown_texts()
    for entry in entries.order_by("record_id"):
        columns = [getattr(entry, build_localized_fieldname("text", code)) for code in LANGUAGES]
        known.update(*columns)
        lines = dict.fromkeys(line for text in columns for line in text.split("\n") if line)
        others = [line for line in lines if line not in shown[entry.record_id]]
        texts[census.places[entry.record_id]] = [numbers.setdefault(line, len(numbers)) for line in others]
    orders = {
        sign + order: [census.places[key] for key in census.in_order(census.everything, sign + order)]
        for order in ORDERS
        for sign in ("", "-")
    }
    return {
        "sets": {
            facet: {value: f"{bits:x}" for value, bits in sorted(values.items())}
            for facet, values in sorted(census.sets.items())
        },
        "assumed": CentreFilterSet.assumed,
        "points": census.points,
        "orders": orders,
        # By the position of a centre: which lines it is found by beside what the page shows of it.
        "lines": list(numbers),
        "texts": texts,
        **folding_table(known),
    }


def _shown_texts() -> dict[int, set[str]]:
    """Return, by primary key, the texts of each centre that stand in the page by themselves, normalised."""
    fields = [build_localized_fieldname(name, code) for name in SHOWN for code in LANGUAGES]
    return {
        centre.pk: {normalise(text) for name in ("code", *fields) if (text := getattr(centre, name))}
        for centre in Centre.objects.all()
    }
