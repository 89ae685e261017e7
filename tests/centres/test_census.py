"""The census against the plain records: who is in which facet on a date, counted one by one in Python."""

import datetime
from collections.abc import Callable

import pytest

from centres import census as module
from centres.census import Census, MercuryWork, ServedList, Status, census_on, members
from centres.models import Centre, Designation, Hosting, Service
from publishing.dates import Precision
from regions.models import Membership

pytestmark = pytest.mark.usefixtures("content")

TODAY = datetime.date(2026, 11, 22)
DATES = [datetime.date(1990, 1, 1), datetime.date(2008, 6, 1), datetime.date(2010, 6, 7), TODAY]


def holds(relation: Designation | Hosting | Service | Membership, date: datetime.date) -> bool:
    return (relation.since is None or relation.since <= date) and (relation.until is None or relation.until >= date)


def codes_of(census: Census, bits: int) -> set[str]:
    keys = [census.keys[place] for place in members(bits, len(census.keys))]
    return set(Centre.objects.filter(pk__in=keys).values_list("code", flat=True))


def expected(facet: str, date: datetime.date) -> dict[str, set[str]]:
    """Return the centres of each value of a facet, looked up centre by centre."""
    found: dict[str, set[str]] = {}
    for centre in Centre.objects.all():
        designations = list(centre.designations.all())
        in_force = [one for one in designations if holds(one, date)]
        services = [
            one
            for one in centre.services.all()
            if holds(one, date) and one.mechanism_id in {other.mechanism_id for other in in_force}
        ]
        regions = Membership.objects.filter(country=centre.country) if centre.country else []
        values: dict[str, Callable[[], list[str]]] = {
            "kind": lambda centre=centre: [centre.kind],
            "country": lambda centre=centre: [centre.country.iso2] if centre.country else [],
            "function": lambda centre=centre: [one.code for one in centre.functions.all()],
            "mercury": lambda centre=centre: [MercuryWork.REPORTED if centre.mercury_work else MercuryWork.UNKNOWN],
            "serves": lambda services=services: [one.country.iso2 for one in services],
            "served_list": lambda services=services: [ServedList.PUBLISHED if services else ServedList.UNKNOWN],
            "institution_type": lambda centre=centre: [
                one.institution.institution_type for one in centre.hostings.all() if holds(one, date)
            ],
            "region": lambda regions=regions: [one.region.code for one in regions if holds(one, date)],
            "status": lambda in_force=in_force: [Status.ACTIVE] if in_force else [],
        }
        for value in values[facet]():
            found.setdefault(str(value), set()).add(centre.code)
    return found


@pytest.mark.parametrize("date", DATES, ids=str)
@pytest.mark.parametrize(
    "facet",
    ["kind", "country", "function", "mercury", "serves", "served_list", "institution_type", "region"],
)
def test_a_facet_has_the_centres_that_the_records_say(facet: str, date: datetime.date):
    census = census_on(date)
    found = {value: codes_of(census, bits) for value, bits in census.sets[facet].items()}
    # What stands for "none of them" is coverage's: tests/centres/test_coverage.py.
    known = {value: codes for value, codes in found.items() if codes and not value.endswith("none")}
    assert known == expected(facet, date)


@pytest.mark.parametrize("date", DATES, ids=str)
def test_active_are_those_with_a_designation_in_force(date: datetime.date):
    census = census_on(date)
    active = codes_of(census, census.either("status", [Status.ACTIVE]))
    assert active == expected("status", date).get(Status.ACTIVE, set())
    assert active == set(Centre.objects.as_of(date).values_list("code", flat=True))


def test_a_centre_has_one_status_and_what_ended_says_how():
    census = census_on(TODAY)
    sets = [census.either("status", [status]) for status in Status]
    union = 0
    for bits in sets:
        assert not union & bits
        union |= bits
    assert codes_of(census, census.either("status", [Status.CLOSED])) == {"el-salvador-bcrc"}
    assert codes_of(census, census.either("status", [Status.EXPIRED])) == {
        "who-cc-chemical-incidents-cardiff",
        "who-cc-niehs",
    }
    # Nominated in 2007 and 2008, endorsed in May 2009.
    then = census_on(datetime.date(2008, 6, 1))
    assert codes_of(then, then.either("status", [Status.NOMINATED])) == {"brazil-scrc", "spain-scrc"}


def test_a_nominated_centre_is_found_under_the_mechanism_that_it_is_nominated_for():
    census = census_on(datetime.date(2008, 6, 1))
    nominated = census.either("status", [Status.NOMINATED])
    assert codes_of(census, nominated & census.either("mechanism", ["stockholm"])) == {"brazil-scrc", "spain-scrc"}
    assert not nominated & census.either("mechanism", ["basel"])


def test_a_change_is_seen_at_once_and_on_every_date():
    before = census_on(TODAY)
    assert census_on(TODAY) is before
    kenya = Centre.objects.get(code="kenya-scrc")
    kenya.mercury_work, kenya.mercury_note_en, kenya.mercury_note_zh_hans = True, "One.", "一。"
    kenya.save()
    after = census_on(TODAY)
    assert after is not before
    assert "kenya-scrc" in codes_of(after, after.either("mercury", [MercuryWork.REPORTED]))
    Designation.objects.get(centre=kenya).delete()
    assert "kenya-scrc" not in codes_of(census_on(TODAY), census_on(TODAY).either("status", [Status.ACTIVE]))


def test_few_censuses_are_kept():
    for year in range(2000, 2000 + 3 * module.MOST):
        census_on(datetime.date(year, 1, 1))
    assert len(module._KEPT) == module.MOST


def test_a_term_that_ran_out_is_expired_and_one_that_goes_on_is_not():
    designation = Designation.objects.get(centre__code="kenya-scrc")
    designation.until, designation.until_precision, designation.term = datetime.date(2020, 1, 1), Precision.DAY, 4
    designation.save()
    last_day, day_after = census_on(datetime.date(2020, 1, 1)), census_on(datetime.date(2020, 1, 2))
    assert "kenya-scrc" in codes_of(last_day, last_day.either("status", [Status.ACTIVE]))
    assert "kenya-scrc" in codes_of(day_after, day_after.either("status", [Status.EXPIRED]))


@pytest.mark.parametrize(
    ("box", "code", "is_inside"),
    [
        ((30, -30, 40, 5), "kenya-scrc", True),
        ((40, -30, 50, 5), "kenya-scrc", False),
        # Across the 180th meridian, from Fiji to the Americas.
        ((170, -90, -30, 90), "kenya-scrc", False),
        ((20, -90, -170, 90), "kenya-scrc", True),
    ],
)
def test_a_frame_has_the_centres_in_it(box: tuple[float, float, float, float], code: str, is_inside: bool):
    census = census_on(TODAY)
    assert (code in codes_of(census, census.within(*box))) == is_inside


@pytest.mark.parametrize("size", [1, 7, 8, 9, 64, 100])
def test_members_are_the_bits_that_are_set(size: int):
    bits = sum(1 << place for place in range(0, size, 3))
    assert list(members(bits, size)) == list(range(0, size, 3))
