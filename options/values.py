"""How far a mechanism has what a need asks for: a share, and how much of it the sources are silent about.

Shares are exact fractions: two that are equal are equal, and a tie is a tie.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count

from centres.models import Designation, Service
from centres.querysets import DesignationQuerySet, ServiceQuerySet
from mechanisms.comparison import Cell, compare
from mechanisms.models import Criterion, Finding, FindingStatus, Mechanism
from options.needs import REACH, SPEED_CRITERIA, STANDING, Need
from sources.models import Citation

SILENT = {FindingStatus.SILENT, FindingStatus.NOT_ASSESSED}


@dataclass(frozen=True)
class Value:
    """What the record shows of a need, as a share of the whole.

    Attributes:
        share: of what is asked for, what the sources say the mechanism has.
        silent: the share of which nobody knows, because the sources say nothing; the two are at most 1 together.
    """

    share: Fraction = Fraction(0)
    silent: Fraction = Fraction(0)


@dataclass(frozen=True)
class Reach:
    """Which of the countries to reach the centres of a mechanism serve on a date.

    Attributes:
        served: ISO codes of these, in order.
        asked: how many are to be reached.
        centres: how many centres the mechanism has.
        unlisted: how many of them have no published list of countries.
        citations: what the services rest on.
    """

    served: tuple[str, ...]
    asked: int
    centres: int
    unlisted: int
    citations: tuple[Citation, ...]

    @property
    def value(self) -> Value:
        """Return the share that is served; the rest is unknown where a centre has no list, or no centre is recorded."""
        share = Fraction(len(self.served), self.asked)
        return Value(share, 1 - share if self.unlisted or not self.centres else Fraction(0))


@dataclass(frozen=True)
class Evidence:
    """The value of a need for a mechanism, and what it rests on."""

    value: Value
    cells: tuple[Cell, ...] = ()
    reach: Reach | None = None

    @property
    def findings(self) -> list[Finding]:
        """Return the statements that the value rests on."""
        return [cell.finding for cell in self.cells if cell.finding]

    @property
    def citations(self) -> list[Citation]:
        """Return what the value rests on, each place once."""
        found = [citation for finding in self.findings for citation in finding.cited]
        return list(dict.fromkeys([*found, *(self.reach.citations if self.reach else ())]))


#: By mechanism and need.
Record = dict[tuple[int, str], Evidence]


def evidence_on(
    mechanisms: Sequence[Mechanism], needs: Sequence[Need], criteria: Sequence[Criterion], date: datetime.date
) -> Record:
    """Return what is known on ``date`` of each need for each mechanism: the same queries whatever is asked.

    Args:
        criteria: all those that can be asked for.
    """
    cells = {
        (cell.mechanism.pk, row.criterion.code): cell
        for row in compare(mechanisms, criteria, date).rows
        for cell in row.cells
    }
    countries = next((need.countries for need in needs if need.code == REACH), ())
    reached = reach_of(mechanisms, countries, date) if countries else {}
    record: Record = {}
    for one in mechanisms:
        for need in needs:
            if need.criterion:
                cell = cells[one.pk, need.code]
                found = Evidence(_asked_share(cell, need), (cell,))
            elif need.code == REACH:
                found = Evidence(reached[one.pk].value, reach=reached[one.pk])
            else:
                halves = tuple(cells[one.pk, code] for code in SPEED_CRITERIA if (one.pk, code) in cells)
                found = Evidence(_standing_share(halves), halves)
            record[one.pk, need.code] = found
    return record


def _codes(cell: Cell) -> set[str]:
    return {option.code for option in cell.finding.options.all()} if cell.finding else set()


def _asked_share(cell: Cell, need: Need) -> Value:
    """Return the share of the answers asked for that the latest finding has."""
    if cell.status in SILENT:
        return Value(silent=Fraction(1))
    asked = {option.code for option in need.options}
    return Value(Fraction(len(asked & _codes(cell)), len(asked)))


def _standing_share(cells: Sequence[Cell]) -> Value:
    """Return how far a mechanism works through what stands already: each finding that applies counts alike."""
    halves = [cell for cell in cells if cell.status != FindingStatus.NOT_APPLICABLE]
    shares, silent = Fraction(0), Fraction(0)
    for cell in halves:
        codes = _codes(cell)
        if cell.status in SILENT:
            silent += Fraction(1, len(halves))
        elif codes:
            shares += Fraction(len(codes & STANDING), len(codes) * len(halves))
    return Value(shares, silent)


def reach_of(mechanisms: Sequence[Mechanism], countries: Sequence[str], date: datetime.date) -> dict[int, Reach]:
    """Return, by mechanism, which of ``countries`` its centres serve on ``date``; five queries."""
    services = Service.objects.as_of(date).order_by()
    # A service counts only while its centre is designated, so those with a list are among those designated.
    listed = _centres_by_mechanism(services)
    designated = _centres_by_mechanism(Designation.objects.as_of(date).order_by())
    serving = services.filter(country__iso2__in=countries)
    served: defaultdict[int, set[str]] = defaultdict(set)
    for mechanism, country in serving.values_list("mechanism_id", "country__iso2").distinct():
        served[mechanism].add(country)
    cited: defaultdict[int, set[int]] = defaultdict(set)
    links = Service.citations.through.objects.filter(service__in=serving)
    for mechanism, citation in links.values_list("service__mechanism_id", "citation_id").distinct():
        cited[mechanism].add(citation)
    wanted = {citation for found in cited.values() for citation in found}
    citations = list(Citation.objects.with_source().filter(pk__in=wanted))
    return {
        one.pk: Reach(
            tuple(sorted(served[one.pk])),
            len(countries),
            designated.get(one.pk, 0),
            designated.get(one.pk, 0) - listed.get(one.pk, 0),
            tuple(citation for citation in citations if citation.pk in cited[one.pk]),
        )
        for one in mechanisms
    }


def _centres_by_mechanism(relations: DesignationQuerySet | ServiceQuerySet) -> dict[int, int]:
    return dict(relations.values_list("mechanism_id").annotate(n=Count("centre", distinct=True)))
