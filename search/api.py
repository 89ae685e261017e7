"""API of the search and the glossary."""

import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from publishing.api import PortalAPIView, PortalViewSet
from publishing.pagination import PortalPagination
from publishing.renderers import TBXRenderer
from publishing.throttling import AddressThrottle, SearchThrottle
from search.filters import SearchFilterSet, TermFilterSet
from search.models import Term
from search.results import results
from search.serializers import SearchSerializer, TermSerializer, keys_of


class SearchView(PortalAPIView):
    """Words in the records of all kinds, in both languages whatever the language of the words, best first."""

    general = ("format", "lang")
    filterset_class = SearchFilterSet
    throttle_classes = (AddressThrottle, SearchThrottle)

    @extend_schema(
        responses=SearchSerializer,
        parameters=[
            OpenApiParameter(one["name"], one["schema"], description=one["description"])
            for one in PortalPagination().get_schema_operation_parameters(None)
            if one["name"] != "cursor"
        ],
    )
    def get(self, request: Request) -> Response:
        filterset = SearchFilterSet(request.query_params, also=(*self.general, "page", "page_size"))
        self.check_general(filterset.problems)
        paginator = PortalPagination()
        rows = results(paginator.paginate_queryset(filterset.results(), request), filterset.parts)
        # Set with the rows; REST framework's types cannot know that.
        paged: Any = paginator.page
        context = {"request": request, "lang": self.lang, "keys": keys_of(rows)}
        page = {
            "count": paged.paginator.count,
            "next": paginator.get_next_link(),
            "previous": paginator.get_previous_link(),
            "results": rows,
            "read_as": filterset.parts,
        }
        return Response(SearchSerializer(page, context=context).data)


class TermViewSet(PortalViewSet):
    """The glossary: what one language calls what the other one calls otherwise."""

    serializer_class = TermSerializer
    filterset_class = TermFilterSet
    renderer_classes = (*PortalViewSet.renderer_classes, TBXRenderer)
    orderings = {"code": "code", "name_en": "sort_key_en", "name_zh_hans": "sort_key_zh_hans"}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        return Term.objects.with_citations()
