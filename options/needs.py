"""What is asked of a new instrument: needs, each with a weight."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from centres.coverage import Heading, in_every_language
from mechanisms.models import Criterion, CriterionOption
from publishing.models import KEY_SEPARATOR
from publishing.serializers import LANGUAGES, translated


class Weight(models.TextChoices):
    """How much a need counts. Each step doubles, so that one "must" outweighs an important and a nice need together."""

    MUST = "must", pgettext_lazy("weight", "must")
    IMPORTANT = "important", pgettext_lazy("weight", "important")
    NICE = "nice", pgettext_lazy("weight", "nice")
    IGNORE = "ignore", pgettext_lazy("weight", "ignore")

    @property
    def number(self) -> int:
        """Return what a share of the need is multiplied by."""
        return {"must": 4, "important": 2, "nice": 1, "ignore": 0}[self.value]


#: The needs that are no criterion of the comparison.
REACH, SPEED = "reach", "speed"
EXTRA = {REACH: _("Countries to reach"), SPEED: _("Speed of start")}
#: No criterion is about the speed of a start. What stands already can begin at once: bodies that organizations have
#: for other purposes, and hosts that were there before. These are the coded answers that say so.
SPEED_CRITERIA = ("delivery-structure", "host-arrangement")
STANDING = frozenset(
    {
        "delivery-structure-regional-offices",
        "delivery-structure-implementing-agencies",
        "delivery-structure-coordinators",
        "delivery-structure-collaborating-institutions",
        "delivery-structure-secretariat",
        "host-arrangement-ministry",
        "host-arrangement-academic-institution",
        "host-arrangement-existing-institution",
        "host-arrangement-local-host-institution",
        "host-arrangement-un-regional-office",
    }
)
#: What makes mercury the subject of a question.
MERCURY_CRITERION, MERCURY_SUBJECT = "mercury-relevance", "subject-covered-mercury"


@dataclass(frozen=True)
class Need:
    """Something asked of a new instrument, and how much it counts.

    Attributes:
        heading: the criterion's code and names, or those of what is no criterion.
        criterion: None for what is no criterion.
        options: the coded answers that are asked for, all of them.
        countries: ISO codes of the countries to reach, in order.
    """

    heading: Heading
    weight: Weight
    criterion: Criterion | None = None
    options: tuple[CriterionOption, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.heading.code

    @property
    def option_names(self) -> list[str]:
        """Return the names of the answers asked for, in the active language."""
        return [option.name for option in self.options]


def need_heading(criterion: Criterion) -> Heading:
    """Return the heading of the need that a criterion makes."""
    return Heading(criterion.code, {code: str(translated(criterion, "name", code)) for code in LANGUAGES})


def extra_heading(code: str) -> Heading:
    """Return the heading of a need that is no criterion."""
    return Heading(code, in_every_language(EXTRA[code]))


def weight_code(need: str, weight: Weight) -> str:
    """Return what addresses write for the weight of a need: "core-functions~must"."""
    return f"{need}{KEY_SEPARATOR}{weight.value}"


def is_about_mercury(needs: Iterable[Need]) -> bool:
    """Tell whether mercury is the subject of a question."""
    return any(
        need.code == MERCURY_CRITERION or MERCURY_SUBJECT in {option.code for option in need.options} for need in needs
    )
