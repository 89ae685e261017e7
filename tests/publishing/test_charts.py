"""Drawings: everything in its place, nothing covered, what is open drawn as open."""

import datetime
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.charts import (
    Chart,
    Figure,
    Point,
    figures_chart,
    text_width,
    year_of,
)
from publishing.timelines import Interval, Track, timelines, years_later

DAY = datetime.date


def figure(date: DAY, value: object, label: str = "", *, end: DAY | None = None) -> Figure:
    return Figure(date, end or date, Decimal(str(value)), label or str(value), f"{date}: {value}")


def drawn(*figures: Figure) -> Chart:
    chart = figures_chart(figures)
    assert chart
    return chart


def label_box(point: Point) -> tuple[float, float, float, float]:
    width = text_width(point.label)
    left = point.label_x - {"start": 0, "middle": width / 2, "end": width}[point.anchor]
    return left, point.label_y - 11, left + width, point.label_y + 2


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# Figures


def test_one_date_has_no_drawing():
    assert figures_chart([]) is None
    assert figures_chart([figure(DAY(2010, 6, 7), 14)]) is None
    assert figures_chart([figure(DAY(2010, 6, 7), 14), figure(DAY(2010, 6, 7), 15)]) is None


def test_the_scale_starts_at_zero_and_later_and_larger_is_farther():
    chart = drawn(figure(DAY(1999, 9, 1), 12), figure(DAY(2010, 6, 7), 14), figure(DAY(2026, 11, 22), 17))
    assert chart.values[0].label == "0"
    assert chart.values[0].at == chart.bottom
    assert [point.x for point in chart.points] == sorted({point.x for point in chart.points})
    assert [point.y for point in chart.points] == sorted({point.y for point in chart.points}, reverse=True)
    zero, most = chart.values[0].at, chart.values[-1].at
    share = (zero - chart.points[1].y) / (zero - most)
    assert share == pytest.approx(14 / float(chart.values[-1].label), abs=0.01)
    years = {tick.label: tick.at for tick in chart.years}
    assert years["2010"] < chart.points[1].x < years["2015"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ((2, 1), ["0", "1", "2"]),
        ((14, 12), ["0", "5", "10", "15"]),
        ((4, 4), ["0", "1", "2", "3", "4"]),
        ((800, 700), ["0", "200", "400", "600", "800"]),
        (("0.4", "0.1"), ["0", "0.1", "0.2", "0.3", "0.4"]),
        (("4.07", "3.26"), ["0", "1", "2", "3", "4", "5"]),
        ((494941381, 1), ["0", "100,000,000", "200,000,000", "300,000,000", "400,000,000", "500,000,000"]),
        ((0, 0), ["0", "1"]),
    ],
)
def test_values_have_few_round_lines_and_whole_ones_no_fractions(values: tuple, labels: list[str]):
    chart = drawn(*(figure(DAY(2010 + n, 1, 1), value) for n, value in enumerate(values)))
    assert [tick.label for tick in chart.values] == labels


def test_figures_of_one_date_that_disagree_are_both_seen():
    chart = drawn(figure(DAY(2010, 6, 7), 147), figure(DAY(2010, 6, 7), 148), figure(DAY(2014, 1, 1), 148))
    first, second, _third = chart.points
    assert abs(first.x - second.x) >= 9 or abs(first.y - second.y) >= 9
    assert not overlap(label_box(first), label_box(second))


def test_figures_that_say_the_same_of_the_same_time_share_a_dot_that_names_both():
    chart = drawn(
        Figure(DAY(1997, 1, 1), DAY(1999, 12, 31), Decimal(466), "466", "decision"),
        Figure(DAY(1997, 1, 1), DAY(1999, 12, 31), Decimal(466), "466", "page"),
        figure(DAY(2010, 1, 1), 400),
    )
    assert [point.title for point in chart.points] == ["decision\npage", "2010-01-01: 400"]


def test_a_period_is_a_line_with_its_dot_in_the_middle():
    chart = drawn(figure(DAY(1991, 1, 1), 240, end=DAY(1993, 12, 31)), figure(DAY(2010, 6, 7), 400))
    span, day = chart.points
    assert span.is_span
    assert span.from_x < span.x < span.to_x
    assert span.x == pytest.approx((span.from_x + span.to_x) / 2, abs=0.1)
    assert not day.is_span
    assert chart.has_spans
    assert not chart.has_bounds


