"""Base of the API's views: the page's filters, strict parameters, one representation a URL."""

import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from publishing.filters import PortalFilterSet, not_allowed
from publishing.problems import InvalidParameters
from publishing.serializers import LANGUAGES

#: Parameters that every endpoint has beside its filters.
GENERAL = ("format", "lang", "fields")
LIST = ("page", "page_size", "ordering")


class Parameters:
    """The parameters of a request, checked before anything is computed."""

    general: ClassVar[tuple[str, ...]] = GENERAL
    filterset_class: ClassVar[type[PortalFilterSet]] = PortalFilterSet
    request: Request

    def check_general(self, also: dict[str, list[str]]) -> None:
        """Refuse a language or format that does not exist.

        Raises:
            InvalidParameters: with these problems and those in ``also``.
        """
        problems = dict(also)
        formats = [renderer.format for renderer in self.renderer_classes]  # type: ignore[attr-defined]
        for name, allowed in (("lang", LANGUAGES), ("format", formats)):
            values = self.request.query_params.getlist(name)
            if any(value not in allowed for value in values):
                problems[name] = [not_allowed(next(value for value in values if value not in allowed), allowed)]
        if problems:
            raise InvalidParameters(problems)

    @property
    def lang(self) -> str | None:
        return self.request.query_params.get("lang")


class PortalViewSet(Parameters, viewsets.ReadOnlyModelViewSet):  # type: ignore[type-arg]
    """A read-only list and its records.

    Subclasses name the serializer and the filter set, whose results are the list, and give the
    records for the detail view.
    """

    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9.#()-]+"
    #: Names that ``?ordering=`` takes, and the columns behind them.
    orderings: ClassVar[dict[str, str]] = {}

    def records(self, date: datetime.date) -> QuerySet[Any]:
        """Return every record, with what the serializer shows of it on ``date``."""
        raise NotImplementedError

    @cached_property
    def filterset(self) -> PortalFilterSet:
        """Return the checked filters; a record takes only the date.

        Raises:
            InvalidParameters: naming each wrong parameter and what is allowed.
        """
        is_list = self.action == "list"
        filterset_class = self.filterset_class if is_list else PortalFilterSet
        also = (*self.general, *LIST) if is_list else self.general
        filterset = filterset_class(self.request.query_params, also=also)
        problems = filterset.problems
        fields = self.wanted_fields
        known = list(self.get_serializer_class()().fields)
        if unknown := [name for name in fields if name not in known]:
            problems["fields"] = [not_allowed(unknown[0], known)]
        ordering = self.request.query_params.get("ordering", "")
        if ordering.removeprefix("-") not in {"", *self.orderings}:
            problems["ordering"] = [not_allowed(ordering, sorted(self.orderings))]
        self.check_general(problems)
        return filterset

    @property
    def wanted_fields(self) -> list[str]:
        return [name for name in self.request.query_params.get("fields", "").split(",") if name]

    @property
    def as_of(self) -> datetime.date:
        return self.filterset.as_of_date

    def get_queryset(self) -> QuerySet[Any]:
        if self.action != "list":
            return self.records(self.as_of)
        queryset = self.filterset.results()
        if ordering := self.request.query_params.get("ordering"):
            sign = "-" if ordering.startswith("-") else ""
            queryset = queryset.order_by(f"{sign}{self.orderings[ordering.removeprefix('-')]}", "pk")
        return queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "lang": self.lang,
            "fields": set(self.wanted_fields),
            "as_of": self.as_of,
        }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._as_of_stamped(super().list(request, *args, **kwargs))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._as_of_stamped(super().retrieve(request, *args, **kwargs))

    def _as_of_stamped(self, response: Response) -> Response:
        """Say in a header which date the answer shows."""
        response.headers["Content-As-Of"] = self.as_of.isoformat()
        return response
