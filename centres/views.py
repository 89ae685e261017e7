"""Pages of centres, host institutions and the country lens."""

from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from centres.filters import CentreFilterSet, HostInstitutionFilterSet
from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from mechanisms.models import Mechanism
from publishing.views import PortalDetailView, PortalListView, require
from regions.models import Country, Membership
from sources.models import Citation


class CentreListView(PortalListView):
    template_name = "centres/list.html"
    filterset_class = CentreFilterSet


class CentreDetailView(PortalDetailView):
    """A centre on the date, with its designations and hosts of all times."""

    template_name = "centres/detail.html"

    def records(self) -> QuerySet[Any]:
        return Centre.objects.with_related(self.date)

    def beside(self, record: Any) -> dict[str, Any]:
        services = Service.objects.as_of(self.date).filter(centre=record).with_related().by_country()
        by_mechanism: dict[Mechanism, list[Service]] = {}
        for service in services:
            by_mechanism.setdefault(service.mechanism, []).append(service)
        return {
            "designations": Designation.objects.filter(centre=record)
            .with_related()
            .order_by("mechanism__position", "since", "pk"),
            "hostings": Hosting.objects.filter(centre=record).with_related().order_by("since", "pk"),
            "services": [
                (mechanism, by_mechanism[mechanism], *self._behind(by_mechanism[mechanism]))
                for mechanism in sorted(by_mechanism, key=lambda one: one.position)
            ],
        }

    def _behind(self, services: list[Service]) -> tuple[list[Citation], list[tuple[str, list[Country]]]]:
        """Return each source behind any of the services once, and each note with the countries that it is about."""
        citations: dict[tuple[int, str], Citation] = {}
        notes: dict[str, list[Country]] = {}
        for service in services:
            for citation in service.citations.all():
                citations.setdefault((citation.source_id, citation.locator), citation)
            if service.note:
                notes.setdefault(service.note, []).append(service.country)
        return list(citations.values()), list(notes.items())


class HostInstitutionListView(PortalListView):
    template_name = "institutions/list.html"
    filterset_class = HostInstitutionFilterSet


class HostInstitutionDetailView(PortalDetailView):
    template_name = "institutions/detail.html"

    def records(self) -> QuerySet[Any]:
        return HostInstitution.objects.with_related(self.date)

    def beside(self, record: Any) -> dict[str, Any]:
        return {
            "hostings": Hosting.objects.filter(institution=record)
            .with_related()
            .order_by("centre__code", "since", "pk")
        }


class CountryDetailView(PortalDetailView):
    """The country lens: everything that serves the country, what it hosts, and the gaps by name."""

    template_name = "countries/detail.html"

    def records(self) -> QuerySet[Any]:
        return Country.objects.with_name_on(self.date).with_regions(self.date)

    def record(self, **lookup: Any) -> Any:
        """Return the country of the address; raise Http404 where there is none or its code has capitals."""
        # One address a country: the code in lower case, as links write it.
        require(lookup["iso2"].islower())
        return super().record(iso2=lookup["iso2"].upper())

    def beside(self, record: Any) -> dict[str, Any]:
        serving = list(
            Service.objects.as_of(self.date)
            .filter(country=record)
            .with_related()
            .select_related("centre__country")
            .order_by("mechanism__position", "centre__code", "pk")
        )
        mechanisms = list(Mechanism.objects.as_of(self.date).in_reading_order())
        by_mechanism = {one: list(rows) for one, rows in groupby(serving, key=lambda service: service.mechanism)}
        return {
            "serving": [(one, by_mechanism[one]) for one in mechanisms if one in by_mechanism],
            "service_count": len({service.centre_id for service in serving}),
            "gaps": self._gaps([one for one in mechanisms if one not in by_mechanism]),
            "hosted": Centre.objects.as_of(self.date).filter(country=record).with_related(self.date).in_reading_order(),
            "memberships": Membership.objects.as_of(self.date)
            .filter(country=record)
            .with_related()
            .order_by("region__scheme__position", "region__position", "pk"),
            "former_names": record.former_names.order_by("until", "pk"),
        }

    def _gaps(self, mechanisms: list[Mechanism]) -> list[tuple[Mechanism, int, int]]:
        """Say what is missing of mechanisms that do not serve the country.

        Returns:
            Each mechanism that has centres, how many, and how many of them have no published list.
        """
        gaps = []
        designations = Designation.objects.as_of(self.date).filter(mechanism__in=mechanisms)
        listed = set(
            Service.objects.as_of(self.date).filter(mechanism__in=mechanisms).values_list("mechanism", "centre")
        )
        centres: dict[int, set[int]] = {}
        for mechanism, centre in designations.values_list("mechanism", "centre"):
            centres.setdefault(mechanism, set()).add(centre)
        for mechanism in mechanisms:
            all_centres = centres.get(mechanism.pk, set())
            if all_centres:
                gaps.append((mechanism, len(all_centres), sum((mechanism.pk, pk) not in listed for pk in all_centres)))
        return gaps
