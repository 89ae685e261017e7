"""Pages of sources: the list, and every statement that rests on one, by paragraph."""

from typing import Any

from django.db.models import QuerySet

from publishing.views import PortalDetailView, PortalListView
from sources.filters import SourceFilterSet
from sources.models import Source
from sources.serializers import SourceSerializer
from sources.statements import statements_on


class SourceListView(PortalListView):
    template_name = "sources/list.html"
    filterset_class = SourceFilterSet
    serializer_class = SourceSerializer


class SourceDetailView(PortalDetailView):
    template_name = "sources/detail.html"

    def records(self) -> QuerySet[Any]:
        return Source.objects.with_citation_count()

    def beside(self, record: Any) -> dict[str, Any]:
        return {"places": statements_on(record)}
