"""Base of the API's views: the page's filters, strict parameters, one representation a URL."""

import datetime
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from publishing.downloads import list_file, notes_on
from publishing.filters import ListFilterSet, PortalFilterSet, not_allowed
from publishing.problems import InvalidParameters
from publishing.renderers import CSVRenderer, NDJSONRenderer, PortalJSONRenderer, XLSXRenderer
from publishing.serializers import LANGUAGES

#: Parameters that every endpoint has beside its filters.
GENERAL = ("format", "lang", "fields")
LIST = ("page", "page_size", "ordering")


class PortalAPIView(APIView):
    """Checks the parameters of a request before anything is computed."""

    general: ClassVar[tuple[str, ...]] = GENERAL
    filterset_class: ClassVar[type[PortalFilterSet]] = PortalFilterSet

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return the headers of every answer; it does not vary by Accept, whatever REST framework says."""
        return {name: value for name, value in super().default_response_headers.items() if name != "Vary"}

    def check_general(self, also: dict[str, list[str]]) -> None:
        """Refuse a language or format that does not exist.

        Raises:
            InvalidParameters: with these problems and those in ``also``.
        """
        problems = dict(also)
        formats = [renderer.format for renderer in self.renderer_classes]
        for name, allowed in (("lang", LANGUAGES), ("format", formats)):
            value = self.request.query_params.get(name)
            if value and value not in allowed:
                problems[name] = [not_allowed(value, allowed)]
        if problems:
            raise InvalidParameters(problems)

    @property
    def lang(self) -> str | None:
        """Return the language of ``?lang=``; None stands for all of them."""
        return self.request.query_params.get("lang") or None


class PortalViewSet(PortalAPIView, viewsets.ReadOnlyModelViewSet[Any]):
    """A read-only list and its records.

    Subclasses name the serializer and the filter set, whose results are the list, and give the
    records for the detail view.
    """

    lookup_field = "key"
    lookup_value_regex = r"[^/]+"
    renderer_classes: Any = (PortalJSONRenderer, CSVRenderer, XLSXRenderer, NDJSONRenderer)
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
        if is_list and self.request.query_params.get("format", "json") != "json":
            whole = _("A file has the whole list: leave this out.")
            problems |= {name: [whole] for name in ("page", "page_size") if name in self.request.query_params}
        serializer: Any = self.get_serializer_class()()
        known = list(serializer.fields)
        if unknown := [name for name in fields if name not in known]:
            problems["fields"] = [not_allowed(unknown[0], known)]
        ordering = self.request.query_params.get("ordering", "")
        if ordering.removeprefix("-") not in {"", *self.orderings}:
            allowed = [sign + name for name in sorted(self.orderings) for sign in ("", "-")]
            only_one = _("“%(value)s” is not possible: this list has one order only.") % {"value": ordering}
            problems["ordering"] = [not_allowed(ordering, allowed) if allowed else only_one]
        self.check_general(problems)
        return filterset

    @property
    def wanted_fields(self) -> list[str]:
        """Return the names in ``?fields=``; none stands for all of them."""
        return [name for name in self.request.query_params.get("fields", "").split(",") if name]

    @property
    def as_of(self) -> datetime.date:
        """Return the date that the answer shows."""
        return self.filterset.as_of_date

    def get_queryset(self) -> QuerySet[Any]:
        """Return the filtered list in the order asked for, or every record where one is looked up."""
        if self.action != "list":
            return self.records(self.as_of)
        queryset: QuerySet[Any] = self.listed()
        if ordering := self.request.query_params.get("ordering"):
            column = F(self.orderings[ordering.removeprefix("-")])
            # Unknown values last, either way: databases differ in where they put them.
            term = column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)
            queryset = queryset.order_by(term, "pk")
        return queryset

    def listed(self) -> Any:
        """Return the list that the filters give."""
        if not isinstance(self.filterset, ListFilterSet):
            raise TypeError("only a list is listed")
        return self.filterset.results()

    def get_object(self) -> Any:
        """Return the record of the key in the address; raise Http404 where there is none."""
        queryset = self.get_queryset()
        condition = queryset.model.condition(self.kwargs["key"])
        if condition is None:
            raise Http404
        return get_object_or_404(queryset, condition)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return ``queryset`` as it is: get_queryset() has filtered it."""
        return queryset

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "lang": self.lang,
            "fields": set(self.wanted_fields),
            "as_of": self.as_of,
        }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of the list; as a file, all of it."""
        wanted = request.query_params.get("format") or "json"
        if wanted == "json":
            return self._as_of_stamped(super().list(request, *args, **kwargs))
        rows = self.get_queryset()
        notes = notes_on(self.as_of, request.build_absolute_uri())
        file = list_file(wanted, rows, self.get_serializer(), notes=notes)
        return self._as_of_stamped(Response(file if isinstance(file, bytes) else b"".join(file)))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._as_of_stamped(super().retrieve(request, *args, **kwargs))

    def _as_of_stamped(self, response: Response) -> Response:
        """Say in a header which date the answer shows."""
        response.headers["Content-As-Of"] = self.as_of.isoformat()
        return response
