"""The directory as of a date, held in memory as sets of centres: which value of which facet has which centres.

Counting 600 values of a dozen facets, each with the other facets applied, takes a database seconds
where there are 100,000 centres. A set of centres is therefore one whole number, a bit for each
centre: to combine two is one machine operation for 64 centres, to count one likewise. Reading a
census takes the same nine queries for any number of centres; it is kept until the content changes.
The as-of logic stays in the querysets, which say what is in force.
"""

import datetime
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from threading import Lock
from typing import Any

from django.db.models import F, FloatField, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from centres.models import Centre, Designation, Hosting, Service
from mechanisms.models import Mechanism
from publishing.models import Dataset
from regions.models import Membership, RegionScheme

#: Censuses kept: each date asked for has its own. One of 100,000 centres takes some 30 MB.
MOST = 6


class Status(TextChoices):
    """How a centre stands on a date, by its best designation."""

    ACTIVE = "active", _("active")
    NOMINATED = "nominated", _("nominated, not yet designated")
    #: The last designation ran out at the end of its term.
    EXPIRED = "expired", _("expired: the term ran out")
    CLOSED = "closed", _("closed or ended otherwise")


class MercuryWork(TextChoices):
    """Where no source was found, that is not "no"."""

    REPORTED = "reported", _("reported")
    UNKNOWN = "unknown", _("unknown: no source was found")


class ServedList(TextChoices):
    """Whether a source says which countries a centre serves."""

    PUBLISHED = "published", _("published")
    UNKNOWN = "unknown", _("no published list")


#: The value of centres without any function recorded.
NONE = "none"


def none_of(scheme: str) -> str:
    """Return the value, among the regions, of what is in no region of a scheme."""
    return f"{scheme}-{NONE}"


#: The orders that lists offer, and the column that each goes by; then comes the English name, then the key.
ORDERS = {
    "name_en": "sort_key_en",
    "name_zh_hans": "sort_key_zh_hans",
    "code": "code",
    "country": "country__sort_key_en",
    "kind": "kind",
}


#: The digit of a centre that is in a set.
ONE = ord("1")


#: What makes the digits "0" and "1" false and true.
TRUTH = bytes.maketrans(b"01", b"\0\1")


def flags(bits: int, size: int) -> bytes:
    """Return a byte for each centre, 1 where it is in the set: to read it takes no step of Python for each."""
    return f"{bits:0{size}b}".encode().translate(TRUTH)[::-1]


