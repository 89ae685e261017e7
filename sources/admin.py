"""Editors' forms of sources."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editing.records import PortalAdmin
from sources.models import Citation, Source
from sources.protection import resting_only_on


@admin.register(Source)
class SourceAdmin(PortalAdmin):
    list_display = ["code", "symbol", "title", "date", "kind", "reliability", "dead_since"]
    list_filter = ["kind", "reliability", ("dead_since", admin.EmptyFieldListFilter), "language"]
    search_fields = ["code", "symbol", "title_en", "title_zh_hans", "short_title_en", "short_title_zh_hans", "url"]
    help_texts: ClassVar = {
        "symbol": _("As it is printed on the document: UNEP(DTIE)/Hg/INC.1/8."),
        "title": _("The official title in this language; of a document in the other language, a translation."),
        "short_title": _("How citations name it, where it has no symbol and its title is long."),
        "publisher": _("The body that answers for it."),
        "date": _("The day on which it was issued. Empty: undated."),
        "url": _("Where it can be read: the publisher’s own address before anybody’s copy."),
        "reliability": _(
            "Primary: the body that took the decision or holds the record says so itself. Weak: a third-party copy, "
            "or a text whose origin cannot be checked; pages say so."
        ),
        "paragraphs": _("How many numbered paragraphs its page lists; 0 where it has no numbering."),
        "footnotes": _("How many footnotes its page lists."),
    }


@admin.register(Citation)
class CitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Places in sources: one that is wrong is exchanged in the statements that cite it, never changed under them."""

    ordering = ("source__code", "position", "locator")
    list_display = ["source", "locator"]
    list_filter = ["source__kind", "source__reliability"]
    list_select_related = ["source"]
    autocomplete_fields = ["source"]
    search_fields = ["source__code", "source__symbol", "source__title_en", "source__title_zh_hans", "locator"]

    def has_change_permission(self, request: HttpRequest, obj: Citation | None = None) -> bool:
        return False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted; the records that rest on nothing else are among what forbids it."""
        deleted, counts, missing_rights, protected = super().get_deleted_objects(objs, request)
        resting = [str(record) for citation in objs for record in resting_only_on(citation)]
        return deleted, counts, missing_rights, [*protected, *resting]
