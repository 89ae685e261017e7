"""Filters of the search, and of the glossary."""

import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from publishing.facets import Facet, FacetValue
from publishing.filters import CodesFilter, ListFilterSet, QueryFilterSet, TextFilter
from publishing.models import IndexEntry
from search.kinds import LISTS, kinds
from search.models import Term
from search.querysets import TermQuerySet, counted_by_kind, found, in_order
from search.reading import Part, read


def kind_options() -> list[tuple[str, str]]:
    """Return code and name of each kind of record that the search finds."""
    return [(kind, capfirst(str(model._meta.verbose_name_plural))) for kind, model in kinds().items()]


class SearchFilterSet(ListFilterSet):
    """What is looked for, and among which kinds of records; of what date a record is, its own page says."""

    q = TextFilter(label=_("Words"))
    kind = CodesFilter(label=_("Kind"), options=kind_options)

    @cached_property
    def parts(self) -> list[Part]:
        """Return how the query is read; nothing where none is given."""
        return read(self.form.cleaned_data["q"] or "")

    @cached_property
    def of_all_kinds(self) -> QuerySet[IndexEntry]:
        """Return what is found among all kinds, best first."""
        entries = found(self.parts)
        return in_order(entries, self.parts) if self.parts else entries

    def results(self) -> QuerySet[IndexEntry]:
        """Return what is found, best first."""
        chosen = self.form.cleaned_data["kind"]
        return self.of_all_kinds.filter(kind__in=chosen) if chosen else self.of_all_kinds

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many records of each kind are found; a kind with one that is called exactly so comes first."""
        counts = counted_by_kind(self.of_all_kinds)
        order = sorted((kind for kind in LISTS if kind in counts), key=lambda kind: not counts[kind][1])
        return {kind: counts[kind][0] for kind in order}

    def facets(self) -> list[Facet]:
        """Return the kinds with counts."""
        chosen = self.form.cleaned_data["kind"]
        values = [FacetValue(code, name, self.counts.get(code, 0), code in chosen) for code, name in kind_options()]
        return [Facet("kind", str(self.filters["kind"].label), values)]


class TermFilterSet(QueryFilterSet[TermQuerySet]):
    """The glossary, which knows no dates: a word is a word on every day."""

    q = TextFilter(label=_("Words"), method="filter_words")

    def base(self, date: datetime.date) -> TermQuerySet:
        return Term.objects.all()

    def shown(self, queryset: TermQuerySet, date: datetime.date) -> TermQuerySet:
        return queryset.with_citations().in_reading_order()

    def filter_words(self, queryset: TermQuerySet, name: str, value: str) -> TermQuerySet:
        return queryset.having(value) if value else queryset
