"""Editors' forms of sources."""

from django.contrib import admin

from editing.admin import PortalAdmin
from sources.models import Citation, Source


@admin.register(Source)
class SourceAdmin(PortalAdmin):
    list_display = ["code", "symbol", "title", "date", "kind", "reliability"]
    list_filter = ["kind", "reliability"]
    search_fields = ["code", "symbol", "title_en", "title_zh_hans"]


@admin.register(Citation)
class CitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["source", "locator"]
    list_select_related = ["source"]
    autocomplete_fields = ["source"]
    search_fields = ["source__code", "source__symbol", "locator"]
