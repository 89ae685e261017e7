"""Checks of centres: terms that have run out, and what is not known of those that work."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.census import Census, ServedList, Status, census_on
from centres.models import Centre, Designation
from editing.checks import Check, Problem
from publishing.timelines import years_later


def _expired(date: datetime.date) -> Iterator[Problem]:
    # Where a source gives the last day, the designation holds until then, whatever its term was.
    for one in Designation.objects.as_of(date).filter(until=None).with_related().in_reading_order():
        if (end := one.end_of_term) and end.date <= date:
            yield Problem(
                one, _("Term ended: %(date)s. Neither renewal nor end is recorded.") % {"date": end.display()}
            )


def _ending(date: datetime.date) -> Iterator[Problem]:
    for one in Designation.objects.as_of(date).with_related().in_reading_order():
        end = one.until_date or one.end_of_term
        if end and date < end.date <= years_later(date, 1):
            yield Problem(one, _("Ends: %(date)s") % {"date": end.display()})


def _without_host(date: datetime.date) -> Iterator[Problem]:
    census = census_on(date)
    housed = census.either("institution_type", census.sets["institution_type"])
    return _centres(census, ~housed, _("No host institution is recorded."))


def _without_countries(date: datetime.date) -> Iterator[Problem]:
    census = census_on(date)
    return _centres(census, census.sets["served_list"][ServedList.UNKNOWN], _("No list of countries is recorded."))


def _centres(census: Census, bits: int, message: str) -> Iterator[Problem]:
    """Yield those of a set of centres that are designated."""
    keys = list(census.in_order(bits & census.sets["status"][Status.ACTIVE], "code"))
    found = Centre.objects.in_bulk(keys)
    return (Problem(found[key], message) for key in keys)


CHECKS = [
    Check(
        "expired-designations",
        gettext_lazy("Designations whose term has run out"),
        gettext_lazy("Look for the renewal or the end; record the end, or a designation for the new term."),
        _expired,
    ),
    Check(
        "ending-terms",
        gettext_lazy("Terms that end within a year"),
        gettext_lazy("Watch the agenda of the body that decides on renewals."),
        _ending,
    ),
    Check(
        "centres-without-host",
        gettext_lazy("Centres without a host institution"),
        gettext_lazy("Look for the institution that houses it, and add the hosting."),
        _without_host,
    ),
    Check(
        "centres-without-countries",
        gettext_lazy("Centres without a list of countries served"),
        gettext_lazy("Look for a published list, and add a service for each country."),
        _without_countries,
    ),
]
