"""What has changed since a revision or a day: so that a script fetches only what is new."""

import datetime
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.feed import changes_feed
from config.tables import api_address, tables
from publishing.api import PortalAPIView
from publishing.filters import CodesFilter, QueryFilterSet
from publishing.models import ChangeAction, ContentChange
from publishing.renderers import AtomRenderer, PortalJSONRenderer

#: Changes an answer.
MOST = 500


class SinceField(forms.CharField):
    """A revision, or a day as YYYY-MM-DD."""

    def to_python(self, value: Any) -> Any:
        """Return the number or the date; raise ValidationError where it is neither."""
        text = super().to_python(value) or ""
        if text.isdecimal() and len(text) < 16:
            return int(text)
        try:
            return datetime.date.fromisoformat(text) if text else 0
        except ValueError:
            raise ValidationError(_("Write a revision as a number, or a day as YYYY-MM-DD.")) from None


class SinceFilter(django_filters.Filter):
    """Keeps what came after a revision, or on a day (UTC) and after it."""

    field_class = SinceField

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if isinstance(value, datetime.date):
            return qs.filter(at__date__gte=value)
        return qs.filter(revision__gt=value) if value else qs


class AfterFilter(django_filters.NumberFilter):
    """Keeps what stands after a place in the list: the next page starts there."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(pk__gt=int(value)) if value is not None else qs


class ChangesFilterSet(QueryFilterSet[QuerySet[ContentChange]]):
    #: Up to which changes are told.
    revision = 0

    since = SinceFilter(label=_("Since"), help_text=_("A revision, whose changes are known already, or a day"))
    table = CodesFilter(
        label=_("Table"),
        options=lambda: [(name, name) for name in sorted(set(tables().values()))],
        method="filter_table",
    )
    after = AfterFilter(label=_("After"), min_value=0, help_text=_("Where the next page starts: taken from “next”"))

    def base(self, date: datetime.date) -> QuerySet[ContentChange]:
        """Return the changes up to the current revision, which an answer names: later ones come next time."""
        return ContentChange.objects.filter(revision__lte=self.revision)

    def shown(self, queryset: QuerySet[ContentChange], date: datetime.date) -> QuerySet[ContentChange]:
        return queryset.order_by("pk")

    def filter_table(self, queryset: QuerySet[ContentChange], name: str, value: list[str]) -> QuerySet[ContentChange]:
        """Keep the changes of the tables asked for."""
        kinds = [kind for kind, table in tables().items() if table in value]
        return queryset.filter(kind__in=kinds) if value else queryset


class ChangeSerializer(serializers.Serializer[ContentChange]):
    revision = serializers.IntegerField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    table = serializers.SerializerMethodField()
    key = serializers.CharField(read_only=True)
    action = serializers.ChoiceField(choices=ChangeAction.choices, read_only=True)
    url = serializers.SerializerMethodField(help_text="Of the record; null where it was removed or has no address.")

    def get_table(self, change: ContentChange) -> str:
        return tables()[change.kind]

    def get_url(self, change: ContentChange) -> str | None:
        return None if change.action == ChangeAction.REMOVED else api_address(tables()[change.kind], change.key)


class ChangesSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="Ask next time with since= this.")
    count = serializers.IntegerField(help_text="All that meet the parameters, on this page and after it.")
    next = serializers.CharField(allow_null=True)
    results = ChangeSerializer(many=True)


class ChangesView(PortalAPIView):
    """Records added, changed and removed since a revision or a day, oldest first.

    Ask with ``since=`` the last answer's ``revision`` and follow ``next`` while there is one: nothing is then missed
    or told twice. With ``format=atom`` the newest of them as a feed, newest first.
    """

    general: ClassVar[tuple[str, ...]] = ("format", "lang")
    filterset_class = ChangesFilterSet
    renderer_classes = (PortalJSONRenderer, AtomRenderer)

    @extend_schema(
        responses={
            (200, "application/json"): ChangesSerializer,
            (200, "application/atom+xml"): OpenApiTypes.STR,
        }
    )
    def get(self, request: Request) -> Response:
        filterset = ChangesFilterSet(request.query_params, also=self.general)
        problems = filterset.problems
        is_feed = filterset.data.get("format") == AtomRenderer.format
        if is_feed and "after" in filterset.data:
            problems["after"] = [str(_("A feed has the newest changes only: leave this out."))]
        self.check_general(problems)
        # Before the changes are read: what is committed meanwhile has a higher revision.
        filterset.revision = ContentChange.objects.aggregate(last=Max("revision"))["last"] or 0
        found = filterset.results()
        if is_feed:
            return Response(changes_feed(found, filterset.data, request))
        page = list(found[: MOST + 1])
        following = None
        if len(page) > MOST:
            page = page[:MOST]
            query = request.query_params.copy()
            query["after"] = str(page[-1].pk)
            following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        answer = {"revision": filterset.revision, "count": found.count(), "next": following, "results": page}
        return Response(ChangesSerializer(answer).data)
