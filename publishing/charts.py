"""Drawing figures over time as SVG: where the marks stand; templates write them, the style sheet colours them.

It knows no domain model. Lengths are in the units of a drawing's viewBox; where text is shown at its smallest, one unit
is one pixel.
"""

import datetime
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

#: The size of the text in drawings, which the style sheet repeats.
TEXT = 12.5


def text_width(text: str) -> float:
    """Return about how wide ``text`` is: what is full width takes a square, all else somewhat more than half of one."""
    return TEXT * sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.58 for one in text)


def year_of(date: datetime.date) -> float:
    """Return the date as a number of years, so that days of one year lie apart."""
    return date.year + (date.timetuple().tm_yday - 1) / 366


@dataclass(frozen=True)
class Tick:
    """A line of the grid and what is written at it."""

    at: float
    label: str

    @property
    def base(self) -> float:
        """Return the base line of a label in the middle of a level line."""
        return round(self.at + 4, 1)


@dataclass(frozen=True)
class Figure:
    """What a dot stands for.

    Attributes:
        start: the day, or the first day of the stretch of time, that the figure is about.
        end: its last day.
        value: how high the dot stands.
        label: what is written beside it.
        title: what it is, in full.
        is_bound: only the latest possible date is known; the dot is hollow.
    """

    start: datetime.date
    end: datetime.date
    value: Decimal
    label: str
    title: str
    is_bound: bool = False


@dataclass(frozen=True)
class Point:
    """A dot with its label, and the line over the stretch of time that it is about where that is wider than the dot."""

    x: float
    y: float
    from_x: float
    to_x: float
    is_span: bool
    is_bound: bool
    label: str
    title: str
    label_x: float
    label_y: float
    #: Where in the label ``label_x`` is, as SVG names it.
    anchor: str
    #: The label is so far from its dot that a line joins them.
    is_led: bool

    @property
    def lead_y(self) -> float:
        """Return where the line to the label ends: at the side of the label that is nearer."""
        return round(self.label_y + (_FOOT if self.label_y < self.y else _FOOT - _LINE), 1)


@dataclass(frozen=True)
class Chart:
    """Figures over time."""

    top: float
    width: int
    height: float
    left: float
    right: float
    bottom: float
    points: list[Point]
    years: list[Tick]
    values: list[Tick]

    @property
    def unit_y(self) -> float:
        """Return where the unit is written: above everything."""
        return self.top + _LINE - 2

    @property
    def plot_top(self) -> float:
        """Return where the grid begins."""
        return _PLOT_TOP

    @property
    def scale_x(self) -> float:
        """Return where the values of the grid end."""
        return round(self.left - 6, 1)

    @property
    def scale_y(self) -> float:
        """Return where the years are written."""
        return self.bottom + 17

    @property
    def has_bounds(self) -> bool:
        """Tell whether a dot stands at the latest possible date."""
        return any(point.is_bound for point in self.points)

    @property
    def has_spans(self) -> bool:
        """Tell whether a line shows a stretch of time."""
        return any(point.is_span for point in self.points)


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


_CHART_WIDTH, _PLOT_TOP, _PLOT_BOTTOM, _DOT = 340, 36, 186, 4.5
#: The height of a line of text, and how far its foot reaches below what it stands on.
_LINE, _FOOT = 15, 3


