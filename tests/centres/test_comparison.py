"""Centres beside each other: verdicts from codes, never from prose; relations of the date; a fixed count of queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from centres.comparison import Cell, Row, Verdict, compare
from centres.models import Centre

NOTE = datetime.date(2010, 6, 7)
NOW = datetime.date(2025, 1, 1)
CODES = ["china-bcrc-scrc", "senegal-bcrc-scrc", "south-africa-bcrc-scrc", "uruguay-bccc-scrc", "indonesia-bcrc-scrc"]
ROWS = [
    "kind",
    "place",
    "hosts",
    "legal-arrangement",
    "designations",
    "countries",
    "functions",
    "expertise",
    "mercury",
    "languages",
    "website",
]


def compared(*codes, date=NOW):
    centres = {centre.code: centre for centre in Centre.objects.filter(code__in=codes).with_related(date)}
    return compare([centres[code] for code in codes], date)


def row(*facts, **values):
    return Row("row", "Row", [Cell(Centre(), list(one or ()), one, []) for one in facts], **values)


SINCE = (datetime.date(2009, 5, 8), "day")


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ([{"a": ()}, {"a": ()}], Verdict.SAME),
        ([{"a": (), "b": ()}, {"b": (), "a": ()}], Verdict.SAME),
        ([{"a": ()}, {"b": ()}], Verdict.DIFFERS),
        ([{"a": ()}, {"a": ()}, {"a": (), "b": ()}], Verdict.DIFFERS),
        # That there is none is known, too.
        ([{}, {}], Verdict.SAME),
        ([{}, {"a": ()}], Verdict.DIFFERS),
        # What is unknown weighs more than a difference.
        ([{"a": ()}, None], Verdict.UNKNOWN),
        ([{"a": ()}, {"b": ()}, None], Verdict.UNKNOWN),
        ([None, None], Verdict.UNKNOWN),
        # Details.
        ([{"a": ("III/19", SINCE, 4)}, {"a": ("III/19", SINCE, 4)}], Verdict.SAME),
        ([{"a": ("III/19", SINCE, 4)}, {"a": ("VI/6", SINCE, 4)}], Verdict.DIFFERS),
        ([{"a": ("III/19", SINCE)}, {"a": ("III/19", (SINCE[0], "month"))}], Verdict.DIFFERS),
        ([{"a": (None, None)}, {"a": (None, None)}], Verdict.SAME),
        ([{"a": ("III/19", 4)}, {"a": ("III/19", None)}], Verdict.UNKNOWN),
        ([{"a": ("III/19", 4)}, {"a": ("VI/6", None)}], Verdict.DIFFERS),
        ([{"a": (4,)}, {"b": (None,)}], Verdict.DIFFERS),
    ],
)
def test_a_verdict_comes_from_facts_and_their_details(facts, verdict):
    assert row(*facts).verdict == verdict
    assert row(*reversed(facts)).verdict == verdict


def test_prose_is_never_called_the_same():
    assert row({"": ()}, {"": ()}, is_prose=True).verdict == Verdict.UNCODED
    assert row({"": ()}, None, is_prose=True).verdict == Verdict.UNKNOWN


def test_common_is_what_every_cell_has_and_nothing_where_one_is_unknown():
    assert row({"a": (), "b": (), "c": ()}, {"c": (), "a": ()}).common == ["a", "c"]
    assert row({"a": ()}, {"b": ()}).common == []
    assert row({"a": ()}, None).common == []


def test_rows_and_columns_stand_as_they_should(content):
    comparison = compared(*CODES[2::-1])
    assert [one.code for one in comparison.rows] == ROWS
    for one in comparison.rows:
        assert [cell.centre.code for cell in one.cells] == CODES[2::-1]
        assert all(cell.citations for cell in one.cells), one.code
    assert sum(comparison.counts.values()) == len(ROWS)
    assert set(comparison.counts) == {"same", "differs", "unknown", "not-coded"}
    assert comparison.by_code["expertise"].verdict == Verdict.UNCODED


def test_what_two_centres_share_is_the_same(content):
    """Both are regional centres of two conventions since the same days; the other is a coordinating centre."""
    comparison = compared("senegal-bcrc-scrc", "south-africa-bcrc-scrc")
    assert comparison.by_code["kind"].verdict == Verdict.SAME
    assert comparison.by_code["place"].verdict == Verdict.DIFFERS
    assert comparison.by_code["hosts"].verdict == Verdict.DIFFERS
    assert compared("china-bcrc-scrc", "uruguay-bccc-scrc").by_code["kind"].verdict == Verdict.DIFFERS


def test_a_city_tells_two_places_in_a_country_apart_in_either_language(content):
    Centre.objects.filter(code="ncpc-cn").update(city_en="Beijing", city_zh_hans="北京")
    for lang in ("en", "zh-hans"):
        with translation.override(lang):
            assert compared("china-bcrc-scrc", "ncpc-cn").by_code["place"].verdict == Verdict.SAME
    Centre.objects.filter(code="ncpc-cn").update(city_en="Shanghai", city_zh_hans="北京")
    with translation.override("zh-hans"):
        assert compared("china-bcrc-scrc", "ncpc-cn").by_code["place"].verdict == Verdict.DIFFERS
    Centre.objects.filter(code="ncpc-cn").update(city_en="", city_zh_hans="")
    assert compared("china-bcrc-scrc", "ncpc-cn").by_code["place"].verdict == Verdict.UNKNOWN
    Centre.objects.filter(code="ncpc-cn").update(country=None)
    assert compared("china-bcrc-scrc", "ncpc-cn").by_code["place"].verdict == Verdict.UNKNOWN


def test_the_countries_that_all_serve_are_named(content):
    comparison = compared("egypt-bcrc", "senegal-bcrc-scrc")
    sets = [{country.iso2 for country in centre.countries_served} for centre in comparison.centres]
    assert {country.iso2 for country in comparison.served_by_all} == sets[0] & sets[1] != set()
    assert comparison.without_list == []
    three = compared("egypt-bcrc", "senegal-bcrc-scrc", "nigeria-bccc")
    assert three.served_by_all == []
    assert [centre.code for centre in three.without_list] == ["nigeria-bccc"]
    assert three.by_code["countries"].verdict == Verdict.UNKNOWN


def test_an_unknown_arrangement_is_not_the_same_as_another(content):
    comparison = compared("china-bcrc-scrc", "nigeria-bccc")
    (hosting,) = comparison.centres[1].current_hostings
    assert hosting.legal_arrangement == "unknown"
    assert comparison.by_code["legal-arrangement"].verdict == Verdict.UNKNOWN
    assert [cell.is_known for cell in comparison.by_code["legal-arrangement"].cells] == [True, False]


def test_the_relations_and_names_are_those_of_the_date(content):
    then, now = (compared("china-bcrc-scrc", "el-salvador-bcrc", date=date) for date in (NOTE, NOW))
    assert [len(cell.values) for cell in then.by_code["designations"].cells] == [2, 1]
    designations = now.by_code["designations"]
    assert designations.cells[1].facts == {}
    assert designations.cells[1].citations
    assert designations.verdict == Verdict.DIFFERS
    serving = compared("who-euro-office", "unep-europe-office", date=NOTE).by_code["countries"]
    former = [country for cell in serving.cells for country in cell.values if country.names_then]
    assert "MK" in {country.iso2 for country in former}


@pytest.mark.parametrize("date", [NOTE, NOW])
def test_two_centres_take_as_many_queries_as_five(content, date):
    def queries(codes):
        with CaptureQueriesContext(connection) as captured:
            comparison = compared(*codes, date=date)
            for one in comparison.rows:
                assert one.verdict in Verdict
                for cell in one.cells:
                    assert [citation.source.code for citation in cell.citations]
                    assert all(country.names_then is not None for country in cell.values if one.code == "countries")
        return len(captured)

    assert queries(CODES[:2]) == queries(CODES)
