"""Centres beside each other, as the world stood on a date."""

import datetime
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from centres.models import Centre, LegalArrangement
from regions.models import Country
from sources.models import Citation, CitedModel
from sources.querysets import with_citations

#: What is compared of a cell: each coded fact with its details, of which None is one that no source gives.
Facts = Mapping[Any, tuple[Any, ...]]


class Verdict(models.TextChoices):
    """How the cells of a row stand to each other; told from codes, dates and numbers, never from prose."""

    SAME = "same", gettext_lazy("same")
    DIFFERS = "differs", gettext_lazy("differs")
    #: Of at least one centre no source gives it, so that nothing can be said of all.
    UNKNOWN = "unknown", gettext_lazy("unknown")
    #: Every cell is stated, but in prose only: nothing coded can be compared.
    UNCODED = "not-coded", gettext_lazy("not coded")


@dataclass(frozen=True)
class Cell:
    """What is known of one centre; never blank."""

    centre: Centre
    #: What is shown: records, or words; empty where nothing is known or nothing was in force.
    values: list[Any]
    #: What is compared; None where it is unknown.
    facts: Facts | None
    citations: list[Citation]

    @property
    def is_known(self) -> bool:
        """Tell whether a source gives it."""
        return self.facts is not None


@dataclass(frozen=True)
class Row:
    #: Language-free; the template shows cells by it.
    code: str
    #: In the active language.
    name: str
    cells: list[Cell]
    #: Whether the cells hold prose, which nobody can call the same or different.
    is_prose: bool = False

    @property
    def verdict(self) -> Verdict:
        """Return how the cells stand to each other; what is unknown weighs more than a difference."""
        facts = [cell.facts for cell in self.cells if cell.facts is not None]
        if len(facts) < len(self.cells):
            return Verdict.UNKNOWN
        if self.is_prose:
            return Verdict.UNCODED
        if any(one.keys() != facts[0].keys() for one in facts):
            return Verdict.DIFFERS
        # The same detail of each cell: the decision of each on the same designation, and so on.
        details = [set(each) for key in facts[0] for each in zip(*(one[key] for one in facts), strict=True)]
        if any(len(values - {None}) > 1 for values in details):
            return Verdict.DIFFERS
        return Verdict.UNKNOWN if any(len(values) > 1 for values in details) else Verdict.SAME

    @property
    def common(self) -> list[Any]:
        """Return the values that all cells have, in the order of the first; none where a cell is unknown."""
        if not all(cell.is_known for cell in self.cells):
            return []
        return [one for one in self.cells[0].values if all(one in cell.values for cell in self.cells[1:])]


@dataclass(frozen=True)
class Comparison:
    centres: list[Centre]
    rows: list[Row]
    date: datetime.date
    by_code: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {row.code: row for row in self.rows})

    @property
    def served_by_all(self) -> list[Country]:
        """Return the countries that every centre serves."""
        return self.by_code["countries"].common

    @property
    def without_list(self) -> list[Centre]:
        """Return the centres of which no source gives the countries that they serve."""
        return [cell.centre for cell in self.by_code["countries"].cells if not cell.is_known]

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows by verdict."""
        counts = Counter(row.verdict for row in self.rows)
        return {verdict.value: counts[verdict] for verdict in Verdict}


def compare(centres: Sequence[Centre], date: datetime.date) -> Comparison:
    """Return the comparison of ``centres``, which with_related(date) has given.

    Three queries for any number of centres: the citations of the services, and the countries' names on the date.
    """
    services = [service for centre in centres for service in centre.current_services]
    prefetch_related_objects(services, with_citations())
    served = {service.country_id for service in services}
    countries = {country.pk: country for country in Country.objects.filter(pk__in=served).with_name_on(date)}

    def countries_of(centre: Centre) -> Cell:
        values = [countries[country.pk] for country in centre.countries_served]
        facts = {country.iso2: () for country in values}
        return _cell(centre, values, facts, _behind(centre, centre.current_services))

    kinds: list[tuple[str, str, Callable[[Centre], Cell]]] = [
        ("kind", _("Kind"), _kind),
        ("place", _("Place"), _place),
        ("hosts", _("Host institution"), _hosts),
        ("legal-arrangement", _("Legal arrangement"), _legal_arrangement),
        ("designations", _("Designations"), _designations),
        ("countries", _("Countries served"), countries_of),
        ("functions", _("Functions"), _functions),
        ("expertise", _("Expertise"), _expertise),
        ("mercury", _("Mercury-related work"), _mercury),
        ("languages", _("Languages"), _languages),
        ("website", _("Website"), _website),
    ]
    rows = [
        Row(code, name, [cell_of(centre) for centre in centres], is_prose=code == "expertise")
        for code, name, cell_of in kinds
    ]
    return Comparison(list(centres), rows, date)


def cited_by(statements: Iterable[CitedModel]) -> list[Citation]:
    """Return each place in a source behind any of the statements once; their citations are prefetched."""
    citations: dict[tuple[int, str], Citation] = {}
    for statement in statements:
        for citation in statement.cited:
            citations.setdefault((citation.source_id, citation.locator), citation)
    return list(citations.values())


def _cell(centre: Centre, values: list[Any], facts: Facts | None, citations: list[Citation] | None = None) -> Cell:
    """Return a cell; without facts it is unknown, and without citations of its own it rests on the centre's."""
    return Cell(centre, values, facts or None, cited_by([centre]) if citations is None else citations)


