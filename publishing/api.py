"""Base of the API's views: the page's filters, strict parameters, one representation a URL."""

import datetime
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import F, Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rest_framework import viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from publishing.downloads import list_file, notes_on
from publishing.filters import ListFilterSet, PortalFilterSet, not_allowed
from publishing.problems import InvalidParameters
from publishing.querysets import with_only
from publishing.renderers import AtomRenderer, CSVRenderer, NDJSONRenderer, PortalJSONRenderer, XLSXRenderer
from publishing.serializers import LANGUAGES
from publishing.throttling import AddressThrottle, ExportThrottle

#: Parameters that every endpoint has beside its filters.
GENERAL = ("format", "lang", "fields")
LIST = ("page", "page_size", "cursor", "ordering")
#: Parameters about a part of the list, which a file has not.
PAGING = ("page", "page_size", "cursor")


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

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Say in headers how many requests are left."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for throttle in self.throttles:
            for name, value in throttle.headers.items():
                # A list (RFC 9651) with an entry for each limit.
                said = response.headers.get(name)
                response.headers[name] = f"{said}, {value}" if said else value
        return response

    def get_throttles(self) -> list[Any]:
        return self.throttles

    @cached_property
    def throttles(self) -> list[AddressThrottle]:
        """Return the throttles of the request, which know afterwards what is left."""
        classes: Any = self.throttle_classes
        return [one() for one in (*classes, *([ExportThrottle] if self.is_file else ()))]

    @property
    def is_file(self) -> bool:
        """Say whether a file is asked for."""
        return self.wanted != "json"

    @property
    def lang(self) -> str | None:
        """Return the language of ``?lang=``; None stands for all of them."""
        return self.request.query_params.get("lang") or None

    @property
    def wanted(self) -> str:
        """Return the format of ``?format=``; JSON if left out."""
        return self.request.query_params.get("format") or "json"


@lru_cache(maxsize=256)
def _needs(serializer_class: Any, fields: frozenset[str], expanded: frozenset[str]) -> frozenset[str]:
    """Return what a serializer reads of a record; kept, because for that it makes all its fields."""
    return frozenset(serializer_class(context={"fields": fields, "expand": expanded}).needs)


