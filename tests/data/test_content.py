"""The content as it stands: the numbers that research established, on the note's date and today."""

from collections import Counter
from datetime import date

import pytest

from centres.models import Centre, CentreKind, Designation, Service
from mechanisms.models import (
    Criterion,
    CriterionKind,
    CriterionOption,
    Finding,
    FindingStatus,
    Indicator,
    Mechanism,
    Observation,
    Provision,
    ProvisionList,
)
from regions.models import Basis, Country, Membership, Region

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

NOTE = date(2010, 6, 7)
#: The day on which the content was last read against its sources; a fixed one, so that no future date changes a number.
NOW = date(2026, 11, 22)


def designated(day, *mechanisms):
    """Return the codes of the centres that have a standing under one of the mechanisms."""
    in_force = Designation.objects.as_of(day).filter(mechanism__code__in=mechanisms)
    return set(in_force.values_list("centre__code", flat=True))


# Centres


@pytest.mark.parametrize(("day", "basel", "stockholm", "either"), [(NOTE, 14, 8, 20), (NOW, 14, 17, 23)])
def test_the_centres_of_the_two_conventions(day, basel, stockholm, either):
    assert len(designated(day, "basel")) == basel
    assert len(designated(day, "stockholm")) == stockholm
    assert len(designated(day, "basel", "stockholm")) == either


def test_el_salvador_left_the_basel_centres_and_panama_came():
    assert designated(NOTE, "basel") - designated(NOW, "basel") == {"el-salvador-bcrc"}
    assert designated(NOW, "basel") - designated(NOTE, "basel") == {"panama-bcrc-scrc"}


def test_two_basel_centres_are_coordinating_centres():
    coordinating = Designation.objects.as_of(NOTE).filter(mechanism__code="basel", role="coordinating-centre")
    assert set(coordinating.values_list("centre__code", flat=True)) == {"nigeria-bccc", "uruguay-bccc-scrc"}


@pytest.mark.parametrize("day", [NOTE, NOW])
def test_the_national_centres_and_the_ozone_networks(day):
    assert len(designated(day, "ncpc")) == 42
    networks = Designation.objects.as_of(day).filter(mechanism__code="multilateral-fund", role="regional-network")
    assert networks.count() == 10


def test_each_national_centre_is_in_a_country_of_its_own():
    countries = Centre.objects.filter(kind=CentreKind.NATIONAL_CENTRE).values_list("country__iso2", flat=True)
    assert len(countries) == len(set(countries)) == 42
    assert None not in countries


def test_every_centre_stands_under_a_mechanism():
    assert not Centre.objects.filter(designations__isnull=True).exists()


def test_a_centre_serves_countries_only_under_a_mechanism_that_designates_it():
    standings = set(Designation.objects.values_list("centre__code", "mechanism__code"))
    assert set(Service.objects.values_list("centre__code", "mechanism__code")) <= standings


# Countries and regions


def test_the_countries():
    assert Counter(Country.objects.values_list("un_status", flat=True)) == {
        "un-member": 193,
        "un-observer": 1,
        "other": 2,
    }
    others = Country.objects.exclude(un_status="un-member").values_list("iso2", flat=True)
    assert set(others) == {"CK", "NU", "PS"}


REGIONS_NOW = {
    "un-africa": 54,
    "un-asia-pacific": 54,
    "un-eastern-europe": 23,
    "un-grulac": 33,
    "un-weog": 28,
    "unep-africa": 54,
    "unep-asia-pacific": 41,
    "unep-europe": 54,
    "unep-latin-america-caribbean": 33,
    "unep-north-america": 2,
    "unep-west-asia": 12,
    "who-afro": 47,
    "who-amro": 35,
    "who-emro": 21,
    "who-euro": 53,
    "who-searo": 10,
    "who-wpro": 28,
}


def sizes(day):
    return Counter(Membership.objects.as_of(day).values_list("region__code", flat=True))


def test_the_regions_today():
    assert sizes(NOW) == REGIONS_NOW


def test_the_regions_of_the_note_are_without_later_states_and_with_indonesia_in_south_east_asia():
    then = sizes(NOTE)
    changed = {code: then[code] for code in REGIONS_NOW if then[code] != REGIONS_NOW[code]}
    # South Sudan came in July 2011, Palestine joined its group later, Indonesia moved on 23 May 2025.
    assert changed == {
        "un-africa": 53,
        "un-asia-pacific": 53,
        "unep-africa": 53,
        "who-afro": 46,
        "who-searo": 11,
        "who-wpro": 27,
    }


@pytest.mark.parametrize(
    ("day", "region"), [(date(2025, 5, 22), "who-searo"), (date(2025, 5, 23), "who-wpro"), (NOW, "who-wpro")]
)
def test_indonesia_is_in_one_region_of_who_on_every_day(day, region):
    memberships = Membership.objects.as_of(day).filter(country__iso2="ID", region__scheme__code="who")
    assert [membership.region.code for membership in memberships] == [region]


@pytest.mark.parametrize("day", [NOTE, NOW])
def test_no_country_is_in_two_regions_of_one_scheme(day):
    places = Counter(Membership.objects.as_of(day).values_list("country__iso2", "region__scheme__code"))
    assert [place for place, count in places.items() if count > 1] == []


def test_derived_memberships_are_those_that_unep_does_not_list():
    derived = Membership.objects.filter(basis=Basis.DERIVED).values_list("region__code", flat=True)
    assert set(derived) == {"unep-africa", "unep-asia-pacific", "unep-europe"}


def test_every_region_has_countries_and_every_country_a_region():
    assert not Region.objects.filter(memberships__isnull=True).exists()
    assert not Country.objects.filter(memberships__isnull=True).exists()


