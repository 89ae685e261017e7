"""Figures: the indicator's page, the list and the block on the mechanism's page."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mechanisms.figures import indicator_figures
from mechanisms.models import Indicator, Mechanism, Observation, Qualifier
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
AFTER_ALL = datetime.date(2100, 1, 1)


def main(client: Client, url: str) -> Element:
    response = client.get(url)
    assert response.status_code == 200
    return parse(response).one("main")


@pytest.fixture
def indicator() -> Indicator:
    return Indicator.objects.create(
        code="made-up",
        mechanism=Mechanism.objects.get(code="basel"),
        name_en="Networks",
        name_zh_hans="网络",
        unit_en="networks",
        unit_zh_hans="个网络",
        position=99,
    )


def report(indicator: Indicator, date: str, value: object, qualifier: str = "exact", **more: object) -> None:
    Observation.objects.create(
        indicator=indicator, stated_on=date, value=Decimal(str(value)), qualifier=qualifier, **more
    )


def notes(indicator: Indicator) -> list[str]:
    return indicator_figures(Indicator.objects.with_observations(AFTER_ALL).get(pk=indicator.pk)).disagreements


# Disagreement


def test_figures_of_one_date_or_year_that_differ_are_said_to_disagree(indicator: Indicator):
    report(indicator, "2010-06-07", 10)
    report(indicator, "2010-06-08", 9)
    assert notes(indicator) == ["Sources disagree: 10 and 9 (2010)"]
    report(indicator, "2012-12-01", 7)
    report(indicator, "2012-12-01", 8)
    report(indicator, "2012-12-02", "6.5")
    assert notes(indicator)[1:] == ["Sources disagree: 7, 8 and 6.5 (2012)"]


def test_figures_of_different_years_or_periods_do_not_disagree(indicator: Indicator):
    report(indicator, "2010-06-07", 10)
    report(indicator, "2011-06-07", 9)
    report(indicator, "2012-01-01", 466, period="1997-1999")
    report(indicator, "2012-01-01", 440, period="2000-2002")
    assert notes(indicator) == []
    report(indicator, "2012-02-01", 441, period="2000-2002")
    assert notes(indicator) == ["Sources disagree: 440 and 441 (2000-2002)"]


@pytest.mark.parametrize(
    ("first", "second", "is_disputed"),
    [
        ((800, Qualifier.MORE_THAN), (900, Qualifier.MORE_THAN), False),
        ((800, Qualifier.MORE_THAN), (850, Qualifier.EXACT), False),
        ((800, Qualifier.MORE_THAN), (700, Qualifier.EXACT), True),
        ((50, Qualifier.ABOUT), (47, Qualifier.EXACT), False),
        ((50, Qualifier.ABOUT), (40, Qualifier.EXACT), True),
        ((2, Qualifier.AT_MOST), (1, Qualifier.EXACT), False),
        ((2, Qualifier.AT_MOST), (3, Qualifier.EXACT), True),
    ],
)
def test_qualified_figures_disagree_only_where_no_number_fits_both(
    indicator: Indicator, first: tuple, second: tuple, is_disputed: bool
):
    report(indicator, "2010-06-07", *first)
    report(indicator, "2010-06-08", *second)
    assert bool(notes(indicator)) == is_disputed


def test_years_in_which_something_happened_disagree_whenever_they_were_stated():
    shown = indicator_figures(
        Indicator.objects.with_observations(AFTER_ALL).get(code="multilateral-fund-first-network-year")
    )
    assert shown.disagreements == ["Sources disagree: 1993 and 1992"]
    assert shown.chart is None, "a scale from zero says nothing of years"


# Pages


@each_language
def test_an_indicator_has_a_drawing_and_a_table_with_every_source(client: Client, lang: str):
    page = main(client, f"/{lang}/indicators/who-collaborating-centres/")
    with translation.override(lang):
        one = Indicator.objects.with_observations(AFTER_ALL).get(code="who-collaborating-centres")
        assert page.one("h1").text == one.name
        drawing = page.one("svg", cls="chart")
        assert len(drawing.all("circle")) == len(one.figures) == 4
        said = [text.text for text in drawing.all("text", cls="said")]
        assert sorted(said) == sorted(figure.number for figure in one.figures)
        assert drawing.get("aria-label")
        scroller = page.one("div", cls="pan")
        assert scroller.get("tabindex") == "0"
        assert scroller.get("aria-label")
        rows = page.one("table").one("tbody").all("tr")
        assert [row.one("td", cls="value").text for row in rows] == [figure.figure for figure in one.figures]
    heads = [head.text for head in page.one("table").one("thead").all("th")]
    for row in rows:
        assert [cell["data-label"] for cell in row.children_of("td")] == heads
        assert any("/sources/" in link["href"] for link in row.all("a"))


@each_language
def test_one_date_has_a_table_only(client: Client, lang: str):
    page = main(client, f"/{lang}/indicators/stockholm-nominations/")
    assert not page.all("svg")
    assert len(page.one("tbody").all("tr")) == 1


@each_language
def test_a_page_shows_only_what_had_been_stated_by_the_date(client: Client, lang: str):
    url = f"/{lang}/indicators/stockholm-centres/"
    assert len(main(client, url).one("tbody").all("tr")) == 4
    then = main(client, f"{url}?as_of={NOTE_DATE}")
    assert len(then.one("tbody").all("tr")) == 1
    assert not then.all("svg")
    before = main(client, f"{url}?as_of=2010-06-06")
    assert not before.all("table")
    assert before.one(cls="notice").text


def test_a_period_stands_at_its_period(client: Client):
    page = main(client, "/en/indicators/multilateral-fund-replenishment/")
    rows = [row.all("td")[0].text for row in page.one("tbody").all("tr")]
    assert rows[0] == "1991-1993 stated November 2015"
    assert [row[:9] for row in rows] == sorted(row[:9] for row in rows)
    # The sum for 1997-1999 is stated twice and drawn once.
    assert len(page.all("line", cls="span")) == len(page.all("circle")) == len(rows) - 1


@each_language
def test_the_list_has_every_indicator_under_its_mechanism(client: Client, lang: str):
    page = main(client, f"/{lang}/indicators/").one(id="results")
    with translation.override(lang):
        names = list(Mechanism.objects.filter(indicators__isnull=False).distinct().order_by("position"))
        assert [one.one("a").text for one in page.all("h2")] == [one.short_name for one in names]
        links = [row.one("th").one("a")["href"] for row in page.all("tr") if row.all("td")]
        assert links == [one.get_absolute_url() for one in Indicator.objects.in_reading_order()]


def test_the_list_can_be_filtered_and_dated(client: Client):
    page = main(client, f"/en/indicators/?mechanism=who&as_of={NOTE_DATE}").one(id="results")
    rows = [row for row in page.all("tr") if row.all("td")]
    assert len(rows) == Indicator.objects.filter(mechanism__code="who").count()
    assert all(row.one("th").one("a")["href"].endswith(f"/?as_of={NOTE_DATE}") for row in rows)
    assert any(row.all("td", cls="silence") for row in rows)
    assert not all(row.all("td", cls="silence") for row in rows)


@each_language
def test_a_mechanism_shows_its_figures_and_leads_to_their_pages_and_to_the_timeline(client: Client, lang: str):
    page = main(client, f"/{lang}/mechanisms/multilateral-fund/")
    sections = page.all("section", cls="figures")
    assert len(sections) == Indicator.objects.filter(mechanism__code="multilateral-fund").count()
    assert [one["id"] for one in sections] == [
        one.one("h3").one("a")["href"].removeprefix(f"/{lang}/indicators/").strip("/") for one in sections
    ]
    assert f"/{lang}/timeline/?mechanism=multilateral-fund" in [one["href"] for one in page.all("a")]
    assert len([one for one in sections if one.all("svg")]) > 5
    assert all(one.one("table") for one in sections)


def test_the_figure_that_is_disputed_is_marked(client: Client):
    page = main(client, "/en/indicators/multilateral-fund-first-network-year/")
    assert page.one(cls="disagree").text == "Sources disagree: 1993 and 1992"
    assert len(page.one("tbody").all(cls="differs")) == 3


def test_the_block_of_a_mechanism_needs_as_many_queries_for_many_indicators_as_for_few(client: Client):
    counts = []
    for keep in (1, 19):
        kept = Indicator.objects.filter(mechanism__code="multilateral-fund").order_by("pk")[:keep]
        with CaptureQueriesContext(connection) as captured:
            shown = [
                (one.chart, [row.observation.figure for row in one.rows])
                for one in map(
                    indicator_figures,
                    Indicator.objects.filter(pk__in=[one.pk for one in kept]).with_observations(AFTER_ALL),
                )
            ]
        assert len(shown) == keep
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 4


@each_language
@pytest.mark.parametrize("url", ["indicators/stockholm-centres/?as_of=soon", "indicators/stockholm-centres/?x=1"])
def test_wrong_parameters_are_refused(client: Client, lang: str, url: str):
    assert client.get(f"/{lang}/{url}").status_code == 400


def test_an_unknown_indicator_is_not_there(client: Client):
    assert client.get("/en/indicators/nothing/").status_code == 404