def figures_chart(figures: Sequence[Figure]) -> Chart | None:
    """Return the drawing of ``figures`` over time, from zero; None where fewer than two dates would be shown.

    Figures of the same time that say the same share a dot; where they differ, dots and labels stand side by side.
    """
    if len({(one.start, one.end) for one in figures}) < 2:
        return None
    whole = all(one.value == one.value.to_integral_value() for one in figures)
    most = float(max(one.value for one in figures)) or 1.0
    step = _step(most, whole=whole)
    lines = max(1, -int(-most // step))
    steps = [
        (number * step, f"{number * step:,.0f}" if whole else f"{number * step:,g}") for number in range(lines + 1)
    ]
    left = round(max(text_width(label) for _value, label in steps) + 12, 1)
    right = _CHART_WIDTH - 18.0
    first = min(one.start for one in figures).year
    last = max(one.end for one in figures).year + 1

    def x(year: float) -> float:
        return round(left + (right - left) * (year - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(_PLOT_BOTTOM - (_PLOT_BOTTOM - _PLOT_TOP) * value / (lines * step), 1)

    points: list[Point] = []
    for one in _merged(figures):
        span = x(year_of(one.start)), x(year_of(one.end))
        middle, high = round(sum(span) / 2, 1), y(float(one.value))
        # Dots that would hide each other stand side by side.
        while any(abs(other.x - middle) < 2 * _DOT and abs(other.y - high) < 2 * _DOT for other in points):
            middle = round(middle + 2 * _DOT + 1, 1)
        is_span = span[1] - span[0] > 2 * _DOT + 2
        points.append(Point(middle, high, *span, is_span, one.is_bound, one.label, one.title, middle, high, "", False))
    beyond = max(point.x for point in points) + _DOT - right
    if beyond > 0:
        points = [replace(point, x=round(point.x - beyond, 1)) for point in points]
    points = _labelled(points, left)
    # A line of text above the highest label is left for the unit.
    top = min([0.0, *(point.label_y - 2 * _LINE for point in points)])
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if (last - first) / n * 44 <= right - left)
    years = [Tick(x(year), str(year)) for year in range(first, last + 1) if year % every == 0]
    values = [Tick(y(value), label) for value, label in steps]
    return Chart(top, _CHART_WIDTH, _PLOT_BOTTOM + 24 - top, left, right, _PLOT_BOTTOM, points, years, values)


def _step(most: float, *, whole: bool) -> float:
    """Return a round distance that gives two to five lines up to ``most``; a whole one where all values are."""
    power = 10.0 ** (len(str(int(most))) - 1) if most >= 1 else 0.1
    steps = (power * factor for factor in (0.2, 0.25, 0.5, 1, 2, 5))
    return next(step for step in steps if most / step <= 5 and (step.is_integer() or not whole))


def _merged(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures by time, those that say the same of the same time as one."""
    merged: dict[tuple[datetime.date, datetime.date, Decimal, str], Figure] = {}
    for one in figures:
        key = (one.start, one.end, one.value, one.label)
        before = merged.get(key)
        merged[key] = replace(before, title=f"{before.title}\n{one.title}") if before else one
    return sorted(merged.values(), key=lambda one: (one.start, one.end, one.value))


def _labelled(points: list[Point], left: float) -> list[Point]:
    """Return the points with their labels put where they cover neither a dot nor each other."""

    def box(point: Point, place: tuple[float, float, str, bool]) -> _Box:
        x, y, anchor, _is_led = place
        width = text_width(point.label)
        start = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        return _Box(start, y - _LINE + _FOOT, start + width, y + _FOOT)

    def is_free(one: _Box) -> bool:
        is_inside = left < one.left and one.right < _CHART_WIDTH - 1 and one.bottom < _PLOT_BOTTOM - 1
        return is_inside and not any(one.meets(other) for other in taken)

    taken = [_Box(point.x - _DOT, point.y - _DOT, point.x + _DOT, point.y + _DOT) for point in points]
    taken += [_Box(point.from_x, point.y - 2, point.to_x, point.y + 2) for point in points if point.is_span]
    result = []
    for point in points:
        # Where all places are taken, a new line above everything is free.
        topmost = (left + 2, min(one.top for one in taken) - _FOOT - 1, "start", True)
        place = next((one for one in _places(point) if is_free(box(point, one))), topmost)
        x, y, anchor, is_led = place
        taken.append(box(point, place))
        result.append(replace(point, label_x=round(x, 1), label_y=round(y, 1), anchor=anchor, is_led=is_led))
    return result


def _places(point: Point) -> Iterator[tuple[float, float, str, bool]]:
    """Yield where a label may stand, best first: x and y of its base line, its anchor, whether it needs a line."""
    above, below, aside = point.y - _DOT - 5, point.y + _DOT + 14, _DOT + 4
    yield point.x, above, "middle", False
    yield point.x, below, "middle", False
    for y in (above, below):
        yield point.x + _DOT, y, "end", False
        yield point.x - _DOT, y, "start", False
    yield point.x + aside, point.y + 4.5, "start", False
    yield point.x - aside, point.y + 4.5, "end", False
    # Ever farther off, until one is free above everything else; the last two stay inside at either edge.
    sides = [("middle", 0.0), ("end", _DOT), ("start", -_DOT), ("start", _DOT), ("end", -_DOT)]
    for row, (anchor, beside) in product(range(1, 40), sides):
        yield point.x + beside, below + row * _LINE, anchor, True
        yield point.x + beside, above - row * _LINE, anchor, True
