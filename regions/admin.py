"""Editors' forms of regions and countries."""

from django.contrib import admin

from editing.admin import PortalAdmin
from regions.models import Country, FormerName, Membership, Region, RegionScheme


@admin.register(RegionScheme)
class RegionSchemeAdmin(PortalAdmin):
    list_display = ["code", "name", "authority"]


@admin.register(Region)
class RegionAdmin(PortalAdmin):
    list_display = ["code", "name", "scheme"]
    list_filter = ["scheme"]
    list_select_related = ["scheme"]


@admin.register(Country)
class CountryAdmin(PortalAdmin):
    list_display = ["iso2", "name", "un_status"]
    list_filter = ["un_status"]
    search_fields = ["iso2", "iso3", "name_en", "name_zh_hans"]


@admin.register(FormerName)
class FormerNameAdmin(PortalAdmin):
    list_display = ["country", "name", "until"]
    list_select_related = ["country"]
    search_fields = ["name_en", "name_zh_hans"]


@admin.register(Membership)
class MembershipAdmin(PortalAdmin):
    list_display = ["country", "region", "since", "until", "basis"]
    list_filter = ["region__scheme", "basis"]
    list_select_related = ["country", "region"]
    search_fields = ["country__iso2", "country__name_en", "country__name_zh_hans", "region__code"]
