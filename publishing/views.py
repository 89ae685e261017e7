"""Base of the pages: strict parameters, a date, and a list that is the API's list."""

import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.generic import View

from publishing.downloads import list_file, notes_on
from publishing.exports import MEDIA_TYPES
from publishing.filters import ListFilterSet, PortalFilterSet, not_allowed, today
from publishing.languages import content_language
from publishing.pagination import is_whole_number
from publishing.problems import InvalidParameters, too_many_requests
from publishing.throttling import AddressThrottle, ExportThrottle

#: The day of the note that the comparison starts from; pages offer it beside today.
NOTE_DATE = datetime.date(2010, 6, 7)


#: Rows a page that a reader can choose.
PAGE_SIZES = (20, 50, 100, 200)


class BadParameters(Exception):
    """Parameters of a page are wrong: field and messages."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


class PortalView(View):
    """A page with a date. Wrong parameters give a page that says which and what is allowed, status 400."""

    template_name: ClassVar[str]
    filterset_class: ClassVar[type[PortalFilterSet]] = PortalFilterSet
    #: The page's filters, once a request has come.
    filterset: PortalFilterSet
    #: Parameters that the page handles beside its filters.
    also: ClassVar[tuple[str, ...]] = ()
    #: What is counted of each address beside files, which are counted on every page.
    throttle_class: ClassVar[type[AddressThrottle] | None] = None
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        throttle_class = ExportThrottle if request.GET.get("format") else self.throttle_class
        if throttle_class and not (throttle := throttle_class()).allow_request(request, self):
            return too_many_requests(request, throttle.wait())
        self.filterset = self.filterset_class(request.GET, also=self.also)
        try:
            if problems := self.filterset.problems:
                raise BadParameters(problems)
            # A file is in one language: where the page has no content of its own, in that of the content.
            with override(content_language() if request.GET.get("format") else get_language()):
                return self.answer(**kwargs)
        except (BadParameters, InvalidParameters) as error:
            return self.refusal(error.problems)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say that a page is only read, status 405."""
        allowed = super().http_method_not_allowed(request, *args, **kwargs).headers["Allow"]
        text = _("Pages are only read, by: %(methods)s") % {"methods": allowed}
        return HttpResponse(
            text, "text/plain; charset=utf-8", HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": allowed}
        )

    def answer(self, **kwargs: Any) -> HttpResponseBase:
        """Return the page; its parameters are free of problems."""
        shown = {
            "as_of": self.date,
            "is_today": self.date == today(),
            "note_date": NOTE_DATE,
            "filterset": self.filterset,
            **self.context(**kwargs),
        }
        return render(self.request, self.template_name, shown)

    @property
    def date(self) -> datetime.date:
        """Return the date that the page shows."""
        return self.filterset.as_of_date

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the template shows.

        Raises:
            BadParameters: a parameter that only the view knows is wrong.
        """
        return {}

    def refusal(self, problems: dict[str, list[str]]) -> HttpResponse:
        """Return the page that says which parameters are wrong and what is allowed, status 400."""
        rows = []
        for name, messages in problems.items():
            known = self.filterset.filters.get(name)
            rows.append((name, str(known.label) if known else name, self.request.GET.getlist(name), messages))
        return render(self.request, "problem.html", {"problems": rows}, status=HTTPStatus.BAD_REQUEST)


class FileView(PortalView):
    """A page that is to be had as a file too: ``?format=`` asks for it."""

    also: ClassVar[tuple[str, ...]] = ("format",)
    formats: ClassVar[tuple[str, ...]] = ("csv", "xlsx")

    def answer(self, **kwargs: Any) -> HttpResponseBase:
        """Return the page, or the file in the format asked for."""
        wanted = self.request.GET.get("format")
        if not wanted:
            return super().answer(**kwargs)
        if wanted not in self.offered:
            raise BadParameters({"format": [not_allowed(wanted, self.offered)]})
        return self.file(wanted, **kwargs)

    @property
    def offered(self) -> list[str]:
        """Return the formats in which it is to be had."""
        return list(self.formats)

    def file(self, wanted: str, **kwargs: Any) -> HttpResponseBase:
        """Return the file in one of these formats."""
        raise NotImplementedError


class PortalListView(FileView):
    """A filtered list: the same filter set, and so the same results, as the API's."""

    filterset: ListFilterSet

    also: ClassVar[tuple[str, ...]] = ("page", "page_size", "format")
    page_size: ClassVar[int] = 50
    #: How a row is written in a file; a list without one is not to be had as a file.
    serializer_class: ClassVar[Any] = None

    @property
    def offered(self) -> list[str]:
        """Return the formats in which the list is to be had as a file."""
        return super().offered if self.serializer_class else []

    def file(self, wanted: str, **kwargs: Any) -> HttpResponseBase:
        """Return all of the list."""
        serializer = self.serializer_class(context={"as_of": self.date})
        query = self.request.GET.copy()
        query.pop("format")
        address = self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")
        # The mark is for Excel, which opens what a reader downloads.
        file = list_file(wanted, self.filterset.results(), serializer, notes=notes_on(self.date, address), bom=True)
        name = f"{self.request.path.strip('/').split('/')[-1]}-{self.date.isoformat()}.{wanted}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        content = file if isinstance(file, bytes) else b"".join(file)
        return HttpResponse(content, content_type=MEDIA_TYPES[wanted], headers=headers)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        results = self.filterset.results()
        page = self._page(results)
        return {
            "page": page,
            "count": page.paginator.count,
            "facets": self.filterset.facets(),
            "formats": self.offered,
            "page_sizes": PAGE_SIZES,
        }

    def _page(self, results: Any) -> Any:
        text = self.request.GET.get("page_size") or str(self.page_size)
        if text not in map(str, {self.page_size, *PAGE_SIZES}):
            raise BadParameters({"page_size": [not_allowed(text, [str(size) for size in PAGE_SIZES])]})
        paginator = Paginator(results, int(text))
        text = self.request.GET.get("page") or "1"
        if not is_whole_number(text) or not 1 <= int(text) <= paginator.num_pages:
            raise BadParameters({"page": [_("Write a number from 1 to %(max)s.") % {"max": paginator.num_pages}]})
        return paginator.page(int(text))


class PortalDetailView(PortalView):
    """One record's page."""

    def records(self) -> QuerySet[Any]:
        """Return what the record is looked up in, with what its page shows on ``self.date``."""
        raise NotImplementedError

    def record(self, **lookup: Any) -> Any:
        """Return the record that the address names; raise Http404 where there is none."""
        return get_object_or_404(self.records(), **lookup)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record(**kwargs)
        return {"record": record, **self.beside(record)}

    def beside(self, record: Model) -> dict[str, Any]:
        """Return what the page shows beside the record itself."""
        return {}


def require(condition: object) -> None:
    """Answer 404 unless ``condition``."""
    if not condition:
        raise Http404
