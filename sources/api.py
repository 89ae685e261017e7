"""API of sources and citations."""

import datetime
from typing import Any

from django.db.models import QuerySet

from editing.api import WritableViewSet
from publishing.api import PortalViewSet
from publishing.content.saving import standing_alone
from sources.content import RECORD_TYPES
from sources.filters import CitationFilterSet, SourceFilterSet
from sources.models import Citation, Source
from sources.serializers import CitationSerializer, SourceDetailSerializer, SourceSerializer
from sources.statements import statements_on


class SourceViewSet(WritableViewSet):
    """Documents and pages on which statements rest; one record lists them by paragraph."""

    record_type = standing_alone(RECORD_TYPES, Source)
    filterset_class = SourceFilterSet
    orderings = {"code": "code", "date": "date"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Source.objects.with_citation_count()

    def get_serializer_class(self) -> Any:
        return SourceDetailSerializer if self.action == "retrieve" else SourceSerializer

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Return the serializer; that of one source is given the places on which something rests."""
        if self.action == "retrieve" and args:
            kwargs["context"] = {**self.get_serializer_context(), "places": self._places(args[0])}
        return super().get_serializer(*args, **kwargs)

    @staticmethod
    def _places(source: Source) -> list[Any]:
        """Return the places on which something rests."""
        return [place for place in statements_on(source) if place.statements]


class CitationViewSet(PortalViewSet):
    """Places in sources on which statements rest."""

    serializer_class = CitationSerializer
    filterset_class = CitationFilterSet
    orderings = {"source": "source__code"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Citation.objects.with_source()
