"""What a ranking says, in the active language: the same words for the page and for every file."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from mechanisms.comparison import Cell
from mechanisms.models import Criterion, CriterionOption, FindingStatus
from mechanisms.wording import words
from options.needs import STANDING, Weight
from options.ranking import Hold, Mix, Part, Point, Ranking
from options.values import Reach

#: The greatest denominator that is read at a glance.
READABLE = 12


def exact(number: Fraction | int) -> str:
    """Return a number without rounding it: "3", "2/3", "2 2/3"."""
    whole, rest = divmod(Fraction(number), 1)
    if not rest:
        return str(whole)
    # The space must not break: 2 2/3 would become 2 and 2/3.
    return f"{whole}\u00a0{rest}" if whole else str(rest)


def about(number: Fraction) -> str:
    """Return, beside a fraction that nobody reads at a glance, about how much it is; else nothing."""
    return f"≈\u00a0{float(number):.2f}" if number.denominator > READABLE else ""


def arithmetic(weight: int, share: Fraction) -> str:
    """Return how points come about: "4 × 2/3 = 2 2/3"."""
    return f"{weight} × {exact(share)} = {exact(weight * share)}"


@dataclass(frozen=True)
class PointWords:
    """A point in words.

    Attributes:
        has: what the mechanism has of what is asked for.
        lacks: what it has not, as far as the sources say.
        instead: where it has nothing of what is asked for, what it has in its place.
        notes: silence, contradiction and whatever else the numbers do not show.
        stated: when the sources said it; a line for each finding.
    """

    arithmetic: str
    has: list[str]
    lacks: list[str]
    instead: list[str]
    notes: list[str]
    stated: list[str]

    @property
    def lines(self) -> list[str]:
        """Return the words as exports write them, a line each."""
        answers = _named((_("Has: %(names)s"), self.has), (_("Lacks: %(names)s"), self.lacks))
        return [self.arithmetic, *answers, *self.notes, *self.stated]


def _named(*parts: tuple[str, list[str]]) -> list[str]:
    comma = pgettext("between items of a list", ", ")
    return [text % {"names": comma.join(names)} for text, names in parts if names]


def adopted_lines(point: Point) -> list[str]:
    """Return what was adopted of a need, a line each: points do not count there, and prose does."""
    said = point_words(point)
    answers = _named(
        (_("Has: %(names)s"), said.has), (_("Lacks: %(names)s"), said.lacks), (_("Instead: %(names)s"), said.instead)
    )
    return [*answers, *(finding.text for finding in point.evidence.findings if finding.text), *said.stated]


def point_words(point: Point) -> PointWords:
    """Return what a point says."""
    need, evidence = point.need, point.evidence
    if evidence.reach:
        has, lacks, instead = [], [], []
    elif need.criterion:
        given = [option for cell in evidence.cells for option in _options(cell)]
        has = [option.name for option in need.options if option in given]
        instead = [] if has else [option.name for option in given]
        # What the sources are silent on, or say in prose only, is not known to be lacking.
        lacks = [] if not given else [option.name for option in need.options if option not in given]
    else:
        given = [option for cell in evidence.cells for option in _options(cell)]
        has = [option.name for option in given if option.code in STANDING]
        lacks = [option.name for option in given if option.code not in STANDING]
        instead = []
    language = get_language() or settings.LANGUAGE_CODE
    return PointWords(
        arithmetic(need.weight.number, point.share),
        has,
        lacks,
        instead,
        [*_notes(point), *(_reach_notes(evidence.reach) if evidence.reach else ())],
        list(dict.fromkeys(said for cell in evidence.cells if (said := words(cell, language).stated))),
    )


def _options(cell: Cell) -> Iterable[CriterionOption]:
    return cell.finding.options.all() if cell.finding else ()


def _notes(point: Point) -> list[str]:
    """Return what the findings say beside coded answers."""
    notes = []
    for cell in point.evidence.cells:
        label = cell.status_label
        if cell.status == FindingStatus.STATED:
            if any(True for _option in _options(cell)):
                continue
            label = _("in words only, not coded")
        # Of several findings it must be said which is silent.
        several = len(point.evidence.cells) > 1
        parts = {"label": cell.criterion.name, "value": label}
        notes.append(_("%(label)s: %(value)s") % parts if several else label)
    return notes


def _reach_notes(reach: Reach) -> list[str]:
    if not reach.centres:
        return [_("The portal records no centre, office or network under it.")]
    served = ngettext("serves %(n)s of %(asked)s country", "serves %(n)s of %(asked)s countries", reach.asked) % {
        "n": len(reach.served),
        "asked": reach.asked,
    }
    if not reach.unlisted:
        return [served]
    unlisted = ngettext(
        "%(n)s of its %(centres)s centres has no published list of countries",
        "%(n)s of its %(centres)s centres have no published list of countries",
        reach.unlisted,
    ) % {"n": reach.unlisted, "centres": reach.centres}
    return [served, unlisted]


def first_place(ranking: Ranking) -> str:
    """Return, in a sentence, who holds the first place."""
    names = pgettext("between items of a list", ", ").join(one.mechanism.short_name for one in ranking.leaders)
    parts = {"names": names, "points": exact(ranking.leaders[0].total), "most": ranking.most}
    if len(ranking.leaders) > 1:
        return _("Tied for the first place: %(names)s, each with %(points)s of %(most)s points.") % parts
    return _("First: %(names)s, with %(points)s of %(most)s points.") % parts


def hold_sentences(ranking: Ranking) -> list[str]:
    """Return on which weights the first place hangs, a sentence each."""
    found = [_hold_sentence(hold) for hold in ranking.holds if not hold.is_whatever]
    free = [hold.need.heading.name for hold in ranking.holds if hold.is_whatever]
    if free:
        names = pgettext("between items of a list", ", ").join(free)
        found.append(_("The first place holds whatever weight is given to: %(names)s.") % {"names": names})
    return found


def _hold_sentence(hold: Hold) -> str:
    parts = {
        "need": hold.need.heading.name,
        "weight": hold.need.weight.number,
        "least": exact(hold.least),
        "most": "" if hold.most is None else exact(hold.most),
    }
    if hold.most is None:
        text = _("The first place holds unless “%(need)s” weighs less than %(least)s (now %(weight)s).")
    elif hold.least == hold.most:
        text = _("The first place is shared only while “%(need)s” weighs exactly %(weight)s.")
    elif not hold.least:
        text = _("The first place holds unless “%(need)s” weighs more than %(most)s (now %(weight)s).")
    else:
        text = _(
            "The first place holds unless “%(need)s” weighs less than %(least)s or more than %(most)s (now %(weight)s)."
        )
    return text % parts


def mix_name(mix: Mix) -> str:
    """Return the members of a combined design."""
    return " + ".join(one.short_name for one in mix.mechanisms)


def part_words(part: Part) -> str:
    """Return how many points a combined design gets for a need, and from which members."""
    points = arithmetic(part.need.weight.number, part.share)
    if not part.members:
        return _("%(name)s (%(note)s)") % {"name": points, "note": _("no member")}
    names = pgettext("between items of a list", ", ").join(one.short_name for one in part.members)
    return _("%(name)s (%(note)s)") % {"name": points, "note": names}


def method_lines(criteria: Iterable[Criterion]) -> list[str]:
    """Return how a ranking is made, a line a step.

    Args:
        criteria: those that can be asked for, with their coded answers.
    """
    comma = pgettext("between items of a list", ", ")
    standing = [option.name for one in criteria for option in one.options.all() if option.code in STANDING]
    parts = {
        "must": Weight.MUST.number,
        "important": Weight.IMPORTANT.number,
        "nice": Weight.NICE.number,
        "standing": comma.join(standing),
    }
    return [
        _(
            "The ranking is a simple additive weighting, the linear model of published practice in multi-criteria "
            "analysis (Multi-criteria analysis: a manual, Department for Communities and Local Government, London "
            "2009, sections 4.7 and 6.2)."
        ),
        _("A question is a set of needs. What is ticked under one heading is one need."),
        _(
            "A must weighs %(must)s, important %(important)s, nice %(nice)s, ignore 0: each step doubles, so that a "
            "must outweighs an important and a nice need together."
        )
        % parts,
        _(
            "The share of a need is how many of the ticked answers the mechanism’s latest finding by the date has, out "
            "of all that are ticked."
        ),
        _(
            "The share of the countries to reach is how many of them centres of the mechanism are recorded as serving "
            "under it on the date."
        ),
        _(
            "No criterion is coded for speed of start. It is derived: of the bodies that deliver and of the hosts, the "
            "share that stood before the instrument (%(standing)s); both findings count alike."
        )
        % parts,
        _("Points are weight × share, a total is the sum of the points; all are exact fractions, never rounded."),
        _(
            "Silence of the sources counts zero and is shown as silence. The switch shows the places if all silence "
            "were “yes”; if it were “no”, the points are the same, and an unknown must becomes one that is not met."
        ),
        _("A must that is not met is marked; it excludes nobody. Equal totals share a place."),
        _(
            "In a combined design the best member counts for each need. Designs from which a member could be left "
            "out without loss are not listed."
        ),
    ]
