"""Coverage: which functions, mechanisms or kinds of centres are to be found in which region, and where there is none.

Every number is the count of the directory's list that it leads to, because both come from the same filters and the
same census: what all filters let through, in the set of the row, in the set of the column.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext

from centres.census import NONE, ServedList, none_of
from centres.directory import NO_HOST_REGION, NO_SERVED_REGION, CentreFilterSet
from centres.models import CentreKind
from mechanisms.models import Function, Mechanism
from publishing.filters import OneFilter
from publishing.languages import content_language, content_text
from publishing.serializers import choice_labels, translated
from regions.filters import scheme_options
from regions.models import Region

#: Strengths of the tint of a number; 0 has none.
HEATS = 4


class Of(TextChoices):
    """Whose region it is."""

    HOST = "host", _("the host country")
    SERVED = "served", _("the countries served")


class By(TextChoices):
    """What the columns are; the name of the directory's filter."""

    FUNCTION = "function", _("Functions")
    MECHANISM = "mechanism", _("Mechanisms")
    KIND = "kind", _("Kinds")


#: The directory's filter that is the rows, and how it calls what is in none of them.
ROW_FACETS = {Of.HOST: ("region", NO_HOST_REGION), Of.SERVED: ("serves_region", NO_SERVED_REGION)}
#: What a region lacks. The sources may be silent, so "recorded" is all that can be said.
GAPS = {
    (Of.HOST, By.FUNCTION): _("no centre hosted there is recorded as offering: %(names)s."),
    (Of.HOST, By.MECHANISM): _("no centre hosted there belongs to: %(names)s."),
    (Of.HOST, By.KIND): _("no centre hosted there is of the kind: %(names)s."),
    (Of.SERVED, By.FUNCTION): _("no centre recorded as serving a country there is recorded as offering: %(names)s."),
    (Of.SERVED, By.MECHANISM): _("no centre recorded as serving a country there belongs to: %(names)s."),
    (Of.SERVED, By.KIND): _("no centre recorded as serving a country there is of the kind: %(names)s."),
}
#: The same of a region that lacks everything.
EMPTY = {
    Of.HOST: _("no centre at all is hosted there."),
    Of.SERVED: _("no centre at all is recorded as serving a country there."),
}
NOTE = _(
    "A centre can stand in several cells, so the totals are not their sums: a total counts each centre once, also one"
    " that stands in no row or no column."
)


def in_every_language(text: Any) -> dict[str, str]:
    """Return a lazy translation by language."""
    texts = {}
    for code, _name in settings.CONTENT_LANGUAGES:
        with override(code):
            texts[code] = str(text)
    return texts


@dataclass(frozen=True)
class Heading:
    """What a row or a column is about."""

    code: str
    names: dict[str, str]

    @property
    def name(self) -> str:
        """Return its name in the active language."""
        return content_text(self.names[content_language()])


@dataclass
class Number:
    """How many centres, and the query that lists them in the directory, without the date."""

    count: int
    query: str


@dataclass
class Cell(Number):
    """A number under the heading of its column, and how strong its tint is."""

    heading: Heading
    heat: int = 0


@dataclass
class Row:
    heading: Heading
    total: Number
    cells: list[Cell]

    @property
    def gaps(self) -> list[str]:
        """Return the names of the columns in which there is no centre."""
        return [cell.heading.name for cell in self.cells if not cell.count]


@dataclass
class Coverage:
    """The table.

    Attributes:
        columns: the totals of the columns.
        without_list: the centres that no row can have, because no source says whom they serve.
        without_function: the centres that no column can have, because no function is recorded.
    """

    date: datetime.date
    of: Of
    by: By
    scheme: str
    rows: list[Row]
    columns: list[Cell]
    total: Number
    without_list: Number | None
    without_function: Number | None

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """Return, by name of the row, what it lacks, as a sentence of the active language."""
        comma = pgettext("between items of a list", ", ")
        return [
            (
                row.heading.name,
                str(GAPS[self.of, self.by] if row.total.count else EMPTY[self.of]) % {"names": comma.join(row.gaps)},
            )
            for row in self.rows
            if row.gaps
        ]


