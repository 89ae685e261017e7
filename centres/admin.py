"""Editors' forms of centres, their hosts and whom they serve."""

from django.contrib import admin

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from editing.admin import PortalAdmin


@admin.register(HostInstitution)
class HostInstitutionAdmin(PortalAdmin):
    list_display = ["code", "name", "institution_type", "country"]
    list_filter = ["institution_type"]
    list_select_related = ["country"]


@admin.register(Centre)
class CentreAdmin(PortalAdmin):
    list_display = ["code", "name", "kind", "country"]
    list_filter = ["kind", "mercury_work"]
    list_select_related = ["country"]
    importable = True


@admin.register(Designation)
class DesignationAdmin(PortalAdmin):
    list_display = ["centre", "mechanism", "role", "since", "until"]
    list_filter = ["mechanism", "role"]
    list_select_related = ["centre", "mechanism"]
    search_fields = ["centre__code", "centre__name_en", "centre__name_zh_hans", "decision"]
    importable = True


@admin.register(Hosting)
class HostingAdmin(PortalAdmin):
    list_display = ["centre", "institution", "legal_arrangement", "since", "until"]
    list_filter = ["legal_arrangement"]
    list_select_related = ["centre", "institution"]
    search_fields = ["centre__code", "institution__code"]


@admin.register(Service)
class ServiceAdmin(PortalAdmin):
    list_display = ["centre", "country", "mechanism", "since", "until"]
    list_filter = ["mechanism"]
    list_select_related = ["centre", "country", "mechanism"]
    search_fields = ["centre__code", "country__iso2"]
    importable = True
