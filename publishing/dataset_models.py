"""The state of the content, and what changed with each revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_held: "ContextVar[Dataset | None]" = ContextVar("held", default=None)


class Dataset(models.Model):
    """The state of the content: one row, whose revision every content change raises."""

    revision = models.PositiveBigIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    #: With the revision it tells states apart, also where a transaction was rolled back and its number used again.
    changed_at = models.DateTimeField(null=True)
    #: Whether who writes in this transaction raises the revision; never true outside of one (publishing/triggers.py).
    followed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pk=1), name="publishing_dataset_one_row"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision}"

    @classmethod
    def current(cls) -> "Dataset":
        """Return the only row, or an unsaved one before the first load."""
        return _held.get() or cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    @contextmanager
    def held(cls) -> Iterator[None]:
        """Let ``current()`` ask the database only once inside the block, which reads one state and writes none."""
        token = _held.set(cls.current())
        try:
            yield
        finally:
            _held.reset(token)

    @classmethod
    def lock(cls) -> None:
        """Keep other writers out until the transaction ends; on SQLite it does that by itself."""
        cls.objects.select_for_update().filter(pk=1).first()

    @classmethod
    def follow(cls) -> None:
        """Say that ``raise_revision`` will be called in this transaction, after what is about to be written."""
        if not cls.objects.filter(pk=1).update(followed=True):
            cls.objects.create(pk=1, followed=True)

    @classmethod
    def raise_revision(cls) -> "Dataset":
        """Count one more change of the content; to be called in the transaction of the change.

        The row stays locked until that ends: revisions become visible in their order.
        """
        changed = {"revision": F("revision") + 1, "changed_at": timezone.now(), "followed": False}
        if not cls.objects.filter(pk=1).update(**changed):
            cls.objects.create(pk=1, revision=1, changed_at=changed["changed_at"])
        return cls.objects.get(pk=1)


class ChangeAction(models.TextChoices):
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("removed")


class ContentChange(models.Model):
    """That a record was added, changed or removed, and at which revision; scripts ask what is new since one."""

    revision = models.PositiveBigIntegerField(db_index=True)
    at = models.DateTimeField()
    #: The record's model, such as "centres.centre".
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=250)
    action = models.CharField(max_length=7, choices=ChangeAction)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(action__in=ChangeAction.values), name="publishing_contentchange_action"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.kind} {self.key} {self.action}"
