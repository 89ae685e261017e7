"""Two region schemes crossed, and the changes between regions: against the memberships, and on small cases."""

import datetime
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.differences import Crossing, Row, changes, differences
from regions.models import Country, Membership, Region, RegionScheme

pytestmark = pytest.mark.usefixtures("content")

NOTE = datetime.date(2010, 6, 7)
BEFORE, AFTER = datetime.date(2025, 5, 22), datetime.date(2025, 5, 23)
SCHEMES = ["un", "unep", "who"]
PAIRS = list(permutations(SCHEMES, 2))


def crossed(first: str, second: str, date: datetime.date = AFTER):
    return differences(RegionScheme.objects.get(code=first), RegionScheme.objects.get(code=second), date)


def members(scheme: str, date: datetime.date) -> dict[str, str]:
    """Return the region of each country in a scheme."""
    rows = Membership.objects.as_of(date).filter(region__scheme__code=scheme)
    return dict(rows.values_list("country__iso2", "region__code"))


def row(found, code: str) -> Row:
    return next(one for one in found.rows if one.region.code == code)


def names(crossing: Crossing) -> list[str]:
    return [country.iso2 for country in crossing.countries]


@pytest.mark.parametrize("date", [NOTE, BEFORE, AFTER])
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_each_country_stands_where_its_memberships_put_it(first: str, second: str, date: datetime.date):
    found = crossed(first, second, date)
    mine, theirs = members(first, date), members(second, date)
    shown = {
        code: (one.region.code, one.other.code if one.other else None)
        for line in found.rows
        for one in line.crossings
        for code in names(one)
    }
    assert shown == {code: (region, theirs.get(code)) for code, region in mine.items()}
    assert sum(line.total for line in found.rows) == len(mine), "each once"
    assert [line.region.code for line in found.rows] == list(
        Region.objects.filter(scheme__code=first).in_reading_order().values_list("code", flat=True)
    )
    assert {one.iso2 for one in found.only_first} == set(mine) - set(theirs)
    assert {one.iso2 for one in found.only_second} == set(theirs) - set(mine)
    assert found.total == len(set(mine) | set(theirs))
    assert (None in found.columns) == bool(found.only_first)
    assert all([one.other for one in line.crossings] == found.columns for line in found.rows)


def test_africa_in_the_united_nations_and_in_who():
    africa = row(crossed("un", "who"), "un-africa")
    assert africa.total == 54
    assert africa.majority is not None
    assert (africa.majority.other.code, len(africa.majority.countries)) == ("who-afro", 47)
    (other,) = africa.others
    assert (other.other.code, names(other)) == ("who-emro", ["DJ", "EG", "LY", "MA", "SO", "SD", "TN"])


def test_a_region_without_a_majority():
    """Of Canada and the United States one is in a group of the United Nations: a region before none."""
    north = row(crossed("unep", "un"), "unep-north-america")
    assert (north.majority.other.code, names(north.majority)) == ("un-weog", ["CA"])
    assert [(one.other, names(one)) for one in north.others] == [(None, ["US"])]
    alone = Row(north.region, [Crossing(north.region, None, list(Country.objects.filter(iso2="US")))])
    assert alone.majority is None
    assert alone.others == alone.crossings


def test_indonesia_is_in_one_region_before_and_in_another_after():
    for date, code in ((BEFORE, "who-searo"), (AFTER, "who-wpro")):
        asia = row(crossed("un", "who", date), "un-asia-pacific")
        assert [one.other.code for one in asia.crossings if one.other and "ID" in names(one)] == [code]


def test_names_are_those_of_the_date():
    countries = {
        one.iso2: one for line in crossed("un", "who", NOTE).rows for c in line.crossings for one in c.countries
    }
    assert countries["CZ"].names_then[0].name_en == "Czech Republic"
    assert not {one.iso2: one for one in crossed("who", "un").only_first}["CK"].names_then


def test_a_move_is_one_change():
    (move,) = [one for one in changes(AFTER) if one.membership.country.iso2 == "ID"]
    assert (move.before.region.code, move.after.region.code) == ("who-searo", "who-wpro")
    assert str(move.membership.since_date) == "2025-05-23"
    both = {*move.before.citations.all(), *move.after.citations.all()}
    assert len(move.citations) == len(both) == 4
    assert len(move.notes) == 1, "the same note on both sides is said once"


def test_every_dated_membership_is_in_a_change():
    found = changes(AFTER)
    ends = {(one.before.pk, "until") for one in found if one.before}
    begins = {(one.after.pk, "since") for one in found if one.after}
    dated = {(one.pk, name) for one in Membership.objects.all() for name in ("since", "until") if getattr(one, name)}
    assert ends | begins == dated
    assert len(dated) > 5
    dates = [one.membership.since or one.membership.until for one in found]
    assert dates == sorted(dates, reverse=True)
    assert all(one.citations for one in found)


def test_what_ends_and_what_begins_without_the_other():
    wpro, searo = Region.objects.get(code="who-wpro"), Region.objects.get(code="who-searo")
    Membership.objects.filter(region=wpro, country__iso2="ID").update(since=datetime.date(2025, 5, 24))
    found = [one for one in changes(AFTER) if one.membership.country.iso2 == "ID"]
    assert [(one.before and one.before.region, one.after and one.after.region) for one in found] == [
        (None, wpro),
        (searo, None),
    ], "a day lies between them"


def test_a_change_after_the_date_is_told():
    def later(date: datetime.date) -> set[str]:
        return {one.membership.country.iso2 for one in changes(date) if one.is_later}

    assert later(NOTE) == {"ID", "KI", "SS"}
    assert later(BEFORE) == {"ID"}
    assert later(AFTER) == set()


@pytest.mark.parametrize("date", [NOTE, AFTER])
def test_the_queries_are_the_same_for_any_pair(date: datetime.date):
    counts = set()
    for first, second in PAIRS:
        pair = [RegionScheme.objects.get(code=code) for code in (first, second)]
        with CaptureQueriesContext(connection) as captured:
            differences(*pair, date)
        counts.add(len(captured))
    assert counts == {4}, "regions, memberships, countries, their names"
    with CaptureQueriesContext(connection) as captured:
        assert [one.citations for one in changes(date)]
    assert len(captured) == 4, "memberships, countries, their names, citations"
