"""Filters of the lists of sources and citations."""

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from publishing.filters import CodesFilter, QueryFilterSet, TextFilter, VocabularyFilter, choice_counts
from sources.models import Citation, Reliability, Source, SourceKind
from sources.querysets import CitationQuerySet, SourceQuerySet


class SourceFilterSet(QueryFilterSet[SourceQuerySet]):
    kind = VocabularyFilter(label=_("Kind"), vocabulary=SourceKind, counts=choice_counts("kind"))
    reliability = VocabularyFilter(label=_("Reliability"), vocabulary=Reliability, counts=choice_counts("reliability"))
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> SourceQuerySet:
        """Sources dated after ``date`` are left out; undated ones cannot be placed and stay."""
        return Source.objects.filter(Q(date__isnull=True) | Q(date__lte=date))

    def shown(self, queryset: SourceQuerySet, date: datetime.date) -> SourceQuerySet:
        return queryset.with_citation_count().in_reading_order()


def _source_counts(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    return dict(queryset.order_by().values_list("source__code").annotate(n=Count("pk")))


class CitationFilterSet(QueryFilterSet[CitationQuerySet]):
    source = CodesFilter(
        label=_("Source"),
        options=lambda: Source.objects.in_reading_order().values_list("code", "title"),
        counts=_source_counts,
        method="filter_source",
    )

    def base(self, date: datetime.date) -> CitationQuerySet:
        return Citation.objects.all()

    def shown(self, queryset: CitationQuerySet, date: datetime.date) -> CitationQuerySet:
        return queryset.with_source()

    def filter_source(self, queryset: CitationQuerySet, name: str, value: list[str]) -> CitationQuerySet:
        return queryset.filter(source__code__in=value) if value else queryset
