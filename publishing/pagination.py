"""Paging of the API's lists."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from publishing.problems import InvalidParameters, PageNotFound


class PortalPagination(PageNumberPagination):
    """Pages of 50, up to 500."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Return the number of rows a page; raise InvalidParameters where it is not allowed."""
        text = request.query_params.get("page_size") or str(self.page_size)
        if not text.isdecimal() or not 1 <= int(text) <= self.max_page_size:
            raise InvalidParameters(
                {"page_size": [_("Write a number from 1 to %(max)s.") % {"max": self.max_page_size}]}
            )
        return int(text)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Return the rows of the page asked for; raise PageNotFound where there is none."""
        text = request.query_params.get("page") or "1"
        if not text.isdecimal() or int(text) < 1:
            raise InvalidParameters({"page": [_("Write a number from 1.")]})
        size = self.get_page_size(request)
        paginator = self.django_paginator_class(queryset, size)
        if int(text) > paginator.num_pages:
            raise PageNotFound(paginator.num_pages)
        self.request = request
        self.page = paginator.page(int(text))
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page, with the addresses of its neighbours in a Link header too (RFC 8288)."""
        response = super().get_paginated_response(data)
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        if header := ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items() if address):
            response.headers["Link"] = header
        return response