def members(bits: int, size: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, from the lowest."""
    return compress(range(size), flags(bits, size))


@dataclass
class Census:
    """Which centres there are on a date and what is true of them.

    What has a member for each centre is an array or a tuple: a list is gone through each time that Python looks for
    objects to throw away, which with 100,000 centres held up every answer for some milliseconds.

    Attributes:
        date: on which.
        sets: by facet, by value, the set of centres.
        keys: the primary key of each centre, by its position.
        points: longitude and latitude of each centre, by its position; of its country where its own are unknown.
    """

    date: datetime.date
    sets: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    points: tuple[tuple[float, float] | None, ...] = ()
    _orders: dict[str, "array[int]"] = field(default_factory=dict)

    @property
    def everything(self) -> int:
        """Return the set of all centres."""
        return (1 << len(self.keys)) - 1

    @cached_property
    def places(self) -> dict[int, int]:
        """Return the position of each centre by its primary key."""
        return {key: place for place, key in enumerate(self.keys)}

    def set_of(self, keys: Iterable[int]) -> int:
        """Return the set of the centres with these primary keys; others are left out."""
        # A number in binary digits: its lowest, which stands last, is of the first centre.
        digits = bytearray(b"0" * len(self.keys))
        for place in map(self.places.get, keys):
            if place is not None:
                digits[~place] = ONE
        return int(digits or b"0", base=2)

    def within(self, west: float, south: float, east: float, north: float) -> int:
        """Return the centres in a frame of degrees; one whose west is east of its east crosses the 180th meridian."""
        found = bytearray(len(self.keys) // 8 + 1)
        for place, point in enumerate(self.points):
            if point is None or not south <= point[1] <= north:
                continue
            if west <= point[0] <= east if west <= east else point[0] >= west or point[0] <= east:
                found[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(found, "little")

    def either(self, facet: str, values: Iterable[str]) -> int:
        """Return the centres that have one of the values."""
        found = 0
        for value in values:
            found |= self.sets[facet].get(value, 0)
        return found

    def in_order(self, bits: int, ordering: str) -> Iterator[int]:
        """Yield the primary keys of a set of centres.

        Args:
            bits: the set.
            ordering: a name of ORDERS, with "-" before it for the other way round; empty for the keys' own.
        """
        is_in = flags(bits, len(self.keys))
        if not ordering:
            return compress(self.keys, is_in)
        order = self._order(ordering)
        return map(self.keys.__getitem__, compress(order, map(is_in.__getitem__, order)))

    def _order(self, ordering: str) -> "array[int]":
        """Return all positions in an order; the database sorts, once."""
        if ordering not in self._orders:
            column = F(ORDERS[ordering.removeprefix("-")])
            # Unknown values last, either way.
            term = column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)
            keys = Centre.objects.rewrite(False).order_by(term, "sort_key_en", "pk").values_list("pk", flat=True)
            self._orders[ordering] = array("q", (self.places[key] for key in keys if key in self.places))
        return self._orders[ordering]


def census_on(date: datetime.date) -> Census:
    """Return the census of a date: the one that is kept where the content has not changed since."""
    dataset = Dataset.current()
    key = (dataset.revision, dataset.changed_at, date)
    # Two requests that come at once may both read it: no harm, and no request waits for another's database.
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    census = _read(date)
    with _LOCK:
        _KEPT[key] = census
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return census


_LOCK = Lock()
_KEPT: OrderedDict[tuple[Any, ...], Census] = OrderedDict()


def _read(date: datetime.date) -> Census:
    """Read the state of the world on a date.

    Each table is read in the order in which it is stored, or SQLite goes through it country by country, and past
    modeltranslation, which looks at every row once more: for 100,000 centres a third of the time.
    """
    census = Census(date)
    columns: tuple[Any, ...] = (
        "pk",
        "kind",
        "mercury_work",
        "country__iso2",
        Coalesce("longitude", "country__longitude", output_field=FloatField()),
        Coalesce("latitude", "country__latitude", output_field=FloatField()),
    )
    keys: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    points: list[tuple[float, float] | None] = []
    centres = Centre.objects.rewrite(False).order_by("pk").values_list(*columns)
    for key, kind, mercury, country, longitude, latitude in centres.iterator():
        census.keys.append(key)
        points.append(None if latitude is None else (longitude, latitude))
        keys["kind"][kind].append(key)
        keys["mercury"][MercuryWork.REPORTED if mercury else MercuryWork.UNKNOWN].append(key)
        if country:
            keys["country"][country].append(key)
    census.points = tuple(points)
    services = Service.objects.as_of(date).rewrite(False).order_by("pk")
    hostings = Hosting.objects.as_of(date).rewrite(False).order_by("pk")
    for facet, pairs in {
        "serves": services.values_list("centre", "country__iso2"),
        "function": Centre.functions.through.objects.order_by("pk").values_list("centre_id", "function__code"),
        "institution_type": hostings.values_list("centre", "institution__institution_type"),
    }.items():
        for key, value in pairs.iterator():
            keys[facet][value].append(key)
    for facet, by_value in keys.items():
        census.sets[facet] = {value: census.set_of(some) for value, some in by_value.items()}
    _read_standing(census)
    _derive(census, date)
    return census


def _read_standing(census: Census) -> None:
    """Read each centre's status, and the mechanisms under which it has it."""
    date = census.date
    keys: dict[Status, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    columns = ("centre", "mechanism__code", "since", "until", "term", "nominated_on")
    rows = Designation.objects.rewrite(False).order_by("pk").values_list(*columns)
    for centre, mechanism, since, until, term, nominated_on in rows.iterator():
        if (since is None or since <= date) and (until is None or until >= date):
            keys[Status.ACTIVE][mechanism].append(centre)
        elif since is None or since <= date:
            keys[Status.EXPIRED if term else Status.CLOSED][mechanism].append(centre)
        elif nominated_on is not None and nominated_on <= date:
            keys[Status.NOMINATED][mechanism].append(centre)
    mechanisms: dict[str, int] = defaultdict(int)
    without = census.everything
    # The best status comes first; who has it is out of reach of the others.
    for status in Status:
        found = 0
        for mechanism, some in keys[status].items():
            having = census.set_of(some) & without
            mechanisms[mechanism] |= having
            found |= having
        census.sets["status"][status] = found
        without &= ~found
    census.sets["mechanism"] = dict(mechanisms)


def _derive(census: Census, date: datetime.date) -> None:
    """Add what follows from other facets: regions from countries, convention from mechanism, and what is unknown."""
    conventions: dict[str, int] = defaultdict(int)
    pairs = Mechanism.objects.filter(conventions__isnull=False).values_list("conventions__code", "code")
    for convention, mechanism in pairs.order_by():
        conventions[convention] |= census.sets["mechanism"].get(mechanism, 0)
    census.sets["convention"] = dict(conventions)
    served = census.either("serves", census.sets["serves"])
    census.sets["served_list"] = {ServedList.PUBLISHED: served, ServedList.UNKNOWN: census.everything & ~served}
    census.sets["function"][NONE] = census.everything & ~census.either("function", census.sets["function"])
    _derive_regions(census, date)


def _derive_regions(census: Census, date: datetime.date) -> None:
    """Add the regions of host countries and of countries served; for each scheme also what is in none of them."""
    hosts, served = census.sets["country"], census.sets["serves"]
    region: dict[str, int] = defaultdict(int)
    serves_region: dict[str, int] = defaultdict(int)
    divided: dict[str, set[str]] = {code: set() for code in RegionScheme.objects.values_list("code", flat=True)}
    members = Membership.objects.as_of(date).values_list("region__scheme__code", "region__code", "country__iso2")
    for scheme, code, country in members.order_by():
        divided[scheme].add(country)
        region[code] |= hosts.get(country, 0)
        serves_region[code] |= served.get(country, 0)
    for scheme, countries in divided.items():
        # A centre whose host country is unknown is in no region either; whom it serves without a list, nobody knows.
        region[none_of(scheme)] = census.everything & ~census.either("country", countries)
        serves_region[none_of(scheme)] = census.either("serves", set(served) - countries)
    census.sets["region"], census.sets["serves_region"] = dict(region), dict(serves_region)
