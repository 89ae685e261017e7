"""Briefs: a subject on one page or on three, to take into a meeting, as a Word file with its sources as footnotes."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from publishing.dates import PartialDate
from publishing.downloads import document_file
from publishing.exports import Content, Document, Line, Reference
from publishing.filters import not_allowed
from publishing.languages import content_language, languages_of
from publishing.models import Dataset
from publishing.views import BadParameters, PortalDetailView

#: The formats of briefs, and on how many pages each fits.
BRIEFS = {"brief-1": 1, "brief-3": 3}
#: How the texts of a brief may stand.
VIEWS = ["single", "bilingual"]


@dataclass(frozen=True)
class Brief:
    """What its builder is told of a brief.

    Attributes:
        pages: on which it is to fit; without a number it may be as long as it is.
        languages: of the texts; the first is the active one, and that of the title, the notes and the footnotes.
        address: where the subject stands on the site.
        base: scheme and host before the addresses of sources.
        cites_all: name every source of a statement, not the principal one.
    """

    pages: int | None
    languages: list[str]
    date: datetime.date
    address: str
    base: str
    cites_all: bool = False

    @property
    def is_detailed(self) -> bool:
        """Tell whether there is room for more than the facts."""
        return bool(self.pages and self.pages > 1)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what it says of itself."""
        return (
            _("As of %(date)s.") % {"date": PartialDate(self.date).display()},
            _("Dataset revision %(revision)s.") % {"revision": Dataset.current().revision},
            _("A footnote names the principal source of a statement; the page names all:"),
            self.address,
        )

    def content(self, text: Callable[[], str], references: tuple[Reference, ...] = (), key: str = "") -> Content:
        """Return a text, which is made in each of the languages."""
        paragraphs = []
        for language in self.languages:
            with translation.override(language):
                paragraphs += [(language, line) for line in text().split("\n") if line]
        return Content(tuple(paragraphs), references, key)

    def heading(self, text: Callable[[], str]) -> Line:
        """Return a line that runs across."""
        return Line((self.content(text),), is_heading=True)


def asked_for(request: HttpRequest, date: datetime.date, *, pages: int | None, is_bilingual: bool) -> Brief:
    """Return what a request asks for, in the active language and, if so, in the other ones."""
    active = content_language()
    query = request.GET.copy()
    for name in ("format", "view"):
        query.pop(name, None)
    # With its date, so that the paper leads to what it says.
    query["as_of"] = date.isoformat()
    base = f"{request.scheme}://{request.get_host()}"
    address = f"{base}{request.path}?{query.urlencode()}"
    return Brief(pages, languages_of(active, is_bilingual=is_bilingual), date, address, base)


def word_file(document: Document, pages: int | None = None) -> HttpResponse:
    """Return a document as a Word file, on so many pages where a number is given."""
    if pages:
        # Loaded where a brief is made, as every library of files is (publishing/exports/__init__.py).
        from publishing.exports.paper import fitted

        document = fitted(document, pages)
    return document_file(document, "docx")


class BriefedDetailView(PortalDetailView):
    """One record's page, which is to be had as a brief, in both languages with ``view=bilingual``."""

    also = ("format", "view")
    formats: ClassVar[tuple[str, ...]] = tuple(BRIEFS)

    def answer(self, **kwargs: Any) -> HttpResponseBase:
        """Return the page, or the brief that ``?format=`` asks for."""
        wanted, view = (self.request.GET.get(name, "").strip() for name in self.also)
        problems = {}
        if wanted and wanted not in self.formats:
            problems["format"] = [not_allowed(wanted, list(self.formats))]
        if view and view not in VIEWS:
            problems["view"] = [not_allowed(view, VIEWS)]
        elif view and not wanted:
            problems["view"] = [_("A page is in one language; this is about files, which “format” asks for.")]
        if problems:
            raise BadParameters(problems)
        if not wanted:
            return super().answer(**kwargs)
        pages = BRIEFS.get(wanted)
        asked = asked_for(self.request, self.date, pages=pages, is_bilingual=view == "bilingual")
        return word_file(self.brief(self.record(**kwargs), asked), pages)

    def brief(self, record: Any, asked: Brief) -> Document:
        """Return all that a brief on the record may have; what does not fit is left out by rank."""
        raise NotImplementedError
