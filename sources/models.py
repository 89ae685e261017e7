"""Source documents and the places in them on which statements rest."""

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from publishing.dates import PartialDate, Precision
from publishing.models import CodedModel, DerivingModel, KeyedModel, SearchableModel, both_languages_filled
from sources.identity import address_key, symbol_key
from sources.locators import LOCATOR_PATTERN, anchor, display_locator, is_locator
from sources.querysets import CitationQuerySet, SourceQuerySet


class SourceKind(models.TextChoices):
    OFFICIAL_DOCUMENT = "official-document", _("official document")
    SECRETARIAT_PAGE = "secretariat-page", _("secretariat page")
    INSTITUTION_PAGE = "institution-page", _("institution page")
    OTHER = "other", _("other")


class Reliability(models.TextChoices):
    """How far a statement may rest on a source."""

    #: The body that took the decision or holds the record says so itself.
    PRIMARY = "primary", pgettext_lazy("reliability", "primary")
    #: Somebody else reports it: press, a transcription, a study.
    SECONDARY = "secondary", pgettext_lazy("reliability", "secondary")
    #: A third-party copy or a text whose origin cannot be checked.
    WEAK = "weak", pgettext_lazy("reliability", "weak")


class Source(DerivingModel, CodedModel, SearchableModel):
    """A document or page that statements of the portal rest on, such as the INC.1 note of June 2010.

    No two have the same symbol or the same address.
    """

    symbol = models.CharField(_("symbol"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=400)
    #: How citations name it, where it has no symbol and its title is long.
    short_title = models.CharField(_("short title"), max_length=100, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    date_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=Precision, default=Precision.DAY
    )
    read_on = models.DateField(
        _("read on"), help_text=_("When the portal's editors read it, or the stored copy of it.")
    )
    language = models.CharField(_("language"), max_length=40, help_text=_("ISO 639-1 codes, separated by spaces."))
    url = models.URLField(_("address"), max_length=500, blank=True)
    dead_since = models.DateField(
        _("address found dead on"),
        null=True,
        blank=True,
        help_text=_("When it was found that the address does not lead to the document any more."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind)
    reliability = models.CharField(_("reliability"), max_length=10, choices=Reliability)
    #: How many numbered paragraphs and footnotes its page lists; 0 where it has no numbering.
    paragraphs = models.PositiveSmallIntegerField(_("numbered paragraphs"), default=0)
    footnotes = models.PositiveSmallIntegerField(_("footnotes"), default=0)
    note = models.TextField(_("note"), blank=True)

    #: Symbol and address as they are compared. Where there is none, NULL: databases hold that for no value twice.
    symbol_key = models.CharField(max_length=160, null=True, unique=True, editable=False)  # noqa: DJ001
    url_key = models.CharField(max_length=500, null=True, unique=True, editable=False)  # noqa: DJ001

    search_title = ("title",)
    search_texts = ("symbol", "short_title", "code", "publisher", "note")

    objects = models.Manager.from_queryset(SourceQuerySet)()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("title"), name="sources_source_title"),
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="sources_source_kind"),
            models.CheckConstraint(condition=Q(reliability__in=Reliability.values), name="sources_source_reliability"),
        ]

    def __str__(self) -> str:
        return self.symbol or self.short_title or self.title

    def get_absolute_url(self) -> str:
        return reverse("source-detail", args=[self.code])

    def derive(self) -> None:
        """Fill the forms in which symbol and address are compared."""
        self.symbol_key, self.url_key = symbol_key(self.symbol), address_key(self.url)

    def clean(self) -> None:
        """Raise ValidationError where another stored source has the symbol or the address."""
        super().clean()
        self.derive()
        others = Source.objects.exclude(Q(pk=self.pk) | Q(code=self.code))
        problems = {}
        for name in ("symbol", "url"):
            key = getattr(self, f"{name}_key")
            if key and (other := others.filter(**{f"{name}_key": key}).first()):
                problems[name] = _("The source “%(code)s” has this already: cite that one.") % {"code": other.code}
        if problems:
            raise ValidationError(problems)

    def cited_at(self, places: list[str]) -> str:
        """Return the source in full, with the cited places, as a footnote names it in the active language."""
        # A title inside a title takes the inner marks.
        title = _("“%(title)s”") % {"title": self.title.replace("《", "〈").replace("》", "〉")}
        dated = _("%(title)s (%(date)s)") % {"title": title, "date": self.dated.display()} if self.dated else title
        parts = [self.publisher, dated, self.symbol, *places, "" if self.symbol else self.url]
        return pgettext("end of a citation", "%(text)s.") % {"text": str(_(", ")).join(part for part in parts if part)}

    @property
    def dated(self) -> PartialDate | None:
        """Return the date with its precision; None for an undated source."""
        return PartialDate(self.date, self.date_precision) if self.date else None


