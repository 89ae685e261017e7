"""The country lens: what serves a country, what it hosts, its regions and the gaps, as of a date.

One object feeds the page, the printed brief and the Word file, so that they cannot disagree.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.models import Centre, CentreKind, Designation, Service
from mechanisms.models import Mechanism
from regions.models import Country, FormerName, Membership
from sources.querysets import with_citations

OFFICES = {CentreKind.REGIONAL_OFFICE, CentreKind.SUBREGIONAL_OFFICE}


@dataclass(frozen=True)
class Serving:
    """A centre that serves the country under a mechanism, and its standing there."""

    service: Service
    designations: list[Designation]


@dataclass(frozen=True)
class Reach:
    """How far a mechanism reaches the country: who serves it, and of whom nobody knows."""

    mechanism: Mechanism
    serving: list[Serving]
    #: The kind of each of its centres on the date.
    kinds: list[str]
    #: How many of them have no published list of countries; whether these serve the country is unknown.
    unlisted: int

    @property
    def bodies(self) -> str:
        """Return how many centres it has, in words: "17 centres", "15 offices"."""
        n, kinds = len(self.kinds), set(self.kinds)
        if kinds <= OFFICES:
            text = ngettext("%(n)s office", "%(n)s offices", n)
        elif kinds & {*OFFICES, CentreKind.REGIONAL_NETWORK}:
            text = ngettext("%(n)s centre, office or network", "%(n)s centres, offices and networks", n)
        else:
            text = ngettext("%(n)s centre", "%(n)s centres", n)
        return text % {"n": n}

    @property
    def unknown(self) -> str:
        """Return, in words, how many of its centres may or may not serve the country; nothing where all have a list."""
        if not self.unlisted:
            return ""
        text = ngettext(
            "Of its %(bodies)s, %(n)s has no published list of the countries it serves, and is not counted here.",
            "Of its %(bodies)s, %(n)s have no published list of the countries they serve, and are not counted here.",
            self.unlisted,
        )
        return text % {"bodies": self.bodies, "n": self.unlisted}

    def gap(self, country: str) -> str:
        """Return, in words, that none of its centres lists the country, and of how many that is unknown."""
        total = len(self.kinds)
        if not total:
            return _("The portal records no centre, office or network under it.")
        if self.unlisted == total:
            text = ngettext(
                "Its %(bodies)s has no published list of the countries it serves; whether it serves %(country)s is "
                "unknown.",
                "None of its %(bodies)s has a published list of the countries it serves; whether any serves "
                "%(country)s is unknown.",
                total,
            )
        elif self.unlisted:
            text = ngettext(
                "None of its %(bodies)s lists %(country)s among the countries it serves; %(n)s has no published list.",
                "None of its %(bodies)s lists %(country)s among the countries it serves; %(n)s have no published list.",
                self.unlisted,
            )
        else:
            text = ngettext(
                "Its %(bodies)s does not list %(country)s among the countries it serves.",
                "None of its %(bodies)s lists %(country)s among the countries it serves.",
                total,
            )
        return text % {"bodies": self.bodies, "country": country, "n": self.unlisted}


@dataclass(frozen=True)
class Lens:
    """A country and all that the portal knows of it on a date."""

    #: With its names and regions of the date.
    country: Country
    date: datetime.date
    #: One a mechanism that existed on the date.
    reaches: list[Reach]
    #: How many centres have no published list of countries under any mechanism: they never count as serving.
    unlisted: int
    hosted: list[Centre]
    memberships: list[Membership]
    former_names: list[FormerName]

    @property
    def name(self) -> str:
        """Return the country's name on the date."""
        names = self.country.names_then
        return names[0].name if names else self.country.name

    @property
    def serving(self) -> list[Reach]:
        """Return the mechanisms under which something serves the country."""
        return [one for one in self.reaches if one.serving]

    @cached_property
    def gaps(self) -> list[tuple[Mechanism, str]]:
        """Return the other mechanisms, and in words what is missing."""
        return [(one.mechanism, one.gap(self.name)) for one in self.reaches if not one.serving]

    @property
    def centres(self) -> set[Centre]:
        """Return the centres that serve the country under any mechanism."""
        return {serving.service.centre for one in self.reaches for serving in one.serving}


def lens(country: Country, date: datetime.date) -> Lens:
    """Return the lens on ``country``, which with_name_on(date) has given: the same queries for any country."""
    places = Centre.objects.prefetch_related(Prefetch("country", queryset=Country.objects.with_name_on(date)))
    services = (
        Service.objects.as_of(date)
        .filter(country=country)
        .prefetch_related(Prefetch("centre", queryset=places), with_citations())
        .order_by("centre__code", "pk")
    )
    by_mechanism: defaultdict[int, list[Service]] = defaultdict(list)
    for service in services:
        by_mechanism[service.mechanism_id].append(service)
    serving = {service.centre_id for found in by_mechanism.values() for service in found}
    roles: defaultdict[tuple[int, int], list[Designation]] = defaultdict(list)
    for one in Designation.objects.as_of(date).filter(centre__in=serving).with_related().order_by("since", "pk"):
        roles[one.mechanism_id, one.centre_id].append(one)
    # Of all the others it is only counted who there is and who has a list.
    designated = Designation.objects.as_of(date).order_by().values_list("mechanism_id", "centre_id", "centre__kind")
    kinds: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for mechanism, centre, kind in designated.distinct():
        kinds[mechanism][centre] = kind
    listed = set(Service.objects.as_of(date).order_by().values_list("mechanism_id", "centre_id").distinct())

    reaches = [
        Reach(
            one,
            [Serving(service, roles[one.pk, service.centre_id]) for service in by_mechanism[one.pk]],
            list(kinds[one.pk].values()),
            sum((one.pk, centre) not in listed for centre in kinds[one.pk]),
        )
        for one in Mechanism.objects.as_of(date).in_reading_order()
    ]
    centres = {centre for found in kinds.values() for centre in found}
    return Lens(
        country,
        date,
        reaches,
        unlisted=len(centres - {centre for _mechanism, centre in listed}),
        hosted=list(Centre.objects.as_of(date).filter(country=country).with_related(date).in_reading_order()),
        memberships=list(Membership.objects.as_of(date).filter(country=country).with_related().by_scheme()),
        former_names=list(country.former_names.order_by("until", "pk")),
    )
