"""API of the search."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from publishing.api import PortalAPIView
from publishing.pagination import PortalPagination
from publishing.throttling import AddressThrottle, SearchThrottle
from search.filters import SearchFilterSet
from search.results import results
from search.serializers import SearchSerializer, keys_of


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