@pytest.mark.parametrize(
    ("iso2", "then", "now"),
    [
        ("CV", "Cape Verde", "Cabo Verde"),
        ("CZ", "Czech Republic", "Czechia"),
        ("LY", "Libyan Arab Jamahiriya", "Libya"),
        ("MK", "The former Yugoslav Republic of Macedonia", "North Macedonia"),
    ],
)
def test_a_country_renamed_since_the_note_has_its_name_of_then(iso2, then, now):
    names = {day: Country.objects.with_name_on(day).get(iso2=iso2).names_then for day in (NOTE, NOW)}
    assert [name.name for name in names[NOTE]] == [then]
    assert names[NOW] == []
    assert Country.objects.get(iso2=iso2).name == now


# Mechanisms and provisions


def test_the_mechanisms_then_and_now():
    then = list(Mechanism.objects.as_of(NOTE).in_reading_order().values_list("code", "letter"))
    assert then == [
        ("basel", "A"),
        ("multilateral-fund", "B"),
        ("rotterdam", "C"),
        ("stockholm", "D"),
        ("unep-coordinators", "E"),
        ("ncpc", "F"),
        ("who", "G"),
    ]
    assert list(Mechanism.objects.as_of(NOW).in_reading_order().values_list("code", "letter")) == [
        *then,
        ("minamata", "M"),
    ]


LABELS = {
    "basel-core-functions": ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)", "(h)", "(i)"],
    "stockholm-priority-areas": [
        "(a)", "(b)", "(c)",
        "(c)(i)", "(c)(ii)", "(c)(iii)", "(c)(iv)", "(c)(v)", "(c)(vi)", "(c)(vii)", "(c)(viii)",
        "(d)", "(d)(i)", "(d)(ii)",
        "(e)", "(f)", "(g)", "(h)", "(i)", "(j)", "(k)", "(l)", "(m)",
    ],
    "ncpc-services": ["(a)", "(b)", "(c)", "(d)", "(e)"],
    "ncpc-host-criteria": ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)"],
}  # fmt: skip


def test_the_provisions_stand_as_their_sources_number_them():
    found = {code: [] for code in ProvisionList.objects.values_list("code", flat=True)}
    for one in Provision.objects.with_related().in_reading_order():
        found[one.list.code].append(f"{one.parent.label if one.parent else ''}{one.label}")
    assert found == LABELS


def test_a_provision_has_the_code_of_its_list_and_label_and_a_parent_in_its_list():
    for one in Provision.objects.with_related():
        labels = f"{one.parent.label if one.parent else ''}{one.label}".strip("()").replace(")(", "-")
        assert one.code == f"{one.list.code}-{labels}"
        assert one.parent is None or one.parent.list_id == one.list_id


# Findings


def test_every_mechanism_of_the_note_has_a_finding_of_its_date_on_every_criterion():
    cells = set(Finding.objects.filter(stated_on=NOTE).values_list("mechanism__code", "criterion__code"))
    criteria = Criterion.objects.values_list("code", flat=True)
    mechanisms = Mechanism.objects.exclude(code="minamata").values_list("code", flat=True)
    assert cells == {(mechanism, criterion) for mechanism in mechanisms for criterion in criteria}
    assert len(cells) == 7 * 26


def test_minamata_has_a_finding_on_every_criterion_today_and_none_then():
    minamata = Finding.objects.filter(mechanism__code="minamata")
    assert minamata.latest_as_of(NOW).count() == Criterion.objects.count()
    assert not minamata.filter(stated_on__lte=NOTE).exists()


def test_a_finding_of_the_note_cites_the_note_alone():
    elsewhere = Finding.objects.filter(stated_on=NOTE).exclude(citations__source__code="inc1-note")
    assert not elsewhere.exists()


def test_a_silent_finding_says_where_it_was_looked_for():
    silent = Finding.objects.filter(status=FindingStatus.SILENT)
    assert silent.count() > 20
    assert not silent.filter(citations__isnull=True).exists()
    assert not silent.filter(options__isnull=False).exists()
    assert not silent.filter(number__isnull=False).exists()


def test_an_option_belongs_to_the_criterion_of_its_finding_and_begins_with_its_code():
    for finding in Finding.objects.select_related("criterion").prefetch_related("options"):
        assert all(option.criterion_id == finding.criterion_id for option in finding.options.all()), finding
    for option in CriterionOption.objects.select_related("criterion"):
        assert option.code.startswith(f"{option.criterion.code}-")


def test_numbers_and_options_stand_where_their_criterion_takes_them():
    assert not Finding.objects.exclude(criterion__kind=CriterionKind.NUMBER).filter(number__isnull=False).exists()
    assert not CriterionOption.objects.exclude(criterion__kind=CriterionKind.CHOICE).exists()


def test_nothing_was_stated_before_its_sources_or_after_today():
    for model in (Finding, Observation, ProvisionList):
        assert not model.objects.filter(stated_on__gt=NOW).exists()


# Figures


def test_every_indicator_has_a_figure_and_every_figure_makes_sense():
    assert not Indicator.objects.filter(observations__isnull=True).exists()
    assert not Observation.objects.filter(value__lt=0).exists()


def test_a_period_is_years_that_end_before_the_figure_was_stated():
    for one in Observation.objects.exclude(period=""):
        years = [int(year) for year in one.period.split("-")]
        assert years == sorted(set(years)), one.period
        assert 1 <= len(years) <= 2
        assert years[0] >= 1970, one.period


def test_shares_are_at_most_a_hundred_per_cent():
    shares = Observation.objects.filter(indicator__unit_en="per cent")
    assert shares.exists()
    assert not shares.filter(value__gt=100).exists()
