"""Base of the editors' forms."""

from typing import Any, ClassVar

from django.db.models import URLField
from modeltranslation.admin import TranslationAdmin


class PortalAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """A form with each translated field in each language; long references are looked up, not listed."""

    list_per_page = 50
    save_on_top = True
    # What Django 6 does by itself; until then it warns.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans"]

    def get_autocomplete_fields(self, request: Any) -> list[str]:
        """Look up every reference to a model that has a search of its own."""
        relations = [*self.model._meta.fields, *self.model._meta.many_to_many]
        return [
            field.name
            for field in relations
            if field.remote_field and self.admin_site.is_registered(field.related_model) and field.editable
        ]
