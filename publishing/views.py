"""Base of the pages: strict parameters, a date, and a list that is the API's list."""

import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.generic import View

from publishing.filters import PortalFilterSet, today

#: The day of the note that the comparison starts from; pages offer it beside today.
NOTE_DATE = datetime.date(2010, 6, 7)


class BadParameters(Exception):
    """Parameters of a page are wrong: field and messages."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


class PortalView(View):
    """A page with a date. Wrong parameters give a page that says which and what is allowed, status 400."""

    template_name: ClassVar[str]
    filterset_class: ClassVar[type[PortalFilterSet[Any]]] = PortalFilterSet
    #: The page's filters, once a request has come.
    filterset: PortalFilterSet[Any]
    #: Parameters that the page handles beside its filters.
    also: ClassVar[tuple[str, ...]] = ()
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.filterset = self.filterset_class(request.GET, also=self.also)
        try:
            if problems := self.filterset.problems:
                raise BadParameters(problems)
            context = self.context(**kwargs)
        except BadParameters as error:
            return self.refusal(error.problems)
        shown = {
            "as_of": self.date,
            "is_today": self.date == today(),
            "note_date": NOTE_DATE,
            "filterset": self.filterset,
            **context,
        }
        return render(request, self.template_name, shown)

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


class PortalListView(PortalView):
    """A filtered list: the same filter set, and so the same results, as the API's."""

    also: ClassVar[tuple[str, ...]] = ("page",)
    page_size: ClassVar[int] = 50

    def context(self, **kwargs: Any) -> dict[str, Any]:
        results = self.filterset.results()
        page = self._page(results)
        return {"page": page, "count": page.paginator.count, "facets": self.filterset.facets()}

    def _page(self, results: QuerySet[Any]) -> Any:
        text = self.request.GET.get("page") or "1"
        paginator = Paginator(results, self.page_size)
        if not text.isdecimal() or not 1 <= int(text) <= paginator.num_pages:
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
