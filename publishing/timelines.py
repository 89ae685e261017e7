"""Drawing intervals as bars in lanes on one scale of years, as SVG; like charts, it knows no domain model."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from publishing.charts import Tick, text_width, year_of


def years_later(date: datetime.date, years: int) -> datetime.date:
    """Return the same day, or the day before a 29 February that the year does not have, ``years`` later."""
    if (date.month, date.day) == (2, 29):
        date = date.replace(day=28)
    return date.replace(year=date.year + years)


@dataclass(frozen=True)
class Interval:
    """What a bar stands for.

    Attributes:
        start: its first day; None where no source says when it began.
        end: its last day; None where it goes on.
        css: the class that gives its colour.
        letter: what is written on it; the colour never stands alone.
        title: what it is, in full.
        is_start_open: it began at some time before ``start``.
        days: days in it that are marked.
    """

    start: datetime.date | None
    end: datetime.date | None
    css: str
    letter: str
    title: str
    is_start_open: bool = False
    days: list[datetime.date] = field(default_factory=list)


@dataclass(frozen=True)
class Track:
    """What a lane stands for: its name, a shorter one for where the name is too long, its address, its intervals."""

    label: str
    short_label: str
    url: str
    intervals: list[Interval]


@dataclass(frozen=True)
class Bar:
    """An interval of the timeline; pointed where it is open."""

    x: float
    y: float
    letter_x: float
    letter_y: float
    #: The path around it.
    outline: str
    css: str
    letter: str
    title: str
    #: No source says when it began.
    is_undated: bool
    is_start_open: bool
    is_end_open: bool
    marks: list[float]
    mark_top: float
    mark_bottom: float


@dataclass(frozen=True)
class Lane:
    """A name with the bars under it."""

    label_y: float
    label: str
    name: str
    url: str
    bars: list[Bar]


@dataclass(frozen=True)
class Timeline:
    """Lanes under each other on a scale of years."""

    width: int
    height: float
    top: float
    bottom: float
    left: float
    now: float
    lanes: list[Lane]
    years: list[Tick]


_TIMELINE_WIDTH, _MARGIN, _AXIS = 720, 18.0, 26.0
_BAR, _ROW, _NAME, _GAP, _POINT, _SHORTEST = 16.0, 19.0, 17.0, 9.0, 6.0, 24.0


def timelines(groups: Sequence[Sequence[Track]], today: datetime.date) -> list[Timeline]:
    """Return a drawing of each group of tracks, all on one scale, which ends ``today``."""
    intervals = [one for tracks in groups for track in tracks for one in track.intervals]
    years = [date.year for one in intervals for date in (one.start, one.end) if date]
    first = min([*years, today.year - 10])
    return [_timeline(tracks, first, today) for tracks in groups]


def _timeline(tracks: Sequence[Track], first: int, today: datetime.date) -> Timeline:
    last = year_of(today)
    left, right = _MARGIN, _TIMELINE_WIDTH - _MARGIN - _POINT

    def x(date: datetime.date) -> float:
        return round(left + (right - left) * (min(year_of(date), last) - first) / (last - first), 1)

    lanes, y = [], _AXIS
    for track in tracks:
        label_y = y + _NAME - 4
        y += _NAME
        # The right end of each row of bars; a bar goes into the first row that has room.
        rows: list[float] = []
        bars = []
        for one in track.intervals:
            end = x(one.end) if one.end else right
            start = min(x(one.start) if one.start else left, right - _SHORTEST)
            end = max(end, start + _SHORTEST)
            row = next((number for number, taken in enumerate(rows) if taken + _POINT < start), len(rows))
            rows[row : row + 1] = [end]
            bars.append(_bar(one, start, end, y + row * _ROW, [x(day) for day in one.days]))
        lanes.append(Lane(label_y, _shortened(track), track.label, track.url, bars))
        y += max(1, len(rows)) * _ROW + _GAP
    every = 5 if last - first < 60 else 10
    ticks = [Tick(x(datetime.date(year, 1, 1)), str(year)) for year in range(first, int(last) + 1) if year % every == 0]
    return Timeline(_TIMELINE_WIDTH, y + 2, _AXIS, y - _GAP + 3, left, right, lanes, ticks)


def _bar(one: Interval, start: float, end: float, y: float, marks: list[float]) -> Bar:
    is_start_open = one.start is None or one.is_start_open
    middle, bottom = y + _BAR / 2, y + _BAR
    corners = [(start, y), (end, y), (end, bottom), (start, bottom)]
    if is_start_open:
        corners[3:] = [(start, bottom), (start - _POINT, middle)]
    if one.end is None:
        corners[2:2] = [(end + _POINT, middle)]
    outline = "M" + "L".join(f"{round(across, 1):g} {round(down, 1):g}" for across, down in corners) + "Z"
    return Bar(
        x=start,
        y=y,
        letter_x=round(start + 10, 1),
        letter_y=y + 12.5,
        outline=outline,
        css=one.css,
        letter=one.letter,
        title=one.title,
        is_undated=one.start is None,
        is_start_open=is_start_open,
        is_end_open=one.end is None,
        marks=marks,
        mark_top=y,
        mark_bottom=bottom,
    )


def _shortened(track: Track) -> str:
    """Return what fits of the name into two thirds of the width, so that much of it is in sight on a phone."""
    most = _TIMELINE_WIDTH * 2 / 3
    label = track.label if text_width(track.label) <= most else track.short_label or track.label
    while text_width(label) > most:
        label = label[:-2].rstrip("… ") + "…"
    return label
