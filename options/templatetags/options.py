"""Template tags of the options."""

from fractions import Fraction

from django import template

from options import wording
from options.ranking import Mix, Part, Point

register = template.Library()


@register.filter
def exact(number: Fraction | int) -> str:
    """Return a number without rounding it."""
    return wording.exact(number)


@register.filter
def about(number: Fraction) -> str:
    """Return about how much a fraction is, where that is not seen at a glance."""
    return wording.about(number)


@register.filter
def in_words(point: Point) -> wording.PointWords:
    """Return what a point says."""
    return wording.point_words(point)


@register.filter
def mix_name(mix: Mix) -> str:
    """Return the members of a combined design."""
    return wording.mix_name(mix)


@register.filter
def part_words(part: Part) -> str:
    """Return what a combined design gets for a need, and from whom."""
    return wording.part_words(part)


@register.filter
def outcome_class(verdict: str) -> str:
    """Return how a verdict of the outcome check looks."""
    return {"adopted": "same", "partly": "differs", "not": "differs"}.get(verdict, "is-silent")
