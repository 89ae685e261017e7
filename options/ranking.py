"""The ranking: a transparent sum over coded answers (simple additive weighting), and what hangs on each weight.

Points are weight × share; a total is their sum. Everything is exact, so that ties are said to be ties.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mechanisms.models import Mechanism
from options.filters import OptionsFilterSet, Silence
from options.needs import Need, Weight
from options.values import Evidence, Record, evidence_on

#: How many mechanisms a combined design has, and how many designs are shown.
SIZES, SHOWN = (2, 3), 5


class Standing(models.TextChoices):
    """Whether a mechanism has what a need asks for."""

    MET = "met", _("met")
    PARTLY = "partly", _("met in part")
    UNMET = "unmet", _("not met")
    #: It could be wholly met: of what is missing the sources say nothing.
    UNKNOWN = "unknown", _("not known")


@dataclass(frozen=True)
class Point:
    """What a mechanism gets for a need."""

    need: Need
    evidence: Evidence
    silence: Silence | None = None

    @property
    def share(self) -> Fraction:
        return self.evidence.value.share

    @property
    def is_silent(self) -> bool:
        """Tell whether the sources are silent on all or some of it."""
        return self.evidence.value.silent > 0

    @property
    def points(self) -> Fraction:
        """Return weight × share; silence counts zero."""
        return self.need.weight.number * self.share

    @property
    def supposed_share(self) -> Fraction:
        """Return the share if silence were what the question takes it for."""
        return self.share + (self.evidence.value.silent if self.silence == Silence.YES else 0)

    @property
    def supposed(self) -> Fraction:
        """Return the points if silence were what the question takes it for."""
        return self.need.weight.number * self.supposed_share

    @property
    def standing(self) -> Standing:
        """Return whether the need is met, with silence as the question takes it."""
        if self.supposed_share == 1:
            return Standing.MET
        if self.silence is None and self.is_silent and self.share + self.evidence.value.silent == 1:
            return Standing.UNKNOWN
        return Standing.PARTLY if self.supposed_share else Standing.UNMET


@dataclass(frozen=True)
class Score:
    """A mechanism, what it gets for each need, and its place."""

    mechanism: Mechanism
    points: tuple[Point, ...]
    #: 1 is the first; mechanisms with the same total have the same place.
    rank: int = 1
    #: The place if silence were what the question takes it for.
    supposed_rank: int = 1

    @cached_property
    def total(self) -> Fraction:
        return sum((point.points for point in self.points), Fraction(0))

    @cached_property
    def supposed_total(self) -> Fraction:
        return sum((point.supposed for point in self.points), Fraction(0))

    @property
    def open_musts(self) -> list[Point]:
        """Return the needs that are a must and are not met, or not known to be."""
        return [one for one in self.points if one.need.weight == Weight.MUST and one.standing != Standing.MET]


@dataclass(frozen=True)
class Hold:
    """Between which weights of a need the first place stays as it is, all other weights being the same.

    Attributes:
        least: below it another mechanism comes first; 0 where none does.
        most: above it another comes first; None where none does.
    """

    need: Need
    least: Fraction
    most: Fraction | None

    @property
    def is_whatever(self) -> bool:
        """Tell whether the first place hangs on this weight not at all."""
        return self.least == 0 and self.most is None


@dataclass(frozen=True)
class Part:
    """Which members of a combined design give the best share of a need."""

    need: Need
    share: Fraction
    members: tuple[Mechanism, ...]


@dataclass(frozen=True)
class Mix:
    """A combined design: for each need the best of its members counts."""

    scores: tuple[Score, ...]
    rank: int = 1

    @property
    def mechanisms(self) -> list[Mechanism]:
        return [score.mechanism for score in self.scores]

    @cached_property
    def parts(self) -> list[Part]:
        """Return what each need gets, and from whom; from nobody where no member has any of it."""
        parts = []
        for points in zip(*(score.points for score in self.scores), strict=True):
            share = max(point.share for point in points)
            members = [one.mechanism for one, point in zip(self.scores, points, strict=True) if point.share == share]
            parts.append(Part(points[0].need, share, tuple(members) if share else ()))
        return parts

    @cached_property
    def total(self) -> Fraction:
        return best_total(self.scores)


def best_total(scores: Sequence[Score]) -> Fraction:
    """Return the sum, over the needs, of the most points that one of the mechanisms gets."""
    columns = zip(*(score.points for score in scores), strict=True)
    return sum((max(point.points for point in points) for points in columns), Fraction(0))


@dataclass(frozen=True)
class Ranking:
    """The answer to a question.

    Attributes:
        scores: the mechanisms, the first place first; those with one place in the order of the portal.
    """

    needs: list[Need]
    scores: list[Score]

    @property
    def most(self) -> int:
        """Return the total of a mechanism that had everything: the sum of the weights."""
        return sum(need.weight.number for need in self.needs)

    @property
    def rows(self) -> list[tuple[Need, list[tuple[Score, Point]]]]:
        """Return, by need, what each mechanism gets for it."""
        return [
            (need, [(score, score.points[place]) for score in self.scores]) for place, need in enumerate(self.needs)
        ]

    @property
    def leaders(self) -> list[Score]:
        """Return those who hold the first place."""
        return [score for score in self.scores if score.rank == 1]

    @property
    def has_musts(self) -> bool:
        """Tell whether anything asked for is a must."""
        return any(need.weight == Weight.MUST for need in self.needs)

    @property
    def has_ties(self) -> bool:
        """Tell whether a place is held by more than one mechanism."""
        return len({score.rank for score in self.scores}) < len(self.scores)

    @cached_property
    def holds(self) -> list[Hold]:
        """Return, by need, between which of its weights the first place stays as it is."""
        return [self._hold(place, need) for place, need in enumerate(self.needs)]

    def _hold(self, place: int, need: Need) -> Hold:
        """Return the interval of one weight.

        Totals are linear in a weight: a leader's lead over another changes by the difference of their shares for each
        unit of it, and is gone where the two lines cross.
        """
        least, most = Fraction(0), None
        for leader in self.leaders:
            for other in self.scores:
                slope = leader.points[place].share - other.points[place].share
                if not slope:
                    continue
                crossing = need.weight.number - (leader.total - other.total) / slope
                if slope > 0:
                    least = max(least, crossing)
                elif most is None or crossing < most:
                    most = crossing
        return Hold(need, least, most)

    @cached_property
    def mixes(self) -> list[Mix]:
        """Return the combined designs of two or three mechanisms, the best first.

        One of which a member could be left out without loss says nothing that the smaller one does not.
        """
        in_order = sorted(self.scores, key=lambda score: score.mechanism.position)
        found = [Mix(scores) for size in SIZES for scores in combinations(in_order, size) if _each_member_adds(scores)]
        # Sorting is stable: those with one total stand with the smaller first, then in the order of the portal.
        found.sort(key=lambda mix: -mix.total)
        ranks = ranks_of([mix.total for mix in found])
        return [Mix(mix.scores, rank) for mix, rank in zip(found, ranks, strict=True)]


def _each_member_adds(scores: Sequence[Score]) -> bool:
    total = best_total(scores)
    return all(best_total([*scores[:n], *scores[n + 1 :]]) < total for n in range(len(scores)))


def ranks_of(totals: Iterable[Fraction]) -> list[int]:
    """Return the place of each total: one more than how many are greater."""
    every = list(totals)
    return [1 + sum(other > one for other in every) for one in every]


def rank(mechanisms: Sequence[Mechanism], needs: list[Need], record: Record, silence: Silence | None) -> Ranking:
    """Return the ranking of ``mechanisms``, which stand in the order of the portal."""
    scores = [
        Score(one, tuple(Point(need, record[one.pk, need.code], silence) for need in needs)) for one in mechanisms
    ]
    ranks = ranks_of(score.total for score in scores)
    supposed = ranks_of(score.supposed_total for score in scores)
    placed = [
        Score(score.mechanism, score.points, *places) for score, *places in zip(scores, ranks, supposed, strict=True)
    ]
    return Ranking(needs, sorted(placed, key=lambda score: score.rank))


def ranking_of(filterset: OptionsFilterSet) -> Ranking:
    """Return the answer to a question, whose parameters must be free of problems."""
    mechanisms, needs = filterset.mechanisms, filterset.needs
    record = evidence_on(mechanisms, needs, filterset.criteria, filterset.as_of_date)
    return rank(mechanisms, needs, record, filterset.silence_taken_for)
