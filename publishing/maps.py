"""Drawing places on a map as SVG: where the marks stand, and which of them stand for several places.

It knows no domain model. Degrees of longitude and latitude become units of a drawing that is 1,000 units wide, each by
one factor: a box of degrees is a rectangle. Directions and sizes are true about 35 degrees north and south.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import Self

#: The width of a drawing, in its own units.
WIDTH = 1000
#: No two marks are nearer to each other. On a screen of 360 pixels a drawing is 326 pixels wide; this is then 24.
REACH = 75.0
#: What can be pointed at is this far around a mark: half the reach, less what rounding takes.
RADIUS = 37.3
#: How many names a mark for several places says.
NAMES = 5

#: A degree of longitude for one of latitude.
_NARROWING = math.cos(math.radians(35))
#: Frames show no less than so many degrees, and are neither taller nor flatter than so.
_LEAST, _TALLEST, _FLATTEST = 8.0, 1.2, 2.4
#: The share of a frame that its places may fill.
_FILLED = 0.8


@dataclass(eq=False)
class Place:
    """A point of the map, where it leads to, and the class that gives its colour.

    Names and addresses of those that a drawing shows may be filled in afterwards: see ``Drawing.named``.
    """

    longitude: float
    latitude: float
    name: str = ""
    url: str = ""
    css: str = ""
    key: int = 0


@dataclass(frozen=True)
class Frame:
    """A box in degrees. Where its west is greater than its east, it crosses 180 degrees, as GeoJSON's boxes do."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        """Return it as an address writes it: "33.88,-4.68,39.7,0.52"."""
        return ",".join(f"{one:.2f}".rstrip("0").rstrip(".") for one in (self.west, self.south, self.east, self.north))

    @property
    def span(self) -> float:
        """Return its degrees of longitude."""
        return 360.0 if self.east - self.west >= 360 else (self.east - self.west) % 360

    @property
    def height(self) -> float:
        """Return its degrees of latitude."""
        return self.north - self.south

    def contains(self, longitude: float, latitude: float) -> bool:
        """Tell whether a point lies in it or on its edge."""
        return self.south <= latitude <= self.north and (longitude - self.west) % 360 <= self.span

    @classmethod
    def holding(cls, points: Iterable[tuple[float, float]]) -> Self:
        """Return the smallest box that holds ``points``, the shorter way round the globe, in hundredths of a degree.

        Args:
            points: longitude and latitude; at least one.
        """
        longitudes, latitudes = zip(*points, strict=True)
        around = sorted({_turned(longitude) for longitude in longitudes})
        # The box begins after the widest gap between neighbours and ends before it.
        gaps = [(later - earlier) % 360 for earlier, later in zip(around[-1:] + around, around, strict=False)]
        first = max(range(len(gaps)), key=lambda index: gaps[index])
        west, east = _down(around[first]), _up(around[first - 1])
        return cls(west, _down(min(latitudes)), east, _up(max(latitudes)))

    def fitted(self) -> Self:
        """Return the frame that shows it: with room around, not too small, in a shape that fits a page.

        The east of what reaches 180 degrees is greater than 180 here: such a frame is drawn, not written.
        """
        height = min(180.0, max(self.height / _FILLED, _LEAST))
        span = min(360.0, max(self.span / _FILLED, _LEAST, _TALLEST * height / _NARROWING))
        height = min(180.0, max(height, span * _NARROWING / _FLATTEST))
        west = WORLD.west if span == 360 else self.west + (self.span - span) / 2
        south = min(max((self.south + self.north - height) / 2, -90), 90 - height)
        west, south = round(_turned(west), 4), round(south, 4)
        return type(self)(west, south, round(west + span, 4), round(south + height, 4))


#: From the Arctic coasts to Cape Horn; cut at 170 degrees west, through the Bering Strait and the open Pacific.
WORLD = Frame(-170, -60, 190, 85)


@dataclass(frozen=True)
class Mark:
    """What stands at one point of the drawing: a place, or several that would cover each other."""

    x: float
    y: float
    #: In the order in which they were given.
    places: list[Place]
    #: The smallest that holds the places; others may lie in it too.
    box: Frame
    #: No larger map would set the places apart.
    is_one_spot: bool

    @property
    def place(self) -> Place:
        """Return the first of its places: the only one of most marks."""
        return self.places[0]

    @property
    def count(self) -> int:
        """Return how many places it stands for."""
        return len(self.places)

    @property
    def names(self) -> list[str]:
        """Return the names of the first of its places."""
        return [place.name for place in self.places[:NAMES]]

    @property
    def has_more(self) -> bool:
        """Tell whether it has more places than it names."""
        return self.count > NAMES

    @property
    def radius(self) -> float:
        """Return the radius of its circle: the more places, the larger."""
        return round(min(13 + 4 * math.log2(self.count), RADIUS - 6), 1)


