"""Editors' forms of sources."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from editing.admin import PortalAdmin
from sources.models import Citation, Source
from sources.protection import resting_only_on


@admin.register(Source)
class SourceAdmin(PortalAdmin):
    list_display = ["code", "symbol", "title", "date", "kind", "reliability", "dead_since"]
    list_filter = ["kind", "reliability", ("dead_since", admin.EmptyFieldListFilter)]
    search_fields = ["code", "symbol", "title_en", "title_zh_hans", "url"]


@admin.register(Citation)
class CitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["source", "locator"]
    list_select_related = ["source"]
    autocomplete_fields = ["source"]
    search_fields = ["source__code", "source__symbol", "locator"]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted; the records that rest on nothing else are among what forbids it."""
        deleted, counts, missing_rights, protected = super().get_deleted_objects(objs, request)
        resting = [str(record) for citation in objs for record in resting_only_on(citation)]
        return deleted, counts, missing_rights, [*protected, *resting]
