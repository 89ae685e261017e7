"""Paging of the API's lists."""

from typing import Any

from django.core.paginator import Page
from django.utils.translation import gettext as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from publishing.problems import InvalidParameters, PageNotFound


class PortalPagination(PageNumberPagination):
    """Pages of 50, up to 500: by number, or one after the other by a cursor.

    A cursor is the primary key of the last row seen, so nothing is missed or told twice when rows come and go
    between two pages.
    """

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"
    #: The cursor of the page after this one, where this one was asked for by a cursor and is not the last.
    next_cursor: int | None = None

    def get_page_size(self, request: Request) -> int:
        """Return the number of rows a page; raise InvalidParameters where it is not allowed."""
        text = request.query_params.get("page_size") or str(self.page_size)
        if not is_whole_number(text) or not 1 <= int(text) <= self.max_page_size:
            raise InvalidParameters(
                {"page_size": [_("Write a number from 1 to %(max)s.") % {"max": self.max_page_size}]}
            )
        return int(text)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Return the rows of the page asked for; raise PageNotFound where there is none."""
        self.request = request
        paginator = self.django_paginator_class(queryset, self.get_page_size(request))
        if cursor := request.query_params.get("cursor"):
            self.page = self._page_after(cursor, paginator, view)
            return self.page.object_list
        text = request.query_params.get("page") or "1"
        if not is_whole_number(text) or int(text) < 1:
            raise InvalidParameters({"page": [_("Write a number from 1.")]})
        if int(text) > paginator.num_pages:
            raise PageNotFound(paginator.num_pages)
        self.page = paginator.page(int(text))
        return list(self.page)

    def _page_after(self, cursor: str, paginator: Any, view: Any) -> Any:
        if not is_whole_number(cursor):
            raise InvalidParameters({"cursor": [_("Begin with 0, and take the next one from “next”.")]})
        size = paginator.per_page
        # One more than the page: whether another follows.
        rows = list(view.after(paginator.object_list, int(cursor))[: size + 1])
        self.next_cursor = rows[size - 1].pk if len(rows) > size else None
        return Page(rows[:size], 1, paginator)

    def get_next_link(self) -> str | None:
        """Return the address of the next page; None where this is the last."""
        if self.request is None or "cursor" not in self.request.query_params:
            return super().get_next_link()
        address = self.request.build_absolute_uri()
        return replace_query_param(address, "cursor", str(self.next_cursor)) if self.next_cursor else None

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return how the OpenAPI document describes the paging."""
        limits = {
            "page": ({"minimum": 1, "default": 1}, "Number of the page."),
            "page_size": (
                {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size},
                "Records a page.",
            ),
            "cursor": (
                {"minimum": 0},
                "Instead of page: begin with 0, follow “next”. Nothing is missed when records come and go meanwhile.",
            ),
        }
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": description,
                "schema": {"type": "integer", **schema},
            }
            for name, (schema, description) in limits.items()
        ]

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page, with the addresses of its neighbours in a Link header too (RFC 8288)."""
        response = super().get_paginated_response(data)
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        if header := ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items() if address):
            response.headers["Link"] = header
        return response


def is_whole_number(text: str) -> bool:
    """Tell whether a text is a number that a database can hold."""
    return text.isascii() and text.isdecimal() and len(text) < 19
