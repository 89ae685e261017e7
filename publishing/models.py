"""What every published record shares: a code that never changes, dates, a reading order."""

import re
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from publishing.dates import PartialDate, Precision
from publishing.ordering import sort_key
from publishing.querysets import CodedQuerySet

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


class CodedModel(models.Model):
    """A thing with a language-free code that identifies it in URLs, fixtures, the API and exports."""

    code = models.CharField(_("code"), max_length=80, unique=True, validators=[validate_code])

    objects: ClassVar[Any] = CodedQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (self.code,)


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
        return PartialDate(self.since, self.since_precision) if self.since else None

    @property
    def until_date(self) -> PartialDate | None:
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
        return PartialDate(self.stated_on, self.stated_on_precision)


class SortedModel(models.Model):
    """A named thing that lists put in the reading order of the active language.

    The order is computed once, here, from stored keys, so that SQLite and PostgreSQL agree
    whatever their collations are.
    """

    sort_field: ClassVar[str] = "name"

    sort_key = models.CharField(max_length=400, editable=False, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_sort_keys()
        super().save(*args, **kwargs)

    def set_sort_keys(self) -> None:
        """Fill the key of each language from the name in that language."""
        for code, _name in settings.LANGUAGES:
            name = getattr(self, build_localized_fieldname(self.sort_field, code)) or ""
            setattr(self, build_localized_fieldname("sort_key", code), sort_key(name, code))


class Dataset(models.Model):
    """The state of the content: one row, whose revision every content change raises."""

    revision = models.PositiveBigIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField(null=True)

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


def is_code(text: str) -> bool:
    return re.match(CODE_PATTERN, text) is not None
