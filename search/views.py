"""The search page, suggestions while a reader types, and the glossary."""

from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.template import Context
from django.utils.text import capfirst

from publishing.templatetags.portal import to
from publishing.text import IS_CJK
from publishing.throttling import SearchThrottle
from publishing.views import PortalListView, PortalView
from search.alternatives import explain
from search.filters import SearchFilterSet, TermFilterSet
from search.kinds import kinds
from search.querysets import first_of_each_kind, suggested
from search.reading import Query
from search.results import results
from search.serializers import TermSerializer

#: What a reader can try: a term in each language, symbols, a former name, a place.
EXAMPLES = [
    Query(text) for text in ("区域中心", "regional centre", "SC-2/9", "UNEP/POPS/COP.1/27", "Cape Verde", "内罗毕")
]


class SearchView(PortalListView):
    """What is found under its kinds, the best of each; of one kind, or with a page number, all in one list."""

    template_name = "search/page.html"
    filterset_class = SearchFilterSet
    filterset: SearchFilterSet
    also = ("page", "page_size")
    throttle_class = SearchThrottle
    page_size = 20
    #: Results that a kind shows beside other kinds.
    most_of_a_kind = 5

    def context(self, **kwargs: Any) -> dict[str, Any]:
        parts = self.filterset.parts
        if not parts:
            return {"examples": EXAMPLES}
        context = {**super().context(**kwargs), "parts": parts, "count_of_all": sum(self.filterset.counts.values())}
        if not context["count_of_all"]:
            return {**context, "explanation": explain(self.request.GET["q"], parts)}
        if {"kind", "page"} & set(self.filterset.data):
            return {**context, "results": results(list(context["page"]), parts)}
        best = results(list(first_of_each_kind(self.filterset.of_all_kinds, self.most_of_a_kind)), parts)
        names = {kind: capfirst(str(model._meta.verbose_name_plural)) for kind, model in kinds().items()}
        groups = [
            {"kind": kind, "name": names[kind], "count": count, "results": [r for r in best if r.entry.kind == kind]}
            for kind, count in self.filterset.counts.items()
        ]
        return {**context, "groups": groups}


class SuggestView(PortalView):
    """Records whose title or code begins with what a reader has typed so far, as JSON for the script."""

    filterset_class = SearchFilterSet
    filterset: SearchFilterSet
    throttle_class = SearchThrottle
    most = 8

    def answer(self, **kwargs: Any) -> HttpResponse:
        parts = self.filterset.parts
        typed = "".join(part.typed for part in parts)
        # One letter begins a thousand names; one Chinese character is half of one.
        if not typed or (len(typed) < 2 and not IS_CJK.match(typed)):
            return JsonResponse({"results": []})
        entries = suggested(parts)
        if chosen := self.filterset.form.cleaned_data["kind"]:
            entries = entries.filter(kind__in=chosen)
        found = [
            {
                "label": result.title,
                "hint": result.hint,
                "kind": result.kind_name,
                "url": to(Context({"request": self.request}), result),
            }
            for result in results(list(entries[: self.most]), parts)
        ]
        return JsonResponse({"results": found})

    def refusal(self, problems: dict[str, list[str]]) -> HttpResponse:
        """Return which parameters are wrong, status 400."""
        return JsonResponse({"errors": problems}, status=HTTPStatus.BAD_REQUEST)


class GlossaryView(PortalListView):
    """All terms on one page, under their letters: the entry of each is a place on it, to which texts link."""

    template_name = "search/glossary.html"
    filterset_class = TermFilterSet
    serializer_class = TermSerializer
    formats = ("csv", "xlsx", "tbx")
    also = ("format",)
    page_size = 10_000

    def context(self, **kwargs: Any) -> dict[str, Any]:
        context = super().context(**kwargs)
        letters = groupby(context["page"], key=lambda term: term.initial)
        return {**context, "letters": [(letter, list(terms)) for letter, terms in letters]}