@dataclass(frozen=True)
class Drawing:
    """A map: its frame, its size and its marks, in the order of their first places."""

    frame: Frame
    width: int
    height: float
    marks: list[Mark]

    @property
    def named(self) -> list[Place]:
        """Return the places whose names the drawing says; there are few, however many places there are."""
        return [place for mark in self.marks for place in mark.places[:NAMES]]

    @property
    def reach(self) -> float:
        """Return how far around its middle a mark can be pointed at."""
        return RADIUS

    @property
    def land(self) -> str:
        """Return the part of ``static/land.svg`` that it shows: that file counts tenths of a degree, southwards."""
        frame = self.frame
        return " ".join(f"{round(one * 10, 3):g}" for one in (frame.west, -frame.north, frame.span, frame.height))


def draw(places: Sequence[Place], frame: Frame) -> Drawing:
    """Return the drawing of those of ``places`` that lie in ``frame``.

    Places that are nearer to each other than the reach share a mark, the nearest first, until no two marks are. Which
    places do so depends on where they are, not on their order.
    """
    scale = WIDTH / frame.span
    spots = [
        (round((place.longitude - frame.west) % 360 * scale, 2), round(_down_from(frame, place) * scale, 2), index)
        for index, place in enumerate(places)
        if frame.contains(place.longitude, place.latitude)
    ]
    marks = []
    for x, y, indices in sorted(_groups(spots), key=lambda group: min(group[2])):
        members = [places[index] for index in sorted(indices)]
        box = Frame.holding((place.longitude, place.latitude) for place in members)
        marks.append(Mark(round(x, 1), round(y, 1), members, box, len(members) > 1 and _is_one_spot(box, frame)))
    return Drawing(frame, WIDTH, round(frame.height / _NARROWING * scale, 1), marks)


def _down_from(frame: Frame, place: Place) -> float:
    return (frame.north - place.latitude) / _NARROWING


def _groups(spots: list[tuple[float, float, int]]) -> Iterable[tuple[float, float, list[int]]]:
    """Return middle and members of the groups that ``spots`` fall into."""
    # All in a square of half the reach are nearer than the reach: they are put together before any pair is looked at,
    # so that the number of pairs has a bound, however many spots there are.
    squares: defaultdict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
    for spot in sorted(spots):
        squares[int(spot[0] * 2 // REACH), int(spot[1] * 2 // REACH)].append(spot)
    groups = {
        number: (_mean([spot[0] for spot in square]), _mean([spot[1] for spot in square]), [spot[2] for spot in square])
        for number, (_key, square) in enumerate(sorted(squares.items()))
    }

    def apart(one: int, other: int) -> float:
        return math.dist(groups[one][:2], groups[other][:2])

    near = [(apart(one, other), one, other) for one, other in combinations(groups, 2)]
    near = [pair for pair in near if pair[0] < REACH]
    heapify(near)
    number = len(groups)
    while near:
        _distance, one, other = heappop(near)
        if one not in groups or other not in groups:
            continue
        # The mark stays where more of them are: between the two there may be nothing.
        less, more = sorted((groups.pop(one), groups.pop(other)), key=lambda group: len(group[2]))
        groups[number] = (more[0], more[1], more[2] + less[2])
        for third in groups:
            if third != number and (distance := apart(third, number)) < REACH:
                heappush(near, (distance, third, number))
        number += 1
    return groups.values()


def _is_one_spot(box: Frame, frame: Frame) -> bool:
    """Tell whether the places of ``box``, a mark of ``frame``, would still cover each other on a map of their own."""
    own = box.fitted()
    scale = WIDTH / own.span
    return own == frame or max(box.span * scale, box.height / _NARROWING * scale) < REACH


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _turned(longitude: float) -> float:
    """Return the longitude as one from -180 up to 180."""
    return (longitude + 180) % 360 - 180


def _down(degrees: float) -> float:
    return math.floor(degrees * 100) / 100


def _up(degrees: float) -> float:
    return math.ceil(degrees * 100) / 100
