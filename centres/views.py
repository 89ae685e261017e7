"""Pages of centres, host institutions and the country lens."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.briefs import country_brief, other_names, region_brief
from centres.comparison import Comparison, Verdict, compare
from centres.comparison_document import centres_document
from centres.coverage import NOTE, CoverageFilterSet
from centres.filters import CentreComparisonFilterSet, HostInstitutionFilterSet, TimelineFilterSet
from centres.lens import lens
from centres.linked_data import linked_centre
from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from centres.serializers import HostInstitutionSerializer
from centres.served import served_under
from centres.timeline import timeline_groups
from publishing.briefs import BRIEFS, Brief, BriefedDetailView
from publishing.exports import Document
from publishing.filters import today
from publishing.languages import content_language
from publishing.views import BadParameters, PortalDetailView, PortalListView, PortalView, require
from quoting.quotable import NotQuotable, QuotablePage
from regions.models import Country, Membership, Region, RegionScheme


class CentreDetailView(PortalDetailView):
    """A centre on the date, with its designations and hosts of all times."""

    template_name = "centres/detail.html"

    def records(self) -> QuerySet[Any]:
        return Centre.objects.with_related(self.date)

    def beside(self, record: Any) -> dict[str, Any]:
        services = Service.objects.as_of(self.date).filter(centre=record).with_related().by_country()
        return {
            # It knows no dates: what it says, it says of today.
            "linked": linked_centre(record, self.request) if self.date == today() else None,
            "designations": Designation.objects.filter(centre=record)
            .with_related()
            .order_by("mechanism__position", "since", "pk"),
            "hostings": Hosting.objects.filter(centre=record).with_related().order_by("since", "pk"),
            "services": served_under(services),
        }


class CentreCompareView(QuotablePage):
    """Centres beside each other; with none or one chosen, a chooser."""

    template_name = "centres/compare.html"
    filterset_class = CentreComparisonFilterSet
    filterset: CentreComparisonFilterSet
    fewest, most = 2, 5

    @property
    def codes(self) -> list[str]:
        """Return the chosen centres in the order of the address; raise BadParameters for more than five."""
        codes = list(dict.fromkeys(self.filterset.form.cleaned_data["centre"]))
        if len(codes) > self.most:
            raise BadParameters({"centre": [_("Choose at most five centres.")]})
        return codes

    def comparison(self, codes: list[str]) -> Comparison:
        """Return the comparison of the chosen centres."""
        return compare(sorted(self.filterset.results(), key=lambda centre: codes.index(centre.code)), self.date)

    def document(self, **kwargs: Any) -> Document:
        codes = self.codes
        if len(codes) < self.fewest:
            raise NotQuotable(_("Choose what to compare first."))
        return centres_document(self.comparison(codes), content_language())

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Return the comparison, or only the chooser."""
        codes = self.codes
        all_centres = list(Centre.objects.in_reading_order())
        by_code = {centre.code: centre for centre in all_centres}
        context = {
            # The columns stand in the order of the address.
            "chosen": [by_code[code] for code in codes],
            "others": [centre for centre in all_centres if centre.code not in codes],
            "is_full": len(codes) == self.most,
            # To which a code is added.
            "adding": "".join(f"centre={code}&" for code in codes) + "centre=",
        }
        if len(codes) < self.fewest:
            return context
        comparison = self.comparison(codes)
        return {**context, "comparison": comparison, "summary": comparison_summary(comparison.counts)}


def comparison_summary(counts: dict[str, int]) -> list[str]:
    """Return the counts of rows by verdict, in words."""
    templates = {
        Verdict.SAME: ngettext("%(n)s row is the same", "%(n)s rows are the same", counts[Verdict.SAME]),
        Verdict.DIFFERS: ngettext("%(n)s row differs", "%(n)s rows differ", counts[Verdict.DIFFERS]),
        Verdict.UNKNOWN: ngettext(
            "%(n)s row is unknown for one or more", "%(n)s rows are unknown for one or more", counts[Verdict.UNKNOWN]
        ),
        Verdict.UNCODED: ngettext(
            "%(n)s row is in words only", "%(n)s rows are in words only", counts[Verdict.UNCODED]
        ),
    }
    return [text % {"n": counts[verdict]} for verdict, text in templates.items() if counts[verdict]]


class TimelineView(PortalView):
    """Conventions, funds and designations over the years up to the date."""

    template_name = "centres/timeline.html"
    filterset_class = TimelineFilterSet
    filterset: TimelineFilterSet

    def context(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.filterset.form.cleaned_data["mechanism"]
        groups = timeline_groups(self.filterset.results(), chosen, self.date)
        return {
            "groups": groups,
            "count": sum(len(group.drawing.lanes) for group in groups),
            "facets": self.filterset.facets(),
        }


class HostInstitutionListView(PortalListView):
    template_name = "institutions/list.html"
    filterset_class = HostInstitutionFilterSet
    serializer_class = HostInstitutionSerializer


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


class CountryDetailView(QuotablePage, BriefedDetailView):
    """The country lens: what serves the country, what it hosts, and the gaps; as a Word file whole or as a brief."""

    template_name = "countries/detail.html"
    formats = ("docx", *BRIEFS)

    def brief(self, record: Any, asked: Brief) -> Document:
        return country_brief(lens(record, self.date), asked)

    def document(self, **kwargs: Any) -> Document:
        found = lens(self.record(**kwargs), self.date)
        asked = Brief(None, [content_language()], self.date, address="", base="", cites_all=True)
        return replace(country_brief(found, asked), notes=tuple(other_names(found)))

    def records(self) -> QuerySet[Any]:
        return Country.objects.with_name_on(self.date)

    def record(self, **lookup: Any) -> Any:
        """Return the country of the address; raise Http404 where there is none or its code has capitals."""
        # One address a country: the code in lower case, as links write it.
        require(lookup["iso2"].islower())
        return super().record(iso2=lookup["iso2"].upper())

    def beside(self, record: Any) -> dict[str, Any]:
        return {"lens": lens(record, self.date)}


class RegionDetailView(BriefedDetailView):
    """A region with its countries; it stands here for its brief, which has the centres that they host."""

    template_name = "regions/detail.html"

    def records(self) -> QuerySet[Any]:
        return Region.objects.with_country_count(self.date).with_citations()

    def brief(self, record: Any, asked: Brief) -> Document:
        members = Membership.objects.as_of(self.date).filter(region=record).with_country_on(self.date)
        hosts = Country.objects.in_regions([record.code], self.date)
        centres = Centre.objects.as_of(self.date).filter(country__in=hosts).with_related(self.date).in_reading_order()
        return region_brief(record, list(members.in_reading_order("country__")), centres, asked)

    def beside(self, record: Any) -> dict[str, Any]:
        """Return the memberships in force on the date and those of other times."""
        rows = list(Membership.objects.filter(region=record).with_related().in_reading_order("country__"))
        current = set(Membership.objects.as_of(self.date).filter(region=record).values_list("pk", flat=True))
        return {
            "memberships": [row for row in rows if row.pk in current],
            "other_memberships": [row for row in rows if row.pk not in current],
            "other_schemes": RegionScheme.objects.exclude(pk=record.scheme_id).in_reading_order(),
        }


class CoverageView(PortalView):
    """Regions by functions, mechanisms or kinds of centres: how many centres, and where there is none."""

    template_name = "coverage/coverage.html"
    filterset_class = CoverageFilterSet
    filterset: CoverageFilterSet

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return {"coverage": self.filterset.coverage(), "facets": self.filterset.facets(), "note": NOTE}