@given(
    st.lists(
        st.tuples(
            st.dates(DAY(1990, 1, 1), DAY(2027, 1, 1)),
            st.integers(0, 1000),
            st.sampled_from(["{}", "more than {}", "约{}", "about {}"]),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_labels_and_dots_never_cover_each_other(rows: list[tuple[DAY, int, str]]):
    chart = figures_chart([figure(date, value, label.format(value)) for date, value, label in rows])
    if chart is None:
        assert len({date for date, _value, _label in rows}) == 1
        return
    boxes = [label_box(point) for point in chart.points]
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other)
    for box in boxes:
        assert box[0] >= 0
        assert box[2] <= chart.width
        assert chart.top <= box[1]
        assert box[3] <= chart.top + chart.height
        for point in chart.points:
            assert not overlap(box, (point.x - 4, point.y - 4, point.x + 4, point.y + 4))


# Intervals

TODAY = DAY(2026, 11, 22)


def lane(*intervals: Interval, label: str = "Centre", short: str = "") -> Track:
    return Track(label, short, "/centre/", list(intervals))


def interval(start: DAY | None, end: DAY | None = None, **more: object) -> Interval:
    return Interval(start, end, "A", "A", "title", **more)


def test_bars_begin_and_end_in_their_years():
    [drawing] = timelines([[lane(interval(DAY(2005, 1, 1), DAY(2015, 1, 1)), interval(DAY(1990, 1, 1)))]], TODAY)
    at = {tick.label: tick.at for tick in drawing.years}
    ended, goes_on = drawing.lanes[0].bars
    assert ended.outline.startswith(f"M{at['2005']:g} ")
    assert f"L{at['2015']:g} " in ended.outline
    assert not ended.is_end_open
    assert goes_on.is_end_open
    assert goes_on.outline.startswith(f"M{at['1990']:g} ")
    assert f"L{drawing.now + 6:g} " in goes_on.outline


def test_what_is_open_is_pointed_and_what_is_undated_says_so():
    bars = (
        timelines(
            [
                [
                    lane(
                        interval(DAY(2005, 1, 1), DAY(2015, 1, 1)),
                        interval(None),
                        interval(DAY(2009, 1, 1), is_start_open=True),
                    )
                ]
            ],
            TODAY,
        )[0]
        .lanes[0]
        .bars
    )
    assert [bar.outline.count("L") for bar in bars] == [3, 5, 5]
    assert [(bar.is_undated, bar.is_start_open, bar.is_end_open) for bar in bars] == [
        (False, False, False),
        (True, True, True),
        (False, True, True),
    ]


def test_bars_of_one_lane_that_overlap_in_time_stand_under_each_other():
    first, second, third = (
        timelines(
            [
                [
                    lane(
                        interval(DAY(1990, 1, 1), DAY(2000, 1, 1)),
                        interval(DAY(1995, 1, 1), DAY(2010, 1, 1)),
                        interval(DAY(2005, 1, 1)),
                    )
                ]
            ],
            TODAY,
        )[0]
        .lanes[0]
        .bars
    )
    assert first.y == third.y < second.y


def test_all_groups_share_a_scale():
    one, other = timelines([[lane(interval(DAY(1985, 3, 22)))], [lane(interval(DAY(2017, 1, 1)))]], TODAY)
    assert one.years == other.years
    assert other.lanes[0].bars[0].x > one.lanes[0].bars[0].x


def test_a_bar_that_began_today_is_wide_enough_for_its_letter():
    bar = timelines([[lane(interval(TODAY))]], TODAY)[0].lanes[0].bars[0]
    assert bar.x + 24 <= 720


def test_lanes_do_not_touch_and_the_drawing_holds_them_all():
    [drawing] = timelines([[lane(interval(DAY(1995, 1, 1)), interval(None)) for _n in range(5)]], TODAY)
    tops = [one.label_y for one in drawing.lanes]
    assert all(later - earlier > 40 for earlier, later in pairwise(tops))
    assert drawing.lanes[-1].bars[-1].y + 16 < drawing.height


@pytest.mark.parametrize(
    ("label", "short", "shown"),
    [
        ("Centre in Beijing", "BCRC", "Centre in Beijing"),
        ("Regional Centre " * 10, "BCRC, Beijing", "BCRC, Beijing"),
    ],
)
def test_a_name_that_is_too_long_gives_way_to_a_shorter_one(label: str, short: str, shown: str):
    [drawing] = timelines([[lane(interval(None), label=label, short=short)]], TODAY)
    assert drawing.lanes[0].label == shown
    assert drawing.lanes[0].name == label


def test_a_name_without_a_shorter_one_is_cut():
    [drawing] = timelines([[lane(interval(None), label="区域中心" * 30)]], TODAY)
    assert drawing.lanes[0].label.endswith("区…")
    assert text_width(drawing.lanes[0].label) <= 480


def test_days_of_a_year_lie_apart():
    assert year_of(DAY(2010, 1, 1)) == 2010
    assert 2010.4 < year_of(DAY(2010, 6, 7)) < 2010.5
    assert year_of(DAY(2012, 12, 31)) < 2013


def test_a_leap_day_has_its_day_in_other_years():
    assert years_later(DAY(2012, 2, 29), 1) == DAY(2013, 2, 28)
    assert years_later(DAY(2009, 5, 1), 4) == DAY(2013, 5, 1)
