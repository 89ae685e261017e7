"""The words of the field: what one language calls what the other one calls otherwise."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from publishing.models import CodedModel, SortedModel, both_languages_filled
from search.querysets import TermQuerySet, languages
from search.reading import Query, forms_in
from sources.models import CitedModel


@dataclass(frozen=True)
class Wording:
    """What a term is called in one language."""

    language: str
    name: str
    variants: list[str]
    note: str


class Term(SortedModel, CodedModel, CitedModel):
    """A term of the field in both languages, such as "regional centre" and 区域中心.

    Rests on documents that exist in both, such as the INC.1 note. The search takes each form of a term for
    the others, and pages link where it first stands in a text to its entry in the glossary.
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
        """Return its entry in the glossary, which is one page."""
        return f"{reverse('glossary')}#{self.code}"

    @property
    def sought(self) -> Query:
        """Return the search for it: the same in every language, which finds it in both."""
        return Query(self.name_en)  # type: ignore[attr-defined]

    @property
    def wordings(self) -> list[Wording]:
        """Return what it is called in each language, the active one first."""
        return [self.wording(language) for language in languages()]

    def wording(self, language: str) -> Wording:
        """Return what it is called in a language."""
        name, variants, note = (
            getattr(self, build_localized_fieldname(field, language)) or "" for field in ("name", "variants", "note")
        )
        return Wording(language, name, forms_in(variants), note)

    @property
    def initial(self) -> str:
        """Return the letter under which it stands in the active language."""
        return self.sort_key[:1].upper()
