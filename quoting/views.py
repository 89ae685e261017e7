"""The pages of quotations: freezing, the frozen page, and what has changed since."""

import datetime
import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from publishing.conditional import program
from publishing.filters import PortalFilterSet
from publishing.problems import too_many_requests
from publishing.throttling import FreezeThrottle
from publishing.views import PortalView
from quoting.changes import changes_between
from quoting.freezing import QuotesFull, freeze, frozen
from quoting.models import ALPHABET, LENGTH, FrozenView
from quoting.quotable import NotQuotable, statement

#: Seconds for which a frozen page needs not be asked for again; a new version of the program may draw it otherwise.
KEPT = 7 * 24 * 60 * 60


class UndatedFilterSet(PortalFilterSet):
    """No parameters: a quotation has its own date."""

    as_of = None  # type: ignore[assignment]


def mark_as_fixed(response: HttpResponseBase, quote: FrozenView) -> None:
    """Say of an answer that it never changes, whatever becomes of the dataset (publishing/conditional.py)."""
    response.headers["ETag"] = f'"{quote.code}-{quote.content_id[:24]}-{program()}"'
    response.headers["Cache-Control"] = f"public, max-age={KEPT}"


# The pages with the button are the same for everybody and kept for all, so they can hold no token. Freezing does
# nothing to who asks for it, and is throttled and bounded.
@method_decorator(csrf_exempt, name="dispatch")
class QuotesView(PortalView):
    """Where a code from a paper is typed in, and where pages are frozen."""

    template_name = "quoting/find.html"
    also = ("code",)
    http_method_names = ["get", "head", "options", "post"]

    def answer(self, **kwargs: Any) -> HttpResponseBase:
        """Return the form, or lead to the quotation whose code was given."""
        code = self.request.GET.get("code", "").replace("/", "").strip()
        if code:
            return HttpResponseRedirect(reverse("quote", args=[code]))
        return super().answer(**kwargs)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Freeze the page at ``address`` and lead to the quotation."""
        throttle = FreezeThrottle()
        if not throttle.allow_request(request, self):
            return too_many_requests(request, throttle.wait())
        try:
            quote = freeze(request.POST.get("address", ""))
        except NotQuotable as error:
            return self._refusal(str(error), HTTPStatus.BAD_REQUEST)
        except QuotesFull:
            text = _("All the room for quotations is in use. Nothing was frozen; those that were made stay.")
            return self._refusal(text, HTTPStatus.INSUFFICIENT_STORAGE)
        return HttpResponseRedirect(quote.get_absolute_url())

    def _refusal(self, text: str, status: HTTPStatus) -> HttpResponse:
        return render(self.request, self.template_name, {"refused": text}, status=status)


class QuotePage(PortalView):
    """A page about a quotation. Any code that nothing has gives the page that helps to find the right one."""

    filterset_class = UndatedFilterSet
    quote: FrozenView

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        given = kwargs["code"]
        code = "".join(given.lower().replace("-", " ").split())
        quote = frozen(code) if code.isascii() and len(code) == LENGTH else None
        if quote is None:
            strange = sorted(set(code) - set(ALPHABET))
            context = {"wrong": given, "strange": strange, "length": LENGTH, "alphabet": ALPHABET}
            return render(request, "quoting/find.html", context, status=HTTPStatus.NOT_FOUND)
        if given != code:
            match: Any = request.resolver_match
            return HttpResponsePermanentRedirect(reverse(match.view_name, args=[code]))
        self.quote = quote
        return super().get(request, **kwargs)

    def answer(self, **kwargs: Any) -> HttpResponseBase:
        """Return the page; in another language than the quotation's one that says where that is."""
        if get_language() != self.quote.language:
            context = {
                "quote": self.quote,
                "language": dict(settings.CONTENT_LANGUAGES)[self.quote.language],
                "here": f"/{get_language()}/{self.quote.address.split('/', 2)[2]}",
            }
            return render(self.request, "quoting/other_language.html", context)
        return super().answer(**kwargs)

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return what was frozen."""
        content: dict[str, Any] = json.loads(self.quote.content.body)
        return content


class QuoteView(QuotePage):
    """A frozen page: the same bytes whatever changes in the dataset."""

    template_name = "quoting/quote.html"

    def answer(self, **kwargs: Any) -> HttpResponseBase:
        response = super().answer(**kwargs)
        if get_language() == self.quote.language:
            mark_as_fixed(response, self.quote)
        return response

    @property
    def date(self) -> datetime.date:
        return self.quote.as_of

    def context(self, **kwargs: Any) -> dict[str, Any]:
        address = self.request.build_absolute_uri(self.quote.get_absolute_url())
        return {
            "quote": self.quote,
            "content": self.content,
            "lines": list(_lines(self.content)),
            "address": address,
            "drawing": _drawing(address),
            # The frame names the revision: that of the quotation.
            "dataset": {"revision": self.quote.revision},
        }


class QuoteChangesView(QuotePage):
    """What has changed since: the quotation beside today's answer to the same question."""

    template_name = "quoting/changes.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        context = {"quote": self.quote, "content": self.content}
        try:
            now = statement(self.quote.address)
        except NotQuotable as error:
            return {**context, "unanswerable": str(error)}
        changes = changes_between(self.content, now.content)
        others = [
            (_("Rows that were added"), changes.rows_added),
            (_("Rows that are gone"), changes.rows_removed),
            (_("Columns that were added"), changes.columns_added),
            (_("Columns that are gone"), changes.columns_removed),
        ]
        return {**context, "now": now, "changes": changes, "others": others}


def _lines(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows as the template draws them: after the first cell each with its column's name and its width."""
    labels = [" · ".join(one["text"] for one in cell["texts"]) for cell in content["header"]]
    for line in content["lines"]:
        first, *others = line["cells"]
        widths = [1] * (len(others) - 1) + [len(labels) - len(others)]
        rest = list(zip(labels[1:], others, widths, strict=False))
        yield {"is_heading": line["is_heading"], "first": first, "rest": rest}


def _drawing(address: str) -> SafeString:
    """Return the QR code of an address as SVG, of dark squares on white in either colour scheme."""
    drawing = segno.make(address, micro=False, error="m").svg_inline(scale=4, light="#fff", title=address)
    return mark_safe(drawing)  # noqa: S308
