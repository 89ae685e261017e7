"""Named querysets of sources and citations."""

from typing import Any, Self

from django.db import models
from django.db.models import Count

from publishing.querysets import CodedQuerySet


class SourceQuerySet(CodedQuerySet):
    def with_citation_count(self) -> Self:
        """Add ``citation_count``: how many places of the source are cited."""
        return self.annotate(citation_count=Count("citations", distinct=True))

    def in_reading_order(self, prefix: str = "") -> Self:
        """Latest first; undated ones last, by code."""
        return self.order_by(models.F("date").desc(nulls_last=True), "code")


class CitationQuerySet(models.QuerySet[Any]):
    """A plain queryset: citations have no translated field, and modeltranslation's values() needs one."""

    def get_by_natural_key(self, source: str, locator: str) -> Any:
        return self.get(source__code=source, locator=locator)

    def with_source(self) -> Self:
        """Join the source: the most reliable first, the oldest of these first, then by place."""
        return self.select_related("source").order_by(
            "source__reliability",
            models.F("source__date").asc(nulls_last=True),
            "source__code",
            "position",
            "locator",
            "pk",
        )


def with_citations(prefix: str = "", *, for_thousands: bool = False) -> "models.Prefetch[str, CitationQuerySet, str]":
    """Return the prefetch of a statement's citations with their sources: the same queries for any number of rows.

    Args:
        prefix: the path to the statements.
        for_thousands: make each source once, with a query more, instead of anew for each of thousands of citations.
    """
    from sources.models import Citation

    citations = Citation.objects.with_source()
    if for_thousands:
        citations = citations.select_related(None).prefetch_related("source")
    # As a list: a manager for each statement, which Django makes otherwise, takes longer than to read the citations.
    return models.Prefetch(f"{prefix}citations", queryset=citations, to_attr="cited")