def _behind(centre: Centre, statements: Sequence[CitedModel]) -> list[Citation]:
    """Return the citations of relations; where there are none, those of the centre, which were read for them."""
    return cited_by(statements or [centre])


def _kind(centre: Centre) -> Cell:
    return _cell(centre, [centre.get_kind_display()], {centre.kind: ()})


def _place(centre: Centre) -> Cell:
    if not centre.country:
        return _cell(centre, [], None)
    # A city's English name is what tells cities apart, in any language.
    return _cell(centre, [centre.country], {centre.country.iso2: (getattr(centre, "city_en", "") or None,)})


def _hosts(centre: Centre) -> Cell:
    hostings = centre.current_hostings
    facts = {hosting.institution.code: () for hosting in hostings}
    return _cell(centre, list(hostings), facts, _behind(centre, hostings))


def _legal_arrangement(centre: Centre) -> Cell:
    hostings = centre.current_hostings
    known = all(hosting.legal_arrangement != LegalArrangement.UNKNOWN for hosting in hostings)
    pairs = [
        (hosting.legal_arrangement, (_day(hosting.legal_date, hosting.legal_date_precision),)) for hosting in hostings
    ]
    return _cell(centre, list(hostings), _numbered(pairs) if known else None, _behind(centre, hostings))


def _designations(centre: Centre) -> Cell:
    designations = centre.current_designations
    pairs = [
        ((one.mechanism.code, one.role), (one.decision or None, _day(one.since, one.since_precision), one.term))
        for one in designations
    ]
    # That none is in force on the date is known.
    return Cell(centre, list(designations), _numbered(pairs), _behind(centre, designations))


def _functions(centre: Centre) -> Cell:
    return _cell(centre, list(centre.performs), {function.code: () for function in centre.performs})


def _expertise(centre: Centre) -> Cell:
    return _cell(centre, [centre.expertise], {"": ()} if centre.expertise else None)


def _mercury(centre: Centre) -> Cell:
    known = centre.mercury_work is not None
    return _cell(centre, [centre.mercury_note], {centre.mercury_work: ()} if known else None)


def _languages(centre: Centre) -> Cell:
    codes = centre.languages.split()
    return _cell(centre, [_language_name(code) for code in codes], dict.fromkeys(codes, ()))


def _website(centre: Centre) -> Cell:
    return _cell(centre, [centre.website], {centre.website: ()} if centre.website else None)


def _numbered(pairs: Iterable[tuple[Hashable, tuple[Hashable, ...]]]) -> Facts:
    """Return facts with their details; a fact that stands twice has a number of its own each time."""
    seen: Counter[Hashable] = Counter()
    facts: dict[Hashable, tuple[Hashable, ...]] = {}
    for key, details in pairs:
        seen[key] += 1
        facts[key, seen[key]] = details
    return facts


def _day(date: datetime.date | None, precision: str) -> tuple[datetime.date, str] | None:
    """Return a date with its precision; None where no source gives it."""
    return (date, precision) if date else None


def _language_name(code: str) -> str:
    """Return a language's name in the active language; the code itself where Django does not know it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
