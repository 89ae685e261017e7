"""Pages that can be quoted, and what they show to whoever asks for them by their address."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _

from publishing.exports import Content, Document
from publishing.languages import content_language
from publishing.problems import InvalidParameters
from publishing.views import BadParameters, PortalView

#: Characters of an address: all parameters of a comparison take half of them.
LONGEST = 4000
#: Parameters about which part of the rows is seen, or in which file: all rows are quoted.
LEFT_OUT = {"page", "page_size", "format"}


class NotQuotable(Exception):
    """What is at an address cannot be quoted; the text, in the active language, says why."""


class QuotablePage(PortalView):
    """A page whose rows can be frozen; its template includes ``quoting/_freeze.html``."""

    def document(self, **kwargs: Any) -> Document:
        """Return what the page shows, in the active language: all of it, addresses without host, no note on its date.

        Args:
            kwargs: the arguments of its address.

        Raises:
            BadParameters, Http404: there is nothing to show.
        """
        raise NotImplementedError

    def check_rows(self, number: int) -> None:
        """Raise NotQuotable for more rows than a quotation may have; to be called before they are read."""
        if number > settings.QUOTE_ROWS:
            text = _("There are %(n)s rows, and a quotation has %(most)s at most: choose fewer with the filters.")
            raise NotQuotable(text % {"n": number, "most": settings.QUOTE_ROWS})


@dataclass(frozen=True)
class Statement:
    """What a page shows."""

    #: In one way to write it, so that the same question is the same text.
    address: str
    language: str
    as_of: datetime.date
    #: Ready for JSON.
    content: dict[str, Any]


def statement(address: str) -> Statement:
    """Return what the page at an address, with path and query, shows now in its own language.

    Raises:
        NotQuotable: it is no such page, or its parameters are wrong.
    """
    if len(address) > LONGEST:
        raise NotQuotable(_("The address is longer than %(most)s characters.") % {"most": LONGEST})
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    asked = get_language_from_path(parts.path)
    if asked is None or parts.scheme or parts.netloc:
        raise NotQuotable(_no_such_page())
    # The address's language, which need not be the reader's: what it says is frozen in it, or in that of its content.
    with override(asked):
        language = content_language()
    path = f"/{language}{parts.path.removeprefix(f'/{asked}')}"
    with override(language):
        view, arguments = _page_at(path, parts.query)
        try:
            if problems := view.filterset.problems:
                raise BadParameters(problems)
            content = plain(view.document(**arguments))
        except (BadParameters, InvalidParameters) as error:
            said = [message for messages in error.problems.values() for message in messages]
            raise NotQuotable(" ".join(said)) from error
        except Http404 as error:
            raise NotQuotable(_no_such_page()) from error
        data = view.filterset.data
        query = urlencode([(name, one) for name in sorted(set(data) - LEFT_OUT) for one in data.getlist(name)])
        return Statement(f"{path}?{query}" if query else path, language, view.date, content)


def _no_such_page() -> str:
    return _("Comparisons, the directory, countries and options can be quoted; this address is none of them.")


def _page_at(path: str, query: str) -> tuple[QuotablePage, dict[str, Any]]:
    """Return the page at an address, as if it had been asked for, and the arguments of its address."""
    try:
        match = resolve(path)
    except Resolver404:
        raise NotQuotable(_no_such_page()) from None
    view_class = getattr(match.func, "view_class", None)
    if not (isinstance(view_class, type) and issubclass(view_class, QuotablePage)):
        raise NotQuotable(_no_such_page())
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    view = view_class()
    view.setup(request, **match.kwargs)
    view.filterset = view.filterset_class(request.GET, also=view.also)
    return view, match.kwargs


def plain(document: Document) -> dict[str, Any]:
    """Return a document as it is frozen: rows and cells with their texts and sources, ready for JSON."""
    return {
        "title": document.title,
        "notes": list(document.notes),
        "header": [_cell(cell) for cell in document.header],
        "lines": [
            {"is_heading": line.is_heading, "cells": [_cell(cell) for cell in line.cells]} for line in document.lines
        ],
    }


def _cell(cell: Content) -> dict[str, Any]:
    return {
        "key": cell.key,
        "texts": [{"language": language, "text": text} for language, text in cell.paragraphs],
        "sources": [{"code": one.source, "text": one.text, "url": one.url} for one in cell.references],
    }