class Citation(DerivingModel, KeyedModel):
    """A place in a source: the source and a locator such as paragraph 14 or Article 14.2."""

    key_fields = ("source__code", "locator")

    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name=_("source"))
    locator = models.CharField(
        _("locator"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(LOCATOR_PATTERN)],
        help_text=_(
            "para-14, para-32-33, para-29(c)(i), article-14.2, page-5, footnote-1; empty for the whole source."
        ),
    )

    #: The cited paragraph or page as a number, so that paragraph 9 stands before paragraph 10.
    position = models.PositiveIntegerField(editable=False, default=0)

    objects = models.Manager.from_queryset(CitationQuerySet)()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "locator"], name="sources_citation_place"),
        ]

    def __str__(self) -> str:
        """Return the citation as pages write it: "INC.1 note, para. 8"."""
        if not self.locator:
            return str(self.source)
        return _("%(source)s, %(place)s") % {"source": self.source, "place": self.locator_text}

    def get_absolute_url(self) -> str:
        """Return the source's page at the first cited place."""
        place = anchor(self.locator)
        return f"{self.source.get_absolute_url()}#{place}" if place else self.source.get_absolute_url()

    def derive(self) -> None:
        """Fill ``position`` from the first number of the locator."""
        number = re.search(r"[0-9]+", self.locator)
        self.position = int(number[0]) if number else 0

    def natural_key(self) -> tuple[str, str]:
        return (self.source.code, self.locator)

    # Django reads it off the function; its types do not know that.
    natural_key.dependencies = ["sources.source"]  # type: ignore[attr-defined]

    @property
    def reference(self) -> str:
        """Return the form that fixtures and the API write: "inc1-note#para-14"."""
        return f"{self.source.code}#{self.locator}" if self.locator else self.source.code

    @staticmethod
    def parse(reference: str) -> tuple[str, str]:
        """Return source code and locator of "inc1-note#para-14".

        Raises:
            ValueError: the part behind # is not a locator.
        """
        code, _mark, locator = reference.partition("#")
        if locator and not is_locator(locator):
            raise ValueError(
                gettext("a locator is para-N, paras-N-M, article-N.M, page-N, footnote-N, section-N, annex or title")
            )
        return code, locator

    @property
    def locator_text(self) -> str:
        """Return the locator in the active language: "para. 14", "第14段"."""
        return display_locator(self.locator)

    @property
    def formal(self) -> str:
        """Return the citation as a United Nations paper writes it in a footnote, in the active language."""
        return self.source.cited_at([self.locator_text] if self.locator else [])


class CitedModel(models.Model):
    """A statement: it rests on at least one citation.

    The database cannot require a row in a many-to-many table. Loader, API and forms do, sources/protection.py keeps
    the last one, and ``check_content`` finds what has none all the same.
    """

    #: A word of the glossary has a source too, but states nothing.
    is_statement: ClassVar[bool] = True

    citations = models.ManyToManyField(Citation, related_name="%(app_label)s_%(class)ss", verbose_name=_("citations"))

    class Meta:
        abstract = True

    @cached_property
    def cited(self) -> list[Citation]:
        """Return the citations with their sources; ``with_citations()`` reads them for many statements at once."""
        # Django's types do not know the manager's own methods.
        citations: Any = self.citations
        return list(citations.with_source())
