"""What every published record shares: a code that never changes, dates, a reading order."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from publishing.dataset_models import ChangeAction, ContentChange, Dataset
from publishing.dates import PartialDate, Precision
from publishing.marks import Marks, Texts, joined, marks_after, text_columns, texts_in
from publishing.ordering import sort_key

__all__ = [
    "KEY_SEPARATOR",
    "ChangeAction",
    "CodedModel",
    "ContentChange",
    "Dataset",
    "DatedModel",
    "DerivingModel",
    "FormerCode",
    "IndexEntry",
    "KeyedModel",
    "SearchableModel",
    "SortedModel",
    "StatedModel",
    "TranslatedModel",
    "both_languages_filled",
    "key_of",
    "validate_code",
]

CODE_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
validate_code = RegexValidator(CODE_PATTERN, _("A code has lower-case letters, digits and single hyphens."))


def both_languages_filled(field: str) -> Q:
    """Return the condition that ``field`` has text in every language.

    It names the language columns: a condition on the bare column would be checked on the
    undetermined one (modeltranslation does not rewrite constraints).
    """
    condition = Q()
    for code, _name in settings.CONTENT_LANGUAGES:
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

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **state: Any) -> Self:
        """Return the record of a row; a column that was not read is read when it is asked for.

        Django calls ``__init__()``, which sets column by column, sends signals and passes through modeltranslation:
        the fifth part of what a list of 50 centres cost. A stored row needs nothing of it.

        Args:
            state: what else Django keeps in ``_state``; from 6.1 how it reads what was left out.
        """
        record = cls.__new__(cls)
        record._state = ModelState()
        vars(record._state).update(adding=False, db=db, **state)
        vars(record).update(zip(field_names, values, strict=True))
        return record

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
    def by_key(cls, queryset: models.QuerySet[Any], keys: Collection[str]) -> dict[str, Any]:
        """Return the records of ``queryset``, which has at hand what keys are made of, that have one of ``keys``."""
        # The first part is a code: it narrows by an index, whatever the others are. PostgreSQL takes no NUL.
        firsts = {key.split(KEY_SEPARATOR)[0] for key in keys if "\0" not in key}
        narrowed = queryset.filter(**{f"{cls.key_fields[0]}__in": firsts})
        return {record.key: record for record in narrowed if record.key in keys}

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


class TranslatedModel(KeyedModel):
    """A record with texts in each language, which keeps whether they say the same."""

    #: The marks of the texts that have fallen behind (publishing/marks.py), as ``joined`` writes them.
    outdated = models.CharField(
        _("out of date"),
        max_length=400,
        blank=True,
        default="",
        help_text=_("Texts to be brought up to date with another language, such as name.zh-hans."),
    )
    #: Whether a save takes the marks as they are.
    keeps_marks = False

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the record, with a mark for each text that the change leaves behind."""
        only = kwargs.get("update_fields")
        if not self.keeps_marks:
            self.work_out_marks(only)
        if only is not None:
            kwargs["update_fields"] = {*only, "outdated"}
        super().save(*args, **kwargs)

    @property
    def marks(self) -> Marks:
        """Return the marks of the texts that are out of date."""
        return set(self.outdated.split())

    @property
    def texts(self) -> Texts:
        """Return every text by its mark."""
        return texts_in(type(self), {column: getattr(self, column) for column in text_columns(type(self)).values()})

    def work_out_marks(self, only: Iterable[str] | None = None) -> None:
        """Mark what falls behind with the texts that this record has and the stored one has not.

        Args:
            only: the columns that are to be saved; all if left out.
        """
        type(self).mark_outdated([self], only)

    @classmethod
    def mark_outdated(cls, records: Iterable[Self], only: Iterable[str] | None = None) -> None:
        """Do the same for many records by one query, but for those that keep their marks."""
        worked_out = {record.pk: record for record in records if not record.keeps_marks}
        columns = text_columns(cls).values()
        # A plain queryset: modeltranslation's would read a column without a language as the active language's.
        plain: models.QuerySet[Any] = models.QuerySet(cls)
        for stored in plain.filter(pk__in=worked_out).values("pk", "outdated", *columns):
            record = worked_out[stored.pop("pk")]
            saved = {name: getattr(record, name) for name in (columns if only is None else {*only} & {*columns})}
            before, after = texts_in(cls, stored), texts_in(cls, {**stored, **saved})
            record.outdated = joined(marks_after(before, set(stored["outdated"].split()), after, record.marks))


class CodedModel(TranslatedModel):
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
        for code, _name in settings.CONTENT_LANGUAGES:
            name = getattr(self, build_localized_fieldname(self.sort_field, code)) or ""
            setattr(self, build_localized_fieldname("sort_key", code), sort_key(name, code))


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
