"""Editors' forms of regions and countries."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.layout import PortalInline
from editing.records import PortalAdmin
from regions.models import Country, FormerName, Membership, Region, RegionScheme

NAME_HELP = {
    "name": _("The name that the United Nations used then, in this language."),
    "until": _("The last day on which the United Nations used it."),
}
MEMBERSHIP_HELP = {
    "region": _("The region of one scheme; a country has one in each scheme at a time."),
    "country": _("The country that belongs to the region."),
    "basis": _("Derived: no source lists it, and the portal has worked it out from others; pages say so."),
}


class FormerNameInline(PortalInline):
    model = FormerName
    help_texts = NAME_HELP


class MembershipInline(PortalInline):
    model = Membership
    help_texts = MEMBERSHIP_HELP
    fk_name = "country"
    ordering = ("region__scheme__position", "region__code")


@admin.register(RegionScheme)
class RegionSchemeAdmin(PortalAdmin):
    list_display = ["code", "name", "authority"]
    help_texts: ClassVar = {
        "name": _("What the division is called."),
        "authority": _("Whose division of the world it is."),
    }


@admin.register(Region)
class RegionAdmin(PortalAdmin):
    list_display = ["code", "name", "scheme"]
    list_filter = ["scheme"]
    list_select_related = ["scheme"]
    help_texts: ClassVar = {"name": _("As the scheme’s owner calls it in this language.")}


@admin.register(Country)
class CountryAdmin(PortalAdmin):
    list_display = ["iso2", "name", "un_status"]
    list_filter = ["un_status", "memberships__region"]
    search_fields = ["iso2", "iso3", "name_en", "name_zh_hans"]
    inlines = (FormerNameInline, MembershipInline)
    help_texts: ClassVar = {
        "name": _("The short name of the United Nations in this language (UNTERM)."),
        "latitude": _("Of a point inside the country, for the map only."),
        "longitude": _("Of a point inside the country, for the map only."),
    }


@admin.register(FormerName)
class FormerNameAdmin(PortalAdmin):
    list_display = ["country", "name", "until"]
    list_select_related = ["country"]
    search_fields = ["name_en", "name_zh_hans", "country__name_en", "country__name_zh_hans"]
    help_texts = NAME_HELP


@admin.register(Membership)
class MembershipAdmin(PortalAdmin):
    list_display = ["country", "region", "since", "until", "basis"]
    list_filter = ["region__scheme", "region", "basis"]
    list_select_related = ["country", "region"]
    search_fields = ["country__iso2", "country__name_en", "country__name_zh_hans", "region__code"]
    help_texts = MEMBERSHIP_HELP
