"""Named querysets of sources and citations."""

from typing import Self

from django.db import models
from django.db.models import Count

from publishing.querysets import CodedQuerySet, PortalQuerySet


class SourceQuerySet(CodedQuerySet):
    def with_citation_count(self) -> Self:
        return self.annotate(citation_count=Count("citations", distinct=True))

    def in_reading_order(self, prefix: str = "") -> Self:
        """Latest first; undated ones last, by code."""
        return self.order_by(models.F("date").desc(nulls_last=True), "code")


class CitationQuerySet(PortalQuerySet):
    def get_by_natural_key(self, source: str, locator: str) -> models.Model:
        return self.get(source__code=source, locator=locator)

    def with_source(self) -> Self:
        """Join the source; ordered by it and by place, so that lists of citations read the same everywhere."""
        return self.select_related("source").order_by("source__code", "locator", "pk")


def with_citations(prefix: str = "") -> models.Prefetch:
    """Return the prefetch of a statement's citations with their sources: two queries for any number of rows."""
    from sources.models import Citation

    return models.Prefetch(f"{prefix}citations", queryset=Citation.objects.with_source())