class PortalViewSet(PortalAPIView, viewsets.ReadOnlyModelViewSet[Any]):
    """A read-only list and its records.

    Subclasses name the serializer and the filter set, whose results are the list, and give the
    records for the detail view.
    """

    lookup_field = "key"
    lookup_value_regex = r"[^/]+"
    renderer_classes: Any = (PortalJSONRenderer, CSVRenderer, XLSXRenderer, NDJSONRenderer, AtomRenderer)
    filterset_class: ClassVar[type[ListFilterSet]]
    #: Names that ``?ordering=`` takes, and the columns behind them.
    orderings: ClassVar[dict[str, str]] = {}
    #: Fields that only ``?expand=`` shows, and what is read for each on a date.
    expansions: "ClassVar[dict[str, Callable[[datetime.date], Prefetch[Any, Any, Any]]]]" = {}

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
        is_read = self.request.method in SAFE_METHODS
        also = (*self.general, *(["expand"] if self.expansions and is_read else []), *(LIST if is_list else []))
        filterset = (self.filterset_class if is_list else PortalFilterSet)(self.request.query_params, also=also)
        self.check_general(filterset.problems | self._problems())
        return filterset

    def _problems(self) -> dict[str, list[str]]:
        """Return what is wrong with the parameters that are about how the records are written."""
        problems = {}
        sent = self.request.query_params
        given = {name: text for name in sent if (text := sent.get(name, "")).strip()}
        for name in ("fields", "expand"):
            # To make the fields takes a while, and few name them.
            allowed = self._known(name) if self.named(name) else []
            if unknown := [value for value in self.named(name) if value not in allowed]:
                problems[name] = [not_allowed(unknown[0], allowed)]
        if given.get("format", "json") != "json":
            problems |= {name: [_("A file has the whole list: leave this out.")] for name in PAGING if name in given}
        elif "cursor" in given:
            in_its_order = _("A cursor goes through the list in an order of its own: leave this out.")
            problems |= {name: [in_its_order] for name in ("page", "ordering") if name in given}
        ordering = given.get("ordering", "")
        if ordering.removeprefix("-") not in {"", *self.orderings}:
            allowed = [sign + name for name in sorted(self.orderings) for sign in ("", "-")]
            only_one = _("“%(value)s” is not possible: this list has one order only.") % {"value": ordering}
            problems["ordering"] = [not_allowed(ordering, allowed) if allowed else only_one]
        return problems

    def _known(self, parameter: str) -> list[str]:
        """Return the names that ``?fields=`` or ``?expand=`` takes."""
        if parameter == "expand":
            return list(self.expansions)
        serializer: Any = self.get_serializer_class()(context={"expand": self.expansions})
        return list(serializer.fields)

    def named(self, parameter: str) -> list[str]:
        """Return the names in ``?fields=`` or ``?expand=``."""
        return [name for name in self.request.query_params.get(parameter, "").split(",") if name]

    @property
    def expanded(self) -> list[str]:
        """Return the expansions asked for, by ``?expand=`` or as one of the ``?fields=``."""
        return [name for name in self.expansions if name in self.named("expand") + self.named("fields")]

    @property
    def as_of(self) -> datetime.date:
        """Return the date that the answer shows."""
        return self.filterset.as_of_date

    def get_queryset(self) -> Any:
        """Return the filtered list in the order asked for, or every record where one is looked up."""
        if isinstance(self.filterset, ListFilterSet):
            return self.related(self.ordered(self.filterset.results()))
        return self.related(self.records(self.as_of))

    def ordered(self, rows: Any) -> Any:
        """Return the list in the order asked for."""
        if ordering := self.request.query_params.get("ordering", "").strip():
            column = F(self.orderings[ordering.removeprefix("-")])
            # Unknown values last, either way: databases differ in where they put them.
            term = column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)
            return rows.order_by(term, "pk")
        return rows

    def related(self, rows: Any) -> Any:
        """Return rows with what is expanded, and without the joins that no field shown needs."""
        rows = rows.prefetch_related(*(self.expansions[name](self.as_of) for name in self.expanded))
        serializer: Any = self.get_serializer_class()
        return with_only(rows, _needs(serializer, frozenset(self.named("fields")), frozenset(self.expanded)))

    @staticmethod
    def keys_of(rows: Any) -> set[str]:
        """Return the keys of the records of the list."""
        return set(rows.model.keys_in(rows))

    def after(self, rows: Any, key: int) -> Any:
        """Return the rows of the list after a primary key, in the order of these."""
        return rows.filter(pk__gt=key).order_by("pk")

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
            "fields": set(self.named("fields")),
            # The OpenAPI document describes them all.
            "expand": set(self.expansions if getattr(self, "swagger_fake_view", False) else self.expanded),
            "as_of": self.as_of,
        }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of the list; as a file, all of it."""
        if self.wanted == "json":
            return self._as_of_stamped(super().list(request, *args, **kwargs))
        return self._file(self.get_queryset(), self.get_serializer())

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a record; as a file, a list that has it alone."""
        if self.wanted == "json":
            return self._as_of_stamped(super().retrieve(request, *args, **kwargs))
        record = self.get_object()
        return self._file([record], self.get_serializer(record))

    def _file(self, rows: Any, serializer: Any) -> Response:
        if self.wanted == "atom":
            # Written by who knows all apps.
            return self._as_of_stamped(Response(import_string(settings.LIST_FEED)(self)))
        file = list_file(self.wanted, rows, serializer, notes=notes_on(self.as_of, self.request.build_absolute_uri()))
        response = Response(file if isinstance(file, bytes) else b"".join(file))
        # REST framework takes its type from an answer of no bytes, which a list of no lines is.
        media_type = self.request.accepted_renderer.media_type
        response.add_post_render_callback(lambda made: made.headers.setdefault("Content-Type", media_type))
        return self._as_of_stamped(response)

    def _as_of_stamped(self, response: Response) -> Response:
        """Say in a header which date the answer shows."""
        response.headers["Content-As-Of"] = self.as_of.isoformat()
        return response
