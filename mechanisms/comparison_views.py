"""The page of the comparison and what is taken away from it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from mechanisms.briefs import comparison_brief
from mechanisms.changes import changes_between
from mechanisms.comparison import Comparison, Verdict
from mechanisms.comparison_document import comparison_document
from mechanisms.comparison_filters import ComparisonFilterSet
from mechanisms.models import Mechanism
from publishing.briefs import BRIEFS, asked_for, word_file
from publishing.downloads import document_file, said_of
from publishing.exports import WRITERS, Document
from publishing.views import FileView
from quoting.quotable import NotQuotable, QuotablePage


@dataclass(frozen=True)
class ReadyMade:
    """A comparison to start from."""

    question: str | Promise
    mechanisms: tuple[str, ...]
    criteria: tuple[str, ...]

    @property
    def query(self) -> str:
        """Return the comparison's query string."""
        return urlencode({"mechanism": self.mechanisms, "criterion": self.criteria}, doseq=True)


READY_MADE = [
    ReadyMade(
        _("Who hosts, and under which status?"),
        ("basel", "stockholm", "ncpc", "who"),
        ("host-arrangement", "legal-status", "governance", "host-contributions"),
    ),
    ReadyMade(
        _("Who pays, and for how long?"),
        ("basel", "multilateral-fund", "stockholm", "ncpc", "minamata"),
        ("financing-model", "predictability", "host-contributions"),
    ),
    ReadyMade(
        _("How long is a term, and who renews it?"),
        ("basel", "stockholm", "who"),
        ("nomination-designation", "term-and-renewal", "evaluation"),
    ),
    ReadyMade(
        _("Regional centres or regional offices?"),
        ("basel", "rotterdam", "stockholm", "unep-coordinators", "minamata"),
        ("delivery-structure", "regional-centres-foreseen", "level-of-operation", "network-size"),
    ),
]


class CompareView(QuotablePage, FileView):
    """Mechanisms beside each other; with nothing chosen, a chooser. ``?format=`` gives the same as a file."""

    template_name = "mechanisms/compare.html"
    filterset_class = ComparisonFilterSet
    filterset: ComparisonFilterSet
    formats = (*WRITERS, *BRIEFS)

    def file(self, wanted: str, **kwargs: Any) -> HttpResponseBase:
        if pages := BRIEFS.get(wanted):
            # Criteria as rows, whatever the page has: a brief leaves out rows, and no mechanism may be missing.
            asked = asked_for(self.request, self.date, pages=pages, is_bilingual=self.filterset.is_bilingual)
            return word_file(comparison_brief(self.filterset.comparison(), asked), pages)
        document = comparison_document(self.filterset, *said_of(self.request, self.date, "compare"))
        return document_file(document, wanted)

    def document(self, **kwargs: Any) -> Document:
        if not self.filterset.is_chosen:
            raise NotQuotable(gettext("Choose what to compare first."))
        return comparison_document(self.filterset)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the comparison, or only the chooser."""
        chosen = self.filterset.form.cleaned_data
        context = {
            "all_mechanisms": self.filterset.all_mechanisms,
            "all_criteria": self.filterset.all_criteria,
            "chosen_mechanisms": chosen["mechanism"],
            "chosen_criteria": chosen["criterion"],
            "chosen_groups": chosen["group"],
            "ready_made": READY_MADE,
            "languages": self.filterset.languages(get_language() or settings.LANGUAGE_CODE),
        }
        if not self.filterset.is_chosen:
            return context
        comparison = self.filterset.comparison()
        absent = set(chosen["mechanism"]) - {mechanism.code for mechanism in comparison.mechanisms}
        return {
            **context,
            **self._state(comparison),
            "comparison": comparison,
            "summary": summary(comparison.counts),
            "absent": Mechanism.objects.filter(code__in=absent).in_reading_order() if absent else [],
            "is_transposed": self.filterset.is_on("transpose"),
            "is_bilingual": self.filterset.is_bilingual,
            "differences": self.filterset.is_on("differences"),
            "silent": self.filterset.is_on("silent"),
        }

    def _state(self, comparison: Comparison) -> dict[str, Any]:
        """Return the addresses that add or take away one row or column, and the changes if they are asked for."""
        # Those that did not exist on the date stay in the address, for the day on which they did.
        chosen = list(dict.fromkeys(self.filterset.form.cleaned_data["mechanism"]))
        mechanisms = chosen or [one.code for one in comparison.mechanisms]
        criteria = [row.criterion.code for row in comparison.all_rows]
        fewer_columns = len(mechanisms) > self.filterset.FEWEST
        state: dict[str, Any] = {
            "without_mechanism": {
                code: self._address("mechanism", [one for one in mechanisms if one != code])
                for code in mechanisms
                if fewer_columns
            },
            "without_criterion": {
                code: self._address("criterion", [one for one in criteria if one != code])
                for code in criteria
                if len(criteria) > 1
            },
            # From what the chooser lists already: no query of their own.
            "with_mechanism": [
                (one, self._address("mechanism", [*mechanisms, one.code]))
                for one in self.filterset.all_mechanisms
                if one.code not in mechanisms
            ],
            "with_criterion": [
                (one, self._address("criterion", [*criteria, one.code]))
                for one in self.filterset.all_criteria
                if one.code not in criteria
            ],
        }
        if since := self.filterset.changed_since_date:
            state["changes"] = changes_between(since, comparison)
        return state

    def _address(self, name: str, codes: list[str]) -> str:
        """Return the page's query with other codes of one parameter; chosen groups become their criteria."""
        query = self.request.GET.copy()
        query.setlist(name, codes)
        if name == "criterion":
            query.pop("group", None)
        return f"?{query.urlencode()}"


def summary(counts: dict[str, int]) -> list[str]:
    """Return the counts of rows by verdict, in words."""
    templates = {
        Verdict.SAME: ngettext("%(n)s is the same", "%(n)s are the same", counts[Verdict.SAME]),
        Verdict.DIFFERS: ngettext("%(n)s differs", "%(n)s differ", counts[Verdict.DIFFERS]),
        Verdict.SILENT: ngettext(
            "%(n)s is silent for one or more", "%(n)s are silent for one or more", counts[Verdict.SILENT]
        ),
        Verdict.UNCODED: ngettext("%(n)s is in words only", "%(n)s are in words only", counts[Verdict.UNCODED]),
    }
    return [text % {"n": counts[verdict]} for verdict, text in templates.items() if counts[verdict]]
