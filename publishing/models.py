"""What every published record shares: a code that never changes, dates, a reading order."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from publishing.dates import PartialDate, Precision
from publishing.ordering import sort_key

CODE_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
validate_code = RegexValidator(CODE_PATTERN, _("A code has lower-case letters, digits and single hyphens."))


def both_languages_filled(field: str) -> Q:
    """Return the condition that ``field`` has text in every language.

    It names the language columns: a condition on the bare column would be checked on the
    undetermined one (modeltranslation does not rewrite constraints).
    """
    condition = Q()
    for code, _name in settings.LANGUAGES:
        column = build_localized_fieldname(field, code)
        condition &= Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})
    return condition


#: Between the parts of a key; it stands in no code and needs no escape in an address.
KEY_SEPARATOR = "~"


def key_of(values: Iterable[Any]) -> str:
    """Return the key that the values of a record's ``key_fields`` make."""
    return KEY_SEPARATOR.join(
        f"{value.normalize():f}" if isinstance(value, Decimal) else str("" if value is None else value)
        for value in values
    )


class KeyedModel(models.Model):
    """A record that some of its fields identify, in fixtures, in the API and in any database."""

    #: The paths to these fields, such as "mechanism__code".
    key_fields: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the record, and with it or not at all what follows from it (publishing/upkeep.py)."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    @property
    def key(self) -> str:
        """Return the language-free key that never changes: "basel~staff~2010-06-07"."""
        values = []
        for path in self.key_fields:
            value: Any = self
            for name in path.split("__"):
                value = getattr(value, name)
            values.append(value)
        return key_of(values)

    @classmethod
    def keys_in(cls, queryset: models.QuerySet[Any]) -> list[str]:
        """Return the keys of the records of ``queryset`` by one query."""
        return [key_of(values) for values in queryset.order_by("pk").values_list(*cls.key_fields)]

    @classmethod
    def condition(cls, key: str) -> Q | None:
        """Return the condition that finds the record of ``key``; None where no record can have it."""
        values = key.split(KEY_SEPARATOR)
        # PostgreSQL takes no text with NUL, not even to compare with.
        if len(values) != len(cls.key_fields) or "\0" in key:
            return None
        condition = Q()
        for path, value in zip(cls.key_fields, values, strict=True):
            field: Any = cls._meta.get_field(path.split("__")[0])
            for name in path.split("__")[1:]:
                field = field.related_model._meta.get_field(name)
            if not value and not isinstance(field, models.CharField):
                if not field.null:
                    return None
                condition &= Q(**{f"{path}__isnull": True})
                continue
            try:
                condition &= Q(**{path: field.to_python(value)})
            except ValidationError:
                return None
        return condition


class CodedModel(KeyedModel):
    """A thing with a language-free code that identifies it in URLs, fixtures, the API and exports."""

    key_fields = ("code",)

    code = models.CharField(_("code"), max_length=80, unique=True, validators=[validate_code])

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class FormerCode(KeyedModel):
    """A code that a record had before it was renamed: its old addresses lead on to the new ones."""

    key_fields = ("kind", "former")

    #: The record's model, such as "centres.centre".
    kind = models.CharField(_("kind"), max_length=60)
    former = models.CharField(_("former code"), max_length=80, validators=[validate_code])
    code = models.CharField(_("code"), max_length=80, validators=[validate_code])

    class Meta:
        verbose_name = _("former code")
        verbose_name_plural = _("former codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "former"], name="publishing_formercode_former"),
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.code}"


class DatedModel(models.Model):
    """A relation that held from one date to another, both inclusive.

    No ``since``: no source says when it began, and it counts as holding from the beginning.
    No ``until``: nothing says that it ended.
    """

    since = models.DateField(_("since"), null=True, blank=True)
    since_precision = models.CharField(_("precision of since"), max_length=5, choices=Precision, default=Precision.DAY)
    until = models.DateField(_("until"), null=True, blank=True)
    until_precision = models.CharField(_("precision of until"), max_length=5, choices=Precision, default=Precision.DAY)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="%(app_label)s_%(class)s_dates",
                violation_error_message=_("A relation cannot end before it begins."),
            )
        ]

    @property
    def since_date(self) -> PartialDate | None:
        """Return ``since`` with its precision; None where no source says it."""
        return PartialDate(self.since, self.since_precision) if self.since else None

    @property
    def until_date(self) -> PartialDate | None:
        """Return ``until`` with its precision; None where nothing says that it ended."""
        return PartialDate(self.until, self.until_precision) if self.until else None


class StatedModel(models.Model):
    """Something that a source stated on a date."""

    stated_on = models.DateField(_("stated on"))
    stated_on_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=Precision, default=Precision.DAY
    )

    class Meta:
        abstract = True

    @property
    def stated_on_date(self) -> PartialDate:
        """Return ``stated_on`` with its precision."""
        return PartialDate(self.stated_on, self.stated_on_precision)


class DerivingModel(models.Model):
    """A record with columns that follow from its other ones; the loader and every save fill them."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Fill the derived columns."""
        raise NotImplementedError


class SortedModel(DerivingModel):
    """A named thing that lists put in the reading order of the active language.

    The order is computed once, here, from stored keys, so that SQLite and PostgreSQL agree
    whatever their collations are.
    """

    sort_field: ClassVar[str] = "name"

    sort_key = models.CharField(max_length=400, editable=False, db_index=True)

    class Meta:
        abstract = True

    def derive(self) -> None:
        """Fill the key of each language from the name in that language."""
        for code, _name in settings.LANGUAGES:
            name = getattr(self, build_localized_fieldname(self.sort_field, code)) or ""
            setattr(self, build_localized_fieldname("sort_key", code), sort_key(name, code))


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
    def current(cls) -> Self:
        """Return the only row, or an unsaved one before the first load."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

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
    def raise_revision(cls) -> Self:
        """Count one more change of the content; to be called in the transaction of the change.

        The row stays locked until that ends: revisions become visible in their order.
        """
        changed = {"revision": F("revision") + 1, "changed_at": timezone.now(), "followed": False}
        if not cls.objects.filter(pk=1).update(**changed):
            cls.objects.create(pk=1, revision=1, changed_at=changed["changed_at"])
        return cls.current()


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


class SearchableModel(models.Model):
    """A record that the search finds (publishing/index.py keeps its entry).

    Paths lead from the record to texts, such as "hostings__institution__name". Translated ones are
    read in every language; codes, symbols and the like belong to all languages.
    """

    #: What its title is made of.
    search_title: ClassVar[tuple[str, ...]] = ("name",)
    #: What else it is found by.
    search_texts: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True


class IndexEntry(SortedModel):
    """What the search knows of one record: its texts as they are stored, and as they are compared."""

    sort_field = "title"

    #: The record's model, such as "centres.centre", and its primary key.
    kind = models.CharField(max_length=60)
    record_id = models.PositiveBigIntegerField()
    #: Its address without host and language.
    path = models.CharField(max_length=200)
    title = models.CharField(max_length=600)
    body = models.TextField(blank=True)
    #: Title and codes, normalised; each part stands between line ends.
    head = models.TextField()
    #: All of it, normalised; each part stands between line ends, so that no term runs from one into the next.
    text = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="publishing_indexentry_record"),
        ]
        # Answers "which records of this kind" from the index alone: the rows themselves are wide.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "id", "record_id"], name="publishing_indexentry_ids"),
        ]

    def __str__(self) -> str:
        return self.title
