"""The words of the field: what one language calls what the other one calls otherwise."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.models import CodedModel, both_languages_filled
from search.querysets import TermQuerySet
from search.reading import Query
from sources.models import CitedModel


class Term(CodedModel, CitedModel):
    """A term of the field in both languages, such as "regional centre" and 区域中心.

    Rests on documents that exist in both, such as the INC.1 note. The search takes each form of a term for
    the others.
    """

    is_statement = False

    name = models.CharField(_("name"), max_length=200)
    variants = models.CharField(
        _("variants"),
        max_length=400,
        blank=True,
        help_text=_("Other forms and abbreviations, separated by semicolons."),
    )
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(TermQuerySet)()

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="search_term_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the search for it: the same in every language, which finds it in both."""
        return f"{reverse('search')}?{Query(self.name_en).query}"  # type: ignore[attr-defined]
