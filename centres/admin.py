"""Editors' forms of centres, their hosts and whom they serve."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from editing.layout import PortalInline
from editing.records import PortalAdmin

DESIGNATION_HELP = {
    "mechanism": _("Under which mechanism the centre stands."),
    "role": _("As the decision calls it."),
    "decision": _("Its symbol alone: III/19, SC-4/23."),
    "term": _("For how many years it was designated. Empty: no term is said."),
    "nominated_on": _("When the host country proposed it."),
    "since": _("The day of the decision, or from which it says it holds. Empty: no source says it."),
}
HOSTING_HELP = {
    "institution": _("The body whose premises, staff or legal personality the centre uses."),
    "legal_arrangement": _("What the cited source shows; otherwise “unknown”, which is not “none”."),
    "legal_date": _("When it was signed or came into effect."),
}
SERVICE_HELP = {
    "country": _(
        "Whom it serves, as a cited source lists it; never worked out from the region. A new row takes several."
    ),
    "mechanism": _("Under which mechanism: a centre may serve others under another."),
}


class DesignationInline(PortalInline):
    model = Designation
    help_texts = DESIGNATION_HELP


class HostingInline(PortalInline):
    model = Hosting
    help_texts = HOSTING_HELP


class ServiceInline(PortalInline):
    model = Service
    help_texts = SERVICE_HELP
    several = ("country",)
    ordering = ("mechanism__position", "country__iso2")


@admin.register(HostInstitution)
class HostInstitutionAdmin(PortalAdmin):
    list_display = ["code", "name", "institution_type", "country"]
    list_filter = ["institution_type", ("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country"]
    help_texts: ClassVar = {"institution_type": _("What it is by law, not what it does for the centre.")}


@admin.register(Centre)
class CentreAdmin(PortalAdmin):
    list_display = ["code", "name", "kind", "country"]
    list_filter = [
        "kind",
        "mercury_work",
        "designations__mechanism",
        "is_name_known",
        ("country", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["country"]
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans", "acronym", "city_en", "city_zh_hans"]
    inlines = (DesignationInline, HostingInline, ServiceInline)
    help_texts: ClassVar = {
        "is_name_known": _("No: no source names it, it goes by its country, and pages say so."),
        "kind": _("What it is today; what it was under a mechanism stands in its designations."),
        "expertise": _("Its fields of work as the sources show them, in our own words."),
        "mercury_work": _("Yes only where a cited source shows it. Unknown is not “no”."),
        "mercury_note": _("What it did: project, years, countries, in one or two sentences. Required with “yes”."),
    }
    importable = True


@admin.register(Designation)
class DesignationAdmin(PortalAdmin):
    list_display = ["centre", "mechanism", "role", "decision", "since", "until"]
    list_filter = ["mechanism", "role"]
    list_select_related = ["centre", "mechanism"]
    search_fields = ["centre__code", "centre__name_en", "centre__name_zh_hans", "decision"]
    help_texts = DESIGNATION_HELP
    importable = True


@admin.register(Hosting)
class HostingAdmin(PortalAdmin):
    list_display = ["centre", "institution", "legal_arrangement", "since", "until"]
    list_filter = ["legal_arrangement"]
    list_select_related = ["centre", "institution"]
    search_fields = [
        "centre__code",
        "centre__name_en",
        "centre__name_zh_hans",
        "institution__code",
        "institution__name_en",
        "institution__name_zh_hans",
    ]
    help_texts = HOSTING_HELP


@admin.register(Service)
class ServiceAdmin(PortalAdmin):
    list_display = ["centre", "country", "mechanism", "since", "until"]
    list_filter = ["mechanism", ("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["centre", "country", "mechanism"]
    search_fields = [
        "centre__code",
        "centre__name_en",
        "centre__name_zh_hans",
        "country__iso2",
        "country__name_en",
        "country__name_zh_hans",
    ]
    help_texts = SERVICE_HELP
    importable = True
