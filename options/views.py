"""The pages of the options: the question with its ranking, and the outcome check."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from mechanisms.models import CriterionOption
from options.delivery import deliveries
from options.document import options_document, outcome_document
from options.filters import OptionsFilterSet, Silence
from options.models import Preset
from options.needs import EXTRA, REACH, SPEED, Weight
from options.outcome import Outcome, get_outcome
from options.ranking import SHOWN, ranking_of
from options.wording import first_place, hold_sentences, method_lines
from publishing.downloads import document_file, said_of
from publishing.exports import Document
from publishing.views import FileView
from quoting.quotable import NotQuotable, QuotablePage


def parameters(query: QueryDict) -> dict[str, set[str]]:
    """Return what a query asks, in whatever order it does, and whatever silence is taken for."""
    return {name: set(values) for name, values in query.lists() if name != "silence"}


@dataclass(frozen=True)
class Ask:
    """What the form asks of one need: its weight and, of a criterion, each coded answer and whether it is chosen."""

    code: str
    name: str
    weight: str
    options: list[tuple[CriterionOption, bool]] = field(default_factory=list)


class OptionsView(QuotablePage, FileView):
    """What a new instrument needs, and how the mechanisms rank by it; ``?format=`` gives the same as a file."""

    template_name = "options/options.html"
    filterset_class = OptionsFilterSet
    filterset: OptionsFilterSet
    formats = ("docx", "xlsx")

    def file(self, wanted: str, **kwargs: Any) -> HttpResponseBase:
        document = options_document(self.filterset, *said_of(self.request, self.date, "options"))
        return document_file(document, wanted)

    def document(self, **kwargs: Any) -> Document:
        if not self.filterset.needs:
            raise NotQuotable(gettext("Say first what a new instrument needs."))
        return options_document(self.filterset)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form with the presets and, where something is asked for, the ranking."""
        filterset = self.filterset
        filters: dict[str, Any] = filterset.filters
        asked = parameters(filterset.data)
        presets = list(Preset.objects.with_citations().in_reading_order())
        context: dict[str, Any] = {
            "presets": presets,
            "preset": next((one for one in presets if parameters(QueryDict(one.query)) == asked), None),
            "groups": self._groups(),
            "reach": Ask(REACH, str(EXTRA[REACH]), self._weight(REACH)),
            "speed": Ask(SPEED, str(EXTRA[SPEED]), self._weight(SPEED)),
            "weights": Weight.choices,
            "default": Weight.IMPORTANT.label,
            "regions": filters["serves_region"].values,
            "countries": filters["serves"].values,
            "chosen": filterset.form.cleaned_data,
            "method": method_lines(filterset.criteria),
        }
        if not filterset.needs:
            return context
        ranking = ranking_of(filterset)
        context["ranking"] = ranking
        if ranking.scores:
            context |= {
                "summary": first_place(ranking),
                "sentences": hold_sentences(ranking),
                "mixes": ranking.mixes[:SHOWN],
                "deliveries": deliveries(filterset, [score.mechanism for score in ranking.scores]),
                "silences": Silence.choices,
                "silence": filterset.silence_taken_for,
            }
        return context

    def _weight(self, need: str) -> str:
        """Return the weight that is given to a need, for the form."""
        weight = self.filterset.weights.get(need)
        return weight.value if weight else ""

    def _groups(self) -> list[tuple[str, list[Ask], bool]]:
        """Return what can be asked for by group of criteria, and whether any of the group is."""
        chosen = set(self.filterset.form.cleaned_data["option"])
        groups = []
        for group, criteria in groupby(self.filterset.criteria, key=lambda criterion: criterion.group):
            asks = [
                Ask(
                    criterion.code,
                    criterion.name,
                    self._weight(criterion.code),
                    [(option, option.code in chosen) for option in criterion.options.all()],
                )
                for criterion in criteria
            ]
            groups.append((group.name, asks, any(is_chosen for ask in asks for _option, is_chosen in ask.options)))
        return groups


class OutcomeView(QuotablePage, FileView):
    """What was asked for in 2010 against what was adopted, need by need; ``?format=`` gives the same as a file."""

    template_name = "options/outcome.html"
    formats = ("docx", "xlsx")

    @property
    def outcome(self) -> Outcome:
        """Return the check on the date; raise Http404 where its question or its mechanism is not in the content."""
        return get_outcome(self.date)

    def file(self, wanted: str, **kwargs: Any) -> HttpResponseBase:
        document = outcome_document(self.outcome, *said_of(self.request, self.date, "options-outcome"))
        return document_file(document, wanted)

    def document(self, **kwargs: Any) -> Document:
        return outcome_document(self.outcome)

    def context(self, **kwargs: Any) -> dict[str, Any]:
        outcome = self.outcome
        # The dates at which the sources' pages have what is cited.
        asked, adopted = (f"as_of={day.isoformat()}" for day in (outcome.asked_on, outcome.adopted_on))
        return {"outcome": outcome, "summary": first_place(outcome.ranking), "asked": asked, "adopted": adopted}
