"""What follows every single change of the content, in its transaction: a higher revision and a true search index.

Bulk statements send no signals; who writes many rows (the loader) sees to both once, and pauses this.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from publishing.index import affected, reindex
from publishing.models import Dataset, KeyedModel, SearchableModel

#: Where a record keeps, from before to after a change, whose entries had its texts.
BEFORE = "_entries_before"


_is_paused: ContextVar[bool] = ContextVar("is_paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Follow no change inside the block, whose owner raises the revision and rebuilds the index."""
    token = _is_paused.set(True)
    try:
        yield
    finally:
        _is_paused.reset(token)


def connect() -> None:
    """Listen to changes of every record that has a key: that is the content."""
    pre_save.connect(_remember)
    pre_delete.connect(_remember)
    post_save.connect(_follow)
    post_delete.connect(_follow)
    m2m_changed.connect(_follow_relation)


def _remember(instance: models.Model, **kwargs: Any) -> None:
    if isinstance(instance, KeyedModel) and not _is_paused.get():
        setattr(instance, BEFORE, affected(instance))


def _follow(instance: models.Model, **kwargs: Any) -> None:
    if not isinstance(instance, KeyedModel) or _is_paused.get():
        return
    keys: dict[type[SearchableModel], set[Any]] = defaultdict(set)
    for entries in (instance.__dict__.pop(BEFORE, {}), affected(instance)):
        for model, some in entries.items():
            keys[model] |= some
    with transaction.atomic():
        for model, some in keys.items():
            reindex(model, some)
        Dataset.raise_revision()


def _follow_relation(instance: models.Model, action: str, **kwargs: Any) -> None:
    # Seen from the other side, the entries that a removal leaves behind can be told only before it.
    (_remember if action.startswith("pre_") else _follow)(instance)
