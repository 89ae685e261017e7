"""Maps: every place on one mark, no mark on another, and frames that know the globe is round."""

import math
import re
from itertools import combinations
from pathlib import Path
from zlib import crc32

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.maps import RADIUS, REACH, WIDTH, WORLD, Drawing, Frame, Place, draw
from tests.pages.markup import Element, Markup

LAND = Path(__file__).parents[2] / "static" / "land.svg"

#: As the database keeps them: in thousandths of a degree.
LONGITUDES = st.integers(-180_000, 180_000).map(lambda n: n / 1000)
LATITUDES = st.integers(-60_000, 85_000).map(lambda n: n / 1000)
POINTS = st.lists(st.tuples(LONGITUDES, LATITUDES), min_size=1, max_size=60)


def placed(points: list[tuple[float, float]]) -> list[Place]:
    return [
        Place(longitude, latitude, f"Centre {n}", f"/centre-{n}/") for n, (longitude, latitude) in enumerate(points)
    ]


def scattered(number: int) -> list[Place]:
    """Return places as they lie in the world: many in a few regions, some alone."""
    points = []
    for n in range(number):
        region, around, away = n * 7 % (number // 40 + 1), n * 0.618 % 1 * math.tau, 12 * (n * 0.755 % 1) ** 2
        longitude = (region * 222.5 + math.cos(around) * away) % 360 - 180
        points.append((round(longitude, 3), round(region * 77.3 % 120 - 50 + math.sin(around) * away / 2, 3)))
    return placed(points)


def mixed_up(places: list[Place], seed: int) -> list[Place]:
    return sorted(places, key=lambda place: crc32(f"{seed} {place.name}".encode()))


def shown(drawing: Drawing) -> list[Place]:
    return [place for mark in drawing.marks for place in mark.places]


def assert_apart(drawing: Drawing) -> None:
    for one, other in combinations(drawing.marks, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= 2 * RADIUS


# Frames


@pytest.mark.parametrize(
    ("points", "box"),
    [
        ([(36.817, -1.283)], "36.81,-1.29,36.82,-1.28"),
        ([(-17.44, 14.69), (39.2, -6.8), (31.24, 30.04)], "-17.44,-6.8,39.2,30.04"),
        ([(178.44, -18.14), (-171.77, -13.83)], "178.44,-18.14,-171.77,-13.83"),
        ([(180, 0), (170, 5)], "170,0,-180,5"),
        ([(-180, 0), (-170, 5)], "-180,0,-170,5"),
        ([(-120, 0), (0, 0), (100, 0)], "-120,0,100,0"),
    ],
)
def test_a_box_goes_the_shorter_way_round(points: list[tuple[float, float]], box: str):
    assert str(Frame.holding(points)) == box


@given(POINTS)
def test_a_box_holds_its_points_and_the_frame_that_shows_it_does_too(points: list[tuple[float, float]]):
    box = Frame.holding(points)
    assert -180 <= box.west <= 180
    assert -180 <= box.east <= 180
    frame = box.fitted()
    for point in points:
        assert box.contains(*point)
        assert frame.contains(*point)
    shape = frame.span * math.cos(math.radians(35)) / frame.height
    assert 1.19 <= shape <= 2.41
    assert min(frame.span, frame.height) > 7.999
    assert -90 <= frame.south < frame.north <= 90


def test_a_box_across_180_degrees_holds_what_lies_between():
    pacific = Frame(160, -25, -150, 10)
    assert pacific.span == 50
    assert pacific.contains(178.44, -18.14)
    assert pacific.contains(-171.77, -13.83)
    assert not pacific.contains(0, 0)
    assert not pacific.contains(151.2, -20)
    assert not pacific.contains(-171.77, 11)


def test_a_box_without_width_is_not_the_whole_world():
    spot = Frame(36.82, -1.28, 36.82, -1.28)
    assert spot.contains(36.82, -1.28)
    assert not spot.contains(36.83, -1.28)
    assert WORLD.contains(36.82, -1.28)
    assert WORLD.contains(-170, 0)
    assert Frame(-180, -90, 180, 90).contains(75, 0)


def test_a_frame_leaves_room_around_its_places():
    africa = Frame(-17.44, -34, 51.4, 37)
    frame = africa.fitted()
    assert frame.west < africa.west - 5
    assert frame.south < africa.south - 5
    assert frame.east > africa.east + 5
    assert frame.north > africa.north + 5


# Marks


def test_the_world_is_drawn_from_170_degrees_west():
    places = placed([(-169.9, 84), (10, 12.5), (-171.77, -13.83), (178.44, -18.14)])
    drawing = draw(places, WORLD)
    west, middle, *pacific = drawing.marks
    assert (west.x, west.y) == (0.3, 3.4)
    assert middle.x == WIDTH / 2
    assert middle.y == pytest.approx(drawing.height / 2, abs=0.1)
    assert [mark.count for mark in drawing.marks] == [1, 1, 2]
    assert pacific[0].x > 960
    assert drawing.land == "-1700 -850 3600 1450"


def test_a_drawing_across_180_degrees_has_its_places_side_by_side():
    fiji, samoa = draw(placed([(178.44, -18.14), (-171.77, -13.83)]), Frame(160, -25, -150, 10)).marks
    assert fiji.x == pytest.approx(1000 * 18.44 / 50, abs=0.1)
    assert samoa.x == pytest.approx(1000 * 28.23 / 50, abs=0.1)
    assert samoa.y < fiji.y


@given(POINTS)
@settings(max_examples=60)
def test_every_place_is_on_one_mark_and_no_mark_on_another(points: list[tuple[float, float]]):
    places = placed(points)
    for frame in (WORLD, Frame.holding(points).fitted(), Frame.holding(points[:5]).fitted()):
        drawing = draw(places, frame)
        inside = [place for place in places if frame.contains(place.longitude, place.latitude)]
        assert sorted(shown(drawing), key=places.index) == inside
        assert_apart(drawing)
        for mark in drawing.marks:
            assert 0 <= mark.x <= drawing.width
            assert 0 <= mark.y <= drawing.height
            assert mark.radius <= RADIUS


@pytest.mark.parametrize("number", [100, 1000])
def test_the_order_of_the_places_does_not_change_the_drawing(number: int):
    places = scattered(number)
    marks = {(mark.x, mark.y, frozenset(mark.places)) for mark in draw(places, WORLD).marks}
    for seed in range(3):
        mixed = mixed_up(places, seed)
        assert {(mark.x, mark.y, frozenset(mark.places)) for mark in draw(mixed, WORLD).marks} == marks


def test_marks_and_their_names_are_in_the_order_of_the_places():
    places = placed([(100, 0), (-60, 0), (100.2, 0.1), (20, 0), *[(-60.1, 0)] * 6])
    drawing = draw(places, WORLD)
    assert [mark.place.name for mark in drawing.marks] == ["Centre 0", "Centre 1", "Centre 3"]
    assert [mark.has_more for mark in drawing.marks] == [False, True, False]
    assert drawing.marks[0].names == ["Centre 0", "Centre 2"]
    assert drawing.marks[1].names == ["Centre 1", "Centre 4", "Centre 5", "Centre 6", "Centre 7"]


def test_places_that_can_be_told_apart_are():
    apart = REACH / WIDTH * 360
    assert [mark.count for mark in draw(placed([(0, 0), (apart - 0.1, 0)]), WORLD).marks] == [2]
    assert [mark.count for mark in draw(placed([(0, 0), (apart + 0.1, 0)]), WORLD).marks] == [1, 1]


def test_a_mark_stands_where_more_of_its_places_are():
    [mark] = draw(placed([(10, 0), (10, 0), (30, 0)]), WORLD).marks
    assert mark.x == WIDTH / 2


def test_following_a_mark_sets_its_places_apart_in_the_end():
    places = scattered(1000)
    waiting = [(places, WORLD)]
    followed = 0
    while waiting:
        members, frame = waiting.pop()
        for mark in draw(members, frame).marks:
            if mark.count > 1 and not mark.is_one_spot:
                followed += 1
                assert followed < 2000
                inside = [one for one in places if mark.box.contains(one.longitude, one.latitude)]
                assert set(mark.places) <= set(inside)
                own = mark.box.fitted()
                assert own != frame
                waiting.append((inside, own))
    assert followed > 20


def test_places_at_one_spot_are_not_followed():
    [mark] = draw(placed([(36.817, -1.283), (36.817, -1.283), (36.82, -1.29)]), WORLD).marks
    assert mark.is_one_spot
    [mark] = draw(placed([(36.817, -1.283), (39.2, -6.8)]), WORLD).marks
    assert not mark.is_one_spot
    [mark] = draw(placed([(36.817, -1.283)]), WORLD).marks
    assert not mark.is_one_spot


def test_a_hundred_thousand_places_are_all_there():
    drawing = draw(scattered(100_000), WORLD)
    assert sum(mark.count for mark in drawing.marks) == 100_000
    assert len({place.url for place in shown(drawing)}) == 100_000
    assert_apart(drawing)


def test_a_map_of_nothing_is_the_land():
    assert draw([], WORLD).marks == []
    assert draw(placed([(0, 0)]), Frame(100, 0, 120, 20)).marks == []


# The page


def page(query: str, places: list[Place], frame: Frame = WORLD) -> Element:
    request = RequestFactory().get(f"/en/centres/?{query}")
    markup = Markup(render_to_string("_components/map.html", {"map": draw(places, frame)}, request))
    assert markup.faults == []
    return markup.root


def test_a_mark_leads_to_its_place_or_to_a_map_or_list_of_its_places():
    places = placed([(-60, 0), (20, 0), (20, 0), (60, -1.283), (110, 10), (120, 10), *[(120, 10)] * 4])
    links = page("view=map&region=a&region=b&page=2&as_of=2010-06-07", places).all("a")
    names = [link.all("title")[0].text for link in links]
    assert names == [
        "Centre 0",
        "2 centres: Centre 1, Centre 2",
        "Centre 3",
        "6 centres: Centre 4, Centre 5, Centre 6, Centre 7, Centre 8…",
    ]
    kept = "region=a&region=b&as_of=2010-06-07"
    assert links[0]["href"] == "/centre-0/?as_of=2010-06-07"
    assert links[1]["href"] == f"?view=list&{kept}&bbox=20%2C0%2C20%2C0"
    assert links[3]["href"] == f"?view=map&{kept}&bbox=110%2C10%2C120%2C10"


def test_a_part_of_the_world_leads_back_to_the_whole():
    assert "Whole world" not in page("view=map", []).text
    links = page("view=map&bbox=0%2C0%2C20%2C20", placed([(10, 10)]), Frame(0, 0, 20, 20)).all("a")
    assert (links[-1].text, links[-1]["href"]) == ("Whole world", "?view=map")


def test_beneath_the_map_stand_the_designations_text_and_the_credit():
    text = page("view=map", []).text
    assert "The designations employed and the presentation of the material on this map do not imply" in text
    assert "Natural Earth, public domain" in text


# The land


def test_the_land_is_small_and_has_no_boundaries():
    """It is areas without an outline: nothing in it could draw a line between two countries."""
    assert LAND.stat().st_size < 25_000
    elements = Markup(LAND.read_text()).root.all()
    assert {one.tag for one in elements} == {"svg", "title", "g", "path", "use"}
    assert not {name for one in elements for name in one.attributes} & {"stroke", "style", "class"}
    [path] = (one["d"] for one in elements if one.tag == "path")
    assert set(re.findall("[a-zA-Z]", path)) == {"M", "l", "z"}
    assert path.count("M") == path.count("z")


def test_the_land_has_no_two_areas_side_by_side():
    """Land that touches land is one area; where two areas shared an edge, it could only be a boundary."""
    [path] = re.findall(r' d="([^"]+)"', LAND.read_text())
    edges: set[frozenset[tuple[int, int]]] = set()
    for ring in path.removesuffix("z").split("z"):
        numbers = [int(one) for one in re.findall(r"-?\d+", ring)]
        corners = [(numbers[0], numbers[1])]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
        for edge in zip(corners, corners[1:] + corners[:1], strict=True):
            assert frozenset(edge) not in edges
            edges.add(frozenset(edge))
    assert len(edges) > 4000
