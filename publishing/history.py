"""The history of the content: who changed which record, when and why, and the whole record in both languages.

A row shows its record as it was after an addition or a change, and before a removal, with its many-to-many rows; the
record before a change is the row before. The historical models are django-simple-history's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from simple_history import register
from simple_history.models import HistoricalRecords
from simple_history.utils import get_history_model_for_model

from publishing import upkeep
from publishing.models import ChangeAction, KeyedModel

BATCH = 500
TYPES = {ChangeAction.ADDED: "+", ChangeAction.CHANGED: "~", ChangeAction.REMOVED: "-"}

#: Where a record keeps, while a relation is cleared from its side, the records on the other side.
CLEARED = "_history_cleared"

_attribution: ContextVar[tuple[AbstractBaseUser | None, str] | None] = ContextVar("attribution", default=None)


@contextmanager
def attributed(user: AbstractBaseUser | None, reason: str) -> Iterator[None]:
    """Attribute every change inside the block, of one record or of many, to ``user`` and give ``reason`` for it."""
    token = _attribution.set((user, reason))
    try:
        yield
    finally:
        _attribution.reset(token)


class ContentRecords(HistoricalRecords):  # type: ignore[misc]
    """Listens to the changes of a model, where the library's own way would lose something of them."""

    def get_history_user(self, instance: models.Model) -> Any:
        """Return whom the block names; outside of one, whose request it is (the admin's)."""
        attribution = _attribution.get()
        return attribution[0] if attribution else super().get_history_user(instance)

    def get_change_reason_for_object(self, instance: models.Model, history_type: str, using: str | None) -> str | None:
        """Return the reason that the block gives."""
        attribution = _attribution.get()
        return attribution[1] if attribution else None

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        """Write a row, unless who writes in bulk sees to it with ``record``."""
        if not upkeep.is_paused():
            super().create_historical_record(instance, history_type, using)

    def pre_delete(self, instance: models.Model, using: str | None = None, **kwargs: Any) -> None:
        """Record a removal before it: afterwards the many-to-many rows are gone."""
        super().pre_delete(instance)
        super().post_delete(instance, using)

    def post_delete(self, instance: models.Model, using: str | None = None, **kwargs: Any) -> None:
        """Do nothing: the removal is recorded."""

    def m2m_changed(
        self, instance: models.Model, action: str, attr: str, pk_set: set[Any] | None, reverse: bool, **kwargs: Any
    ) -> None:
        """Record a change of a relation on the side that has it, also where it was made from the other side."""
        changed = [instance]
        if reverse and action == "pre_clear":
            setattr(instance, CLEARED, list(self.cls._base_manager.filter(**{attr: instance})))
        elif reverse and action == "post_clear":
            changed = instance.__dict__.pop(CLEARED)
        elif reverse:
            changed = self.cls._base_manager.filter(pk__in=pk_set)
        for one in changed:
            super().m2m_changed(one, action, attr, pk_set, reverse)

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        # Who may see a record may see its history; permissions of its own would only fill the lists of them.
        return {**super().get_meta_options(model), "default_permissions": ()}

    def get_meta_options_m2m(self, through_model: type[models.Model]) -> dict[str, Any]:
        return {**super().get_meta_options_m2m(through_model), "default_permissions": ()}


def connect() -> None:
    """Keep the history of every model of the content.

    To be called once all translations are registered: a historical model takes the columns that its model has.
    """
    for model in apps.get_models():
        if issubclass(model, KeyedModel):
            relations: list[Any] = list(model._meta.many_to_many)
            # A relation through a model of the content has its history there.
            own = [relation.name for relation in relations if relation.remote_field.through._meta.auto_created]
            # The library's own field for the reason ends at 100 characters.
            reason = models.TextField(null=True)
            register(model, records_class=ContentRecords, m2m_fields=own, history_change_reason_field=reason)


def begin(model: type[models.Model]) -> None:
    """Record as added what has no history, being older than it: the first change then has a record before it."""
    historical: Any = get_history_model_for_model(model)
    older: models.QuerySet[Any] = models.QuerySet(model).exclude(pk__in=historical.objects.values("id"))
    record(model, list(older.values_list("pk", flat=True)), ChangeAction.ADDED)


def record(model: type[models.Model], keys: Sequence[Any], action: ChangeAction) -> None:
    """Write the history of many records of a model, as the database has them; bulk statements send no signals.

    Args:
        model: the records' model.
        keys: their primary keys.
        action: what was done to them; a removal is recorded before it is done.
    """
    historical: Any = get_history_model_for_model(model)
    columns = [field.attname for field in historical.tracked_fields]
    user, reason = _attribution.get() or (None, None)
    common = {
        "history_date": timezone.now(),
        "history_type": TYPES[action],
        "history_user": user,
        "history_change_reason": reason,
    }
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        # A plain queryset: modeltranslation's would read a column without a language as the active language's.
        plain: models.QuerySet[Any] = models.QuerySet(model)
        stored = plain.filter(pk__in=some).order_by("pk").values(*columns)
        rows = historical.objects.bulk_create([historical(**values, **common) for values in stored])
        row_of = {row.id: row for row in rows}
        for relation in historical._history_m2m_fields:
            column = f"{relation.m2m_field_name()}_id"
            links = relation.remote_field.through._base_manager.filter(**{f"{column}__in": some}).order_by("pk")
            linked = ContentRecords.m2m_models[relation]
            linked.objects.bulk_create([linked(history=row_of[link[column]], **link) for link in links.values()])
