"""Where two schemes divide the world differently, and when countries went from one region to another."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from regions.models import Country, Membership, Region, RegionScheme
from sources.models import Citation


@dataclass(frozen=True)
class Crossing:
    """The countries of a region that are in one region of the other scheme, or in none of them."""

    region: Region
    other: Region | None
    countries: list[Country]

    @property
    def anchor(self) -> str:
        """Return the name of its place on the page; a code never has two hyphens together."""
        return f"{self.region.code}--{self.other.code if self.other else 'none'}"


@dataclass(frozen=True)
class Row:
    """A region of the first scheme; it has a crossing for each column, also where no country is."""

    region: Region
    crossings: list[Crossing]

    @property
    def total(self) -> int:
        """Return how many countries the region has."""
        return sum(len(one.countries) for one in self.crossings)

    @property
    def majority(self) -> Crossing | None:
        """Return where most of the countries are in the other scheme; None where no country has a region there."""
        found = [one for one in self.crossings if one.other and one.countries]
        return max(found, key=lambda one: len(one.countries), default=None)

    @property
    def others(self) -> list[Crossing]:
        """Return where the countries are that do not follow the majority."""
        return [one for one in self.crossings if one.countries and one is not self.majority]


@dataclass(frozen=True)
class Differences:
    """Two schemes crossed, as of a date."""

    first: RegionScheme
    second: RegionScheme
    rows: list[Row]
    #: The regions of the second scheme, then None if a country of the first has no region there.
    columns: list[Region | None]
    #: In reading order.
    only_first: list[Country]
    only_second: list[Country]

    @property
    def total(self) -> int:
        """Return how many countries have a region in at least one of the two."""
        return sum(row.total for row in self.rows) + len(self.only_second)


def differences(first: RegionScheme, second: RegionScheme, date: datetime.date) -> Differences:
    """Return how the regions of ``first`` lie across those of ``second``: the same queries for any two schemes."""
    schemes = [first, second]
    regions = list(Region.objects.filter(scheme__in=schemes).in_reading_order())
    members = Membership.objects.as_of(date).of_schemes(schemes).with_country_on(date).in_reading_order("country__")
    countries: dict[int, Country] = {}
    # By scheme: the region of each country, which is in one region of a scheme at most.
    places: dict[int, dict[int, int]] = {first.pk: {}, second.pk: {}}
    for one in members:
        countries[one.country_id] = one.country
        places[one.region.scheme_id][one.country_id] = one.region_id
    crossed: defaultdict[tuple[int | None, int | None], list[Country]] = defaultdict(list)
    for pk, country in countries.items():
        crossed[places[first.pk].get(pk), places[second.pk].get(pk)].append(country)

    only_first = [one for pk, one in countries.items() if pk not in places[second.pk]]
    columns: list[Region | None] = [one for one in regions if one.scheme_id == second.pk]
    if only_first:
        columns.append(None)
    return Differences(
        first,
        second,
        rows=[
            Row(one, [Crossing(one, other, crossed[one.pk, other.pk if other else None]) for other in columns])
            for one in regions
            if one.scheme_id == first.pk
        ],
        columns=columns,
        only_first=only_first,
        only_second=[one for pk, one in countries.items() if pk not in places[first.pk]],
    )


@dataclass(frozen=True)
class Change:
    """A country went from one region of a scheme to another, into its first one or out of its last one."""

    before: Membership | None
    after: Membership | None
    #: Whether it is still to come on the date shown.
    is_later: bool

    @property
    def membership(self) -> Membership:
        """Return the membership whose date is that of the change."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has a membership before it or after it")
        return found

    @property
    def notes(self) -> list[str]:
        """Return what is remarked on it, each once."""
        return list(dict.fromkeys(one.note for one in (self.before, self.after) if one and one.note))

    @property
    def citations(self) -> list[Citation]:
        """Return its sources, each once."""
        both = [citation for one in (self.before, self.after) if one for citation in one.cited]
        return list(dict.fromkeys(both))


def changes(date: datetime.date) -> list[Change]:
    """Return every change in any scheme that a source dates, the latest first; names are those of ``date``."""
    dated = list(Membership.objects.dated().with_country_on(date).with_citations().by_scheme())
    beginnings = {(one.country_id, one.region.scheme_id, one.since): one for one in dated if one.since}
    found = []
    for ended in dated:
        if ended.until:
            next_day = ended.until + datetime.timedelta(days=1)
            after = beginnings.pop((ended.country_id, ended.region.scheme_id, next_day), None)
            found.append(Change(ended, after, is_later=ended.until >= date))
    found += [Change(None, begun, is_later=bool(begun.since and begun.since > date)) for begun in beginnings.values()]
    return sorted(found, key=lambda one: one.membership.since or one.membership.until or date, reverse=True)
