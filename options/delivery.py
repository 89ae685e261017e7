"""Who could deliver: the centres, offices and networks of each mechanism that serve the countries to reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

from django.http import QueryDict

from centres.census import MercuryWork, Status, census_on
from centres.directory import own_order
from centres.models import Centre
from mechanisms.models import Mechanism
from options.filters import OptionsFilterSet
from options.needs import is_about_mercury

#: How many centres are named under a mechanism; the directory lists them all.
NAMED = 5


@dataclass(frozen=True)
class Delivery:
    """The centres of a mechanism that could deliver.

    Attributes:
        centres: the first of them; where mercury is the subject, those that report work on it come first.
        count: how many there are.
        query: the directory's query that lists them all, without the date.
    """

    mechanism: Mechanism
    centres: list[Centre]
    count: int
    query: str

    @property
    def others(self) -> int:
        """Return how many are not named."""
        return self.count - len(self.centres)


def deliveries(filterset: OptionsFilterSet, mechanisms: Sequence[Mechanism]) -> list[Delivery]:
    """Return who could deliver on the date under each of ``mechanisms``; one query beside the census."""
    census = census_on(filterset.as_of_date)
    able = census.either("status", [Status.ACTIVE])
    if filterset.countries:
        able &= census.either("serves", filterset.countries)
    first = census.either("mercury", [MercuryWork.REPORTED]) if is_about_mercury(filterset.needs) else 0
    found = []
    for one in mechanisms:
        bits = able & census.either("mechanism", [one.code])
        ordered = chain.from_iterable(census.in_order(some, own_order()) for some in (bits & first, bits & ~first))
        query = QueryDict(mutable=True)
        query["mechanism"] = one.code
        for name, values in filterset.directory_query.items():
            query.setlist(name, values)
        found.append((one, list(islice(ordered, NAMED)), bits.bit_count(), query.urlencode()))
    wanted = {key for _one, keys, _count, _query in found for key in keys}
    rows: dict[int, Centre] = Centre.objects.in_bulk(wanted)
    return [Delivery(one, [rows[key] for key in keys], count, query) for one, keys, count, query in found]
