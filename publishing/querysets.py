"""Named queryset methods that every domain model shares."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any, Self

from django.db.models import Aggregate, Q, QuerySet, TextField
from modeltranslation.manager import MultilingualQuerySet
from modeltranslation.utils import build_localized_fieldname

from publishing.languages import content_language


class PortalQuerySet(MultilingualQuerySet[Any]):
    """A queryset that knows the active language's columns."""

    def in_reading_order(self, prefix: str = "") -> Self:
        """Order by the active language's sort key, then by key: a total order.

        Args:
            prefix: the path to the related model whose order is wanted, such as "country__".
        """
        column = build_localized_fieldname("sort_key", content_language())
        return self.order_by(f"{prefix}{column}", f"{prefix}pk", "pk")


class JoinedTexts(Aggregate):
    """The different texts of a group in one, with commas between them; in no order."""

    function = "GROUP_CONCAT"
    template = "%(function)s(DISTINCT %(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "STRING_AGG(DISTINCT %(expressions)s, ',')"
        return self.as_sql(compiler, connection, template=template, **extra)


def joined(queryset: QuerySet[Any], paths: Iterable[str]) -> QuerySet[Any]:
    """Return ``queryset`` with the records at hand that ``paths`` lead to; as it is where there are none.

    ``select_related()`` without a name would join all that it finds, and Django 6 warns of it.
    """
    names = list(paths)
    return queryset.select_related(*names) if names else queryset


def with_only(queryset: QuerySet[Any], names: Collection[str]) -> QuerySet[Any]:
    """Return ``queryset`` without the joins and prefetches of other attributes than ``names``."""
    # Django can add to these and clear them, and has no public way to read them.
    lookups: Any = queryset._prefetch_related_lookups  # type: ignore[attr-defined]
    kept = [one for one in lookups if str(getattr(one, "prefetch_to", one)).split("__")[0] in names]
    narrowed = queryset.prefetch_related(None).prefetch_related(*kept)
    if isinstance(joins := narrowed.query.select_related, dict):
        narrowed.query.select_related = {name: part for name, part in joins.items() if name in names} or False
    return narrowed


class CodedQuerySet(PortalQuerySet):
    def get_by_natural_key(self, code: str) -> Any:
        return self.get(code=code)


class DatedQuerySet(PortalQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the relations in force on ``date``; an unknown beginning counts as long ago."""
        return self.filter(in_force(date))


class StatedQuerySet(PortalQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return what had been stated by ``date``."""
        return self.filter(stated_on__lte=date)


def begun_by(date: datetime.date) -> Q:
    """Return the condition that a dated relation had begun by ``date``, whether or not it has ended."""
    return Q(since__isnull=True) | Q(since__lte=date)


def in_force(date: datetime.date, prefix: str = "") -> Q:
    """Return the condition that a dated relation holds on ``date``.

    Args:
        prefix: the path to the dated model, such as "memberships__".
    """
    return (Q(**{f"{prefix}since__isnull": True}) | Q(**{f"{prefix}since__lte": date})) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": date})
    )
