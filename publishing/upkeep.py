"""What follows every single change of the content, in its transaction: a higher revision with a note of what
changed, and a true search index.

Bulk statements send no signals; who writes many rows (the loader) sees to both once, and pauses this. Where nobody
does, the revision goes up all the same (publishing/triggers.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from publishing.index import affected, kind_of, reindex
from publishing.models import (
    KEY_SEPARATOR,
    ChangeAction,
    CodedModel,
    ContentChange,
    Dataset,
    FormerCode,
    KeyedModel,
    SearchableModel,
    key_of,
)

#: Where a record keeps, from before to after a change, its key and whose entries had its texts.
BEFORE = "_entries_before"


_paused: ContextVar[bool] = ContextVar("paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Follow no change inside the block, whose owner raises the revision, rebuilds the index and writes the history."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


@contextmanager
def as_one_change(changes: Sequence[tuple[KeyedModel, ChangeAction]]) -> Iterator[None]:
    """Follow what the block writes of records, their many-to-many rows included, as one change.

    Args:
        changes: each record, and what becomes of it.
    """
    records = [record for record, _action in changes]
    before, old_keys = affected(records), _stored_keys(records)
    Dataset.follow()
    with paused():
        yield
    _reindex(before, affected(records))
    others = []
    for record, action in changes:
        old_key = old_keys.get((type(record), record.pk), record.key)
        if old_key != record.key:
            _follow_renaming(record, old_key)
        else:
            others.append((type(record), record.key, action))
    if others:
        record_changes(others)


def is_paused() -> bool:
    """Return whether whoever makes the changes sees to what follows from them."""
    return _paused.get()


def connect() -> None:
    """Listen to changes of every record that has a key: that is the content."""
    pre_save.connect(_remember)
    pre_delete.connect(_remember)
    post_save.connect(_follow_save)
    post_delete.connect(_follow_delete)
    m2m_changed.connect(_follow_relation)


def _remember(instance: models.Model, **kwargs: Any) -> None:
    if isinstance(instance, KeyedModel) and not is_paused():
        # The key too: where a whole tree is deleted, what it is made of is gone afterwards.
        key = _stored_keys([instance]).get((type(instance), instance.pk), "")
        setattr(instance, BEFORE, (affected([instance]), key))
        Dataset.follow()


def _stored_keys(records: Sequence[KeyedModel]) -> dict[tuple[type[models.Model], Any], str]:
    """Return the keys that records have in the database, by model and primary key; new ones have none."""
    by_model: dict[type[KeyedModel], set[Any]] = defaultdict(set)
    for record in records:
        if record.pk is not None:
            by_model[type(record)].add(record.pk)
    return {
        (model, pk): key_of(values)
        for model, some in by_model.items()
        for pk, *values in model._base_manager.filter(pk__in=some).values_list("pk", *model.key_fields)
    }


def _follow_save(instance: models.Model, created: bool, **kwargs: Any) -> None:
    _follow(instance, ChangeAction.ADDED if created else ChangeAction.CHANGED)


def _follow_delete(instance: models.Model, **kwargs: Any) -> None:
    _follow(instance, ChangeAction.REMOVED)


def _follow_relation(instance: models.Model, action: str, **kwargs: Any) -> None:
    # Seen from the other side, the entries that a removal leaves behind can be told only before it.
    if action.startswith("pre_"):
        _remember(instance)
    else:
        _follow(instance, ChangeAction.CHANGED)


def _follow(instance: models.Model, action: ChangeAction) -> None:
    if not isinstance(instance, KeyedModel) or is_paused():
        return
    before, old_key = instance.__dict__.pop(BEFORE, ({}, ""))
    with transaction.atomic():
        _reindex(before, affected([instance]))
        if action == ChangeAction.CHANGED and old_key and old_key != instance.key:
            _follow_renaming(instance, old_key)
        else:
            record_changes([(type(instance), old_key if action == ChangeAction.REMOVED else instance.key, action)])


def _reindex(*states: dict[type[SearchableModel], set[Any]]) -> None:
    keys: dict[type[SearchableModel], set[Any]] = defaultdict(set)
    for entries in states:
        for model, some in entries.items():
            keys[model] |= some
    for model, some in keys.items():
        reindex(model, some)


def _follow_renaming(instance: KeyedModel, old_key: str) -> None:
    """Note that a record has another key, and so has each whose key holds its code; old addresses lead on."""
    renamed = [(type(instance), old_key, instance.key)]
    if isinstance(instance, CodedModel):
        kind = kind_of(type(instance))
        FormerCode.objects.filter(kind=kind, former=instance.code).delete()
        for earlier in FormerCode.objects.filter(kind=kind, code=old_key):
            earlier.code = instance.code
            earlier.save()
        FormerCode.objects.create(kind=kind, former=old_key, code=instance.code)
        renamed += _renamed_with(instance, old_key)
    changes: list[tuple[type[models.Model], str, ChangeAction]] = []
    for model, old, new in renamed:
        changes += [(model, old, ChangeAction.REMOVED), (model, new, ChangeAction.ADDED)]
    record_changes(changes)


def _renamed_with(instance: CodedModel, old_code: str) -> Iterator[tuple[type[KeyedModel], str, str]]:
    """Yield model, old and new key of the records whose key holds the code of ``instance``."""
    for model in apps.get_models():
        if not issubclass(model, KeyedModel):
            continue
        for place, path in enumerate(model.key_fields):
            name, _dunder, column = path.partition("__")
            if column == "code" and model._meta.get_field(name).related_model is type(instance):
                for key in model.keys_in(model._base_manager.filter(**{name: instance})):
                    parts = key.split(KEY_SEPARATOR)
                    parts[place] = old_code
                    yield model, KEY_SEPARATOR.join(parts), key


def changed_since(record: KeyedModel, revision: int, *, alone: bool = False) -> bool:
    """Say whether a stored record has changed after a revision.

    A revision that the dataset has not reached is of another database: then yes.

    Args:
        alone: do not look at the records that are only about it, such as a centre's designations.
    """
    if revision > Dataset.current().revision:
        return True
    wanted = Q(kind=kind_of(type(record)), key=record.key)
    for model in () if alone else models_about(type(record)):
        wanted |= Q(kind=kind_of(model), key__startswith=record.key + KEY_SEPARATOR)
    return ContentChange.objects.filter(wanted, revision__gt=revision).exists()


def models_about(model: type[KeyedModel]) -> Iterator[type[KeyedModel]]:
    """Yield the models of what is only about a record of ``model``: their keys begin with its own."""
    for other in apps.get_models():
        if issubclass(other, KeyedModel):
            name, _dunder, column = other.key_fields[0].partition("__")
            if column and other._meta.get_field(name).related_model is model:
                yield other


def record_changes(changes: Iterable[tuple[type[models.Model], str, ChangeAction]]) -> None:
    """Raise the revision by one and note what changed with it; to be called in the transaction of the change.

    Args:
        changes: model, key and action of each record.
    """
    dataset = Dataset.raise_revision()
    now = timezone.now()
    ContentChange.objects.bulk_create(
        [
            ContentChange(revision=dataset.revision, at=now, kind=kind_of(model), key=key, action=action)
            for model, key, action in changes
        ],
        batch_size=500,
    )