class CoverageFilterSet(CentreFilterSet):
    """The directory's filters, and what the rows and columns are."""

    # Numbers have no order to choose.
    ordering = None  # type: ignore[assignment]
    scheme = OneFilter(label=_("Region scheme"), options=scheme_options, is_content=True)
    of = OneFilter(label=_("Regions of"), options=lambda: Of.choices)
    by = OneFilter(label=_("Columns"), options=lambda: By.choices)

    @property
    def row_label(self) -> str:
        """Return what the rows are."""
        return str(self.filters[self._row_facet].label)

    @property
    def column_label(self) -> str:
        """Return what the columns are."""
        return str(self.filters[self._by].label)

    def coverage(self) -> Coverage:
        """Return the table that the parameters ask for; they must be free of problems."""
        columns = self._columns()
        rows = []
        for heading in self._rows():
            here = {self._row_facet: heading.code}
            cells = [self._cell(column, **here) for column in columns]
            rows.append(Row(heading, self._number(**here), cells))
        most = max((cell.count for row in rows for cell in row.cells), default=0) or 1
        for row in rows:
            for cell in row.cells:
                # Rounded up: one centre shows.
                cell.heat = -(-HEATS * cell.count // most)
        return Coverage(
            date=self.as_of_date,
            of=self._of,
            by=self._by,
            scheme=self._scheme,
            rows=rows,
            columns=[self._cell(column) for column in columns],
            total=self._number(),
            without_list=self._number(served_list=ServedList.UNKNOWN) if self._of == Of.SERVED else None,
            without_function=self._number(function=NONE) if self._by == By.FUNCTION else None,
        )

    @cached_property
    def _of(self) -> Of:
        return Of(self.form.cleaned_data["of"] or Of.HOST)

    @cached_property
    def _by(self) -> By:
        return By(self.form.cleaned_data["by"] or By.FUNCTION)

    @property
    def _row_facet(self) -> str:
        return ROW_FACETS[self._of][0]

    @cached_property
    def _scheme(self) -> str:
        """Return the code of the region scheme: the first where none is chosen, nothing where there is none."""
        field: Any = self.form.fields["scheme"]
        chosen: str = self.form.cleaned_data["scheme"] or next((code for code, _name in field.choices), "")
        return chosen

    def _rows(self) -> list[Heading]:
        """Return the regions of the scheme, or those that are filtered for; last, the centres that are in none."""
        facet, nowhere = ROW_FACETS[self._of]
        chosen = self.form.cleaned_data[facet]
        regions = Region.objects.filter(code__in=chosen) if chosen else Region.objects.filter(scheme__code=self._scheme)
        rows = _headings(regions.in_reading_order(), "name")
        # Centres in none of the regions have a row where they are asked for, or where there are any.
        if chosen:
            others = sorted(set(chosen) - {row.code for row in rows})
        else:
            none = none_of(self._scheme)
            others = [none] if self._count(**{facet: none}) else []
        return rows + [Heading(code, in_every_language(nowhere)) for code in others]

    def _columns(self) -> list[Heading]:
        """Return what the columns are: all that there are on the date, or those that are filtered for."""
        chosen = self.form.cleaned_data[self._by]
        if self._by == By.FUNCTION:
            columns = _headings(Function.objects.in_reading_order(), "name")
        elif self._by == By.MECHANISM:
            mechanisms = Mechanism.objects.all() if chosen else Mechanism.objects.as_of(self.as_of_date)
            columns = _headings(mechanisms.in_reading_order(), "short_name")
        else:
            columns = [Heading(code, names) for code, names in choice_labels(CentreKind).items()]
        return [column for column in columns if not chosen or column.code in chosen]

    def _count(self, **wanted: str) -> int:
        """Return how many centres have all of these values, by facet, of those that the filters let through."""
        bits = self.found()
        for facet, code in wanted.items():
            bits &= self.census.sets[facet].get(code, 0)
        return bits.bit_count()

    def _number(self, **wanted: str) -> Number:
        return Number(self._count(**wanted), self._query(**wanted))

    def _cell(self, column: Heading, **wanted: str) -> Cell:
        wanted[self._by] = column.code
        return Cell(self._count(**wanted), self._query(**wanted), column)

    def _query(self, **wanted: str) -> str:
        """Return the directory's query for these values and the other filters in use.

        A value replaces its filter: it is one of those that are filtered for, or nothing is.
        """
        query = QueryDict(mutable=True)
        for name in CentreFilterSet.base_filters:
            if name in self.data and name not in {"as_of", "ordering"}:
                query.setlist(name, self.data.getlist(name))
        for name, value in wanted.items():
            query[name] = value
        return query.urlencode()


def _headings(records: Iterable[Any], field: str) -> list[Heading]:
    # Without one language asked for, it is all of them.
    return [Heading(record.code, cast("dict[str, str]", translated(record, field, None))) for record in records]
